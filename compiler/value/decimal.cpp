#include "compiler/value/decimal.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"

namespace hookc {

namespace mp = boost::multiprecision;

namespace {

constexpr std::int64_t kPrecision = 28;       // of Python's default context
constexpr std::size_t kMaxDigits = 4'300;     // that are read; as Python's limit for integers
constexpr std::int64_t kMaxExponent = 5'000;  // either way: numbers are aligned digit by digit

Integer ten_to(std::int64_t power) { return mp::pow(Integer{10}, static_cast<unsigned>(power)); }

std::int64_t count_digits(const Integer& value) { return static_cast<std::int64_t>(Integer{mp::abs(value)}.str().size()); }

/// The quotient nearest to value / divisor, the even one of two; the divisor is positive.
Integer nearest_quotient(const Integer& value, const Integer& divisor) {
  const Integer magnitude = mp::abs(value);
  Integer quotient = magnitude / divisor;
  const Integer twice = (magnitude % divisor) * 2;
  if (twice > divisor || (twice == divisor && (quotient & 1) != 0)) quotient += 1;
  return value < 0 ? Integer{-quotient} : quotient;
}

struct Number {
  Integer coefficient;
  std::int64_t exponent = 0;
};

void check_exponent(const Site& site, std::int64_t exponent) {
  if (exponent > kMaxExponent || exponent < -kMaxExponent) fail(site.span, "LimitError", fmt::format("the decimal would have an exponent beyond {}", kMaxExponent));
}

/// What the context makes of a result.
Value in_context(const Site& site, Number number) {
  for (std::int64_t extra = count_digits(number.coefficient) - kPrecision; extra > 0; extra = count_digits(number.coefficient) - kPrecision) {
    number.coefficient = nearest_quotient(number.coefficient, ten_to(extra));
    number.exponent += extra;
  }
  check_exponent(site, number.exponent);
  return Value{ObjectPtr{std::make_shared<DecimalNumber>(std::move(number.coefficient), number.exponent)}};
}

/// The exact value of a finite float.
Number number_of(double value) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  constexpr int kBits = 53;
  Number number{integer_from_double(std::ldexp(mantissa, kBits)), 0};
  exponent -= kBits;
  if (exponent >= 0) {
    number.coefficient <<= static_cast<unsigned>(exponent);
  } else {
    number.coefficient *= mp::pow(Integer{5}, static_cast<unsigned>(-exponent));
    number.exponent = exponent;
  }
  return number;
}

/// Of a decimal or an integer; nothing for others.
std::optional<Number> exact_number(const Value& value) {
  if (const DecimalNumber* decimal = as_decimal(value)) return Number{decimal->coefficient(), decimal->exponent()};
  if (auto integer = as_integer(value)) return Number{std::move(*integer), 0};
  return std::nullopt;
}

/// Both with the smaller exponent.
std::int64_t align(Number& left, Number& right) {
  const std::int64_t exponent = std::min(left.exponent, right.exponent);
  for (Number* one : {&left, &right}) {
    one->coefficient *= ten_to(one->exponent - exponent);
    one->exponent = exponent;
  }
  return exponent;
}

[[noreturn]] void fail_division(const Site& site, const Integer& dividend) {
  if (dividend == 0) fail(site.span, "InvalidOperation", "[<class 'decimal.DivisionUndefined'>]");
  fail(site.span, "DivisionByZero", "[<class 'decimal.DivisionByZero'>]");
}

Value divide(const Site& site, const Number& left, const Number& right) {
  if (right.coefficient == 0) fail_division(site, left.coefficient);
  const std::int64_t ideal = left.exponent - right.exponent;
  if (left.coefficient == 0) return in_context(site, Number{0, ideal});
  const std::int64_t shift = count_digits(right.coefficient) - count_digits(left.coefficient) + kPrecision + 1;
  Integer dividend = mp::abs(left.coefficient);
  Integer divisor = mp::abs(right.coefficient);
  (shift >= 0 ? dividend : divisor) *= ten_to(std::abs(shift));
  Number quotient{dividend / divisor, ideal - shift};
  if (dividend % divisor != 0) {
    if (quotient.coefficient % 5 == 0) quotient.coefficient += 1;  // what is left over decides a tie
  } else {
    for (; quotient.exponent < ideal && quotient.coefficient % 10 == 0; ++quotient.exponent) quotient.coefficient /= 10;
  }
  if ((left.coefficient < 0) != (right.coefficient < 0)) quotient.coefficient = -quotient.coefficient;
  return in_context(site, std::move(quotient));
}

/// `left // right` and `left % right`: unlike those of integers, towards zero.
Value divide_whole(const Site& site, std::string_view op, Number left, Number right) {
  if (right.coefficient == 0) fail_division(site, left.coefficient);
  const std::int64_t exponent = align(left, right);
  if (op == "//") return in_context(site, Number{left.coefficient / right.coefficient, 0});
  return in_context(site, Number{left.coefficient % right.coefficient, exponent});
}

}  // namespace

