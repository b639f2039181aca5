// Calendar: the proleptic Gregorian calendar of the years 1 to 9999, and ISO weeks. Days count from 1970-01-01, times in microseconds.
#pragma once

#include <cstdint>
#include <optional>

namespace hookc {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;
inline constexpr std::int64_t kMinYear = 1;
inline constexpr std::int64_t kMaxYear = 9999;
inline constexpr std::int64_t kMinDay = -719'162;   // 0001-01-01
inline constexpr std::int64_t kMaxDay = 2'932'896;  // 9999-12-31
inline constexpr std::int64_t kMinLocal = kMinDay * kMicrosPerDay;
inline constexpr std::int64_t kMaxLocal = (kMaxDay + 1) * kMicrosPerDay - 1;

struct CivilDate {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
};
struct ClockTime {
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t microsecond = 0;
};
struct IsoWeek {
  std::int64_t year = 1970;
  std::int64_t week = 1;
  std::int64_t weekday = 1;  // Monday is 1
};

/// Quotient and remainder with the sign of the divisor, which is positive.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t divisor) { return value / divisor - (value % divisor < 0 ? 1 : 0); }
constexpr std::int64_t floor_mod(std::int64_t value, std::int64_t divisor) { return value - floor_div(value, divisor) * divisor; }

/// 28 to 31; the month is in 1..12.
std::int64_t days_in_month(std::int64_t year, std::int64_t month);
/// The date must exist.
std::int64_t day_of(const CivilDate& date);
CivilDate civil_of(std::int64_t day);
/// Monday is 0.
std::int64_t weekday_of(std::int64_t day);
/// 1 for the first of January.
std::int64_t day_of_year(std::int64_t day);
IsoWeek iso_week_of(std::int64_t day);
/// The Monday of ISO week 1.
std::int64_t iso_year_start(std::int64_t year);
std::int64_t iso_weeks_in(std::int64_t year);
ClockTime clock_of(std::int64_t micros_of_day);
std::int64_t micros_of(const ClockTime& time);

}  // namespace hookc
