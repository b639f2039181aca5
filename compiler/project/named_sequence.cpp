#include "compiler/project/named_sequence.h"

#include <algorithm>
#include <cstdint>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

Value constant_method(std::string_view name, Value value) {
  return make_function(std::string{name}, [value = std::move(value)](Evaluator&, const Arguments&) { return value; });
}

Text NamedSequence::str() const {
  // As agate prints: at most five values.
  constexpr std::size_t kShown = 5;
  TextBuilder out;
  const Site nowhere{};
  out.append("<agate." + type_ + ": (", Position{0}, FrameId{0});
  for (std::size_t i = 0; i < std::min(kShown, values_.size()); ++i) {
    if (i > 0) out.append(", ", Position{0}, FrameId{0});
    append_repr(out, nowhere, values_[i]);
  }
  out.append(values_.size() > kShown ? ", ...)>" : ")>", Position{0}, FrameId{0});
  return out.take();
}

std::optional<Value> NamedSequence::find(const Value& key) const {
  if (const auto* index = key.get_if<std::int64_t>()) {
    const auto size = static_cast<std::int64_t>(values_.size());
    const std::int64_t at = *index < 0 ? *index + size : *index;
    if (at < 0 || at >= size) return std::nullopt;
    return values_[static_cast<std::size_t>(at)];
  }
  const std::optional<std::string_view> name = text_of(key);
  if (!name || names_ == nullptr) return std::nullopt;
  const auto found = std::find(names_->begin(), names_->end(), *name);
  if (found == names_->end()) return std::nullopt;
  return values_[static_cast<std::size_t>(found - names_->begin())];
}

std::optional<Value> NamedSequence::item(Evaluator&, const Value& key) { return find(key); }

Value NamedSequence::keys(Evaluator& evaluator) const {
  if (names_ == nullptr) return Value{None{}};
  std::vector<Value> result;
  for (const std::string& name : *names_) result.emplace_back(evaluator.made(name));
  return make_tuple(std::move(result));
}

Value NamedSequence::pairs(Evaluator& evaluator) const {
  std::vector<Value> result;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Value key = names_ == nullptr ? Value{static_cast<std::int64_t>(i)} : Value{evaluator.made((*names_)[i])};
    result.push_back(make_tuple({key, values_[i]}));
  }
  return make_list(std::move(result));
}

Value NamedSequence::dict(Evaluator& evaluator) const {
  Value result = make_dict();
  if (names_ == nullptr) return result;
  for (std::size_t i = 0; i < values_.size(); ++i) (*result.get_if<DictPtr>())->set(Value{evaluator.made((*names_)[i])}, values_[i]);
  return result;
}

std::optional<Value> NamedSequence::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "values") return constant_method(name, make_tuple(values_));
  if (name == "keys") return constant_method(name, keys(evaluator));
  if (name == "items") return constant_method(name, pairs(evaluator));
  if (name == "dict") return constant_method(name, dict(evaluator));
  if (name == "get") {
    return make_function("get", [self = shared_from_this()](Evaluator&, const Arguments& arguments) {
      const std::vector<Value> given = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}});
      const std::optional<Value> value = self->find(given[0]);
      return value ? *value : given[1];
    });
  }
  if (name == "index" || name == "count") {
    return make_function(std::string{name}, [self = shared_from_this(), counts = name == "count"](Evaluator&, const Arguments& arguments) {
      const Value wanted = bind_arguments(arguments, "index", {{"value"}})[0];
      const auto same = [&](const Value& value) { return is_equal(value, wanted); };
      const std::vector<Value>& values = self->values_;
      if (counts) return Value{static_cast<std::int64_t>(std::count_if(values.begin(), values.end(), same))};
      const auto found = std::find_if(values.begin(), values.end(), same);
      if (found == values.end()) fail(arguments.site, "ValueError", "the value is not in the sequence");
      return Value{static_cast<std::int64_t>(found - values.begin())};
    });
  }
  return std::nullopt;
}

bool NamedSequence::equals(const Value& other) const {
  std::vector<Value> items;
  if (const auto* list = other.get_if<ListPtr>()) {
    items = (*list)->items;
  } else if (const auto* object = other.get_if<ObjectPtr>()) {
    const auto sequence = std::dynamic_pointer_cast<NamedSequence>(*object);
    if (sequence == nullptr) return false;
    items = sequence->values_;
  } else {
    return false;
  }
  return items.size() == values_.size() && std::equal(items.begin(), items.end(), values_.begin(), [](const Value& a, const Value& b) { return is_equal(a, b); });
}

std::vector<Value> TableColumn::distinct() const {
  Dict seen;
  std::vector<Value> result;
  for (const Value& value : values()) {
    if (!hash_value(value)) {
      result.push_back(value);
      continue;
    }
    if (seen.find(value) != nullptr) continue;
    seen.set(value, Value{true});
    result.push_back(value);
  }
  return result;
}

std::vector<Value> TableColumn::without_nulls() const {
  std::vector<Value> result;
  std::copy_if(values().begin(), values().end(), std::back_inserter(result), [](const Value& value) { return !value.is<None>(); });
  return result;
}

std::vector<Value> TableColumn::sorted(Evaluator& evaluator, std::vector<Value> values) const {
  const Site site{evaluator.site(), &evaluator.sources()};
  std::stable_sort(values.begin(), values.end(), [&](const Value& left, const Value& right) {
    if (left.is<None>() || right.is<None>()) return !left.is<None>() && right.is<None>();  // nulls come last
    return is_ordered(site, Ordering::Less, left, right);
  });
  return values;
}

std::optional<Value> TableColumn::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "name") return Value{evaluator.made(name_)};
  if (name == "index") return Value{static_cast<std::int64_t>(index_)};
  if (name == "data_type") return Value{evaluator.made(data_type_)};
  if (name == "values_distinct") return constant_method(name, make_tuple(distinct()));
  if (name == "values_without_nulls") return constant_method(name, make_tuple(without_nulls()));
  if (name == "values_sorted") return constant_method(name, make_tuple(sorted(evaluator, values())));
  if (name == "values_without_nulls_sorted") return constant_method(name, make_tuple(sorted(evaluator, without_nulls())));
  return NamedSequence::attribute(evaluator, name);
}

}  // namespace hookc
