// Datetime: Python's datetime, date and timedelta as far as hooks use them: now, parsing, printing, adding and subtracting.
// Source of the semantics: Python 3.11, module datetime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/value/value.h"

namespace hookc {

/// The current time in UTC, with zone.
Value datetime_now(Evaluator& evaluator);
/// A datetime out of ISO 8601 text; nothing when it is none.
std::optional<Value> datetime_from_iso(Evaluator& evaluator, std::string_view text);
/// `modules.datetime`.
Value datetime_module();
/// `modules.pytz`: `utc` and `timezone(name)` for UTC.
Value pytz_module();

}  // namespace hookc
