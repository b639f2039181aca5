// Signature: binds the arguments of a call to named parameters, as Python does for a function of that signature.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

struct NamedParameter {
  std::string_view name;
  std::optional<Value> default_value = std::nullopt;  // nothing: the argument is required
};

/// One value for each parameter. TypeError in Python's words for arguments that are missing, unknown, doubled or too many.
std::vector<Value> bind_arguments(const Arguments& arguments, std::string_view function, std::initializer_list<NamedParameter> parameters);

}  // namespace hookc
