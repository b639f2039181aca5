// What the classes `date`, `datetime`, `time` and their objects share. Internal to `modules.datetime`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/project/modules/calendar.h"
#include "compiler/project/modules/modules.h"
#include "compiler/project/modules/timezone.h"
#include "compiler/value/value.h"

namespace hookc {

/// ValueError for what the calendar or the clock does not have.
std::int64_t checked_day(Evaluator& evaluator, const CivilDate& date);
std::int64_t checked_micros(Evaluator& evaluator, const ClockTime& time);
int checked_fold(Evaluator& evaluator, std::int64_t fold);
/// A datetime; `local` is in the calendar.
Value make_moment(std::int64_t local, ZonePtr zone, int fold = 0);
/// What the system's clock shows at a moment of UTC.
std::int64_t local_of(std::int64_t utc);

/// A class method or constant, from the class or from one of its objects; nothing when there is none. Without a clock the current time is an unknown.
std::optional<Value> date_class_member(std::string_view name, Clock clock);
std::optional<Value> datetime_class_member(std::string_view name, Clock clock);
std::optional<Value> time_class_member(std::string_view name, Clock clock);
/// A method that takes its object as the first argument (`datetime.datetime.strftime`); nothing when there is none.
std::optional<Value> unbound_date_method(std::string_view name);
std::optional<Value> unbound_datetime_method(std::string_view name);
std::optional<Value> unbound_time_method(std::string_view name);

}  // namespace hookc
