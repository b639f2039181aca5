#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

constexpr std::string_view kAdministrators[] = {"accountadmin", "securityadmin", "useradmin", "sysadmin", "orgadmin", "postgres", "superuser", "admin", "root", "sa"};

bool is_administrator(std::string_view role) {
  return std::any_of(std::begin(kAdministrators), std::end(kAdministrators), [&](std::string_view name) { return role.size() <= name.size() + 2 && has_word(role, name); });
}

bool is_principal(sql::ObjectKind kind) { return kind == sql::ObjectKind::User || kind == sql::ObjectKind::Role || kind == sql::ObjectKind::Group || kind == sql::ObjectKind::Account || kind == sql::ObjectKind::System; }

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const auto report = [&](std::string message, Severity severity, std::string help) {
      findings.add(at.path, at.sent.text, at.statement.head, std::move(message), {.severity = severity, .fix = std::nullopt, .help = std::move(help)});
    };
    if (const auto* session = std::get_if<sql::SetSession>(&at.statement.node)) {
      const bool is_role = session->what == "role" || session->what == "authorization" || session->what == "session_authorization";
      if (!is_role || session->how == sql::SetSession::How::Reset || has_word(at.view(session->value), "none")) return;
      if (symbol_at(*input.project.sources, at.sent.text, session->value.begin).starts_with("target.role") || at.view(session->value) == "hole_target_role") return;  // the profile's own: switched back
      if (is_administrator(at.view(session->value))) return report(fmt::format("the hook becomes `{}`", at.view(session->value)), Severity::Error, "grant the deployment role what it needs instead");
      return report("the role stays switched for whatever runs next on this connection", Severity::Warning, "set `role:` in the profile, or switch back in the same hook");
    }
    if (const auto* create = std::get_if<sql::Create>(&at.statement.node)) {
      if (is_principal(create->kind)) return report(fmt::format("`{}` is no business of a hook", sql::kind_name(at.statement)), Severity::Error, "let whoever administers the database do it");
      const std::string_view text = at.view(at.statement.range);
      const bool elevated = create->kind == sql::ObjectKind::Function || create->kind == sql::ObjectKind::Procedure;
      if (elevated && has_word(text, "definer") && !has_word(text, "search_path") && input.project.dialect == sql::Dialect::Postgres) {
        report("a SECURITY DEFINER function without a fixed `search_path` runs whatever its caller puts in front", Severity::Error, "add `set search_path = ...` to the function");
      }
      return;
    }
    if (const auto* drop = std::get_if<sql::Drop>(&at.statement.node); drop != nullptr && is_principal(drop->kind)) return report(fmt::format("`{}` is no business of a hook", sql::kind_name(at.statement)), Severity::Error, "let whoever administers the database do it");
    if (const auto* alter = std::get_if<sql::Alter>(&at.statement.node); alter != nullptr && is_principal(alter->kind)) report(fmt::format("`{}` is no business of a hook", sql::kind_name(at.statement)), Severity::Error, "let whoever administers the database do it");
  });
}

}  // namespace

extern const Rule role_switch_or_account_ddl;
const Rule role_switch_or_account_ddl{
    .code = "HK504",
    .name = "role-switch-or-account-ddl",
    .severity = Severity::Error,
    .summary = "a hook takes on another role, or makes and changes users, roles or the account",
    .rationale =
        "A hook that becomes an administrator lends every later statement of its connection these rights. Users and roles belong to whoever "
        "administers the database, under review of their own.",
    .example = "on-run-start: \"use role accountadmin\"",
    .better = "-- grant the deployment role what it needs, once, outside of dbt",
    .check = check};

}  // namespace hookc
