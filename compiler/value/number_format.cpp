#include "compiler/value/number_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"

namespace hookc {

std::string float_digits(double value, char kind, int precision, bool alternate) {
  const bool upper = kind >= 'A' && kind <= 'Z';
  if (std::isnan(value)) return upper ? "NAN" : "nan";
  if (std::isinf(value)) return upper ? "INF" : "inf";
  const std::string pattern = fmt::format("%{}.*{}", alternate ? "#" : "", kind);
  std::array<char, 512> small{};
  const auto print = [&](char* out, std::size_t size) { return std::snprintf(out, size, pattern.c_str(), precision, value); };  // NOLINT: the pattern is ours
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int size = print(small.data(), small.size());
#pragma GCC diagnostic pop
  if (size < 0) return {};
  if (static_cast<std::size_t>(size) < small.size()) return std::string(small.data(), static_cast<std::size_t>(size));
  std::string large(static_cast<std::size_t>(size) + 1, '\0');
  print(large.data(), large.size());
  large.pop_back();
  return large;
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
