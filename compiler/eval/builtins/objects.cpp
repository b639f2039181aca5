#include "compiler/eval/builtins/objects.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "compiler/eval/evaluator.h"
#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/release.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// Bytes that an object prints without knowing where: whoever prints them gives them its place.
Text unplaced(std::string bytes) { return Text{std::move(bytes), fixed_at(Position{0})}; }

Text wrapped(std::string_view before, const Value& inner, std::string_view after) {
  TextBuilder out;
  out.append(before, fixed_at(Position{0}), FrameId{0});
  append_repr(out, Site{}, inner);
  out.append(after, fixed_at(Position{0}), FrameId{0});
  return out.take();
}

}  // namespace

Text Namespace::str() const { return wrapped("<Namespace ", Value{attributes_}, ">"); }

std::optional<Value> Namespace::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  const Value* found = attributes_->find(name);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::vector<std::string> Namespace::member_names() const {
  std::vector<std::string> names;
  for (const Dict::Entry& entry : attributes_->entries()) {
    if (const auto name = text_of(entry.key)) names.emplace_back(*name);
  }
  return names;
}

std::size_t Range::size() const {
  if (step_ > 0) return start_ < stop_ ? static_cast<std::size_t>((static_cast<std::uint64_t>(stop_) - static_cast<std::uint64_t>(start_) - 1) / static_cast<std::uint64_t>(step_)) + 1 : 0;
  return start_ > stop_ ? static_cast<std::size_t>((static_cast<std::uint64_t>(start_) - static_cast<std::uint64_t>(stop_) - 1) / (0 - static_cast<std::uint64_t>(step_))) + 1 : 0;
}

Text Range::str() const {
  return unplaced(step_ == 1 ? fmt::format("range({}, {})", start_, stop_) : fmt::format("range({}, {}, {})", start_, stop_, step_));
}

std::optional<Value> Range::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (name == "start") return Value{start_};
  if (name == "stop") return Value{stop_};
  if (name == "step") return Value{step_};
  if (name != "index" && name != "count") return std::nullopt;
  const auto bound = [self = std::make_shared<const Range>(start_, stop_, step_), counts = name == "count"](Evaluator&, const Arguments& arguments) {
    if (!arguments.keyword.empty() || arguments.positional.size() != 1) fail(arguments.site, "TypeError", "a method of a range takes exactly one argument");
    const auto at = self->position_of(arguments.positional.front());
    if (counts) return Value{std::int64_t{at ? 1 : 0}};
    if (!at) fail(arguments.site, "ValueError", fmt::format("{} is not in range", display_repr(arguments.positional.front())));
    return Value{static_cast<std::int64_t>(*at)};
  };
  return make_function(std::string{name}, bound, fmt::format("<built-in method {} of range object at {}>", name, kAddress));
}

std::optional<Value> Range::item(Evaluator& /*evaluator*/, const Value& key) {
  const auto index = clamped_integer(key);
  const auto count = static_cast<std::int64_t>(size());
  if (!index || *index >= count || *index < -count) return std::nullopt;
  return Value{start_ + (*index < 0 ? *index + count : *index) * step_};
}

std::optional<std::vector<Value>> Range::iterate(Evaluator& evaluator) {
  const std::size_t count = size();
  evaluator.spend(count);
  std::vector<Value> items;
  items.reserve(count);
  for (std::size_t i = 0; i < count; ++i) items.emplace_back(start_ + static_cast<std::int64_t>(i) * step_);
  return items;
}

bool Range::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto* range = object == nullptr ? nullptr : dynamic_cast<const Range*>(object->get());
  if (range == nullptr || range->size() != size()) return false;
  return size() == 0 || (range->start_ == start_ && (size() == 1 || range->step_ == step_));
}

std::optional<std::size_t> Range::hash() const { return size() == 0 ? 0 : size() * 31 + static_cast<std::size_t>(start_); }

