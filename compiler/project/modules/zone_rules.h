// ZoneRules: the offsets of a zone of the system's time-zone database over time, as pytz sees them: whole minutes, and times from 1901 to 2037.
// Source of the semantics: pytz 2026, which reads the 32-bit part of the zone files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookc {

struct ZoneInfo {
  std::int64_t offset = 0;  // microseconds east of UTC
  std::int64_t dst = 0;
  std::string name;
  friend bool operator==(const ZoneInfo&, const ZoneInfo&) = default;
};

struct ZoneRules {
  std::string zone;
  /// From when (microseconds of UTC) which offset holds; the first holds from the beginning of time. One entry: the zone has one offset.
  std::vector<std::pair<std::int64_t, ZoneInfo>> changes;

  [[nodiscard]] const ZoneInfo& at(std::int64_t utc) const;
};

/// The names of all zones, sorted; empty when the system has no time-zone database.
std::vector<std::string> zone_names();
/// Nothing when the database has no such zone. The name is spelled as in the database.
std::shared_ptr<const ZoneRules> load_zone(const std::string& zone);
/// Lines of a table of the database (`zone.tab`, `iso3166.tab`), each cut at its tabs; comments are left out.
std::vector<std::vector<std::string>> zone_table(std::string_view file);

}  // namespace hookc
