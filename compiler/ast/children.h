// for_each_child: the expressions and bodies directly below a node, in the order of the source; for_each_assigned: what is stored. What walks the tree is built on it.
#pragma once

#include <functional>

#include "compiler/ast/ast.h"
#include "compiler/base/overloaded.h"

namespace hookc::ast {

template <class OnExpr>
void for_each_child(const Expr& expr, OnExpr&& on_expr) {
  const auto maybe = [&](const ExprPtr& child) {
    if (child) on_expr(*child);
  };
  const auto arguments = [&](const std::vector<Argument>& all) {
    for (const Argument& argument : all) maybe(argument.value);
  };
  std::visit(overloaded{
                 [](const Constant&) {},
                 [](const Name&) {},
                 [&](const ListExpr& node) { for (const Expr& item : node.items) on_expr(item); },
                 [&](const DictExpr& node) { for (const auto& [key, value] : node.items) { on_expr(key); on_expr(value); } },
                 [&](const Attribute& node) { maybe(node.object); },
                 [&](const Subscript& node) { maybe(node.object); maybe(node.index); },
                 [&](const Slice& node) { maybe(node.start); maybe(node.stop); maybe(node.step); },
                 [&](const Call& node) { maybe(node.callee); arguments(node.arguments); },
                 [&](const Filter& node) { maybe(node.operand); arguments(node.arguments); },
                 [&](const Test& node) { maybe(node.operand); arguments(node.arguments); },
                 [&](const Unary& node) { maybe(node.operand); },
                 [&](const Binary& node) { maybe(node.left); maybe(node.right); },
                 [&](const Compare& node) { maybe(node.first); for (const auto& [op, operand] : node.rest) on_expr(operand); },
                 [&](const Concat& node) { for (const Expr& part : node.parts) on_expr(part); },
                 [&](const Conditional& node) { maybe(node.condition); maybe(node.then); maybe(node.otherwise); },
             },
             expr.node);
}

template <class OnExpr, class OnBody>
void for_each_child(const Stmt& stmt, OnExpr&& on_expr, OnBody&& on_body) {
  const auto callable = [&](const CallablePtr& inner) {
    for (const Parameter& parameter : inner->parameters) {
      if (parameter.default_value) on_expr(*parameter.default_value);
    }
    on_body(inner->body);
  };
  std::visit(overloaded{
                 [](const Data&) {},
                 [&](const Print& node) { for (const Expr& expr : node.exprs()) on_expr(expr); },
                 [&](const If& node) {
                   for (const auto& [condition, body] : node.branches) { on_expr(condition); on_body(body); }
                   on_body(node.otherwise);
                 },
                 [&](const For& node) {
                   on_expr(node.iterable);
                   if (node.condition) on_expr(*node.condition);
                   on_body(node.body);
                   on_body(node.otherwise);
                 },
                 [&](const Set& node) { on_expr(node.value); },
                 [&](const SetBlock& node) { for (const Expr& filter : node.filters) on_expr(filter); on_body(node.body); },
                 [&](const MacroStmt& node) { callable(node.callable); },
                 [&](const CallBlock& node) { on_expr(node.call); callable(node.caller); },
                 [&](const Do& node) { on_expr(node.value); },
                 [&](const FilterBlock& node) { for (const Expr& filter : node.filters) on_expr(filter); on_body(node.body); },
                 [&](const With& node) { for (const auto& [target, value] : node.assignments) on_expr(value); on_body(node.body); },
                 [&](const Include& node) { on_expr(node.name); },
                 [&](const Import& node) { on_expr(node.name); },
                 [&](const FromImport& node) { on_expr(node.name); },
                 [&](const Extends& node) { on_expr(node.name); },
                 [&](const Block& node) { on_body(node.body); },
                 [&](const Autoescape& node) { on_expr(node.enabled); on_body(node.body); },
                 [](const Jump&) {},
                 [&](const DbtBlock& node) { callable(node.callable); },
             },
             stmt.node);
}

/// Calls `on_target(const Target&)` for each name and attribute that a target assigns to.
template <class OnTarget>
void for_each_assigned(const Target& target, OnTarget&& on_target) {
  if (const auto* tuple = std::get_if<TupleTarget>(&target.node)) {
    for (const Target& item : tuple->items) for_each_assigned(item, on_target);
  } else {
    on_target(target);
  }
}

/// What `set`, `for` and `with` assign to; macros and imports bind their names in another way.
template <class OnTarget>
void for_each_assigned(const Stmt& stmt, OnTarget&& on_target) {
  if (const auto* set = stmt.get_if<Set>()) for_each_assigned(set->target, on_target);
  if (const auto* block = stmt.get_if<SetBlock>()) for_each_assigned(block->target, on_target);
  if (const auto* loop = stmt.get_if<For>()) for_each_assigned(loop->target, on_target);
  if (const auto* with = stmt.get_if<With>()) {
    for (const auto& [target, value] : with->assignments) for_each_assigned(target, on_target);
  }
}

/// Every expression below, outermost first. Depth is bounded by the parser.
template <class Visit>
void walk(const Expr& expr, Visit&& visit) {
  visit(expr);
  for_each_child(expr, [&](const Expr& child) { walk(child, visit); });
}

template <class Visit>
void walk(const Body& body, Visit&& visit) {
  for (const Stmt& stmt : body) {
    for_each_child(stmt, [&](const Expr& expr) { walk(expr, visit); }, [&](const Body& inner) { walk(inner, visit); });
  }
}

/// Every statement below, outermost first.
template <class Visit>
void walk_statements(const Body& body, Visit&& visit) {
  for (const Stmt& stmt : body) {
    visit(stmt);
    for_each_child(stmt, [](const Expr&) {}, [&](const Body& inner) { walk_statements(inner, visit); });
  }
}

}  // namespace hookc::ast
