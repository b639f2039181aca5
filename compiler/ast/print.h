// print: the AST as an indented outline, one node a line, with what the resolution of names found. For tests and for people who debug.
#pragma once

#include <string>

#include "compiler/ast/ast.h"

namespace hookc::ast {

std::string outline(const Template& tmpl);
/// An expression on one line, every operation in brackets: `(a + (b * c))`.
std::string outline(const Expr& expr);

}  // namespace hookc::ast
