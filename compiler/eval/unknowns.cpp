// Unknowns: what operations give when a value is known by its symbol alone. They are handled here and nowhere else: truth, iteration, operators, and
// the dispatch of builtins. A question has exactly the two ways out that the evaluation can take, and the host answers it.
#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "compiler/base/ascii.h"
#include "compiler/eval/machine.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::size_t kLongestName = 120;
constexpr std::size_t kMostItems = 1'000;

using Shape = Symbol::Shape;

/// A name that stays apart from others when it is cut.
std::string bounded(std::string name) {
  if (name.size() <= kLongestName) return name;
  const std::size_t hash = std::hash<std::string>{}(name);
  return name.substr(0, kLongestName) + "~" + std::to_string(hash % 100'000);
}

std::string label_of(const Value& value) {
  if (const auto* unknown = value.get_if<Unknown>()) return unknown->symbol->name;
  return bounded(display_repr(value));
}

std::string label_of(const Arguments& arguments) {
  std::string label;
  const auto add = [&](const std::string& part) { label += (label.empty() ? "" : ", ") + part; };
  for (const Value& value : arguments.positional) add(label_of(value));
  for (const auto& [name, value] : arguments.keyword) add(name + "=" + label_of(value));
  return label;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The shape of what a filter or a method gives.
Shape shape_after(std::string_view name) {
  if (is_one_of(name, {"length", "count", "int", "float", "abs", "round", "sum", "wordcount", "find", "index"})) return Shape::Number;
  if (is_one_of(name, {"list",  "map",     "select",   "selectattr", "reject", "rejectattr", "sort",  "unique", "groupby",    "batch",
                       "slice", "reverse", "dictsort", "items",      "keys",   "values",     "split", "rsplit", "splitlines", "range"})) {
    return Shape::List;
  }
  if (is_one_of(name, {"upper",  "lower",    "trim",     "replace", "join",   "string",    "title",    "capitalize",
                       "format", "indent",   "tojson",   "strip",   "lstrip", "rstrip",    "strftime", "isoformat",
                       "center", "truncate", "wordwrap", "escape",  "e",      "urlencode", "as_text"})) {
    return Shape::Text;
  }
  return Shape::Any;
}

/// The items of the result are items of the operand.
bool keeps_items(std::string_view name) {
  return is_one_of(name, {"list", "select", "selectattr", "reject", "rejectattr", "sort", "unique", "reverse"});
}

std::optional<ast::CompareOp> comparison_of(std::string_view test) {
  using ast::CompareOp;
  if (is_one_of(test, {"eq", "equalto", "==", "sameas"})) return CompareOp::Equal;
  if (is_one_of(test, {"ne", "!="})) return CompareOp::NotEqual;
  if (is_one_of(test, {"lt", "lessthan", "<"})) return CompareOp::Less;
  if (is_one_of(test, {"le", "<="})) return CompareOp::LessEqual;
  if (is_one_of(test, {"gt", "greaterthan", ">"})) return CompareOp::Greater;
  if (is_one_of(test, {"ge", ">="})) return CompareOp::GreaterEqual;
  if (test == "in") return CompareOp::In;
  return std::nullopt;
}

/// What the shape alone says of a test on a type; nothing when it says nothing.
std::optional<bool> test_by_shape(Shape shape, std::string_view test) {
  if (shape == Shape::Any) return std::nullopt;
  if (test == "defined") return true;
  if (is_one_of(test, {"undefined", "none", "boolean", "true", "false"})) return false;
  if (test == "string") return shape == Shape::Text;
  if (test == "number") return shape == Shape::Number;
  if (is_one_of(test, {"integer", "float"})) return shape == Shape::Number ? std::nullopt : std::optional<bool>{false};
  if (shape == Shape::Object) return is_one_of(test, {"mapping"}) ? std::optional<bool>{false} : std::nullopt;
  if (test == "mapping") return shape == Shape::Mapping;
  if (is_one_of(test, {"iterable", "sequence"})) return shape != Shape::Number;
  if (test == "callable") return false;
  return std::nullopt;
}

/// Whether a value of this shape can be equal to `value` at all.
bool can_equal(Shape shape, const Value& value) {
  switch (shape) {
    case Shape::Any: return true;
    case Shape::Text: return value.is<Text>() || value.is<Unknown>();
    case Shape::Number: return value.is<std::int64_t>() || value.is<double>() || value.is<bool>() || value.is<ObjectPtr>() || value.is<Unknown>();
    case Shape::List: return value.is<ListPtr>() || value.is<ObjectPtr>() || value.is<Unknown>();
    case Shape::Mapping: return value.is<DictPtr>() || value.is<ObjectPtr>() || value.is<Unknown>();
    case Shape::Object: return value.is<ObjectPtr>() || value.is<Unknown>();
  }
  return true;
}

ast::CompareOp mirrored(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Less: return ast::CompareOp::Greater;
    case ast::CompareOp::LessEqual: return ast::CompareOp::GreaterEqual;
    case ast::CompareOp::Greater: return ast::CompareOp::Less;
    case ast::CompareOp::GreaterEqual: return ast::CompareOp::LessEqual;
    case ast::CompareOp::Equal:
    case ast::CompareOp::NotEqual:
    case ast::CompareOp::In:
    case ast::CompareOp::NotIn: return op;
  }
  return op;
}

std::string_view spelling(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal: return "==";
    case ast::CompareOp::NotEqual: return "!=";
    case ast::CompareOp::Less: return "<";
    case ast::CompareOp::LessEqual: return "<=";
    case ast::CompareOp::Greater: return ">";
    case ast::CompareOp::GreaterEqual: return ">=";
    case ast::CompareOp::In: return "in";
    case ast::CompareOp::NotIn: return "not in";
  }
  return "==";
}

