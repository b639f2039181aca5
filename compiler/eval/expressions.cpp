// Expressions: reading values. Chains of names, attributes and items borrow; everything else makes a value.
#include <algorithm>
#include <array>

#include "compiler/base/overloaded.h"
#include "compiler/eval/machine.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// Evaluating it runs no code that could move or change a borrowed value.
bool is_quiet(const ast::Expr& expr) { return std::holds_alternative<ast::Constant>(expr.node) || std::holds_alternative<ast::Name>(expr.node); }

/// Python's own members: every object has some, and the sandbox hides them all.
bool is_special(std::string_view name) { return name.size() > 4 && name.starts_with("__") && name.ends_with("__"); }

/// The attributes that Jinja's Undefined has of its own, so that looking one up raises nothing yet.
bool is_member_of_undefined(std::string_view name) {
  constexpr std::array kMembers{
      "__add__", "__bool__", "__call__", "__class__", "__complex__", "__delattr__", "__dir__", "__div__", "__doc__", "__eq__", "__float__", "__floordiv__", "__format__", "__ge__",
      "__getattr__", "__getattribute__", "__getitem__", "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__int__", "__iter__", "__le__", "__len__",
      "__lt__", "__mod__", "__module__", "__mul__", "__ne__", "__neg__", "__new__", "__pos__", "__pow__", "__radd__", "__rdiv__", "__reduce__", "__reduce_ex__",
      "__repr__", "__rfloordiv__", "__rmod__", "__rmul__", "__rpow__", "__rsub__", "__rtruediv__", "__setattr__", "__sizeof__", "__slots__", "__str__", "__sub__",
      "__subclasshook__", "__truediv__", "_fail_with_undefined_error", "_undefined_exception", "_undefined_hint", "_undefined_message", "_undefined_name", "_undefined_obj"};
  return name.starts_with('_') && std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end();
}

bool is_unknown(const Value& value) { return value.is<Unknown>(); }

}  // namespace

Value Evaluator::Impl::eval(const ast::Expr& expr) {
  Value value;
  eval_into(expr, value);
  return value;
}

const Value& Evaluator::Impl::look_inner(const ast::Expr& expr, Value& spare) {
  tick();
  // the two that there are most of, without the detour through a table
  if (const auto* attribute = std::get_if<ast::Attribute>(&expr.node)) return look_attribute(expr, *attribute, spare);
  if (const auto* filter = std::get_if<ast::Filter>(&expr.node)) {
    eval_filter(expr, *filter, nullptr, spare);
    return spare;
  }
  return std::visit(overloaded{[](const ast::Constant& node) -> const Value& { return node.value; },
                               [&](const ast::Name& node) -> const Value& { return look_slot(node.name, node.slot, spare); },
                               [&](const ast::ListExpr& node) -> const Value& { return spare = eval_list(node); },
                               [&](const ast::DictExpr& node) -> const Value& { return spare = eval_dict(expr, node); },
                               [&](const ast::Attribute& node) -> const Value& { return look_attribute(expr, node, spare); },
                               [&](const ast::Subscript& node) -> const Value& { return look_subscript(expr, node, spare); },
                               [&](const ast::Slice&) -> const Value& { return spare = Value{None{}}; },  // the parser makes them in subscripts only
                               [&](const ast::Call& node) -> const Value& { return spare = eval_call(expr, node, nullptr); },
                               [&](const ast::Filter& node) -> const Value& {
                                 eval_filter(expr, node, nullptr, spare);
                                 return spare;
                               },
                               [&](const ast::Test& node) -> const Value& { return spare = Value{holds(expr, node)}; },
                               [&](const ast::Unary& node) -> const Value& { return spare = eval_unary(expr, node); },
                               [&](const ast::Binary& node) -> const Value& { return look_binary(expr, node, spare); },
                               [&](const ast::Compare& node) -> const Value& { return spare = Value{holds(expr, node)}; },
                               [&](const ast::Concat& node) -> const Value& { return spare = eval_concat(expr, node); },
                               [&](const ast::Conditional& node) -> const Value& {
                                 if (condition(*node.condition)) return look(*node.then, spare);
                                 if (node.otherwise) return look(*node.otherwise, spare);
                                 return spare = missing_otherwise(expr);
                               }},
                    expr.node);
}

