// undeclared: which special names a body mentions before it declares them itself: `loop`, `caller`, `varargs`, `kwargs`, `self`, `super`.
#pragma once

#include <set>
#include <string_view>

#include "compiler/ast/ast.h"

namespace hookc::ast {

/// Those of `names` that `body` reads, at any depth but not inside of blocks. A name that is stored first no longer counts.
std::set<std::string_view> undeclared_names(const Body& body, std::set<std::string_view> names);

}  // namespace hookc::ast
