// Remedies: what somebody probably meant by a name that there is not: a slip of one that there is, or what another language calls it. For `Diagnostic::help`; empty
// when nothing can be said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hookc {

std::string help_for_filter(std::string_view name);
std::string help_for_test(std::string_view name);
/// A variable or function. `known`: the names that can be read at that place.
std::string help_for_name(std::string_view name, const std::vector<std::string>& known);
/// An attribute of a value of Python's type `type`, which has the members `known`.
std::string help_for_member(std::string_view type, std::string_view name, const std::vector<std::string>& known);

}  // namespace hookc
