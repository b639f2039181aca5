#include "compiler/project/dbt_version.h"

#include <algorithm>
#include <array>

namespace hookc {
namespace {

struct Row {
  DbtVersion version;
  std::string_view name;
  std::string_view release;
};
constexpr std::array kRows{Row{DbtVersion::V1_8, "1.8", "1.8.10"},  Row{DbtVersion::V1_9, "1.9", "1.9.11"}, Row{DbtVersion::V1_10, "1.10", "1.10.23"},
                           Row{DbtVersion::V1_11, "1.11", "1.11.16"}, Row{DbtVersion::V1_12, "1.12", "1.12.6"}};

}  // namespace

std::string_view name_of(DbtVersion version) { return kRows.at(static_cast<std::size_t>(version)).name; }
std::string_view release_of(DbtVersion version) { return kRows.at(static_cast<std::size_t>(version)).release; }

std::optional<DbtVersion> dbt_version_named(std::string_view name) {
  for (const Row& row : kRows) {
    if (!name.starts_with(row.name)) continue;
    const std::string_view rest = name.substr(row.name.size());
    const bool is_patch = rest.size() > 1 && rest.front() == '.' && std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (rest.empty() || is_patch) return row.version;
  }
  return std::nullopt;
}

}  // namespace hookc
