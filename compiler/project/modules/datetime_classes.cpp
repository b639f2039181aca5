#include "compiler/project/modules/datetime_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/datetime.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/project/modules/time_text.h"
#include "compiler/project/modules/timedelta.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

void check_range(Evaluator& evaluator, std::int64_t value, std::int64_t low, std::int64_t high, const char* message) {
  if (value < low || value > high) evaluator.raise("ValueError", message);
}

}  // namespace

std::int64_t checked_day(Evaluator& evaluator, const CivilDate& date) {
  if (date.year < kMinYear || date.year > kMaxYear) evaluator.raise("ValueError", fmt::format("year {} is out of range", date.year));
  check_range(evaluator, date.month, 1, 12, "month must be in 1..12");
  check_range(evaluator, date.day, 1, days_in_month(date.year, date.month), "day is out of range for month");
  return day_of(date);
}

std::int64_t checked_micros(Evaluator& evaluator, const ClockTime& time) {
  check_range(evaluator, time.hour, 0, 23, "hour must be in 0..23");
  check_range(evaluator, time.minute, 0, 59, "minute must be in 0..59");
  check_range(evaluator, time.second, 0, 59, "second must be in 0..59");
  check_range(evaluator, time.microsecond, 0, 999'999, "microsecond must be in 0..999999");
  return micros_of(time);
}

int checked_fold(Evaluator& evaluator, std::int64_t fold) {
  if (fold != 0 && fold != 1) evaluator.raise("ValueError", "fold must be either 0 or 1");
  return static_cast<int>(fold);
}

Value make_moment(std::int64_t local, ZonePtr zone, int fold) { return make_object<DateTimeObject>(local, std::move(zone), fold); }

std::int64_t local_of(std::int64_t utc) { return utc + local_zone_at(utc)->offset().value_or(0); }

namespace {

/// A zone with the offset that was read; null without one.
ZonePtr zone_of(Evaluator& evaluator, const ReadTime& read) {
  if (!read.offset) return nullptr;
  if (*read.offset <= -kMicrosPerDay || *read.offset >= kMicrosPerDay) {
    const std::int64_t rest = floor_mod(*read.offset, kMicrosPerDay);
    evaluator.raise("ValueError",
                    fmt::format("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}.",
                                delta_repr(floor_div(*read.offset, kMicrosPerDay), rest / kMicrosPerSecond, rest % kMicrosPerSecond)));
  }
  return std::make_shared<FixedZone>(*read.offset, read.zone_name);
}

std::int64_t utc_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Seconds since 1970, an integer or a float, as microseconds; halves go to the even one.
std::int64_t micros_of_timestamp(Evaluator& evaluator, const Value& timestamp) {
  constexpr std::int64_t kMost = std::int64_t{1} << 55;  // seconds: beyond the system's calendar
  const auto too_large = [&](bool beyond) {
    if (beyond) evaluator.raise("OverflowError", "timestamp out of range for platform time_t");
    evaluator.raise("OSError", "[Errno 75] Value too large for defined data type");
  };
  std::int64_t seconds = 0;
  std::int64_t micros = 0;
  if (const auto* real = timestamp.get_if<double>()) {
    if (std::isnan(*real)) evaluator.raise("ValueError", "Invalid value NaN (not a number)");
    constexpr double kBeyond = 9.2233720368547758e18;
    double whole = 0;
    double fraction = std::nearbyint(std::modf(*real, &whole) * 1e6);
    if (fraction >= 1e6) {
      fraction -= 1e6;
      whole += 1;
    } else if (fraction < 0) {
      fraction += 1e6;
      whole -= 1;
    }
    if (!(whole >= -kBeyond && whole < kBeyond)) too_large(true);
    if (std::fabs(whole) > static_cast<double>(kMost)) too_large(false);
    seconds = static_cast<std::int64_t>(whole);
    micros = static_cast<std::int64_t>(fraction);
  } else {
    if (!is_integer(timestamp)) evaluator.raise("TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(timestamp)));
    const auto given = small_integer(timestamp);
    if (!given) too_large(true);
    if (*given > kMost || *given < -kMost) too_large(false);
    seconds = *given;
  }
  const std::int64_t day = floor_div(seconds, 86'400);
  if (day < kMinDay - 1 || day > kMaxDay + 1) {
    // which year it would be is part of the message
    constexpr std::int64_t kDaysOf400Years = 146'097;
    const std::int64_t cycles = floor_div(day, kDaysOf400Years);
    evaluator.raise("ValueError", fmt::format("year {} is out of range", civil_of(floor_mod(day, kDaysOf400Years)).year + 400 * cycles));
  }
  return seconds * kMicrosPerSecond + micros;
}

/// strftime's view of a value.
Value date_construct(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "", .parameters = {"year", "month", "day"}, .required = 3});
  return make_object<DateObject>(checked_day(evaluator, CivilDate{call.integer(0, 1), call.integer(1, 1), call.integer(2, 1)}));
}

Value datetime_construct(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments,
                        {.function = "", .parameters = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"}, .required = 3, .positional = 8});
  const CivilDate date{call.integer(0, 1), call.integer(1, 1), call.integer(2, 1)};
  const ClockTime time{call.integer(3, 0), call.integer(4, 0), call.integer(5, 0), call.integer(6, 0)};
  const std::int64_t given_fold = call.integer(8, 0);
  const std::int64_t day = checked_day(evaluator, date);
  const std::int64_t micros = checked_micros(evaluator, time);
  const int fold = checked_fold(evaluator, given_fold);
  return make_moment(day * kMicrosPerDay + micros, zone_argument(evaluator, call[7]), fold);
}

Value time_construct(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "", .parameters = {"hour", "minute", "second", "microsecond", "tzinfo", "fold"}, .positional = 5});
  const ClockTime time{call.integer(0, 0), call.integer(1, 0), call.integer(2, 0), call.integer(3, 0)};
  const std::int64_t given_fold = call.integer(5, 0);
  const std::int64_t micros = checked_micros(evaluator, time);
  const int fold = checked_fold(evaluator, given_fold);
  return make_object<TimeObject>(micros, zone_argument(evaluator, call[4]), fold);
}

/// The text of fromisoformat().
Text iso_argument(Evaluator& evaluator, const Arguments& arguments) {
  if (arguments.positional.size() != 1 || !arguments.keyword.empty()) {
    evaluator.raise("TypeError", fmt::format("fromisoformat() takes exactly one argument ({} given)", arguments.positional.size()));
  }
  if (const Text* text = arguments.positional.front().get_if<Text>()) return *text;
  evaluator.raise("TypeError", "fromisoformat: argument must be str");
}

[[noreturn]] void refuse_iso(Evaluator& evaluator, const Text& text) {
  evaluator.raise("ValueError", "Invalid isoformat string: " + repr_of_bytes(text.view()));
}

Value date_fromisoformat(Evaluator& evaluator, const Arguments& arguments) {
  const Text text = iso_argument(evaluator, arguments);
  const auto read = read_iso_date(text.view());
  if (!read) refuse_iso(evaluator, text);
  return make_object<DateObject>(checked_day(evaluator, *read));
}

Value datetime_fromisoformat(Evaluator& evaluator, const Arguments& arguments) {
  const Text text = iso_argument(evaluator, arguments);
  const auto read = read_iso_datetime(text.view());
  if (!read) refuse_iso(evaluator, text);
  const ZonePtr zone = zone_of(evaluator, *read);
  const std::int64_t day = checked_day(evaluator, read->date);
  return make_moment(day * kMicrosPerDay + checked_micros(evaluator, read->time), zone);
}

Value time_fromisoformat(Evaluator& evaluator, const Arguments& arguments) {
  const Text text = iso_argument(evaluator, arguments);
  std::string_view bytes = text.view();
  if (!bytes.empty() && bytes.front() == 'T') bytes.remove_prefix(1);
  const auto read = read_iso_time(bytes);
  if (!read) refuse_iso(evaluator, text);
  const ZonePtr zone = zone_of(evaluator, *read);
  return make_object<TimeObject>(checked_micros(evaluator, read->time), zone, 0);
}

std::int64_t ordinal_argument(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "fromordinal", .parameters = {"ordinal"}, .required = 1});
  const std::int64_t ordinal = call.integer(0, 1);
  if (ordinal < 1) evaluator.raise("ValueError", "ordinal must be >= 1");
  const std::int64_t day = ordinal - 1 + kMinDay;
  if (day > kMaxDay) {
    constexpr std::int64_t kDaysOf400Years = 146'097;
    const std::int64_t cycles = floor_div(day, kDaysOf400Years);
    evaluator.raise("ValueError", fmt::format("year {} is out of range", civil_of(floor_mod(day, kDaysOf400Years)).year + 400 * cycles));
  }
  return day;
}

