#include "runtime/adapters/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "runtime/adapters/duckdb.h"
#include "runtime/adapters/postgres.h"

namespace hookc {

namespace {

struct Row {
  std::string_view type;
  AdapterOrError (*open)(const Target& target, const AdapterOptions& options);
};

constexpr Row kAdapters[] = {
    {"duckdb", &open_duckdb},        {"postgres", &open_postgres},  {"redshift", &open_postgres},
    {"greenplum", &open_postgres},   {"alloydb", &open_postgres},
};

const Row* find(std::string_view type) {
  const auto* const row = std::find_if(std::begin(kAdapters), std::end(kAdapters), [&](const Row& each) { return each.type == type; });
  return row == std::end(kAdapters) ? nullptr : row;
}

}  // namespace

bool can_execute_on(std::string_view adapter_type) { return find(adapter_type) != nullptr; }

AdapterOrError open_adapter(const Target& target, const AdapterOptions& options) {
  if (const Row* row = find(target.type)) return row->open(target, options);
  return AdapterError{AdapterError::Kind::Unsupported,
                      fmt::format("target `{}` is of type `{}`: hookc cannot execute hooks on that yet", target.name, target.type),
                      {},
                      std::nullopt,
                      "`hookc lint` and `hookc compile` work for every type; `hookc run` needs a target of type `duckdb` or `postgres`",
                      false};
}

}  // namespace hookc