std::string_view spelling(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::Add: return "+";
    case ast::BinaryOp::Subtract: return "-";
    case ast::BinaryOp::Multiply: return "*";
    case ast::BinaryOp::Divide: return "/";
    case ast::BinaryOp::FloorDivide: return "//";
    case ast::BinaryOp::Modulo: return "%";
    case ast::BinaryOp::Power: return "**";
    case ast::BinaryOp::And: return "and";
    case ast::BinaryOp::Or: return "or";
  }
  return "+";
}

bool is_identifier(std::string_view name) {
  return !name.empty() && (name.front() < '0' || name.front() > '9') && std::all_of(name.begin(), name.end(), is_word_character);
}

/// Whether a builtin needs the value of an argument that is unknown.
bool needs_arguments(const Builtin& builtin, const Arguments& arguments) {
  const auto is_unknown = [](const Value& value) { return value.is<Unknown>(); };
  switch (builtin.unknowns) {
    case Builtin::Unknowns::Operand: return false;
    case Builtin::Unknowns::Handled:  // looking a key up in a dict needs the key
      return is_one_of(builtin.name, {"get", "pop", "setdefault"}) && !arguments.positional.empty() && is_unknown(arguments.positional.front());
    case Builtin::Unknowns::Propagate: break;
  }
  return std::any_of(arguments.positional.begin(), arguments.positional.end(), is_unknown) ||
         std::any_of(arguments.keyword.begin(), arguments.keyword.end(), [&](const auto& entry) { return is_unknown(entry.second); });
}

}  // namespace

// --------------------------------------------------------------------------------------------------------------------------- symbols

Value Evaluator::Impl::named_unknown(std::string name, Symbol::Shape shape) {
  name = bounded(std::move(name));
  SymbolPtr& known = symbols[name];
  if (!known) known = std::make_shared<const Symbol>(Symbol{std::move(name), shape, std::nullopt, nullptr});
  return Value{Unknown{known}};
}

/// Someone looks at a value: if it is what a query returned, or part of that, its result is used.
void Evaluator::Impl::touch(const Unknown& unknown) {
  for (const auto& [name, event] : watched) {
    if (unknown.symbol->name.starts_with(name)) self.mark_used(event);
  }
}