/// `value` is the slot of `name`, and undefined: missing, not looked up yet, or a value that is undefined.
const Value& Evaluator::Impl::look_undefined(const std::string& name, Value& value, Value& spare) {
  const auto* undefined = value.get_if<Undefined>();
  if (is_lazy(*undefined)) {
    Value found = lookup(name);
    return value = std::move(found);
  }
  if (!undefined->info) return spare = undefined_here(make_undefined(name));
  return value;
}

Value Evaluator::Impl::eval_list(const ast::ListExpr& node) {
  std::vector<Value> values;
  values.reserve(node.items.size());
  for (const ast::Expr& item : node.items) values.push_back(eval(item));
  return node.is_tuple ? make_tuple(std::move(values)) : make_list(std::move(values));
}

Value Evaluator::Impl::eval_dict(const ast::Expr& expr, const ast::DictExpr& node) {
  auto dict = std::make_shared<Dict>();
  for (const ast::DictItem& item : node.items) {
    Value key = eval(item.key);
    Value value = eval(item.value);
    if (const auto* unknown = key.get_if<Unknown>()) {
      if (std::optional<Value> known = enumerate(*unknown)) key = std::move(*known);
    }
    site = &expr.span;
    charge(key);
    if (!hash_value(key)) {  // which Python finds out when all of them are there
      for (auto rest = &item + 1; rest != node.items.data() + node.items.size(); ++rest) {
        eval(rest->key);
        eval(rest->value);
      }
      site = &expr.span;
      check_hashable(here(), key);
    }
    dict->set(std::move(key), std::move(value));
  }
  return Value{std::move(dict)};
}

Value Evaluator::Impl::missing_otherwise(const ast::Expr& expr) {
  return undefined_here(
      make_undefined({}, "the inline if-expression on line " + std::to_string(expr.line) + " evaluated to false and no else section was defined."));
}

/// Undefined values made in text that dbt renders while it parses are permissive.
Value Evaluator::Impl::undefined_here(Value undefined) const {
  if (activation == nullptr || !activation->permissive) return undefined;
  const auto* known = undefined.get_if<Undefined>();
  if (known == nullptr || (known->info && known->info->kind != Undefined::Kind::Plain)) return undefined;
  Undefined::Info info;
  if (known->info) info = *known->info;
  info.kind = Undefined::Kind::Permissive;
  return Value{Undefined{std::make_shared<const Undefined::Info>(std::move(info))}};
}

// ------------------------------------------------------------------------------------------------------------ attributes and items

const Value& Evaluator::Impl::look_attribute(const ast::Expr& expr, const ast::Attribute& node, Value& spare) {
  Value own;
  const Value& object = look(*node.object, own);
  if (const auto* dict = object.get_if<DictPtr>()) {
    const Value* found = std::as_const(**dict).find(node.name);
    if (found != nullptr && find_dict_method(node.name) == nullptr) {
      if (&object != &own) return *found;
      Value result = *found;  // the dict may go with `own`
      return spare = std::move(result);
    }
  }
  site = object.is<Undefined>() ? &node.object->span : &expr.span;
  return spare = attribute_of_value(object, node.name);
}

Value Evaluator::Impl::attribute_of_value(const Value& object, std::string_view name) {
  if (const auto* undefined = object.get_if<Undefined>()) {
    if (undefined->info && undefined->info->kind == Undefined::Kind::Permissive) return object;
    if (is_member_of_undefined(name)) return unsafe_attribute(object, name);
    fail_undefined(here(), *undefined);
  }
  if (const auto* unknown = object.get_if<Unknown>()) return unknown_attribute(*unknown, name);
  std::optional<Value> found = attribute_of(self, object, name);
  if (found && is_unsafe_attribute(name)) return unsafe_attribute(object, name);
  if (found) return std::move(*found);
  if (const auto* dict = object.get_if<DictPtr>()) {
    if (const Value* item = std::as_const(**dict).find(name)) return *item;
  } else if (const auto* known = object.get_if<ObjectPtr>()) {
    const ObjectPtr keep = *known;
    if (std::optional<Value> item = keep->item(self, make_name(name))) return std::move(*item);
  }
  if (is_special(name)) return unsafe_attribute(object, name);
  return undefined_here(missing_attribute(object, name));
}

