// Native rendering: dbt's YAML files give values, not texts.
#include <algorithm>

#include "compiler/eval/machine.h"
#include "compiler/value/operators.h"

namespace hookc {

std::optional<NativeMarker> Evaluator::Impl::NativeNodes::marker_of(const Value& value) const {
  const auto* text = value.get_if<Text>();
  if (text == nullptr) return std::nullopt;
  const auto found = std::find_if(marked.begin(), marked.end(), [&](const auto& one) { return one.first.view().data() == text->view().data(); });
  return found == marked.end() ? std::nullopt : std::optional{found->second};
}

/// The template's own text counts too, since one thing beside it is no longer the only one.
void Evaluator::Impl::add_native_node(Value value) {
  if (native.count++ == 0) native.first = std::move(value);
}

void Evaluator::Impl::print_native(const ast::Expr& expr, FrameId print_frame) {
  Value value = eval(expr);
  site = &expr.span;
  const bool is_computed = options.is_computed_early(expr) && !native.marker_of(value);
  if (marks.empty()) {
    emit_value(value, print_frame);
    return add_native_node(is_computed ? Value{Text{}} : std::move(value));
  }
  if (!is_computed && !value.is<Text>()) raise("TypeError", "a block's output is joined from texts here, and this is of type `" + type_name(value) + "`");
  emit_value(value, print_frame);
}

std::variant<NativeRendering, EvalError> Evaluator::render_native(const ast::Template& tmpl) {
  impl_->native = {};
  EvalOutcome outcome = impl_->render(tmpl);
  if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(*error);
  const Impl::NativeNodes nodes = std::exchange(impl_->native, {});
  NativeRendering result{Value{std::get<Rendering>(outcome).text}, std::nullopt};
  if (nodes.count != 1) return result;
  result.marker = nodes.marker_of(nodes.first);
  if (!nodes.first.is<Text>()) result.value = nodes.first;
  return result;
}

void Evaluator::mark(const Text& text, NativeMarker marker) {
  if (impl_->options.is_computed_early) impl_->native.marked.emplace_back(text, marker);
}

}  // namespace hookc
