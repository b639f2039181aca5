#include "compiler/value/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"

namespace hookc {

namespace {

/// C's alternate form keeps the point and, for `g`, the zeros; to_chars has no word for it.
std::string alternate_digits(double value, char kind, int precision) {
  const char pattern[] = {'%', '#', '.', '*', kind, '\0'};
  const auto print = [&](char* out, std::size_t size) { return std::snprintf(out, size, pattern, precision, value); };  // NOLINT: the pattern is ours
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int size = print(nullptr, 0);
  if (size < 0) return {};
  std::string digits(static_cast<std::size_t>(size) + 1, '\0');
  print(digits.data(), digits.size());
#pragma GCC diagnostic pop
  digits.pop_back();
  return digits;
}

std::chars_format format_of(char kind) {
  switch (kind) {
    case 'e': return std::chars_format::scientific;
    case 'f': return std::chars_format::fixed;
    default: return std::chars_format::general;
  }
}

}  // namespace

std::string float_digits(double value, char kind, int precision, bool alternate) {
  const bool upper = kind >= 'A' && kind <= 'Z';
  if (std::isnan(value)) return upper ? "NAN" : "nan";
  if (std::isinf(value)) return upper ? "INF" : "inf";
  const char lower = upper ? static_cast<char>(kind - 'A' + 'a') : kind;
  std::string digits;
  if (alternate) {
    digits = alternate_digits(value, lower, precision);
  } else {
    constexpr std::size_t kWhole = 400;  // more than a double has before the point, with its exponent
    digits.resize(static_cast<std::size_t>(precision) + kWhole);
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, format_of(lower), precision);
    digits.resize(static_cast<std::size_t>(end - digits.data()));
  }
  if (upper) std::transform(digits.begin(), digits.end(), digits.begin(), [](char c) { return c == 'e' ? 'E' : c; });
  return digits;
}

std::string magnitude_digits(const Site& site, const Value& integer, int base, bool upper) {
  if (base == 10) {
    std::string digits = integer_digits(integer);
    if (!digits.empty() && digits.front() == '-') digits.erase(0, 1);
    return digits;
  }
  std::optional<Integer> value = as_integer(integer);
  if (!value) fail(site.span, "TypeError", fmt::format("an integer is required, not {}", type_name(integer)));
  Integer magnitude = boost::multiprecision::abs(*value);
  if (magnitude == 0) return "0";
  const unsigned shift = base == 16 ? 4 : base == 8 ? 3 : 1;
  const std::size_t count = (bit_length(magnitude) + shift - 1) / shift;
  std::string digits;
  digits.reserve(count);
  for (std::size_t i = count; i > 0; --i) {
    unsigned digit = 0;
    for (unsigned bit = shift; bit > 0; --bit) {
      const auto at = static_cast<unsigned>((i - 1) * shift + bit - 1);
      digit = digit * 2 + (boost::multiprecision::bit_test(magnitude, at) ? 1U : 0U);
    }
    digits.push_back((upper ? "0123456789ABCDEF" : "0123456789abcdef")[digit]);
  }
  const std::size_t first = digits.find_first_not_of('0');
  return digits.substr(first);
}

bool is_negative(const Value& number) {
  if (const auto* value = number.get_if<double>()) return std::signbit(*value) && !std::isnan(*value);
  if (const auto small = small_integer(number)) return *small < 0;
  const BigInt* big = as_big_int(number);
  return big != nullptr && big->value() < 0;
}

}  // namespace hookc
