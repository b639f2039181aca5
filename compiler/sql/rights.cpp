// GRANT, REVOKE, and what moves data in and out: COPY, UNLOAD, EXPORT, LOAD.
#include <algorithm>

#include "compiler/base/ascii.h"
#include "compiler/sql/facts.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

/// The words that may stand before the name of a grantee.
std::uint32_t skip_grantee_kind(const Scanner& scanner, TokenRange grantee) {
  std::uint32_t at = grantee.first;
  if (scanner.type(at) == Tok::K_DATABASE && scanner.type_in(grantee, at + 1) == Tok::K_ROLE) ++at;
  const Tok word = scanner.type(at);
  const bool is_kind = word == Tok::K_ROLE || word == Tok::K_USER || word == Tok::K_GROUP || word == Tok::K_SHARE || scanner.is_word(at, "application");
  return is_kind && at + 1 < grantee.last && scanner.type(at + 1) != Tok::DOT ? at + 1 : at;
}

bool ends_grantees(const Scanner& scanner, std::uint32_t at) {
  static constexpr std::string_view kWords[] = {"granted", "cascade", "restrict", "copy", "revoke"};
  return scanner.type(at) == Tok::K_WITH || std::ranges::any_of(kWords, [&](std::string_view word) { return scanner.is_word(at, word); });
}

void read_grantees(const Scanner& scanner, TokenRange range, Privileges& privileges) {
  for (std::uint32_t at = range.first + 1; at < range.last; ++at) {
    if (!ends_grantees(scanner, at)) continue;
    range.last = at;
    break;
  }
  for (const TokenRange grantee : scanner.split(range, Tok::COMMA)) {
    if (!grantee.empty()) privileges.grantees.push_back(scanner.bytes({skip_grantee_kind(scanner, grantee), grantee.last}));
  }
}

std::vector<QualifiedName> names_in(const Scanner& scanner, TokenRange range) {
  std::vector<QualifiedName> result;
  for (const TokenRange part : scanner.split(range, Tok::COMMA)) {
    std::uint32_t at = part.first;
    QualifiedName name = scanner.name(at, part.last);
    if (!name.empty()) result.push_back(std::move(name));
  }
  return result;
}

void read_objects(const Scanner& scanner, TokenRange range, Privileges& privileges) {
  std::uint32_t at = range.first;
  if (scanner.type_in(range, at) == Tok::K_ALL) {
    privileges.all_objects = true;
    ++at;
  } else if (scanner.type_in(range, at) == Tok::K_FUTURE) {
    privileges.future_objects = true;
    ++at;
  }
  const KindWords kind = at < range.last ? kind_at(scanner, at) : KindWords{};
  const bool names_kind = kind.count > 0 && scanner.type_in(range, at + kind.count) != Tok::DOT && scanner.type_in(range, at + kind.count) != Tok::COMMA &&
                          (at + kind.count < range.last || kind.kind == ObjectKind::Account || privileges.all_objects || privileges.future_objects);
  if (names_kind) {
    privileges.kind = kind.kind;
    at += kind.count;
  }
  const std::uint32_t in = scanner.find({at, range.last}, Tok::K_IN);
  if (in < range.last) {
    at = in + 1;
    if (at + 1 < range.last && kind_at(scanner, at).count > 0 && scanner.type(at + 1) != Tok::DOT) ++at;
  }
  privileges.objects = names_in(scanner, {at, range.last});
}

void read_privileges(const Scanner& scanner, TokenRange range, bool has_objects, Privileges& privileges) {
  privileges.is_role_grant = !has_objects;
  for (const TokenRange part : scanner.split(range, Tok::COMMA)) {
    if (part.empty()) continue;
    privileges.privileges.push_back(scanner.bytes(part));
    privileges.all_privileges = privileges.all_privileges || scanner.type(part.first) == Tok::K_ALL;
    privileges.ownership = privileges.ownership || scanner.type(part.first) == Tok::K_OWNERSHIP;
    if (has_objects) continue;
    std::uint32_t at = skip_grantee_kind(scanner, part);
    QualifiedName role = scanner.name(at, part.last);
    if (!role.empty()) privileges.objects.push_back(std::move(role));
  }
  if (!has_objects) privileges.kind = ObjectKind::Role;
}

