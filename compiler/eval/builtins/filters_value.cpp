// Filters over single values: numbers, defaults, JSON, attributes, and dbt's own.
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/big_int.h"
#include "compiler/value/decimal.h"
#include "compiler/value/json.h"
#include "compiler/value/number_format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operand.h"
#include "compiler/value/operators.h"
#include "compiler/value/pretty.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

Value filter_default(const BuiltinCall& call) {
  if (call[0].is<Undefined>()) return call[1];
  return truth_argument(call, 2) && !call.evaluator.truth(call[0]) ? call[1] : call[0];
}

Value filter_int(const BuiltinCall& call) {
  reject_undefined(call, call[0]);
  if (const auto small = small_integer(call[0])) return Value{*small};
  if (const auto* real = call[0].get_if<double>()) return std::isnan(*real) ? call[1] : integer_from_float(call.site(), *real);
  if (const auto integer = as_integer(call[0])) return make_integer(*integer);
  if (const DecimalNumber* decimal = as_decimal(call[0])) return make_integer(decimal->truncated());
  const auto text = text_of(call[0]);
  if (!text) return call[1];
  // whatever int() refuses, also a base that is none, is tried as a float
  const auto base = clamped_integer(call[2]);
  const auto integer = base ? integer_from_text(*text, static_cast<int>(std::clamp<std::int64_t>(*base, -1, 99))) : std::nullopt;
  if (integer) return *integer;
  const auto real = float_from_text(*text);
  return real && std::isfinite(*real) ? integer_from_float(call.site(), *real) : call[1];
}

Value filter_float(const BuiltinCall& call) {
  reject_undefined(call, call[0]);
  if (const auto number = float_of(call.site(), call[0])) return Value{*number};
  const auto text = text_of(call[0]);
  const auto number = text ? float_from_text(*text) : std::nullopt;
  return number ? Value{*number} : call[1];
}

Value filter_abs(const BuiltinCall& call) {
  if (const Operand* own = operand_of(call[0])) {
    if (auto result = own->operate_unary(call.site(), "abs")) return *std::move(result);
  }
  if (!is_number(call[0])) raise(call, "TypeError", fmt::format("bad operand type for abs(): '{}'", type_name(call[0])));
  if (const auto* real = call[0].get_if<double>()) return Value{std::fabs(*real)};
  return is_negative(call[0]) ? negate(call.site(), call[0]) : unary_plus(call.site(), call[0]);
}

/// An integer to a multiple of 10 ** places, ties to even.
Integer rounded_to_tens(const Integer& value, unsigned places) {
  const Integer unit = boost::multiprecision::pow(Integer{10}, places);
  const Integer magnitude = boost::multiprecision::abs(value);
  Integer quotient = magnitude / unit;
  const Integer twice = (magnitude % unit) * 2;
  if (twice > unit || (twice == unit && (quotient & 1) != 0)) quotient += 1;
  return value < 0 ? Integer{-quotient * unit} : Integer{quotient * unit};
}

