// Diagnostic: what went wrong at which place, as data, and how one is shown. The lines of code in it are code_frame.h's; findings have reporters of their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/sources.h"

namespace hookc {

enum class Severity : std::uint8_t { Info, Warning, Error };

constexpr std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Info: return "info";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
  }
  return "error";
}

/// How a terminal shows a severity: the parameters of its escape sequence.
constexpr std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::Info: return "1;36";
    case Severity::Warning: return "1;33";
    case Severity::Error: return "1;31";
  }
  return "1;31";
}

/// A second place that says *why*.
struct Label {
  Span span;
  std::string text;
};

/// One macro call on the way to the place: `span` is the call.
struct TraceEntry {
  std::string macro;
  Span span;
};

inline constexpr std::uint32_t kNoTemplateLine = ~std::uint32_t{0};

struct Diagnostic {
  Severity severity = Severity::Error;
  /// The class of the error: Jinja2's name (`TemplateSyntaxError`, `UndefinedError`), Python's (`TypeError`), dbt's (`CompilationError`), or one of ours (`LimitError`).
  std::string error_class;
  std::string message;  // lower case where the text is ours, no final stop, code in backticks
  Span span;            // the narrowest guilty bytes
  std::vector<Label> labels;
  std::string help;     // the remedy, where there is one
  std::vector<TraceEntry> trace;  // innermost call first
  /// The line that Jinja2 would name, counted in the template; 0 when it is the span's, kNoTemplateLine where Jinja2 names none: Python refuses the
  /// code that Jinja2 generates, or cannot join what it printed.
  std::uint32_t template_line = 0;
};

/// What parts of hookc say while they go on with the rest.
using Diagnostics = std::vector<Diagnostic>;

/// One evaluation cannot go on. Thrown by the evaluator and what it calls, caught in `evaluate()`.
struct EvalError {
  Diagnostic diagnostic;
};

/// One line of a macro stack. `place` is where it was called, as `file:line:column`; empty when that is not known.
struct CallLine {
  std::string macro;
  std::string place;
  friend bool operator==(const CallLine&, const CallLine&) = default;
};

/// `  in f() called at a.sql:1:4`, innermost first; what repeats itself is folded. Lines end in newline.
std::string format_calls(const std::vector<CallLine>& calls);

/// `file:line:column: error: message`, the code frame, the macro stack and the remedy; lines end in newline. Nothing in it commands a terminal but its colors.
std::string format_diagnostic(const Diagnostic& diagnostic, const Sources& sources, bool color);

}  // namespace hookc
