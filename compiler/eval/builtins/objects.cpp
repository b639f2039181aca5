#include "compiler/eval/builtins/objects.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "compiler/eval/evaluator.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
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
  return std::nullopt;
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

Text Generator::str() const { return unplaced(fmt::format("<generator object {} at 0x0>", name_)); }

std::optional<std::vector<Value>> Generator::iterate(Evaluator& /*evaluator*/) {
  std::vector<Value> rest = std::move(items_.items);
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(position_));
  items_.items.clear();
  position_ = 0;
  return rest;
}

std::optional<Value> Generator::next(Evaluator& /*evaluator*/) {
  if (position_ >= items_.items.size()) return std::nullopt;
  return items_.items[position_++];
}

Text LazyGenerator::str() const { return unplaced(name_ == "zip" ? "<zip object at 0x0>" : fmt::format("<generator object {} at 0x0>", name_)); }

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
  return std::nullopt;
}

std::optional<Value> Group::item(Evaluator& evaluator, const Value& key) { return item_of(evaluator, pair_, key); }
bool Group::equals(const Value& other) const { return is_equal(pair_, other); }

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

Text Cycler::str() const { return unplaced("<jinja2.utils.Cycler object>"); }

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
  });
}

Text Joiner::str() const { return unplaced("<jinja2.utils.Joiner object>"); }

Value Joiner::call(Evaluator& /*evaluator*/, const Arguments& arguments) {
  if (!arguments.positional.empty() || !arguments.keyword.empty()) fail(arguments.site, "TypeError", "joiner() takes no arguments");
  if (!used_) {
    used_ = true;
    return Value{Text{}};
  }
  return separator_.items.front();
}

}  // namespace hookc
