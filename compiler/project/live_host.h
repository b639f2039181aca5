// LiveHost: what a run renders with. It turns dbt's requests into SQL and gives results the shapes that templates expect; whoever derives from it sends the SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/project/hosts.h"
#include "compiler/project/table.h"

namespace hookc {

/// What a database said to one request.
struct QueryAnswer {
  TablePtr table;                             // null: nothing was fetched
  std::string message = "OK";                 // `INSERT 0 1`
  std::string code;
  std::optional<std::int64_t> rows_affected;
};

class LiveHost : public ContextHost {
 public:
  /// `execute` of the binding is taken as true.
  LiveHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding);

  Value query(Evaluator& evaluator, const Query& query) final;
  std::size_t choose(Evaluator& evaluator, const Question& question) final;

 protected:
  /// Sends one text of SQL. Errors of the database are thrown as EvalError of class `DatabaseError`.
  virtual QueryAnswer execute_query(Evaluator& evaluator, const Query& query) = 0;
  /// `adapter.commit()`.
  virtual void commit(Evaluator& evaluator, Span site) = 0;

 private:
  Value adapter_method(Evaluator& evaluator, const Query& query);  // live_adapter.cpp, as the rest
  Value find_relation(Evaluator& evaluator, const Query& query);
  Value columns_of(Evaluator& evaluator, const Query& query, const Value& of);
  Value missing_columns(Evaluator& evaluator, const Query& query);
  Value schema_question(Evaluator& evaluator, const Query& query);
  Value change_relation(Evaluator& evaluator, const Query& query);
  TablePtr fetch(Evaluator& evaluator, const Query& query, std::string sql);
  void send(Evaluator& evaluator, const Query& query, std::string sql);
};

}  // namespace hookc
