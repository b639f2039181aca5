// Column: dbt's description of one column of a relation: `name`, `quoted`, `dtype`, `data_type`, the questions about its type.
// Source of the semantics: dbt-adapters 1.24, base/column.py.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/value/value.h"

namespace hookc {

class Column final : public Object, public std::enable_shared_from_this<Column> {
 public:
  struct Data {
    Value name{None{}};
    Value dtype{None{}};
    Value char_size{None{}};
    Value numeric_precision{None{}};
    Value numeric_scale{None{}};
  };
  Column(Data data, char quote_character) : data_(std::move(data)), quote_character_(quote_character) {}

  [[nodiscard]] const Data& data() const { return data_; }
  [[nodiscard]] std::string type_name() const override { return "Column"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override { return str(); }
  [[nodiscard]] std::vector<std::string> member_names() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override;

 private:
  [[nodiscard]] bool is_one_of(std::span<const std::string_view> types) const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_numeric() const;
  [[nodiscard]] Value data_type(Evaluator& evaluator) const;

  Data data_;
  char quote_character_;
};

/// `api.Column`: `create(...)`, `string_type(n)`, `translate_type(t)`, and calling it.
ObjectPtr make_column_class(char quote_character);

}  // namespace hookc
