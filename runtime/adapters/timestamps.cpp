#include "runtime/adapters/timestamps.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace hookc {

namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `.5` and nothing as Python prints a fraction: six digits, or none.
std::string six_digits(std::string_view fraction) {
  if (fraction.empty()) return {};
  std::string six{fraction};
  six.resize(6, '0');
  return six == "000000" ? std::string{} : "." + six;
}

}  // namespace

std::string python_timestamp(std::string_view text) {
  const auto part = [&](std::size_t begin, std::size_t size) { return begin + size <= text.size() ? digits(text.substr(begin, size)) : std::nullopt; };
  const auto year = part(0, 4);
  const auto month = part(5, 2);
  const auto day = part(8, 2);
  const auto hour = part(11, 2);
  const auto minute = part(14, 2);
  const auto second = part(17, 2);
  const bool has_shape = text.size() >= 19 && text[4] == '-' && text[7] == '-' && (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':' && !text.ends_with("BC");
  if (!has_shape || !year || !month || !day || !hour || !minute || !second) return std::string{text};
  std::size_t at = 19;
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
    fraction = text.substr(at + 1, end - at - 1);
    at = end;
  }
  if (at == text.size()) return fmt::format("{}{}", text.substr(0, 19), six_digits(fraction));
  at = std::min(text.find_first_not_of(' ', at), text.size());
  const std::string_view zone = text.substr(at);
  const bool is_west = zone.starts_with('-');
  if (!is_west && !zone.starts_with('+') && zone != "UTC" && zone != "Z") return std::string{text};
  int offset_seconds = 0;
  int unit = zone == "UTC" || zone == "Z" ? 0 : 3600;
  for (std::size_t i = at + 1; i + 2 <= text.size() && unit > 0; i += 3, unit /= 60) {
    const auto field = part(i, 2);
    if (!field) return std::string{text};
    offset_seconds += *field * unit;
  }
  using namespace std::chrono;
  const sys_seconds local = sys_days{std::chrono::year{*year} / *month / *day} + hours{*hour} + minutes{*minute} + seconds{*second};
  const sys_seconds utc = local - seconds{is_west ? -offset_seconds : offset_seconds};
  const sys_days date = floor<days>(utc);
  const year_month_day ymd{date};
  const hh_mm_ss time{utc - date};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{}+00:00", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(), six_digits(fraction));
}

}  // namespace hookc
