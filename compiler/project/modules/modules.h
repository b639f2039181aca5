// Modules: `modules`, the parts of Python's library that dbt hands to templates.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

/// Whether a template can ask what time it is. What the clock says while a hook is compiled or looked at is not what it will say when the hook runs.
enum class Clock : std::uint8_t { Running, Unknown };

Value make_modules(Clock clock);

}  // namespace hookc