/// No role has such a name: the right is one on rows, and names a table.
bool is_right_on_rows(Tok word) { return word == Tok::K_SELECT || word == Tok::K_INSERT || word == Tok::K_UPDATE || word == Tok::K_DELETE; }

bool gives_option(const Scanner& scanner, TokenRange range) {
  for (std::uint32_t at = range.first; at + 1 < range.last; ++at) {
    if (scanner.type(at) == Tok::K_WITH && (scanner.type(at + 1) == Tok::K_GRANT || scanner.type(at + 1) == Tok::K_ADMIN)) return true;
  }
  return false;
}

/// `overwrite`, `overwrite = true`, `'force' = 'true'`: an option that is not switched off.
bool has_option(const Scanner& scanner, TokenRange range, std::string_view option) {
  for (std::uint32_t at = range.first; at < range.last; ++at) {
    std::string_view word = scanner.spelled(at);
    if (scanner.type(at) == Tok::STRING && word.size() > 2) word = word.substr(1, word.size() - 2);
    if (!equal_ignoring_case(word, option)) continue;
    const bool is_off = scanner.type_in(range, at + 1) == Tok::EQ &&
                        (scanner.type_in(range, at + 2) == Tok::K_FALSE || (at + 2 < range.last && equal_ignoring_case(scanner.spelled(at + 2), "'false'")));
    if (!is_off && (scanner.type(at) != Tok::STRING || scanner.type_in(range, at + 1) == Tok::EQ)) return true;
  }
  return false;
}

std::optional<Query> query_in(const Scanner& scanner, TokenRange range) {
  for (std::uint32_t at = range.first; at < range.last; ++at) {
    if (scanner.type(at) != Tok::K_SELECT && scanner.type(at) != Tok::K_WITH) continue;
    // inside of a parenthesis the query ends with it
    std::uint32_t last = range.last;
    for (std::uint32_t group = range.first; group < at; group = scanner.after(group)) {
      if (scanner.type(group) == Tok::GROUP && scanner.after(group) > at) last = scanner.inside(group).last;
    }
    return scanner.query({at, last});
  }
  return std::nullopt;
}

/// COPY INTO (Snowflake, Databricks), or COPY .. FROM | TO.
void read_copy(const Scanner& scanner, TokenRange range, Copy& copy) {
  std::uint32_t at = range.first + 1;
  const bool into = scanner.type_in(range, at) == Tok::K_INTO;
  if (into) ++at;
  copy.table = scanner.name(at, range.last);
  if (into && copy.table.empty()) {  // a stage or a path
    copy.direction = Copy::Direction::Unload;
    std::uint32_t from = scanner.find(range, Tok::K_FROM) + 1;
    if (scanner.type_in(range, from) == Tok::GROUP) {
      copy.query = query_in(scanner, scanner.inside(from));
    } else {
      copy.table = scanner.name(from, range.last);
    }
    return;
  }
  if (into) return;
  const bool unloads = scanner.find(range, Tok::K_TO) < scanner.find(range, Tok::K_FROM);
  copy.direction = unloads ? Copy::Direction::Unload : Copy::Direction::IntoTable;
  if (unloads && scanner.type_in(range, range.first + 1) == Tok::GROUP) copy.query = query_in(scanner, scanner.inside(range.first + 1));
}

}  // namespace

