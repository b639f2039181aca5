#include "compiler/project/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "compiler/base/overloaded.h"
#include "compiler/eval/evaluator.h"
#include "compiler/project/named_sequence.h"
#include "compiler/project/signature.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

std::string type_of_value(const Value& value) {
  return value.visit(overloaded{[](const Undefined&) { return "Text"; }, [](None) { return ""; }, [](bool) { return "Boolean"; },
                               [](std::int64_t) { return "Integer"; }, [](double) { return "Number"; }, [](const Text&) { return "Text"; },
                               [](const ListPtr&) { return "Text"; }, [](const DictPtr&) { return "Text"; }, [](const ObjectPtr&) { return "Text"; },
                               [](const Unknown&) { return "Text"; }});
}

/// The type that holds every value of a column; a column of nulls is one of integers, as dbt tests types.
std::string inferred_type(const std::vector<std::vector<Value>>& rows, std::size_t column) {
  std::string type;
  for (const std::vector<Value>& row : rows) {
    const std::string one = type_of_value(row[column]);
    if (one.empty() || one == type) continue;
    const bool numbers = (type == "Integer" && one == "Number") || (type == "Number" && one == "Integer");
    if (type.empty()) {
      type = one;
    } else {
      type = numbers ? "Number" : "Text";
    }
  }
  return type.empty() ? "Integer" : type;
}

std::vector<std::string> unique_names(std::vector<std::string> names) {
  std::set<std::string, std::less<>> taken;
  for (std::string& name : names) {
    const std::string wanted = name;
    for (std::size_t count = 2; !taken.insert(name).second; ++count) name = fmt::format("{}_{}", wanted, count);
  }
  return names;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::size_t own = width_of(text);
  const std::string blanks(width > own ? width - own : 0, ' ');
  return left ? text + blanks : blanks + text;
}

std::string shortened(std::string text, std::optional<std::size_t> width) {
  if (!width || width_of(text) <= *width) return text;
  std::size_t kept = 0;
  std::size_t end = 0;
  const std::size_t wanted = *width > 3 ? *width - 3 : 0;
  while (end < text.size() && kept < wanted) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    ++kept;
  }
  return text.substr(0, end) + "...";
}

struct Layout {
  std::size_t max_rows;
  std::size_t max_columns;
  std::optional<std::size_t> max_width;
};

/// The table as agate prints one: a row for the names, a rule, the values.
std::string listing(const std::vector<std::string>& names, const std::vector<std::string>& types, const std::vector<std::vector<Value>>& rows, const Layout& layout) {
  const std::size_t columns = std::min(names.size(), layout.max_columns);
  std::vector<std::vector<std::string>> cells;
  std::vector<std::string> head;
  for (std::size_t i = 0; i < columns; ++i) head.push_back(shortened(names[i], layout.max_width));
  if (columns < names.size()) head.emplace_back("...");
  cells.push_back(head);
  for (std::size_t r = 0; r < std::min(rows.size(), layout.max_rows); ++r) {
    std::vector<std::string> line;
    for (std::size_t i = 0; i < columns; ++i) line.push_back(rows[r][i].is<None>() ? std::string{} : shortened(display(rows[r][i]), layout.max_width));
    if (columns < names.size()) line.emplace_back("...");
    cells.push_back(std::move(line));
  }
  if (layout.max_rows < rows.size()) cells.emplace_back(head.size(), "...");
  std::vector<std::size_t> widths(head.size());
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string out;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t i = 0; i < widths.size(); ++i) out += "| " + padded(cells[r][i], widths[i], i >= types.size() || types[i] == "Text") + " ";
    out += "|\n";
    if (r > 0) continue;
    for (const std::size_t width : widths) out += "| " + std::string(width, '-') + " ";
    out += "|\n";
  }
  return out;
}

std::size_t limit_of(const Value& value) {
  const std::optional<std::int64_t> number = small_integer(value);
  return number && *number >= 0 ? static_cast<std::size_t>(*number) : static_cast<std::size_t>(-1);
}