std::int64_t iso_calendar_argument(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "fromisocalendar", .parameters = {"year", "week", "day"}, .required = 3});
  const std::int64_t year = call.integer(0, 1);
  const std::int64_t week = call.integer(1, 1);
  const std::int64_t weekday = call.integer(2, 1);
  if (year < kMinYear || year > kMaxYear) evaluator.raise("ValueError", fmt::format("Year is out of range: {}", year));
  if (week < 1 || week > iso_weeks_in(year)) evaluator.raise("ValueError", fmt::format("Invalid week: {}", week));
  if (weekday < 1 || weekday > 7) evaluator.raise("ValueError", fmt::format("Invalid day: {} (range is [1, 7])", weekday));
  const std::int64_t day = iso_year_start(year) + (week - 1) * 7 + weekday - 1;
  if (day < kMinDay || day > kMaxDay) evaluator.raise("ValueError", fmt::format("year {} is out of range", day < kMinDay ? 0 : kMaxYear + 1));
  return day;
}

Value date_fromordinal(Evaluator& evaluator, const Arguments& arguments) { return make_object<DateObject>(ordinal_argument(evaluator, arguments)); }
Value datetime_fromordinal(Evaluator& evaluator, const Arguments& arguments) { return make_moment(ordinal_argument(evaluator, arguments) * kMicrosPerDay, nullptr); }
Value date_fromisocalendar(Evaluator& evaluator, const Arguments& arguments) { return make_object<DateObject>(iso_calendar_argument(evaluator, arguments)); }
Value datetime_fromisocalendar(Evaluator& evaluator, const Arguments& arguments) {
  return make_moment(iso_calendar_argument(evaluator, arguments) * kMicrosPerDay, nullptr);
}

