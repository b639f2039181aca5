// Filters that apply other filters and tests by name: map, select, reject and their attribute forms.
#include <fmt/format.h>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/iterator.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// The arguments that are left for the filter or test: those of `call` from `first` on.
Arguments remaining(const BuiltinCall& call, std::size_t first) {
  Arguments arguments;
  arguments.site = call.span;
  arguments.positional.assign(call.rest.begin() + static_cast<std::ptrdiff_t>(first), call.rest.end());
  arguments.keyword.assign(call.keywords.begin(), call.keywords.end());
  return arguments;
}

std::string name_argument(const BuiltinCall& call, std::size_t index) { return call.evaluator.to_text(call.rest[index]).str(); }

std::optional<Value> map_attribute(const BuiltinCall& call, Generator& generator) {
  const Value* attribute = nullptr;
  const Value* fallback = nullptr;
  for (const auto& [name, value] : call.keywords) {
    if (name == "attribute") {
      attribute = &value;
    } else if (name == "default") {
      if (!value.is<None>()) fallback = &value;
    } else {
      raise(call, "FilterArgumentError", fmt::format("Unexpected keyword argument {}", repr_of_bytes(name)));
    }
  }
  std::optional<Value> item = generator.pull(call.evaluator);
  if (item) item = AttributePath{call, *attribute}.get_or(call, std::move(*item), fallback);
  return item;
}

bool has_keyword(const BuiltinCall& call, std::string_view name) {
  for (const auto& [key, value] : call.keywords) {
    if (key == name) return true;
  }
  return false;
}

/// Nothing is looked at before the first item is asked for, and nothing but the operand when that is empty.
Value filter_map(const BuiltinCall& call) {
  return make_generator("sync_do_map", call, [](const BuiltinCall& own, Generator& generator) -> std::optional<Value> {
    if (!own.evaluator.truth(own[0])) return std::nullopt;
    if (own.rest.empty() && has_keyword(own, "attribute")) return map_attribute(own, generator);
    if (own.rest.empty()) raise(own, "FilterArgumentError", "map requires a filter argument");
    std::optional<Value> item = generator.pull(own.evaluator);
    if (item) item = own.evaluator.apply_filter(name_argument(own, 0), *item, remaining(own, 1));
    return item;
  });
}

enum class Keep : std::uint8_t { Passing, Failing };

/// With `by_attribute`, the first argument says what of an item the test looks at.
Value choose(const BuiltinCall& call, Keep keep, bool by_attribute) {
  return make_generator("select_or_reject", call, [keep, by_attribute](const BuiltinCall& own, Generator& generator) -> std::optional<Value> {
    if (!own.evaluator.truth(own[0])) return std::nullopt;
    if (by_attribute && own.rest.empty()) raise(own, "FilterArgumentError", "Missing parameter for attribute name");
    const AttributePath path{own, by_attribute ? own.rest[0] : Value{None{}}};
    const std::size_t test = by_attribute ? 1 : 0;
    const bool is_named = own.rest.size() > test;
    const Arguments arguments = is_named ? remaining(own, test + 1) : Arguments{};
    std::optional<Value> item;
    while ((item = generator.pull(own.evaluator))) {
      const Value subject = path.get(own, *item);
      const bool passes = is_named ? own.evaluator.apply_test(name_argument(own, test), subject, arguments) : own.evaluator.truth(subject);
      if (passes == (keep == Keep::Passing)) break;
    }
    return item;
  });
}

Value choose_items(const BuiltinCall& call, Keep keep) { return choose(call, keep, false); }
Value choose_by_attribute(const BuiltinCall& call, Keep keep) { return choose(call, keep, true); }

Value filter_select(const BuiltinCall& call) { return choose_items(call, Keep::Passing); }
Value filter_reject(const BuiltinCall& call) { return choose_items(call, Keep::Failing); }
Value filter_selectattr(const BuiltinCall& call) { return choose_by_attribute(call, Keep::Passing); }
Value filter_rejectattr(const BuiltinCall& call) { return choose_by_attribute(call, Keep::Failing); }

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kRows[] = {
    {"map", "map(value, *args, **kwargs)", kPropagate, &filter_map},
    {"reject", "reject(value, *args, **kwargs)", kPropagate, &filter_reject},
    {"rejectattr", "rejectattr(value, *args, **kwargs)", kPropagate, &filter_rejectattr},
    {"select", "select(value, *args, **kwargs)", kPropagate, &filter_select},
    {"selectattr", "selectattr(value, *args, **kwargs)", kPropagate, &filter_selectattr},
};

}  // namespace

std::span<const Builtin> select_filters() { return kRows; }

}  // namespace hookc
