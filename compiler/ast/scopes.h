// scopes: which variable each name of a template is. Runs once, after parsing, on a tree that nobody else has seen yet.
//
// Jinja resolves names statically per scope: the root, a block, the body of a macro, call, loop, `with`, filter or set block has one; `if` has none.
// A scope knows what it reads and stores before it runs, so `{% set x = x + 1 %}` reads the outer `x`, and a name that is stored in one branch only
// starts as what it was outside. Source: Jinja2 3.1, idtracking and compiler; behaviour, not text.
#pragma once

#include <optional>
#include <string>

#include "compiler/ast/ast.h"
#include "compiler/ast/names.h"

namespace hookc::ast {

/// Fills in all slots, Units and Scopes; `names` are those that the tree's numbers mean. Gives back what is wrong when the template has more variables than slots can count.
std::optional<std::string> resolve_names(Template& tmpl, const Names& names);

}  // namespace hookc::ast
