#include <fmt/format.h>

#include <algorithm>

#include "analyzer/rules/support.h"
#include "compiler/base/ascii.h"

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

/// `adapter.get_relation('db', 'schema', 'orders')` names another relation than the hook's own.
bool asks_for_another(std::string_view symbol, std::string_view own) {
  constexpr std::string_view kCall = "adapter.get_relation(";
  const std::size_t end = symbol.find(')');
  if (!symbol.starts_with(kCall) || end == std::string_view::npos || end < kCall.size() + 2 || symbol[end - 1] != '\'') return false;
  const std::size_t begin = symbol.rfind('\'', end - 2);
  if (begin == std::string_view::npos) return false;
  const std::string_view name = symbol.substr(begin + 1, end - begin - 2);
  return name.find("hole_") == std::string_view::npos && !equal_ignoring_case(name, own);
}

bool is_guarded(const RuleInput& input, const PathFacts& path) {
  static constexpr std::string_view kAsks[] = {"adapter.get_relation", "load_relation", "load_cached_relation", "run_query", "load_result", "adapter.check_schema_exists"};
  bool other_only = false;
  for (const Answer& answer : path.answers) {
    const std::string& name = answer.question.symbol->name;
    if (asks_for_another(name, input.hook.this_name.last())) other_only = true;
  }
  for (const Answer& answer : path.answers) {
    const std::string& name = answer.question.symbol->name;
    const bool asks = std::any_of(std::begin(kAsks), std::end(kAsks), [&](std::string_view ask) { return name.starts_with(ask); });
    if (!asks || asks_for_another(name, input.hook.this_name.last())) continue;
    if (!other_only || !name.starts_with("run_query")) return true;  // what a query says behind such a question is about the other one
  }
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
    if (allows_missing(at.statement) || is_guarded(input, at.path)) return;
    const auto names = named_relations(at.statement);
    const auto used = std::find_if(names.begin(), names.end(), [&](const sql::QualifiedName* name) { return is_this(input, *name) || means_own(input, at, *name); });
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
