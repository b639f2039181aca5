// lines: the lines that Jinja2 names for errors in statements for which its compiler notes none.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/parse/parse.h"

namespace hookc {

/// Jinja2's compiler notes a line with most of the code that it writes, but neither where it evaluates the values of a `with`, nor where it asks whether
/// an attribute is assigned to a namespace. Errors there have the line that it noted last, which may be anywhere above.
void settle_lines(ast::Template& tmpl, Sources& sources, const ParseOptions& options);

}  // namespace hookc
