#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

constexpr std::size_t kMaxLines = 30;
constexpr std::size_t kMaxStatements = 5;
constexpr std::size_t kMaxHooks = 5;
constexpr std::size_t kMaxBytes = 200;

std::size_t inline_statements(const RuleInput& input) {
  std::size_t most = 0;
  std::size_t count = 0;
  const PathFacts* path = nullptr;
  for_each_statement(input, [&](const StatementView& at) {
    if (path != &at.path) count = 0;
    path = &at.path;
    count += is_inline(at) ? 1 : 0;
    most = std::max(most, count);
  });
  return most;
}

/// The node's first hook beyond the limit speaks for all.
bool is_one_too_many(const RuleInput& input) {
  std::size_t before = 0;
  for (const HookFacts& other : input.project.hooks) {
    if (&other == &input.hook) break;
    if (other.node != nullptr && other.node == input.hook.node) ++before;
  }
  return input.hook.node != nullptr && before == kMaxHooks;
}

void check(const RuleInput& input, Findings& findings) {
  const std::string_view text = input.project.sources->text(input.hook.hook->source).view();
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const std::size_t statements = inline_statements(input);
  const auto report = [&](std::string message) {
    findings.add(whole_hook(input), std::move(message), {.severity = std::nullopt, .fix = std::nullopt, .help = "make it a macro with a name and a description"});
  };
  if (lines > kMaxLines) return report(fmt::format("this hook has {} lines, more than {}", lines, kMaxLines));
  if (statements > kMaxStatements) return report(fmt::format("this hook has {} statements, more than {}", statements, kMaxStatements));
  if (is_one_too_many(input)) return report(fmt::format("`{}` has more than {} hooks", input.hook.node->name, kMaxHooks));
  if (text.size() > kMaxBytes) report(fmt::format("this hook is {} bytes of text in a config, more than {}", text.size(), kMaxBytes));
}

}  // namespace

extern const Rule hook_too_long;
const Rule hook_too_long{
    .code = "HK701",
    .name = "hook-too-long",
    .severity = Severity::Info,
    .summary = "a hook, or the list of hooks of one node, is longer than a person reads with care",
    .rationale =
        "More than thirty lines, five statements, five hooks on a node: this is a program, hidden in a config. As macros it has names, descriptions "
        "and a place of its own.",
    .example = "post_hook=[\"alter ...\", \"alter ...\", \"alter ...\", \"update ...\", \"grant ...\", \"analyze ...\"]",
    .better = "post_hook=\"{{ finish_orders() }}\"",
    .check = check};

}  // namespace hookc
