// Filters over sequences and mappings.
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "compiler/eval/builtins/objects.h"
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

CaseRule case_rule(const BuiltinCall& call, std::size_t index) { return truth_argument(call, index) ? CaseRule::Sensitive : CaseRule::Ignored; }

Value filter_length(const BuiltinCall& call) {
  if (const auto length = length_of(call[0])) return Value{static_cast<std::int64_t>(*length)};
  raise(call, "TypeError", fmt::format("object of type '{}' has no len()", type_name(call[0])));
}

Value filter_list(const BuiltinCall& call) { return make_list(items_argument(call, 0)); }

Value filter_first(const BuiltinCall& call) {
  const Value empty = make_undefined("first", "No first item, sequence was empty.");
  if (const Text* text = call[0].get_if<Text>()) {
    return text->empty() ? empty : Value{text->slice(0, unicode::decode(text->view(), 0).size)};
  }
  if (const auto* list = call[0].get_if<ListPtr>()) return (*list)->items.empty() ? empty : (*list)->items.front();
  if (const auto iterator = as_iterator(call[0])) return iterator->next(call.evaluator).value_or(empty);
  std::vector<Value> items = items_argument(call, 0);
  return items.empty() ? empty : std::move(items.front());
}

Value filter_last(const BuiltinCall& call) {
  const Value empty = make_undefined("last", "No last item, sequence was empty.");
  if (const auto* list = call[0].get_if<ListPtr>()) return (*list)->items.empty() ? empty : (*list)->items.back();
  const auto* object = call[0].get_if<ObjectPtr>();
  const bool reversible = call[0].is<Text>() || call[0].is<DictPtr>() || call[0].is<Undefined>() || (object != nullptr && (*object)->length());
  if (!reversible) raise(call, "TypeError", fmt::format("'{}' object is not reversible", type_name(call[0])));
  std::vector<Value> items = items_argument(call, 0);
  return items.empty() ? empty : std::move(items.back());
}

/// Jinja picks by chance; here the place of the call decides, so that an evaluation can be repeated.
Value filter_random(const BuiltinCall& call) {
  std::vector<Value> items = items_argument(call, 0);
  if (items.empty()) return make_undefined("random", "No random item, sequence was empty.");
  return items[std::hash<std::uint32_t>{}(call.span.begin * 2'654'435'761U) % items.size()];
}

struct Keyed {
  std::vector<Value> key;
  Value item;
};

/// Keys of one value are compared as they are; those of several parts as Python compares lists, which look for the first parts that differ.
enum class Keys : std::uint8_t { Single, Lists };

bool keys_less(const BuiltinCall& call, Keys keys, const std::vector<Value>& left, const std::vector<Value>& right) {
  if (keys == Keys::Single) return is_less(call, left.front(), right.front());
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!is_identical(left[i], right[i]) && !is_same(call, left[i], right[i])) return is_less(call, left[i], right[i]);
  }
  return false;
}

/// Python's sorted(): stable in both directions.
std::vector<Value> sorted(const BuiltinCall& call, std::vector<Keyed> keyed, Keys keys, Order order) {
  std::vector<Value> items;
  items.reserve(keyed.size());
  for (const std::uint32_t index : sorted_order(call, keyed.size(), order, [&](std::size_t a, std::size_t b) { return keys_less(call, keys, keyed[a].key, keyed[b].key); })) {
    items.push_back(std::move(keyed[index].item));
  }
  return items;
}

Value filter_sort(const BuiltinCall& call) {
  const std::vector<AttributePath> paths = attribute_paths(call, call[3]);
  const CaseRule rule = case_rule(call, 2);
  std::vector<Value> items = items_argument(call, 0);
  const Order order = flag_argument(call, 1) ? Order::Falling : Order::Rising;
  std::vector<Keyed> keyed;
  for (Value& item : items) {
    std::vector<Value> key;
    key.reserve(paths.size());
    for (const AttributePath& path : paths) key.push_back(case_folded(path.get(call, item), rule));
    keyed.push_back(Keyed{std::move(key), std::move(item)});
  }
  return make_list(sorted(call, std::move(keyed), Keys::Lists, order));
}

