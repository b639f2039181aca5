// check: what Jinja2 refuses when it compiles a template that it could parse: assertions about names, blocks, filters and tests.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/base/sources.h"
#include "compiler/parse/parse.h"

namespace hookc {

/// Throws a Refusal (builder.h) for the first violation. Names must have been resolved.
void check_template(const ast::Template& tmpl, Sources& sources, const ParseOptions& options);

}  // namespace hookc
