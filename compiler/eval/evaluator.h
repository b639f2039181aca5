// Evaluator: the one implementation of Jinja. It walks the immutable AST under a Host and gives a Rendering. It knows nothing of compile,
// lint or run; forks are the Host's business, by replay.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/base/diagnostic.h"
#include "compiler/eval/host.h"
#include "compiler/value/value.h"

namespace hookc {

/// Who printed: a macro call, or a `{{ }}` inside of `parent`. Index 0 of Rendering::frames is the template itself.
struct Frame {
  FrameId parent{};
  std::string macro;   // the macro's name for a call, empty for a print
  Span site;           // the call, or the printed expression
};

/// Something that a template did beside printing, in order.
struct Event {
  enum class Kind : std::uint8_t { Query, Log, Print, Warn, MissingMacro };
  Kind kind = Kind::Log;
  Text text;                       // the SQL of a query, the message of the others
  Query::Kind query_kind = Query::Kind::RunQuery;
  std::string method;              // of an AdapterMethod
  Span site;
  FrameId frame{};                 // where it happened
  std::uint32_t output_offset = 0; // how much had been printed by then
  bool result_used = false;        // someone looked at what the query returned
};

struct Rendering {
  Text text;
  std::vector<Frame> frames;
  std::vector<Event> events;
};

/// Limits on one evaluation; each ends in a LimitError of its own.
struct Limits {
  std::uint64_t max_steps = 10'000'000;      // statements and expressions
  std::uint64_t max_output = 64U << 20U;     // bytes, captures included
  std::uint32_t max_depth = 200;             // nested macro and call bodies
  std::uint64_t max_items = 10'000'000;      // made by repetition, range and the like
};

struct EvalOptions {
  Limits limits;
  /// While dbt parses a project, names of the hook's own text are permissive when they are undefined (macro bodies never are).
  bool permissive_undefined = false;
  /// The macros defined in the text get dbt's names, so that the text cannot call them by its own (dbt-hooks 3.2).
  bool dbt_macro_names = false;
};

using EvalOutcome = std::variant<Rendering, EvalError>;

/// dbt's `return(x)`: unwinds to the nearest macro call. Thrown by the context's `return`, caught where macros are called.
struct MacroReturn {
  Value value;
};

class Evaluator {
 public:
  Evaluator(Sources& sources, Host& host, EvalOptions options);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Renders a template from the start. The Rendering holds what was printed up to an error as well (see `rendering`).
  EvalOutcome render(const ast::Template& tmpl);
  /// The template's exported names after a render (macros of a macro file).
  [[nodiscard]] const std::vector<std::pair<std::string, Value>>& exports() const;

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
  /// The unknown behind `parent.name` or a call on it: `results[0].status`.
  Value derive_unknown(const Unknown& parent, std::string_view suffix);
  /// A text of made bytes whose origin is the current site.
  Text made(std::string bytes);
  /// A text made from others without keeping their bytes apart.
  Text derived(std::string bytes, const std::vector<const Text*>& inputs);
  void record(Event event);
  [[nodiscard]] FrameId frame() const;
  /// Counts work that a builtin does, so that limits hold inside of it.
  void spend(std::uint64_t steps);
  [[noreturn]] void raise(std::string error_class, std::string message) const;
  /// Remembers the macro frames of an error on its way out.
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookc
