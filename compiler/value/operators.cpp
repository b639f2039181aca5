#include "compiler/value/operators.h"

#include <cmath>
#include <compare>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/value/big_int.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operand.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// What Jinja calls an object of the type of this name.
std::string type_repr(std::string_view type) {
  if (type == "NoneType") return "None";
  if (type == "Namespace" || type == "Cycler" || type == "Joiner") return fmt::format("jinja2.utils.{} object", type);
  if (type == "Macro" || type == "LoopContext" || type == "BlockReference" || type == "Undefined") return fmt::format("jinja2.runtime.{} object", type);
  return fmt::format("{} object", type);
}

/// Comparing nested containers: depth because of the C++ stack, steps because shared sublists can be exponentially many.
struct Comparison {
  std::uint32_t depth = 0;
  std::uint64_t steps = 0;
  static constexpr std::uint32_t kMaxDepth = 500;
  static constexpr std::uint64_t kMaxSteps = 10'000'000;

  /// A container of `size` items is looked into.
  void enter(std::size_t size) {
    if (++depth > kMaxDepth) fail(Span{}, "RecursionError", "maximum recursion depth exceeded in comparison");
    if ((steps += 1 + size) > kMaxSteps) fail(Span{}, "LimitError", fmt::format("comparison of containers takes more than {} steps", kMaxSteps));
  }
  void leave() { --depth; }
};

struct DepthGuard {
  DepthGuard(Comparison& c, std::size_t size) : comparison(c) { comparison.enter(size); }
  ~DepthGuard() { comparison.leave(); }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  Comparison& comparison;
};

bool equal_in(Comparison& comparison, const Value& left, const Value& right);

bool equal_lists(Comparison& comparison, const List& left, const List& right) {
  if (&left == &right) return true;
  if (left.is_tuple != right.is_tuple || left.items.size() != right.items.size()) return false;
  const DepthGuard guard{comparison, left.items.size()};
  for (std::size_t i = 0; i < left.items.size(); ++i) {
    if (!equal_in(comparison, left.items[i], right.items[i])) return false;
  }
  return true;
}

bool equal_dicts(Comparison& comparison, const Dict& left, const Dict& right) {
  if (&left == &right) return true;
  if (left.size() != right.size()) return false;
  const DepthGuard guard{comparison, left.size()};
  for (const Dict::Entry& entry : left.entries()) {
    const Value* other = right.find(entry.key);
    if (other == nullptr || !equal_in(comparison, entry.value, *other)) return false;
  }
  return true;
}

/// Exact comparison of any two numbers; unordered with NaN.
std::partial_ordering order_numbers(const Value& left, const Value& right) {
  const auto* left_float = left.get_if<double>();
  const auto* right_float = right.get_if<double>();
  const auto left_small = small_integer(left);
  const auto right_small = small_integer(right);
  if (left_small && right_small) return *left_small <=> *right_small;
  if (left_float != nullptr && right_float != nullptr) return *left_float <=> *right_float;
  if (left_float == nullptr && right_float == nullptr) {
    const int sign = as_integer(left)->compare(*as_integer(right));
    return sign <=> 0;
  }
  if (left_float != nullptr) return 0 <=> order_numbers(right, left);
  constexpr std::int64_t kExact = std::int64_t{1} << 53U;  // up to here a double holds every integer
  if (left_small && *left_small >= -kExact && *left_small <= kExact) return static_cast<double>(*left_small) <=> *right_float;
  if (std::isnan(*right_float)) return std::partial_ordering::unordered;
  if (std::isinf(*right_float)) return *right_float > 0 ? std::partial_ordering::less : std::partial_ordering::greater;
  const double whole = std::trunc(*right_float);
  const int sign = as_integer(left)->compare(integer_from_double(whole));
  if (sign != 0) return sign <=> 0;
  return 0.0 <=> (*right_float - whole);
}

