#include <fmt/format.h>

#include <set>

#include "analyzer/reach.h"
#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"

namespace hookc {

namespace {

constexpr std::string_view kRunEndNames[] = {"results", "schemas", "database_schemas"};

bool is_run_hook(const Hook& hook) { return hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd; }

/// What is wrong with reading a name in a hook of this phase; nothing when all is well.
struct Misuse {
  std::string message;
  std::string help;
  std::optional<Severity> severity;
  std::optional<std::string> replacement;
};

std::optional<Misuse> misuse_of(std::string_view name, const Hook& hook) {
  if (std::find(std::begin(kRunEndNames), std::end(kRunEndNames), name) != std::end(kRunEndNames) && hook.phase != HookPhase::OnRunEnd) {
    return Misuse{fmt::format("`{}` is undefined in {}: dbt has it in on-run-end only", name, name_of(hook.phase)), "ask `results is defined` first, or move the hook to on-run-end", std::nullopt, std::nullopt};
  }
  if (name == "models" && hook.phase == HookPhase::OnRunEnd) {
    return Misuse{"dbt has no `models` in on-run-end: it is undefined there, and its length 0", "dbt's name for it is `results`", Severity::Warning, "results"};
  }
  if (name == "this" && is_run_hook(hook)) {
    return Misuse{fmt::format("`this` is none in {}: a run hook belongs to no relation", name_of(hook.phase)), "name the relation with `ref` or `source`", std::nullopt, std::nullopt};
  }
  return std::nullopt;
}

/// Walks a body and reports what is read outside of its phase. A part that is only reached when the name was asked for is left alone.
class NameCheck {
 public:
  NameCheck(const RuleInput& input, const ReachedBody& body, Findings& findings) : input_(input), findings_(findings) {
    for (std::string& name : local_names(body)) locals_.insert(std::move(name));
  }

  void run(const ast::Body& body) {
    for (const ast::Stmt& stmt : body) statement(stmt);
  }

 private:
  void statement(const ast::Stmt& stmt) {
    if (const auto* choice = stmt.get_if<ast::If>()) {
      for (const auto& [condition, body] : choice->branches) {
        asks(condition);
        const auto asked = names_asked_for(condition);
        within(asked, [&] { run(body); });
      }
      run(choice->otherwise);
      return;
    }
    ast::for_each_child(stmt, [&](const ast::Expr& expr) { expression(expr); }, [&](const ast::Body& body) { run(body); });
  }

  /// A condition: a name that is tested for its truth is asked for, and not read.
  void asks(const ast::Expr& condition) {
    if (std::holds_alternative<ast::Name>(condition.node) || is_of_none(condition)) return;
    if (const auto* both = std::get_if<ast::Binary>(&condition.node); both != nullptr && both->op == ast::BinaryOp::And) {
      asks(*both->left);
      within(names_asked_for(*both->left), [&] { asks(*both->right); });
      return;
    }
    expression(condition);
  }

  /// `this.name`: an attribute of none is undefined, and not true.
  static bool is_of_none(const ast::Expr& condition) {
    const auto* attribute = std::get_if<ast::Attribute>(&condition.node);
    const auto* name = attribute == nullptr ? nullptr : std::get_if<ast::Name>(&attribute->object->node);
    return name != nullptr && name->name == "this";
  }

  void expression(const ast::Expr& expr) {
    if (const auto* test = std::get_if<ast::Test>(&expr.node); test != nullptr && (test->name == "defined" || test->name == "undefined" || test->name == "none")) return;
    if (const auto* conditional = std::get_if<ast::Conditional>(&expr.node)) {
      asks(*conditional->condition);
      within(names_asked_for(*conditional->condition), [&] { expression(*conditional->then); });
      if (conditional->otherwise) expression(*conditional->otherwise);
      return;
    }
    if (const auto* both = std::get_if<ast::Binary>(&expr.node); both != nullptr && both->op == ast::BinaryOp::And) {
      expression(*both->left);
      within(names_asked_for(*both->left), [&] { expression(*both->right); });
      return;
    }
    if (const auto* name = std::get_if<ast::Name>(&expr.node)) return read(*name, expr.span);
    ast::for_each_child(expr, [&](const ast::Expr& child) { expression(child); });
  }

  void read(const ast::Name& name, Span span) {
    if (locals_.contains(name.name) || asked_.contains(name.name)) return;
    const auto misuse = misuse_of(name.name, *input_.hook.hook);
    if (!misuse) return;
    Findings::Extra extra;
    extra.severity = misuse->severity;
    extra.help = misuse->help;
    if (misuse->replacement) {
      if (const auto where = input_.project.sources->locate(span)) extra.fix = Fix{true, {Edit{*where, *misuse->replacement}}};
    }
    findings_.add(span, misuse->message, std::move(extra));
  }

  /// `results is defined`, `results`, and conjunctions of them.
  std::set<std::string> names_asked_for(const ast::Expr& condition) const {
    std::set<std::string> names;
    ast::walk(condition, [&](const ast::Expr& part) {
      if (const auto* name = std::get_if<ast::Name>(&part.node)) names.insert(name->name);
    });
    return names;
  }

