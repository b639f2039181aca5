#include "compiler/ast/undeclared.h"

#include "compiler/ast/children.h"

namespace hookc::ast {
namespace {

class Search {
 public:
  explicit Search(std::set<std::string_view> names) : wanted_(names.size()), names_(std::move(names)) {}

  void body(const Body& statements) {
    for (const Stmt& stmt : statements) {
      if (found_.size() == wanted_) return;
      statement(stmt);
    }
  }
  [[nodiscard]] const std::set<std::string_view>& found() const { return found_; }

 private:
  void statement(const Stmt& stmt) {
    if (std::holds_alternative<Block>(stmt.node)) return;
    if (const auto* macro = std::get_if<MacroStmt>(&stmt.node)) parameters(*macro->callable);
    if (const auto* block = std::get_if<DbtBlock>(&stmt.node)) parameters(*block->callable);
    if (const auto* call = std::get_if<CallBlock>(&stmt.node)) {  // its call is looked at before its parameters
      expr(call->call);
      parameters(*call->caller);
    }
    for_each_assigned(stmt, [this](const Target& assigned) {
      if (const auto* name = std::get_if<NameTarget>(&assigned.node)) names_.erase(name->name);
    });
    for_each_child(stmt, [this](const Expr& part) { expr(part); }, [this](const Body& inner) { body(inner); });
  }
  void parameters(const Callable& callable) {
    for (const Parameter& parameter : callable.parameters) names_.erase(parameter.name);
  }
  void expr(const Expr& node) {
    if (const auto* name = std::get_if<Name>(&node.node); name != nullptr && names_.contains(name->name)) found_.insert(*names_.find(name->name));
    for_each_child(node, [this](const Expr& part) { expr(part); });
  }

  std::size_t wanted_;
  std::set<std::string_view> names_;
  std::set<std::string_view> found_;
};

}  // namespace

std::set<std::string_view> undeclared_names(const Body& body, std::set<std::string_view> names) {
  Search search{std::move(names)};
  search.body(body);
  return search.found();
}

}  // namespace hookc::ast
