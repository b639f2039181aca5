// fold: what Jinja2 computes while it compiles. Its results are the same as at run time; when they are computed shows in errors.
#pragma once

#include <optional>

#include "compiler/ast/ast.h"
#include "compiler/parse/parse.h"

namespace hookc {

enum class Folding : std::uint8_t {
  Constant,  // computed, unless an operation fails
  Open,      // left to run time: names, calls, and filters that look at the context
  Refused    // a dict with a key that has no hash: Python stops the compiler
};

/// Jinja2's `as_const`: operands in its order, up to the first that is open; `and`, `or`, `if` and chains of comparisons look no further than they need.
/// Filters and tests that the options do not know are open.
Folding fold(Sources& sources, const ast::Expr& expr, const ParseOptions& options);
/// Whether Jinja2 puts the result into the code in place of the expression, which it does not with what is undefined.
bool is_replaced(Sources& sources, const ast::Expr& expr, const ParseOptions& options);

}  // namespace hookc
