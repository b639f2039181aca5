// Objects that builtins make: namespaces, ranges, generators, dict views, cyclers, joiners.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/value/iterator.h"
#include "compiler/value/operand.h"
#include "compiler/value/operators.h"
#include "compiler/value/value.h"

namespace hookc {

/// `namespace(a=1)`: the only value whose attributes a template can assign.
class Namespace final : public Object {
 public:
  explicit Namespace(DictPtr attributes) : attributes_(std::move(attributes)) {}
  void set(std::string_view name, Value value) { attributes_->set(name, std::move(value)); }
  [[nodiscard]] const DictPtr& attributes() const { return attributes_; }
  void for_each_held(const std::function<void(const Value&)>& visit) const override { visit(Value{attributes_}); }
  [[nodiscard]] std::string type_name() const override { return "Namespace"; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::vector<std::string> member_names() const override;

 private:
  DictPtr attributes_;
};

/// `range(start, stop, step)`: its items are made when they are asked for.
class Range final : public Object {
 public:
  Range(std::int64_t start, std::int64_t stop, std::int64_t step) : start_(start), stop_(stop), step_(step) {}
  [[nodiscard]] std::string type_name() const override { return "range"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool truthy() const override { return size() > 0; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return size(); }
  [[nodiscard]] bool is_sequence() const override { return true; }
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;
  [[nodiscard]] std::optional<Value> slice(const Slice& slice) const override;

 private:
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::optional<std::size_t> position_of(const Value& value) const;
  std::int64_t start_;
  std::int64_t stop_;
  std::int64_t step_;
};

/// What `map`, `select` and their kin give: items that are made when they are asked for, and are consumed once.
class Generator final : public Iterator {
 public:
  /// The next item; nothing at the end. The call is the filter's: its values are kept until then.
  using Step = std::function<std::optional<Value>(const BuiltinCall& call, Generator& generator)>;
  /// All items at once, when the first is asked for.
  using Fill = std::vector<Value> (*)(const BuiltinCall& call);

  Generator(std::string name, const BuiltinCall& call, Step step);
  Generator(std::string name, const BuiltinCall& call, Fill fill);
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator() override;
  [[nodiscard]] std::string type_name() const override { return "generator"; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> next(Evaluator& evaluator) override;
  /// The next item of the call's operand, for steps.
  std::optional<Value> pull(Evaluator& evaluator);
  void for_each_held(const std::function<void(const Value&)>& visit) const override {
    if (source_ != nullptr) visit(Value{ObjectPtr{source_}});
    for (const Value& value : values_.items) visit(value);
    for (const Value& value : rest_.items) visit(value);
  }

 private:
  std::string name_;  // of the function
  Step step_;
  Fill fill_ = nullptr;
  std::shared_ptr<Iterator> source_;  // the items of the operand, or those of `fill_`; null until the first is asked for
  bool is_at_end_ = false;
  // the call
  Span span_;
  List values_;
  List rest_;
  std::vector<std::pair<std::string, Value>> keywords_;
};

/// A generator whose items a function makes, one by one.
class LazyGenerator final : public Iterator {
 public:
  using Next = std::function<std::optional<Value>(Evaluator&)>;
  /// `source` is kept, and is what `next` reads.
  LazyGenerator(std::string name, Value source, Next next) : name_(std::move(name)), source_({std::move(source)}, false), next_(std::move(next)) {}
  void for_each_held(const std::function<void(const Value&)>& visit) const override { visit(source_.items.front()); }
  [[nodiscard]] std::string type_name() const override { return name_ == "zip" ? "zip" : "generator"; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> next(Evaluator& evaluator) override;

 private:
  std::string name_;
  List source_;
  Next next_;
  bool ended_ = false;
};

/// What `groupby` gives: a pair that also has names.
class Group final : public Object, public Operand {
 public:
  Group(Value grouper, Value list) : pair_(make_tuple({std::move(grouper), std::move(list)})) {}
  [[nodiscard]] std::string type_name() const override { return "_GroupTuple"; }
  [[nodiscard]] std::vector<std::string> member_names() const override { return {"grouper", "list"}; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& /*evaluator*/) override { return (*pair_.get_if<ListPtr>())->items; }
  [[nodiscard]] std::optional<std::size_t> length() const override { return 2; }
  [[nodiscard]] bool is_sequence() const override { return true; }
  [[nodiscard]] const Value* tuple() const override { return &pair_; }
  void for_each_held(const std::function<void(const Value&)>& visit) const override { visit(pair_); }
  [[nodiscard]] std::optional<Value> slice(const Slice& slice) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return hash_value(pair_); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  /// As a tuple: see Object::tuple.
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& /*site*/, const Value& /*other*/) const override { return std::nullopt; }
  [[nodiscard]] bool equals(const Value& other) const override;

 private:
  Value pair_;
};

/// `d.keys()`, `d.values()`, `d.items()`: they see what is put into the dict later.
class DictView final : public Object {
 public:
  enum class Part : std::uint8_t { Keys, Values, Items };
  DictView(DictPtr dict, Part part) : dict_(std::move(dict)), part_(part) {}
  [[nodiscard]] std::string type_name() const override;
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool truthy() const override { return dict_->size() > 0; }
  std::optional<std::vector<Value>> iterate(Evaluator& /*evaluator*/) override { return items(); }
  [[nodiscard]] std::optional<std::size_t> length() const override { return dict_->size(); }
  [[nodiscard]] bool equals(const Value& other) const override;
  void for_each_held(const std::function<void(const Value&)>& visit) const override { visit(Value{dict_}); }
  /// What compares as a set has no hash.
  [[nodiscard]] std::optional<std::size_t> hash() const override { return part_ == Part::Values ? Object::hash() : std::nullopt; }

 private:
  [[nodiscard]] std::vector<Value> items() const;
  DictPtr dict_;
  Part part_;
};

/// `cycler('odd', 'even')`.
class Cycler final : public Object, public std::enable_shared_from_this<Cycler> {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items), true) {}
  void for_each_held(const std::function<void(const Value&)>& visit) const override {
    for (const Value& item : items_.items) visit(item);
  }
  [[nodiscard]] std::string type_name() const override { return "Cycler"; }
  [[nodiscard]] std::vector<std::string> member_names() const override { return {"current", "pos", "items", "next", "reset"}; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  Value next();
  void reset() { position_ = 0; }

 private:
  List items_;
  std::size_t position_ = 0;
};

/// `joiner(', ')`: nothing at the first call, the separator at all others.
class Joiner final : public Object {
 public:
  explicit Joiner(Value separator) : separator_({std::move(separator)}, true) {}
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::string type_name() const override { return "Joiner"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override;

 private:
  List separator_;  // one, in a list as the members above
  bool used_ = false;
};

}  // namespace hookc
