// Table: what a query returns to a template: named columns and rows, used as dbt's templates use agate tables.
//
// Made of the values that an adapter read; it does not guess types (the adapter knows them). Rows and columns are views on it.
// Source of the semantics: agate 1.9 (Table, Column, Row, MappedSequence) and dbt-common's agate_helper.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

class Table final : public Object, public std::enable_shared_from_this<Table> {
 public:
  /// `types`: agate's names (`Integer`, `Number`, `Text`, `Date`, `DateTime`, `Boolean`), one for each column, or empty: taken from the values.
  /// Column names that repeat get `_2`, `_3`; rows are cut or filled up with none to the number of columns.
  static std::shared_ptr<Table> make(std::vector<std::string> column_names, std::vector<std::vector<Value>> rows, std::vector<std::string> types = {});

  [[nodiscard]] const std::vector<std::string>& column_names() const { return column_names_; }
  [[nodiscard]] const std::vector<std::string>& column_types() const { return column_types_; }
  [[nodiscard]] const std::vector<std::vector<Value>>& data() const { return rows_; }
  [[nodiscard]] std::optional<std::size_t> column_index(std::string_view name) const;
  /// The values of one column, top to bottom.
  [[nodiscard]] std::vector<Value> column_values(std::size_t column) const;

  [[nodiscard]] std::string type_name() const override { return "Table"; }
  /// A listing of columns and types, as agate prints a table.
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override { return Text{"<agate.table.Table object>", Position{0}}; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  /// `table[0]` is a row.
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return rows_.size(); }
  [[nodiscard]] bool truthy() const override { return !rows_.empty(); }

 private:
  Table() = default;
  [[nodiscard]] std::vector<Value> row_objects() const;
  [[nodiscard]] Value columns_value() const;
  [[nodiscard]] std::optional<Value> printer(std::string_view name);
  [[nodiscard]] std::optional<Value> derivation(std::string_view name);
  [[nodiscard]] std::string csv() const;
  [[nodiscard]] Value with_columns(const std::vector<std::size_t>& columns) const;
  [[nodiscard]] Value with_rows(const std::vector<std::size_t>& rows) const;
  [[nodiscard]] Value selected(Evaluator& evaluator, const Arguments& arguments, bool keep) const;
  [[nodiscard]] Value limited(const Arguments& arguments) const;
  [[nodiscard]] Value ordered(Evaluator& evaluator, const Arguments& arguments) const;
  [[nodiscard]] Value renamed(Evaluator& evaluator, const Arguments& arguments) const;
  [[nodiscard]] Value distinct(Evaluator& evaluator, const Arguments& arguments) const;
  [[nodiscard]] Value grouped(Evaluator& evaluator, const Arguments& arguments) const;

  std::vector<std::string> column_names_;
  std::vector<std::string> column_types_;
  std::vector<std::vector<Value>> rows_;
};

using TablePtr = std::shared_ptr<Table>;

/// The table behind a value; null when it is none.
TablePtr table_of(const Value& value);

}  // namespace hookc