Value date_fromtimestamp(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "fromtimestamp", .parameters = {"timestamp"}, .required = 1});
  const Value moment = make_datetime(evaluator, TimeZone::Local{local_of(micros_of_timestamp(evaluator, call[0])), nullptr});
  return make_object<DateObject>(object_as<DateTimeObject>(moment)->day());
}

Value datetime_fromtimestamp(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "fromtimestamp", .parameters = {"timestamp", "tz"}, .required = 1});
  const ZonePtr zone = zone_argument(evaluator, call[1]);
  const std::int64_t utc = micros_of_timestamp(evaluator, call[0]);
  if (zone == nullptr) return make_datetime(evaluator, TimeZone::Local{local_of(utc), nullptr});
  return make_datetime(evaluator, zone->from_utc(utc));
}

Value datetime_utcfromtimestamp(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "utcfromtimestamp", .parameters = {"timestamp"}, .required = 1});
  return make_datetime(evaluator, TimeZone::Local{micros_of_timestamp(evaluator, call[0]), nullptr});
}

Value datetime_combine(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "combine", .parameters = {"date", "time", "tzinfo"}, .required = 2});
  const auto date = object_as<DateObject>(call[0]);
  const auto moment = object_as<DateTimeObject>(call[0]);
  if (date == nullptr && moment == nullptr) evaluator.raise("TypeError", fmt::format("combine() argument 1 must be datetime.date, not {}", type_name(call[0])));
  const auto time = object_as<TimeObject>(call[1]);
  if (time == nullptr) evaluator.raise("TypeError", fmt::format("combine() argument 2 must be datetime.time, not {}", type_name(call[1])));
  const std::int64_t day = date != nullptr ? date->day() : moment->day();
  return make_moment(day * kMicrosPerDay + time->micros(), call.has(2) ? zone_argument(evaluator, call[2]) : time->zone(), time->fold());
}

Value datetime_strptime(Evaluator& evaluator, const Arguments& arguments) {
  if (!arguments.keyword.empty()) evaluator.raise("TypeError", "datetime.strptime() takes no keyword arguments");
  if (arguments.positional.size() != 2) evaluator.raise("TypeError", fmt::format("strptime expected 2 arguments, got {}", arguments.positional.size()));
  const NativeCall call(evaluator, arguments, {.function = "strptime", .parameters = {"date_string", "format"}, .required = 2});
  const ReadTime read = parse_time(evaluator, call.text(0, "strptime").view(), call.text(1, "strptime").view());
  const ZonePtr zone = zone_of(evaluator, read);
  const std::int64_t day = checked_day(evaluator, read.date);
  return make_moment(day * kMicrosPerDay + checked_micros(evaluator, read.time), zone);
}

Value datetime_from_clock(Evaluator& evaluator, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "now", .parameters = {"tz"}});
  const ZonePtr zone = zone_argument(evaluator, call[0]);
  if (zone == nullptr) return make_moment(local_of(utc_now()), nullptr);
  return make_datetime(evaluator, zone->from_utc(utc_now()));
}
Value datetime_today(Evaluator&, const Arguments&) { return make_moment(local_of(utc_now()), nullptr); }
Value datetime_utcnow(Evaluator&, const Arguments&) { return make_moment(utc_now(), nullptr); }
Value date_today(Evaluator&, const Arguments&) { return make_object<DateObject>(floor_div(local_of(utc_now()), kMicrosPerDay)); }

struct ClassMethod {
  std::string_view name;
  Value (*body)(Evaluator&, const Arguments&);
  bool asks_clock = false;
};
constexpr std::array kDateClass{ClassMethod{"fromisocalendar", &date_fromisocalendar}, ClassMethod{"fromisoformat", &date_fromisoformat},
                                ClassMethod{"fromordinal", &date_fromordinal}, ClassMethod{"fromtimestamp", &date_fromtimestamp},
                                ClassMethod{"today", &date_today, true}};
