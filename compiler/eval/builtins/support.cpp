#include "compiler/eval/builtins/support.h"

#include <limits>
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "compiler/eval/builtins/objects.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

bool is_all_digits(std::string_view text) {
  if (text.empty()) return false;
  for (std::size_t at = 0; at < text.size(); at += unicode::decode(text, at).size) {
    if (!unicode::is_digit(unicode::decode(text, at).value)) return false;
  }
  return true;
}

void collect_texts(const Value& value, std::size_t depth, std::vector<const Text*>& into) {
  constexpr std::size_t kMaxTexts = 16;
  constexpr std::size_t kMaxDepth = 8;
  if (into.size() >= kMaxTexts || depth > kMaxDepth) return;
  if (const Text* text = value.get_if<Text>()) {
    if (!text->empty()) into.push_back(text);
  } else if (const auto* list = value.get_if<ListPtr>()) {
    for (const Value& item : (*list)->items) {
      if (into.size() >= kMaxTexts) return;
      collect_texts(item, depth + 1, into);
    }
  } else if (const auto* dict = value.get_if<DictPtr>()) {
    for (const Dict::Entry& entry : (*dict)->entries()) {
      if (into.size() >= kMaxTexts) return;
      collect_texts(entry.value, depth + 1, into);
    }
  }
}

bool either_unknown(const Value& left, const Value& right) { return left.is<Unknown>() || right.is<Unknown>(); }

}  // namespace

void raise(const BuiltinCall& call, std::string error_class, std::string message) { fail(call.span, std::move(error_class), std::move(message)); }

void reject_undefined(const BuiltinCall& call, const Value& value) {
  if (const auto* undefined = value.get_if<Undefined>()) fail_undefined(call.site(), *undefined);
}

Text text_argument(const BuiltinCall& call, std::size_t index) { return call.evaluator.to_text(call[index]); }

Text string_argument(const BuiltinCall& call, std::size_t index) {
  if (call[index].is<Text>()) return str_of(call.site(), call[index]);
  raise(call, "TypeError", fmt::format("must be str, not {}", type_name(call[index])));
}

std::int64_t integer_argument(const BuiltinCall& call, std::size_t index) {
  if (const auto number = clamped_integer(call[index])) return *number;
  raise(call, "TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(call[index])));
}

std::int64_t integer_or(const BuiltinCall& call, std::size_t index, std::int64_t absent) { return call[index].is<None>() ? absent : integer_argument(call, index); }

std::int64_t size_argument(const BuiltinCall& call, std::size_t index) {
  if (is_integer(call[index]) && !small_integer(call[index])) raise(call, "OverflowError", "Python int too large to convert to C ssize_t");
  return integer_argument(call, index);
}

std::int64_t word_argument(const BuiltinCall& call, std::size_t index) {
  const std::int64_t value = integer_argument(call, index);
  if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max()) {
    raise(call, "OverflowError", "Python int too large to convert to C int");
  }
  return value;
}

bool flag_argument(const BuiltinCall& call, std::size_t index) { return word_argument(call, index) != 0; }

namespace {

/// CPython's way through a short list: a run from the start, then each item to its place among those before it.
void sort_as_python(std::vector<std::uint32_t>& items, const std::function<bool(std::size_t, std::size_t)>& is_less) {
  std::size_t run = std::min<std::size_t>(items.size(), 2);
  const bool falls = run == 2 && is_less(items[1], items[0]);
  while (run >= 2 && run < items.size() && is_less(items[run], items[run - 1]) == falls) ++run;
  if (falls) std::reverse(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(run));
  for (; run < items.size(); ++run) {
    std::size_t low = 0;
    std::size_t high = run;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (is_less(items[run], items[middle]))
        high = middle;
      else
        low = middle + 1;
    }
    std::rotate(items.begin() + static_cast<std::ptrdiff_t>(low), items.begin() + static_cast<std::ptrdiff_t>(run), items.begin() + static_cast<std::ptrdiff_t>(run) + 1);
  }
}

}  // namespace

std::vector<std::uint32_t> sorted_order(const BuiltinCall& call, std::size_t count, Order order, const std::function<bool(std::size_t, std::size_t)>& is_less) {
  constexpr std::size_t kMerged = 64;
  std::vector<std::uint32_t> items(count);
  std::iota(items.begin(), items.end(), 0U);
  if (count < kMerged) {
    // to fall is to rise from the other end
    if (order == Order::Falling) std::reverse(items.begin(), items.end());
    sort_as_python(items, is_less);
    if (order == Order::Falling) std::reverse(items.begin(), items.end());
    call.evaluator.spend(count);
    return items;
  }
  std::stable_sort(items.begin(), items.end(), [&](std::uint32_t a, std::uint32_t b) {
    call.evaluator.spend(1);
    return order == Order::Rising ? is_less(a, b) : is_less(b, a);
  });
  return items;
}

bool truth_argument(const BuiltinCall& call, std::size_t index) { return call.evaluator.truth(call[index]); }

std::vector<Value> items_argument(const BuiltinCall& call, std::size_t index) {
  std::vector<Value> items = call.evaluator.iterate(call[index]);
  call.evaluator.spend(items.size());
  return items;
}

