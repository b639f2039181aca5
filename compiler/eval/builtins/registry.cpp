// The registry: rows by name, signatures prepared when the first builtin is looked up.
#include <algorithm>
#include <cassert>
#include <string>

#include <fmt/format.h>

#include "compiler/base/ascii.h"
#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/builtins/signature.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/repr.h"
#include "compiler/eval/evaluator.h"
#include "compiler/value/numbers.h"

namespace hookc {

namespace {

/// Rows and their signatures; immutable once it is made.
class Table {
 public:
  Table(std::string_view type, std::initializer_list<std::span<const Builtin>> parts) {
    for (const std::span<const Builtin> part : parts) {
      for (const Builtin& row : part) add(type, row);
    }
    assert(rows_.size() < 256 && "the index holds bytes");
    std::size_t size = 16;
    while (size < rows_.size() * 4) size *= 2;
    index_.assign(size, 0);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::size_t at = place(rows_[i].name);
      while (index_[at] != 0) at = (at + 1) & (size - 1);
      index_[at] = static_cast<std::uint8_t>(i + 1);
    }
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  /// Asked at each filter, test and method call, and for each attribute of a value that is no object; most of the last are no methods.
  [[nodiscard]] const Builtin* find(std::string_view name) const {
    if (name.empty() || (shapes_ >> shape(name) & 1U) == 0) return nullptr;
    for (std::size_t at = place(name); index_[at] != 0; at = (at + 1) & (index_.size() - 1)) {
      const Builtin& row = rows_[index_[at] - 1U];
      if (row.name == name) return &row;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> result;
    for (const Builtin& row : rows_) result.push_back(row.name);
    std::sort(result.begin(), result.end());
    return result;
  }

 private:
  /// The first letter and the length, in 64 kinds: most names that a table does not have are of a kind that it does not have.
  static unsigned shape(std::string_view name) { return (static_cast<unsigned char>(name[0]) + static_cast<unsigned>(name.size()) * 11U) & 63U; }
  /// Two letters and the length tell nearly all names apart.
  [[nodiscard]] std::size_t place(std::string_view name) const {
    const auto byte = [name](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(name[i])); };
    return (byte(0) * 7 + byte(name.size() / 2) * 31 + byte(name.size() - 1) * 3 + name.size()) & (index_.size() - 1);
  }
  void add(std::string_view type, const Builtin& row) {
    auto signature = std::make_unique<Signature>(parse_signature(row.signature));
    if (!type.empty()) signature->function = std::string{type} + "." + signature->function;
    Builtin prepared = row;
    prepared.prepared = signature.get();
    signatures_.push_back(std::move(signature));
    shapes_ |= std::uint64_t{1} << shape(row.name);
    rows_.push_back(prepared);
  }

