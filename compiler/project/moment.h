// Moment: a point of the calendar with microseconds, and Python's ways to read and write one. No template knows of it; datetime.h makes values.
// Source of the semantics: Python 3.11, datetime.strftime, strptime, isoformat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookc {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Fields of the proleptic Gregorian calendar.
struct Calendar {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t microsecond = 0;
};

struct Moment {
  std::int64_t micros = 0;                    // of local time since 1970
  std::optional<std::int64_t> offset_minutes; // of its zone east of UTC; nothing: naive
  bool is_date = false;                       // a date without time
};

/// Nothing when a field is out of its range (years 1 to 9999).
std::optional<std::int64_t> micros_of(const Calendar& calendar);
Calendar calendar_of(std::int64_t micros);
/// Monday is 0.
std::int64_t weekday_of(std::int64_t micros);
/// `2020-01-02T03:04:05.000006+00:00`; `separator` between date and time.
std::string iso_of(const Moment& moment, char separator);
std::string strftime_of(const Moment& moment, std::string_view format);
std::optional<Moment> moment_from_iso(std::string_view text);
std::optional<Moment> moment_from_format(std::string_view text, std::string_view format);
Moment moment_now(bool utc_zone);

}  // namespace hookc
