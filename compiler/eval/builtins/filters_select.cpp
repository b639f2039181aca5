// Filters that apply other filters and tests by name: map, select, reject and their attribute forms.
#include <fmt/format.h>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
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

Value map_attribute(const BuiltinCall& call) {
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
  const AttributePath path{call, *attribute};
  std::vector<Value> items;
  for (Value& item : items_argument(call, 0)) items.push_back(path.get_or(call, std::move(item), fallback));
  return make_generator("sync_do_map", std::move(items));
}

bool has_keyword(const BuiltinCall& call, std::string_view name) {
  for (const auto& [key, value] : call.keywords) {
    if (key == name) return true;
  }
  return false;
}

Value filter_map(const BuiltinCall& call) {
  if (!call.evaluator.truth(call[0])) return make_generator("sync_do_map", {});
  if (call.rest.empty() && has_keyword(call, "attribute")) return map_attribute(call);
  if (call.rest.empty()) raise(call, "FilterArgumentError", "map requires a filter argument");
  const std::string name = name_argument(call, 0);
  const Arguments arguments = remaining(call, 1);
  std::vector<Value> items;
  for (const Value& item : items_argument(call, 0)) items.push_back(call.evaluator.apply_filter(name, item, arguments));
  return make_generator("sync_do_map", std::move(items));
}

enum class Keep : std::uint8_t { Passing, Failing };

/// `tested(item)` is what the test looks at.
template <class Tested>
std::vector<Value> chosen(const BuiltinCall& call, Keep keep, std::size_t test_index, Tested tested) {
  const bool named = call.rest.size() > test_index;
  const std::string name = named ? name_argument(call, test_index) : std::string{};
  const Arguments arguments = named ? remaining(call, test_index + 1) : Arguments{};
  std::vector<Value> items;
  for (Value& item : items_argument(call, 0)) {
    const Value subject = tested(item);
    const bool passes = named ? call.evaluator.apply_test(name, subject, arguments) : call.evaluator.truth(subject);
    if (passes == (keep == Keep::Passing)) items.push_back(std::move(item));
  }
  return items;
}

Value choose_items(const BuiltinCall& call, Keep keep) {
  if (!call.evaluator.truth(call[0])) return make_generator("select_or_reject", {});
  return make_generator("select_or_reject", chosen(call, keep, 0, [](const Value& item) { return item; }));
}

Value choose_by_attribute(const BuiltinCall& call, Keep keep) {
  if (!call.evaluator.truth(call[0])) return make_generator("select_or_reject", {});
  if (call.rest.empty()) raise(call, "FilterArgumentError", "Missing parameter for attribute name");
  const AttributePath path{call, call.rest[0]};
  return make_generator("select_or_reject", chosen(call, keep, 1, [&](const Value& item) { return path.get(call, item); }));
}

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
