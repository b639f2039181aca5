#include <fmt/format.h>

#include <algorithm>

#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

const sql::QualifiedName* changed_column(const std::string& model_sql, const std::vector<sql::Assignment>& assignments) {
  for (const sql::Assignment& assignment : assignments) {
    if (makes_column(model_sql, assignment.column)) return &assignment.column;
  }
  return nullptr;
}

/// The same path puts rows into the relation: what it removes there is its own.
bool puts_rows(const RuleInput& input, const PathFacts& path) {
  return std::any_of(path.sent.begin(), path.sent.end(), [&](const SentSql& sent) {
    return std::any_of(sent.script.statements.begin(), sent.script.statements.end(), [&](const sql::Statement& statement) {
      const auto* insert = std::get_if<sql::Insert>(&statement.node);
      return insert != nullptr && is_this(input, insert->target);
    });
  });
}

/// An incremental model that forgets what is old: the SELECT cannot say it of rows that are there.
bool is_retention(const RuleInput& input, const StatementView& at, const sql::Delete& del) {
  if (!del.where || build_effect_of(*input.hook.node, &at.path) != BuildEffect::Keeps) return false;
  const auto& calls = del.where->expr.scan.calls;
  return del.where->expr.scan.relations.empty() && std::any_of(calls.begin(), calls.end(), [](const sql::Call& call) { return call.volatility == sql::Volatility::Clock; });
}

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.node == nullptr || input.hook.node->type != ResourceType::Model || input.hook.hook->phase != HookPhase::PostHook) return;
  const std::string model_sql = sql_of(*input.project.sources, *input.hook.node);
  for_each_statement(input, [&](const StatementView& at) {
    const sql::QualifiedName* target = written_relation(at.statement);
    if (target == nullptr || !is_this(input, *target) || is_log_relation(input, *target)) return;
    const auto report = [&](std::string message) {
      findings.add(at.path, at.sent.text, head_to(at.statement, *target), std::move(message),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = "say it in the model's SELECT"});
    };
    if (const auto* del = std::get_if<sql::Delete>(&at.statement.node)) {
      if (!puts_rows(input, at.path) && !is_retention(input, at, *del)) report("this removes rows that the model has made");
      return;
    }
    const sql::QualifiedName* column = nullptr;
    if (const auto* update = std::get_if<sql::Update>(&at.statement.node)) column = changed_column(model_sql, update->assignments);
    if (const auto* merge = std::get_if<sql::Merge>(&at.statement.node)) {
      for (const sql::MergeClause& clause : merge->clauses) {
        if (column == nullptr) column = changed_column(model_sql, clause.assignments);
      }
    }
    if (column != nullptr) report(fmt::format("this changes `{}`, which the model has made", column->last()));
  });
}

}  // namespace

extern const Rule mutates_own_model;
const Rule mutates_own_model{
    .code = "HK303",
    .name = "mutates-own-model",
    .severity = Severity::Warning,
    .summary = "a post-hook changes or removes rows that the model's own SELECT has just made",
    .rationale =
        "Whoever reads the model sees contents that its code does not explain, and tests of the SELECT prove nothing about them. What the hook does "
        "belongs into the SELECT.",
    .example = "post_hook=\"delete from {{ this }} where is_deleted\"",
    .better = "-- in the model: where not is_deleted",
    .check = check};

}  // namespace hookc