/// The names that `select('a')` or `select(['a', 'b'])` mean.
std::vector<std::string> names_in(Evaluator& evaluator, const Value& key) {
  if (const auto text = text_of(key)) return {std::string{*text}};
  std::vector<std::string> names;
  for (const Value& item : evaluator.iterate(key)) names.push_back(evaluator.to_text(item).str());
  return names;
}

}  // namespace

TablePtr Table::make(std::vector<std::string> column_names, std::vector<std::vector<Value>> rows, std::vector<std::string> types) {
  std::shared_ptr<Table> table{new Table};  // the constructor is private
  table->column_names_ = unique_names(std::move(column_names));
  const std::size_t columns = table->column_names_.size();
  for (std::vector<Value>& row : rows) row.resize(columns, Value{None{}});
  table->rows_ = std::move(rows);
  for (std::size_t i = 0; i < columns; ++i) table->column_types_.push_back(i < types.size() ? types[i] : inferred_type(table->rows_, i));
  return table;
}

std::optional<std::size_t> Table::column_index(std::string_view name) const {
  const auto found = std::find(column_names_.begin(), column_names_.end(), name);
  if (found == column_names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - column_names_.begin());
}

std::vector<Value> Table::column_values(std::size_t column) const {
  std::vector<Value> values;
  values.reserve(rows_.size());
  for (const std::vector<Value>& row : rows_) values.push_back(row[column]);
  return values;
}

Text Table::str() const {
  std::vector<std::vector<Value>> rows;
  for (std::size_t i = 0; i < column_names_.size(); ++i) rows.push_back({make_name(column_names_[i]), make_name(column_types_[i])});
  return Text{listing({"column", "data_type"}, {"Text", "Text"}, rows, Layout{rows.size(), 2, std::nullopt}), Position{0}};
}

std::vector<Value> Table::row_objects() const {
  const auto names = std::make_shared<const std::vector<std::string>>(column_names_);
  std::vector<Value> rows;
  rows.reserve(rows_.size());
  for (const std::vector<Value>& row : rows_) rows.emplace_back(ObjectPtr{std::make_shared<NamedSequence>("Row", row, names)});
  return rows;
}

Value Table::columns_value() const {
  std::vector<Value> columns;
  for (std::size_t i = 0; i < column_names_.size(); ++i) {
    columns.emplace_back(ObjectPtr{std::make_shared<TableColumn>(column_names_[i], i, column_types_[i], column_values(i))});
  }
  return Value{ObjectPtr{std::make_shared<NamedSequence>("MappedSequence", std::move(columns), std::make_shared<const std::vector<std::string>>(column_names_))}};
}

std::optional<std::vector<Value>> Table::iterate(Evaluator& evaluator) {
  evaluator.spend(rows_.size());
  return row_objects();
}

std::optional<Value> Table::item(Evaluator&, const Value& key) {
  const std::optional<std::int64_t> index = small_integer(key);
  if (!index) return std::nullopt;
  const auto size = static_cast<std::int64_t>(rows_.size());
  const std::int64_t at = *index < 0 ? *index + size : *index;
  if (at < 0 || at >= size) return std::nullopt;
  return row_objects()[static_cast<std::size_t>(at)];
}

std::optional<Value> Table::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "rows") return Value{ObjectPtr{std::make_shared<NamedSequence>("MappedSequence", row_objects(), nullptr)}};
  if (name == "columns") return columns_value();
  if (name == "column_names" || name == "column_types") {
    std::vector<Value> names;
    for (const std::string& text : name == "column_names" ? column_names_ : column_types_) names.emplace_back(evaluator.made(text));
    return make_tuple(std::move(names));
  }
  if (name == "row_names") return Value{None{}};
  if (name == "print_table" || name == "print_csv" || name == "print_json" || name == "print_structure") return printer(name);
  return derivation(name);
}

