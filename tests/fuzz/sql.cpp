// Fuzz target: SQL, in every dialect: statements, and the facts about them that verdicts are made of.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "compiler/sql/parse.h"
#include "tests/fuzz/require.h"

namespace {

using namespace hookc;

void check_range(ByteRange range, ByteRange outer) {
  if (range.begin == range.end) return;
  require(range.begin < range.end && outer.begin <= range.begin && range.end <= outer.end, "a part lies in its statement");
}

void check_name(const sql::QualifiedName& name, ByteRange outer) {
  for (const sql::Identifier& part : name.parts) check_range(part.range, outer);
}

void check_scan(const sql::Scan& scan, ByteRange outer) {
  for (const sql::QualifiedName& name : scan.relations) check_name(name, outer);
  for (const sql::QualifiedName& name : scan.columns) check_name(name, outer);
  for (const sql::Call& call : scan.calls) check_range(call.range, outer);
}

void check_expression(const sql::Expression& expr, ByteRange outer) {
  check_range(expr.range, outer);
  for (const ByteRange argument : expr.arguments) check_range(argument, outer);
  check_scan(expr.scan, outer);
}

void check_query(const sql::Query& query, ByteRange outer) {
  check_range(query.range, outer);
  for (const sql::Expression& item : query.items) check_expression(item, outer);
  check_scan(query.scan, outer);
}

void check_statement(const sql::Statement& statement) {
  const ByteRange all = statement.range;
  check_range(statement.head, all);
  require(!sql::kind_name(statement).empty(), "a statement has a kind");
  if (const auto* query = std::get_if<sql::Query>(&statement.node)) check_query(*query, all);
  if (const auto* create = std::get_if<sql::Create>(&statement.node)) {
    check_name(create->name, all);
    check_name(create->on, all);
    if (create->query) check_query(*create->query, all);
    static_cast<void>(sql::guarded_create(create->kind, create->query.has_value()));
  }
  if (const auto* drop = std::get_if<sql::Drop>(&statement.node)) {
    for (const sql::QualifiedName& name : drop->names) check_name(name, all);
  }
  if (const auto* alter = std::get_if<sql::Alter>(&statement.node)) {
    for (const sql::AlterAction& action : alter->actions) check_range(action.range, all);
  }
  if (const auto* insert = std::get_if<sql::Insert>(&statement.node)) {
    check_name(insert->target, all);
    for (const auto& row : insert->rows) {
      for (const sql::Expression& value : row) check_expression(value, all);
    }
    if (insert->query) check_query(*insert->query, all);
  }
  if (const auto* update = std::get_if<sql::Update>(&statement.node)) {
    check_name(update->target, all);
    for (const sql::Assignment& assignment : update->assignments) check_expression(assignment.value, all);
    if (update->where) check_expression(update->where->expr, all);
  }
  if (const auto* merge = std::get_if<sql::Merge>(&statement.node)) {
    check_range(merge->source_range, all);
    for (const sql::MergeClause& clause : merge->clauses) check_range(clause.range, all);
  }
  if (const auto* problem = std::get_if<sql::Unparsable>(&statement.node)) {
    check_range(problem->where, all);
    require(!problem->message.empty(), "what cannot be parsed says why");
  }
}

void check_dialect(std::string_view text, sql::Dialect dialect) {
  const sql::Script script = sql::parse_sql(text, dialect);
  const ByteRange all{0, static_cast<std::uint32_t>(text.size())};
  std::uint32_t reached = 0;
  for (const sql::Statement& statement : script.statements) {
    check_range(statement.range, all);
    require(reached <= statement.range.begin, "statements are in order and do not overlap");
    reached = statement.range.end;
    check_statement(statement);
  }
  require(script.statements.empty() == sql::is_blank(text, dialect), "a text without statements is blank");
  check_expression(sql::scan_expression(text, all, dialect), all);
  static_cast<void>(sql::parse_name(text, dialect));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};  // bytes are bytes
  for (std::uint8_t dialect = 0; dialect <= static_cast<std::uint8_t>(sql::Dialect::SqlServer); ++dialect) {
    check_dialect(text, sql::Dialect{dialect});
  }
  return 0;
}
