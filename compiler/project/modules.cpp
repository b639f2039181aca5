// `modules`: the parts of Python's library that dbt hands to templates.
#include "compiler/project/context_impl.h"
#include "compiler/project/datetime.h"
#include "compiler/project/regex_module.h"

namespace hookc {

std::optional<Value> DbtContext::Impl::modules_value(Evaluator&) {
  // What the clock says while a hook is compiled or looked at is not what it will say when the hook runs.
  const bool has_clock = binding.stage == Stage::Parse || binding.stage == Stage::Run;
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  dict.set("datetime", Value{make_datetime_module(has_clock)});
  dict.set("pytz", Value{make_pytz_module()});
  dict.set("re", Value{make_regex_module()});
  return result;
}

}  // namespace hookc