const Value& Evaluator::Impl::look_subscript(const ast::Expr& expr, const ast::Subscript& node, Value& spare) {
  if (const auto* slice = std::get_if<ast::Slice>(&node.index->node)) {
    const Value object = eval(*node.object);
    return spare = eval_slice(expr, object, *slice);
  }
  Value own;
  const Value* object = &look(*node.object, own);
  if (object != &own && !is_quiet(*node.index)) {
    own = Value{*object};
    object = &own;
  }
  Value own_key;
  const Value& key = look(*node.index, own_key);
  site = &expr.span;
  if (const auto* list = object->get_if<ListPtr>()) {
    const auto* index = key.get_if<std::int64_t>();
    const auto size = static_cast<std::int64_t>((*list)->items.size());
    if (index != nullptr && *index >= -size && *index < size) {
      const Value& item = (*list)->items[static_cast<std::size_t>(*index < 0 ? *index + size : *index)];
      if (object != &own) return item;
      Value result = item;
      return spare = std::move(result);
    }
  }
  if (object->is<Undefined>()) site = &node.object->span;
  return spare = item_of_value(*object, key);
}

Value Evaluator::Impl::item_of_value(const Value& object, const Value& key) {
  if (const auto* undefined = object.get_if<Undefined>()) {
    if (undefined->info && undefined->info->kind == Undefined::Kind::Permissive) return object;
    fail_undefined(here(), *undefined);
  }
  if (const auto* unknown = object.get_if<Unknown>()) return unknown_item(*unknown, key);
  if (const auto* unknown = key.get_if<Unknown>()) {
    if (const std::optional<Value> known = enumerate(*unknown)) {
      if (!known->is<Unknown>()) return item_of_value(object, *known);
    }
    return named_unknown("item " + unknown->symbol->name, Symbol::Shape::Any);
  }
  charge(object);
  charge(key);
  if (std::optional<Value> found = item_of(self, object, key)) return std::move(*found);
  if (const auto name = text_of(key)) {
    std::optional<Value> found = attribute_of(self, object, *name);
    if (found && is_unsafe_attribute(*name)) return unsafe_attribute(object, *name);
    if (found) return std::move(*found);
    if (is_special(*name)) return unsafe_attribute(object, *name);
  }
  return undefined_here(missing_item(object, key));
}

Value Evaluator::Impl::eval_slice(const ast::Expr& expr, const Value& object, const ast::Slice& slice) {
  const auto bound = [&](const ast::ExprPtr& part) {
    Value value = part ? eval(*part) : Value{None{}};
    if (const auto* unknown = value.get_if<Unknown>()) {
      if (std::optional<Value> known = enumerate(*unknown)) return std::move(*known);
    }
    return value;
  };
  const Value start = bound(slice.start);
  const Value stop = bound(slice.stop);
  const Value step = bound(slice.step);
  site = &expr.span;
  const auto text = [](const Value& value) { return value.is<None>() ? std::string{} : display_repr(value); };
  const std::string suffix = "[" + text(start) + ":" + text(stop) + (step.is<None>() ? "" : ":" + text(step)) + "]";
  if (const auto* unknown = object.get_if<Unknown>()) {
    if (const std::optional<Value> known = enumerate(*unknown)) {
      if (!known->is<Unknown>()) return slice_of(self, here(), *known, start, stop, step);
    }
    const Symbol::Shape shape = unknown->symbol->shape;
    return named_unknown(unknown->symbol->name + suffix, shape == Symbol::Shape::Number ? Symbol::Shape::Any : shape);
  }
  if (is_unknown(start) || is_unknown(stop) || is_unknown(step)) {
    return named_unknown("a slice" + suffix, object.is<Text>() ? Symbol::Shape::Text : Symbol::Shape::List);
  }
  charge(object);
  Value result = slice_of(self, here(), object, start, stop, step);
  if (const auto* list = result.get_if<ListPtr>()) count_items((*list)->items.size());
  return counted(std::move(result));
}

// ------------------------------------------------------------------------------------------------------------------------ operators

