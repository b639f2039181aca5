#include "runtime/substitute.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/sql/lexer.h"

namespace hookc {

namespace {

struct Spelling {
  std::string_view function;  // called without arguments
  std::string_view replacement;
};

/// Confirmed against DuckDB 1.5: none of the left is known to it, each of the right is, with the type that the left has where it is known.
constexpr Spelling kDuckDbSpellings[] = {
    {"current_timestamp", "current_timestamp"},
    {"localtimestamp", "localtimestamp"},
    {"current_time", "current_time"},
    {"statement_timestamp", "current_timestamp"},
    {"clock_timestamp", "current_timestamp"},
    {"systimestamp", "current_timestamp"},
    {"getdate", "localtimestamp"},
    {"sysdatetime", "localtimestamp"},
    {"sysdate", "(current_timestamp at time zone 'UTC')"},
    {"getutcdate", "(current_timestamp at time zone 'UTC')"},
    {"uuid_string", "cast(uuid() as varchar)"},
    {"generate_uuid", "cast(uuid() as varchar)"},
    {"newid", "uuid()"},
};

const Spelling* spelling_of(std::string_view word) {
  const auto* const found = std::find_if(std::begin(kDuckDbSpellings), std::end(kDuckDbSpellings),
                                         [&](const Spelling& row) { return sql::equal_ignoring_case(row.function, word); });
  return found == std::end(kDuckDbSpellings) ? nullptr : found;
}

std::string_view bytes(std::string_view sql, ByteRange range) { return sql.substr(range.begin, range.size()); }

/// Lower case, with single blanks: how a privilege is written in the table.
std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : sql::lower(text)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
    if (!is_blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

/// A grantee as the database that has roles would compare it: without regard to case unless it is quoted.
std::string role_name(std::string_view text, sql::Dialect dialect) {
  const sql::QualifiedName name = sql::parse_name(text, dialect);
  return name.empty() ? normalised(text) : name.str();
}

std::string object_name(const sql::Privileges& privileges, const sql::QualifiedName& object) {
  const std::string name = object.str();
  if (!privileges.all_objects && !privileges.future_objects) return name;
  return fmt::format("{} {}s in {}", privileges.future_objects ? "future" : "all", sql::name_of(privileges.kind), name);
}

/// The columns of the rows that a GRANT stands for, each combination one row.
struct Grid {
  std::vector<std::string> privileges;
  std::vector<std::string> objects;
  std::vector<std::string> grantees;
  std::string object_kind;
};

Grid grid_of(std::string_view sql, const sql::Privileges& facts, sql::Dialect dialect) {
  Grid grid;
  grid.object_kind = facts.is_role_grant ? "role" : std::string{sql::name_of(facts.kind)};
  if (facts.is_role_grant) {
    grid.privileges.emplace_back("member");
  } else if (facts.ownership) {
    grid.privileges.emplace_back("ownership");
  } else if (facts.all_privileges) {
    grid.privileges.emplace_back("all");
  } else {
    for (const ByteRange range : facts.privileges) grid.privileges.push_back(normalised(bytes(sql, range)));
  }
  for (const sql::QualifiedName& object : facts.objects) grid.objects.push_back(object_name(facts, object));
  if (facts.objects.empty() && facts.kind != sql::ObjectKind::Table) grid.objects.push_back(grid.object_kind);  // GRANT .. ON ACCOUNT
  for (const ByteRange range : facts.grantees) grid.grantees.push_back(role_name(bytes(sql, range), dialect));
  return grid;
}

bool is_empty(const Grid& grid) { return grid.privileges.empty() || grid.objects.empty() || grid.grantees.empty(); }

std::string table_name(const SubstituteScope& scope) {
  return scope.schema.empty() ? std::string{kPrivilegesTable} : fmt::format("{}.{}", quote_name(scope.schema), kPrivilegesTable);
}

std::vector<std::string> make_table(const SubstituteScope& scope) {
  std::vector<std::string> statements;
  if (!scope.schema.empty()) statements.push_back(fmt::format("create schema if not exists {}", quote_name(scope.schema)));
  statements.push_back(
      fmt::format("create table if not exists {} (privilege varchar, object_kind varchar, object varchar, grantee varchar, "
                  "grant_option boolean, granted_at timestamp, hook_id varchar)",
                  table_name(scope)));
  return statements;
}

std::string in_list(std::string_view column, const std::vector<std::string>& values) {
  std::string out = fmt::format("{} in (", column);
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : ", ") + quote_literal(values[i]);
  return out + ")";
}

std::string condition(const Grid& grid) {
  std::string out = fmt::format("object_kind = {} and {} and {}", quote_literal(grid.object_kind), in_list("object", grid.objects),
                                in_list("grantee", grid.grantees));
  if (grid.privileges != std::vector<std::string>{"all"}) out += " and " + in_list("privilege", grid.privileges);
  return out;
}

/// Rows that are there stay as they are, so that granting again changes nothing.
std::string insert_rows(const Grid& grid, bool grant_option, const SubstituteScope& scope) {
  const auto list = [](const std::vector<std::string>& values) {
    std::string out = "[";
    for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : ", ") + quote_literal(values[i]);
    return out + "]";
  };
  return fmt::format(
      "insert into {0} select p.privilege, {1}, o.object, g.grantee, {2}, localtimestamp, {3} "
      "from unnest({4}) as p(privilege), unnest({5}) as o(object), unnest({6}) as g(grantee) "
      "where not exists (select 1 from {0} as t where t.privilege = p.privilege and t.object_kind = {1} and t.object = o.object and t.grantee = "
      "g.grantee)",
      table_name(scope), quote_literal(grid.object_kind), grant_option ? "true" : "false", quote_literal(scope.hook_id), list(grid.privileges),
      list(grid.objects), list(grid.grantees));
}

/// REVOKE GRANT OPTION FOR .., REVOKE ADMIN OPTION FOR ..
bool revokes_only_the_option(std::string_view sql, const sql::Statement& statement, sql::Dialect dialect) {
  const std::string_view text = bytes(sql, statement.range);
  const sql::Tokens tokens = sql::lex(text, sql::traits_of(dialect));
  const auto word = [&](std::size_t at) { return at < tokens.size() ? bytes(text, tokens[at].range) : std::string_view{}; };
  return (sql::equal_ignoring_case(word(1), "grant") || sql::equal_ignoring_case(word(1), "admin")) && sql::equal_ignoring_case(word(2), "option") &&
         sql::equal_ignoring_case(word(3), "for");
}

/// A statement in one line, shortened between two characters.
std::string shown(std::string_view sql, const sql::Statement& statement) {
  constexpr std::size_t kMaxShown = 80;
  std::string text = normalised(bytes(sql, statement.range));
  if (text.size() <= kMaxShown) return text;
  std::size_t end = kMaxShown - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::optional<Substitution> substitute_privileges(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope) {
  const auto* grant = std::get_if<sql::Grant>(&statement.node);
  const auto* revoke = std::get_if<sql::Revoke>(&statement.node);
  if (grant == nullptr && revoke == nullptr) return std::nullopt;
  const sql::Privileges& facts = grant != nullptr ? static_cast<const sql::Privileges&>(*grant) : *revoke;
  const Grid grid = grid_of(sql, facts, scope.dialect);
  if (is_empty(grid)) return std::nullopt;  // not understood: the database's own error says more than a guess

  Substitution out;
  out.statements = make_table(scope);
  if (grant != nullptr) {
    out.statements.push_back(insert_rows(grid, grant->grant_option, scope));
    if (grant->grant_option) out.statements.push_back(fmt::format("update {} set grant_option = true where {}", table_name(scope), condition(grid)));
  } else if (revokes_only_the_option(sql, statement, scope.dialect)) {
    out.statements.push_back(fmt::format("update {} set grant_option = false where {}", table_name(scope), condition(grid)));
  } else {
    out.statements.push_back(fmt::format("delete from {} where {}", table_name(scope), condition(grid)));
  }
  const std::string where = scope.schema.empty() ? std::string{kPrivilegesTable} : fmt::format("{}.{}", scope.schema, kPrivilegesTable);
  out.reports.push_back(fmt::format("`{}` is recorded in `{}`: DuckDB has no privileges", shown(sql, statement), where));
  return out;
}

std::optional<Substitution> substitute_spellings(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope) {
  const std::string_view text = bytes(sql, statement.range);
  const std::vector<Respelling> found = respellings(text, scope.dialect);
  if (found.empty()) return std::nullopt;
  Substitution out;
  std::string& rewritten = out.statements.emplace_back();
  std::uint32_t copied = 0;
  for (const Respelling& one : found) {
    rewritten += text.substr(copied, one.range.begin - copied);
    rewritten += one.replacement;
    copied = one.range.end;
    std::string report = fmt::format("`{}` is written `{}` for DuckDB", normalised(bytes(text, one.range)), one.replacement);
    if (std::find(out.reports.begin(), out.reports.end(), report) == out.reports.end()) out.reports.push_back(std::move(report));
  }
  rewritten += text.substr(copied);
  return out;
}

}  // namespace

std::vector<Respelling> respellings(std::string_view sql, sql::Dialect dialect) {
  std::vector<Respelling> found;
  if (dialect != sql::Dialect::DuckDb) return found;
  const sql::Tokens tokens = sql::lex(sql, sql::traits_of(dialect));
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].type == sql::Tok::QNAME || tokens[i].type == sql::Tok::STRING) continue;
    if (tokens[i + 1].type != sql::Tok::LP || tokens[i + 2].type != sql::Tok::RP) continue;
    if (i > 0 && tokens[i - 1].type == sql::Tok::DOT) continue;  // somebody's own function of that name
    if (const Spelling* row = spelling_of(bytes(sql, tokens[i].range))) {
      found.push_back(Respelling{ByteRange{tokens[i].range.begin, tokens[i + 2].range.end}, row->replacement});
    }
  }
  return found;
}

std::optional<Substitution> substitute(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope) {
  if (scope.dialect != sql::Dialect::DuckDb) return std::nullopt;
  if (auto privileges = substitute_privileges(sql, statement, scope)) return privileges;
  return substitute_spellings(sql, statement, scope);
}

AdapterError unsupported_error(std::string_view sql, const sql::Statement& statement, const Substitution& substitution) {
  const bool is_privilege = std::holds_alternative<sql::Grant>(statement.node) || std::holds_alternative<sql::Revoke>(statement.node);
  AdapterError error;
  error.kind = AdapterError::Kind::Unsupported;
  error.message = is_privilege ? fmt::format("DuckDB has no privileges: `{}` cannot be executed", shown(sql, statement))
                               : fmt::format("DuckDB does not know a function of this statement: {}", fmt::join(substitution.reports, ", "));
  error.help = is_privilege ? "`unsupported: substitute` in hookc.yml, beside dbt_project.yml, records privileges in a table instead"
                            : "`unsupported: substitute` in hookc.yml, beside dbt_project.yml, rewrites such functions";
  return error;
}

}  // namespace hookc
