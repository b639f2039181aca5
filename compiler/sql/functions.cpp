// The functions that rules ask about, as rows. Names that dialects share mean the same in all of them.
#include <algorithm>
#include <iterator>

#include "compiler/sql/scan.h"

namespace hookc::sql {
namespace {

struct Function {
  std::string_view name;
  Volatility volatility;
  bool aggregate;
};
constexpr Function clock(std::string_view name) { return {name, Volatility::Clock, false}; }
constexpr Function random(std::string_view name) { return {name, Volatility::Random, false}; }
constexpr Function sequence(std::string_view name) { return {name, Volatility::Sequence, false}; }
constexpr Function aggregate(std::string_view name) { return {name, Volatility::Stable, true}; }

constexpr Function kFunctions[] = {  // sorted by name
    aggregate("any_value"), aggregate("approx_count_distinct"), aggregate("approx_percentile"), aggregate("approx_quantile"), aggregate("approx_quantiles"),
    aggregate("arg_max"), aggregate("arg_min"), aggregate("array_agg"), aggregate("arrayagg"), aggregate("avg"), aggregate("bit_and"), aggregate("bit_or"),
    aggregate("bool_and"), aggregate("bool_or"), clock("clock_timestamp"), aggregate("collect_list"), aggregate("collect_set"), aggregate("corr"),
    aggregate("count"), aggregate("count_if"), aggregate("countif"), aggregate("covar_pop"), aggregate("covar_samp"), clock("curdate"),
    clock("current_date"), clock("current_datetime"), clock("current_time"), clock("current_timestamp"), clock("curtime"), aggregate("every"),
    aggregate("first"), random("gen_random_uuid"), random("generate_uuid"), random("generateuuidv4"), clock("get_current_time"),
    clock("get_current_timestamp"), clock("getdate"), clock("getutcdate"), aggregate("group_concat"), aggregate("hll"), aggregate("json_agg"),
    aggregate("json_object_agg"), aggregate("jsonb_agg"), aggregate("jsonb_object_agg"), aggregate("last"), aggregate("listagg"), clock("localtime"),
    clock("localtimestamp"), aggregate("logical_and"), aggregate("logical_or"), aggregate("max"), aggregate("max_by"), aggregate("median"),
    aggregate("min"), aggregate("min_by"), aggregate("mode"), random("newid"), random("newsequentialid"), sequence("nextval"), clock("now"),
    clock("now64"), aggregate("object_agg"), aggregate("percentile_cont"), aggregate("percentile_disc"), aggregate("quantile"), aggregate("quantile_cont"),
    random("rand"), random("randn"), random("random"), random("randstr"), clock("statement_timestamp"), aggregate("stddev"), aggregate("stddev_pop"),
    aggregate("stddev_samp"), aggregate("string_agg"), aggregate("sum"), aggregate("sumif"), clock("sysdate"), clock("sysdatetime"),
    clock("sysdatetimeoffset"), clock("systimestamp"), clock("sysutcdatetime"), clock("timeofday"), clock("today"), clock("transaction_timestamp"),
    random("uniform"), clock("unix_timestamp"), clock("utc_date"), clock("utc_timestamp"), random("uuid"), random("uuid_generate_v1"),
    random("uuid_generate_v4"), random("uuid_short"), random("uuid_string"), random("uuidv4"), random("uuidv7"), aggregate("var_pop"),
    aggregate("var_samp"), aggregate("variance"), aggregate("xmlagg"), random("zipf"),
};
static_assert(std::ranges::is_sorted(kFunctions, {}, &Function::name));

}  // namespace

void classify(Call& call) {
  const std::string_view name = call.name.last();
  const auto* const found = std::ranges::lower_bound(kFunctions, name, {}, &Function::name);
  if (found == std::end(kFunctions) || found->name != name) return;
  call.volatility = found->volatility;
  call.aggregate = found->aggregate;
}

}  // namespace hookc::sql
