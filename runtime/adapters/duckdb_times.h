// Dates, times and intervals of DuckDB as text, as Python's `str` writes them.
#pragma once

#include <cstdint>
#include <string>

namespace hookc::duckdb {

/// `2024-01-31`; years before the common era have a sign, dates without an end are `infinity` and `-infinity`.
std::string date_text(std::int32_t days_since_1970);
/// `13:05:09`, with six digits of a second's fraction when there is one.
std::string time_text(std::int64_t microseconds);
/// The packed form of TIME WITH TIME ZONE: `13:05:09+02:00`.
std::string time_tz_text(std::uint64_t bits);
/// `ticks` since 1970 at `ticks_per_second`; a fraction has six digits, nine when it needs them.
std::string timestamp_text(std::int64_t ticks, std::int64_t ticks_per_second);
/// `1 year 2 months 3 days 04:05:06`.
std::string interval_text(std::int32_t months, std::int32_t days, std::int64_t microseconds);

}  // namespace hookc::duckdb
