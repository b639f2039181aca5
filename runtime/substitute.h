// Substitution: what is sent instead of a statement that the database cannot do, where the user has asked for it (`unsupported: substitute`).
//
// Two things only: where there are no privileges, GRANT and REVOKE become rows of a table, and what other databases spell differently gets the database's spelling: functions without
// arguments and, on PostgreSQL, `datediff` and the word ROLE of a GRANT.
// Nothing is substituted in silence: each use carries a sentence for the report. A substituted hook is no evidence of what the
// statement would do in the database that it was written for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sql/statement.h"
#include "runtime/adapter.h"

namespace hookc {

inline constexpr std::string_view kPrivilegesTable = "hookc_privileges";

struct SubstituteScope {
  sql::Dialect dialect = sql::Dialect::DuckDb;  // of the database that the statement is sent to
  std::string schema;                           // of the target: where the table of privileges is
  std::string hook_id;
};

struct Substitution {
  std::vector<std::string> statements;  // sent in this order, each on its own; empty never
  std::vector<std::string> reports;     // what was substituted, one sentence each, without final stop
  bool is_needed = true;                // the database cannot take the statement; false: somebody may have made the function that it lacks
};

/// What stands in for `statement`, whose ranges are of `sql`; nothing when the database takes it as it is (or must refuse it itself).
std::optional<Substitution> substitute(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope);

/// What is said of such a statement where nothing may be substituted.
AdapterError unsupported_error(std::string_view sql, const sql::Statement& statement, const Substitution& substitution, sql::Dialect dialect);

}  // namespace hookc
