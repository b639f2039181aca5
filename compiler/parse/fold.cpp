#include "compiler/parse/fold.h"

#include <algorithm>

#include "compiler/ast/children.h"
#include "compiler/base/overloaded.h"
#include "compiler/value/operators.h"

namespace hookc {
namespace {

constexpr Folded kOpen{Folding::Open, std::nullopt};
constexpr Folded kComputed{Folding::Constant, std::nullopt};

bool is_unhashable(const ast::Expr& key) {
  if (std::holds_alternative<ast::DictExpr>(key.node)) return true;
  const auto* list = std::get_if<ast::ListExpr>(&key.node);
  return list != nullptr && (!list->is_tuple || std::any_of(list->items.begin(), list->items.end(), is_unhashable));
}

class Folder {
 public:
  explicit Folder(const ParseOptions& options) : options_(options) {}

  [[nodiscard]] Folded expr(const ast::Expr& expr) const {
    return std::visit(overloaded{
                          [](const ast::Constant& node) -> Folded { return {Folding::Constant, truth_of(node.value)}; },
                          [](const ast::Name&) { return kOpen; },
                          [](const ast::Call&) { return kOpen; },
                          [&](const ast::ListExpr& node) { return all(expr, !node.items.empty()); },
                          [&](const ast::DictExpr& node) { return dict(node); },
                          [&](const ast::Attribute& node) { return caught(this->expr(*node.object)); },
                          [&](const ast::Subscript&) { return caught(all(expr, std::nullopt)); },
                          [&](const ast::Slice&) { return all(expr, std::nullopt); },
                          [&](const ast::Filter& node) { return is_computed(node) ? all(expr, std::nullopt) : kOpen; },
                          [&](const ast::Test& node) { return options_.knows_test && !options_.knows_test(node.name) ? kOpen : all(expr, std::nullopt); },
                          [&](const ast::Unary& node) { return unary(node); },
                          [&](const ast::Binary& node) {
                            return node.op == ast::BinaryOp::And || node.op == ast::BinaryOp::Or ? logic(node) : all(expr, std::nullopt);
                          },
                          [&](const ast::Compare& node) { return compare(node); },
                          [&](const ast::Concat&) { return all(expr, std::nullopt); },
                          [&](const ast::Conditional& node) { return conditional(node); },
                      },
                      expr.node);
  }

 private:
  [[nodiscard]] Folded all(const ast::Expr& expr, std::optional<bool> truth) const {
    Folded folded{Folding::Constant, truth};
    ast::for_each_child(expr, [&](const ast::Expr& part) {
      if (folded.folding != Folding::Constant) return;
      if (const Folded own = this->expr(part); own.folding != Folding::Constant) folded = own;
    });
    return folded;
  }

  [[nodiscard]] Folded dict(const ast::DictExpr& node) const {
    for (const auto& [key, value] : node.items) {
      for (const ast::Expr* part : {&key, &value}) {
        if (const Folded own = expr(*part); own.folding != Folding::Constant) return own;
      }
      if (is_unhashable(key)) return {Folding::Refused, std::nullopt};
    }
    return {Folding::Constant, !node.items.empty()};
  }

  /// Where Jinja2 takes any error for "not a constant".
  static Folded caught(Folded folded) { return folded.folding == Folding::Constant ? kComputed : kOpen; }

  [[nodiscard]] bool is_computed(const ast::Filter& node) const {
    const bool looks_at_context = node.name == "map" || node.name.starts_with("select") || node.name.starts_with("reject");
    return node.operand && !looks_at_context && (!options_.knows_filter || options_.knows_filter(node.name));
  }

  [[nodiscard]] Folded unary(const ast::Unary& node) const {
    Folded operand = expr(*node.operand);
    if (node.op != ast::UnaryOp::Not) operand.truth.reset();
    if (operand.truth) operand.truth = !*operand.truth;
    return operand;
  }

  [[nodiscard]] Folded logic(const ast::Binary& node) const {
    const Folded left = expr(*node.left);
    if (left.folding != Folding::Constant || left.truth == (node.op == ast::BinaryOp::Or)) return left;
    const Folded right = expr(*node.right);
    return right.folding == Folding::Constant && !left.truth ? kComputed : right;
  }

  [[nodiscard]] Folded conditional(const ast::Conditional& node) const {
    const Folded condition = expr(*node.condition);
    if (condition.folding != Folding::Constant) return condition;
    if (condition.truth.value_or(true)) {
      const Folded then = expr(*node.then);
      if (condition.truth || then.folding != Folding::Constant) return then;
    }
    const Folded otherwise = node.otherwise ? expr(*node.otherwise) : kOpen;
    return otherwise.folding == Folding::Constant && !condition.truth ? kComputed : otherwise;
  }

  [[nodiscard]] Folded compare(const ast::Compare& node) const {
    const Folded first = this->expr(*node.first);
    if (first.folding != Folding::Constant) return first;
    const ast::Expr* left = node.first.get();
    for (const auto& [op, operand] : node.rest) {
      // behind a comparison that fails, nothing is looked at
      const auto* one = std::get_if<ast::Constant>(&left->node);
      const auto* other = std::get_if<ast::Constant>(&operand.node);
      const bool is_known = one != nullptr && other != nullptr && (op == ast::CompareOp::Equal || op == ast::CompareOp::NotEqual);
      if (is_known && is_equal(one->value, other->value) != (op == ast::CompareOp::Equal)) return {Folding::Constant, false};
      if (this->expr(operand).folding != Folding::Constant) return kOpen;
      left = &operand;
    }
    return kComputed;
  }

  const ParseOptions& options_;
};

}  // namespace

Folded fold(const ast::Expr& expr, const ParseOptions& options) { return Folder{options}.expr(expr); }

}  // namespace hookc