std::optional<Value> Table::printer(std::string_view name) {
  return make_function(std::string{name}, [self = shared_from_this(), name = std::string{name}](Evaluator& evaluator, const Arguments& arguments) {
    std::string text;
    if (name == "print_structure") {
      text = self->str().str();
    } else if (name == "print_csv") {
      text = self->csv();
    } else {
      Layout layout{20, 6, 20};
      if (const Value* given = arguments.keyword_if("max_rows")) layout.max_rows = limit_of(*given);
      if (const Value* given = arguments.keyword_if("max_columns")) layout.max_columns = limit_of(*given);
      if (const Value* given = arguments.keyword_if("max_column_width")) {
        layout.max_width = given->is<None>() ? std::nullopt : std::optional<std::size_t>{limit_of(*given)};
      }
      text = listing(self->column_names_, self->column_types_, self->rows_, layout);
    }
    Event event;
    event.kind = Event::Kind::Print;
    event.text = evaluator.made(std::move(text));
    event.site = evaluator.site();
    event.frame = evaluator.frame();
    evaluator.record(std::move(event));
    return Value{None{}};
  });
}

std::string Table::csv() const {
  const auto cell = [](const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string(1, c);
    return quoted + "\"";
  };
  std::string out;
  for (std::size_t i = 0; i < column_names_.size(); ++i) out += (i > 0 ? "," : "") + cell(column_names_[i]);
  out += "\n";
  for (const std::vector<Value>& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + (row[i].is<None>() ? std::string{} : cell(display(row[i])));
    out += "\n";
  }
  return out;
}

Value Table::with_columns(const std::vector<std::size_t>& columns) const {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const std::size_t column : columns) {
    names.push_back(column_names_[column]);
    types.push_back(column_types_[column]);
  }
  std::vector<std::vector<Value>> rows;
  for (const std::vector<Value>& row : rows_) {
    std::vector<Value> kept;
    for (const std::size_t column : columns) kept.push_back(row[column]);
    rows.push_back(std::move(kept));
  }
  return Value{ObjectPtr{make(std::move(names), std::move(rows), std::move(types))}};
}

Value Table::with_rows(const std::vector<std::size_t>& rows) const {
  std::vector<std::vector<Value>> kept;
  for (const std::size_t row : rows) kept.push_back(rows_[row]);
  return Value{ObjectPtr{make(column_names_, std::move(kept), column_types_)}};
}

Value Table::selected(Evaluator& evaluator, const Arguments& arguments, bool keep) const {
  const std::vector<std::string> names = names_in(evaluator, bind_arguments(arguments, keep ? "select" : "exclude", {{"key"}})[0]);
  std::vector<std::size_t> columns;
  if (keep) {
    for (const std::string& name : names) {
      const std::optional<std::size_t> column = column_index(name);
      if (!column) fail(arguments.site, "KeyError", repr_of_bytes(name));
      columns.push_back(*column);
    }
  } else {
    for (std::size_t i = 0; i < column_names_.size(); ++i) {
      if (std::find(names.begin(), names.end(), column_names_[i]) == names.end()) columns.push_back(i);
    }
  }
  return with_columns(columns);
}

Value Table::limited(const Arguments& arguments) const {
  const std::vector<Value> given = bind_arguments(arguments, "limit", {{"start_or_stop", Value{None{}}}, {"stop", Value{None{}}}, {"step", Value{None{}}}});
  const bool one = given[1].is<None>();
  const std::size_t start = one || given[0].is<None>() ? 0 : limit_of(given[0]);
  const std::size_t stop = std::min(rows_.size(), limit_of(one ? given[0] : given[1]));
  const std::size_t step = given[2].is<None>() ? 1 : std::max<std::size_t>(1, limit_of(given[2]));
  std::vector<std::size_t> kept;
  for (std::size_t row = start; row < stop; row += std::min(step, rows_.size())) kept.push_back(row);
  return with_rows(kept);
}

