#include <fmt/format.h>

#include "analyzer/operations.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// `where finished_at is null`, and nothing that says whose row it is.
bool closes_any_open_row(const RuleInput& input, const StatementView& at, const sql::Update& update) {
  if (!is_log_relation(input, update.target) || !update.where || carries_run_key(input.project, at.sent.text, at.statement.range)) return false;
  if (!update.where->expr.scan.relations.empty()) return false;  // other rows say which
  const bool by_null = std::any_of(update.where->equalities.begin(), update.where->equalities.end(), [](const sql::Equality& equality) { return equality.is_null; });
  const bool by_key = std::any_of(update.where->equalities.begin(), update.where->equalities.end(), [&](const sql::Equality& equality) {
    return !equality.is_null && at.view(equality.literal).find("hole_") != std::string_view::npos;
  });
  return by_null && !by_key;
}

bool adds_row_to(const SentSql& sent, const sql::QualifiedName& target) {
  return std::any_of(sent.script.statements.begin(), sent.script.statements.end(), [&](const sql::Statement& statement) {
    const auto* insert = std::get_if<sql::Insert>(&statement.node);
    return insert != nullptr && insert->source == sql::Insert::Source::Values && insert->on_conflict == sql::Insert::OnConflict::None && !insert->or_replace && !insert->or_ignore &&
           !insert->overwrite && sql::may_be_same(insert->target, target);
  });
}

/// Hooks of the same node add a row to `target` on every run, so that rows of earlier runs are there too: it holds runs, not jobs.
bool has_a_row_for_each_run(const RuleInput& input, const sql::QualifiedName& target) {
  const auto touching = input.project.touching.find(name_key(target));
  if (touching == input.project.touching.end()) return false;
  return std::any_of(touching->second.begin(), touching->second.end(), [&](const TouchingHook& other) {
    const HookFacts& hook = input.project.hooks[other.hook];
    return hook.node == input.hook.node && std::any_of(hook.executing.begin(), hook.executing.end(), [&](const PathFacts& path) {
             return std::any_of(path.sent.begin(), path.sent.end(), [&](const SentSql& sent) { return adds_row_to(sent, target); });
           });
  });
}

/// The mark of a job, `set last_run_at = now() where job = 'orders'`: another value is what it is for.
bool is_job_mark(const RuleInput& input, const StatementView& at) {
  const sql::QualifiedName* target = written_relation(at.statement);
  if (at.verdict.cause != Cause::Clock || target == nullptr) return false;
  if (is_log_relation(input, *target)) return !has_a_row_for_each_run(input, *target);
  const Node* node = other_node(input, *target);
  return node != nullptr && node->type == ResourceType::Source && marks_the_run(input, at);
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    if (const auto* update = std::get_if<sql::Update>(&at.statement.node); update != nullptr && closes_any_open_row(input, at, *update)) {
      findings.add(at.path, at.sent.text, head_to(at.statement, update->target), "this changes every row that is still open, not only the one of this run",
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "find the row by `{{ invocation_id }}`"});
      return;
    }
    const bool by_clock = at.verdict.cause == Cause::Clock || at.verdict.cause == Cause::Chance;
    if (at.verdict.rerun != Outcome::Drifts || !by_clock || at.verdict.accepted || is_job_mark(input, at)) return;
    const sql::QualifiedName* target = written_relation(at.statement);
    findings.add(at.path, at.sent.text, target == nullptr ? at.statement.head : head_to(at.statement, *target), fmt::format("every run leaves another value: {}", at.verdict.reason),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "use a hash of the key, or `{{ run_started_at }}`"});
  });
}

}  // namespace

extern const Rule nondeterministic_write;
const Rule nondeterministic_write{
    .code = "HK106",
    .name = "nondeterministic-write",
    .severity = Severity::Warning,
    .summary = "a hook writes another value on every run, or closes log rows that need not be its own",
    .rationale =
        "A clock, a random number or a sequence in an UPDATE, a MERGE or a key makes every run leave another state behind, so that a retried job "
        "cannot be told from a changed one. A log row that is found by an empty column alone may be that of a run beside this one.",
    .example = "post_hook=\"update {{ this }} set row_id = gen_random_uuid()\"",
    .better = "post_hook=\"update {{ this }} set row_id = md5(customer_id || order_id)\"",
    .check = check};

}  // namespace hookc
