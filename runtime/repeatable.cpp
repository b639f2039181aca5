#include "runtime/repeatable.h"

#include <algorithm>
#include <iterator>
#include <string_view>

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

/// Functions of databases, and words that stand before parentheses as those do, that only look at what they are given. Aggregates, and those that read a clock, are known to the parser.
constexpr std::string_view kOnlyLook[] = {
    "abs", "acos", "age", "all", "any", "array", "array_length", "array_to_string", "ascii", "asin", "atan", "atan2", "case", "cast", "cbrt", "ceil", "ceiling", "char",
    "char_length", "character_length", "chr", "coalesce", "concat", "concat_ws", "contains", "convert", "convert_timezone", "cos", "cume_dist", "current_catalog",
    "current_database", "current_schema", "current_schemas", "current_setting", "current_user", "date", "date_add", "date_diff", "date_part", "date_sub", "date_trunc",
    "dateadd", "datediff", "datename", "datepart", "day", "dayofmonth", "dayofweek", "dayofyear", "decode", "degrees", "dense_rank", "ends_with", "exists", "exp",
    "extract", "first_value", "floor", "format", "format_type", "from_unixtime", "generate_series", "generate_subscripts", "greatest", "has_schema_privilege",
    "has_table_privilege", "hash", "hex", "hour", "if", "iff", "ifnull", "iif", "in", "initcap", "instr", "isnull", "json_array", "json_extract",
    "json_extract_path_text", "json_extract_scalar", "json_object", "json_value", "lag", "last_day", "last_value", "lcase", "lead", "least", "left", "len", "length",
    "like", "ln", "log", "log10", "log2", "lower", "lpad", "ltrim", "make_date", "make_timestamp", "md5", "mid", "minute", "mod", "month", "months_between", "nth_value",
    "ntile", "nullif", "nullifzero", "nvl", "nvl2", "octet_length", "overlay", "parse_json", "percent_rank", "pg_backend_pid", "pg_get_indexdef", "pg_get_userbyid",
    "pg_get_viewdef", "pg_relation_size", "pg_size_pretty", "pg_table_size", "pg_total_relation_size", "pi", "position", "pow", "power", "quarter", "quote_ident",
    "quote_literal", "quote_nullable", "radians", "range", "rank", "regexp_contains", "regexp_count", "regexp_extract", "regexp_instr", "regexp_like", "regexp_matches",
    "regexp_replace", "regexp_substr", "repeat", "replace", "reverse", "right", "round", "row", "row_number", "row_to_json", "rpad", "rtrim", "safe_cast", "second",
    "sequence", "sha1", "sha2", "sha256", "sha512", "sign", "sin", "some", "split", "split_part", "sqrt", "starts_with", "str", "strftime", "string", "string_split",
    "strip", "strpos", "strptime", "struct", "substr", "substring", "tan", "time", "timediff", "timestamp", "timestampadd", "timestampdiff", "to_char", "to_date",
    "to_hex", "to_json", "to_jsonb", "to_number", "to_regclass", "to_timestamp", "to_varchar", "translate", "treat", "trim", "trunc", "truncate", "try_cast",
    "try_convert", "typeof", "ucase", "unhex", "unnest", "upper", "values", "version", "week", "weekofyear", "width_bucket", "year", "zeroifnull",
};
static_assert(std::ranges::is_sorted(kOnlyLook));

bool only_looks(const sql::Call& call) {
  if (call.volatility == sql::Volatility::Sequence) return false;
  if (call.name.size() > 2 || (call.name.size() == 2 && call.name.parts.front().value != "pg_catalog")) return false;
  return call.aggregate || call.window || call.volatility != sql::Volatility::Stable || std::ranges::binary_search(kOnlyLook, call.name.last());
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
  return query.into || query.scan.writes || !std::ranges::all_of(query.scan.calls, only_looks);
}

bool makes_temporary(std::string_view sql, sql::Dialect dialect) {
  if (!mentions(sql, "temp")) return false;
  const sql::Script script = sql::parse_sql(sql, dialect);
  return std::ranges::any_of(script.statements, [](const sql::Statement& statement) {
    const auto* create = std::get_if<sql::Create>(&statement.node);
    return create != nullptr && create->temporary;
  });
}

bool is_session_setting(std::string_view kind) { return kind == "set" || kind == "reset" || kind == "use" || kind == "alter session"; }

bool leaves_in_session(std::string_view kind, std::string_view sql, sql::Dialect dialect) {
  // Besides queries, what changes the database and nothing else.
  constexpr std::string_view kOutside[] = {"alter", "analyze", "checkpoint", "cluster", "comment", "commit", "copy", "create", "delete", "drop", "grant", "insert", "merge",
                                           "optimize", "refresh", "reindex", "revoke", "rollback", "select", "substitute", "truncate", "unload", "update", "vacuum"};
  const std::string_view verb = kind.substr(0, kind.find(' '));
  if (is_session_setting(kind) || std::ranges::find(kOutside, verb) == std::end(kOutside)) return true;
  if (mentions(sql, "set_config") || mentions(sql, "advisory") || mentions(sql, "get_lock")) return true;
  if (verb == "create") return makes_temporary(sql, dialect);
  if (verb != "select") return false;
  const sql::Script script = sql::parse_sql(sql, dialect);
  return std::ranges::any_of(script.statements, [](const sql::Statement& statement) {
    const auto* query = std::get_if<sql::Query>(&statement.node);
    return query == nullptr || may_have_effects(*query);
  });
}

}  // namespace hookc