bool equal_in(Comparison& comparison, const Value& left, const Value& right) {
  if (const Text* text = left.get_if<Text>()) {
    if (const Text* other = right.get_if<Text>()) return *text == *other;
  }
  if (is_number(left) && is_number(right)) return order_numbers(left, right) == std::partial_ordering::equivalent;
  const auto* right_object = right.get_if<ObjectPtr>();
  return left.visit(overloaded{[&](const Undefined& one) {
                   const auto* other = right.get_if<Undefined>();
                   const auto permissive = [](const Undefined& u) { return u.info != nullptr && u.info->kind == Undefined::Kind::Permissive; };
                   return other != nullptr && permissive(one) == permissive(*other);
                 },
                 [&](None) { return right.is<None>(); },
                 [&](bool) { return right_object != nullptr && (*right_object)->equals(left); },
                 [&](std::int64_t) { return right_object != nullptr && (*right_object)->equals(left); },
                 [&](double) { return right_object != nullptr && (*right_object)->equals(left); },
                 [&](const Text&) { return right_object != nullptr && (*right_object)->equals(left); },
                 [&](const ListPtr& one) {
                   if (right_object != nullptr) return (*right_object)->equals(left);
                   const auto* other = right.get_if<ListPtr>();
                   return other != nullptr && equal_lists(comparison, *one, **other);
                 },
                 [&](const DictPtr& one) {
                   if (right_object != nullptr) return (*right_object)->equals(left);
                   const auto* other = right.get_if<DictPtr>();
                   return other != nullptr && equal_dicts(comparison, *one, **other);
                 },
                 [&](const ObjectPtr& one) {
                   const DepthGuard guard{comparison, 0};
                   return one->equals(right);
                 },
                 [&](const Unknown& one) {
                   const auto* other = right.get_if<Unknown>();
                   return other != nullptr && (one.symbol == other->symbol || one.symbol->name == other->symbol->name);
                 }});
}

std::string_view symbol_of(Ordering ordering) {
  switch (ordering) {
    case Ordering::Less: return "<";
    case Ordering::LessEqual: return "<=";
    case Ordering::Greater: return ">";
    case Ordering::GreaterEqual: return ">=";
  }
  return "<";
}

bool holds(Ordering ordering, std::partial_ordering order) {
  switch (ordering) {
    case Ordering::Less: return order < 0;
    case Ordering::LessEqual: return order <= 0;
    case Ordering::Greater: return order > 0;
    case Ordering::GreaterEqual: return order >= 0;
  }
  return false;
}

/// The tuple that an object only adds names to; null for all else.
const Value* named_tuple(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : (*object)->tuple();
}