Value Evaluator::Impl::derive(const Unknown& parent, std::string_view suffix) {
  touch(parent);
  std::string name = parent.symbol->name + std::string{suffix};
  if (parent.symbol->member && !suffix.empty() && (suffix.front() == '.' || suffix.front() == '[')) {
    if (const auto known = symbols.find(name); known != symbols.end()) return Value{Unknown{known->second}};
    Value made = parent.symbol->member(parent.symbol, suffix.front() == '.' ? suffix.substr(1) : suffix);
    if (const auto* unknown = made.get_if<Unknown>()) symbols.emplace(std::move(name), unknown->symbol);
    return made;
  }
  return named_unknown(std::move(name), Shape::Any);
}

const Unknown* Evaluator::Impl::unknown_text(const Value& value, Unknown& scratch) {
  const auto* text = value.get_if<Text>();
  if (text == nullptr) return nullptr;
  std::string name;
  bool has_hole = false;
  const std::span<const Run> runs = text->runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text->size();
    if (is_fixed(runs[i].position) && place_of(runs[i].position) != 0) {
      const Origin origin = sources.describe(runs[i].position);
      if (origin.kind == Origin::Kind::Hole) {
        has_hole = true;
        name += runs.size() == 1 ? std::string{origin.name} : "{" + std::string{origin.name} + "}";
        continue;
      }
    }
    name += text->view().substr(runs[i].begin, end - runs[i].begin);
  }
  if (!has_hole) return nullptr;
  scratch = named_unknown(std::move(name), Shape::Text).get<Unknown>();
  return &scratch;
}

std::size_t Evaluator::Impl::ask(Question::Kind kind, const SymbolPtr& symbol, std::string op, std::optional<Value> operand) {
  return host.choose(self, Question{kind, symbol, std::move(op), std::move(operand), here_span()});
}

std::optional<Value> Evaluator::Impl::enumerate(const Unknown& unknown) {
  touch(unknown);
  const auto& domain = unknown.symbol->domain;
  if (!domain || domain->empty()) return std::nullopt;
  const std::size_t choice = ask(Question::Kind::Value, unknown.symbol, {}, std::nullopt);
  return (*domain)[std::min(choice, domain->size() - 1)];
}

// ------------------------------------------------------------------------------------------------------------- truth and iteration

bool Evaluator::Impl::unknown_truth(const Unknown& unknown) {
  touch(unknown);
  if (unknown.symbol->shape == Shape::Object) return true;
  return ask(Question::Kind::Truth, unknown.symbol, {}, std::nullopt) != 0;
}

std::vector<Value> Evaluator::Impl::unknown_items(const Unknown& unknown) {
  touch(unknown);
  if (unknown.symbol->domain) {
    const std::optional<Value> known = enumerate(unknown);
    if (known && !known->is<Unknown>()) return iterate(*known);
  }
  if (unknown.symbol->shape == Shape::Number) raise("TypeError", "'int' object is not iterable");
  const std::size_t count = std::min(ask(Question::Kind::LoopSize, unknown.symbol, {}, std::nullopt), kMostItems);
  std::vector<Value> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(derive(unknown, "[" + std::to_string(i) + "]"));
  return result;
}

// ------------------------------------------------------------------------------------------------------------------------- operators

Value Evaluator::Impl::unknown_attribute(const Unknown& unknown, std::string_view name) {
  touch(unknown);
  if (is_unsafe_attribute(name)) return unsafe_attribute(Value{unknown}, name);
  if (const std::optional<Value> known = enumerate(unknown); known && !known->is<Unknown>()) return attribute_of_value(*known, name);
  return derive(unknown, "." + std::string{name});
}

Value Evaluator::Impl::unknown_item(const Unknown& unknown, const Value& key) {
  touch(unknown);
  if (const std::optional<Value> known = enumerate(unknown); known && !known->is<Unknown>()) return item_of_value(*known, key);
  if (const auto* unknown_key = key.get_if<Unknown>()) {
    if (const std::optional<Value> known = enumerate(*unknown_key); known && !known->is<Unknown>()) return unknown_item(unknown, *known);
  }
  const auto name = text_of(key);
  if (name && is_identifier(*name)) return derive(unknown, "." + std::string{*name});
  return derive(unknown, "[" + label_of(key) + "]");
}

