#include "compiler/project/modules/modules.h"

#include "compiler/project/modules/datetime.h"
#include "compiler/project/modules/itertools.h"
#include "compiler/project/modules/pytz.h"
#include "compiler/project/modules/regex.h"

namespace hookc {

Value make_modules(Clock clock) {
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  dict.set("datetime", Value{make_datetime_module(clock)});
  dict.set("itertools", Value{make_itertools_module()});
  dict.set("pytz", Value{make_pytz_module()});
  dict.set("re", Value{make_regex_module()});
  return result;
}

}  // namespace hookc
