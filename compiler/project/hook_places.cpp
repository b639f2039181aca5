#include "compiler/project/hook_places.h"

#include <algorithm>
#include <iterator>

namespace hookc {
namespace {

/// Materializations that call `run_hooks` once, without telling the kinds apart.
struct OneTransaction {
  std::string_view adapter;
  std::string_view materialization;
};
constexpr OneTransaction kOneTransaction[] = {
    {"snowflake", "table"},  {"snowflake", "incremental"},  {"snowflake", "view"},  {"snowflake", "dynamic_table"},
    {"bigquery", "table"},   {"bigquery", "incremental"},   {"bigquery", "view"},   {"bigquery", "copy"},
    {"spark", "table"},      {"spark", "incremental"},      {"spark", "view"},
    {"databricks", "table"}, {"databricks", "incremental"}, {"databricks", "view"}, {"athena", "table"}};

}  // namespace

bool runs_hooks_outside(std::string_view materialization, std::string_view adapter) {
  if (materialization == "function") return false;  // on any adapter
  return std::none_of(std::begin(kOneTransaction), std::end(kOneTransaction), [&](const OneTransaction& row) { return row.adapter == adapter && row.materialization == materialization; });
}

}  // namespace hookc