std::optional<Value> Range::slice(const Slice& slice) const {
  return Value{ObjectPtr{std::make_shared<Range>(start_ + slice.start * step_, start_ + slice.stop * step_, step_ * slice.step)}};
}

std::optional<std::size_t> Range::position_of(const Value& value) const {
  Value whole = value;
  if (const auto* real = value.get_if<double>(); real != nullptr && *real == std::trunc(*real) && std::fabs(*real) < 9e18) whole = Value{static_cast<std::int64_t>(*real)};
  const auto number = small_integer(whole);
  if (!number || *number < std::min(start_, stop_) || *number > std::max(start_, stop_) || (*number - start_) % step_ != 0) return std::nullopt;
  const std::int64_t at = (*number - start_) / step_;
  return at >= 0 && static_cast<std::size_t>(at) < size() ? std::optional{static_cast<std::size_t>(at)} : std::nullopt;
}

Generator::Generator(std::string name, const BuiltinCall& call, Step step)
    : name_(std::move(name)), step_(std::move(step)), span_(call.span), values_({call.values.begin(), call.values.end()}, true),
      rest_({call.rest.begin(), call.rest.end()}, true), keywords_(call.keywords.begin(), call.keywords.end()) {}

Generator::Generator(std::string name, const BuiltinCall& call, Fill fill) : Generator(std::move(name), call, Step{}) { fill_ = fill; }

/// Generators over generators can be as many as a template likes.
Generator::~Generator() {
  Release release;
  if (!release.is_deep()) return;
  release.take(Value{ObjectPtr{std::move(source_)}});
  for (Value& value : values_.items) release.take(std::move(value));
  for (Value& value : rest_.items) release.take(std::move(value));
  for (auto& [name, value] : keywords_) release.take(std::move(value));
}

Text Generator::str() const { return unplaced(fmt::format("<generator object {} at {}>", name_, kAddress)); }

std::optional<Value> Generator::pull(Evaluator& evaluator) {
  if (!source_) source_ = make_iterator(evaluator, values_.items.front());
  if (!source_) source_ = std::make_shared<ItemsIterator>("iterator", evaluator.iterate(values_.items.front()));  // an unknown, or an error
  return source_->next(evaluator);
}

std::optional<Value> Generator::next(Evaluator& evaluator) {
  if (is_at_end_) return std::nullopt;
  evaluator.spend(1);
  std::optional<Value> item;
  if (step_ || !source_) {
    const BuiltinCall call{evaluator, span_, values_.items, rest_.items, keywords_};
    if (step_) {
      item = step_(call, *this);
    } else {
      source_ = std::make_shared<ItemsIterator>("iterator", fill_(call));
      item = source_->next(evaluator);
    }
  } else {
    item = source_->next(evaluator);
  }
  is_at_end_ = !item;
  return item;
}

Text LazyGenerator::str() const { return unplaced(name_ == "zip" ? fmt::format("<zip object at {}>", kAddress) : fmt::format("<generator object {} at {}>", name_, kAddress)); }

std::optional<Value> LazyGenerator::next(Evaluator& evaluator) {
  if (ended_) return std::nullopt;
  evaluator.spend(1);
  std::optional<Value> item = next_(evaluator);
  ended_ = !item;
  return item;
}

Text Group::str() const { return repr_of(Site{}, pair_); }

std::optional<Value> Group::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  const std::vector<Value>& parts = (*pair_.get_if<ListPtr>())->items;
  if (name == "grouper") return parts[0];
  if (name == "list") return parts[1];
  const Builtin* method = find_method(pair_, name);
  return method == nullptr ? std::nullopt : std::optional{bind_method(*method, pair_)};
}

std::optional<Value> Group::slice(const Slice& slice) const {
  std::vector<Value> parts;
  std::int64_t at = slice.start;
  for (std::size_t left = slice.size; left > 0; --left, at += slice.step) parts.push_back((*pair_.get_if<ListPtr>())->items[static_cast<std::size_t>(at)]);
  return make_tuple(std::move(parts));
}