std::string DecimalNumber::digits() const {
  const std::string whole = Integer{mp::abs(coefficient_)}.str();
  const auto size = static_cast<std::int64_t>(whole.size());
  const std::int64_t left = exponent_ + size;  // digits before the point
  const std::int64_t point = exponent_ <= 0 && left > -6 ? left : 1;
  std::string out = coefficient_ < 0 ? "-" : "";
  if (point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + whole;
  } else if (point >= size) {
    out += whole + std::string(static_cast<std::size_t>(point - size), '0');
  } else {
    out += whole.substr(0, static_cast<std::size_t>(point)) + "." + whole.substr(static_cast<std::size_t>(point));
  }
  return left == point ? out : out + fmt::format("E{:+}", left - point);
}

double DecimalNumber::nearest() const { return float_from_text(digits()).value_or(0); }

Integer DecimalNumber::truncated() const { return exponent_ >= 0 ? Integer{coefficient_ * ten_to(exponent_)} : Integer{coefficient_ / ten_to(-exponent_)}; }

Integer DecimalNumber::floor() const {
  const Integer whole = truncated();
  return coefficient_ < 0 && exponent_ < 0 && coefficient_ % ten_to(-exponent_) != 0 ? Integer{whole - 1} : whole;
}

Integer DecimalNumber::ceiling() const {
  const Integer whole = truncated();
  return coefficient_ > 0 && exponent_ < 0 && coefficient_ % ten_to(-exponent_) != 0 ? Integer{whole + 1} : whole;
}

std::shared_ptr<DecimalNumber> DecimalNumber::rounded(std::int64_t places) const {
  const Integer coefficient = -places <= exponent_ ? Integer{coefficient_ * ten_to(exponent_ + places)} : nearest_quotient(coefficient_, ten_to(-places - exponent_));
  return std::make_shared<DecimalNumber>(coefficient, -places);
}

bool DecimalNumber::equals(const Value& other) const {
  const auto order_of = order(Site{}, other);
  return order_of && *order_of == std::strong_ordering::equal;
}

/// Numbers that are equal hash alike, whatever their type.
std::optional<std::size_t> DecimalNumber::hash() const {
  if (equals(make_integer(truncated()))) return hash_value(make_integer(truncated()));
  const double real = nearest();
  if (std::isfinite(real) && equals(Value{real})) return hash_value(Value{real});
  Number shortest{coefficient_, exponent_};
  for (; shortest.coefficient % 10 == 0; ++shortest.exponent) shortest.coefficient /= 10;
  return std::hash<std::string>{}(DecimalNumber{shortest.coefficient, shortest.exponent}.digits());
}

std::optional<Value> DecimalNumber::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  Number own{coefficient_, exponent_};
  std::optional<Number> its = exact_number(other);
  if (!its) return std::nullopt;  // a float, above all
  Number& left = side == OperandSide::Left ? own : *its;
  Number& right = side == OperandSide::Left ? *its : own;
  if (op == "/") return divide(site, left, right);
  if (op == "//" || op == "%") return divide_whole(site, op, std::move(left), std::move(right));
  if (op == "*") return in_context(site, Number{left.coefficient * right.coefficient, left.exponent + right.exponent});
  if (op != "+" && op != "-") return std::nullopt;
  const std::int64_t exponent = align(left, right);
  return in_context(site, Number{op == "+" ? Integer{left.coefficient + right.coefficient} : Integer{left.coefficient - right.coefficient}, exponent});
}

std::optional<Value> DecimalNumber::operate_unary(const Site& site, std::string_view op) const {
  if (op == "-") return in_context(site, Number{-coefficient_, exponent_});
  if (op == "abs") return in_context(site, Number{mp::abs(coefficient_), exponent_});
  if (op == "+") return in_context(site, Number{coefficient_, exponent_});
  return std::nullopt;
}

std::optional<std::strong_ordering> DecimalNumber::order(const Site&, const Value& other) const {
  Number own{coefficient_, exponent_};
  const auto* real = other.get_if<double>();
  if (real != nullptr && std::isinf(*real)) return *real > 0 ? std::strong_ordering::less : std::strong_ordering::greater;
  std::optional<Number> its = real != nullptr && std::isfinite(*real) ? number_of(*real) : exact_number(other);
  if (!its) return std::nullopt;
  align(own, *its);
  return own.coefficient.compare(its->coefficient) <=> 0;
}

std::optional<Value> decimal_from_text(std::string_view text) {
  Number number;
  std::string digits;
  std::size_t at = 0;
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) ++at;
  bool has_point = false;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.' && !has_point) {
      has_point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      digits += text[at];
      if (has_point) --number.exponent;
    } else {
      return std::nullopt;
    }
  }
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  if (at < text.size()) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    std::int64_t power = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), power);
    if (error != std::errc{} || end != text.data() + text.size() || power > kMaxExponent || power < -kMaxExponent) return std::nullopt;
    number.exponent += power;
  }
  if (number.exponent > kMaxExponent || number.exponent < -kMaxExponent) return std::nullopt;
  const auto integer = as_integer(parse_integer_literal(digits, 10));
  if (!integer) return std::nullopt;
  number.coefficient = is_negative ? Integer{-*integer} : *integer;
  return Value{ObjectPtr{std::make_shared<DecimalNumber>(std::move(number.coefficient), number.exponent)}};
}

const DecimalNumber* as_decimal(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : dynamic_cast<const DecimalNumber*>(object->get());
}

}  // namespace hookc
