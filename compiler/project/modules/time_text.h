// TimeText: what dates and times look like in text: ISO 8601 and strftime's and strptime's formats.
// Source of the semantics: Python 3.11, datetime.isoformat, fromisoformat, strftime, strptime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/calendar.h"
#include "compiler/value/site.h"

namespace hookc {

/// `2020-01-02`.
std::string iso_date(std::int64_t day);
/// `03:04:05.000006`; `timespec` is `auto`, `hours`, .. `microseconds`; nothing for another.
std::optional<std::string> iso_time(std::int64_t micros_of_day, std::string_view timespec);

/// What was read out of text.
struct ReadTime {
  CivilDate date{1900, 1, 1};
  ClockTime time;
  std::optional<std::int64_t> offset;    // microseconds east of UTC
  std::optional<std::string> zone_name;  // of strptime's %Z
};

/// ISO 8601 as fromisoformat reads it. Nothing when the form is wrong; the fields may be out of their ranges.
std::optional<ReadTime> read_iso_datetime(std::string_view text);
std::optional<CivilDate> read_iso_date(std::string_view text);
std::optional<ReadTime> read_iso_time(std::string_view text);

/// What strftime prints.
struct PrintedTime {
  std::int64_t day = 0;
  std::int64_t micros_of_day = 0;
  std::optional<std::int64_t> offset;
  std::string zone_name;
  int is_dst = -1;
};
std::string format_time(const Site& site, const PrintedTime& time, std::string_view format);
/// ValueError in Python's words when the text does not fit the format.
ReadTime parse_time(Evaluator& evaluator, std::string_view text, std::string_view format);

}  // namespace hookc
