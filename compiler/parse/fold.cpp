#include "compiler/parse/fold.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "compiler/ast/children.h"
#include "compiler/base/overloaded.h"
#include "compiler/value/operators.h"

namespace hookc {
namespace {

bool is_unhashable(const ast::Expr& key) {
  if (std::holds_alternative<ast::DictExpr>(key.node)) return true;
  const auto* list = std::get_if<ast::ListExpr>(&key.node);
  return list != nullptr && (!list->is_tuple || std::any_of(list->items.begin(), list->items.end(), is_unhashable));
}

class Folder {
 public:
  Folder(Sources& sources, const ParseOptions& options) : sources_(sources), options_(options) {}

  [[nodiscard]] Folding expr(const ast::Expr& expr) const {
    return std::visit(overloaded{
                          [](const ast::Constant&) { return Folding::Constant; },
                          [](const ast::Name&) { return Folding::Open; },
                          [](const ast::Call&) { return Folding::Open; },
                          [&](const ast::ListExpr&) { return all(expr); },
                          [&](const ast::DictExpr& node) { return dict(node); },
                          [&](const ast::Attribute& node) { return caught(this->expr(*node.object)); },
                          [&](const ast::Subscript&) { return caught(all(expr)); },
                          [&](const ast::Slice&) { return all(expr); },
                          [&](const ast::Filter& node) { return is_computed(node) ? all(expr) : Folding::Open; },
                          [&](const ast::Test& node) { return options_.find_test && node.builtin == nullptr ? Folding::Open : all(expr); },
                          [&](const ast::Unary& node) { return this->expr(*node.operand); },
                          [&](const ast::Binary& node) { return node.op == ast::BinaryOp::And || node.op == ast::BinaryOp::Or ? logic(node) : all(expr); },
                          [&](const ast::Compare& node) { return compare(node); },
                          [&](const ast::Concat&) { return all(expr); },
                          [&](const ast::Conditional& node) { return conditional(node); },
                      },
                      expr.node);
  }

  /// Of a constant; nothing where an operation fails.
  [[nodiscard]] std::optional<Value> value(const ast::Expr& expr) const {
    if (const auto* literal = std::get_if<ast::Constant>(&expr.node)) return literal->value;
    return options_.compute ? options_.compute(sources_, expr) : std::nullopt;
  }

 private:
  [[nodiscard]] Folding all(const ast::Expr& expr) const {
    Folding folding = Folding::Constant;
    ast::for_each_child(expr, [&](const ast::Expr& part) {
      if (folding == Folding::Constant) folding = this->expr(part);
    });
    return folding;
  }

  [[nodiscard]] Folding dict(const ast::DictExpr& node) const {
    for (const auto& [key, value] : node.items) {
      for (const ast::Expr* part : {&key, &value}) {
        if (const Folding own = expr(*part); own != Folding::Constant) return own;
      }
      if (is_unhashable(key)) return Folding::Refused;
    }
    return Folding::Constant;
  }

  /// Where Jinja2 takes any error for "not a constant".
  static Folding caught(Folding folding) { return folding == Folding::Constant ? folding : Folding::Open; }

  [[nodiscard]] bool is_computed(const ast::Filter& node) const {
    const bool looks_at_context = node.name == "map" || node.name.starts_with("select") || node.name.starts_with("reject");
    return node.operand && !looks_at_context && (!options_.find_filter || node.builtin != nullptr);
  }

  [[nodiscard]] std::optional<bool> truth(const ast::Expr& constant) const {
    const std::optional<Value> known = value(constant);
    return known ? std::optional{truth_of(*known)} : std::nullopt;
  }

  [[nodiscard]] Folding logic(const ast::Binary& node) const {
    if (const Folding left = expr(*node.left); left != Folding::Constant) return left;
    const std::optional<bool> left = truth(*node.left);
    if (!left) return Folding::Open;
    return *left == (node.op == ast::BinaryOp::Or) ? Folding::Constant : expr(*node.right);
  }

  [[nodiscard]] Folding conditional(const ast::Conditional& node) const {
    if (const Folding condition = expr(*node.condition); condition != Folding::Constant) return condition;
    const std::optional<bool> condition = truth(*node.condition);
    if (!condition) return Folding::Open;
    if (*condition) return expr(*node.then);
    return node.otherwise ? expr(*node.otherwise) : Folding::Open;
  }

  /// Behind a comparison that does not hold, nothing is looked at.
  [[nodiscard]] Folding compare(const ast::Compare& node) const {
    if (const Folding first = expr(*node.first); first != Folding::Constant) return first;
    const auto is_open = [this](const ast::Comparison& link) { return expr(link.operand) != Folding::Constant; };
    const auto open = std::find_if(node.rest.begin(), node.rest.end(), is_open);
    if (open == node.rest.end()) return Folding::Constant;
    std::optional<Value> left = value(*node.first);
    for (auto link = node.rest.begin(); link != open; ++link) {
      std::optional<Value> right = value(link->operand);
      if (!left || !right) return Folding::Open;
      const std::optional<bool> held = holds(link->op, *left, *right);
      if (!held) return Folding::Open;
      if (!*held) return Folding::Constant;
      left = std::move(right);
    }
    return Folding::Open;
  }

  [[nodiscard]] std::optional<bool> holds(ast::CompareOp op, const Value& left, const Value& right) const {
    ast::Compare link;
    link.first = std::make_unique<ast::Expr>(ast::Expr{{}, 0, ast::Constant{left}});
    link.rest.push_back({op, ast::Expr{{}, 0, ast::Constant{right}}});
    return truth(ast::Expr{{}, 0, std::move(link)});
  }

  Sources& sources_;
  const ParseOptions& options_;
};

}  // namespace

Folding fold(Sources& sources, const ast::Expr& expr, const ParseOptions& options) { return Folder{sources, options}.expr(expr); }

bool is_replaced(Sources& sources, const ast::Expr& expr, const ParseOptions& options) {
  const Folder folder{sources, options};
  if (folder.expr(expr) != Folding::Constant) return false;
  const std::optional<Value> value = folder.value(expr);
  return value && !value->is<Undefined>();
}

}  // namespace hookc
