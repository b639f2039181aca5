#include "compiler/parse/lines.h"

#include "compiler/base/overloaded.h"
#include "compiler/parse/fold.h"

namespace hookc {
namespace {

/// Walks statements in the order in which their code is written.
class Lines {
 public:
  Lines(Sources& sources, const ParseOptions& options) : sources_(sources), options_(options) {}

  void body(ast::Body& statements) {
    for (ast::Stmt& stmt : statements) statement(stmt);
  }

 private:
  void statement(ast::Stmt& stmt) {
    const std::uint32_t own = stmt.line;
    std::visit(overloaded{[](ast::Data&) {},
                          [&](ast::Print& node) {
                            for (const ast::Expr& expr : node.exprs()) {
                              // what is computed while compiling is printed without a line
                              if (fold(sources_, expr, options_) != Folding::Constant) last_ = expr.line;
                            }
                          },
                          [&](ast::If& node) { branches(node, own); },
                          [&](ast::For& node) { loop(node, own); },
                          [&](ast::Set& node) {
                            node.check_line = last_;
                            last_ = own;
                          },
                          [&](ast::SetBlock& node) { inside(node.body, own); },
                          [&](ast::MacroStmt& node) { callable(node.callable, own); },
                          [&](ast::CallBlock& node) {
                            callable(node.caller, own);
                            last_ = own;
                          },
                          [&](ast::Do&) { last_ = own; },
                          [&](ast::FilterBlock& node) { inside(node.body, own); },
                          [&](ast::With& node) {
                            stmt.line = last_;
                            body(node.body);
                          },
                          [&](ast::Include&) { last_ = own; }, [&](ast::Import&) { last_ = own; }, [&](ast::FromImport&) { last_ = own; }, [&](ast::Extends&) { last_ = own; },
                          [&](ast::Block& node) {
                            last_ = own;
                            body(node.body);
                            last_ = own;
                          },
                          [&](ast::Autoescape& node) { body(node.body); }, [&](ast::Jump&) { last_ = own; },
                          [&](ast::DbtBlock& node) {
                            if (node.callable) callable(node.callable, own);
                          }},
               stmt.node);
  }

  /// The code of such a block ends with a line of its own.
  void inside(ast::Body& statements, std::uint32_t own) {
    body(statements);
    last_ = own;
  }

  void branches(ast::If& node, std::uint32_t own) {
    for (std::size_t i = 0; i < node.branches.size(); ++i) {
      last_ = i < node.lines.size() ? node.lines[i] : own;
      body(node.branches[i].second);
    }
    body(node.otherwise);
  }

  void loop(ast::For& node, std::uint32_t own) {
    last_ = own;
    body(node.body);
    body(node.otherwise);
    node.end_line = last_;
    if (node.recursive) last_ = own;
  }

  /// The builder has made it, and nobody else has seen it yet.
  void callable(const ast::CallablePtr& shared, std::uint32_t own) {
    last_ = own;
    auto& made = const_cast<ast::Callable&>(*shared);
    body(made.body);
    made.end_line = last_;
  }

  Sources& sources_;
  const ParseOptions& options_;
  std::uint32_t last_ = 1;
};

}  // namespace

void settle_lines(ast::Template& tmpl, Sources& sources, const ParseOptions& options) { Lines{sources, options}.body(tmpl.body); }

}  // namespace hookc
