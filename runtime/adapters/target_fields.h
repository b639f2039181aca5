// target_fields: what adapters share in reading a target of profiles.yml.
#pragma once

#include <optional>
#include <string>

#include "compiler/value/value.h"

namespace hookc {

/// The plain text of a YAML scalar, as settings of databases take it: `true` and `false`, digits, the text itself. Nothing for anything else.
std::optional<std::string> scalar_text(const Value& value);

}  // namespace hookc
