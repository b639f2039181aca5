#include <fmt/format.h>

#include <algorithm>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

constexpr const char* kNameRoles = "name the roles that need it";

bool is_public(std::string_view grantee) {
  constexpr std::size_t kQuoted = 8;  // `public` and its quotes
  return grantee.size() <= kQuoted && has_word(grantee, "public");
}

/// What else stands for everybody: in BigQuery anybody at all or anybody with an account at Google; in Databricks all users of the account.
bool is_everybody(std::string_view grantee) {
  static constexpr std::string_view kEverybody[] = {"allUsers", "specialGroup:allUsers", "allAuthenticatedUsers", "specialGroup:allAuthenticatedUsers", "account users"};
  const bool is_quoted = grantee.size() > 2 && (grantee.front() == '"' || grantee.front() == '\'' || grantee.front() == '`');
  const std::string_view name = is_quoted ? grantee.substr(1, grantee.size() - 2) : grantee;
  return std::find(std::begin(kEverybody), std::end(kEverybody), name) != std::end(kEverybody);
}

void check_grant(const StatementView& at, const sql::Grant& grant, Findings& findings) {
  const auto report = [&](ByteRange range, std::string message, Severity severity, std::string help) {
    findings.add(at.path, at.sent.text, range, std::move(message), {.severity = severity, .fix = std::nullopt, .help = std::move(help)});
  };
  for (const ByteRange grantee : grant.grantees) {
    const std::string_view name = at.view(grantee);
    if (is_public(name)) {
      report(grantee, "a grant to `public` reaches every role", Severity::Error, kNameRoles);
    } else if (is_everybody(name)) {
      report(grantee, fmt::format("a grant to {} reaches everybody", name), Severity::Error, kNameRoles);
    }
  }
  const ByteRange what = grant.privileges.empty() ? at.statement.head : grant.privileges.front();
  if (grant.all_privileges) report(what, "all privileges are granted, those to change and to drop too", Severity::Error, "name the privileges that are needed");
  if (grant.ownership) report(what, "ownership is given away: the deployment role cannot change the object after this", Severity::Error, "grant the privileges that are needed");
  if (grant.grant_option) report(at.statement.head, "whoever gets this may grant it on", Severity::Error, "leave `with grant option` out");
  const bool of_relations = grant.kind == sql::ObjectKind::Table || grant.kind == sql::ObjectKind::View || grant.kind == sql::ObjectKind::MaterializedView;
  if (grant.all_objects && !grant.all_privileges) report(at.statement.head, "this reaches objects that dbt did not make, and misses those that are made later", of_relations ? Severity::Error : Severity::Info, "grant on `{{ this }}`, or on future objects");
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    if (const auto* grant = std::get_if<sql::Grant>(&at.statement.node); grant != nullptr && !grant->is_role_grant) check_grant(at, *grant, findings);
  });
}

}  // namespace

extern const Rule broad_grant;
const Rule broad_grant{
    .code = "HK503",
    .name = "broad-grant",
    .severity = Severity::Error,
    .summary = "a hook grants to everybody, grants everything, on everything in a schema, or lets others grant on",
    .rationale =
        "Hooks run as the deployment role; what they grant outlives the model that asked for it. PUBLIC reaches every role, ALL PRIVILEGES includes "
        "those to drop and to change, OWNERSHIP and WITH GRANT OPTION give control away. ALL TABLES IN SCHEMA reaches what dbt did not make, and misses what the next "
        "model makes.",
    .example = "post_hook=\"grant select on {{ this }} to public\"",
    .better = "post_hook=\"grant select on {{ this }} to reporter\"",
    .dialects = "Everybody is `public`; in BigQuery also `allUsers` and `allAuthenticatedUsers`, in Databricks `account users`.",
    .check = check};

}  // namespace hookc
