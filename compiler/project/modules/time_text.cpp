#include "compiler/project/modules/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include "compiler/project/modules/timezone.h"
#include "compiler/value/operators.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from the left; a part that is not there makes it fail for good.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  std::int64_t digits(std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::size_t skip_digits() {
    std::size_t count = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); ++count) rest_.remove_prefix(1);
    return count;
  }
  void fail() { failed_ = true; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// `03`, `03:04`, `03:04:05`, `03:04:05.123456`, and all of them without colons.
/// `is_lenient`: as Python does before an offset, one character too many is passed over.
std::optional<ClockTime> read_clock(std::string_view text, bool is_lenient) {
  Reader reader{text};
  ClockTime time;
  time.hour = reader.digits(2);
  const bool has_colons = reader.peek() == ':';
  std::array<std::int64_t*, 2> parts{&time.minute, &time.second};
  for (std::int64_t* part : parts) {
    if (is_lenient && !reader.failed() && reader.left() == 1) return time;
    if (reader.failed() || reader.at_end() || reader.peek() == '.' || reader.peek() == ',') break;
    if (has_colons && !reader.take(':')) return std::nullopt;
    *part = reader.digits(2);
  }
  if (is_lenient && !reader.failed() && reader.left() == 1) return time;
  if (!reader.failed() && !reader.at_end()) {
    if (!reader.take('.') && !reader.take(',')) return std::nullopt;
    const std::size_t count = std::min<std::size_t>(reader.left(), 6);
    if (count == 0) return std::nullopt;
    time.microsecond = reader.digits(count);
    for (std::size_t i = count; i < 6; ++i) time.microsecond *= 10;
    reader.skip_digits();  // more than microseconds are cut off
  }
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return time;
}

/// Year, week and day of ISO 8601; nothing when there is no such week.
std::optional<CivilDate> civil_of_week(std::int64_t year, std::int64_t week, std::int64_t weekday) {
  if (year < kMinYear || year > kMaxYear || week < 1 || week > iso_weeks_in(year) || weekday < 1 || weekday > 7) return std::nullopt;
  const std::int64_t day = iso_year_start(year) + (week - 1) * 7 + weekday - 1;
  if (day < kMinDay || day > kMaxDay) return CivilDate{kMaxYear + 1, 1, 1};
  return civil_of(day);
}

/// How many bytes of an ISO datetime are its date.
std::size_t date_length(std::string_view text) {
  if (text.size() == 7) return 7;
  if (text[4] == '-') {
    if (text[5] != 'W') return 10;
    if (text.size() <= 8 || text[8] != '-') return 8;
    if (text.size() == 9) return 0;
    return text.size() > 10 && is_digit(text[10]) ? 8 : 10;  // a dash as separator, rather than a digit
  }
  if (text[4] != 'W') return 8;
  std::size_t digits_end = 7;
  while (digits_end < text.size() && is_digit(text[digits_end])) ++digits_end;
  if (digits_end < 9) return digits_end;
  return digits_end % 2 == 0 ? 7 : 8;
}

}  // namespace

std::string iso_date(std::int64_t day) {
  const CivilDate date = civil_of(day);
  return fmt::format("{:04d}-{:02d}-{:02d}", date.year, date.month, date.day);
}

std::optional<std::string> iso_time(std::int64_t micros_of_day, std::string_view timespec) {
  const ClockTime time = clock_of(micros_of_day);
  if (timespec == "auto") timespec = time.microsecond != 0 ? "microseconds" : "seconds";
  if (timespec == "hours") return fmt::format("{:02d}", time.hour);
  if (timespec == "minutes") return fmt::format("{:02d}:{:02d}", time.hour, time.minute);
  const std::string seconds = fmt::format("{:02d}:{:02d}:{:02d}", time.hour, time.minute, time.second);
  if (timespec == "seconds") return seconds;
  if (timespec == "milliseconds") return fmt::format("{}.{:03d}", seconds, time.microsecond / 1000);
  if (timespec == "microseconds") return fmt::format("{}.{:06d}", seconds, time.microsecond);
  return std::nullopt;
}

