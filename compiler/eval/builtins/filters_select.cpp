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
  if (const auto source = as_iterator(call[0])) {
    return lazy_generator("sync_do_map", call[0], [source, name, arguments](Evaluator& evaluator) -> std::optional<Value> {
      const std::optional<Value> item = source->next(evaluator);
      if (!item) return std::nullopt;
      return evaluator.apply_filter(name, *item, arguments);
    });
  }
  std::vector<Value> items;
  for (const Value& item : items_argument(call, 0)) items.push_back(call.evaluator.apply_filter(name, item, arguments));
  return make_generator("sync_do_map", std::move(items));
}

enum class Keep : std::uint8_t { Passing, Failing };

/// The test of a call, for one item after the other.
class Choice {
 public:
  Choice(const BuiltinCall& call, Keep keep, std::size_t test_index) : keep_(keep), named_(call.rest.size() > test_index) {
    if (!named_) return;
    name_ = name_argument(call, test_index);
    arguments_ = remaining(call, test_index + 1);
  }
  /// `subject` is what the test looks at.
  [[nodiscard]] bool keeps(Evaluator& evaluator, const Value& subject) const {
    const bool passes = named_ ? evaluator.apply_test(name_, subject, arguments_) : evaluator.truth(subject);
    return passes == (keep_ == Keep::Passing);
  }

 private:
  Keep keep_;
  bool named_;
  std::string name_;
  Arguments arguments_;
};

/// `tested(item)` is what the test looks at.
template <class Tested>
Value chosen(const BuiltinCall& call, Keep keep, std::size_t test_index, Tested tested) {
  Choice choice{call, keep, test_index};
  if (const auto source = as_iterator(call[0])) {
    return lazy_generator("select_or_reject", call[0], [source, choice = std::move(choice), tested](Evaluator& evaluator) -> std::optional<Value> {
      while (std::optional<Value> item = source->next(evaluator)) {
        if (choice.keeps(evaluator, tested(evaluator, *item))) return item;
      }
      return std::nullopt;
    });
  }
  std::vector<Value> items;
  for (Value& item : items_argument(call, 0)) {
    if (choice.keeps(call.evaluator, tested(call.evaluator, item))) items.push_back(std::move(item));
  }
  return make_generator("select_or_reject", std::move(items));
}

Value choose_items(const BuiltinCall& call, Keep keep) {
  if (!call.evaluator.truth(call[0])) return make_generator("select_or_reject", {});
  return chosen(call, keep, 0, [](Evaluator&, const Value& item) { return item; });
}

Value choose_by_attribute(const BuiltinCall& call, Keep keep) {
  if (!call.evaluator.truth(call[0])) return make_generator("select_or_reject", {});
  if (call.rest.empty()) raise(call, "FilterArgumentError", "Missing parameter for attribute name");
  const AttributePath path{call, call.rest[0]};
  return chosen(call, keep, 1, [path, span = call.span](Evaluator& evaluator, const Value& item) {
    return path.get(BuiltinCall{.evaluator = evaluator, .span = span, .values = {}, .rest = {}, .keywords = {}}, item);
  });
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
