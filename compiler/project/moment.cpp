#include "compiler/project/moment.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

namespace hookc {

namespace {

constexpr std::array<std::string_view, 7> kDays{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                                   "July",    "August",   "September", "October", "November", "December"};

/// Days since 1970 of a date, and back, by eras of 400 years.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_in(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

std::string offset_text(std::int64_t minutes, std::string_view colon) {
  const std::int64_t size = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{:02d}{}{:02d}", minutes < 0 ? '-' : '+', size / 60, colon, size % 60);
}

/// Reads a text from the left.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(char c) {
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Between `least` and `most` digits.
  std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') value = value * 10 + (rest_[count++] - '0');
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  /// The microseconds of a fraction of a second.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) value = count < 6 ? value * 10 + (rest_[count] - '0') : value;
    if (count == 0) return std::nullopt;
    rest_.remove_prefix(count);
    for (std::size_t i = count; i < 6; ++i) value *= 10;
    return value;
  }
  /// The index of the word that stands here, whole or as its first three letters, case ignored.
  template <class Words>
  std::optional<std::int64_t> word(const Words& words, bool is_short) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string_view wanted = is_short ? words[i].substr(0, 3) : words[i];
      if (rest_.size() < wanted.size()) continue;
      bool same = true;
      for (std::size_t c = 0; c < wanted.size(); ++c) same = same && (rest_[c] | 0x20) == (wanted[c] | 0x20);
      if (!same) continue;
      rest_.remove_prefix(wanted.size());
      return static_cast<std::int64_t>(i);
    }
    return std::nullopt;
  }
  /// `Z`, `+02:00`, `-0330`.
  std::optional<std::int64_t> offset() {
    if (take('Z') || take('z')) return 0;
    const bool is_west = peek() == '-';
    if (!take('+') && !take('-')) return std::nullopt;
    const auto hours = digits(2, 2);
    take(':');
    const auto minutes = digits(2, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return (is_west ? -1 : 1) * (*hours * 60 + *minutes);
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<std::int64_t> micros_of(const Calendar& c) {
  const bool valid = c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= days_in(c.year, c.month) && c.hour >= 0 && c.hour < 24 &&
                     c.minute >= 0 && c.minute < 60 && c.second >= 0 && c.second < 60 && c.microsecond >= 0 && c.microsecond < kMicrosPerSecond;
  if (!valid) return std::nullopt;
  return days_of(c.year, c.month, c.day) * kMicrosPerDay + (c.hour * 3600 + c.minute * 60 + c.second) * kMicrosPerSecond + c.microsecond;
}

Calendar calendar_of(std::int64_t micros) {
  const std::int64_t days = floor_divide(micros, kMicrosPerDay);
  std::int64_t rest = micros - days * kMicrosPerDay;
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_divide(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  Calendar c;
  c.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  c.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  c.year = year_of_era + era * 400 + (c.month <= 2 ? 1 : 0);
  c.microsecond = rest % kMicrosPerSecond;
  rest /= kMicrosPerSecond;
  c.hour = rest / 3600;
  c.minute = rest / 60 % 60;
  c.second = rest % 60;
  return c;
}

std::int64_t weekday_of(std::int64_t micros) {
  const std::int64_t days = floor_divide(micros, kMicrosPerDay) + 3;  // 1970-01-01 was a Thursday
  return days - floor_divide(days, 7) * 7;
}

std::string iso_of(const Moment& moment, char separator) {
  const Calendar c = calendar_of(moment.micros);
  std::string text = fmt::format("{:04d}-{:02d}-{:02d}", c.year, c.month, c.day);
  if (moment.is_date) return text;
  text += fmt::format("{}{:02d}:{:02d}:{:02d}", separator, c.hour, c.minute, c.second);
  if (c.microsecond != 0) text += fmt::format(".{:06d}", c.microsecond);
  if (moment.offset_minutes) text += offset_text(*moment.offset_minutes, ":");
  return text;
}

std::string strftime_of(const Moment& moment, std::string_view format) {
  const Calendar c = calendar_of(moment.micros);
  std::tm parts{};
  parts.tm_year = static_cast<int>(c.year - 1900);
  parts.tm_mon = static_cast<int>(c.month - 1);
  parts.tm_mday = static_cast<int>(c.day);
  parts.tm_hour = static_cast<int>(c.hour);
  parts.tm_min = static_cast<int>(c.minute);
  parts.tm_sec = static_cast<int>(c.second);
  parts.tm_wday = static_cast<int>((weekday_of(moment.micros) + 1) % 7);
  parts.tm_yday = static_cast<int>(days_of(c.year, c.month, c.day) - days_of(c.year, 1, 1));
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    std::string directive = "%";
    ++i;
    while (i + 1 < format.size() && std::string_view{"-_0^#"}.find(format[i]) != std::string_view::npos) directive += format[i++];
    const char kind = format[i];
    directive += kind;
    if (kind == 'f') {
      out += fmt::format("{:06d}", c.microsecond);
    } else if (kind == 'z' || kind == 'Z') {
      if (moment.offset_minutes && kind == 'z') out += offset_text(*moment.offset_minutes, "");
      if (moment.offset_minutes && kind == 'Z') out += *moment.offset_minutes == 0 ? std::string{"UTC"} : "UTC" + offset_text(*moment.offset_minutes, ":");
    } else if (kind == 'Y') {
      out += fmt::format("{:04d}", c.year);
    } else {
      std::array<char, 128> buffer{};
      out.append(buffer.data(), std::strftime(buffer.data(), buffer.size(), directive.c_str(), &parts));
    }
  }
  return out;
}

std::optional<Moment> moment_from_iso(std::string_view text) {
  Reader in{text};
  Calendar c;
  Moment moment;
  const auto year = in.digits(4, 4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.digits(2, 2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.digits(2, 2);
  if (!day) return std::nullopt;
  c.year = *year;
  c.month = *month;
  c.day = *day;
  if (!in.done()) {
    if (!in.take('T') && !in.take(' ')) return std::nullopt;
    const auto hour = in.digits(2, 2);
    if (!hour || !in.take(':')) return std::nullopt;
    const auto minute = in.digits(2, 2);
    if (!minute) return std::nullopt;
    c.hour = *hour;
    c.minute = *minute;
    if (in.take(':')) {
      const auto second = in.digits(2, 2);
      if (!second) return std::nullopt;
      c.second = *second;
      if (in.take('.')) {
        const auto fraction = in.fraction();
        if (!fraction) return std::nullopt;
        c.microsecond = *fraction;
      }
    }
    if (!in.done()) {
      moment.offset_minutes = in.offset();
      if (!moment.offset_minutes || !in.done()) return std::nullopt;
    }
  }
  const auto micros = micros_of(c);
  if (!micros) return std::nullopt;
  moment.micros = *micros;
  return moment;
}

std::optional<Moment> moment_from_format(std::string_view text, std::string_view format) {
  Reader in{text};
  Calendar c{1900, 1, 1, 0, 0, 0, 0};
  Moment moment;
  std::optional<std::int64_t> half;  // 0: AM, 1: PM
  const auto put = [&](std::int64_t& field, std::optional<std::int64_t> value) {
    if (value) field = *value;
    return value.has_value();
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == ' ') {
      while (in.take(' ')) continue;
      continue;
    }
    if (format[i] != '%' || i + 1 == format.size()) {
      if (!in.take(format[i])) return std::nullopt;
      continue;
    }
    std::int64_t ignored = 0;
    bool ok = false;
    switch (format[++i]) {
      case 'Y': ok = put(c.year, in.digits(4, 4)); break;
      case 'y': ok = put(c.year, in.digits(2, 2)); c.year += c.year < 69 ? 2000 : 1900; break;
      case 'm': ok = put(c.month, in.digits(1, 2)); break;
      case 'd': ok = put(c.day, in.digits(1, 2)); break;
      case 'H':
      case 'I': ok = put(c.hour, in.digits(1, 2)); break;
      case 'M': ok = put(c.minute, in.digits(1, 2)); break;
      case 'S': ok = put(c.second, in.digits(1, 2)); break;
      case 'f': ok = put(c.microsecond, in.fraction()); break;
      case 'B': ok = put(c.month, in.word(kMonths, false)); ++c.month; break;
      case 'b': ok = put(c.month, in.word(kMonths, true)); ++c.month; break;
      case 'A': ok = put(ignored, in.word(kDays, false)); break;
      case 'a': ok = put(ignored, in.word(kDays, true)); break;
      case 'p': half = in.word(std::array<std::string_view, 2>{"AM", "PM"}, false); ok = half.has_value(); break;
      case 'z': moment.offset_minutes = in.offset(); ok = moment.offset_minutes.has_value(); break;
      case '%': ok = in.take('%'); break;
      default: return std::nullopt;
    }
    if (!ok) return std::nullopt;
  }
  if (!in.done()) return std::nullopt;
  if (half) c.hour = c.hour % 12 + *half * 12;
  const auto micros = micros_of(c);
  if (!micros) return std::nullopt;
  moment.micros = *micros;
  return moment;
}

Moment moment_now(bool utc_zone) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Moment moment;
  moment.micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  if (utc_zone) {
    moment.offset_minutes = 0;
    return moment;
  }
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  std::tm local{};
  if (localtime_r(&seconds, &local) != nullptr) moment.micros += local.tm_gmtoff * kMicrosPerSecond;
  return moment;
}

}  // namespace hookc
