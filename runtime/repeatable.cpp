#include "runtime/repeatable.h"

#include <algorithm>

#include "compiler/base/overloaded.h"
#include "compiler/sql/parse.h"

namespace hookc {
namespace {

using sql::AlterKind;
using sql::ObjectKind;

bool mentions(std::string_view sql, std::string_view word) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
  return !std::ranges::search(sql, word, same).empty();
}

/// Looks at nothing but literals and the columns of the row.
bool is_of_the_row(const sql::Scan& scan) { return scan.relations.empty() && scan.calls.empty() && scan.subqueries == 0 && scan.ctes == 0 && !scan.writes; }
bool is_nothing(const sql::Scan& scan) { return is_of_the_row(scan) && scan.columns.empty(); }

/// A literal or the clock: a value that does not depend on what stands in the table.
bool is_absolute(const sql::Expression& value) {
  if (value.shape == sql::Shape::Literal) return is_nothing(value.scan);
  const auto is_clock = [](const sql::Call& call) { return call.volatility == sql::Volatility::Clock; };
  return value.shape == sql::Shape::Call && value.scan.calls.size() == 1 && is_clock(value.scan.calls.front()) && value.scan.columns.empty() && value.scan.relations.empty();
}

/// `create index concurrently` that broke off leaves an invalid index, which `if not exists` takes for a good one.
bool repeats(const sql::Create& create, bool alone) {
  if (create.temporary || create.concurrently || create.name.empty()) return false;
  const bool is_definition = create.kind == ObjectKind::View || (!create.query && create.source.empty());
  if (create.if_not_exists) return alone || is_definition;
  if (!create.or_replace && !create.or_alter) return false;
  return is_definition && (alone || create.kind != ObjectKind::Table);
}

bool repeats(const sql::Alter& alter) {
  return !alter.actions.empty() && std::ranges::all_of(alter.actions, [](const sql::AlterAction& action) {
    if (action.kind == AlterKind::AddColumn) return action.if_not_exists;
    return (action.kind == AlterKind::DropColumn || action.kind == AlterKind::DropConstraint) && action.if_exists;
  });
}

/// A row that matches gets the same values whether it had them before or not; one that does not is left alone both times.
bool repeats(const sql::Update& update, std::string_view sql) {
  if (!is_nothing(update.from) || mentions(sql, "limit") || mentions(sql, "top")) return false;
  if (update.where && !is_of_the_row(update.where->expr.scan)) return false;
  return std::ranges::all_of(update.assignments, [](const sql::Assignment& assignment) { return is_absolute(assignment.value); });
}

bool repeats(const sql::Delete& removal, std::string_view sql) {
  if (!is_nothing(removal.from) || mentions(sql, "limit") || mentions(sql, "top")) return false;
  if (!removal.where) return true;
  sql::Scan scan = removal.where->expr.scan;
  std::erase_if(scan.calls, [](const sql::Call& call) { return call.volatility == sql::Volatility::Clock; });  // as if it had been sent only now
  return is_of_the_row(scan);
}

}  // namespace

bool is_repeatable(std::string_view sql, sql::Dialect dialect, InDoubtWith with) {
  const sql::Script script = sql::parse_sql(sql, dialect);
  if (script.statements.size() != 1) return false;
  const bool alone = with == InDoubtWith::Nothing;
  return std::visit(overloaded{
                        [&](const sql::Create& create) { return repeats(create, alone); },
                        [](const sql::Drop& drop) { return drop.if_exists && !drop.all; },
                        [](const sql::Alter& alter) { return repeats(alter); },
                        [](const sql::Insert&) { return false; },
                        [&](const sql::Update& update) { return alone && repeats(update, sql); },
                        [&](const sql::Delete& removal) { return alone && repeats(removal, sql); },
                        [](const sql::Merge&) { return false; },
                        [](const sql::Grant& grant) { return !grant.ownership; },
                        [](const sql::Revoke&) { return true; },
                        [&](const sql::Truncate&) { return alone; },
                        [](const sql::CommentOn&) { return true; },
                        [](const sql::Copy&) { return false; },
                        [](const sql::Invoke&) { return false; },
                        [](const sql::SetSession&) { return true; },
                        [](const sql::Transaction&) { return false; },
                        [&](const sql::Maintenance& maintenance) { return alone || maintenance.kind != sql::Maintenance::Kind::Refresh; },
                        [](const sql::Query& query) { return !query.into && !query.scan.writes && query.scan.calls.empty(); },
                        [](const sql::Other&) { return false; },
                        [](const sql::Unparsable&) { return false; },
                    },
                    script.statements.front().node);
}

bool may_have_effects(const sql::Query& query) {
  return query.into || query.scan.writes ||
         std::ranges::any_of(query.scan.calls, [](const sql::Call& call) {
           return call.volatility == sql::Volatility::Sequence || (call.name.size() > 1 && call.name.parts.front().value != "pg_catalog");
         });
}

bool makes_temporary(std::string_view sql, sql::Dialect dialect) {
  if (!mentions(sql, "temp")) return false;
  const sql::Script script = sql::parse_sql(sql, dialect);
  return std::ranges::any_of(script.statements, [](const sql::Statement& statement) {
    const auto* create = std::get_if<sql::Create>(&statement.node);
    return create != nullptr && create->temporary;
  });
}

}  // namespace hookc