std::optional<Value> Group::item(Evaluator& evaluator, const Value& key) { return item_of(evaluator, pair_, key); }
bool Group::equals(const Value& other) const { return is_equal(pair_, other); }

/// It is a tuple.
std::optional<Value> Group::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  if (op == "%" && other.is<Text>() && side == OperandSide::Right) return percent_format(site, *other.get_if<Text>(), pair_);
  if (op == "*" && is_integer(other)) return multiply(site, pair_, other);
  const auto* object = other.get_if<ObjectPtr>();
  const Value* const as_tuple = object == nullptr ? &other : (*object)->tuple();
  const auto* list = as_tuple == nullptr ? nullptr : as_tuple->get_if<ListPtr>();
  if (op != "+" || list == nullptr || !(*list)->is_tuple) return std::nullopt;
  return side == OperandSide::Left ? add(site, pair_, *as_tuple) : add(site, *as_tuple, pair_);
}

std::string DictView::type_name() const {
  switch (part_) {
    case Part::Keys: return "dict_keys";
    case Part::Values: return "dict_values";
    case Part::Items: return "dict_items";
  }
  return "dict_items";
}

std::vector<Value> DictView::items() const {
  std::vector<Value> result;
  result.reserve(dict_->size());
  for (const Dict::Entry& entry : dict_->entries()) {
    switch (part_) {
      case Part::Keys: result.push_back(entry.key); break;
      case Part::Values: result.push_back(entry.value); break;
      case Part::Items: result.push_back(make_tuple({entry.key, entry.value})); break;
    }
  }
  return result;
}

Text DictView::str() const { return wrapped(type_name() + "(", make_list(items()), ")"); }

bool DictView::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto* view = object == nullptr ? nullptr : dynamic_cast<const DictView*>(object->get());
  if (view == nullptr || part_ == Part::Values || view->part_ != part_ || view->dict_->size() != dict_->size()) return view == this;
  return std::all_of(dict_->entries().begin(), dict_->entries().end(), [&](const Dict::Entry& entry) {
    const Value* found = std::as_const(*view->dict_).find(entry.key);
    return found != nullptr && (part_ == Part::Keys || is_equal(*found, entry.value));
  });
}

Text Cycler::str() const { return unplaced(fmt::format("<jinja2.utils.Cycler object at {}>", kAddress)); }

Value Cycler::next() {
  Value current = items_.items[position_];
  position_ = (position_ + 1) % items_.items.size();
  return current;
}

std::optional<Value> Cycler::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (name == "current") return items_.items[position_];
  if (name == "pos") return Value{static_cast<std::int64_t>(position_)};
  if (name == "items") return make_tuple(items_.items);
  if (name != "next" && name != "reset") return std::nullopt;
  return make_function(std::string{name}, [self = shared_from_this(), advances = name == "next"](Evaluator&, const Arguments& arguments) {
    if (!arguments.positional.empty() || !arguments.keyword.empty()) fail(arguments.site, "TypeError", "a method of a cycler takes no arguments");
    if (advances) return self->next();
    self->reset();
    return Value{None{}};
  }, fmt::format("<bound method Cycler.{} of <jinja2.utils.Cycler object at {}>>", name, kAddress));
}

Text Joiner::str() const { return unplaced(fmt::format("<jinja2.utils.Joiner object at {}>", kAddress)); }

std::optional<Value> Joiner::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (name == "sep") return separator_.items.front();
  if (name == "used") return Value{used_};
  return std::nullopt;
}

Value Joiner::call(Evaluator& /*evaluator*/, const Arguments& arguments) {
  if (!arguments.positional.empty() || !arguments.keyword.empty()) fail(arguments.site, "TypeError", "joiner() takes no arguments");
  if (!used_) {
    used_ = true;
    return Value{Text{}};
  }
  return separator_.items.front();
}

}  // namespace hookc
