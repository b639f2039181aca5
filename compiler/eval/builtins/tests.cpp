// Jinja's tests. Each gives a bool.
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/decimal.h"
#include "compiler/value/numbers.h"
#include "compiler/value/iterator.h"
#include "compiler/value/operators.h"

namespace hookc {

namespace {

const Object* object_in(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : object->get();
}

Value test_boolean(const BuiltinCall& call) { return Value{call[0].is<bool>()}; }
Value test_false(const BuiltinCall& call) { return Value{call[0].is<bool>() && !*call[0].get_if<bool>()}; }
Value test_true(const BuiltinCall& call) { return Value{call[0].is<bool>() && *call[0].get_if<bool>()}; }
Value test_none(const BuiltinCall& call) { return Value{call[0].is<None>()}; }
Value test_defined(const BuiltinCall& call) { return Value{!call[0].is<Undefined>()}; }
Value test_undefined(const BuiltinCall& call) { return Value{call[0].is<Undefined>()}; }
Value test_string(const BuiltinCall& call) { return Value{call[0].is<Text>()}; }
Value test_number(const BuiltinCall& call) { return Value{is_number(call[0]) || as_decimal(call[0]) != nullptr}; }
Value test_integer(const BuiltinCall& call) { return Value{is_integer(call[0]) && !call[0].is<bool>()}; }
Value test_float(const BuiltinCall& call) { return Value{call[0].is<double>()}; }
Value test_escaped(const BuiltinCall& /*call*/) { return Value{false}; }  // there is no Markup here

Value test_mapping(const BuiltinCall& call) {
  const Object* object = object_in(call[0]);
  return Value{call[0].is<DictPtr>() || (object != nullptr && object->is_mapping())};
}

Value test_sequence(const BuiltinCall& call) {
  const Object* object = object_in(call[0]);
  return Value{call[0].is<Text>() || call[0].is<ListPtr>() || call[0].is<DictPtr>() || call[0].is<Undefined>() ||
               (object != nullptr && (object->is_sequence() || object->is_mapping()))};
}

Value test_iterable(const BuiltinCall& call) {
  const Object* object = object_in(call[0]);
  if (object == nullptr) return Value{call[0].is<Text>() || call[0].is<ListPtr>() || call[0].is<DictPtr>() || call[0].is<Undefined>()};
  if (as_iterator(call[0]) || object->length() || object->is_sequence() || object->is_mapping()) return Value{true};  // and stays unconsumed
  return Value{(*call[0].get_if<ObjectPtr>())->iterate(call.evaluator).has_value()};
}

Value test_callable(const BuiltinCall& call) {
  const Object* object = object_in(call[0]);
  return Value{call[0].is<Undefined>() || (object != nullptr && object->is_callable())};
}

Value remainder_is(const BuiltinCall& call, const Value& divisor, std::int64_t expected) {
  return Value{is_equal(modulo(call.site(), call[0], divisor), Value{expected})};
}

Value test_even(const BuiltinCall& call) { return remainder_is(call, Value{std::int64_t{2}}, 0); }
Value test_odd(const BuiltinCall& call) { return remainder_is(call, Value{std::int64_t{2}}, 1); }
Value test_divisibleby(const BuiltinCall& call) { return remainder_is(call, call[1], 0); }

Value test_lower(const BuiltinCall& call) { return Value{is_all(text_argument(call, 0).view(), LetterCase::Lower)}; }
Value test_upper(const BuiltinCall& call) { return Value{is_all(text_argument(call, 0).view(), LetterCase::Upper)}; }

Value test_sameas(const BuiltinCall& call) { return Value{is_identical(call[0], call[1])}; }

Value compared(const BuiltinCall& call, ast::CompareOp op) { return Value{call.evaluator.compare(op, call[0], call[1])}; }
Value test_eq(const BuiltinCall& call) { return compared(call, ast::CompareOp::Equal); }
Value test_ne(const BuiltinCall& call) { return compared(call, ast::CompareOp::NotEqual); }
Value test_lt(const BuiltinCall& call) { return compared(call, ast::CompareOp::Less); }
Value test_le(const BuiltinCall& call) { return compared(call, ast::CompareOp::LessEqual); }
Value test_gt(const BuiltinCall& call) { return compared(call, ast::CompareOp::Greater); }
Value test_ge(const BuiltinCall& call) { return compared(call, ast::CompareOp::GreaterEqual); }
Value test_in(const BuiltinCall& call) { return compared(call, ast::CompareOp::In); }

Value test_filter(const BuiltinCall& call) {
  check_hashable(call.site(), call[0]);
  const auto name = text_of(call[0]);
  return Value{name && find_filter(*name) != nullptr};
}

Value test_test(const BuiltinCall& call) {
  check_hashable(call.site(), call[0]);
  const auto name = text_of(call[0]);
  return Value{name && find_test(*name) != nullptr};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kRows[] = {
    {"!=", "ne(a, b, /)", kPropagate, &test_ne},
    {"<", "lt(a, b, /)", kPropagate, &test_lt},
    {"<=", "le(a, b, /)", kPropagate, &test_le},
    {"==", "eq(a, b, /)", kPropagate, &test_eq},
    {">", "gt(a, b, /)", kPropagate, &test_gt},
    {">=", "ge(a, b, /)", kPropagate, &test_ge},
    {"boolean", "boolean(value)", kPropagate, &test_boolean},
    {"callable", "callable(obj, /)", kPropagate, &test_callable},
    {"defined", "defined(value)", kPropagate, &test_defined},
    {"divisibleby", "divisibleby(value, num)", kPropagate, &test_divisibleby},
    {"eq", "eq(a, b, /)", kPropagate, &test_eq},
    {"equalto", "eq(a, b, /)", kPropagate, &test_eq},
    {"escaped", "escaped(value)", kPropagate, &test_escaped},
    {"even", "even(value)", kPropagate, &test_even},
    {"false", "false(value)", kPropagate, &test_false},
    {"filter", "filter(value)", kPropagate, &test_filter},
    {"float", "float(value)", kPropagate, &test_float},
    {"ge", "ge(a, b, /)", kPropagate, &test_ge},
    {"greaterthan", "gt(a, b, /)", kPropagate, &test_gt},
    {"gt", "gt(a, b, /)", kPropagate, &test_gt},
    {"in", "in(value, seq)", kPropagate, &test_in},
    {"integer", "integer(value)", kPropagate, &test_integer},
    {"iterable", "iterable(value)", kPropagate, &test_iterable},
    {"le", "le(a, b, /)", kPropagate, &test_le},
    {"lessthan", "lt(a, b, /)", kPropagate, &test_lt},
    {"lower", "lower(value)", kPropagate, &test_lower},
    {"lt", "lt(a, b, /)", kPropagate, &test_lt},
    {"mapping", "mapping(value)", kPropagate, &test_mapping},
    {"ne", "ne(a, b, /)", kPropagate, &test_ne},
    {"none", "none(value)", kPropagate, &test_none},
    {"number", "number(value)", kPropagate, &test_number},
    {"odd", "odd(value)", kPropagate, &test_odd},
    {"sameas", "sameas(value, other)", kPropagate, &test_sameas},
    {"sequence", "sequence(value)", kPropagate, &test_sequence},
    {"string", "string(value)", kPropagate, &test_string},
    {"test", "test(value)", kPropagate, &test_test},
    {"true", "true(value)", kPropagate, &test_true},
    {"undefined", "undefined(value)", kPropagate, &test_undefined},
    {"upper", "upper(value)", kPropagate, &test_upper},
};

}  // namespace

std::span<const Builtin> jinja_tests() { return kRows; }

}  // namespace hookc
