// Methods of list, tuple and dict. Those that change their object give None.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/eval/builtins/objects.h"
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/host.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

List& self_list(const BuiltinCall& call) { return **call[0].get_if<ListPtr>(); }
Dict& self_dict(const BuiltinCall& call) { return **call[0].get_if<DictPtr>(); }
Value nothing() { return Value{None{}}; }
void note_held(const BuiltinCall& call, const Value& held) { call.evaluator.host().cycles().note(call[0], held); }

// ---------------------------------------------------------------------------------------------------------------- list and tuple

Value list_append(const BuiltinCall& call) {
  call.evaluator.spend(1);
  note_held(call, call[1]);
  self_list(call).items.push_back(call[1]);
  return nothing();
}

Value list_extend(const BuiltinCall& call) {
  std::vector<Value> items = items_argument(call, 1);
  for (const Value& item : items) note_held(call, item);
  List& list = self_list(call);
  list.items.insert(list.items.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  return nothing();
}

Value list_insert(const BuiltinCall& call) {
  std::vector<Value>& items = self_list(call).items;
  call.evaluator.spend(1 + items.size() / 16);
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t index = size_argument(call, 1);
  const std::int64_t at = index < 0 ? std::max<std::int64_t>(index < -size ? 0 : index + size, 0) : std::min(index, size);
  note_held(call, call[2]);
  items.insert(items.begin() + at, call[2]);
  return nothing();
}

Value list_pop(const BuiltinCall& call) {
  std::vector<Value>& items = self_list(call).items;
  call.evaluator.spend(1 + items.size() / 16);
  const auto size = static_cast<std::int64_t>(items.size());
  std::int64_t index = size_argument(call, 1);
  if (size == 0) raise(call, "IndexError", "pop from empty list");
  if (index >= size || index < -size) raise(call, "IndexError", "pop index out of range");
  if (index < 0) index += size;
  Value result = std::move(items[static_cast<std::size_t>(index)]);
  items.erase(items.begin() + index);
  return result;
}

std::optional<std::size_t> position_of(const BuiltinCall& call, const Value& wanted, std::size_t begin, std::size_t end) {
  const std::vector<Value>& items = self_list(call).items;
  call.evaluator.spend(items.size() / 4);
  for (std::size_t i = begin; i < std::min(end, items.size()); ++i) {
    if (is_identical(items[i], wanted) || is_same(call, items[i], wanted)) return i;
  }
  return std::nullopt;
}

Value list_remove(const BuiltinCall& call) {
  std::vector<Value>& items = self_list(call).items;
  const auto at = position_of(call, call[1], 0, items.size());
  if (!at) raise(call, "ValueError", "list.remove(x): x not in list");
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(*at));
  return nothing();
}

Value list_index(const BuiltinCall& call) {
  const auto size = static_cast<std::int64_t>(self_list(call).items.size());
  const auto bound = [&](std::size_t index) {
    if (!is_integer(call[index])) raise(call, "TypeError", "slice indices must be integers or have an __index__ method");
    const std::int64_t value = integer_argument(call, index);
    return static_cast<std::size_t>(value < 0 ? std::max<std::int64_t>(value < -size ? 0 : value + size, 0) : std::min(value, size));
  };
  const std::size_t end = bound(3);
  const auto at = position_of(call, call[1], bound(2), end);
  if (!at) {
    const bool tuple = self_list(call).is_tuple;
    raise(call, "ValueError", tuple ? "tuple.index(x): x not in tuple" : fmt::format("{} is not in list", display_repr(call[1])));
  }
  return Value{static_cast<std::int64_t>(*at)};
}

Value list_count(const BuiltinCall& call) {
  const std::vector<Value>& items = self_list(call).items;
  call.evaluator.spend(items.size() / 4);
  std::int64_t count = 0;
  for (const Value& item : items) count += is_identical(item, call[1]) || is_same(call, item, call[1]) ? 1 : 0;
  return Value{count};
}

Value list_sort(const BuiltinCall& call) {
  struct Keyed {
    Value key;
    Value item;
  };
  const Order order = flag_argument(call, 2) ? Order::Falling : Order::Rising;
  std::vector<Keyed> keyed;
  for (const Value& item : std::vector<Value>{self_list(call).items}) {
    Arguments arguments;
    arguments.site = call.span;
    arguments.positional.push_back(item);
    keyed.push_back(Keyed{call[1].is<None>() ? item : call.evaluator.call(call[1], arguments), item});
  }
  std::vector<Value> items;
  items.reserve(keyed.size());
  for (const std::uint32_t index : sorted_order(call, keyed.size(), order, [&](std::size_t a, std::size_t b) { return is_less(call, keyed[a].key, keyed[b].key); })) {
    items.push_back(std::move(keyed[index].item));
  }
  self_list(call).items = std::move(items);
  return nothing();
}

Value list_reverse(const BuiltinCall& call) {
  std::vector<Value>& items = self_list(call).items;
  call.evaluator.spend(items.size() / 4);
  std::reverse(items.begin(), items.end());
  return nothing();
}

Value list_copy(const BuiltinCall& call) {
  call.evaluator.spend(self_list(call).items.size());
  return make_list(self_list(call).items);
}

Value list_clear(const BuiltinCall& call) {
  self_list(call).items.clear();
  return nothing();
}

// ---------------------------------------------------------------------------------------------------------------- dict

