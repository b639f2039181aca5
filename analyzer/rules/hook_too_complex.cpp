#include <fmt/format.h>

#include "analyzer/reach.h"
#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"

namespace hookc {

namespace {

constexpr std::size_t kMaxWays = 10;
constexpr std::size_t kMaxNesting = 4;
constexpr std::size_t kMaxCalls = 4;
constexpr std::size_t kMaxPaths = 64;

struct Complexity {
  std::size_t ways = 1;      // one, and one more for each if, elif and for
  std::size_t nesting = 0;   // of if and for; an elif does not nest
};

void measure(const ast::Body& body, std::size_t level, Complexity& complexity) {
  for (const ast::Stmt& stmt : body) {
    std::size_t inner = level;
    if (const auto* choice = stmt.get_if<ast::If>()) {
      complexity.ways += choice->branches.size();
      inner = level + 1;
    } else if (stmt.is<ast::For>()) {
      complexity.ways += 1;
      inner = level + 1;
    } else if (stmt.is<ast::MacroStmt>() || stmt.is<ast::DbtBlock>()) {
      continue;  // a macro of its own
    }
    complexity.nesting = std::max(complexity.nesting, inner);
    ast::for_each_child(stmt, [](const ast::Expr&) {}, [&](const ast::Body& child) { measure(child, inner, complexity); });
  }
}

void check(const RuleInput& input, Findings& findings) {
  const Findings::Extra extra{.severity = std::nullopt, .fix = std::nullopt, .help = "split it into hooks and macros that each do one thing"};
  const auto bodies = reached_bodies(input.project, input.hook);
  if (bodies.empty()) return;
  for (const ReachedBody& body : bodies) {
    Complexity complexity;
    measure(*body.body, 0, complexity);
    const std::string what = body.macro.empty() ? "this hook" : fmt::format("`{}`", body.macro);
    if (complexity.ways > kMaxWays) {
      findings.add(body.head, fmt::format("{} branches in {} ways, more than {}", what, complexity.ways, kMaxWays), extra);
    } else if (complexity.nesting > kMaxNesting) {
      findings.add(body.head, fmt::format("{} nests {} conditions and loops, more than {}", what, complexity.nesting, kMaxNesting), extra);
    }
  }
  const Span own = bodies.front().head;
  const std::size_t calls = call_depth(input.hook);
  if (calls > kMaxCalls) findings.add(own, fmt::format("this hook calls macros {} deep, more than {}", calls, kMaxCalls), extra);
  if (input.hook.executing.size() > kMaxPaths) findings.add(own, fmt::format("this hook has {} paths{}, more than {}", input.hook.executing.size(), input.hook.complete ? "" : " and more", kMaxPaths), extra);
}

}  // namespace

extern const Rule hook_too_complex;
const Rule hook_too_complex{
    .code = "HK702",
    .name = "hook-too-complex",
    .severity = Severity::Info,
    .summary = "a hook, or a macro that it calls, has more ways through it than a person can follow",
    .rationale = "Hooks run unseen, against production, with nobody watching. More than ten branches, four levels, four calls or 64 paths cannot be reviewed or tested.",
    .example = "{% if target.name == 'a' %}...{% elif target.name == 'b' %}...   -- and nine more",
    .better = "set statement_timeout = '{{ var('timeouts')[target.name] }}'",
    .check = check};

}  // namespace hookc
