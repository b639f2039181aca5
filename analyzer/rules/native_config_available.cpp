#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

using sql::Dialect;

std::optional<std::string_view> config_for(const RuleInput& input, const sql::Statement& statement) {
  const Dialect dialect = input.project.dialect;
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) {
    const bool plain = create->kind == sql::ObjectKind::Index && is_this(input, create->on) && !create->concurrently;
    if (plain && dialect == Dialect::Postgres) return "indexes";
  }
  if (const auto* comment = std::get_if<sql::CommentOn>(&statement.node)) {
    const bool own = comment->kind == sql::ObjectKind::Table || comment->kind == sql::ObjectKind::View ? is_this(input, comment->name) : false;
    if (own && dialect != Dialect::Generic && dialect != Dialect::Sqlite) return "persist_docs";
  }
  if (const auto* alter = std::get_if<sql::Alter>(&statement.node); alter != nullptr && is_this(input, alter->name)) {
    const bool adds_constraint = std::any_of(alter->actions.begin(), alter->actions.end(), [](const sql::AlterAction& action) { return action.kind == sql::AlterKind::AddConstraint; });
    if (adds_constraint && dialect != Dialect::Generic) return "constraints";
  }
  if (const auto* work = std::get_if<sql::Maintenance>(&statement.node)) {
    if (work->kind == sql::Maintenance::Kind::Optimize && dialect == Dialect::Databricks && is_this(input, work->target)) return "zorder";
  }
  if (const auto* session = std::get_if<sql::SetSession>(&statement.node); session != nullptr && dialect == Dialect::Snowflake) {
    if (session->what == "query_tag") return "query_tag";
    if (session->how == sql::SetSession::How::Use && session->what == "warehouse") return "snowflake_warehouse";
  }
  return std::nullopt;
}

/// `alter table t cluster by (..)`, `alter session set query_tag = ..`: clauses that are not read in depth.
std::optional<std::string_view> config_for_words(const RuleInput& input, const StatementView& at) {
  const auto* alter = std::get_if<sql::Alter>(&at.statement.node);
  if (alter == nullptr || input.project.dialect != Dialect::Snowflake) return std::nullopt;
  const std::string_view text = at.view(at.statement.range);
  if (is_this(input, alter->name) && has_word(text, "cluster") && has_word(text, "by")) return "cluster_by";
  if (alter->kind == sql::ObjectKind::Session && has_word(text, "query_tag")) return "query_tag";
  return std::nullopt;
}

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.node == nullptr) return;
  for_each_statement(input, [&](const StatementView& at) {
    auto config = config_for(input, at.statement);
    if (!config) config = config_for_words(input, at);
    if (!config) return;
    findings.add(at.path, at.sent.text, at.statement.head, fmt::format("the config `{}` does this", *config),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("move it to `{}:` in the config of the model", *config)});
  });
}

}  // namespace

extern const Rule native_config_available;
const Rule native_config_available{
    .code = "HK801",
    .name = "native-config-available",
    .severity = Severity::Info,
    .summary = "dbt or its adapter has a config for what the hook does",
    .rationale =
        "A config is applied at the right moment of the build, documented with the model, and taken back when it is removed. A hook only ever adds.",
    .example = "post_hook=\"comment on table {{ this }} is 'one row an order'\"",
    .better = "{{ config(persist_docs={'relation': true}) }}",
    .dialects =
        "`indexes` is for PostgreSQL, `zorder` for Databricks, `cluster_by`, `query_tag` and `snowflake_warehouse` for Snowflake; `persist_docs` and "
        "`constraints` for most.",
    .check = check};

}  // namespace hookc
