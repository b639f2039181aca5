// Operators: Python's operators over values that are known. Whoever calls has dealt with Unknown before; one that arrives here anyway (inside of
// a list, say) is equal only to its own symbol and raises TypeError where its value would be needed.
//
// Errors are thrown as EvalError at the site, with Python's class and Python's words. An Undefined operand raises its UndefinedError (or SecurityError).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

enum class Ordering : std::uint8_t { Less, LessEqual, Greater, GreaterEqual };

/// Python's bool(): false are 0, 0.0, '', None, undefined and empty containers.
bool truth_of(const Value& value);
/// `left == right`. Never raises but RecursionError for lists nested too deeply.
bool is_equal(const Value& left, const Value& right);
/// The same; adds to `walked` how many items were compared, for who counts work.
bool is_equal(const Value& left, const Value& right, std::uint64_t& walked);
/// `left is right`: the same list, dict or object; the same small integer, constant, or string bytes (interned in Python).
bool is_identical(const Value& left, const Value& right);
/// `left < right` and its kin; TypeError for types that Python does not order.
bool is_ordered(const Site& site, Ordering ordering, const Value& left, const Value& right);
/// `needle in haystack`; the evaluator iterates objects. `walked` as for is_equal.
bool contains(Evaluator& evaluator, const Site& site, const Value& haystack, const Value& needle, std::uint64_t& walked);

Value add(const Site& site, const Value& left, const Value& right);
Value subtract(const Site& site, const Value& left, const Value& right);
/// Repetition of strings and lists is bounded by kMaxMade.
Value multiply(const Site& site, const Value& left, const Value& right);
Value divide(const Site& site, const Value& left, const Value& right);
Value floor_divide(const Site& site, const Value& left, const Value& right);
/// Also `'..' % arguments`.
Value modulo(const Site& site, const Value& left, const Value& right);
Value power(const Site& site, const Value& left, const Value& right);
Value negate(const Site& site, const Value& operand);
Value unary_plus(const Site& site, const Value& operand);

/// The most bytes or items that one operation may make (repetition, padding); beyond it is a LimitError.
inline constexpr std::uint64_t kMaxMade = 64U << 20U;
/// LimitError when an operation would make more than kMaxMade.
void check_made(const Site& site, std::uint64_t count);

/// Python's hash(), in so far as equal keys have equal hashes; nothing for lists, dicts and objects that cannot be keys.
std::optional<std::size_t> hash_value(const Value& value);
/// TypeError "unhashable type: 'list'" unless `key` can be a key.
void check_hashable(const Site& site, const Value& key);

/// `len(value)`, in code points for strings; nothing when the type has none. Undefined: 0.
std::optional<std::size_t> length_of(const Value& value);
/// The items that a loop sees: code points, items, keys; nothing when the type cannot be iterated. Undefined: none.
std::optional<std::vector<Value>> items_of(Evaluator& evaluator, const Value& value);
/// `object[key]`; nothing when there is no such item or the type has no items (Jinja then tries the attribute).
std::optional<Value> item_of(Evaluator& evaluator, const Value& object, const Value& key);
/// `object[start:stop:step]`; absent parts are None. TypeError when the type cannot be sliced.
Value slice_of(Evaluator& evaluator, const Site& site, const Value& object, const Value& start, const Value& stop, const Value& step);

/// Throws what using `value` raises: UndefinedError, or SecurityError for an unsafe attribute.
[[noreturn]] void fail_undefined(const Site& site, const Undefined& value);
/// Jinja's name of a value in messages: `dict object`, `None`, `jinja2.utils.Namespace object`.
std::string object_type_repr(const Value& value);
/// The Undefined of a failed look-up: "'dict object' has no attribute 'x'".
Value missing_attribute(const Value& object, std::string_view name);
/// The same for a key: "list object has no element 7" when it is no string.
Value missing_item(const Value& object, const Value& key);
/// The Undefined of an attribute that the sandbox hides: using it raises SecurityError.
Value unsafe_attribute(const Value& object, std::string_view name);
/// The sandbox's rule for the names of attributes (not of items).
bool is_unsafe_attribute(std::string_view name);

}  // namespace hookc