Value Evaluator::Impl::unknown_call(const Unknown& unknown, const Arguments& arguments) {
  touch(unknown);
  const std::string& callee = unknown.symbol->name;
  const std::size_t dot = callee.rfind('.');
  return named_unknown(callee + "(" + label_of(arguments) + ")",
                       shape_after(dot == std::string::npos ? std::string_view{} : std::string_view{callee}.substr(dot + 1)));
}

Value Evaluator::Impl::unknown_binary(ast::BinaryOp op, const Value& left, const Value& right) {
  for (const Value* operand : {&left, &right}) {
    const auto* unknown = operand->get_if<Unknown>();
    if (unknown == nullptr) {
      if (const auto* undefined = operand->get_if<Undefined>()) fail_undefined(here(), *undefined);
      continue;
    }
    const std::optional<Value> known = enumerate(*unknown);
    if (known && !known->is<Unknown>()) return operand == &left ? arithmetic(op, *known, right) : arithmetic(op, left, *known);
  }
  Shape shape = Shape::Any;
  const bool is_formatting = op == ast::BinaryOp::Modulo && left.is<Text>();
  if (is_formatting || (op == ast::BinaryOp::Add && (left.is<Text>() || right.is<Text>())))
    shape = Shape::Text;
  else if (op == ast::BinaryOp::Add && (left.is<ListPtr>() || right.is<ListPtr>()))
    shape = Shape::List;
  else if (op == ast::BinaryOp::Divide || op == ast::BinaryOp::FloorDivide || op == ast::BinaryOp::Power)
    shape = Shape::Number;
  return named_unknown(label_of(left) + " " + std::string{spelling(op)} + " " + label_of(right), shape);
}

bool Evaluator::Impl::unknown_compare(ast::CompareOp op, const Value& left, const Value& right) {
  using ast::CompareOp;
  if (op == CompareOp::NotIn) return !unknown_compare(CompareOp::In, left, right);
  if (op == CompareOp::NotEqual) return !unknown_compare(CompareOp::Equal, left, right);
  const auto* unknown_left = left.get_if<Unknown>();
  const auto* unknown_right = right.get_if<Unknown>();
  if (unknown_left != nullptr) touch(*unknown_left);
  if (unknown_right != nullptr) {
    touch(*unknown_right);
    const bool has_two = unknown_left != nullptr && unknown_left->symbol->name == unknown_right->symbol->name;
    if (has_two && op != CompareOp::In) return op == CompareOp::Equal || op == CompareOp::LessEqual || op == CompareOp::GreaterEqual;
    if (op == CompareOp::In || unknown_left != nullptr) {
      if (const std::optional<Value> known = enumerate(*unknown_right); known && !known->is<Unknown>()) return compare(op, left, *known);
    }
    if (op == CompareOp::In) return ask(Question::Kind::Compare, unknown_right->symbol, "contains", left) != 0;
    if (unknown_left == nullptr) return unknown_compare(mirrored(op), right, left);
  }
  if (op == CompareOp::In) {
    if (right.is<Undefined>()) return is_in(left, right);
    Value operand = right;
    if (!right.is<Text>()) operand = make_list(iterate(right));
    const auto* list = operand.get_if<ListPtr>();
    if (list != nullptr && (*list)->items.empty()) return false;
    return ask(Question::Kind::Compare, unknown_left->symbol, "in", std::move(operand)) != 0;
  }
  if (op == CompareOp::Equal) {
    if (right.is<Undefined>() || !can_equal(unknown_left->symbol->shape, right)) return false;
  } else if (const auto* undefined = right.get_if<Undefined>()) {
    fail_undefined(here(), *undefined);
  }
  return ask(Question::Kind::Compare, unknown_left->symbol, std::string{spelling(op)}, right) != 0;
}

