#include "runtime/substitute.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "compiler/base/ascii.h"
#include "compiler/sql/lexer.h"

namespace hookc {

namespace {

struct Spelling {
  std::string_view function;  // called without arguments
  std::string_view replacement;
  bool is_needed = true;      // no function of this name can be made
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
/// Confirmed against PostgreSQL 15. The first ones are words of its grammar, and with parentheses no SQL.
constexpr Spelling kPostgresSpellings[] = {
    {"current_timestamp", "current_timestamp"},
    {"localtimestamp", "localtimestamp"},
    {"current_time", "current_time"},
    {"current_date", "current_date"},
    {"current_user", "current_user"},
    {"systimestamp", "current_timestamp", false},
    {"getdate", "localtimestamp", false},
    {"sysdatetime", "localtimestamp", false},
    {"sysdate", "(current_timestamp at time zone 'UTC')", false},
    {"getutcdate", "(current_timestamp at time zone 'UTC')", false},
    {"uuid_string", "cast(gen_random_uuid() as varchar)", false},
    {"generate_uuid", "cast(gen_random_uuid() as varchar)", false},
    {"newid", "gen_random_uuid()", false},
};

std::span<const Spelling> spellings_of(sql::Dialect dialect) {
  if (dialect == sql::Dialect::DuckDb) return kDuckDbSpellings;
  if (dialect == sql::Dialect::Postgres) return kPostgresSpellings;
  return {};
}

const Spelling* spelling_of(std::string_view word, sql::Dialect dialect) {
  const auto rows = spellings_of(dialect);
  const auto found = std::ranges::find_if(rows, [&](const Spelling& row) { return equal_ignoring_case(row.function, word); });
  return found == rows.end() ? nullptr : &*found;
}

std::string_view bytes(std::string_view sql, ByteRange range) { return sql.substr(range.begin, range.size()); }

/// Lower case, with single blanks: how a privilege is written in the table.
std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : ascii_lower(text)) {
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
  return (equal_ignoring_case(word(1), "grant") || equal_ignoring_case(word(1), "admin")) && equal_ignoring_case(word(2), "option") &&
         equal_ignoring_case(word(3), "for");
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

/// What the database spells differently, and where.
struct Respelling {
  ByteRange range;  // in the text that was looked at
  std::string replacement;
  bool is_needed = true;
};

/// Looks for respellings in a text of SQL; never inside of strings, quoted names or comments.
class Speller {
 public:
  Speller(std::string_view sql, sql::Dialect dialect) : sql_(sql), dialect_(dialect), tokens_(sql::lex(sql, sql::traits_of(dialect))) {}

  /// In order, none inside of another.
  [[nodiscard]] std::vector<Respelling> all(bool is_grant) const;

 private:
  [[nodiscard]] std::string_view word(std::size_t at) const { return bytes(sql_, tokens_[at].range); }
  [[nodiscard]] bool is(std::size_t at, sql::Tok type) const { return at < tokens_.size() && tokens_[at].type == type; }
  [[nodiscard]] std::optional<Respelling> at(std::size_t first, bool is_grant) const;
  [[nodiscard]] std::optional<Respelling> call(std::size_t first) const;
  [[nodiscard]] std::optional<Respelling> datediff(std::size_t first) const;
  [[nodiscard]] std::optional<Respelling> role(std::size_t first) const;
  /// Of the parenthesis at `open`: where the arguments begin, and where the last one ends; empty when it is not closed.
  [[nodiscard]] std::vector<std::size_t> arguments(std::size_t open) const;
  [[nodiscard]] std::string respelled(std::size_t first, std::size_t end) const;

  std::string_view sql_;
  sql::Dialect dialect_;
  sql::Tokens tokens_;
};

std::string written_with(std::string_view sql, const std::vector<Respelling>& respellings) {
  std::string out;
  std::uint32_t copied = 0;
  for (const Respelling& one : respellings) {
    out += sql.substr(copied, one.range.begin - copied);
    out += one.replacement;
    copied = one.range.end;
  }
  return out += sql.substr(copied);
}

std::vector<std::size_t> Speller::arguments(std::size_t open) const {
  std::vector<std::size_t> bounds{open + 1};
  std::size_t depth = 0;
  for (std::size_t i = open; i < tokens_.size(); ++i) {
    if (is(i, sql::Tok::LP)) ++depth;
    if (is(i, sql::Tok::COMMA) && depth == 1) bounds.push_back(i + 1);
    if (!is(i, sql::Tok::RP) || --depth > 0) continue;
    bounds.push_back(i + 1);
    return bounds;
  }
  return {};
}

/// The argument from a token on, up to the comma or parenthesis before `end`.
std::string Speller::respelled(std::size_t first, std::size_t end) const {
  const ByteRange range{tokens_[first].range.begin, tokens_[end - 1].range.begin};
  std::string text{bytes(sql_, range)};
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.pop_back();
  return written_with(text, Speller{text, dialect_}.all(false));
}

std::optional<Respelling> Speller::call(std::size_t first) const {
  const Spelling* row = is(first + 1, sql::Tok::LP) && is(first + 2, sql::Tok::RP) ? spelling_of(word(first), dialect_) : nullptr;
  if (row == nullptr) return std::nullopt;
  return Respelling{ByteRange{tokens_[first].range.begin, tokens_[first + 2].range.end}, std::string{row->replacement}, row->is_needed};
}

/// `datediff('second', a, b)`: how often the clock has come to a new second between the two.
std::optional<Respelling> Speller::datediff(std::size_t first) const {
  if (dialect_ != sql::Dialect::Postgres || !equal_ignoring_case(word(first), "datediff") || !is(first + 1, sql::Tok::LP)) return std::nullopt;
  const std::vector<std::size_t> bounds = arguments(first + 1);
  if (bounds.size() != 4 || bounds[1] != bounds[0] + 2) return std::nullopt;
  std::string part = ascii_lower(word(bounds[0]));
  std::erase(part, '\'');
  struct Part {
    std::string_view name;
    int seconds;
  };
  static constexpr Part kParts[] = {{"second", 1}, {"minute", 60}, {"hour", 3'600}, {"day", 86'400}};
  const auto* const known = std::ranges::find(kParts, part, &Part::name);
  if (known == std::end(kParts)) return std::nullopt;
  const std::string difference = fmt::format("extract(epoch from date_trunc('{0}', {2}) - date_trunc('{0}', {1}))", part, respelled(bounds[1], bounds[2]), respelled(bounds[2], bounds[3]));
  const std::string count = known->seconds == 1 ? difference : fmt::format("{} / {}", difference, known->seconds);
  return Respelling{ByteRange{tokens_[first].range.begin, tokens_[bounds[3] - 1].range.end}, fmt::format("cast({} as bigint)", count), false};
}

/// `to role r`: PostgreSQL has roles, and no word before their names.
std::optional<Respelling> Speller::role(std::size_t first) const {
  const bool is_before_names = is(first, sql::Tok::COMMA) || equal_ignoring_case(word(first), "to") || equal_ignoring_case(word(first), "from");
  if (dialect_ != sql::Dialect::Postgres || !is_before_names || first + 2 >= tokens_.size() || !equal_ignoring_case(word(first + 1), "role")) return std::nullopt;
  if (is(first + 2, sql::Tok::COMMA) || is(first + 2, sql::Tok::SEMI)) return std::nullopt;  // a role of this name
  return Respelling{ByteRange{tokens_[first].range.begin, tokens_[first + 2].range.end}, fmt::format("{} {}", word(first), word(first + 2)), true};
}

std::optional<Respelling> Speller::at(std::size_t first, bool is_grant) const {
  if (is_grant) return role(first);
  if (is(first, sql::Tok::QNAME) || is(first, sql::Tok::STRING)) return std::nullopt;
  if (first > 0 && is(first - 1, sql::Tok::DOT)) return std::nullopt;  // somebody's own function of that name
  auto found = call(first);
  return found ? found : datediff(first);
}

std::vector<Respelling> Speller::all(bool is_grant) const {
  std::vector<Respelling> found;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (!found.empty() && tokens_[i].range.begin < found.back().range.end) continue;
    if (auto one = at(i, is_grant)) found.push_back(std::move(*one));
  }
  return found;
}

std::optional<Substitution> substitute_spellings(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope) {
  const std::string_view text = bytes(sql, statement.range);
  const bool is_grant = std::holds_alternative<sql::Grant>(statement.node) || std::holds_alternative<sql::Revoke>(statement.node);
  const std::vector<Respelling> found = Speller{text, scope.dialect}.all(is_grant);
  if (found.empty()) return std::nullopt;
  Substitution out;
  out.is_needed = std::ranges::any_of(found, &Respelling::is_needed);
  out.statements.push_back(written_with(text, found));
  for (const Respelling& one : found) {
    std::string report = fmt::format("`{}` is written `{}` for {}", normalised(bytes(text, one.range)), one.replacement, sql::traits_of(scope.dialect).title);
    if (std::find(out.reports.begin(), out.reports.end(), report) == out.reports.end()) out.reports.push_back(std::move(report));
  }
  return out;
}

}  // namespace

std::optional<Substitution> substitute(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope) {
  if (spellings_of(scope.dialect).empty()) return std::nullopt;
  if (scope.dialect == sql::Dialect::DuckDb) {
    if (auto privileges = substitute_privileges(sql, statement, scope)) return privileges;
  }
  return substitute_spellings(sql, statement, scope);
}

AdapterError unsupported_error(std::string_view sql, const sql::Statement& statement, const Substitution& substitution, sql::Dialect dialect) {
  const bool is_privilege = dialect == sql::Dialect::DuckDb && (std::holds_alternative<sql::Grant>(statement.node) || std::holds_alternative<sql::Revoke>(statement.node));
  if (is_privilege) {
    return adapter_error(AdapterError::Kind::Unsupported, fmt::format("DuckDB has no privileges: `{}` cannot be executed", shown(sql, statement)),
                         "`unsupported: substitute` in hookc.yml, beside dbt_project.yml, records privileges in a table instead");
  }
  return adapter_error(AdapterError::Kind::Unsupported, fmt::format("{} does not know a part of this statement: {}", sql::traits_of(dialect).title, fmt::join(substitution.reports, ", ")),
                       "`unsupported: substitute` in hookc.yml, beside dbt_project.yml, rewrites such parts");
}

}  // namespace hookc
