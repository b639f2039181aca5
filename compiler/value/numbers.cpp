#include "compiler/value/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "compiler/base/ascii.h"
#include "compiler/value/big_int.h"
#include "compiler/value/decimal.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

int digit_in_base(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/// Digits of any size. Halving keeps the cost of long literals well below quadratic multiplication by digits.
Integer integer_of_digits(std::string_view digits, int base) {
  constexpr std::size_t kDirect = 64;
  if (digits.size() <= kDirect) {
    Integer result = 0;
    for (const char c : digits) result = result * base + digit_in_base(c);
    return result;
  }
  const std::size_t half = digits.size() / 2;
  const Integer high = integer_of_digits(digits.substr(0, digits.size() - half), base);
  const Integer scale = boost::multiprecision::pow(Integer{base}, static_cast<unsigned>(half));
  return high * scale + integer_of_digits(digits.substr(digits.size() - half), base);
}

/// Without blanks around, decimal digits of any script made ASCII; nothing when a character is no ASCII otherwise.
std::optional<std::string> ascii_number(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text, at);
    at += c.size;
    if (c.value < 0x80U && !unicode::is_space(c.value)) {
      out.push_back(static_cast<char>(c.value));
    } else if (unicode::is_space(c.value)) {
      out.push_back(' ');
    } else if (const int digit = unicode::digit_value(c.value); digit >= 0) {
      out.push_back(static_cast<char>('0' + digit));
    } else {
      return std::nullopt;
    }
  }
  const std::size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return std::nullopt;
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

/// Takes out single underscores between digits; nothing when one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text, int base) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out.push_back(text[i]);
      continue;
    }
    const bool between = i > 0 && i + 1 < text.size() && digit_in_base(text[i - 1]) < base && digit_in_base(text[i + 1]) < base;
    if (!between) return std::nullopt;
  }
  return out;
}

int base_of_prefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1]) {
    case 'x': case 'X': return 16;
    case 'o': case 'O': return 8;
    case 'b': case 'B': return 2;
    default: return 0;
  }
}

}  // namespace

Value parse_integer_literal(std::string_view digits, int base) {
  std::int64_t small = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), small, base);
  if (error == std::errc{} && end == digits.data() + digits.size()) return Value{small};
  return make_integer(integer_of_digits(digits, base));
}

Value parse_float_literal(std::string_view text) { return Value{std::strtod(std::string{text}.c_str(), nullptr)}; }