  template <class Body>
  void within(const std::set<std::string>& names, Body&& body) {
    const std::set<std::string> before = asked_;
    asked_.insert(names.begin(), names.end());
    body();
    asked_ = before;
  }

  const RuleInput& input_;
  Findings& findings_;
  std::set<std::string> locals_;
  std::set<std::string> asked_;
};

const std::string* name_of_target(const ast::Target& target) {
  const auto* name = std::get_if<ast::NameTarget>(&target.node);
  return name == nullptr ? nullptr : &name->name;
}

/// `{% set n = n + 1 %}` inside of a loop, with `n` from outside: the loop forgets it.
void check_counters(const ast::Body& body, const std::set<std::string>& outside, bool in_loop, Findings& findings) {
  std::set<std::string> known = outside;
  for (const ast::Stmt& stmt : body) {
    if (const auto* set = stmt.get_if<ast::Set>()) {
      const std::string* name = name_of_target(set->target);
      if (name == nullptr) continue;
      bool reads_itself = false;
      ast::walk(set->value, [&](const ast::Expr& part) {
        const auto* read = std::get_if<ast::Name>(&part.node);
        reads_itself = reads_itself || (read != nullptr && read->name == *name);
      });
      if (in_loop && reads_itself && outside.contains(*name)) {
        findings.add(stmt.span, fmt::format("`{}` is forgotten at the end of each turn of the loop", *name),
                     {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("keep it in a namespace: `set ns = namespace({}=0)`, `set ns.{} = ...`", *name, *name)});
      }
      if (!in_loop) known.insert(*name);
      continue;
    }
    if (const auto* loop = stmt.get_if<ast::For>()) {
      check_counters(loop->body, known, true, findings);
      continue;
    }
    ast::for_each_child(stmt, [](const ast::Expr&) {}, [&](const ast::Body& inner) { check_counters(inner, in_loop ? outside : known, in_loop, findings); });
  }
}

/// The constant string that a call gets first: `load_result('name')`.
std::optional<std::string> constant_argument(const ast::Call& call) {
  if (call.arguments.empty() || call.arguments.front().value == nullptr) return std::nullopt;
  const auto* constant = std::get_if<ast::Constant>(&call.arguments.front().value->node);
  const auto text = constant == nullptr ? std::nullopt : text_of(constant->value);
  return text ? std::optional<std::string>{*text} : std::nullopt;
}

void check_results(const std::vector<ReachedBody>& bodies, Findings& findings) {
  std::set<std::string> stored{"main", "run_query_statement"};
  std::vector<std::pair<std::string, Span>> loaded;
  bool open = false;  // a result is stored under a name that is not written out
  for (const ReachedBody& body : bodies) {
    ast::walk(*body.body, [&](const ast::Expr& expr) {
      const auto* call = std::get_if<ast::Call>(&expr.node);
      const auto* callee = call == nullptr ? nullptr : std::get_if<ast::Name>(&call->callee->node);
      if (callee == nullptr) return;
      const auto name = constant_argument(*call);
      if (callee->name == "statement" || callee->name == "store_result" || callee->name == "store_raw_result" || callee->name == "noop_statement") {
        if (name) stored.insert(*name);
        open = open || (!name && !call->arguments.empty());
      }
      if (callee->name == "load_result" && name) loaded.emplace_back(*name, call->arguments.front().value->span);
    });
  }
  if (open) return;
  for (const auto& [name, span] : loaded) {
    if (stored.contains(name)) continue;
    findings.add(span, fmt::format("no statement stores a result named `{}`: this is none", name), {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("fetch it with `{{% call statement('{}', fetch_result=True) %}}`", name)});
  }
}

void check_undefined(const RuleInput& input, Findings& findings) {
  for (const PathFacts& path : input.hook.executing) {
    if (!path.error) continue;
    const Diagnostic& diagnostic = path.error->diagnostic;
    if (diagnostic.error_class != "UndefinedError" || diagnostic.message.find("' is undefined") == std::string::npos) continue;
    findings.add(path, diagnostic.span, FrameId{}, diagnostic.message, {.severity = std::nullopt, .fix = std::nullopt, .help = diagnostic.help.empty() ? "check the spelling, or install the package that has it" : diagnostic.help});
  }
}

void check(const RuleInput& input, Findings& findings) {
  const auto bodies = reached_bodies(input.project, input.hook);
  for (const ReachedBody& body : bodies) {
    NameCheck{input, body, findings}.run(*body.body);
    check_counters(*body.body, {}, false, findings);
  }
  check_results(bodies, findings);
  check_undefined(input, findings);
}

}  // namespace

extern const Rule invalid_hook_context;
const Rule invalid_hook_context{
    .code = "HK207",
    .name = "invalid-hook-context",
    .severity = Severity::Error,
    .summary = "a hook reads a name that dbt does not have where it runs, or a value that is gone",
    .rationale =
        "`results` and `schemas` exist in on-run-end only, `this` in hooks of nodes only. Elsewhere they are undefined or none, which prints as nothing and counts as zero: "
        "the hook runs, and is wrong. A `set` inside of a loop is forgotten at the end of each turn.",
    .example = "on-run-end: \"update audit.runs set models_run = {{ models | length }}\"",
    .better = "on-run-end: \"update audit.runs set models_run = {{ results | length }}\"",
    .check = check};

}  // namespace hookc
