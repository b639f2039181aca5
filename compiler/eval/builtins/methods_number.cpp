// Methods of int and float.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/eval/builtins/bytes.h"
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

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

Value integer_to_bytes(const BuiltinCall& call) {
  const std::int64_t length = size_argument(call, 1);
  const Text order = string_argument(call, 2);
  const bool is_signed = truth_argument(call, 3);
  if (order.view() != "big" && order.view() != "little") raise(call, "ValueError", "byteorder must be either 'little' or 'big'");
  if (length < 0) raise(call, "ValueError", "length argument must be non-negative");
  check_made(call.site(), static_cast<std::uint64_t>(length));
  Integer rest = *as_integer(call[0]);
  if (rest < 0 && !is_signed) raise(call, "OverflowError", "can't convert negative int to unsigned");
  const bool is_negative = rest < 0;
  const std::size_t needed = bit_length(is_negative ? Integer{-rest - 1} : rest) + (is_signed && (is_negative || rest != 0) ? 1 : 0);
  if (needed > static_cast<std::size_t>(length) * 8) raise(call, "OverflowError", "int too big to convert");
  // two's complement: the bytes of what is one less, turned over
  const unsigned char flip = is_negative ? 0xFF : 0;
  if (is_negative) rest = -rest - 1;
  std::vector<unsigned char> least_first;
  boost::multiprecision::export_bits(rest, std::back_inserter(least_first), 8, false);
  least_first.resize(static_cast<std::size_t>(length));
  std::string bytes;
  for (const unsigned char byte : least_first) bytes.push_back(static_cast<char>(byte ^ flip));
  if (order.view() == "big") std::reverse(bytes.begin(), bytes.end());
  return make_bytes(call.evaluator.made(std::move(bytes)));
}

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

Value float_hex(const BuiltinCall& call) {
  const double value = self_float(call);
  if (!std::isfinite(value)) return call.evaluator.made(float_repr(value));
  const char* sign = std::signbit(value) ? "-" : "";
  if (value == 0.0) return call.evaluator.made(fmt::format("{}0x0.0p+0", sign));
  constexpr int kDigits = 13;  // after the point, of four bits
  int exponent = 0;
  double mantissa = std::frexp(std::fabs(value), &exponent);
  const int shift = 1 - std::max(std::numeric_limits<double>::min_exponent - exponent, 0);
  mantissa = std::ldexp(mantissa, shift);
  exponent -= shift;
  const auto whole = static_cast<std::uint64_t>(mantissa);
  const auto fraction = static_cast<std::uint64_t>(std::ldexp(mantissa - static_cast<double>(whole), kDigits * 4));
  return call.evaluator.made(fmt::format("{}0x{}.{:013x}p{}{}", sign, whole, fraction, exponent < 0 ? "-" : "+", std::abs(exponent)));
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kInteger[] = {
    {"as_integer_ratio", "as_integer_ratio(self, /)", kPropagate, &integer_ratio},
    {"bit_count", "bit_count(self, /)", kPropagate, &integer_bit_count},
    {"bit_length", "bit_length(self, /)", kPropagate, &integer_bit_length},
    {"conjugate", "conjugate(self, /)", kPropagate, &integer_conjugate},
    {"to_bytes", "to_bytes(self, length=1, byteorder='big', *, signed=false)", kPropagate, &integer_to_bytes},
};

constexpr Builtin kFloat[] = {
    {"as_integer_ratio", "as_integer_ratio(self, /)", kPropagate, &float_ratio},
    {"conjugate", "conjugate(self, /)", kPropagate, &float_conjugate},
    {"hex", "hex(self, /)", kPropagate, &float_hex},
    {"is_integer", "is_integer(self, /)", kPropagate, &float_is_integer},
};

}  // namespace

std::span<const Builtin> integer_methods() { return kInteger; }
std::span<const Builtin> float_methods() { return kFloat; }

}  // namespace hookc