bool Evaluator::Impl::truth(const Value& value) {
  if (const auto* known = value.get_if<bool>()) return *known;
  Unknown scratch;
  if (const Unknown* unknown = unknown_in(value, scratch)) {
    if (value.is<Unknown>()) return unknown_truth(*unknown);
    // A text with more bytes than the hole is not empty, whatever the hole stands for.
    if (value.get<Text>().runs().size() == 1) return unknown_truth(*unknown);
  }
  return truth_of(value);
}

bool Evaluator::Impl::condition(const ast::Expr& expr) {
  if (const auto* compare = std::get_if<ast::Compare>(&expr.node)) {
    tick();
    return holds(expr, *compare);
  }
  if (const auto* test = std::get_if<ast::Test>(&expr.node)) {
    tick();
    return holds(expr, *test);
  }
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node); unary != nullptr && unary->op == ast::UnaryOp::Not) {
    tick();
    return !condition(*unary->operand);
  }
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node);
      binary != nullptr && (binary->op == ast::BinaryOp::And || binary->op == ast::BinaryOp::Or)) {
    tick();
    return condition(*binary->left) == (binary->op == ast::BinaryOp::Or) ? binary->op == ast::BinaryOp::Or : condition(*binary->right);
  }
  Value spare;
  const Value& value = look(expr, spare);
  site = &expr.span;
  return truth(value);
}

Value Evaluator::Impl::eval_unary(const ast::Expr& expr, const ast::Unary& node) {
  Value spare;
  const Value& operand = look(*node.operand, spare);
  site = &expr.span;
  if (node.op == ast::UnaryOp::Not) return Value{!truth(operand)};
  if (const auto* unknown = operand.get_if<Unknown>()) {
    const std::optional<Value> known = enumerate(*unknown);
    if (!known || known->is<Unknown>())
      return named_unknown((node.op == ast::UnaryOp::Negate ? "-" : "+") + unknown->symbol->name, Symbol::Shape::Number);
    return node.op == ast::UnaryOp::Negate ? negate(here(), *known) : unary_plus(here(), *known);
  }
  if (operand.is<Undefined>()) site = &node.operand->span;
  return node.op == ast::UnaryOp::Negate ? negate(here(), operand) : unary_plus(here(), operand);
}

const Value& Evaluator::Impl::look_binary(const ast::Expr& expr, const ast::Binary& node, Value& spare) {
  Value own;
  const Value* left = &look(*node.left, own);
  if (node.op == ast::BinaryOp::And || node.op == ast::BinaryOp::Or) {
    site = &node.left->span;
    if (left != &own) {  // asking may run code
      own = Value{*left};
    }
    if (truth(own) == (node.op == ast::BinaryOp::Or)) return spare = std::move(own);
    return look(*node.right, spare);
  }
  if (left != &own && !is_quiet(*node.right)) {
    own = Value{*left};
    left = &own;
  }
  Value own_right;
  const Value& right = look(*node.right, own_right);
  site = &expr.span;
  if (left->is<Undefined>())
    site = &node.left->span;
  else if (right.is<Undefined>())
    site = &node.right->span;
  return spare = counted(arithmetic(node.op, *left, right));
}

Value Evaluator::Impl::arithmetic(ast::BinaryOp op, const Value& left, const Value& right) {
  if (is_unknown(left) || is_unknown(right)) return unknown_binary(op, left, right);
  switch (op) {
    case ast::BinaryOp::Add: {
      if (const auto* list = left.get_if<ListPtr>()) count_items((*list)->items.size());
      return add(here(), left, right);
    }
    case ast::BinaryOp::Subtract: return subtract(here(), left, right);
    case ast::BinaryOp::Multiply: {
      const Value& repeated = left.is<ListPtr>() ? left : right;
      const std::optional<std::int64_t> times = small_integer(left.is<ListPtr>() ? right : left);
      if (const auto* list = repeated.get_if<ListPtr>(); list != nullptr && times && *times > 0) {
        const std::uint64_t size = (*list)->items.size();
        count_items(size == 0                                                       ? 0
                    : static_cast<std::uint64_t>(*times) > options.limits.max_items ? options.limits.max_items + 1
                                                                                    : size * static_cast<std::uint64_t>(*times));
      }
      return multiply(here(), left, right);
    }
    case ast::BinaryOp::Divide: return divide(here(), left, right);
    case ast::BinaryOp::FloorDivide: return floor_divide(here(), left, right);
    case ast::BinaryOp::Modulo: return modulo(here(), left, right);
    case ast::BinaryOp::Power: return power(here(), left, right);
    case ast::BinaryOp::And: return truth(left) ? right : left;
    case ast::BinaryOp::Or: return truth(left) ? left : right;
  }
  return {};
}

