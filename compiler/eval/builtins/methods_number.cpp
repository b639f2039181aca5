// Methods of int and float.
#include <cmath>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"

namespace hookc {

namespace {

Value integer_bit_length(const BuiltinCall& call) { return Value{static_cast<std::int64_t>(bit_length(*as_integer(call[0])))}; }

Value integer_bit_count(const BuiltinCall& call) {
  const Integer magnitude = boost::multiprecision::abs(*as_integer(call[0]));
  std::int64_t count = 0;
  for (std::size_t bit = 0; bit < bit_length(magnitude); ++bit) count += boost::multiprecision::bit_test(magnitude, static_cast<unsigned>(bit)) ? 1 : 0;
  return Value{count};
}

Value integer_conjugate(const BuiltinCall& call) { return make_integer(*as_integer(call[0])); }
Value integer_ratio(const BuiltinCall& call) { return make_tuple({make_integer(*as_integer(call[0])), Value{std::int64_t{1}}}); }

double self_float(const BuiltinCall& call) { return *call[0].get_if<double>(); }

Value float_is_integer(const BuiltinCall& call) { return Value{std::isfinite(self_float(call)) && std::trunc(self_float(call)) == self_float(call)}; }
Value float_conjugate(const BuiltinCall& call) { return call[0]; }

Value float_ratio(const BuiltinCall& call) {
  const double value = self_float(call);
  if (std::isnan(value)) raise(call, "ValueError", "cannot convert NaN to integer ratio");
  if (std::isinf(value)) raise(call, "OverflowError", "cannot convert Infinity to integer ratio");
  int exponent = 0;
  double mantissa = std::frexp(value, &exponent);
  while (mantissa != std::trunc(mantissa)) {
    mantissa *= 2;
    --exponent;
  }
  Integer numerator = integer_from_double(mantissa);
  Integer denominator = 1;
  if (exponent >= 0) {
    numerator <<= static_cast<unsigned>(exponent);
  } else {
    denominator <<= static_cast<unsigned>(-exponent);
  }
  return make_tuple({make_integer(numerator), make_integer(denominator)});
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kInteger[] = {
    {"as_integer_ratio", "as_integer_ratio(self, /)", kPropagate, &integer_ratio},
    {"bit_count", "bit_count(self, /)", kPropagate, &integer_bit_count},
    {"bit_length", "bit_length(self, /)", kPropagate, &integer_bit_length},
    {"conjugate", "conjugate(self, /)", kPropagate, &integer_conjugate},
};

constexpr Builtin kFloat[] = {
    {"as_integer_ratio", "as_integer_ratio(self, /)", kPropagate, &float_ratio},
    {"conjugate", "conjugate(self, /)", kPropagate, &float_conjugate},
    {"is_integer", "is_integer(self, /)", kPropagate, &float_is_integer},
};

}  // namespace

std::span<const Builtin> integer_methods() { return kInteger; }
std::span<const Builtin> float_methods() { return kFloat; }

}  // namespace hookc