bool ordered_in(Comparison& comparison, const Site& site, Ordering ordering, const Value& left, const Value& right) {
  const Text* text = left.get_if<Text>();
  const Text* other_text = right.get_if<Text>();
  if (text != nullptr && other_text != nullptr) return holds(ordering, text->view() <=> other_text->view());
  if (is_number(left) && is_number(right)) return holds(ordering, order_numbers(left, right));
  if (const auto* undefined = left.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (const auto* undefined = right.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (const Value* tuple = named_tuple(left)) return ordered_in(comparison, site, ordering, *tuple, right);
  if (const Value* tuple = named_tuple(right)) return ordered_in(comparison, site, ordering, left, *tuple);
  if (const Operand* operand = operand_of(left)) {
    if (const auto order = operand->order(site, right)) return holds(ordering, *order);
  }
  if (const Operand* operand = operand_of(right)) {
    if (const auto order = operand->order(site, left)) return holds(ordering, 0 <=> *order);
  }
  const auto* list = left.get_if<ListPtr>();
  const auto* other = right.get_if<ListPtr>();
  if (list == nullptr || other == nullptr || (*list)->is_tuple != (*other)->is_tuple) {
    fail(site.span, "TypeError",
         fmt::format("'{}' not supported between instances of '{}' and '{}'", symbol_of(ordering), type_name(left), type_name(right)));
  }
  const std::size_t shared = std::min((*list)->items.size(), (*other)->items.size());
  const DepthGuard guard{comparison, shared};
  for (std::size_t i = 0; i < shared; ++i) {
    // the first items that differ decide
    if (!equal_in(comparison, (*list)->items[i], (*other)->items[i])) return ordered_in(comparison, site, ordering, (*list)->items[i], (*other)->items[i]);
  }
  return holds(ordering, (*list)->items.size() <=> (*other)->items.size());
}

std::optional<std::size_t> hash_in(std::uint32_t depth, std::uint64_t& steps, const Value& value) {
  if (++steps > Comparison::kMaxSteps) fail(Span{}, "LimitError", fmt::format("hashing a tuple takes more than {} steps", Comparison::kMaxSteps));
  if (depth > Comparison::kMaxDepth) fail(Span{}, "RecursionError", "maximum recursion depth exceeded while calling a Python object");
  if (const auto small = small_integer(value)) return static_cast<std::size_t>(*small);
  return value.visit(overloaded{[](const Undefined&) -> std::optional<std::size_t> { return 0x51; },
                               [](None) -> std::optional<std::size_t> { return 0x52; },
                               [](bool) -> std::optional<std::size_t> { return std::nullopt; },          // small_integer took it
                               [](std::int64_t) -> std::optional<std::size_t> { return std::nullopt; },  // likewise
                               [](double number) -> std::optional<std::size_t> {
                                 // integral floats hash as the integers that they are equal to
                                 if (!std::isfinite(number) || std::trunc(number) != number) return std::hash<double>{}(number);
                                 const Value integer = integer_from_float(Site{}, number);
                                 if (const auto small = small_integer(integer)) return static_cast<std::size_t>(*small);
                                 return as_big_int(integer)->hash();
                               },
                               [](const Text& text) -> std::optional<std::size_t> { return std::hash<std::string_view>{}(text.view()); },
                               [depth, &steps](const ListPtr& list) -> std::optional<std::size_t> {
                                 if (!list->is_tuple) return std::nullopt;
                                 std::size_t result = list->items.size();
                                 for (const Value& item : list->items) {
                                   const auto one = hash_in(depth + 1, steps, item);
                                   if (!one) return std::nullopt;
                                   result = result * 1'000'003U ^ *one;
                                 }
                                 return result;
                               },
                               [](const DictPtr&) -> std::optional<std::size_t> { return std::nullopt; },
                               [](const ObjectPtr& object) { return object->hash(); },
                               [](const Unknown& unknown) -> std::optional<std::size_t> { return std::hash<std::string>{}(unknown.symbol->name); }});
}

/// The innermost part of a key that cannot be hashed names the type in the message.
const Value& unhashable_part(const Value& key) {
  if (const auto* list = key.get_if<ListPtr>(); list != nullptr && (*list)->is_tuple) {
    for (const Value& item : (*list)->items) {
      if (!hash_value(item)) return unhashable_part(item);
    }
  }
  return key;
}

}  // namespace

bool truth_of(const Value& value) {
  return value.visit(overloaded{[](const Undefined&) { return false; },
                               [](None) { return false; },
                               [](bool truth) { return truth; },
                               [](std::int64_t number) { return number != 0; },
                               [](double number) { return number != 0.0; },
                               [](const Text& text) { return !text.empty(); },
                               [](const ListPtr& list) { return !list->items.empty(); },
                               [](const DictPtr& dict) { return dict->size() > 0; },
                               [](const ObjectPtr& object) { return object->truthy(); },
                               [](const Unknown&) { return true; }});
}

bool is_equal(const Value& left, const Value& right) {
  Comparison comparison;
  return equal_in(comparison, left, right);
}

bool is_equal(const Value& left, const Value& right, std::uint64_t& walked) {
  Comparison comparison;
  const bool equal = equal_in(comparison, left, right);
  walked += comparison.steps;
  return equal;
}

bool is_identical(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  return left.visit(overloaded{[&](const Undefined& one) { return one.info != nullptr && one.info == right.get_if<Undefined>()->info; },
                               [](None) { return true; },
                               [&](bool one) { return one == *right.get_if<bool>(); },
                               [&](std::int64_t one) { return one == *right.get_if<std::int64_t>(); },
                               [&](double one) { return one == *right.get_if<double>(); },
                               [&](const Text& one) { return one == *right.get_if<Text>(); },
                               [&](const ListPtr& one) { return one == *right.get_if<ListPtr>() || (one->is_tuple && one->items.empty() && is_equal(left, right)); },
                               [&](const DictPtr& one) { return one == *right.get_if<DictPtr>(); },
                               [&](const ObjectPtr& one) { return one == *right.get_if<ObjectPtr>(); },
                               [&](const Unknown& one) { return one.symbol->name == right.get_if<Unknown>()->symbol->name; }});
}

bool is_ordered(const Site& site, Ordering ordering, const Value& left, const Value& right) {
  Comparison comparison;
  return ordered_in(comparison, site, ordering, left, right);
}

std::optional<std::size_t> hash_value(const Value& value) {
  std::uint64_t steps = 0;
  return hash_in(0, steps, value);
}

void check_hashable(const Site& site, const Value& key) {
  if (!hash_value(key)) fail(site.span, "TypeError", fmt::format("unhashable type: '{}'", type_name(unhashable_part(key))));
}

void check_made(const Site& site, std::uint64_t count) {
  if (count > kMaxMade) fail(site.span, "LimitError", fmt::format("one operation would make more than {} bytes or items", kMaxMade));
}

std::string undefined_message(const Undefined& value) {
  if (value.info == nullptr) return "value is undefined";
  const Undefined::Info& info = *value.info;
  if (!info.message.empty()) return info.message;
  if (info.sought != Undefined::Sought::Member) return fmt::format("{} is undefined", repr_of_bytes(info.name));
  return fmt::format("{} has no attribute {}", repr_of_bytes(type_repr(info.type)), repr_of_bytes(info.name));
}

void fail_undefined(const Site& site, const Undefined& value) {
  UndefinedUse error;
  error.diagnostic.error_class = value.info != nullptr && value.info->kind == Undefined::Kind::Unsafe ? "SecurityError" : "UndefinedError";
  error.diagnostic.message = undefined_message(value);
  error.diagnostic.span = site.span;
  error.value = value;
  throw error;
}

std::string object_type_repr(const Value& value) { return type_repr(type_name(value)); }

Value missing_attribute(const Value& object, std::string_view name) {
  Undefined::Info info;
  info.name = std::string{name};
  info.sought = Undefined::Sought::Member;
  info.type = type_name(object);
  if (const auto* dict = object.get_if<DictPtr>()) info.dict = *dict;
  if (const auto* other = object.get_if<ObjectPtr>()) info.object = *other;
  return Value{Undefined{std::make_shared<const Undefined::Info>(std::move(info))}};
}

Value missing_item(const Value& object, const Value& key) {
  if (const auto name = text_of(key)) return missing_attribute(object, *name);
  const std::string repr = display_repr(key);
  return make_undefined(repr, fmt::format("{} has no element {}", object_type_repr(object), repr));
}

Value unsafe_attribute(const Value& object, std::string_view name) {
  std::string message = fmt::format("access to attribute {} of {} object is unsafe.", repr_of_bytes(name), repr_of_bytes(type_name(object)));
  return make_undefined(std::string{name}, std::move(message), Undefined::Kind::Unsafe);
}

bool is_unsafe_attribute(std::string_view name) { return !name.empty() && name.front() == '_'; }

}  // namespace hookc