// -------------------------------------------------------------------------------------------------------------------------- builtins

std::optional<bool> Evaluator::Impl::unknown_test(std::string_view name, const Value& operand, const Arguments& arguments) {
  Unknown scratch;
  const Unknown* unknown = unknown_in(operand, scratch);
  const Unknown* argument = nullptr;
  for (const Value& value : arguments.positional) {
    if (argument == nullptr) argument = value.get_if<Unknown>();
  }
  if (unknown == nullptr && argument == nullptr) return std::nullopt;
  if (const std::optional<ast::CompareOp> op = comparison_of(name); op && arguments.positional.size() == 1)
    return compare(*op, operand, arguments.positional.front());
  if (unknown == nullptr) {
    touch(*argument);
    return ask(Question::Kind::Test, argument->symbol, std::string{name}, operand) != 0;
  }
  touch(*unknown);
  if (const std::optional<bool> known = test_by_shape(unknown->symbol->shape, name)) return known;
  if (name == "undefined") return ask(Question::Kind::Test, unknown->symbol, "defined", std::nullopt) == 0;
  if (name == "odd") return ask(Question::Kind::Test, unknown->symbol, "even", std::nullopt) == 0;
  std::optional<Value> first;
  if (!arguments.positional.empty()) first = arguments.positional.front();
  return ask(Question::Kind::Test, unknown->symbol, std::string{name}, std::move(first)) != 0;
}

std::optional<Value> Evaluator::Impl::unknown_builtin(const Builtin& builtin, const Value* operand, const Arguments& arguments) {
  const auto* unknown = operand != nullptr ? operand->get_if<Unknown>() : nullptr;
  if (unknown == nullptr && !needs_arguments(builtin, arguments)) return std::nullopt;
  if (unknown != nullptr && builtin.unknowns == Builtin::Unknowns::Handled) return std::nullopt;
  if (unknown != nullptr) {
    if (const std::optional<Value> known = enumerate(*unknown); known && !known->is<Unknown>()) return call_builtin(self, builtin, *known, arguments);
  }
  Arguments known_arguments = arguments;
  bool any_known = false;
  const auto replace = [&](Value& value) {
    const auto* symbol = value.get_if<Unknown>();
    if (symbol == nullptr) return;
    std::optional<Value> known = enumerate(*symbol);
    if (!known || known->is<Unknown>()) return;
    value = std::move(*known);
    any_known = true;
  };
  for (Value& value : known_arguments.positional) replace(value);
  for (auto& [name, value] : known_arguments.keyword) replace(value);
  if (any_known && operand != nullptr) return call_builtin(self, builtin, *operand, known_arguments);
  if (any_known) return call_value(find_global(builtin.name).value_or(Value{}), known_arguments, nullptr);

  const std::string_view name = builtin.name == "count" ? std::string_view{"length"} : builtin.name;
  const std::string passed = label_of(arguments);
  if (operand == nullptr) return named_unknown(std::string{name} + "(" + passed + ")", shape_after(name));
  if (unknown != nullptr && arguments.positional.empty() && arguments.keyword.empty()) {
    if (name == "list" && unknown->symbol->shape == Shape::List) return *operand;
    if (name == "string" && unknown->symbol->shape == Shape::Text) return *operand;
    if (name == "first" && unknown->symbol->shape != Shape::Text) return derive(*unknown, "[0]");
    if (name == "last" && unknown->symbol->shape != Shape::Text) return derive(*unknown, "[-1]");
  }
  std::string label = bounded(label_of(*operand) + " | " + std::string{name} + (passed.empty() ? "" : "(" + passed + ")"));
  if (unknown != nullptr && keeps_items(name) && unknown->symbol->member) {
    SymbolPtr& known = symbols[label];
    if (!known) known = std::make_shared<const Symbol>(Symbol{label, Shape::List, std::nullopt, unknown->symbol->member});
    return Value{Unknown{known}};
  }
  return named_unknown(std::move(label), shape_after(name));
}

}  // namespace hookc