bool Evaluator::Impl::holds(const ast::Expr& expr, const ast::Compare& node) {
  Value own;
  const Value* left = &look(*node.first, own);
  for (std::size_t i = 0; i < node.rest.size(); ++i) {
    const auto& [op, right_expr] = node.rest[i];
    if (left != &own && !is_quiet(right_expr)) {
      own = Value{*left};
      left = &own;
    }
    Value own_right;
    const Value& right = look(right_expr, own_right);
    site = &expr.span;
    if (!compare(op, *left, right)) return false;
    if (i + 1 == node.rest.size()) break;
    Value next = right;
    own = std::move(next);
    left = &own;
  }
  return true;
}

/// Items that are compared in the time of a step.
constexpr unsigned kItemsPerStep = 8;

/// Searching, hashing and comparing texts takes time.
void Evaluator::Impl::charge_comparison(ast::CompareOp op, const Value& left, const Value& right) {
  constexpr unsigned kBytesPerStep = 256;
  if (op == ast::CompareOp::In || op == ast::CompareOp::NotIn) {
    charge(left);
    charge(right);
    if (const auto* list = left.get_if<ListPtr>()) steps += (*list)->items.size() / kItemsPerStep;  // it may be hashed
    return;
  }
  const Text* text = left.get_if<Text>();
  const Text* other = right.get_if<Text>();
  if (text != nullptr && other != nullptr) steps += std::min(text->size(), other->size()) / kBytesPerStep;
}

bool Evaluator::Impl::is_in(const Value& needle, const Value& haystack) {
  std::uint64_t walked = 0;
  const bool result = contains(self, here(), haystack, needle, walked);
  steps += walked / kItemsPerStep;
  return result;
}

bool Evaluator::Impl::equal(const Value& left, const Value& right) {
  std::uint64_t walked = 0;
  const bool result = is_equal(left, right, walked);
  steps += walked / kItemsPerStep;
  return result;
}

bool Evaluator::Impl::compare(ast::CompareOp op, const Value& left, const Value& right) {
  const auto* left_integer = left.get_if<std::int64_t>();
  const auto* right_integer = right.get_if<std::int64_t>();
  if (left_integer != nullptr && right_integer != nullptr) return compare_integers(op, *left_integer, *right_integer);
  if (!prints_holes && left.is<Text>() && right.is<Text>() && (op == ast::CompareOp::Equal || op == ast::CompareOp::NotEqual)) {
    charge_comparison(op, left, right);
    return (left.get<Text>() == right.get<Text>()) == (op == ast::CompareOp::Equal);
  }
  Unknown scratch_left;
  Unknown scratch_right;
  const Unknown* unknown_left = unknown_in(left, scratch_left);
  const Unknown* unknown_right = unknown_in(right, scratch_right);
  if (unknown_left != nullptr || unknown_right != nullptr) {
    return unknown_compare(op, unknown_left != nullptr ? Value{*unknown_left} : left, unknown_right != nullptr ? Value{*unknown_right} : right);
  }
  charge_comparison(op, left, right);
  const bool is_membership = op == ast::CompareOp::In || op == ast::CompareOp::NotIn;
  if (const auto* list = right.get_if<ListPtr>(); is_membership && list != nullptr) {
    const ListPtr keep = *list;
    bool any_unknown = false;
    for (const Value& item : keep->items) any_unknown = any_unknown || is_unknown(item);
    if (any_unknown) {
      for (const Value& item : keep->items) {
        if (compare(ast::CompareOp::Equal, left, item)) return op == ast::CompareOp::In;
      }
      return op == ast::CompareOp::NotIn;
    }
  }
  switch (op) {
    case ast::CompareOp::Equal: return equal(left, right);
    case ast::CompareOp::NotEqual: return !equal(left, right);
    case ast::CompareOp::Less: return is_ordered(here(), Ordering::Less, left, right);
    case ast::CompareOp::LessEqual: return is_ordered(here(), Ordering::LessEqual, left, right);
    case ast::CompareOp::Greater: return is_ordered(here(), Ordering::Greater, left, right);
    case ast::CompareOp::GreaterEqual: return is_ordered(here(), Ordering::GreaterEqual, left, right);
    case ast::CompareOp::In: return is_in(left, right);
    case ast::CompareOp::NotIn: return !is_in(left, right);
  }
  return false;
}

