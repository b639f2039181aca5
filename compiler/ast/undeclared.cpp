#include "compiler/ast/undeclared.h"

#include "compiler/ast/children.h"

namespace hookc::ast {
namespace {

class Search {
 public:
  explicit Search(const SpecialNames& names) : names_(names) {}

  void body(const Body& statements) {
    for (const Stmt& stmt : statements) {
      if (names_.are_settled()) return;
      statement(stmt);
    }
  }
  [[nodiscard]] const SpecialNames& names() const { return names_; }

 private:
  void statement(const Stmt& stmt) {
    if (stmt.is<Block>()) return;
    if (const auto* macro = stmt.get_if<MacroStmt>()) parameters(*macro->callable);
    if (const auto* block = stmt.get_if<DbtBlock>()) parameters(*block->callable);
    if (const auto* call = stmt.get_if<CallBlock>()) {  // its call is looked at before its parameters
      expr(call->call);
      parameters(*call->caller);
    }
    for_each_assigned(stmt, [this](const Target& assigned) {
      if (const auto* name = std::get_if<NameTarget>(&assigned.node)) names_.declare(name->id);
    });
    for_each_child(stmt, [this](const Expr& part) { expr(part); }, [this](const Body& inner) { body(inner); });
  }
  void parameters(const Callable& callable) {
    for (const Parameter& parameter : callable.parameters) names_.declare(parameter.id);
  }
  void expr(const Expr& node) {
    if (const auto* name = std::get_if<Name>(&node.node); name != nullptr) names_.mention(name->id);
    for_each_child(node, [this](const Expr& part) { expr(part); });
  }

  SpecialNames names_;
};

}  // namespace

SpecialNames undeclared_names(const Body& body, SpecialNames names) {
  Search search{names};
  search.body(body);
  return search.names();
}

}  // namespace hookc::ast
