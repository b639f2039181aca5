// Evaluator: the one implementation of Jinja. It walks the immutable AST under a Host and gives a Rendering. It knows nothing of compile,
// lint or run; forks are the Host's business, by replay.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/base/diagnostic.h"
#include "compiler/eval/host.h"
#include "compiler/eval/rendering.h"
#include "compiler/value/value.h"

namespace hookc {

struct Builtin;

/// Limits on one evaluation; each ends in a LimitError of its own.
struct Limits {
  std::uint64_t max_steps = 10'000'000;   // statements and expressions
  std::uint64_t max_output = 64U << 20U;  // bytes, captures included
  std::uint32_t max_depth = 200;          // nested macro and call bodies
  std::uint64_t max_items = 10'000'000;   // made by repetition, range and the like
  std::size_t max_stack = 5U << 20U;      // bytes of the C++ stack: deep expressions times nested calls
};

struct EvalOptions {
  Limits limits;
  /// While dbt parses a project, names of the hook's own text are permissive when they are undefined (macro bodies never are).
  bool permissive_undefined = false;
  /// Set where `render_native` is called: whether Jinja computes a printed expression while it compiles, which makes it text.
  std::function<bool(const ast::Expr&)> is_computed_early;
};

/// dbt's filters that say what native rendering makes of a text.
enum class NativeMarker : std::uint8_t { Text, Any, Bool, Number };

/// What native rendering gives: the value of the one thing that the template itself prints, or the text of several; and the marker that the one thing bears,
/// which is a text then.
struct NativeRendering {
  Value value;
  std::optional<NativeMarker> marker;
};

using EvalOutcome = std::variant<Rendering, EvalError>;

class Evaluator {
 public:
  Evaluator(Sources& sources, Host& host, EvalOptions options);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Renders a template from the start. The Rendering holds what was printed up to an error as well (see `rendering`).
  EvalOutcome render(const ast::Template& tmpl);
  /// Renders to a value, as dbt renders what stands in its YAML files. Needs `EvalOptions::is_computed_early`.
  /// Source of the semantics: jinja2.nativetypes, and `quoted_native_concat` of dbt-common, which leaves set and filter blocks to join texts.
  std::variant<NativeRendering, EvalError> render_native(const ast::Template& tmpl);
  /// In native rendering, `text` as one that bears `marker` until something else is made of it; elsewhere nothing happens.
  void mark(const Text& text, NativeMarker marker);
  /// What a render that ended in an error had printed and done by then.
  [[nodiscard]] const Rendering& rendering() const;

  // ------------------------------------------------------------------ for builtins and hosts: one evaluation's services

  [[nodiscard]] Sources& sources();
  [[nodiscard]] Host& host();
  [[nodiscard]] const EvalOptions& options() const;
  /// The expression that is being evaluated: where errors are reported and made bytes come from.
  [[nodiscard]] Span site() const;
  /// Renders another template's text in the current context (dbt's `render()`), its root slots anew.
  Text render_nested(const ast::TemplatePtr& tmpl);
  /// Calls any callable value; raises as Jinja does when it is none.
  Value call(const Value& callee, const Arguments& arguments);
  /// A macro of another template as a value: printed in place where `{{ }}` calls it. `name` is for frames and messages.
  Value make_macro(const ast::CallablePtr& macro, std::string_view name, const ast::TemplatePtr& owner);
  /// Calls a macro of another template: its Unit runs in the current context. `name` is for frames and messages.
  Value call_macro(const ast::CallablePtr& macro, std::string_view name, const ast::TemplatePtr& owner, const Arguments& arguments);
  /// The body of `{% call %}` as a value is passed as keyword `caller`; this renders it.
  bool truth(const Value& value);
  /// The items of a loop over `value`; asks the host for the size of an unknown list.
  std::vector<Value> iterate(const Value& value);
  /// `str(value)` with origins; bytes that are made get the current site.
  Text to_text(const Value& value);
  Value get_attribute(const Value& object, std::string_view name);
  Value get_item(const Value& object, const Value& key);
  /// `left op right`; passes on unknowns and asks the host where it must.
  bool compare(ast::CompareOp op, const Value& left, const Value& right);
  Value binary(ast::BinaryOp op, const Value& left, const Value& right);
  Value apply_filter(std::string_view name, const Value& operand, const Arguments& arguments);
  bool apply_test(std::string_view name, const Value& operand, const Arguments& arguments);
  /// What a builtin gives when its operand or an argument is unknown: it is called with each value of a finite domain, or gives an unknown in turn.
  /// Nothing when all are known, or the builtin looks at unknowns itself.
  std::optional<Value> call_with_unknowns(const Builtin& builtin, const Value* operand, const Arguments& arguments);
  /// The unknown behind `parent.name` or a call on it: `results[0].status`.
  Value derive_unknown(const Unknown& parent, std::string_view suffix);
  /// A text of made bytes whose origin is the current site.
  Text made(std::string bytes);
  /// A text made from others without keeping their bytes apart.
  Text derived(std::string bytes, const std::vector<const Text*>& inputs);
  /// Adds an event at the current place (site, frame and output offset are filled in); gives its number.
  std::size_t record(Event event);
  [[nodiscard]] std::size_t event_count() const;
  /// dbt's `return(x)`: the nearest macro call ends with `value`. Comes back only where the call of `return` is a whole statement, which is then the
  /// last one; elsewhere it unwinds.
  void return_from_macro(Value value);
  /// Someone looked at what the query of event `event` returned. Objects that stand for results call it in their members.
  void mark_used(std::size_t event);
  /// The unknown result of a query: the first operation on `symbol`, or on what is derived from it, marks the event as used.
  void watch(const SymbolPtr& symbol, std::size_t event);
  [[nodiscard]] FrameId frame() const;
  /// Counts work that a builtin does, so that limits hold inside of it.
  void spend(std::uint64_t steps);
  [[noreturn]] void raise(std::string error_class, std::string message) const;
  /// Runs `body`, and comes back to here when it ends in an error (dbt's `try_or_compiler_error`).
  std::variant<Value, EvalError> attempt(const std::function<Value()>& body);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// The value of an expression in which no name is looked up and nothing is called; nothing where that fails, or takes more than a moment.
std::optional<Value> compute_constant(Sources& sources, const ast::Expr& expr);

}  // namespace hookc