Value view_of(const BuiltinCall& call, DictView::Part part) { return Value{ObjectPtr{std::make_shared<DictView>(*call[0].get_if<DictPtr>(), part)}}; }
Value dict_items(const BuiltinCall& call) { return view_of(call, DictView::Part::Items); }
Value dict_keys(const BuiltinCall& call) { return view_of(call, DictView::Part::Keys); }
Value dict_values(const BuiltinCall& call) { return view_of(call, DictView::Part::Values); }

Value dict_get(const BuiltinCall& call) {
  if (call[1].is<Unknown>()) return call.evaluator.get_item(call[0], call[1]);
  check_hashable(call.site(), call[1]);
  const Value* found = std::as_const(self_dict(call)).find(call[1]);
  return found == nullptr ? call[2] : *found;
}

Value dict_update(const BuiltinCall& call) {
  if (call.rest.size() > 1) raise(call, "TypeError", fmt::format("update expected at most 1 argument, got {}", call.rest.size()));
  Dict& dict = self_dict(call);
  if (!call.rest.empty()) update_dict(call, dict, call.rest[0]);
  set_keywords(call, dict);
  if (!call.rest.empty()) note_held(call, call.rest[0]);
  for (const auto& [name, value] : call.keywords) note_held(call, value);
  return nothing();
}

Value dict_setdefault(const BuiltinCall& call) {
  check_hashable(call.site(), call[1]);
  Dict& dict = self_dict(call);
  if (const Value* found = dict.find(call[1])) return *found;
  note_held(call, call[2]);
  dict.set(call[1], call[2]);
  return call[2];
}

Value dict_pop(const BuiltinCall& call) {
  if (call.rest.size() > 1) raise(call, "TypeError", fmt::format("pop expected at most 2 arguments, got {}", call.rest.size() + 1));
  Dict& dict = self_dict(call);
  if (dict.size() > 0) check_hashable(call.site(), call[1]);
  call.evaluator.spend(1 + dict.size() / 8);
  const Value* found = dict.find(call[1]);
  if (found == nullptr) {
    if (!call.rest.empty()) return call.rest[0];
    raise(call, "KeyError", display_repr(call[1]));
  }
  Value result = *found;
  dict.erase(call[1]);
  return result;
}

Value dict_popitem(const BuiltinCall& call) {
  Dict& dict = self_dict(call);
  if (dict.size() == 0) raise(call, "KeyError", "'popitem(): dictionary is empty'");
  call.evaluator.spend(1 + dict.size() / 8);
  const Dict::Entry last = dict.entries().back();
  dict.erase(last.key);
  return make_tuple({last.key, last.value});
}

Value dict_copy(const BuiltinCall& call) {
  call.evaluator.spend(self_dict(call).size());
  return Value{std::make_shared<Dict>(self_dict(call))};
}

Value dict_clear(const BuiltinCall& call) {
  self_dict(call).clear();
  return nothing();
}

Value dict_fromkeys(const BuiltinCall& call) {
  auto dict = std::make_shared<Dict>();
  for (Value& key : items_argument(call, 1)) {
    check_hashable(call.site(), key);
    dict->set(std::move(key), call[2]);
  }
  return Value{std::move(dict)};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;
constexpr auto kHandled = Builtin::Unknowns::Handled;

constexpr Builtin kList[] = {
    {"append", "append(self, object, /)", kHandled, &list_append},
    {"clear", "clear(self, /)", kHandled, &list_clear},
    {"copy", "copy(self, /)", kHandled, &list_copy},
    {"count", "count(self, value, /)", kHandled, &list_count},
    {"extend", "extend(self, iterable, /)", kHandled, &list_extend},
    {"index", "index(self, value, start=0, stop=9223372036854775807, /)", kHandled, &list_index},
    {"insert", "insert(self, index, object, /)", kHandled, &list_insert},
    {"pop", "pop(self, index=-1, /)", kPropagate, &list_pop},
    {"remove", "remove(self, value, /)", kHandled, &list_remove},
    {"reverse", "reverse(self, /)", kHandled, &list_reverse},
    {"sort", "sort(self, *, key=none, reverse=false)", kHandled, &list_sort},
};

constexpr Builtin kTuple[] = {
    {"count", "count(self, value, /)", kHandled, &list_count},
    {"index", "index(self, value, start=0, stop=9223372036854775807, /)", kHandled, &list_index},
};

constexpr Builtin kDict[] = {
    {"clear", "clear(self, /)", kHandled, &dict_clear},
    {"copy", "copy(self, /)", kHandled, &dict_copy},
    {"fromkeys", "fromkeys(self, iterable, value=none, /)", kHandled, &dict_fromkeys},
    {"get", "get(self, key, default=none, /)", kHandled, &dict_get},
    {"items", "items(self, /)", kHandled, &dict_items},
    {"keys", "keys(self, /)", kHandled, &dict_keys},
    {"pop", "pop(self, key, /, *default)", kHandled, &dict_pop},
    {"popitem", "popitem(self, /)", kHandled, &dict_popitem},
    {"setdefault", "setdefault(self, key, default=none, /)", kHandled, &dict_setdefault},
    {"update", "update(self, /, *other, **kwargs)", kHandled, &dict_update},
    {"values", "values(self, /)", kHandled, &dict_values},
};

}  // namespace

std::span<const Builtin> list_methods() { return kList; }
std::span<const Builtin> tuple_methods() { return kTuple; }
std::span<const Builtin> dict_methods() { return kDict; }

}  // namespace hookc
