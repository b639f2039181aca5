#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// The form of the statement says that the object may be missing.
bool allows_missing(const sql::Statement& statement) {
  if (const auto* drop = std::get_if<sql::Drop>(&statement.node)) return drop->if_exists;
  if (const auto* alter = std::get_if<sql::Alter>(&statement.node)) return alter->if_exists;
  if (const auto* truncate = std::get_if<sql::Truncate>(&statement.node)) return truncate->if_exists;
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) return create->kind == sql::ObjectKind::Table && create->source.empty() && !create->query;
  return false;
}

bool is_guarded(const PathFacts& path) {
  if (was_asked(path, {"adapter.get_relation", "load_relation", "load_cached_relation", "run_query", "load_result", "adapter.check_schema_exists"})) return true;
  return path.says("is_incremental()");
}

/// The whole hook inside of the question: only where nothing else stands in the way of it.
std::optional<Fix> ask_first(const RuleInput& input) {
  if (input.hook.node->materialized != "incremental") return std::nullopt;
  const Text& text = input.project.sources->text(input.hook.hook->source);
  const ByteRange all{0, text.size()};
  auto before = insert_before(*input.project.sources, text, all, "{% if is_incremental() %}");
  const auto after = insert_after(*input.project.sources, text, all, "{% endif %}");
  if (!before || !after) return std::nullopt;
  before->edits.insert(before->edits.end(), after->edits.begin(), after->edits.end());
  return before;
}

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.hook->phase != HookPhase::PreHook || input.hook.node == nullptr || input.hook.this_name.empty()) return;
  for_each_statement(input, [&](const StatementView& at) {
    if (allows_missing(at.statement) || is_guarded(at.path)) return;
    const auto names = named_relations(at.statement);
    const auto used = std::find_if(names.begin(), names.end(), [&](const sql::QualifiedName* name) { return is_this(input, *name); });
    if (used == names.end()) return;
    Findings::Extra extra;
    extra.fix = ask_first(input);
    extra.help = input.hook.node->materialized == "incremental" ? "ask `{% if is_incremental() %}` first" : "ask `adapter.get_relation(...)` first, or do it in a post-hook";
    findings.add(at.path, at.sent.text, ByteRange{at.statement.head.begin, std::max(at.statement.head.end, (*used)->range().end)}, fmt::format("`{}` is not there before the first run", (*used)->last()), std::move(extra));
  });
}

}  // namespace

extern const Rule this_may_not_exist;
const Rule this_may_not_exist{
    .code = "HK206",
    .name = "this-may-not-exist",
    .severity = Severity::Error,
    .summary = "a pre-hook uses `{{ this }}`, which is not there before the first run",
    .rationale =
        "Before the first build, and after a full refresh of some databases, the relation does not exist: TRUNCATE, DELETE, ALTER or SELECT fail, and "
        "the model can never be built. On a view model TRUNCATE and DELETE fail always.",
    .example = "{{ config(materialized='incremental', pre_hook=\"delete from {{ this }} where day = current_date\") }}",
    .better =
        "{{ config(materialized='incremental', pre_hook=\"{% if is_incremental() %}delete from {{ this }} where day = current_date{% endif %}\") }}",
    .check = check};

}  // namespace hookc
