#include <fmt/format.h>

#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"
#include "compiler/parse/parse.h"

namespace hookc {

namespace {

/// Names that have another value, or none, while dbt parses.
constexpr std::string_view kChangesUntilRun[] = {"this",    "ref",    "source",  "execute",         "run_query",     "statement", "load_result", "results",       "graph", "adapter",
                                                 "model",   "schema", "database", "is_incremental", "should_full_refresh", "invocation_id", "run_started_at", "schemas", "selected_resources", "sql", "thread_id"};
/// What only says when a hook runs: its argument is a hook's text.
constexpr std::string_view kHelpers[] = {"before_begin", "after_commit", "in_transaction", "make_hook_config"};

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// The first name in the expression that makes it another one at run time.
const ast::Expr* guilty_part(const Project& project, const ast::Expr& expr) {
  const ast::Expr* guilty = nullptr;
  ast::walk(expr, [&](const ast::Expr& part) {
    if (guilty != nullptr) return;
    if (const auto* name = std::get_if<ast::Name>(&part.node)) {
      if (is_one_of(name->name, kChangesUntilRun)) guilty = &part;
      return;
    }
    const auto* call = std::get_if<ast::Call>(&part.node);
    if (call == nullptr) return;
    const auto* callee = std::get_if<ast::Name>(&call->callee->node);
    const auto* member = std::get_if<ast::Attribute>(&call->callee->node);
    const std::string_view name = callee != nullptr ? callee->name : member != nullptr ? member->name : std::string_view{};
    if (is_one_of(name, kHelpers)) return;
    const bool is_macro = std::any_of(project.packages.begin(), project.packages.end(), [&](const Package& package) { return package.macros.find(name) != package.macros.end(); });
    if (is_macro) guilty = &part;
  });
  return guilty;
}

/// What `{% set name = .. %}` in the model gives the name that is the whole hook, when that has another value at run time: a name of dbt, or what a macro makes.
const ast::Expr* guilty_value(const RuleInput& input, const ast::Expr& hook) {
  const auto* name = std::get_if<ast::Name>(&hook.node);
  const Node* node = input.hook.node;
  if (name == nullptr || node == nullptr || node->tmpl == nullptr) return nullptr;
  const ast::Expr* guilty = nullptr;
  ast::walk_statements(node->tmpl->body, [&](const ast::Stmt& stmt) {
    const auto* set = stmt.get_if<ast::Set>();
    const auto* target = set == nullptr ? nullptr : std::get_if<ast::NameTarget>(&set->target.node);
    if (guilty == nullptr && target != nullptr && target->name == name->name) guilty = guilty_part(*input.project.project, set->value);
    const auto* block = stmt.get_if<ast::SetBlock>();
    const auto* filled = block == nullptr ? nullptr : std::get_if<ast::NameTarget>(&block->target.node);
    if (guilty != nullptr || filled == nullptr || filled->name != name->name) return;
    ast::walk_statements(block->body, [&](const ast::Stmt& inner) {
      ast::for_each_child(inner, [&](const ast::Expr& expr) { if (guilty == nullptr) guilty = guilty_part(*input.project.project, expr); }, [](const ast::Body&) {});
    });
  });
  return guilty;
}

void check(const RuleInput& input, Findings& findings) {
  if (!input.hook.hook->frozen) return;
  Sources& sources = *input.project.sources;
  const Span span = *input.hook.hook->frozen;
  const SourceId source = sources.add_text(sources.get(span.source).name, sources.slice(span));
  const auto parsed = parse_expression(sources, source, ParseOptions{});
  const auto* tmpl = std::get_if<ast::TemplatePtr>(&parsed);
  if (tmpl == nullptr || (*tmpl)->body.empty()) return;
  const auto* print = std::get_if<ast::Print>(&(*tmpl)->body.front().node);
  const ast::Expr* guilty = print == nullptr || print->exprs().empty() ? nullptr : guilty_part(*input.project.project, print->exprs().front());
  if (guilty == nullptr && print != nullptr && !print->exprs().empty()) guilty = guilty_value(input, print->exprs().front());
  if (guilty == nullptr) return;
  findings.add(span, fmt::format("this hook is fixed while dbt parses: `{}` is evaluated then, and not when the hook runs", sources.view(guilty->span)),
               {.severity = std::nullopt, .fix = std::nullopt, .help = "write the whole hook as one string with `{{ }}` inside: it is rendered when it runs"});
}

}  // namespace

extern const Rule hook_evaluated_at_parse;
const Rule hook_evaluated_at_parse{
    .code = "HK203",
    .name = "hook-evaluated-at-parse",
    .severity = Severity::Error,
    .summary = "a hook in `config()` is computed while dbt parses the project",
    .rationale =
        "The arguments of `config()` are evaluated once, while dbt parses: `execute` is false, `this` may have another schema, queries give nothing. What comes out is "
        "frozen into the hook. A string with `{{ }}` inside is rendered when the hook runs.",
    .example = "{{ config(post_hook=grant_all()) }}",
    .better = "{{ config(post_hook=\"{{ grant_all() }}\") }}",
    .check = check};

}  // namespace hookc