Value filter_dictsort(const BuiltinCall& call) {
  const auto by = text_of(call[2]);
  if (!by || (*by != "key" && *by != "value")) raise(call, "FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
  reject_undefined(call, call[0]);
  auto pairs = pairs_of(call, call[0]);
  if (!pairs) {
    const auto items = attribute_of(call.evaluator, call[0], "items");
    if (!items) raise(call, "AttributeError", fmt::format("'{}' object has no attribute 'items'", type_name(call[0])));
    Arguments none;
    none.site = call.span;
    pairs.emplace();
    for (const Value& item : call.evaluator.iterate(call.evaluator.call(*items, none))) {
      pairs->emplace_back(call.evaluator.get_item(item, Value{std::int64_t{0}}), call.evaluator.get_item(item, Value{std::int64_t{1}}));
    }
  }
  const CaseRule rule = case_rule(call, 1);
  std::vector<Keyed> keyed;
  for (auto& [key, value] : *pairs) {
    std::vector<Value> sort_key{case_folded(*by == "key" ? key : value, rule)};
    keyed.push_back(Keyed{std::move(sort_key), make_tuple({key, value})});
  }
  return make_list(sorted(call, std::move(keyed), Keys::Single, flag_argument(call, 3) ? Order::Falling : Order::Rising));
}

Value filter_unique(const BuiltinCall& call) {
  return make_generator("sync_do_unique", call, [seen = std::make_shared<Dict>()](const BuiltinCall& own, Generator& generator) {
    const AttributePath path{own, own[2]};
    std::optional<Value> item;
    while ((item = generator.pull(own.evaluator))) {
      Value key = case_folded(path.get(own, *item), case_rule(own, 1));
      check_hashable(own.site(), key);
      if (seen->find(key) != nullptr) continue;
      seen->set(std::move(key), Value{None{}});
      break;
    }
    return item;
  });
}

Value extreme(const BuiltinCall& call, Order order) {
  const AttributePath path{call, call[2]};
  const CaseRule rule = case_rule(call, 1);
  std::vector<Value> items = items_argument(call, 0);
  if (items.empty()) return make_undefined("item", "No aggregated item, sequence was empty.");
  std::size_t best = 0;
  Value best_key = case_folded(path.get(call, items[0]), rule);
  for (std::size_t i = 1; i < items.size(); ++i) {
    Value key = case_folded(path.get(call, items[i]), rule);
    // Python asks `key < best` for min and `key > best` for max, and keeps the first of equals
    const bool better = order == Order::Rising ? is_less(call, key, best_key)
                        : key.is<Unknown>() || best_key.is<Unknown>() ? call.evaluator.compare(ast::CompareOp::Greater, key, best_key)
                                                                      : is_ordered(call.site(), Ordering::Greater, key, best_key);
    if (!better) continue;
    best = i;
    best_key = std::move(key);
  }
  return items[best];
}

Value filter_min(const BuiltinCall& call) { return extreme(call, Order::Rising); }
Value filter_max(const BuiltinCall& call) { return extreme(call, Order::Falling); }

Value filter_sum(const BuiltinCall& call) {
  const AttributePath path{call, call[1]};
  if (call[2].is<Text>()) raise(call, "TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
  Value total = call[2];
  for (Value& item : items_argument(call, 0)) total = call.evaluator.binary(ast::BinaryOp::Add, total, path.get(call, std::move(item)));
  return total;
}

Value filter_groupby(const BuiltinCall& call) {
  const AttributePath path{call, call[1]};
  const Value* fallback = call[2].is<None>() ? nullptr : &call[2];
  const CaseRule rule = case_rule(call, 3);
  const auto key_of = [&](const Value& item) { return case_folded(path.get_or(call, item, fallback), rule); };
  std::vector<Keyed> keyed;
  for (Value& item : items_argument(call, 0)) {
    std::vector<Value> key{key_of(item)};
    keyed.push_back(Keyed{std::move(key), std::move(item)});
  }
  std::vector<Value> groups;
  Value key;
  std::vector<Value> members;
  const auto close = [&] {
    if (members.empty()) return;
    Value grouper = rule == CaseRule::Ignored ? path.get_or(call, members.front(), fallback) : key;
    groups.push_back(Value{ObjectPtr{std::make_shared<Group>(std::move(grouper), make_list(std::move(members)))}});
    members.clear();
  };
  for (Value& item : sorted(call, std::move(keyed), Keys::Single, Order::Rising)) {
    Value own = key_of(item);
    if (!members.empty() && !is_same(call, own, key)) close();
    key = std::move(own);
    members.push_back(std::move(item));
  }
  close();
  return make_list(std::move(groups));
}

std::vector<Value> batches_of(const BuiltinCall& call) {
  const auto is_size = [&](std::size_t count) { return is_same(call, Value{static_cast<std::int64_t>(count)}, call[1]); };
  std::vector<Value> batches;
  std::vector<Value> batch;
  for (Value& item : items_argument(call, 0)) {
    if (is_size(batch.size())) {
      batches.push_back(make_list(std::move(batch)));
      batch.clear();
    }
    batch.push_back(std::move(item));
  }
  if (!batch.empty()) {
    const Value count{static_cast<std::int64_t>(batch.size())};
    if (!call[2].is<None>() && is_less(call, count, call[1])) {
      const std::int64_t size = integer_argument(call, 1);
      check_made(call.site(), static_cast<std::uint64_t>(size));
      call.evaluator.spend(static_cast<std::uint64_t>(size) - batch.size());
      batch.resize(static_cast<std::size_t>(size), call[2]);
    }
    batches.push_back(make_list(std::move(batch)));
  }
  return batches;
}

Value filter_batch(const BuiltinCall& call) { return make_generator("do_batch", call, &batches_of); }

std::vector<Value> slices_of(const BuiltinCall& call) {
  const std::vector<Value> items = items_argument(call, 0);
  reject_undefined(call, call[1]);
  const std::int64_t slices = integer_argument(call, 1);
  if (slices == 0) raise(call, "ZeroDivisionError", "integer division or modulo by zero");
  std::vector<Value> result;
  if (slices > 0) {
    call.evaluator.spend(static_cast<std::uint64_t>(slices));
    const auto count = static_cast<std::int64_t>(items.size());
    const std::int64_t longer = count % slices;
    auto at = items.begin();
    for (std::int64_t i = 0; i < slices; ++i) {
      const auto end = at + (count / slices + (i < longer ? 1 : 0));
      std::vector<Value> part{at, end};
      if (!call[2].is<None>() && i >= longer) part.push_back(call[2]);
      result.push_back(make_list(std::move(part)));
      at = end;
    }
  }
  return result;
}

Value filter_slice(const BuiltinCall& call) { return make_generator("sync_do_slice", call, &slices_of); }

std::vector<Value> item_pairs(const BuiltinCall& call) {
  std::vector<Value> items;
  if (!call[0].is<Undefined>()) {
    auto pairs = pairs_of(call, call[0]);
    if (!pairs) raise(call, "TypeError", "Can only get item pairs from a mapping.");
    for (auto& [key, value] : *pairs) items.push_back(make_tuple({key, value}));
  }
  return items;
}

Value filter_items(const BuiltinCall& call) { return make_generator("do_items", call, &item_pairs); }

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kRows[] = {
    {"batch", "batch(value, linecount, fill_with=none)", kPropagate, &filter_batch},
    {"count", "count(obj, /)", kPropagate, &filter_length},
    {"dictsort", "dictsort(value, case_sensitive=false, by='key', reverse=false)", kPropagate, &filter_dictsort},
    {"first", "first(seq)", kPropagate, &filter_first},
    {"groupby", "groupby(value, attribute, default=none, case_sensitive=false)", kPropagate, &filter_groupby},
    {"items", "items(value)", kPropagate, &filter_items},
    {"last", "last(seq)", kPropagate, &filter_last},
    {"length", "length(obj, /)", kPropagate, &filter_length},
    {"list", "list(value)", kPropagate, &filter_list},
    {"max", "max(value, case_sensitive=false, attribute=none)", kPropagate, &filter_max},
    {"min", "min(value, case_sensitive=false, attribute=none)", kPropagate, &filter_min},
    {"random", "random(seq)", kPropagate, &filter_random},
    {"slice", "slice(value, slices, fill_with=none)", kPropagate, &filter_slice},
    {"sort", "sort(value, reverse=false, case_sensitive=false, attribute=none)", kPropagate, &filter_sort},
    {"sum", "sum(iterable, attribute=none, start=0)", kPropagate, &filter_sum},
    {"unique", "unique(value, case_sensitive=false, attribute=none)", kPropagate, &filter_unique},
};

}  // namespace

std::span<const Builtin> sequence_filters() { return kRows; }

}  // namespace hookc
