#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/materialization.h"
#include "analyzer/reach.h"
#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

/// A SELECT that reads data and does nothing else: no function of its own name that might act, no INTO.
bool only_looks(const sql::Query& query) {
  if (!query.scan.has_from || query.into || query.scan.writes) return false;
  return std::none_of(query.scan.calls.begin(), query.scan.calls.end(), [](const sql::Call& call) { return call.name.size() > 1 || call.volatility == sql::Volatility::Sequence; });
}

/// The words of a text in lower case; `;` is a word of its own.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words{std::string{}};
  for (const char c : text) {
    if (is_word_character(c)) {
      words.back() += ascii_lower(c);
      continue;
    }
    if (!words.back().empty()) words.emplace_back();
    if (c == ';') {
      words.back().push_back(c);
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// `exception when others then null;`, and what else throws every error away.
bool swallows_errors(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  const auto is = [&](std::size_t i, std::string_view word) { return i < words.size() && words[i] == word; };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is(i, "exception") || !is(i + 1, "when") || !(is(i + 2, "others") || is(i + 2, "other") || is(i + 2, "error")) || !is(i + 3, "then")) continue;
    if (is(i + 4, ";") || is(i + 4, "end") || (is(i + 4, "null") && is(i + 5, ";"))) return true;
    if (is(i + 4, "select") && is(i + 5, "1") && is(i + 6, ";")) return true;
    if (is(i + 4, "return") && is(i + 5, "null")) return true;
  }
  return false;
}

void check_statements(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    if (const auto* query = std::get_if<sql::Query>(&at.statement.node)) {
      if (at.sent.result_used || !only_looks(*query) || yields_nothing(at.view(at.statement.range))) return;  // a filler looks at nothing
      findings.add(at.path, at.sent.text, at.statement.head, at.sent.via_query ? "nobody looks at what this query returns" : "the result of a query in a hook's text is thrown away",
                   {.severity = Severity::Warning, .fix = std::nullopt, .help = "test the result and `exceptions.raise_compiler_error`, or make it a data test"});
      return;
    }
    if (std::holds_alternative<sql::Invoke>(at.statement.node) && swallows_errors(at.view(at.statement.range))) {
      findings.add(at.path, at.sent.text, at.statement.head, "an exception handler throws every error away",
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "name the error that is expected, and let the others through"});
    }
  });
}

/// `exceptions.x(...)` with a name that begins so.
bool calls_exceptions(const ast::Expr& expr, std::string_view name) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  const auto* member = call == nullptr ? nullptr : std::get_if<ast::Attribute>(&call->callee->node);
  const auto* owner = member == nullptr ? nullptr : std::get_if<ast::Name>(&member->object->node);
  return owner != nullptr && owner->name == "exceptions" && member->name.starts_with(name);
}

bool is_raise(const ast::Expr& expr) { return calls_exceptions(expr, "raise_"); }
bool is_warning(const ast::Expr& expr) { return calls_exceptions(expr, "warn"); }

/// The names that a condition depends on, through the values that the body gives to its own names.
std::set<std::string> names_behind(const ast::Expr& condition, const ast::Body& body) {
  std::set<std::string> names;
  const auto add = [&](const ast::Expr& expr) {
    ast::walk(expr, [&](const ast::Expr& part) {
      if (const auto* name = std::get_if<ast::Name>(&part.node)) names.insert(name->name);
    });
  };
  add(condition);
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    ast::walk_statements(body, [&](const ast::Stmt& stmt) {
      const auto* set = stmt.get_if<ast::Set>();
      const auto* target = set == nullptr ? nullptr : std::get_if<ast::NameTarget>(&set->target.node);
      if (target != nullptr && names.contains(target->name)) add(set->value);
    });
  }
  return names;
}

/// A check of what a query says, and of nothing that a caller, a variable or the target decides: where these are as they are, a check need not be reached.
bool is_check_of_data(const std::vector<const ast::Expr*>& conditions, const ReachedBody& body) {
  static const std::set<std::string, std::less<>> kOfData{"execute", "run_query", "load_result", "ref", "source", "this", "none", "namespace"};
  const std::vector<std::string> local = local_names(body);
  bool asks = false;
  for (const ast::Expr* condition : conditions) {
    for (const std::string& name : names_behind(*condition, *body.body)) {
      const bool is_parameter = body.callable != nullptr && std::any_of(body.callable->parameters.begin(), body.callable->parameters.end(), [&](const ast::Parameter& one) { return one.name == name; });
      const bool is_local = !is_parameter && std::find(local.begin(), local.end(), name) != local.end();
      if (!is_local && !kOfData.contains(name)) return false;
      asks = asks || name == "run_query" || name == "load_result";
    }
  }
  return asks;
}