StatementNode build_grant(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  Grant grant;
  const TokenRange objects = parsed.child_tokens(at, Rule::OnObjects);
  const TokenRange privileges = parsed.child_tokens(at, Rule::Privileges);
  if (objects.empty() && is_right_on_rows(scanner.type_in(privileges, privileges.first))) return Unparsable{scanner.bytes(privileges), "`grant " + ascii_lower(scanner.spelled(privileges.first)) + "` without `on`"};
  read_privileges(scanner, privileges, !objects.empty(), grant);
  if (!objects.empty()) read_objects(scanner, objects, grant);
  const TokenRange grantees = parsed.child_tokens(at, Rule::Grantees);
  read_grantees(scanner, grantees, grant);
  grant.grant_option = gives_option(scanner, grantees);
  return grant;
}

StatementNode build_revoke(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  Revoke revoke;
  const TokenRange objects = parsed.child_tokens(at, Rule::OnRevoked);
  TokenRange privileges = parsed.child_tokens(at, Rule::Privileges);
  const std::uint32_t option_for = scanner.find(privileges, Tok::K_FOR);  // GRANT OPTION FOR
  if (option_for < privileges.last) privileges.first = option_for + 1;
  read_privileges(scanner, privileges, !objects.empty(), revoke);
  if (!objects.empty()) read_objects(scanner, objects, revoke);
  read_grantees(scanner, parsed.child_tokens(at, Rule::Grantees), revoke);
  return revoke;
}

StatementNode build_default_privileges(const Scanner& scanner, TokenRange range) {
  const std::uint32_t verb = std::min(scanner.find(range, Tok::K_GRANT), scanner.find(range, Tok::K_REVOKE));
  const bool grants = scanner.type_in(range, verb) == Tok::K_GRANT;
  const Tok before_grantees = grants ? Tok::K_TO : Tok::K_FROM;
  const TokenRange body{verb + 1, range.last};
  const std::uint32_t on = scanner.find(body, Tok::K_ON);
  const std::uint32_t to = scanner.find(body, before_grantees);
  if (verb >= range.last || on >= to || to + 1 >= range.last) {
    return Unparsable{scanner.bytes({range.first - 1, range.last}), "`alter default privileges` without a complete `grant` or `revoke`"};
  }
  Grant grant;
  read_privileges(scanner, {body.first, on}, true, grant);
  grant.future_objects = true;
  const KindWords kind = kind_at(scanner, on + 1);
  if (kind.count > 0) grant.kind = kind.kind;
  const std::uint32_t in = scanner.find({range.first, verb}, Tok::K_IN);
  if (in < verb) grant.objects = names_in(scanner, {in + 2, std::min(verb, scanner.find({in, verb}, Tok::K_FOR))});
  read_grantees(scanner, {to + 1, range.last}, grant);
  grant.grant_option = gives_option(scanner, {to + 1, range.last});
  if (grants) return grant;
  return Revoke{static_cast<Privileges&&>(grant)};
}

StatementNode build_copy(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  const TokenRange range = parsed.tokens(at);
  Copy copy;
  const Tok verb = scanner.type(range.first);
  const bool moves_data = scanner.type_in(range, range.first + 1) == Tok::K_DATA;
  switch (verb) {
    case Tok::K_COPY: read_copy(scanner, range, copy); break;
    case Tok::K_LOAD: {
      if (!moves_data) return build_other(scanner, range);  // DuckDB's LOAD of an extension
      std::uint32_t name = std::min(scanner.find(range, Tok::K_INTO), scanner.find({range.first, range.first + 3}, Tok::K_OVERWRITE)) + 1;
      if (scanner.type_in(range, name) == Tok::K_TABLE) ++name;
      copy.table = scanner.name(name, range.last);
      break;
    }
    default:
      copy.direction = Copy::Direction::Unload;
      copy.query = query_in(scanner, range);
      break;
  }
  copy.overwrite = has_option(scanner, range, "overwrite") || has_option(scanner, range, "allowoverwrite") || has_option(scanner, range, "cleanpath");
  copy.force = has_option(scanner, range, "force");
  return copy;
}

}  // namespace hookc::sql
