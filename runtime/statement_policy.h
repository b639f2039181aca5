// statement_policy: what compile and run do with a statement that the target's database does not know: refuse it, or send what stands in for it.
#pragma once

#include <string>

#include "compiler/program/steps.h"
#include "compiler/sql/dialect.h"

namespace hookc {

struct PolicyScope {
  sql::Dialect dialect = sql::Dialect::Generic;
  std::string schema;               // of the target
  bool substitutes = false;         // `unsupported: substitute`
};

StatementPolicy make_statement_policy(PolicyScope scope);

}  // namespace hookc
