// Builtins: Jinja's filters, tests and globals and the methods of Python's types, as rows of tables. The row is the documentation: its signature
// is what binds the arguments of a call. Signatures are prepared once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

class Evaluator;
struct Signature;

/// A call of a builtin after binding.
struct BuiltinCall {
  Evaluator& evaluator;
  /// The call: where errors are reported and made bytes come from.
  Span span;
  /// One value for each named parameter of the signature, the operand (`value`, `self`) first; defaults filled in.
  std::span<const Value> values;
  /// What `*args` of the signature took.
  std::span<const Value> rest;
  /// What `**kwargs` took.
  std::span<const std::pair<std::string, Value>> keywords;

  [[nodiscard]] const Value& operator[](std::size_t index) const { return values[index]; }
  [[nodiscard]] const Value& operand() const { return values[0]; }
  [[nodiscard]] Site site() const;
};

struct Builtin {
  enum class Unknowns : std::uint8_t {
    Propagate,  // an unknown operand or argument makes the result unknown, without a call
    Operand,    // only an unknown operand does; unknown arguments are passed (`join`, `format`: they become holes)
    Handled     // the function looks at unknowns itself (`default`, `append`)
  };
  using Body = Value (*)(const BuiltinCall& call);

  std::string_view name;
  std::string_view signature;  // `trim(value, chars=none)`; defaults: none, true, false, integers, 'text', undefined
  Unknowns unknowns;
  Body body;
  const Signature* prepared = nullptr;  // filled by the registry, which owns it
};

/// Null when there is none. Tests give a bool.
const Builtin* find_filter(std::string_view name);
const Builtin* find_test(std::string_view name);
/// A method of a value's type: `str.split`, `list.append`, `dict.items`. Null when the type has no such method.
const Builtin* find_method(const Value& object, std::string_view name);
/// The same for what is known to be a dict.
const Builtin* find_dict_method(std::string_view name);
/// `range`, `dict`, `namespace`, `cycler`, `joiner`, `lipsum`; nothing when there is none.
std::optional<Value> find_global(std::string_view name);

/// Binds and calls. `operand` is the value before `|` or `is`, or the object of a method.
Value call_builtin(Evaluator& evaluator, const Builtin& builtin, const Value& operand, const Arguments& arguments);
/// A method as a value: `{% set add = list.append %}`.
Value bind_method(const Builtin& method, const Value& object);

/// getattr() without the sandbox: methods (bound), data attributes (`(5).real`, `range(3).stop`), and what an Object answers; nothing otherwise.
std::optional<Value> attribute_of(Evaluator& evaluator, const Value& object, std::string_view name);

/// Names for "did you mean".
std::vector<std::string_view> filter_names();
std::vector<std::string_view> test_names();
std::vector<std::string_view> global_names();
std::vector<std::string_view> method_names(const Value& object);

}  // namespace hookc
