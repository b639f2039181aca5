#include "compiler/project/modules/zone_rules.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "compiler/project/modules/calendar.h"

namespace hookc {

namespace {

constexpr std::int64_t kFirstSecond = -2'147'483'648;  // of 32 bits: what pytz reads
constexpr std::int64_t kLastSecond = 2'147'483'647;

/// One stretch of time of a zone, in seconds.
struct Stretch {
  std::int64_t begin;
  std::int64_t offset;
  bool is_dst;
  std::string name;
};

std::int64_t whole_minutes(std::int64_t seconds) { return floor_div(seconds + 30, 60) * kMicrosPerMinute; }

std::vector<Stretch> stretches_of(const date::time_zone& zone) {
  std::vector<Stretch> stretches;
  date::sys_seconds time{std::chrono::seconds{kMinDay * 86'400}};
  const date::sys_seconds end{std::chrono::seconds{kLastSecond}};
  while (true) {
    const date::sys_info info = zone.get_info(time);
    Stretch stretch{std::max(info.begin.time_since_epoch().count(), kMinDay * 86'400), info.offset.count(), info.save.count() != 0, info.abbrev};
    // What begins before 1901 begins in 1901, but for the local mean time of the very first stretch.
    if (!stretches.empty() && stretch.begin < kFirstSecond) stretch.begin = kFirstSecond;
    if (stretches.size() > 1 && stretches.back().begin == stretch.begin) stretches.pop_back();
    stretches.push_back(std::move(stretch));
    if (info.end > end || info.end <= time) break;
    time = info.end;
  }
  return stretches;
}

/// How far a stretch of daylight saving time is from the standard time before it, or after it where that makes no sense.
std::int64_t saving_at(const std::vector<Stretch>& stretches, std::size_t index) {
  constexpr std::int64_t kMost = 3 * 3600;
  const Stretch& own = stretches[index];
  if (!own.is_dst) return 0;
  std::int64_t before = own.offset;
  for (std::size_t i = index; i-- > 0;) {
    before = stretches[i].offset;
    if (!stretches[i].is_dst) break;
  }
  std::int64_t saving = own.offset - before;
  if (saving > 0 && saving <= kMost) return saving;
  for (std::size_t i = index + 1; i < stretches.size(); ++i) {
    if (stretches[i].is_dst) continue;
    saving = own.offset - stretches[i].offset;
    if (saving != 0 && std::abs(saving) <= kMost) break;
  }
  return saving;
}

}  // namespace

const ZoneInfo& ZoneRules::at(std::int64_t utc) const {
  const auto after = std::upper_bound(changes.begin(), changes.end(), utc, [](std::int64_t time, const auto& change) { return time < change.first; });
  return after == changes.begin() ? changes.front().second : std::prev(after)->second;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      const std::string& name = zone.name();
      if (name != "Factory" && name != "localtime" && name != "posixrules") names.push_back(name);
    }
  } catch (const std::runtime_error&) {  // there is no database
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::shared_ptr<const ZoneRules> load_zone(const std::string& zone) {
  try {
    const std::vector<Stretch> stretches = stretches_of(*date::locate_zone(zone));
    auto rules = std::make_shared<ZoneRules>();
    rules->zone = zone;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      const std::int64_t begin = i == 0 ? kMinDay * kMicrosPerDay : stretches[i].begin * kMicrosPerSecond;
      rules->changes.emplace_back(begin, ZoneInfo{whole_minutes(stretches[i].offset), whole_minutes(saving_at(stretches, i)), stretches[i].name});
    }
    return rules;
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

std::vector<std::vector<std::string>> zone_table(std::string_view file) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream in("/usr/share/zoneinfo/" + std::string{file});
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t tab = std::min(line.find('\t', begin), line.size());
      cells.push_back(line.substr(begin, tab - begin));
      begin = tab + 1;
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace hookc
