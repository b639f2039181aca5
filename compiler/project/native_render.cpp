#include "compiler/project/native_render.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/parse/fold.h"
#include "compiler/project/load.h"
#include "compiler/project/python_literal.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

using NativeValue = std::variant<Value, Diagnostic>;

Diagnostic conversion_failed(const Value& value, std::string_view type, Span span) {
  return make_diagnostic(Severity::Error, "JinjaRenderingError", fmt::format("`{}` cannot be converted into a {}", display(value), type), span, "");
}

/// What a marker makes of the text that bears it.
NativeValue read_marked(Sources& sources, const Text& text, NativeMarker marker, Span span) {
  if (marker == NativeMarker::Text) return Value{text};
  std::optional<Value> literal = python_literal(sources, text);
  if (marker == NativeMarker::Bool && !(literal && literal->is<bool>())) return conversion_failed(Value{text}, "bool", span);
  if (marker == NativeMarker::Number && !(literal && is_number(*literal) && !literal->is<bool>())) return conversion_failed(Value{text}, "number", span);
  return literal ? *std::move(literal) : Value{text};
}

}  // namespace

std::variant<Value, Diagnostic> render_native(Sources& sources, SourceId source, Host& host, const ParseOptions& parsing, const Limits& limits) {
  std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(sources, source, parsing);
  if (auto* problem = std::get_if<Diagnostic>(&parsed)) return std::move(*problem);
  EvalOptions options;
  options.limits = limits;
  options.is_computed_early = [&](const ast::Expr& expr) { return is_replaced(sources, expr, parsing); };
  Evaluator evaluator{sources, host, options};
  std::variant<NativeRendering, EvalError> outcome = evaluator.render_native(*std::get<ast::TemplatePtr>(parsed));
  if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
  const auto& [value, marker] = std::get<NativeRendering>(outcome);
  const Span whole{source, 0, sources.text(source).size()};
  if (const auto* undefined = value.get_if<Undefined>()) return make_diagnostic(Severity::Error, "UndefinedError", undefined_message(*undefined), whole, "");
  const auto* marked = value.get_if<Text>();
  return marker && marked != nullptr ? read_marked(sources, *marked, *marker, whole) : value;
}

}  // namespace hookc