/// Rounding by arithmetic, where that is exact: so far from a tie that the error of scaling cannot matter, one division of exact operands gives what
/// reading the digits back would. Nothing elsewhere.
std::optional<double> rounded_by_division(double value, int places) {
  constexpr std::array kTens{1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  constexpr double kLargest = 1e12;      // the error of scaling is below 2 ** -13
  constexpr double kNearTie = 1.0 / 1024;
  if (static_cast<std::size_t>(places) >= kTens.size()) return std::nullopt;
  const double unit = kTens[static_cast<std::size_t>(places)];
  const double scaled = std::fabs(value) * unit;
  if (!(scaled < kLargest)) return std::nullopt;
  const auto whole = static_cast<double>(static_cast<std::int64_t>(scaled));
  const double rest = scaled - whole;
  if (std::fabs(rest - 0.5) < kNearTie) return std::nullopt;
  return std::copysign((rest < 0.5 ? whole : whole + 1.0) / unit, value);
}

/// What a float prints with so many digits after the point, read back.
double rounded_to_digits(double value, int places) {
  if (const std::optional<double> rounded = rounded_by_division(value, places)) return *rounded;
  const std::string digits = float_digits(std::fabs(value), 'f', places, false);
  double result = 0.0;
  std::from_chars(digits.data(), digits.data() + digits.size(), result);
  return std::copysign(result, value);
}

Value round_common(const BuiltinCall& call, std::int64_t precision) {
  constexpr std::int64_t kLargest = 330;  // beyond it a double has no digits to round
  if (const auto small = small_integer(call[0]); small && precision >= 0) return Value{*small};
  if (const auto integer = as_integer(call[0])) {
    if (precision >= 0) return make_integer(*integer);
    if (-precision > static_cast<std::int64_t>(bit_length(*integer))) return Value{std::int64_t{0}};
    return make_integer(rounded_to_tens(*integer, static_cast<unsigned>(-precision)));
  }
  const double value = *call[0].get_if<double>();
  if (!std::isfinite(value) || precision > kLargest) return call[0];
  if (precision < -kLargest) return Value{std::copysign(0.0, value)};
  if (precision >= 0) return Value{rounded_to_digits(value, static_cast<int>(precision))};
  // half a unit is exact in doubled integers; what lies below the point only breaks ties upward
  Integer scaled = integer_from_double(std::trunc(std::fabs(value))) * 2 + (std::fabs(value) != std::trunc(std::fabs(value)) ? 1 : 0);
  const Integer unit = boost::multiprecision::pow(Integer{10}, static_cast<unsigned>(-precision)) * 2;
  Integer quotient = scaled / unit;
  const Integer twice = (scaled % unit) * 2;
  if (twice > unit || (twice == unit && (quotient & 1) != 0)) quotient += 1;
  const double result = nearest_double(Integer{quotient * unit / 2}, false, 0);
  if (std::isinf(result)) raise(call, "OverflowError", "rounded value too large to represent");
  return Value{std::copysign(result, value)};
}

Value round_decimal(const BuiltinCall& call, const DecimalNumber& decimal) {
  constexpr std::int64_t kMostPlaces = 1'000;
  if (call[1].is<None>()) return make_integer(decimal.rounded(0)->truncated());
  const std::int64_t places = integer_argument(call, 1);
  if (places > kMostPlaces || places < -kMostPlaces) raise(call, "InvalidOperation", "[<class 'decimal.InvalidOperation'>]");
  return Value{ObjectPtr{decimal.rounded(places)}};
}

Value filter_round(const BuiltinCall& call) {
  check_hashable(call.site(), call[2]);
  const auto method = text_of(call[2]);
  if (!method || (*method != "common" && *method != "ceil" && *method != "floor")) raise(call, "FilterArgumentError", "method must be common, ceil or floor");
  const DecimalNumber* decimal = as_decimal(call[0]);
  if (*method == "common") {
    if (decimal != nullptr) return round_decimal(call, *decimal);
    if (!is_number(call[0])) raise(call, "TypeError", fmt::format("type {} doesn't define __round__ method", type_name(call[0])));
    if (call[1].is<None>()) {
      const auto* real = call[0].get_if<double>();
      return real != nullptr ? integer_from_float(call.site(), std::nearbyint(*real)) : make_integer(*as_integer(call[0]));
    }
    return round_common(call, integer_argument(call, 1));
  }
  const Value unit = power(call.site(), Value{std::int64_t{10}}, call[1]);
  if ((call[0].is<Text>() || call[0].is<ListPtr>()) && small_integer(unit)) {  // which Python repeats before it finds out
    raise(call, "TypeError", fmt::format("must be real number, not {}", type_name(call[0])));
  }
  const Value scaled = multiply(call.site(), call[0], unit);
  if (const DecimalNumber* product = as_decimal(scaled)) return divide(call.site(), make_integer(*method == "ceil" ? product->ceiling() : product->floor()), unit);
  if (!is_number(scaled)) raise(call, "TypeError", fmt::format("must be real number, not {}", type_name(scaled)));
  const auto* real = scaled.get_if<double>();
  const Value whole = real == nullptr ? scaled : integer_from_float(call.site(), *method == "ceil" ? std::ceil(*real) : std::floor(*real));
  return divide(call.site(), whole, unit);
}

Value filter_tojson(const BuiltinCall& call) {
  JsonStyle style{true};
  if (!call[0].is<Text>() && !call[1].is<None>()) {  // Python looks at the indention where there is something to indent
    const Value made = call[1].is<Text>() ? call[1] : multiply(call.site(), Value{call.evaluator.made(" ")}, call[1]);
    if (const auto text = text_of(made)) style.indention = *text;
  }
  const std::string json = to_json(call.site(), call[0], style);
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    switch (c) {
      case '<': safe += "\\u003c"; break;
      case '>': safe += "\\u003e"; break;
      case '&': safe += "\\u0026"; break;
      case '\'': safe += "\\u0027"; break;
      default: safe.push_back(c);
    }
  }
  return call.evaluator.derived(std::move(safe), texts_in(call[0]));
}

