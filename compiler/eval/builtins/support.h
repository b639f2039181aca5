// Support: what bodies of builtins do again and again: read arguments as Python would, look up `attribute=` paths, raise.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/builtins/objects.h"
#include "compiler/eval/evaluator.h"

namespace hookc {

[[noreturn]] void raise(const BuiltinCall& call, std::string error_class, std::string message);
/// Raises what using an undefined operand raises; returns for other values.
void reject_undefined(const BuiltinCall& call, const Value& value);

/// str(argument), as Jinja's filters take their text.
Text text_argument(const BuiltinCall& call, std::size_t index);
/// An argument that must be a string; TypeError in Python's words otherwise.
Text string_argument(const BuiltinCall& call, std::size_t index);
/// An argument that must be an integer, clamped to 64 bits.
std::int64_t integer_argument(const BuiltinCall& call, std::size_t index);
/// The same, with a value for None.
std::int64_t integer_or(const BuiltinCall& call, std::size_t index, std::int64_t absent);
/// An integer argument that Python takes for a size, or for a C `int`: OverflowError where it does not fit.
std::int64_t size_argument(const BuiltinCall& call, std::size_t index);
std::int64_t word_argument(const BuiltinCall& call, std::size_t index);
/// A flag that Python wants as an integer (`reverse`, `keepends`).
bool flag_argument(const BuiltinCall& call, std::size_t index);
bool truth_argument(const BuiltinCall& call, std::size_t index);
/// What iterating the operand gives, counted against the evaluation's limits.
std::vector<Value> items_argument(const BuiltinCall& call, std::size_t index);

/// `attribute="a.b.0"`: item first, then attribute, part by part. An absent path gives the value itself.
class AttributePath {
 public:
  /// From the value of an `attribute` argument.
  AttributePath(const BuiltinCall& call, const Value& attribute);
  [[nodiscard]] Value get(const BuiltinCall& call, Value value) const { return get_or(call, std::move(value), nullptr); }
  /// Undefined parts become `fallback`, unless it is null.
  [[nodiscard]] Value get_or(const BuiltinCall& call, Value value, const Value* fallback) const;
  [[nodiscard]] bool empty() const { return parts_.empty(); }

 private:
  explicit AttributePath(std::string_view dotted);
  friend std::vector<AttributePath> attribute_paths(const BuiltinCall& call, const Value& attributes);
  std::vector<Value> parts_;
};

/// The comma list of paths that `sort` takes.
std::vector<AttributePath> attribute_paths(const BuiltinCall& call, const Value& attributes);

enum class CaseRule : std::uint8_t { Sensitive, Ignored };
/// Strings in lower case when case is ignored; everything else as it is.
Value case_folded(Value value, CaseRule rule);

/// `left < right`, through the evaluator when one of them is unknown.
bool is_less(const BuiltinCall& call, const Value& left, const Value& right);
enum class Order : std::uint8_t { Rising, Falling };
/// The numbers of `count` items in the order of Python's sorted(), which keeps equal items as they stand in both directions. `is_less` compares two items by
/// their numbers; of less than 64 items they are compared in Python's own order, so that an error is that of the comparison at which Python stops.
std::vector<std::uint32_t> sorted_order(const BuiltinCall& call, std::size_t count, Order order, const std::function<bool(std::size_t, std::size_t)>& is_less);
bool is_same(const BuiltinCall& call, const Value& left, const Value& right);

/// A lazy sequence in Jinja.
Value make_generator(std::string name, const BuiltinCall& call, Generator::Step step);
Value make_generator(std::string name, const BuiltinCall& call, Generator::Fill fill);
/// What `**kwargs` took, as entries.
void set_keywords(const BuiltinCall& call, Dict& dict);
/// dict.update(other): a mapping, or a sequence of pairs.
void update_dict(const BuiltinCall& call, Dict& dict, const Value& other);
/// Pairs of a dict, or of an object that is a mapping; nothing otherwise.
std::optional<std::vector<std::pair<Value, Value>>> pairs_of(const BuiltinCall& call, const Value& mapping);
enum class LetterCase : std::uint8_t { Lower, Upper };
/// str.islower() and str.isupper(): at least one letter of that case and none of another.
bool is_all(std::string_view bytes, LetterCase wanted);
/// Up to a few texts inside of a value: what a text made of it derives from.
std::vector<const Text*> texts_in(const Value& value);

}  // namespace hookc
