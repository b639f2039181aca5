#include "runtime/adapters/registry.h"

#include <algorithm>
#include <iterator>

#include "runtime/adapters/duckdb.h"
#include "runtime/adapters/odbc.h"
#include "runtime/adapters/postgres.h"
#include "runtime/adapters/trino.h"

namespace hookc {

namespace {

struct Row {
  std::string_view type;
  AdapterOrError (*open)(const Target& target, const AdapterOptions& options);
};

constexpr Row kAdapters[] = {
    {"duckdb", &open_duckdb},
    {"postgres", &open_postgres},
    {"redshift", &open_postgres},
    {"greenplum", &open_postgres},
    {"alloydb", &open_postgres},
    {"trino", &open_trino},
    {"starburst", &open_trino},
};

}  // namespace

AdapterOrError open_adapter(const Target& target, const AdapterOptions& options) {
  if (has_odbc_fields(target)) return open_odbc(target, options);
  const auto* const row = std::find_if(std::begin(kAdapters), std::end(kAdapters), [&](const Row& each) { return each.type == target.type; });
  return row == std::end(kAdapters) ? open_odbc(target, options) : row->open(target, options);
}

}  // namespace hookc
