#include "runtime/statement_policy.h"

#include <utility>

#include "runtime/substitute.h"

namespace hookc {

StatementPolicy make_statement_policy(PolicyScope scope) {
  return [scope = std::move(scope)](std::string_view sql, const sql::Statement& statement, std::string_view hook_id) -> PolicyAnswer {
    auto substitution = substitute(sql, statement, SubstituteScope{scope.dialect, scope.schema, std::string{hook_id}});
    if (!substitution) return std::monostate{};
    if (scope.substitutes) return Replaced{std::move(substitution->statements), std::move(substitution->reports)};
    if (!substitution->is_needed) return std::monostate{};
    AdapterError error = unsupported_error(sql, statement, *substitution, scope.dialect);
    return Refused{std::move(error.message), std::move(error.help)};
  };
}

}  // namespace hookc