  std::vector<Builtin> rows_;
  std::vector<std::unique_ptr<const Signature>> signatures_;
  std::vector<std::uint8_t> index_;  // open addressing; row + 1, 0 is empty
  std::uint64_t shapes_ = 0;         // of its names, a bit each
};

const Table& filters() {
  static const Table kTable{"", {html_filters(), select_filters(), sequence_filters(), text_filters(), value_filters()}};
  return kTable;
}

const Table& tests() {
  static const Table kTable{"", {jinja_tests()}};
  return kTable;
}

const Table& globals() {
  static const Table kTable{"", {global_functions()}};
  return kTable;
}

struct MethodTables {
  Table text{"str", {text_methods(), text_predicates()}};
  Table list{"list", {list_methods()}};
  Table tuple{"tuple", {tuple_methods()}};
  Table dict{"dict", {dict_methods()}};
  Table integer{"int", {integer_methods()}};
  Table real{"float", {float_methods()}};
};

const MethodTables& method_tables() {
  static const MethodTables kTables;
  return kTables;
}

const Table* methods_of(const Value& object) {
  const MethodTables& tables = method_tables();
  switch (object.kind()) {
    case Value::Kind::Dict: return &tables.dict;
    case Value::Kind::Text: return &tables.text;
    case Value::Kind::List: return object.get<ListPtr>()->is_tuple ? &tables.tuple : &tables.list;
    case Value::Kind::Float: return &tables.real;
    default: return is_integer(object) ? &tables.integer : nullptr;
  }
}

/// Most builtins look at every byte of the texts that they are given.
void charge_texts(Evaluator& evaluator, const Value* operand, const Arguments& arguments) {
  constexpr std::uint32_t kBytesPerStep = 64;
  std::uint64_t steps = 0;
  const auto charge = [&steps](const Value& value) {
    if (const auto* text = value.get_if<Text>()) steps += text->size() / kBytesPerStep;
  };
  if (operand != nullptr) charge(*operand);
  for (const Value& argument : arguments.positional) charge(argument);
  if (steps > 0) evaluator.spend(steps);
}

Value call_bound(Evaluator& evaluator, const Builtin& builtin, const Value* operand, const Arguments& arguments) {
  if (std::optional<Value> passed_on = evaluator.call_with_unknowns(builtin, operand, arguments)) return std::move(*passed_on);
  charge_texts(evaluator, operand, arguments);
  BoundArguments bound;
  bind(*builtin.prepared, operand, arguments, bound);
  const std::span<const Value> positional{arguments.positional};
  return builtin.body(BuiltinCall{evaluator, arguments.site, std::span<const Value>{bound.values}.first(builtin.prepared->parameters.size()),
                                  builtin.prepared->takes_rest ? positional.subspan(bound.rest_begin) : std::span<const Value>{}, bound.keywords});
}

}  // namespace

Site BuiltinCall::site() const { return Site{span, &evaluator.sources()}; }

const Builtin* find_filter(std::string_view name) { return filters().find(name); }
const Builtin* find_test(std::string_view name) { return tests().find(name); }

const Builtin* find_method(const Value& object, std::string_view name) {
  const Table* table = methods_of(object);
  return table == nullptr ? nullptr : table->find(name);
}

const Builtin* find_dict_method(std::string_view name) { return method_tables().dict.find(name); }

std::optional<Value> find_global(std::string_view name) {
  const Builtin* row = globals().find(name);
  if (row == nullptr) return std::nullopt;
  std::string shown = name == "range" ? fmt::format("<function safe_range at {}>", kAddress) : name == "dict" ? "<class 'dict'>"
                      : fmt::format("<class 'jinja2.utils.{}{}'>", ascii_upper(name.front()), name.substr(1));
  return make_function(std::string{name}, [row](Evaluator& evaluator, const Arguments& arguments) { return call_bound(evaluator, *row, nullptr, arguments); },
                       std::move(shown));
}

Value call_builtin(Evaluator& evaluator, const Builtin& builtin, const Value& operand, const Arguments& arguments) {
  return call_bound(evaluator, builtin, &operand, arguments);
}

Value bind_method(const Builtin& method, const Value& object) {
  // Jinja2 wraps the two that format; methods of a class are bound to the class
  const bool is_wrapped = object.is<Text>() && (method.name == "format" || method.name == "format_map");
  const bool is_of_class = method.name == "fromkeys" || method.name == "maketrans";
  std::string shown = is_wrapped ? fmt::format("<function str.{} at {}>", method.name, kAddress)
                                 : fmt::format("<built-in method {} of {} object at {}>", method.name, is_of_class ? "type" : type_name(object), kAddress);
  auto self = std::make_shared<const Value>(object);
  const auto call = [row = &method, self](Evaluator& evaluator, const Arguments& arguments) { return call_bound(evaluator, *row, self.get(), arguments); };
  return Value{ObjectPtr{std::make_shared<Function>(std::string{method.name}, call, std::move(shown), std::move(self))}};
}

std::optional<Value> attribute_of(Evaluator& evaluator, const Value& object, std::string_view name) {
  const auto* other = object.get_if<ObjectPtr>();
  if (other != nullptr && !is_integer(object)) return (*other)->attribute(evaluator, name);
  if (const Builtin* method = find_method(object, name)) return bind_method(*method, object);
  if (is_number(object)) {
    if (name == "real") return is_integer(object) && object.is<bool>() ? Value{*small_integer(object)} : object;
    if (name == "imag") return object.is<double>() ? Value{0.0} : Value{std::int64_t{0}};
    if (name == "numerator" && is_integer(object)) return object.is<bool>() ? Value{*small_integer(object)} : object;
    if (name == "denominator" && is_integer(object)) return Value{std::int64_t{1}};
  }
  return std::nullopt;
}

std::vector<std::string_view> filter_names() { return filters().names(); }
std::vector<std::string_view> test_names() { return tests().names(); }
std::vector<std::string_view> global_names() { return globals().names(); }

std::vector<std::string_view> method_names(const Value& object) {
  const Table* table = methods_of(object);
  return table == nullptr ? std::vector<std::string_view>{} : table->names();
}

}  // namespace hookc
