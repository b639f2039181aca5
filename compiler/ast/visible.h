// visible: which names a template itself has given at some place, for "did you mean".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"

namespace hookc::ast {

/// The names that are stored before the expression at `place` and can be read there: `set`, loops, `with`, macros and their parameters. In the order of the source;
/// empty when no expression of the template holds the place.
std::vector<std::string_view> visible_names(const Template& tmpl, Span place);

/// Where a loop's body stores `name`, which is gone when the loop is over; nothing when no loop does.
std::optional<Span> stored_in_loop(const Template& tmpl, std::string_view name);

/// The value of the keyword argument `name` in the call, filter or test that is at `call`; null when there is none.
const Expr* keyword_argument(const Template& tmpl, Span call, std::string_view name);

/// Where the expression at `place` names its attribute, filter or test `name`; nothing when there is none.
std::optional<Span> name_place(const Template& tmpl, Span place, std::string_view name);

}  // namespace hookc::ast
