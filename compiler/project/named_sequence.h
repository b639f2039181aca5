// NamedSequence: values in order that can also have names: a row, the columns of a table, its rows.
// Source of the semantics: agate 1.9, MappedSequence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

class NamedSequence : public Object, public std::enable_shared_from_this<NamedSequence> {
 public:
  using Names = std::shared_ptr<const std::vector<std::string>>;

  /// `names`: null, or one for each value.
  NamedSequence(std::string type, std::vector<Value> values, Names names) : type_(std::move(type)), values_(std::move(values)), names_(std::move(names)) {}

  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

  [[nodiscard]] std::string type_name() const override { return type_; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override { return str(); }
  [[nodiscard]] bool truthy() const override { return !values_.empty(); }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator&) override { return values_; }
  [[nodiscard]] std::optional<std::size_t> length() const override { return values_.size(); }
  [[nodiscard]] bool is_sequence() const override { return true; }
  [[nodiscard]] bool equals(const Value& other) const override;

 protected:
  [[nodiscard]] std::optional<Value> find(const Value& key) const;

 private:
  [[nodiscard]] Value pairs(Evaluator& evaluator) const;
  [[nodiscard]] Value dict(Evaluator& evaluator) const;
  [[nodiscard]] Value keys(Evaluator& evaluator) const;

  std::string type_;
  std::vector<Value> values_;
  Names names_;
};

/// A column of a table: its values, `name`, `index`, `data_type`.
class TableColumn final : public NamedSequence {
 public:
  TableColumn(std::string name, std::size_t index, std::string data_type, std::vector<Value> values)
      : NamedSequence("Column", std::move(values), nullptr), name_(std::move(name)), index_(index), data_type_(std::move(data_type)) {}
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;

 private:
  [[nodiscard]] std::vector<Value> distinct() const;
  [[nodiscard]] std::vector<Value> without_nulls() const;
  [[nodiscard]] std::vector<Value> sorted(Evaluator& evaluator, std::vector<Value> values) const;

  std::string name_;
  std::size_t index_;
  std::string data_type_;
};

/// What `x.name()` is where `value` is what it returns.
Value constant_method(std::string_view name, Value value);

}  // namespace hookc