std::string float_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 40> buffer{};
  constexpr double kExact = 9007199254740992.0;  // 2 ** 53: below it the shortest digits of a whole number are its own
  if (std::fabs(value) >= 1e-4 && std::fabs(value) < kExact) {
    char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
    if (value == std::trunc(value)) {
      *end++ = '.';
      *end++ = '0';
    }
    return std::string(buffer.data(), end);
  }
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::string_view power = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  const std::string sign = text.front() == '-' ? "-" : "";
  std::string digits;
  for (const char c : text.substr(sign.size(), e - sign.size())) {
    if (c != '.') digits.push_back(c);
  }
  if (exponent < -4 || exponent >= 16) {
    std::string mantissa = digits.substr(0, 1);
    if (digits.size() > 1) mantissa += "." + digits.substr(1);
    return fmt::format("{}{}e{}{:02}", sign, mantissa, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool is_integer(const Value& value) { return value.is<std::int64_t>() || value.is<bool>() || as_big_int(value) != nullptr; }
bool is_number(const Value& value) { return value.is<double>() || is_integer(value); }

std::optional<std::int64_t> small_integer(const Value& value) {
  if (const auto* number = value.get_if<std::int64_t>()) return *number;
  if (const auto* truth = value.get_if<bool>()) return *truth ? 1 : 0;
  return std::nullopt;
}

std::optional<std::int64_t> clamped_integer(const Value& value) {
  if (const auto small = small_integer(value)) return small;
  const BigInt* big = as_big_int(value);
  if (big == nullptr) return std::nullopt;
  return big->value() < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

std::optional<double> float_of(const Site& site, const Value& value) {
  if (const auto* number = value.get_if<double>()) return *number;
  if (const auto small = small_integer(value)) return static_cast<double>(*small);
  if (const DecimalNumber* decimal = as_decimal(value)) return decimal->nearest();
  const BigInt* big = as_big_int(value);
  if (big == nullptr) return std::nullopt;
  const double result = nearest_double(big->value(), false, 0);
  if (std::isinf(result)) fail(site.span, "OverflowError", "int too large to convert to float");
  return result;
}

std::string integer_digits(const Value& value) {
  if (const auto small = small_integer(value)) return std::to_string(*small);
  const BigInt* big = as_big_int(value);
  if (big == nullptr) return {};
  // Python's limit on conversion to decimal digits: 4300 digits, about 14,285 bits
  static const Integer kLimit = boost::multiprecision::pow(Integer{10}, 4300U);
  if (boost::multiprecision::abs(big->value()) >= kLimit) {
    fail(Span{}, "ValueError", "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
  }
  return big->value().str();
}

std::optional<Value> integer_from_text(std::string_view text, int base) {
  const std::optional<std::string> trimmed = ascii_number(text);
  if (!trimmed || base < 0 || base == 1 || base > 36) return std::nullopt;
  std::string_view rest = *trimmed;
  const bool negative = rest.front() == '-';
  if (rest.front() == '-' || rest.front() == '+') rest.remove_prefix(1);
  const int prefix = base_of_prefix(rest);
  if (prefix != 0 && (base == 0 || base == prefix)) {
    base = prefix;
    rest.remove_prefix(2);
    if (!rest.empty() && rest.front() == '_') rest.remove_prefix(1);
  } else if (base == 0) {
    base = 10;
    if (rest.size() > 1 && rest.front() == '0' && rest.find_first_not_of("0_") != std::string_view::npos) return std::nullopt;
  }
  const std::optional<std::string> digits = without_underscores(rest, base);
  if (!digits || digits->empty() || digits->size() > 4300) return std::nullopt;
  for (const char c : *digits) {
    if (digit_in_base(c) >= base) return std::nullopt;
  }
  return make_integer(negative ? Integer{-integer_of_digits(*digits, base)} : integer_of_digits(*digits, base));
}

std::optional<double> float_from_text(std::string_view text) {
  const std::optional<std::string> trimmed = ascii_number(text);
  if (!trimmed) return std::nullopt;
  std::string_view rest = *trimmed;
  const bool negative = rest.front() == '-';
  if (rest.front() == '-' || rest.front() == '+') rest.remove_prefix(1);
  if (rest.empty()) return std::nullopt;
  const std::string lower = ascii_lower(rest);
  double result = 0.0;
  if (lower == "inf" || lower == "infinity") {
    result = std::numeric_limits<double>::infinity();
  } else if (lower == "nan") {
    result = std::numeric_limits<double>::quiet_NaN();
  } else {
    if (lower.find_first_not_of("0123456789.e+-_") != std::string::npos) return std::nullopt;
    const std::optional<std::string> plain = without_underscores(lower, 10);
    if (!plain || plain->empty() || !(plain->front() == '.' || digit_in_base(plain->front()) < 10)) return std::nullopt;
    char* end = nullptr;
    result = std::strtod(plain->c_str(), &end);
    if (end != plain->c_str() + plain->size()) return std::nullopt;
  }
  return negative ? -result : result;
}

Value integer_from_float(const Site& site, double value) {
  if (std::isnan(value)) fail(site.span, "ValueError", "cannot convert float NaN to integer");
  if (std::isinf(value)) fail(site.span, "OverflowError", "cannot convert float infinity to integer");
  const double whole = std::trunc(value);
  constexpr double kLimit = 9223372036854775808.0;
  if (whole >= -kLimit && whole < kLimit) return Value{static_cast<std::int64_t>(whole)};
  return make_integer(integer_from_double(whole));
}

}  // namespace hookc
