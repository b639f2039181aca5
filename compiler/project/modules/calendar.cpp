#include "compiler/project/modules/calendar.h"

#include <chrono>

namespace hookc {

namespace {

std::chrono::year_month_day ymd_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  return std::chrono::year{static_cast<int>(year)} / static_cast<int>(month) / static_cast<int>(day);
}

}  // namespace

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  const std::chrono::year_month_day_last last{std::chrono::year{static_cast<int>(year)} / static_cast<int>(month) / std::chrono::last};
  return static_cast<unsigned>(last.day());
}

std::int64_t day_of(const CivilDate& date) { return std::chrono::sys_days{ymd_of(date.year, date.month, date.day)}.time_since_epoch().count(); }

CivilDate civil_of(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return CivilDate{static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

std::int64_t weekday_of(std::int64_t day) { return floor_mod(day + 3, 7); }  // 1970-01-01 was a Thursday

std::int64_t day_of_year(std::int64_t day) { return day - day_of(CivilDate{civil_of(day).year, 1, 1}) + 1; }

std::int64_t iso_year_start(std::int64_t year) {
  const std::int64_t fourth = day_of(CivilDate{year, 1, 4});  // is always in week 1
  return fourth - weekday_of(fourth);
}

std::int64_t iso_weeks_in(std::int64_t year) { return (iso_year_start(year + 1) - iso_year_start(year)) / 7; }

IsoWeek iso_week_of(std::int64_t day) {
  std::int64_t year = civil_of(day).year;
  if (day < iso_year_start(year))
    --year;
  else if (day >= iso_year_start(year + 1))
    ++year;
  return IsoWeek{year, (day - iso_year_start(year)) / 7 + 1, weekday_of(day) + 1};
}

ClockTime clock_of(std::int64_t micros_of_day) {
  return ClockTime{micros_of_day / kMicrosPerHour, micros_of_day / kMicrosPerMinute % 60, micros_of_day / kMicrosPerSecond % 60, micros_of_day % kMicrosPerSecond};
}

std::int64_t micros_of(const ClockTime& time) {
  return time.hour * kMicrosPerHour + time.minute * kMicrosPerMinute + time.second * kMicrosPerSecond + time.microsecond;
}

}  // namespace hookc
