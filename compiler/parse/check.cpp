#include "compiler/parse/check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/ast/children.h"
#include "compiler/parse/builder.h"
#include "compiler/parse/errors.h"
#include "compiler/parse/fold.h"

namespace hookc {
namespace {

/// Sorted.
constexpr std::array<std::string_view, 35> kPythonWords{"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
                                              "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
                                              "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"};

/// Where a node stands, as far as Jinja's compiler cares.
struct Place {
  bool is_top_level = false;  // the root and the branches of its `if`s
  bool is_soft = false;       // in a branch: unknown filters and tests are left to run time
  bool in_loop = false;       // `break` would leave a loop
  bool under_loop = false;    // the name `loop` must not be assigned to
  bool prints_to_root = false;  // what is printed is part of the template's own output
};

class Check {
 public:
  Check(const ast::Template& tmpl, Sources& sources, const ParseOptions& options)
      : tmpl_(tmpl), sources_(sources), bytes_(sources.text(tmpl.source).view()), options_(options) {}

  void run() {
    blocks(tmpl_.body);
    body(tmpl_.body, Place{.is_top_level = true, .prints_to_root = true});
    if (python_refuses_) throw Refusal{std::move(*python_refuses_)};
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
  /// Jinja2 generates code that Python then refuses, so that whatever Jinja2 itself finds comes first.
  void refuse_in_python(std::string message, Span span) {
    if (python_refuses_) return;
    python_refuses_.emplace();
    python_refuses_->error_class = "SyntaxError";
    python_refuses_->message = std::move(message);
    python_refuses_->span = span;
    python_refuses_->template_line = kNoTemplateLine;
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
    if (const auto* call = stmt.get_if<ast::CallBlock>()) {
      callable(*call->caller, stmt.line);
      arguments(std::get<ast::Call>(call->call.node).arguments, "caller");
    }
    if (const auto* print = stmt.get_if<ast::Print>()) {
      // Jinja2 leaves out what a template prints itself that extends another
      if (!is_extended_ || !place.prints_to_root) print_all(*print, place.is_soft);
      return;
    }
    if (const auto* test = stmt.get_if<ast::DbtBlock>()) callable(*test->callable, stmt.line);

    const bool has_own_function = stmt.is<ast::MacroStmt>() || stmt.is<ast::CallBlock>() ||
                                  stmt.is<ast::DbtBlock>() || stmt.is<ast::Block>();
    const Place inside{.in_loop = place.in_loop && !has_own_function,
                       .under_loop = place.under_loop,
                       .prints_to_root = place.prints_to_root && !has_own_function && !stmt.is<ast::SetBlock>()};
    if (place.under_loop) ast::for_each_assigned(stmt, [&](const ast::Target& assigned) { refuse_loop(assigned); });
    // a filter of a block is applied in a function of its own, which no branch surrounds
    const bool is_soft = place.is_soft && !stmt.is<ast::FilterBlock>() && !stmt.is<ast::SetBlock>();
    ast::for_each_child(stmt, [&](const ast::Expr& part) { expr(part, is_soft, false); }, [&](const ast::Body& part) { body(part, inside); });
    if (stmt.is<ast::Extends>() && !place.is_soft) is_extended_ = true;
  }

  /// What is printed is computed as a whole where that is possible, so that what `or` and its kin leave out is never looked at.
  void print_all(const ast::Print& node, bool is_soft) {
    for (const ast::Expr& part : node.exprs()) {
      if (fold(sources_, part, options_) != Folding::Constant) expr(part, is_soft, false);
    }
  }

  void branches(const ast::If& node, Place place) {
    place.is_soft = true;
    for (const auto& [condition, branch] : node.branches) {
      expr(condition, true, false);
      body(branch, place);
    }
    body(node.otherwise, place);
  }

  void for_loop(const ast::For& node, Place place) {
    Place inside{.in_loop = true, .under_loop = true, .prints_to_root = place.prints_to_root};
    ast::for_each_assigned(node.target, [&](const ast::Target& assigned) { refuse_loop(assigned); });
    expr(node.iterable, place.is_soft, false);
    if (node.condition) expr(*node.condition, false, false);
    body(node.body, inside);
    inside.in_loop = place.in_loop && !node.recursive;
    body(node.otherwise, inside);
  }

  void jump_to(const ast::Jump& node, const ast::Stmt& stmt, Place place) {
    if (place.in_loop) return;
    refuse_in_python(fmt::format("'{}' outside loop", node.is_break ? "break" : "continue"), stmt.span);
  }

  void refuse_loop(const ast::Target& assigned) const {
    const auto* name = std::get_if<ast::NameTarget>(&assigned.node);
    if (name == nullptr || name->name != "loop") return;
    refuse_assertion("Can't assign to special loop variable in for-loop target", assigned.span, line_of(assigned.span));
  }

  void callable(const ast::Callable& node, std::uint32_t line) {
    std::set<std::string_view> names;
    for (const ast::Parameter& parameter : node.parameters) {
      if (!names.insert(parameter.name).second) {
        refuse_in_python(fmt::format("duplicate argument '{}' in the definition", parameter.name), parameter.span);
      }
      if (parameter.name == "caller" && node.uses_caller && !parameter.default_value) {
        refuse_assertion("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", parameter.span, line);
      }
    }
  }

  /// `implied` is the name of an argument that Jinja2 adds.
  void arguments(const std::vector<ast::Argument>& list, std::string_view implied = {}) {
    std::set<std::string_view> names;
    if (!implied.empty()) names.insert(implied);
    for (const ast::Argument& argument : list) {
      if (argument.kind != ast::Argument::Kind::Keyword || names.insert(argument.name).second) continue;
      // with a word of Python among the names, Jinja2 passes all of them in a dict, where the last of a name counts
      const auto is_python_word = [](const ast::Argument& other) {
        return other.kind == ast::Argument::Kind::Keyword && std::binary_search(kPythonWords.begin(), kPythonWords.end(), other.name);
      };
      if (std::any_of(list.begin(), list.end(), is_python_word)) return;
      refuse_in_python(fmt::format("keyword argument repeated: {}", argument.name), argument.value->span);
    }
  }

  static bool leaves_out(const ast::Expr& node) {
    const auto* binary = std::get_if<ast::Binary>(&node.node);
    if (const auto* compare = std::get_if<ast::Compare>(&node.node)) return compare->rest.size() > 1;
    return std::holds_alternative<ast::Conditional>(node.node) || (binary != nullptr && (binary->op == ast::BinaryOp::And || binary->op == ast::BinaryOp::Or));
  }

  /// Of what is left out, dicts are computed nevertheless.
  void keys_in(const ast::Expr& node) const {
    if (std::holds_alternative<ast::DictExpr>(node.node) && fold(sources_, node, options_) == Folding::Refused) refuse_key(node);
    ast::for_each_child(node, [this](const ast::Expr& part) { keys_in(part); });
  }

  [[noreturn]] void refuse_key(const ast::Expr& node) const { refuse("TypeError", "a key of this dict is unhashable", node.span, kNoTemplateLine); }

  /// `is_optimized`: below an operation, all of whose constant parts Jinja2 computes while it compiles.
  void expr(const ast::Expr& node, bool is_soft, bool is_optimized) {
    const bool is_dict = std::holds_alternative<ast::DictExpr>(node.node);
    if (is_dict && is_optimized && fold(sources_, node, options_) == Folding::Refused) refuse_key(node);
    if (leaves_out(node) && is_replaced(sources_, node, options_)) return keys_in(node);
    if (const auto* filter = std::get_if<ast::Filter>(&node.node)) {
      if (!is_soft && options_.find_filter && filter->builtin == nullptr) {
        refuse_assertion(fmt::format("No filter named {}.", in_quotes(filter->name)), filter->name_span, node.line, help_for(options_.filter_help, filter->name));
      }
      arguments(filter->arguments);
    } else if (const auto* test = std::get_if<ast::Test>(&node.node)) {
      if (!is_soft && options_.find_test && test->builtin == nullptr) {
        refuse_assertion(fmt::format("No test named {}.", in_quotes(test->name)), test->name_span, node.line, help_for(options_.test_help, test->name));
      }
      arguments(test->arguments);
    } else if (const auto* call = std::get_if<ast::Call>(&node.node)) {
      arguments(call->arguments);
    }
    const bool is_branch = std::holds_alternative<ast::Conditional>(node.node);
    const bool is_operation = !is_dict && !std::holds_alternative<ast::ListExpr>(node.node) && !std::holds_alternative<ast::Slice>(node.node);
    ast::for_each_child(node, [&](const ast::Expr& part) { expr(part, is_soft || is_branch, is_optimized || is_operation); });
  }

  const ast::Template& tmpl_;
  Sources& sources_;
  std::string_view bytes_;
  const ParseOptions& options_;
  std::set<std::string_view> blocks_;
  std::optional<Diagnostic> python_refuses_;
  bool is_extended_ = false;
};

}  // namespace

void check_template(const ast::Template& tmpl, Sources& sources, const ParseOptions& options) { Check{tmpl, sources, options}.run(); }

}  // namespace hookc
