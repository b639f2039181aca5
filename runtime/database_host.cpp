#include "runtime/database_host.h"

#include <algorithm>
#include <utility>

#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

TablePtr table_from(const ResultSet& set) {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const ResultColumn& column : set.columns) {
    names.push_back(column.name);
    types.emplace_back(name_of(column.kind));
  }
  std::vector<std::vector<Value>> rows;
  for (const auto& cells : set.rows) {
    std::vector<Value>& row = rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row.push_back(to_value(cells[i], set.columns[i].kind, Position{0}));
  }
  return Table::make(std::move(names), std::move(rows), std::move(types));
}

}  // namespace

QueryAnswer DatabaseHost::execute_query(Evaluator& evaluator, const Query& query) {
  const Fetch fetch = query.fetch ? Fetch::Rows : Fetch::Nothing;
  const Result result = session_.send_text(query.sql.view(), fetch, hook_, tally_);
  if (const auto* error = std::get_if<AdapterError>(&result)) {
    failure_ = failure_of(*error, query.sql.view());
    const std::uint32_t at = std::min(error->position.value_or(0), query.sql.empty() ? 0 : query.sql.size() - 1);
    if (!query.sql.empty()) place_ = evaluator.sources().locate(query.sql, ByteRange{at, at + 1});
    Diagnostic diagnostic;
    diagnostic.error_class = "DatabaseError";
    diagnostic.message = error->message;
    diagnostic.help = error->help;
    diagnostic.span = query.site;
    throw EvalError{std::move(diagnostic)};
  }
  const auto& set = std::get<ResultSet>(result);
  QueryAnswer answer;
  if (query.fetch) answer.table = table_from(set);
  answer.rows_affected = static_cast<std::int64_t>(set.rows_affected);
  return answer;
}

void DatabaseHost::commit(Evaluator& evaluator, Span site) {
  const auto error = session_.commit();
  if (!error) return;
  Diagnostic diagnostic;
  diagnostic.error_class = "DatabaseError";
  diagnostic.message = error->message;
  diagnostic.help = error->help;
  diagnostic.span = site;
  static_cast<void>(evaluator);
  throw EvalError{std::move(diagnostic)};
}

}  // namespace hookc