AttributePath::AttributePath(const BuiltinCall& /*call*/, const Value& attribute) {
  if (attribute.is<None>()) return;
  if (const auto dotted = text_of(attribute)) {
    *this = AttributePath{*dotted};
  } else {
    parts_.push_back(attribute);
  }
}

AttributePath::AttributePath(std::string_view dotted) {
  for (std::size_t begin = 0; begin <= dotted.size();) {
    const std::size_t dot = std::min(dotted.find('.', begin), dotted.size());
    const std::string_view part = dotted.substr(begin, dot - begin);
    const auto number = is_all_digits(part) ? integer_from_text(part, 10) : std::nullopt;
    parts_.push_back(number ? *number : make_name(part));
    begin = dot + 1;
  }
}

Value AttributePath::get_or(const BuiltinCall& call, Value value, const Value* fallback) const {
  for (const Value& part : parts_) {
    value = call.evaluator.get_item(value, part);
    if (fallback != nullptr && value.is<Undefined>()) value = *fallback;
  }
  return value;
}

std::vector<AttributePath> attribute_paths(const BuiltinCall& call, const Value& attributes) {
  std::vector<AttributePath> paths;
  const auto list = text_of(attributes);
  if (!list) {
    paths.emplace_back(call, attributes);
    return paths;
  }
  for (std::size_t begin = 0; begin <= list->size();) {
    const std::size_t comma = std::min(list->find(',', begin), list->size());
    paths.push_back(AttributePath{list->substr(begin, comma - begin)});
    begin = comma + 1;
  }
  return paths;
}

Value case_folded(Value value, CaseRule rule) {
  const Text* text = value.get_if<Text>();
  return rule == CaseRule::Ignored && text != nullptr ? Value{map_case(*text, CaseMapping::Lower)} : value;
}

bool is_less(const BuiltinCall& call, const Value& left, const Value& right) {
  if (either_unknown(left, right)) return call.evaluator.compare(ast::CompareOp::Less, left, right);
  return is_ordered(call.site(), Ordering::Less, left, right);
}

bool is_same(const BuiltinCall& call, const Value& left, const Value& right) {
  if (either_unknown(left, right)) return call.evaluator.compare(ast::CompareOp::Equal, left, right);
  return is_equal(left, right);
}

Value make_generator(std::string name, const BuiltinCall& call, Generator::Step step) {
  return Value{ObjectPtr{std::make_shared<Generator>(std::move(name), call, std::move(step))}};
}

Value make_generator(std::string name, const BuiltinCall& call, Generator::Fill fill) {
  return Value{ObjectPtr{std::make_shared<Generator>(std::move(name), call, fill)}};
}

std::optional<std::vector<std::pair<Value, Value>>> pairs_of(const BuiltinCall& call, const Value& mapping) {
  std::vector<std::pair<Value, Value>> pairs;
  if (const auto* dict = mapping.get_if<DictPtr>()) {
    for (const Dict::Entry& entry : (*dict)->entries()) pairs.emplace_back(entry.key, entry.value);
    call.evaluator.spend(pairs.size());
    return pairs;
  }
  const auto* object = mapping.get_if<ObjectPtr>();
  if (object == nullptr || !(*object)->is_mapping()) return std::nullopt;
  const std::vector<Value> keys = call.evaluator.iterate(mapping);
  call.evaluator.spend(keys.size());
  for (const Value& key : keys) pairs.emplace_back(key, call.evaluator.get_item(mapping, key));
  return pairs;
}

void set_keywords(const BuiltinCall& call, Dict& dict) {
  for (const auto& [name, value] : call.keywords) dict.set(Value{call.site().made(name)}, value);
}

void update_dict(const BuiltinCall& call, Dict& dict, const Value& other) {
  if (auto pairs = pairs_of(call, other)) {
    for (auto& [key, value] : *pairs) dict.set(std::move(key), std::move(value));
    return;
  }
  if (const auto* unknown = other.get_if<Unknown>()) {
    call.evaluator.derive_unknown(*unknown, "");  // what it holds is not known: the keys that are there stay
    return;
  }
  reject_undefined(call, other);
  std::size_t index = 0;
  for (const Value& item : call.evaluator.iterate(other)) {
    const auto pair = items_of(call.evaluator, item);
    if (!pair) raise(call, "TypeError", fmt::format("cannot convert dictionary update sequence element #{} to a sequence", index));
    if (pair->size() != 2) raise(call, "ValueError", fmt::format("dictionary update sequence element #{} has length {}; 2 is required", index, pair->size()));
    check_hashable(call.site(), (*pair)[0]);
    dict.set((*pair)[0], (*pair)[1]);
    call.evaluator.spend(1);
    ++index;
  }
}

bool is_all(std::string_view bytes, LetterCase wanted) {
  bool any = false;
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    const bool lower = unicode::is_lower(c.value);
    const bool upper = unicode::is_upper(c.value);
    if ((wanted == LetterCase::Lower && (upper || unicode::is_title(c.value))) || (wanted == LetterCase::Upper && (lower || unicode::is_title(c.value)))) return false;
    any = any || lower || upper;
    at += c.size;
  }
  return any;
}

std::vector<const Text*> texts_in(const Value& value) {
  std::vector<const Text*> texts;
  collect_texts(value, 0, texts);
  return texts;
}

}  // namespace hookc
