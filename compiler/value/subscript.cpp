// The part of operators.h that looks into containers.
#include <algorithm>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/value/iterator.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operand.h"
#include "compiler/value/operators.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

/// Each character of a string becomes a value of its own, which weighs about a hundred times as much.
constexpr std::size_t kMaxCharacters = 1U << 20U;

/// One search may look at as many items, those inside of items included.
constexpr std::uint64_t kMaxWalked = 10'000'000;

std::vector<Value> characters_of(const Text& text) {
  const std::vector<std::uint32_t> bounds = unicode::boundaries(text.view());
  if (bounds.size() > kMaxCharacters) fail(Span{}, "LimitError", fmt::format("iteration over a string of more than {} characters", kMaxCharacters));
  std::vector<Value> items;
  items.reserve(bounds.size());
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) items.emplace_back(text.slice(bounds[i], bounds[i + 1]));
  return items;
}

/// The index that Python means, negative ones counted from the end; nothing when it is outside.
std::optional<std::size_t> index_in(std::size_t size, const Value& key) {
  const auto index = clamped_integer(key);
  if (!index) return std::nullopt;
  const auto length = static_cast<std::int64_t>(size);
  if (*index >= length || *index < -length) return std::nullopt;
  return static_cast<std::size_t>(*index < 0 ? *index + length : *index);
}

std::optional<Value> character_at(const Text& text, const Value& key) {
  if (unicode::is_ascii(text.view())) {
    const auto index = index_in(text.size(), key);
    if (!index) return std::nullopt;
    return Value{text.slice(static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*index) + 1)};
  }
  const std::vector<std::uint32_t> bounds = unicode::boundaries(text.view());
  const auto index = index_in(bounds.size() - 1, key);
  if (!index) return std::nullopt;
  return Value{text.slice(bounds[*index], bounds[*index + 1])};
}

struct SliceBounds {
  std::int64_t start;
  std::int64_t stop;
  std::int64_t step;

  [[nodiscard]] std::size_t size() const {
    if (step > 0) return start < stop ? static_cast<std::size_t>((stop - start - 1) / step) + 1 : 0;
    return start > stop ? static_cast<std::size_t>((start - stop - 1) / -step) + 1 : 0;
  }
};

std::int64_t slice_part(const Site& site, const Value& part, std::int64_t absent) {
  if (part.is<None>()) return absent;
  const auto number = clamped_integer(part);
  if (!number) fail(site.span, "TypeError", "slice indices must be integers or None or have an __index__ method");
  return *number;
}

/// Python's clamping of slice bounds (`slice.indices`).
SliceBounds bounds_of(const Site& site, std::size_t size, const Value& start, const Value& stop, const Value& step) {
  const auto length = static_cast<std::int64_t>(size);
  SliceBounds bounds{0, 0, slice_part(site, step, 1)};
  if (bounds.step == 0) fail(site.span, "ValueError", "slice step cannot be zero");
  bounds.step = std::clamp<std::int64_t>(bounds.step, -length - 1, length + 1);
  const bool forward = bounds.step > 0;
  const auto clamp = [&](std::int64_t value) {
    if (value < 0) value = value < -length ? -1 : value + length;
    if (value < 0) return forward ? std::int64_t{0} : std::int64_t{-1};
    return std::min(value, forward ? length : length - 1);
  };
  bounds.start = start.is<None>() ? (forward ? 0 : length - 1) : clamp(slice_part(site, start, 0));
  bounds.stop = stop.is<None>() ? (forward ? length : -1) : clamp(slice_part(site, stop, 0));
  return bounds;
}

Value slice_text(const Site& site, const Text& text, const Value& start, const Value& stop, const Value& step) {
  std::vector<std::uint32_t> bytes;
  const bool ascii = unicode::is_ascii(text.view());
  if (!ascii) bytes = unicode::boundaries(text.view());
  const auto byte_of = [&](std::int64_t index) { return ascii ? static_cast<std::uint32_t>(index) : bytes[static_cast<std::size_t>(index)]; };
  const SliceBounds bounds = bounds_of(site, ascii ? text.size() : bytes.size() - 1, start, stop, step);
  const std::size_t size = bounds.size();
  if (size == 0) return Value{Text{}};
  if (bounds.step == 1) return Value{text.slice(byte_of(bounds.start), byte_of(bounds.start + static_cast<std::int64_t>(size)))};
  TextBuilder out;
  std::int64_t at = bounds.start;
  for (std::size_t i = 0; i < size; ++i, at += bounds.step) out.append_slice(text, ByteRange{byte_of(at), byte_of(at + 1)}, FrameId{0});
  return Value{out.take()};
}

std::vector<Value> slice_items(const Site& site, const std::vector<Value>& items, const Value& start, const Value& stop, const Value& step) {
  const SliceBounds bounds = bounds_of(site, items.size(), start, stop, step);
  std::vector<Value> result;
  result.reserve(bounds.size());
  std::int64_t at = bounds.start;
  for (std::size_t left = bounds.size(); left > 0; --left, at += bounds.step) result.push_back(items[static_cast<std::size_t>(at)]);
  return result;
}

std::vector<Value> keys_of(const Dict& dict) {
  std::vector<Value> keys;
  keys.reserve(dict.size());
  for (const Dict::Entry& entry : dict.entries()) keys.push_back(entry.key);
  return keys;
}

}  // namespace

