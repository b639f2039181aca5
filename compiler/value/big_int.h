// BigInt: a Python integer that does not fit 64 bits. Integers that fit are never BigInts, so equal integers have equal representations.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

using Integer = boost::multiprecision::cpp_int;

class BigInt final : public Object {
 public:
  explicit BigInt(Integer value) : value_(std::move(value)) {}
  [[nodiscard]] const Integer& value() const { return value_; }
  [[nodiscard]] std::string type_name() const override { return "int"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;

 private:
  Integer value_;
};

/// The one representation of an integer.
Value make_integer(Integer value);
/// Null unless `value` is a BigInt.
const BigInt* as_big_int(const Value& value);
/// A bool, int or big int as an Integer; nothing for other types.
std::optional<Integer> as_integer(const Value& value);
/// The nearest double, ties to even; `sticky` says that bits below `value` are not all zero. Infinity when it is out of range.
double nearest_double(const Integer& value, bool sticky, int exponent);
/// An integral finite double as an Integer.
Integer integer_from_double(double value);
/// Bits of the absolute value; 0 for 0.
std::size_t bit_length(const Integer& value);

/// The most bits an integer may have.
inline constexpr std::size_t kMaxIntegerBits = 1U << 18U;

}  // namespace hookc
