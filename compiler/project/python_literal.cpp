#include "compiler/project/python_literal.h"

#include <variant>

#include "compiler/parse/parse.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"

namespace hookc {
namespace {

/// Jinja's literals are Python's, but for the words that it also knows in lower case.
class LiteralReader {
 public:
  explicit LiteralReader(Sources& sources) : sources_(sources) {}

  std::optional<Value> read(const ast::Expr& expr) {
    if (const auto* constant = std::get_if<ast::Constant>(&expr.node)) return read_constant(expr, constant->value);
    if (const auto* list = std::get_if<ast::ListExpr>(&expr.node)) return read_items(*list);
    if (const auto* dict = std::get_if<ast::DictExpr>(&expr.node)) return read_entries(*dict);
    if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) return read_signed(expr, *unary);
    return std::nullopt;
  }

 private:
  std::optional<Value> read_constant(const ast::Expr& expr, const Value& value) {
    if (!value.is<bool>() && !value.is<None>()) return value;
    const Text word = sources_.slice(expr.span);
    return word.view().starts_with('t') || word.view().starts_with('f') || word.view().starts_with('n') ? std::nullopt : std::optional{value};
  }

  std::optional<Value> read_items(const ast::ListExpr& list) {
    std::vector<Value> items;
    for (const ast::Expr& item : list.items) {
      std::optional<Value> value = read(item);
      if (!value) return std::nullopt;
      items.push_back(*std::move(value));
    }
    return list.is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
  }

  std::optional<Value> read_entries(const ast::DictExpr& node) {
    auto dict = std::make_shared<Dict>();
    for (const auto& [key_node, value_node] : node.items) {
      const std::optional<Value> key = read(key_node);
      std::optional<Value> value = read(value_node);
      const bool has_hash = key && !key->is<DictPtr>() && !(key->is<ListPtr>() && !key->get<ListPtr>()->is_tuple);
      if (!has_hash || !value) return std::nullopt;
      dict->set(*key, *std::move(value));
    }
    return Value{std::move(dict)};
  }

  std::optional<Value> read_signed(const ast::Expr& expr, const ast::Unary& node) {
    if (node.op == ast::UnaryOp::Not) return std::nullopt;
    const std::optional<Value> number = read(*node.operand);
    if (!number || !is_number(*number) || number->is<bool>()) return std::nullopt;
    return node.op == ast::UnaryOp::Negate ? negate(Site{expr.span, &sources_}, *number) : *number;
  }

  Sources& sources_;
};

}  // namespace

std::optional<Value> python_literal(Sources& sources, const Text& text) {
  const SourceId source = sources.add_text("literal", text);
  const std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_expression(sources, source, ParseOptions{});
  const auto* tmpl = std::get_if<ast::TemplatePtr>(&parsed);
  if (tmpl == nullptr || (*tmpl)->body.size() != 1) return std::nullopt;
  const auto* print = (*tmpl)->body.front().get_if<ast::Print>();
  return print == nullptr || print->exprs().size() != 1 ? std::nullopt : LiteralReader{sources}.read(print->exprs().front());
}

}  // namespace hookc
