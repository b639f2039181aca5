#include "compiler/value/big_int.h"

#include <cmath>
#include <limits>
#include <typeinfo>

#include "compiler/value/numbers.h"

namespace hookc {

namespace mp = boost::multiprecision;

Text BigInt::str() const { return Text{integer_digits(Value{ObjectPtr{std::make_shared<BigInt>(value_)}}), fixed_at(Position{0})}; }

bool BigInt::equals(const Value& other) const {
  if (const BigInt* big = as_big_int(other)) return big->value_ == value_;
  const double* number = other.get_if<double>();
  return number != nullptr && std::isfinite(*number) && std::trunc(*number) == *number && integer_from_double(*number) == value_;
}

std::optional<std::size_t> BigInt::hash() const {
  static const Integer kModulus = (Integer{1} << 61U) - 1;
  return static_cast<std::size_t>(mp::abs(value_) % kModulus);
}

Value make_integer(Integer value) {
  if (value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max()) return Value{static_cast<std::int64_t>(value)};
  return Value{ObjectPtr{std::make_shared<BigInt>(std::move(value))}};
}

const BigInt* as_big_int(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  if (object == nullptr) return nullptr;
  const Object& one = **object;
  return typeid(one) == typeid(BigInt) ? static_cast<const BigInt*>(&one) : nullptr;  // the class is final, and a dynamic_cast dearer
}

std::optional<Integer> as_integer(const Value& value) {
  if (const auto* number = value.get_if<std::int64_t>()) return Integer{*number};
  if (const auto* truth = value.get_if<bool>()) return Integer{*truth ? 1 : 0};
  if (const BigInt* big = as_big_int(value)) return big->value();
  return std::nullopt;
}

std::size_t bit_length(const Integer& value) { return value == 0 ? 0 : static_cast<std::size_t>(mp::msb(mp::abs(value))) + 1; }

double nearest_double(const Integer& value, bool sticky, int exponent) {
  if (value == 0) return 0.0;
  const bool negative = value < 0;
  Integer magnitude = mp::abs(value);
  const std::size_t bits = bit_length(magnitude);
  if (bits > 62) {
    const auto shift = static_cast<unsigned>(bits - 62);
    const Integer kept = magnitude >> shift;
    if ((kept << shift) != magnitude) sticky = true;
    magnitude = kept;
    exponent += static_cast<int>(shift);
  } else if (bits < 56) {
    // room below the 53 bits of a double, so that the sticky bit can be seen
    magnitude <<= static_cast<unsigned>(56 - bits);
    exponent -= static_cast<int>(56 - bits);
  }
  auto top = static_cast<std::uint64_t>(magnitude);
  if (sticky) top |= 1U;
  const double result = std::ldexp(static_cast<double>(top), exponent);  // the conversion rounds to even
  return negative ? -result : result;
}

Integer integer_from_double(double value) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  Integer result{static_cast<std::int64_t>(std::ldexp(mantissa, 53))};
  exponent -= 53;
  if (exponent >= 0) return result << static_cast<unsigned>(exponent);
  const bool negative = result < 0;
  result = mp::abs(result) >> static_cast<unsigned>(-exponent);
  return negative ? Integer{-result} : result;
}

}  // namespace hookc
