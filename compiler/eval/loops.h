// LoopItems: the items of a running loop, pulled one by one as Python's iterators are, so that a filter of the head sees what the body did before.
// LoopObject: the value of `loop`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/eval/machine.h"
#include "compiler/value/iterator.h"

namespace hookc {

class LoopItems {
 public:
  LoopItems(Evaluator::Impl& machine, const ast::For& node, Value iterable);
  LoopItems(const LoopItems&) = delete;
  LoopItems& operator=(const LoopItems&) = delete;

  /// Moves to the next item that the head's filter accepts.
  bool next(Value& item);
  /// The item after this one; null at the end.
  const Value* peek();
  /// How many items the loop has, where `taken` of them have been given out.
  std::size_t length(std::size_t taken);

 private:
  bool pull(Value& item);
  bool pull_accepted(Value& item);
  bool look_ahead();
  [[nodiscard]] bool has_ahead() const { return ahead_given_ < ahead_.size(); }
  Evaluator::Impl& machine_;
  const ast::For& node_;
  Activation* activation_;      // where the head's filter is evaluated
  Value source_;                // keeps what is iterated
  const List* list_ = nullptr;  // a list is read as it is now, as in Python: items that the body appends are seen
  const Dict* dict_ = nullptr;
  std::size_t dict_size_ = 0;
  std::shared_ptr<Iterator> iterator_;  // asked for one item after the other
  std::vector<Value> items_;            // of everything else
  std::size_t position_ = 0;
  std::vector<Value> ahead_;     // pulled before their turn
  std::size_t ahead_given_ = 0;  // of them
  std::optional<std::size_t> length_;
};

class LoopObject final : public Object, public std::enable_shared_from_this<LoopObject> {
 public:
  LoopObject(Evaluator::Impl& machine, const ast::For& node, LoopItems& items, Activation& outer, std::uint32_t depth0, std::uint32_t line)
      : machine_(machine), node_(node), items_(&items), outer_(&outer), depth0_(depth0), line_(line) {}

  void advance(const Value& item);
  /// The loop is over: its items are gone.
  void finish();

  [[nodiscard]] std::string type_name() const override { return "LoopContext"; }
  [[nodiscard]] std::vector<std::string> member_names() const override;
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return total(); }

 private:
  [[nodiscard]] std::size_t total() const;
  Value cycle(const Arguments& arguments) const;
  Value changed(const Arguments& arguments);
  Evaluator::Impl& machine_;  // of the evaluation that runs the loop; values do not outlive it
  const ast::For& node_;
  LoopItems* items_;   // null when the loop is over
  Activation* outer_;  // what holds the loop: a recursive call runs below it
  std::uint32_t depth0_;
  std::uint32_t line_;  // of the statement
  std::size_t taken_ = 0;
  std::size_t final_length_ = 0;
  std::optional<Value> previous_;
  std::optional<Value> current_;
  std::optional<std::vector<Value>> last_changed_;
};

}  // namespace hookc
