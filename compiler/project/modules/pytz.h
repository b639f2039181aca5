// Pytz: `modules.pytz`, over the system's time-zone database.
// Source of the semantics: pytz 2026.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

/// `modules.pytz`.
ObjectPtr make_pytz_module();

}  // namespace hookc
