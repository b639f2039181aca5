#include "runtime/adapters/duckdb_times.h"

#include <fmt/format.h>

#include <limits>

namespace hookc::duckdb {

namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

struct Division {
  std::int64_t quotient;
  std::int64_t remainder;  // never negative
};

Division floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by - (value % by < 0 ? 1 : 0);
  return Division{quotient, value - quotient * by};
}

/// The proleptic Gregorian calendar, counted in eras of 400 years that begin in March, so that the leap day is an era's last.
std::string calendar_text(std::int64_t days_since_1970) {
  constexpr std::int64_t kDaysPerEra = 146'097;
  constexpr std::int64_t kDaysFromMarchOfYear0 = 719'468;
  const auto [era, day_of_era] = floor_divide(days_since_1970 + kDaysFromMarchOfYear0, kDaysPerEra);
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string clock_text(std::int64_t seconds) { return fmt::format("{:02}:{:02}:{:02}", seconds / 3'600, seconds / 60 % 60, seconds % 60); }

std::string fraction_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  return nanoseconds % 1'000 == 0 ? fmt::format(".{:06}", nanoseconds / 1'000) : fmt::format(".{:09}", nanoseconds);
}

}  // namespace

std::string date_text(std::int32_t days_since_1970) {
  if (days_since_1970 == std::numeric_limits<std::int32_t>::max()) return "infinity";
  if (days_since_1970 == -std::numeric_limits<std::int32_t>::max()) return "-infinity";
  return calendar_text(days_since_1970);
}

std::string time_text(std::int64_t microseconds) {
  return clock_text(microseconds / kMicrosPerSecond) + fraction_text(microseconds % kMicrosPerSecond * 1'000);
}

std::string time_tz_text(std::uint64_t bits) {
  constexpr std::int64_t kMaxOffsetSeconds = 16 * 3'600 - 1;  // offsets are stored as their distance from this, so that they sort
  const std::int64_t offset = kMaxOffsetSeconds - static_cast<std::int64_t>(bits & 0xFF'FFFFU);
  const std::int64_t magnitude = offset < 0 ? -offset : offset;
  std::string out = fmt::format("{}{}{:02}:{:02}", time_text(static_cast<std::int64_t>(bits >> 24U)), offset < 0 ? '-' : '+', magnitude / 3'600,
                                magnitude / 60 % 60);
  if (magnitude % 60 != 0) out += fmt::format(":{:02}", magnitude % 60);
  return out;
}

std::string timestamp_text(std::int64_t ticks, std::int64_t ticks_per_second) {
  if (ticks == std::numeric_limits<std::int64_t>::max()) return "infinity";
  if (ticks == -std::numeric_limits<std::int64_t>::max()) return "-infinity";
  const auto [seconds, rest] = floor_divide(ticks, ticks_per_second);
  const auto [days, second_of_day] = floor_divide(seconds, kSecondsPerDay);
  return fmt::format("{} {}{}", calendar_text(days), clock_text(second_of_day), fraction_text(rest * (1'000'000'000 / ticks_per_second)));
}

std::string interval_text(std::int32_t months, std::int32_t days, std::int64_t microseconds) {
  std::string out;
  const auto add = [&out](std::int64_t count, std::string_view unit) {
    if (count != 0) out += fmt::format("{}{} {}{}", out.empty() ? "" : " ", count, unit, count == 1 || count == -1 ? "" : "s");
  };
  add(months / 12, "year");
  add(months % 12, "month");
  add(days, "day");
  if (microseconds == 0 && !out.empty()) return out;
  const bool is_negative = microseconds < 0;
  const std::uint64_t magnitude =
      is_negative ? std::uint64_t{0} - static_cast<std::uint64_t>(microseconds) : static_cast<std::uint64_t>(microseconds);
  const auto whole = static_cast<std::int64_t>(magnitude / kMicrosPerSecond);
  const auto rest = static_cast<std::int64_t>(magnitude % kMicrosPerSecond);
  return out + fmt::format("{}{}{}{}", out.empty() ? "" : " ", is_negative ? "-" : "", clock_text(whole), fraction_text(rest * 1'000));
}

}  // namespace hookc::duckdb