Value Table::ordered(Evaluator& evaluator, const Arguments& arguments) const {
  const std::vector<Value> given = bind_arguments(arguments, "order_by", {{"key"}, {"reverse", Value{false}}});
  std::vector<std::size_t> columns;
  for (const std::string& name : names_in(evaluator, given[0])) {
    const std::optional<std::size_t> column = column_index(name);
    if (!column) fail(arguments.site, "KeyError", repr_of_bytes(name));
    columns.push_back(*column);
  }
  std::vector<std::size_t> rows(rows_.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const Site site{arguments.site, &evaluator.sources()};
  const auto before = [&](std::size_t left, std::size_t right) {
    for (const std::size_t column : columns) {
      const Value& a = rows_[left][column];
      const Value& b = rows_[right][column];
      if (a.is<None>() || b.is<None>()) {
        if (a.is<None>() != b.is<None>()) return b.is<None>();  // nulls come last
        continue;
      }
      if (is_equal(a, b)) continue;
      return is_ordered(site, Ordering::Less, a, b);
    }
    return false;
  };
  std::stable_sort(rows.begin(), rows.end(), before);
  if (evaluator.truth(given[1])) std::reverse(rows.begin(), rows.end());
  return with_rows(rows);
}

Value Table::renamed(Evaluator& evaluator, const Arguments& arguments) const {
  const Value given = bind_arguments(arguments, "rename", {{"column_names", Value{None{}}}, {"row_names", Value{None{}}}})[0];
  std::vector<std::string> names = column_names_;
  if (const auto* map = given.get_if<DictPtr>()) {
    for (std::string& name : names) {
      if (const Value* other = (*map)->find(std::string_view{name})) name = evaluator.to_text(*other).str();
    }
  } else if (!given.is<None>()) {
    names = names_in(evaluator, given);
    if (names.size() != column_names_.size()) fail(arguments.site, "ValueError", "there must be as many names as columns");
  }
  return Value{ObjectPtr{make(std::move(names), rows_, column_types_)}};
}

Value Table::distinct(Evaluator& evaluator, const Arguments& arguments) const {
  const Value key = bind_arguments(arguments, "distinct", {{"key", Value{None{}}}})[0];
  std::vector<std::size_t> columns;
  if (key.is<None>()) {
    columns.resize(column_names_.size());
    std::iota(columns.begin(), columns.end(), std::size_t{0});
  } else {
    for (const std::string& name : names_in(evaluator, key)) {
      if (const std::optional<std::size_t> column = column_index(name)) columns.push_back(*column);
    }
  }
  std::set<std::string> seen;
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    std::string print;
    for (const std::size_t column : columns) print += display_repr(rows_[row][column]) + '\0';
    if (seen.insert(std::move(print)).second) kept.push_back(row);
  }
  return with_rows(kept);
}

Value Table::grouped(Evaluator& evaluator, const Arguments& arguments) const {
  const std::string name = evaluator.to_text(bind_arguments(arguments, "group_by", {{"key"}})[0]).str();
  const std::optional<std::size_t> column = column_index(name);
  if (!column) fail(arguments.site, "KeyError", repr_of_bytes(name));
  std::vector<std::pair<Value, std::vector<std::size_t>>> groups;
  Dict places;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const Value& key = rows_[row][*column];
    check_hashable(Site{arguments.site, &evaluator.sources()}, key);
    if (places.find(key) == nullptr) {
      places.set(key, Value{static_cast<std::int64_t>(groups.size())});
      groups.emplace_back(key, std::vector<std::size_t>{});
    }
    groups[static_cast<std::size_t>(*places.find(key)->get_if<std::int64_t>())].second.push_back(row);
  }
  Value result = make_dict();
  for (const auto& [key, rows] : groups) (*result.get_if<DictPtr>())->set(key, with_rows(rows));
  return result;
}

std::optional<Value> Table::derivation(std::string_view name) {
  using Member = std::function<Value(const Table&, Evaluator&, const Arguments&)>;
  Member member;
  if (name == "select") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.selected(evaluator, arguments, true); };
  if (name == "exclude") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.selected(evaluator, arguments, false); };
  if (name == "limit") member = [](const Table& table, Evaluator&, const Arguments& arguments) { return table.limited(arguments); };
  if (name == "order_by") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.ordered(evaluator, arguments); };
  if (name == "rename") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.renamed(evaluator, arguments); };
  if (name == "distinct") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.distinct(evaluator, arguments); };
  if (name == "group_by") member = [](const Table& table, Evaluator& evaluator, const Arguments& arguments) { return table.grouped(evaluator, arguments); };
  if (!member) return std::nullopt;
  return make_function(std::string{name}, [self = shared_from_this(), member = std::move(member)](Evaluator& evaluator, const Arguments& arguments) {
    evaluator.spend(self->rows_.size());
    return member(*self, evaluator, arguments);
  });
}

TablePtr table_of(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : std::dynamic_pointer_cast<Table>(*object);
}

}  // namespace hookc
