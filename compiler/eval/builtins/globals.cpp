// Jinja's global functions.
#include <memory>

#include <fmt/format.h>

#include "compiler/eval/builtins/objects.h"
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// The sandbox's bound on ranges.
constexpr std::size_t kMaxRange = 100'000;

std::int64_t range_part(const BuiltinCall& call, std::size_t index) {
  const Value& value = call.rest[index];
  if (const auto number = small_integer(value)) return *number;
  if (is_integer(value)) raise(call, "OverflowError", fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).", kMaxRange));
  raise(call, "TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
}

Value global_range(const BuiltinCall& call) {
  if (call.rest.empty()) raise(call, "TypeError", "range expected at least 1 argument, got 0");
  if (call.rest.size() > 3) raise(call, "TypeError", fmt::format("range expected at most 3 arguments, got {}", call.rest.size()));
  const std::int64_t first = range_part(call, 0);
  const std::int64_t start = call.rest.size() == 1 ? 0 : first;
  const std::int64_t stop = call.rest.size() == 1 ? first : range_part(call, 1);
  const std::int64_t step = call.rest.size() == 3 ? range_part(call, 2) : 1;
  if (step == 0) raise(call, "ValueError", "range() arg 3 must not be zero");
  auto range = std::make_shared<Range>(start, stop, step);
  if (*range->length() > kMaxRange) raise(call, "OverflowError", fmt::format("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).", kMaxRange));
  return Value{ObjectPtr{std::move(range)}};
}

Value global_dict(const BuiltinCall& call) {
  auto dict = std::make_shared<Dict>();
  if (call.rest.size() > 1) raise(call, "TypeError", fmt::format("dict expected at most 1 argument, got {}", call.rest.size()));
  if (!call.rest.empty()) update_dict(call, *dict, call.rest[0]);
  set_keywords(call, *dict);
  return Value{std::move(dict)};
}

Value global_namespace(const BuiltinCall& call) {
  const Value attributes = global_dict(call);
  return Value{ObjectPtr{std::make_shared<Namespace>(*attributes.get_if<DictPtr>())}};
}

Value global_cycler(const BuiltinCall& call) {
  if (call.rest.empty()) raise(call, "RuntimeError", "at least one item has to be provided");
  return Value{ObjectPtr{std::make_shared<Cycler>(std::vector<Value>{call.rest.begin(), call.rest.end()})}};
}

Value global_joiner(const BuiltinCall& call) { return Value{ObjectPtr{std::make_shared<Joiner>(call[0])}}; }

constexpr auto kHandled = Builtin::Unknowns::Handled;

constexpr Builtin kRows[] = {
    {"cycler", "cycler(*items)", kHandled, &global_cycler},
    {"dict", "dict(*args, **kwargs)", kHandled, &global_dict},
    {"joiner", "joiner(sep=', ')", kHandled, &global_joiner},
    {"namespace", "namespace(*args, **kwargs)", kHandled, &global_namespace},
    {"range", "range(*args)", Builtin::Unknowns::Propagate, &global_range},
};

}  // namespace

std::span<const Builtin> global_functions() { return kRows; }

}  // namespace hookc