using Conditions = std::vector<const ast::Expr*>;

/// Calls `visit` with each call of the body that `is` looks for, and the conditions around it.
void for_each_call(const ast::Body& body, bool (*is)(const ast::Expr&), Conditions& around, const std::function<void(const ast::Expr&, const Conditions&)>& visit) {
  for (const ast::Stmt& stmt : body) {
    if (const auto* choice = stmt.get_if<ast::If>()) {
      const std::size_t before = around.size();
      for (const auto& [condition, branch] : choice->branches) {
        around.push_back(&condition);
        for_each_call(branch, is, around, visit);
      }
      for_each_call(choice->otherwise, is, around, visit);
      around.resize(before);
      continue;
    }
    const auto look = [&](const ast::Expr& expr) {
      ast::walk(expr, [&](const ast::Expr& part) {
        if (is(part)) visit(part, around);
      });
    };
    ast::for_each_child(stmt, look, [&](const ast::Body& child) { for_each_call(child, is, around, visit); });
  }
}

/// A `raise` that none of the paths came to, when all of them were looked at.
void check_dead_raises(const RuleInput& input, Findings& findings) {
  if (!input.hook.complete) return;
  const auto reached = [&](Span span) {
    for (const auto* paths : {&input.hook.executing, &input.hook.parsing}) {
      for (const PathFacts& path : *paths) {
        if (!path.error) continue;
        const Span at = path.error->diagnostic.span;
        if (at.source == span.source && at.begin < span.end && span.begin < at.end) return true;
      }
    }
    return false;
  };
  for (const ReachedBody& body : reached_bodies(input.project, input.hook)) {
    Conditions around;
    for_each_call(*body.body, is_raise, around, [&](const ast::Expr& expr, const Conditions& conditions) {
      if (reached(expr.span) || !is_check_of_data(conditions, body)) return;
      findings.add(expr.span, "no path leads to this error",
                   {.severity = Severity::Warning, .fix = std::nullopt, .help = "its condition is never true: mend the condition, or remove the check"});
    });
  }
}

/// A warning where what a query says decides, in a text that never raises: one that does has decided which is which.
void check_warnings(const RuleInput& input, Findings& findings) {
  for (const ReachedBody& body : reached_bodies(input.project, input.hook)) {
    bool raises = false;
    ast::walk(*body.body, [&](const ast::Expr& expr) { raises = raises || is_raise(expr); });
    if (raises) continue;
    Conditions around;
    for_each_call(*body.body, is_warning, around, [&](const ast::Expr& expr, const Conditions& conditions) {
      const bool of_data = std::any_of(conditions.begin(), conditions.end(), [&](const ast::Expr* condition) {
        const std::set<std::string> names = names_behind(*condition, *body.body);
        return names.contains("run_query") || names.contains("load_result");
      });
      if (!of_data) return;
      for (const PathFacts& path : input.hook.executing) {
        for (const Event& event : path.rendering.events) {
          const bool here = event.kind == Event::Kind::Warn && event.site.source == expr.span.source && event.site.begin < expr.span.end && expr.span.begin < event.site.end;
          if (!here) continue;
          findings.add(path, event.site, event.frame, "a failed check only warns, and the run goes on",
                       {.severity = Severity::Warning, .fix = std::nullopt, .help = "use `exceptions.raise_compiler_error` where the run must not go on"});
        }
      }
    });
  }
}

void check(const RuleInput& input, Findings& findings) {
  check_statements(input, findings);
  check_dead_raises(input, findings);
  check_warnings(input, findings);
}

}  // namespace

extern const Rule ignored_failure;
const Rule ignored_failure{
    .code = "HK404",
    .name = "ignored-failure",
    .severity = Severity::Error,
    .summary = "a check whose outcome nobody looks at, or an error that is thrown away",
    .rationale = "A query in a hook that nobody reads proves nothing: bad data passes, and the run is green. A handler for every error hides the one that matters.",
    .example = "{% do run_query('select count(*) from ' ~ this ~ ' where amount < 0') %}",
    .better = "{% set bad = run_query(...) %}{% if execute and bad.columns[0].values()[0] > 0 %}{{ exceptions.raise_compiler_error('negative amounts') }}{% endif %}",
    .check = check};

}  // namespace hookc