bool Evaluator::Impl::compare_integers(ast::CompareOp op, std::int64_t left, std::int64_t right) {
  switch (op) {
    case ast::CompareOp::Equal: return left == right;
    case ast::CompareOp::NotEqual: return left != right;
    case ast::CompareOp::Less: return left < right;
    case ast::CompareOp::LessEqual: return left <= right;
    case ast::CompareOp::Greater: return left > right;
    case ast::CompareOp::GreaterEqual: return left >= right;
    case ast::CompareOp::In:
    case ast::CompareOp::NotIn: return is_in(Value{left}, Value{right});  // raises
  }
  return false;
}

Value Evaluator::Impl::eval_concat(const ast::Expr& expr, const ast::Concat& node) {
  open_mark(true);
  for (const ast::Expr& part : node.parts) emit(part, FrameId{0});
  site = &expr.span;
  return Value{close_capture()};
}

// -------------------------------------------------------------------------------------------------------------- filters and tests

void Evaluator::Impl::eval_filter(const ast::Expr& expr, const ast::Filter& node, const Value* captured, Value& into) {
  Value own;
  const Builtin* filter = node.builtin != nullptr ? node.builtin : find_filter(node.name);
  if (filter != nullptr) {
    const bool is_evaluated = captured != nullptr || !node.operand;
    const BuiltinOperand operand = is_evaluated ? BuiltinOperand{nullptr, captured != nullptr ? captured : &own} : BuiltinOperand{node.operand.get(), nullptr};
    if (call_directly(*filter, operand, node.arguments, expr.span, into)) return count_text(into);
  }
  const Value* operand = captured;
  if (operand == nullptr) operand = node.operand ? &look(*node.operand, own) : &own;
  if (operand != &own && !node.arguments.empty()) {
    own = Value{*operand};
    operand = &own;
  }
  Arguments arguments = take_arguments(expr.span);
  collect_arguments(node.arguments, nullptr, arguments);
  site = &expr.span;
  if (filter == nullptr) call_stand_in("filter", node.name, arguments);
  into = self.apply_filter(node.name, *operand, arguments);
  give_back(std::move(arguments));
  count_text(into);
}

/// What Jinja puts in the place of a filter or test that there is not takes no keywords.
void Evaluator::Impl::call_stand_in(std::string_view what, std::string_view name, const Arguments& arguments) const {
  if (arguments.keyword.empty()) return;
  raise("TypeError", fmt::format("No {} named {} found. It got an unexpected keyword argument {}", what, repr_of_bytes(name), repr_of_bytes(arguments.keyword.front().first)));
}

bool Evaluator::Impl::holds(const ast::Expr& expr, const ast::Test& node) {
  Value own;
  const Value* operand = &look(*node.operand, own);
  const Builtin* test = node.builtin != nullptr ? node.builtin : find_test(node.name);
  if (test != nullptr && !prints_holes && !is_unknown(*operand) && node.arguments.empty()) {
    Value result;
    if (call_directly(*test, BuiltinOperand{nullptr, operand}, node.arguments, expr.span, result)) return truth(result) != node.negated;
  }
  if (operand != &own && !node.arguments.empty()) {
    own = Value{*operand};
    operand = &own;
  }
  Arguments arguments = take_arguments(expr.span);
  collect_arguments(node.arguments, nullptr, arguments);
  site = &expr.span;
  if (test == nullptr) call_stand_in("test", node.name, arguments);
  const bool result = self.apply_test(node.name, *operand, arguments);
  give_back(std::move(arguments));
  return result != node.negated;
}

}  // namespace hookc
