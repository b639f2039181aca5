#include "compiler/parse/check.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/ast/children.h"
#include "compiler/parse/builder.h"
#include "compiler/parse/errors.h"

namespace hookc {
namespace {

/// Where a node stands, as far as Jinja's compiler cares.
struct Place {
  bool is_top_level = false;  // the root and the branches of its `if`s
  bool is_soft = false;       // in a branch: unknown filters and tests are left to run time
  bool in_loop = false;       // `break` would leave a loop
  bool under_loop = false;    // the name `loop` must not be assigned to
};

class Check {
 public:
  Check(const ast::Template& tmpl, const Sources& sources, const ParseOptions& options) : tmpl_(tmpl), bytes_(sources.text(tmpl.source).view()), options_(options) {}

  void run() {
    blocks(tmpl_.body);
    body(tmpl_.body, Place{.is_top_level = true});
  }

 private:
  [[noreturn]] void refuse(std::string_view error_class, std::string message, Span span, std::uint32_t line, std::string help = {}) const {
    Diagnostic diagnostic;
    diagnostic.error_class = error_class;
    diagnostic.message = std::move(message);
    diagnostic.span = span;
    diagnostic.template_line = line;
    diagnostic.help = std::move(help);
    throw Refusal{std::move(diagnostic)};
  }
  [[noreturn]] void refuse_assertion(std::string message, Span span, std::uint32_t line, std::string help = {}) const {
    refuse("TemplateAssertionError", std::move(message), span, line, std::move(help));
  }
  static std::string help_for(const std::function<std::string(std::string_view)>& help, std::string_view name) { return help ? help(name) : std::string{}; }
  [[nodiscard]] std::uint32_t line_of(Span span) const {
    return 1 + static_cast<std::uint32_t>(std::count(bytes_.begin(), bytes_.begin() + span.begin, '\n'));
  }

  void blocks(const ast::Body& statements) {
    for (const ast::Stmt& stmt : statements) {
      if (const auto* block = stmt.get_if<ast::Block>(); block != nullptr && !blocks_.insert(block->name).second) {
        refuse_assertion(fmt::format("block {} defined twice", in_quotes(block->name)), stmt.span, stmt.line);
      }
      ast::for_each_child(stmt, [](const ast::Expr&) {}, [&](const ast::Body& inner) { blocks(inner); });
    }
  }

  void body(const ast::Body& statements, Place place) {
    for (const ast::Stmt& stmt : statements) statement(stmt, place);
  }

  void statement(const ast::Stmt& stmt, Place place) {
    if (const auto* branch = stmt.get_if<ast::If>()) return branches(*branch, place);
    if (const auto* loop = stmt.get_if<ast::For>()) return for_loop(*loop, place);
    if (const auto* jump = stmt.get_if<ast::Jump>()) return jump_to(*jump, stmt, place);
    if (stmt.is<ast::Extends>() && !place.is_top_level) {
      refuse_assertion("cannot use extend from a non top-level scope", stmt.span, stmt.line);
    }
    if (const auto* macro = stmt.get_if<ast::MacroStmt>()) callable(*macro->callable, stmt.line);
    if (const auto* call = stmt.get_if<ast::CallBlock>()) callable(*call->caller, stmt.line);
    if (const auto* test = stmt.get_if<ast::DbtBlock>()) callable(*test->callable, stmt.line);

    const bool has_own_function = stmt.is<ast::MacroStmt>() || stmt.is<ast::CallBlock>() ||
                                  stmt.is<ast::DbtBlock>() || stmt.is<ast::Block>();
    const Place inside{.in_loop = place.in_loop && !has_own_function, .under_loop = place.under_loop};
    if (place.under_loop) ast::for_each_assigned(stmt, [&](const ast::Target& assigned) { refuse_loop(assigned); });
    ast::for_each_child(stmt, [&](const ast::Expr& part) { expr(part, place.is_soft); }, [&](const ast::Body& part) { body(part, inside); });
  }

  void branches(const ast::If& node, Place place) {
    place.is_soft = true;
    for (const auto& [condition, branch] : node.branches) {
      expr(condition, true);
      body(branch, place);
    }
    body(node.otherwise, place);
  }

  void for_loop(const ast::For& node, Place place) {
    Place inside{.in_loop = true, .under_loop = true};
    ast::for_each_assigned(node.target, [&](const ast::Target& assigned) { refuse_loop(assigned); });
    expr(node.iterable, place.is_soft);
    if (node.condition) expr(*node.condition, false);
    body(node.body, inside);
    inside.in_loop = place.in_loop && !node.recursive;
    body(node.otherwise, inside);
  }

  void jump_to(const ast::Jump& node, const ast::Stmt& stmt, Place place) const {
    if (place.in_loop) return;
    refuse("TemplateSyntaxError", fmt::format("'{}' outside loop", node.is_break ? "break" : "continue"), stmt.span, stmt.line);
  }

  void refuse_loop(const ast::Target& assigned) const {
    const auto* name = std::get_if<ast::NameTarget>(&assigned.node);
    if (name == nullptr || name->name != "loop") return;
    refuse_assertion("Can't assign to special loop variable in for-loop target", assigned.span, line_of(assigned.span));
  }

  void callable(const ast::Callable& node, std::uint32_t line) const {
    std::set<std::string_view> names;
    for (const ast::Parameter& parameter : node.parameters) {
      if (!names.insert(parameter.name).second) {
        refuse("TemplateSyntaxError", fmt::format("duplicate argument '{}' in the definition", parameter.name), parameter.span, line_of(parameter.span));
      }
      if (parameter.name == "caller" && node.uses_caller && !parameter.default_value) {
        refuse_assertion("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", parameter.span, line);
      }
    }
  }

  void arguments(const std::vector<ast::Argument>& list) const {
    std::set<std::string_view> names;
    for (const ast::Argument& argument : list) {
      if (argument.kind != ast::Argument::Kind::Keyword || names.insert(argument.name).second) continue;
      refuse("TemplateSyntaxError", fmt::format("keyword argument repeated: {}", argument.name), argument.value->span, argument.value->line);
    }
  }

  void expr(const ast::Expr& node, bool is_soft) const {
    if (const auto* filter = std::get_if<ast::Filter>(&node.node)) {
      if (!is_soft && options_.knows_filter && !options_.knows_filter(filter->name)) {
        refuse_assertion(fmt::format("No filter named {}.", in_quotes(filter->name)), filter->name_span, node.line, help_for(options_.filter_help, filter->name));
      }
      arguments(filter->arguments);
    } else if (const auto* test = std::get_if<ast::Test>(&node.node)) {
      if (!is_soft && options_.knows_test && !options_.knows_test(test->name)) {
        refuse_assertion(fmt::format("No test named {}.", in_quotes(test->name)), test->name_span, node.line, help_for(options_.test_help, test->name));
      }
      arguments(test->arguments);
    } else if (const auto* call = std::get_if<ast::Call>(&node.node)) {
      arguments(call->arguments);
    }
    const bool is_branch = std::holds_alternative<ast::Conditional>(node.node);
    ast::for_each_child(node, [&](const ast::Expr& part) { expr(part, is_soft || is_branch); });
  }

  const ast::Template& tmpl_;
  std::string_view bytes_;
  const ParseOptions& options_;
  std::set<std::string_view> blocks_;
};

}  // namespace

void check_template(const ast::Template& tmpl, const Sources& sources, const ParseOptions& options) { Check{tmpl, sources, options}.run(); }

}  // namespace hookc
