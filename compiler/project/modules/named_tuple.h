// NamedTuple: a tuple whose items also have names, such as what timetuple() and isocalendar() give.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

class NamedTuple final : public Object {
 public:
  NamedTuple(std::string type, std::vector<std::string> names, std::vector<Value> values)
      : type_(std::move(type)), names_(std::move(names)), values_(make_tuple(std::move(values))) {}
  [[nodiscard]] std::string type_name() const override { return type_; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& /*evaluator*/) override { return values(); }
  [[nodiscard]] std::optional<std::size_t> length() const override { return values().size(); }
  [[nodiscard]] bool is_sequence() const override { return true; }
  [[nodiscard]] const Value* tuple() const override { return &values_; }
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;

 private:
  [[nodiscard]] const std::vector<Value>& values() const { return (*values_.get_if<ListPtr>())->items; }
  std::string type_;
  std::vector<std::string> names_;
  Value values_;
};

}  // namespace hookc