std::optional<std::size_t> length_of(const Value& value) {
  using Length = std::optional<std::size_t>;
  return value.visit(overloaded{[](const Undefined&) -> Length { return 0; },
                               [](None) -> Length { return std::nullopt; },
                               [](bool) -> Length { return std::nullopt; },
                               [](std::int64_t) -> Length { return std::nullopt; },
                               [](double) -> Length { return std::nullopt; },
                               [](const Text& text) -> Length { return unicode::count(text.view()); },
                               [](const ListPtr& list) -> Length { return list->items.size(); },
                               [](const DictPtr& dict) -> Length { return dict->size(); },
                               [](const ObjectPtr& object) -> Length { return object->length(); },
                               [](const Unknown&) -> Length { return std::nullopt; }});
}

std::optional<std::vector<Value>> items_of(Evaluator& evaluator, const Value& value) {
  using Items = std::optional<std::vector<Value>>;
  return value.visit(overloaded{[](const Undefined&) -> Items { return std::vector<Value>{}; },
                               [](None) -> Items { return std::nullopt; },
                               [](bool) -> Items { return std::nullopt; },
                               [](std::int64_t) -> Items { return std::nullopt; },
                               [](double) -> Items { return std::nullopt; },
                               [](const Text& text) -> Items { return characters_of(text); },
                               [](const ListPtr& list) -> Items { return list->items; },
                               [](const DictPtr& dict) -> Items { return keys_of(*dict); },
                               [&](const ObjectPtr& object) -> Items { return object->iterate(evaluator); },
                               [](const Unknown&) -> Items { return std::nullopt; }});
}

std::optional<Value> item_of(Evaluator& evaluator, const Value& object, const Value& key) {
  using Item = std::optional<Value>;
  return object.visit(overloaded{[](const Undefined& undefined) -> Item { fail_undefined(Site{}, undefined); },
                               [](None) -> Item { return std::nullopt; },
                               [](bool) -> Item { return std::nullopt; },
                               [](std::int64_t) -> Item { return std::nullopt; },
                               [](double) -> Item { return std::nullopt; },
                               [&](const Text& text) -> Item { return character_at(text, key); },
                               [&](const ListPtr& list) -> Item {
                                 const auto index = index_in(list->items.size(), key);
                                 if (!index) return std::nullopt;
                                 return list->items[*index];
                               },
                               [&](const DictPtr& dict) -> Item {
                                 if (!hash_value(key)) return std::nullopt;
                                 const Value* found = std::as_const(*dict).find(key);
                                 if (found == nullptr) return std::nullopt;
                                 return *found;
                               },
                               [&](const ObjectPtr& one) -> Item { return one->item(evaluator, key); },
                               [](const Unknown&) -> Item { return std::nullopt; }});
}

Value slice_of(Evaluator& evaluator, const Site& site, const Value& object, const Value& start, const Value& stop, const Value& step) {
  if (const Text* text = object.get_if<Text>()) return slice_text(site, *text, start, stop, step);
  if (const auto* list = object.get_if<ListPtr>()) {
    std::vector<Value> items = slice_items(site, (*list)->items, start, stop, step);
    return (*list)->is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
  }
  if (const auto* undefined = object.get_if<Undefined>()) fail_undefined(site, *undefined);
  if (object.is<DictPtr>()) fail(site.span, "TypeError", "unhashable type: 'slice'");
  if (const auto* sequence = object.get_if<ObjectPtr>(); sequence != nullptr && (*sequence)->is_sequence()) {
    if (const auto length = (*sequence)->length()) {
      const SliceBounds bounds = bounds_of(site, *length, start, stop, step);
      if (auto part = (*sequence)->slice(Object::Slice{bounds.start, bounds.stop, slice_part(site, step, 1), bounds.size()})) return std::move(*part);
    }
    if (const auto items = (*sequence)->iterate(evaluator)) return make_list(slice_items(site, *items, start, stop, step));
  }
  fail(site.span, "TypeError", fmt::format("'{}' object is not subscriptable", type_name(object)));
}

bool contains(Evaluator& evaluator, const Site& site, const Value& haystack, const Value& needle, std::uint64_t& walked) {
  if (const Text* text = haystack.get_if<Text>()) {
    const Text* part = needle.get_if<Text>();
    if (part == nullptr) fail(site.span, "TypeError", fmt::format("'in <string>' requires string as left operand, not {}", type_name(needle)));
    return find_first(text->view(), part->view()) != std::string_view::npos;
  }
  if (const auto* dict = haystack.get_if<DictPtr>()) {
    check_hashable(site, needle);
    return (*dict)->find(needle) != nullptr;
  }
  const std::uint64_t most = walked + kMaxWalked;
  const auto holds = [&](const Value& item) {
    if (++walked > most) fail(site.span, "LimitError", fmt::format("the search compares more than {} items", kMaxWalked));
    return is_identical(item, needle) || is_equal(item, needle, walked);
  };
  if (const auto* list = haystack.get_if<ListPtr>()) {
    const ListPtr keep = *list;
    return std::any_of(keep->items.begin(), keep->items.end(), holds);
  }
  if (const auto iterator = as_iterator(haystack)) {  // what is behind the item stays there
    while (const auto item = iterator->next(evaluator)) {
      if (holds(*item)) return true;
    }
    return false;
  }
  if (const Operand* own = operand_of(haystack)) {
    if (const auto found = own->operate(site, "in", needle, OperandSide::Right)) return truth_of(*found);
  }
  const auto items = items_of(evaluator, haystack);
  if (!items) fail(site.span, "TypeError", fmt::format("argument of type '{}' is not iterable", type_name(haystack)));
  return std::any_of(items->begin(), items->end(), holds);
}

}  // namespace hookc
