#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

bool is_one_shot(sql::AlterKind kind) {
  switch (kind) {
    case sql::AlterKind::RenameTo:
    case sql::AlterKind::SwapWith:
    case sql::AlterKind::ExchangePartition:
    case sql::AlterKind::Append: return true;
    default: return false;  // can be repeated, or has a rule of its own
  }
}

std::string why(const RuleInput& input, const StatementView& at, const sql::Alter& alter, const sql::AlterAction& action) {
  if (action.kind == sql::AlterKind::RenameTo && is_this(input, alter.name)) return "the model is gone after this run: its own hook renames it";
  if (!at.verdict.reason.empty()) return at.verdict.reason;
  return "a second run finds another state";
}

/// Statements of their own: MySQL and ClickHouse rename so, ClickHouse exchanges.
constexpr std::pair<std::string_view, std::string_view> kOneShotHeads[] = {
    {"undrop", "UNDROP fails while the name is taken, and restores what was dropped long ago"},
    {"rename", "RENAME finds its object gone when this runs again"},
    {"exchange", "EXCHANGE brings the first state back when this runs again"}};

void check(const RuleInput& input, Findings& findings) {
  const Findings::Extra extra{.severity = std::nullopt, .fix = std::nullopt, .help = "do it once outside of dbt, or make a copy under a guard"};
  for_each_statement(input, [&](const StatementView& at) {
    if (const auto* other = std::get_if<sql::Other>(&at.statement.node)) {
      for (const auto& [head, what] : kOneShotHeads) {
        if (other->head == head) findings.add(at.path, at.sent.text, at.statement.head, std::string{what}, extra);
      }
      return;
    }
    if (const auto* invoke = std::get_if<sql::Invoke>(&at.statement.node); invoke != nullptr && invoke->name.last() == "sp_rename") {
      findings.add(at.path, at.sent.text, head_to(at.statement, invoke->name), "`sp_rename` finds its object gone when this runs again", extra);
      return;
    }
    const auto* alter = std::get_if<sql::Alter>(&at.statement.node);
    if (alter == nullptr) return;
    for (const sql::AlterAction& action : alter->actions) {
      if (!is_one_shot(action.kind)) continue;
      const bool renames_this = action.kind == sql::AlterKind::RenameTo && is_this(input, alter->name);
      const bool repeatable = at.verdict.rerun == Outcome::Idempotent || at.verdict.rerun == Outcome::Unknown;
      if (repeatable && !renames_this) continue;
      findings.add(at.path, at.sent.text, ByteRange{at.statement.head.begin, std::max(action.range.end, alter->name.range().end)}, fmt::format("`{}` works once: {}", sql::kind_name(at.statement), why(input, at, *alter, action)), extra);
      return;
    }
  });
  for (const PathFacts& path : input.hook.executing) {
    if (was_asked(path, {"adapter.get_relation", "load_relation", "load_cached_relation", "run_query"})) continue;
    for (const Event& event : path.rendering.events) {
      if (event.kind == Event::Kind::Query && event.query_kind == Query::Kind::AdapterMethod && event.method == "rename_relation") {
        findings.add(path, event.site, event.frame, "`adapter.rename_relation` finds its relation gone when this runs again", extra);
      }
    }
  }
}

}  // namespace

extern const Rule one_shot_operation;
const Rule one_shot_operation{
    .code = "HK107",
    .name = "one-shot-operation",
    .severity = Severity::Error,
    .summary = "a hook renames, swaps, moves or restores: what is done twice is undone, or fails",
    .rationale =
        "RENAME finds its object gone the second time, SWAP WITH brings the first state back, APPEND finds its source empty, UNDROP restores stale "
        "data. And a model that its own post-hook renames is not there after the run.",
    .example = "post_hook=\"alter table {{ this }} rename to {{ this.identifier }}_backup\"",
    .better = "post_hook=\"create table if not exists {{ this.schema }}.{{ this.identifier }}_backup as select * from {{ this }}\"",
    .check = check};

}  // namespace hookc