constexpr std::array kDateTimeClass{ClassMethod{"combine", &datetime_combine},
                                    ClassMethod{"fromisocalendar", &datetime_fromisocalendar},
                                    ClassMethod{"fromisoformat", &datetime_fromisoformat},
                                    ClassMethod{"fromordinal", &datetime_fromordinal},
                                    ClassMethod{"fromtimestamp", &datetime_fromtimestamp},
                                    ClassMethod{"now", &datetime_from_clock, true},
                                    ClassMethod{"strptime", &datetime_strptime},
                                    ClassMethod{"today", &datetime_today, true},
                                    ClassMethod{"utcfromtimestamp", &datetime_utcfromtimestamp},
                                    ClassMethod{"utcnow", &datetime_utcnow, true}};
constexpr std::array kTimeClass{ClassMethod{"fromisoformat", &time_fromisoformat}};

/// A class method, from the class or from one of its objects.
template <std::size_t N>
std::optional<Value> class_method(const std::array<ClassMethod, N>& rows, std::string_view type, std::string_view name, Clock clock) {
  const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const ClassMethod& one) { return one.name == name; });
  if (row == rows.end()) return std::nullopt;
  if (row->asks_clock && clock == Clock::Unknown) {
    return make_function(std::string{name}, [symbol = fmt::format("modules.{}.{}()", type, name)](Evaluator&, const Arguments&) {
      return make_unknown(symbol, Symbol::Shape::Object);
    });
  }
  return module_function(std::string{name}, row->body);
}

std::optional<Value> date_constant(std::string_view name) {
  if (name == "min") return make_object<DateObject>(kMinDay);
  if (name == "max") return make_object<DateObject>(kMaxDay);
  if (name == "resolution") return TimeDelta::make(kMicrosPerDay);
  return std::nullopt;
}

std::optional<Value> datetime_constant(std::string_view name) {
  if (name == "min") return make_moment(kMinLocal, nullptr);
  if (name == "max") return make_moment(kMaxLocal, nullptr);
  if (name == "resolution") return TimeDelta::make(1);
  return std::nullopt;
}

std::optional<Value> time_constant(std::string_view name) {
  if (name == "min") return make_object<TimeObject>(0, nullptr, 0);
  if (name == "max") return make_object<TimeObject>(kMicrosPerDay - 1, nullptr, 0);
  if (name == "resolution") return TimeDelta::make(1);
  return std::nullopt;
}

}  // namespace

std::optional<Value> date_class_member(std::string_view name, Clock clock) {
  if (auto constant = date_constant(name)) return constant;
  return class_method(kDateClass, "datetime.date", name, clock);
}

std::optional<Value> datetime_class_member(std::string_view name, Clock clock) {
  if (auto constant = datetime_constant(name)) return constant;
  return class_method(kDateTimeClass, "datetime.datetime", name, clock);
}

std::optional<Value> time_class_member(std::string_view name, Clock clock) {
  if (auto constant = time_constant(name)) return constant;
  return class_method(kTimeClass, "datetime.time", name, clock);
}

Value datetime_now() { return make_moment(utc_now(), utc_zone()); }

std::optional<Value> datetime_from_iso(Evaluator& evaluator, std::string_view text) {
  const auto read = read_iso_datetime(text);
  if (!read) return std::nullopt;
  const ZonePtr zone = zone_of(evaluator, *read);
  const std::int64_t day = checked_day(evaluator, read->date);
  return make_moment(day * kMicrosPerDay + checked_micros(evaluator, read->time), zone);
}

ObjectPtr make_datetime_module(Clock clock) {
  static constexpr std::array<std::string_view, 5> kNames{"date", "datetime", "time", "timedelta", "tzinfo"};
  return std::make_shared<ModuleObject>(kNames, [clock](Evaluator&, std::string_view name) {
    if (name == "date") {
      return make_object<ClassObject>("datetime.date", &date_construct, [clock](Evaluator&, std::string_view member) {
        auto found = date_class_member(member, clock);
        return found ? found : unbound_date_method(member);
      });
    }
    if (name == "datetime") {
      return make_object<ClassObject>("datetime.datetime", &datetime_construct, [clock](Evaluator&, std::string_view member) {
        auto found = datetime_class_member(member, clock);
        return found ? found : unbound_datetime_method(member);
      });
    }
    if (name == "time") {
      return make_object<ClassObject>("datetime.time", &time_construct, [clock](Evaluator&, std::string_view member) {
        auto found = time_class_member(member, clock);
        return found ? found : unbound_time_method(member);
      });
    }
    if (name == "timedelta") return timedelta_class();
    return tzinfo_class();
  });
}

}  // namespace hookc
