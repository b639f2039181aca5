// SetObject: Python's set, in the order in which items came (Python's order is arbitrary).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

class SetObject final : public Object, public std::enable_shared_from_this<SetObject> {
 public:
  [[nodiscard]] std::string type_name() const override { return "set"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool truthy() const override { return items_.size() > 0; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return items_.size(); }
  [[nodiscard]] bool equals(const Value& other) const override;

  /// TypeError when the item cannot be hashed.
  void add(Evaluator& evaluator, const Value& item);
  [[nodiscard]] bool has(const Value& item) const { return items_.find(item) != nullptr; }

 private:
  [[nodiscard]] std::vector<Value> values() const;
  Dict items_;
};

/// `set(items)`. TypeError when `items` cannot be iterated or an item cannot be hashed.
Value make_set(Evaluator& evaluator, const Value& items);

}  // namespace hookc
