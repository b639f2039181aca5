#include "compiler/value/iterator.h"

#include <fmt/format.h>

#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// Over a list, which may change meanwhile.
class ListIterator final : public Iterator {
 public:
  explicit ListIterator(ListPtr list) : list_(std::move(list)) {}
  [[nodiscard]] std::string type_name() const override { return list_->is_tuple ? "tuple_iterator" : "list_iterator"; }
  [[nodiscard]] Text str() const override { return Text{fmt::format("<{} object at {}>", type_name(), kAddress), fixed_at(Position{0})}; }
  std::optional<Value> next(Evaluator& /*evaluator*/) override {
    if (position_ >= list_->items.size()) return std::nullopt;
    return list_->items[position_++];
  }
  void for_each_held(const std::function<void(const Value&)>& visit) const override { visit(Value{list_}); }

 private:
  ListPtr list_;
  std::size_t position_ = 0;
};

}  // namespace

std::optional<std::vector<Value>> Iterator::iterate(Evaluator& evaluator) {
  std::vector<Value> items;
  while (std::optional<Value> item = next(evaluator)) {
    if (items.size() >= kMaxDrained) fail(Span{}, "LimitError", fmt::format("an iterator gives more than {} items", kMaxDrained));
    items.push_back(*std::move(item));
  }
  return items;
}

Text ItemsIterator::str() const { return Text{fmt::format("<{} object at {}>", type_, kAddress), fixed_at(Position{0})}; }

std::optional<Value> ItemsIterator::next(Evaluator& /*evaluator*/) {
  if (position_ >= items_.items.size()) return std::nullopt;
  return items_.items[position_++];
}

std::shared_ptr<Iterator> as_iterator(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : std::dynamic_pointer_cast<Iterator>(*object);
}

std::shared_ptr<Iterator> make_iterator(Evaluator& evaluator, const Value& value) {
  if (auto iterator = as_iterator(value)) return iterator;
  if (const auto* list = value.get_if<ListPtr>()) return std::make_shared<ListIterator>(*list);
  auto items = items_of(evaluator, value);
  if (!items) return nullptr;
  return std::make_shared<ItemsIterator>(type_name(value) + "_iterator", *std::move(items));
}

}  // namespace hookc
