// Iterator: items that are made when they are asked for, and can be consumed once: generators, and what `itertools` gives. It may have no end;
// whoever drains one is bounded.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

class Iterator : public Object {
 public:
  /// The most items that are taken out of an iterator at once.
  static constexpr std::size_t kMaxDrained = 1U << 20U;

  /// The next item; nothing at the end, and from then on. Counts its own work as the evaluator's.
  virtual std::optional<Value> next(Evaluator& evaluator) = 0;
  /// All items that are left; LimitError when they are more than kMaxDrained.
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
};

/// Over items that are there.
class ItemsIterator final : public Iterator {
 public:
  ItemsIterator(std::string type, std::vector<Value> items) : type_(std::move(type)), items_(std::move(items), false) {}
  [[nodiscard]] std::string type_name() const override { return type_; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> next(Evaluator& evaluator) override;
  void for_each_held(const std::function<void(const Value&)>& visit) const override {
    for (const Value& item : items_.items) visit(item);
  }

 private:
  std::string type_;
  List items_;
  std::size_t position_ = 0;
};

/// The iterator that a value is; null for others.
std::shared_ptr<Iterator> as_iterator(const Value& value);
/// Python's iter(value): an iterator is itself, a list is read as it is when its turn comes. Null when the value cannot be iterated.
std::shared_ptr<Iterator> make_iterator(Evaluator& evaluator, const Value& value);

}  // namespace hookc