Value filter_attr(const BuiltinCall& call) {
  const Text name = string_argument(call, 1);
  reject_undefined(call, call[0]);
  if (is_unsafe_attribute(name.view())) return unsafe_attribute(call[0], name.view());
  if (auto found = attribute_of(call.evaluator, call[0], name.view())) return std::move(*found);
  return missing_attribute(call[0], name.view());
}

Value filter_filesizeformat(const BuiltinCall& call) {
  reject_undefined(call, call[0]);
  const bool binary = truth_argument(call, 1);
  std::optional<double> bytes = float_of(call.site(), call[0]);
  if (const auto text = text_of(call[0])) {
    bytes = float_from_text(*text);
    if (!bytes) raise(call, "ValueError", fmt::format("could not convert string to float: {}", repr_of_bytes(*text)));
  }
  if (!bytes) raise(call, "TypeError", fmt::format("float() argument must be a string or a real number, not '{}'", type_name(call[0])));
  const double base = binary ? 1024 : 1000;
  if (*bytes == 1.0) return call.evaluator.made("1 Byte");
  if (*bytes < base) return call.evaluator.made(fmt::format("{} Bytes", integer_digits(integer_from_float(call.site(), *bytes))));
  constexpr std::string_view kLetters = "kMGTPEZY";
  double unit = base;
  std::size_t i = 0;
  do {
    unit *= base;
  } while (*bytes >= unit && ++i < kLetters.size());
  if (i == kLetters.size()) --i;
  const char letter = binary && i == 0 ? 'K' : kLetters[i];
  return call.evaluator.made(fmt::format("{:.1f} {}{}", base * *bytes / unit, letter, binary ? "iB" : "B"));
}

Value filter_pprint(const BuiltinCall& call) { return call.evaluator.derived(pretty_print(call.site(), call[0]), texts_in(call[0])); }

/// The markers of dbt do nothing where text is rendered.
template <NativeMarker marker>
Value filter_native(const BuiltinCall& call) {
  if (!call.evaluator.options().is_computed_early) return call[0];
  TextBuilder copy;  // whose identity is its own
  copy.append(call.evaluator.to_text(call[0]), FrameId{0});
  Text text = copy.take();
  call.evaluator.mark(text, marker);
  return Value{std::move(text)};
}

Value filter_is_list(const BuiltinCall& call) {
  const auto* list = call[0].get_if<ListPtr>();
  return Value{list != nullptr && !(*list)->is_tuple};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;
constexpr auto kHandled = Builtin::Unknowns::Handled;

constexpr Builtin kRows[] = {
    {"abs", "abs(x, /)", kPropagate, &filter_abs},
    {"as_bool", "as_bool(value)", kHandled, &filter_native<NativeMarker::Bool>},
    {"as_native", "as_native(value)", kHandled, &filter_native<NativeMarker::Any>},
    {"as_number", "as_number(value)", kHandled, &filter_native<NativeMarker::Number>},
    {"as_text", "as_text(value)", kHandled, &filter_native<NativeMarker::Text>},
    {"attr", "attr(obj, name)", kPropagate, &filter_attr},
    {"d", "default(value, default_value='', boolean=false)", kHandled, &filter_default},
    {"default", "default(value, default_value='', boolean=false)", kHandled, &filter_default},
    {"filesizeformat", "filesizeformat(value, binary=false)", kPropagate, &filter_filesizeformat},
    {"float", "float(value, default=0.0)", kPropagate, &filter_float},
    {"int", "int(value, default=0, base=10)", kPropagate, &filter_int},
    {"is_list", "is_list(value)", kPropagate, &filter_is_list},
    {"pprint", "pprint(value)", kPropagate, &filter_pprint},
    {"round", "round(value, precision=0, method='common')", kPropagate, &filter_round},
    {"tojson", "tojson(value, indent=none)", kPropagate, &filter_tojson},
};

}  // namespace

std::span<const Builtin> value_filters() { return kRows; }

}  // namespace hookc