std::optional<CivilDate> read_iso_date(std::string_view text) {
  if (text.size() != 7 && text.size() != 8 && text.size() != 10) return std::nullopt;
  Reader reader{text};
  const std::int64_t year = reader.digits(4);
  const bool has_dashes = reader.take('-');
  if (reader.take('W')) {
    const std::int64_t week = reader.digits(2);
    std::int64_t weekday = 1;
    if (!reader.at_end()) {
      if (reader.take('-') != has_dashes) return std::nullopt;
      weekday = reader.digits(1);
    }
    if (reader.failed() || !reader.at_end()) return std::nullopt;
    return civil_of_week(year, week, weekday);
  }
  const std::int64_t month = reader.digits(2);
  if (reader.take('-') != has_dashes) return std::nullopt;
  const std::int64_t day = reader.digits(2);
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return CivilDate{year, month, day};
}

std::optional<ReadTime> read_iso_time(std::string_view text) {
  const std::size_t zone = text.find_first_of("+-Z");
  const auto time = read_clock(text.substr(0, zone), zone != std::string_view::npos);
  if (!time) return std::nullopt;
  ReadTime result;
  result.time = *time;
  if (zone == std::string_view::npos) return result;
  const std::string_view rest = text.substr(zone + 1);
  if (text[zone] == 'Z') {
    if (!rest.empty()) return std::nullopt;
    result.offset = 0;
    return result;
  }
  const auto offset = read_clock(rest, false);
  if (!offset) return std::nullopt;
  result.offset = text[zone] == '-' ? -micros_of(*offset) : micros_of(*offset);
  return result;
}

std::optional<ReadTime> read_iso_datetime(std::string_view text) {
  if (text.size() < 7) return std::nullopt;
  const std::size_t length = date_length(text);
  const auto date = read_iso_date(text.substr(0, length));
  if (!date) return std::nullopt;
  ReadTime result;
  if (length < text.size()) {
    // any one character stands between date and time
    const std::string_view time = text.substr(std::min<std::size_t>(text.size(), length + unicode::decode(text, length).size));
    const auto read = read_iso_time(time);
    if (!read) return std::nullopt;
    result = *read;
  }
  result.date = *date;
  return result;
}

std::string format_time(const Site& site, const PrintedTime& time, std::string_view format) {
  if (format.find('\0') != std::string_view::npos) fail(site.span, "ValueError", "embedded null character");
  const CivilDate date = civil_of(time.day);
  const ClockTime clock = clock_of(time.micros_of_day);
  // What the C library does not know is put in before.
  std::string prepared;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char directive = format[i] == '%' && i + 1 < format.size() ? format[i + 1] : '\0';
    if (directive == 'f') {
      prepared += fmt::format("{:06d}", clock.microsecond);
    } else if (directive == 'z') {
      if (time.offset) prepared += offset_text(*time.offset, "");
    } else if (directive == 'Z') {
      for (const char c : time.zone_name) prepared += c == '%' ? std::string{"%%"} : std::string(1, c);
    } else {
      prepared += format[i];
      if (directive == '\0') continue;
      prepared += directive;
    }
    ++i;
  }
  if (prepared.empty()) return {};
  std::tm parts{};
  parts.tm_year = static_cast<int>(date.year) - 1900;
  parts.tm_mon = static_cast<int>(date.month) - 1;
  parts.tm_mday = static_cast<int>(date.day);
  parts.tm_hour = static_cast<int>(clock.hour);
  parts.tm_min = static_cast<int>(clock.minute);
  parts.tm_sec = static_cast<int>(clock.second);
  parts.tm_wday = static_cast<int>((weekday_of(time.day) + 1) % 7);
  parts.tm_yday = static_cast<int>(day_of_year(time.day)) - 1;
  parts.tm_isdst = time.is_dst;
  // As Python: a result of more than 256 times the format is taken for an empty one.
  for (std::size_t size = 1024;; size *= 2) {
    check_made(site, size);
    std::vector<char> buffer(size);
    const std::size_t written = std::strftime(buffer.data(), buffer.size(), prepared.c_str(), &parts);
    if (written > 0 || size >= 256 * prepared.size()) return std::string(buffer.data(), written);
  }
}

}  // namespace hookc
