// Arithmetic of operators.h.
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "compiler/value/big_int.h"
#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operand.h"
#include "compiler/value/operators.h"

namespace hookc {

namespace mp = boost::multiprecision;

namespace {

[[noreturn]] void fail_operands(const Site& site, std::string_view op, const Value& left, const Value& right) {
  fail(site.span, "TypeError", fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", op, type_name(left), type_name(right)));
}

/// What objects with operators of their own make of it.
std::optional<Value> operate(const Site& site, std::string_view op, const Value& left, const Value& right) {
  if (const Operand* operand = operand_of(left)) {
    if (auto result = operand->operate(site, op, right, OperandSide::Left)) return result;
  }
  const Operand* const operand = operand_of(right);
  return operand == nullptr ? std::nullopt : operand->operate(site, op, left, OperandSide::Right);
}

/// Undefined operands raise whatever the other side is.
void reject_undefined(const Site& site, const Value& left, const Value& right) {
  if (const auto* undefined = left.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (const auto* undefined = right.get_if<Undefined>()) fail_undefined(site, *undefined);
}

void check_bits(const Site& site, std::size_t bits) {
  if (bits > kMaxIntegerBits) fail(site.span, "LimitError", fmt::format("the integer would have more than {} bits", kMaxIntegerBits));
}

struct Floats {
  double left;
  double right;
};

/// Both operands as floats when at least one of them is a float and the other a number.
std::optional<Floats> float_operands(const Site& site, const Value& left, const Value& right) {
  if (!left.is<double>() && !right.is<double>()) return std::nullopt;
  if (!is_number(left) || !is_number(right)) return std::nullopt;
  return Floats{*float_of(site, left), *float_of(site, right)};
}

struct Integers {
  Integer left;
  Integer right;
};

std::optional<Integers> integer_operands(const Value& left, const Value& right) {
  auto one = as_integer(left);
  auto other = as_integer(right);
  if (!one || !other) return std::nullopt;
  return Integers{std::move(*one), std::move(*other)};
}

Value repeat_text(const Site& site, const Text& text, std::int64_t count) {
  if (count <= 0 || text.empty()) return Value{Text{}};
  if (count == 1) return Value{text};
  constexpr std::uint64_t kMostOfPython = std::numeric_limits<std::int64_t>::max();
  if (static_cast<std::uint64_t>(count) > kMostOfPython / text.size()) fail(site.span, "OverflowError", "repeated string is too long");
  check_made(site, static_cast<std::uint64_t>(count) > kMaxMade ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(count) * text.size());
  const auto times = static_cast<std::size_t>(count);
  const Run& first = text.runs().front();
  const Run& last = text.runs().back();
  const std::size_t joined = is_fixed(first.position) && first.position == last.position && first.frame == last.frame ? 1 : 0;  // the last piece and the next first one
  const std::size_t pieces = times * (text.runs().size() - joined) + joined;
  TextBuilder::check_pieces(pieces);
  TextBuilder out;
  out.reserve(times * text.size(), pieces);
  if (pieces == 1) {
    std::string bytes;
    bytes.reserve(times * text.size());
    for (std::size_t i = 0; i < times; ++i) bytes += text.view();
    out.append(bytes, first.position, first.frame);
  } else {
    for (std::size_t i = 0; i < times; ++i) out.append(text, FrameId{0});
  }
  return Value{out.take()};
}

Value repeat_list(const Site& site, const List& list, std::int64_t count) {
  constexpr std::uint64_t kMaxItems = kMaxMade / 16;  // an item is heavier than a byte
  std::vector<Value> items;
  if (count > 0 && !list.items.empty()) {
    const auto times = static_cast<std::uint64_t>(count);
    if (times > kMaxItems || times * list.items.size() > kMaxItems) {
      fail(site.span, "LimitError", fmt::format("the repeated list would have more than {} items", kMaxItems));
    }
    items.reserve(times * list.items.size());
    for (std::uint64_t i = 0; i < times; ++i) items.insert(items.end(), list.items.begin(), list.items.end());
  }
  return list.is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
}

/// `sequence * count`; nothing when neither operand is a sequence.
std::optional<Value> repetition(const Site& site, const Value& left, const Value& right) {
  const auto is_sequence = [](const Value& value) { return value.is<Text>() || value.is<ListPtr>(); };
  if (!is_sequence(left) && !is_sequence(right)) return std::nullopt;
  const Value& sequence = is_sequence(left) ? left : right;
  const Value& factor = is_sequence(left) ? right : left;
  if (!is_integer(factor)) fail(site.span, "TypeError", fmt::format("can't multiply sequence by non-int of type '{}'", type_name(factor)));
  const auto count = small_integer(factor);
  if (!count) fail(site.span, "OverflowError", "cannot fit 'int' into an index-sized integer");
  if (const Text* text = sequence.get_if<Text>()) return repeat_text(site, *text, *count);
  return repeat_list(site, **sequence.get_if<ListPtr>(), *count);
}

/// Python's float divmod: the remainder has the sign of the divisor.
Floats float_divmod(double left, double right) {
  double remainder = std::fmod(left, right);
  double quotient = (left - remainder) / right;
  if (remainder != 0.0) {
    if ((right < 0) != (remainder < 0)) {
      remainder += right;
      quotient -= 1.0;
    }
  } else {
    remainder = std::copysign(0.0, right);
  }
  if (quotient == 0.0) return {std::copysign(0.0, left / right), remainder};
  double floored = std::floor(quotient);
  if (quotient - floored > 0.5) floored += 1.0;
  return {floored, remainder};
}

/// Floor quotient and remainder of integers of any size; the divisor is not 0.
Integers integer_divmod(const Integers& operands) {
  Integers result;
  mp::divide_qr(operands.left, operands.right, result.left, result.right);
  if (result.right != 0 && (result.right < 0) != (operands.right < 0)) {
    result.left -= 1;
    result.right += operands.right;
  }
  return result;
}

/// The correctly rounded quotient of two integers.
double true_quotient(const Site& site, const Integers& operands) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53U;
  if (mp::abs(operands.left) <= kExact && mp::abs(operands.right) <= kExact) {
    return static_cast<double>(static_cast<std::int64_t>(operands.left)) / static_cast<double>(static_cast<std::int64_t>(operands.right));
  }
  const bool negative = (operands.left < 0) != (operands.right < 0);
  Integer numerator = mp::abs(operands.left);
  Integer denominator = mp::abs(operands.right);
  const auto difference = static_cast<std::int64_t>(bit_length(numerator)) - static_cast<std::int64_t>(bit_length(denominator));
  const auto shift = static_cast<int>(66 - difference);  // at least 65 bits of quotient
  if (shift > 0) numerator <<= static_cast<unsigned>(shift);
  if (shift < 0) denominator <<= static_cast<unsigned>(-shift);
  Integers quotient;
  mp::divide_qr(numerator, denominator, quotient.left, quotient.right);
  const double result = nearest_double(quotient.left, quotient.right != 0, -shift);
  if (std::isinf(result)) fail(site.span, "OverflowError", "integer division result too large for a float");
  return negative ? -result : result;
}

Value float_power(const Site& site, double base, double exponent) {
  if (base == 0.0 && exponent < 0) fail(site.span, "ZeroDivisionError", "0.0 cannot be raised to a negative power");
  if (base < 0 && std::isfinite(base) && std::isfinite(exponent) && std::trunc(exponent) != exponent) {
    fail(site.span, "ValueError", "a negative number to a fractional power is complex, which hookc does not have");
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) fail(site.span, "OverflowError", "(34, 'Numerical result out of range')");
  return Value{result};
}

Value integer_power(const Site& site, const Integer& base, const Integer& exponent) {
  if (base == 0 || base == 1) return make_integer(exponent == 0 ? Integer{1} : base);
  if (base == -1) return make_integer((exponent & 1) != 0 ? Integer{-1} : Integer{1});
  const std::size_t bits = bit_length(base);
  if (exponent > kMaxIntegerBits) check_bits(site, kMaxIntegerBits + 1);
  const auto times = static_cast<unsigned>(exponent);
  check_bits(site, (bits - 1) * times);
  return make_integer(Integer{mp::pow(base, times)});
}

}  // namespace

Value add(const Site& site, const Value& left, const Value& right) {
  const auto* a = left.get_if<std::int64_t>();
  const auto* b = right.get_if<std::int64_t>();
  if (std::int64_t sum = 0; a != nullptr && b != nullptr && !__builtin_add_overflow(*a, *b, &sum)) return Value{sum};
  const Text* text = left.get_if<Text>();
  const Text* other = right.get_if<Text>();
  if (text != nullptr && other != nullptr) {
    if (text->empty()) return right;
    if (other->empty()) return left;
    check_made(site, std::uint64_t{text->size()} + other->size());
    TextBuilder out;
    out.reserve(text->size() + other->size(), text->runs().size() + other->runs().size());
    out.append(*text, FrameId{0});
    out.append(*other, FrameId{0});
    return Value{out.take()};
  }
  if (const auto floats = float_operands(site, left, right)) return Value{floats->left + floats->right};
  if (const auto integers = integer_operands(left, right)) return make_integer(Integer{integers->left + integers->right});
  reject_undefined(site, left, right);
  const auto* list = left.get_if<ListPtr>();
  const auto* other_list = right.get_if<ListPtr>();
  if (list != nullptr && other_list != nullptr && (*list)->is_tuple == (*other_list)->is_tuple) {
    std::vector<Value> items;
    items.reserve((*list)->items.size() + (*other_list)->items.size());
    items.insert(items.end(), (*list)->items.begin(), (*list)->items.end());
    items.insert(items.end(), (*other_list)->items.begin(), (*other_list)->items.end());
    return (*list)->is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
  }
  if (auto result = operate(site, "+", left, right)) return *std::move(result);
  if (text != nullptr || list != nullptr) {
    const std::string kind = type_name(left);
    fail(site.span, "TypeError", fmt::format("can only concatenate {} (not \"{}\") to {}", kind, type_name(right), kind));
  }
  fail_operands(site, "+", left, right);
}

Value subtract(const Site& site, const Value& left, const Value& right) {
  const auto* a = left.get_if<std::int64_t>();
  const auto* b = right.get_if<std::int64_t>();
  if (std::int64_t difference = 0; a != nullptr && b != nullptr && !__builtin_sub_overflow(*a, *b, &difference)) return Value{difference};
  if (const auto floats = float_operands(site, left, right)) return Value{floats->left - floats->right};
  if (const auto integers = integer_operands(left, right)) return make_integer(Integer{integers->left - integers->right});
  reject_undefined(site, left, right);
  if (auto result = operate(site, "-", left, right)) return *std::move(result);
  fail_operands(site, "-", left, right);
}

Value multiply(const Site& site, const Value& left, const Value& right) {
  const auto* a = left.get_if<std::int64_t>();
  const auto* b = right.get_if<std::int64_t>();
  if (std::int64_t product = 0; a != nullptr && b != nullptr && !__builtin_mul_overflow(*a, *b, &product)) return Value{product};
  if (const auto floats = float_operands(site, left, right)) return Value{floats->left * floats->right};
  if (const auto integers = integer_operands(left, right)) {
    check_bits(site, bit_length(integers->left) + bit_length(integers->right));
    return make_integer(Integer{integers->left * integers->right});
  }
  reject_undefined(site, left, right);
  if (auto repeated = repetition(site, left, right)) return std::move(*repeated);
  if (auto result = operate(site, "*", left, right)) return *std::move(result);
  fail_operands(site, "*", left, right);
}

Value divide(const Site& site, const Value& left, const Value& right) {
  if (const auto floats = float_operands(site, left, right)) {
    if (floats->right == 0.0) fail(site.span, "ZeroDivisionError", "float division by zero");
    return Value{floats->left / floats->right};
  }
  if (const auto integers = integer_operands(left, right)) {
    if (integers->right == 0) fail(site.span, "ZeroDivisionError", "division by zero");
    return Value{true_quotient(site, *integers)};
  }
  reject_undefined(site, left, right);
  if (auto result = operate(site, "/", left, right)) return *std::move(result);
  fail_operands(site, "/", left, right);
}

Value floor_divide(const Site& site, const Value& left, const Value& right) {
  if (const auto floats = float_operands(site, left, right)) {
    if (floats->right == 0.0) fail(site.span, "ZeroDivisionError", "float floor division by zero");
    return Value{float_divmod(floats->left, floats->right).left};
  }
  if (const auto integers = integer_operands(left, right)) {
    if (integers->right == 0) fail(site.span, "ZeroDivisionError", "integer division or modulo by zero");
    return make_integer(integer_divmod(*integers).left);
  }
  reject_undefined(site, left, right);
  if (auto result = operate(site, "//", left, right)) return *std::move(result);
  fail_operands(site, "//", left, right);
}

Value modulo(const Site& site, const Value& left, const Value& right) {
  if (const Text* format = left.get_if<Text>()) {
    const Operand* own = operand_of(right);
    auto result = own == nullptr ? std::nullopt : own->operate(site, "%", left, OperandSide::Right);
    return result ? *std::move(result) : Value{percent_format(site, *format, right)};
  }
  const auto a = left.get_if<std::int64_t>();
  const auto b = right.get_if<std::int64_t>();
  if (a != nullptr && b != nullptr && *b > 0) {
    const std::int64_t rest = *a % *b;
    return Value{rest < 0 ? rest + *b : rest};
  }
  if (const auto floats = float_operands(site, left, right)) {
    if (floats->right == 0.0) fail(site.span, "ZeroDivisionError", "float modulo");
    return Value{float_divmod(floats->left, floats->right).right};
  }
  if (const auto integers = integer_operands(left, right)) {
    if (integers->right == 0) fail(site.span, "ZeroDivisionError", "integer modulo by zero");
    return make_integer(integer_divmod(*integers).right);
  }
  reject_undefined(site, left, right);
  if (auto result = operate(site, "%", left, right)) return *std::move(result);
  fail_operands(site, "%", left, right);
}

Value power(const Site& site, const Value& left, const Value& right) {
  if (const auto floats = float_operands(site, left, right)) return float_power(site, floats->left, floats->right);
  if (const auto integers = integer_operands(left, right)) {
    if (integers->right >= 0) return integer_power(site, integers->left, integers->right);
    return float_power(site, *float_of(site, left), *float_of(site, right));
  }
  reject_undefined(site, left, right);
  fail_operands(site, "** or pow()", left, right);
}

Value negate(const Site& site, const Value& operand) {
  if (const auto* number = operand.get_if<double>()) return Value{-*number};
  if (const auto integer = as_integer(operand)) return make_integer(Integer{-*integer});
  if (const auto* undefined = operand.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (const Operand* own = operand_of(operand)) {
    if (auto result = own->operate_unary(site, "-")) return *std::move(result);
  }
  fail(site.span, "TypeError", fmt::format("bad operand type for unary -: '{}'", type_name(operand)));
}

Value unary_plus(const Site& site, const Value& operand) {
  if (operand.is<double>()) return operand;
  if (const auto integer = as_integer(operand)) return make_integer(*integer);
  if (const auto* undefined = operand.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (const Operand* own = operand_of(operand)) {
    if (auto result = own->operate_unary(site, "+")) return *std::move(result);
  }
  fail(site.span, "TypeError", fmt::format("bad operand type for unary +: '{}'", type_name(operand)));
}

}  // namespace hookc
