// Substitution: what is sent instead of a statement that the database cannot do, where the user has asked for it (`unsupported: substitute`).
//
// Two things only: GRANT and REVOKE become rows of a table of privileges, and some functions without arguments get the database's spelling.
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
};

/// What stands in for `statement`, whose ranges are of `sql`; nothing when the database takes it as it is (or must refuse it itself).
std::optional<Substitution> substitute(std::string_view sql, const sql::Statement& statement, const SubstituteScope& scope);

/// What is said of such a statement where nothing may be substituted.
AdapterError unsupported_error(std::string_view sql, const sql::Statement& statement, const Substitution& substitution);

/// A function that the database spells differently.
struct Respelling {
  ByteRange range;  // the name and its parentheses, in the text that was looked at
  std::string_view replacement;
};
/// The respellings in a text of SQL, in order; never inside of strings, quoted names or comments.
std::vector<Respelling> respellings(std::string_view sql, sql::Dialect dialect);

}  // namespace hookc
