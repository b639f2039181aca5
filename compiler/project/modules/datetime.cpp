#include "compiler/project/modules/datetime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/datetime_classes.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/named_tuple.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/project/modules/time_text.h"
#include "compiler/project/modules/timedelta.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

Value number(std::int64_t value) { return Value{value}; }

std::int64_t utc_of_local(std::int64_t local, int fold) {
  const std::int64_t offset = local_of(local) - local;
  const std::int64_t first = local - offset;
  std::int64_t other_offset = 0;
  if (local_of(first) == local) {
    // the same clock time may come twice: look a day to the other side
    const std::int64_t probe = first + (fold == 0 ? -kMicrosPerDay : kMicrosPerDay);
    other_offset = local_of(probe) - probe;
    if (other_offset == offset) return first;
  } else {
    other_offset = local_of(first) - first;
  }
  const std::int64_t second = local - other_offset;
  if (local_of(second) == local) return second;
  if (local_of(first) == local) return first;
  return fold == 0 ? std::max(first, second) : std::min(first, second);
}

std::int64_t utc_of(Evaluator& evaluator, const DateTimeObject& moment) {
  const auto offset = moment.offset();
  if (offset) return moment.local() - *offset;
  // Python looks a day to the other side as well
  const std::int64_t probe = moment.local() + (moment.fold() == 0 ? -kMicrosPerDay : kMicrosPerDay);
  if (probe < kMinLocal || probe > kMaxLocal) evaluator.raise("ValueError", fmt::format("year {} is out of range", probe < kMinLocal ? 0 : kMaxYear + 1));
  return utc_of_local(moment.local(), moment.fold());
}

PrintedTime printed(const DateObject& date) { return PrintedTime{.day = date.day(), .micros_of_day = 0, .offset = std::nullopt, .zone_name = {}, .is_dst = -1}; }
PrintedTime printed(const DateTimeObject& moment) {
  PrintedTime result{.day = moment.day(), .micros_of_day = moment.time_of_day(), .offset = moment.offset(), .zone_name = {}, .is_dst = -1};
  if (moment.zone() == nullptr) return result;
  result.zone_name = moment.zone()->name().value_or("");
  if (const auto dst = moment.zone()->dst()) result.is_dst = *dst != 0 ? 1 : 0;
  return result;
}
PrintedTime printed(const TimeObject& time) {
  PrintedTime result{.day = day_of(CivilDate{1900, 1, 1}), .micros_of_day = time.micros(), .offset = time.offset(), .zone_name = {}, .is_dst = -1};
  if (time.zone() != nullptr) result.zone_name = time.zone()->name_without_date().value_or("");
  return result;
}

template <class T>
Value strftime(Evaluator& evaluator, const std::shared_ptr<T>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "strftime", .parameters = {"format"}, .required = 1});
  const Text format = call.text(0, "strftime");
  evaluator.spend(format.size());
  return Value{evaluator.made(format_time(call.site(), printed(*self), format.view()))};
}

std::string zone_suffix(const std::optional<std::int64_t>& offset) { return offset ? offset_text(*offset, ":") : std::string{}; }

std::string iso_moment(const DateTimeObject& moment, std::string_view separator, std::string_view time) {
  return fmt::format("{}{}{}{}", iso_date(moment.day()), separator, time, zone_suffix(moment.offset()));
}

/// `, 5, 6`: seconds and microseconds are left out where they are zero.
std::string repr_of_seconds(const ClockTime& time) {
  if (time.microsecond != 0) return fmt::format(", {}, {}", time.second, time.microsecond);
  return time.second != 0 ? fmt::format(", {}", time.second) : std::string{};
}

std::string repr_of_zone(int fold, const ZonePtr& zone) {
  std::string text;
  if (fold != 0) text += ", fold=1";
  if (zone != nullptr) text += ", tzinfo=" + zone->repr().str();
  return text;
}

Value calendar_date(std::int64_t day) {
  const IsoWeek week = iso_week_of(day);
  return make_object<NamedTuple>("datetime.IsoCalendarDate", std::vector<std::string>{"year", "week", "weekday"},
                                 std::vector<Value>{number(week.year), number(week.week), number(week.weekday)});
}

Value time_tuple(std::int64_t day, std::int64_t micros_of_day, std::int64_t is_dst) {
  const CivilDate date = civil_of(day);
  const ClockTime time = clock_of(micros_of_day);
  return make_object<NamedTuple>(
      "time.struct_time", std::vector<std::string>{"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"},
      std::vector<Value>{number(date.year), number(date.month), number(date.day), number(time.hour), number(time.minute), number(time.second), number(weekday_of(day)),
                         number(day_of_year(day)), number(is_dst)});
}

std::string ctime_text(std::int64_t day, std::int64_t micros_of_day) {
  constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilDate date = civil_of(day);
  const ClockTime time = clock_of(micros_of_day);
  return fmt::format("{} {} {:2} {:02d}:{:02d}:{:02d} {:04d}", kDays[static_cast<std::size_t>(weekday_of(day))], kMonths[static_cast<std::size_t>(date.month - 1)],
                     date.day, time.hour, time.minute, time.second, date.year);
}

/// What dates and datetimes can both do. `T` has day() and time_of_day() or is a date.
std::int64_t time_of(const DateObject&) { return 0; }
std::int64_t time_of(const DateTimeObject& moment) { return moment.time_of_day(); }

template <class T>
Value weekday(Evaluator&, const std::shared_ptr<T>& self) { return number(weekday_of(self->day())); }
template <class T>
Value isoweekday(Evaluator&, const std::shared_ptr<T>& self) { return number(weekday_of(self->day()) + 1); }
template <class T>
Value isocalendar(Evaluator&, const std::shared_ptr<T>& self) { return calendar_date(self->day()); }
template <class T>
Value toordinal(Evaluator&, const std::shared_ptr<T>& self) { return number(self->day() - kMinDay + 1); }
template <class T>
Value ctime(Evaluator& evaluator, const std::shared_ptr<T>& self) { return Value{evaluator.made(ctime_text(self->day(), time_of(*self)))}; }
template <class T>
Value timetuple(Evaluator&, const std::shared_ptr<T>& self) { return time_tuple(self->day(), time_of(*self), printed(*self).is_dst); }

CivilDate replaced_date(const NativeCall& call, std::int64_t day) {
  const CivilDate date = civil_of(day);
  return CivilDate{call.integer(0, date.year), call.integer(1, date.month), call.integer(2, date.day)};
}

ClockTime replaced_time(const NativeCall& call, std::size_t first, std::int64_t micros) {
  const ClockTime time = clock_of(micros);
  return ClockTime{call.integer(first, time.hour), call.integer(first + 1, time.minute), call.integer(first + 2, time.second), call.integer(first + 3, time.microsecond)};
}

// ------------------------------------------------------------------------------------------------------------------------- date

Value date_isoformat(Evaluator& evaluator, const std::shared_ptr<DateObject>& self) { return Value{evaluator.made(iso_date(self->day()))}; }

Value date_replace(Evaluator& evaluator, const std::shared_ptr<DateObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "replace", .parameters = {"year", "month", "day"}});
  return make_object<DateObject>(checked_day(evaluator, replaced_date(call, self->day())));
}

constexpr std::array kDateMethods{MethodRow<DateObject>{"ctime", &ctime<DateObject>},
                                  MethodRow<DateObject>{"isocalendar", &isocalendar<DateObject>},
                                  MethodRow<DateObject>{"isoformat", &date_isoformat},
                                  MethodRow<DateObject>{"isoweekday", &isoweekday<DateObject>},
                                  MethodRow<DateObject>{"replace", &date_replace},
                                  MethodRow<DateObject>{"strftime", &strftime<DateObject>},
                                  MethodRow<DateObject>{"timetuple", &timetuple<DateObject>},
                                  MethodRow<DateObject>{"toordinal", &toordinal<DateObject>},
                                  MethodRow<DateObject>{"weekday", &weekday<DateObject>}};

// --------------------------------------------------------------------------------------------------------------------- datetime

Value datetime_isoformat(Evaluator& evaluator, const std::shared_ptr<DateTimeObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "isoformat", .parameters = {"sep", "timespec"}});
  std::string separator{"T"};
  if (call.has(0)) {
    const auto text = text_of(call[0]);
    if (!text || unicode::count(*text) != 1) evaluator.raise("TypeError", fmt::format("isoformat() argument 1 must be a unicode character, not {}", type_name(call[0])));
    separator = *text;
  }
  const auto time = iso_time(self->time_of_day(), call.has(1) ? call.text(1, "isoformat").str() : "auto");
  if (!time) evaluator.raise("ValueError", "Unknown timespec value");
  return Value{evaluator.made(iso_moment(*self, separator, *time))};
}

Value datetime_replace(Evaluator& evaluator, const std::shared_ptr<DateTimeObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments,
                        {.function = "replace", .parameters = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"}, .positional = 8});
  const CivilDate date = replaced_date(call, self->day());
  const ClockTime time = replaced_time(call, 3, self->time_of_day());
  const int fold = checked_fold(evaluator, call.integer(8, self->fold()));
  const std::int64_t day = checked_day(evaluator, date);
  const std::int64_t micros = checked_micros(evaluator, time);
  return make_moment(day * kMicrosPerDay + micros, call.has(7) ? zone_argument(evaluator, call[7]) : self->zone(), fold);
}

Value datetime_date(Evaluator&, const std::shared_ptr<DateTimeObject>& self) { return make_object<DateObject>(self->day()); }
Value datetime_time(Evaluator&, const std::shared_ptr<DateTimeObject>& self) {
  return make_object<TimeObject>(self->time_of_day(), nullptr, self->fold());
}
Value datetime_timetz(Evaluator&, const std::shared_ptr<DateTimeObject>& self) {
  return make_object<TimeObject>(self->time_of_day(), self->zone(), self->fold());
}

Value datetime_timestamp(Evaluator& evaluator, const std::shared_ptr<DateTimeObject>& self) {
  return divide(Site{evaluator.site(), &evaluator.sources()}, number(utc_of(evaluator, *self)), number(kMicrosPerSecond));
}

Value datetime_astimezone(Evaluator& evaluator, const std::shared_ptr<DateTimeObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "astimezone", .parameters = {"tz"}});
  ZonePtr zone = zone_argument(evaluator, call[0]);
  if (zone != nullptr && zone == self->zone()) return Value{ObjectPtr{self}};
  const std::int64_t utc = utc_of(evaluator, *self);
  if (zone == nullptr) zone = local_zone_at(utc);
  if (utc < kMinLocal || utc > kMaxLocal) evaluator.raise("OverflowError", "date value out of range");
  return make_datetime(evaluator, zone->from_utc(utc));
}

Value datetime_utctimetuple(Evaluator&, const std::shared_ptr<DateTimeObject>& self) {
  const std::int64_t utc = std::clamp(self->instant(), kMinLocal, kMaxLocal);
  return time_tuple(floor_div(utc, kMicrosPerDay), floor_mod(utc, kMicrosPerDay), 0);
}

Value delta_or_none(const std::optional<std::int64_t>& micros) { return micros ? TimeDelta::make(*micros) : Value{None{}}; }
Value text_or_none(Evaluator& evaluator, const std::optional<std::string>& text) { return text ? Value{evaluator.made(*text)} : Value{None{}}; }

Value datetime_utcoffset(Evaluator&, const std::shared_ptr<DateTimeObject>& self) { return delta_or_none(self->offset()); }
Value datetime_dst(Evaluator&, const std::shared_ptr<DateTimeObject>& self) {
  return delta_or_none(self->zone() == nullptr ? std::nullopt : self->zone()->dst());
}
Value datetime_tzname(Evaluator& evaluator, const std::shared_ptr<DateTimeObject>& self) {
  return text_or_none(evaluator, self->zone() == nullptr ? std::nullopt : self->zone()->name());
}

constexpr std::array kDateTimeMethods{MethodRow<DateTimeObject>{"astimezone", &datetime_astimezone},
                                      MethodRow<DateTimeObject>{"ctime", &ctime<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"date", &datetime_date},
                                      MethodRow<DateTimeObject>{"dst", &datetime_dst},
                                      MethodRow<DateTimeObject>{"isocalendar", &isocalendar<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"isoformat", &datetime_isoformat},
                                      MethodRow<DateTimeObject>{"isoweekday", &isoweekday<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"replace", &datetime_replace},
                                      MethodRow<DateTimeObject>{"strftime", &strftime<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"time", &datetime_time},
                                      MethodRow<DateTimeObject>{"timestamp", &datetime_timestamp},
                                      MethodRow<DateTimeObject>{"timetuple", &timetuple<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"timetz", &datetime_timetz},
                                      MethodRow<DateTimeObject>{"toordinal", &toordinal<DateTimeObject>},
                                      MethodRow<DateTimeObject>{"tzname", &datetime_tzname},
                                      MethodRow<DateTimeObject>{"utcoffset", &datetime_utcoffset},
                                      MethodRow<DateTimeObject>{"utctimetuple", &datetime_utctimetuple},
                                      MethodRow<DateTimeObject>{"weekday", &weekday<DateTimeObject>}};

// ------------------------------------------------------------------------------------------------------------------------- time

Value time_isoformat(Evaluator& evaluator, const std::shared_ptr<TimeObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "isoformat", .parameters = {"timespec"}});
  const auto time = iso_time(self->micros(), call.has(0) ? call.text(0, "isoformat").str() : "auto");
  if (!time) evaluator.raise("ValueError", "Unknown timespec value");
  return Value{evaluator.made(*time + zone_suffix(self->offset()))};
}

Value time_replace(Evaluator& evaluator, const std::shared_ptr<TimeObject>& self, const Arguments& arguments) {
  const NativeCall call(evaluator, arguments, {.function = "replace", .parameters = {"hour", "minute", "second", "microsecond", "tzinfo", "fold"}, .positional = 5});
  const ClockTime time = replaced_time(call, 0, self->micros());
  const int fold = checked_fold(evaluator, call.integer(5, self->fold()));
  return make_object<TimeObject>(checked_micros(evaluator, time), call.has(4) ? zone_argument(evaluator, call[4]) : self->zone(), fold);
}

Value time_utcoffset(Evaluator&, const std::shared_ptr<TimeObject>& self) { return delta_or_none(self->offset()); }
Value time_dst(Evaluator&, const std::shared_ptr<TimeObject>& self) {
  return delta_or_none(self->zone() == nullptr ? std::nullopt : self->zone()->dst_without_date());
}
Value time_tzname(Evaluator& evaluator, const std::shared_ptr<TimeObject>& self) {
  return text_or_none(evaluator, self->zone() == nullptr ? std::nullopt : self->zone()->name_without_date());
}

constexpr std::array kTimeMethods{MethodRow<TimeObject>{"dst", &time_dst},           MethodRow<TimeObject>{"isoformat", &time_isoformat},
                                  MethodRow<TimeObject>{"replace", &time_replace},   MethodRow<TimeObject>{"strftime", &strftime<TimeObject>},
                                  MethodRow<TimeObject>{"tzname", &time_tzname},     MethodRow<TimeObject>{"utcoffset", &time_utcoffset}};

// ------------------------------------------------------------------------------------------------------------------- attributes

template <class T, std::size_t N>
const MethodRow<T>* find_row(const std::array<MethodRow<T>, N>& rows, std::string_view name) {
  const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const MethodRow<T>& one) { return one.name == name; });
  return row == rows.end() ? nullptr : row;
}

template <class T, std::size_t N>
std::optional<Value> bound_method(const std::array<MethodRow<T>, N>& rows, const std::shared_ptr<T>& self, std::string_view name) {
  const MethodRow<T>* row = find_row(rows, name);
  if (row == nullptr) return std::nullopt;
  return module_function(std::string{name}, [self, row](Evaluator& evaluator, const Arguments& arguments) { return row->call(evaluator, self, arguments); });
}

/// `datetime.datetime.strftime`: the object is the first argument.
template <class T, std::size_t N>
std::optional<Value> unbound_method(const std::array<MethodRow<T>, N>& rows, std::string_view type, std::string_view name) {
  const MethodRow<T>* row = find_row(rows, name);
  if (row == nullptr) return std::nullopt;
  return module_function(std::string{name}, [row, type](Evaluator& evaluator, const Arguments& arguments) {
    const auto self = arguments.positional.empty() ? nullptr : object_as<T>(arguments.positional.front());
    if (self == nullptr) {
      if (arguments.positional.empty()) evaluator.raise("TypeError", fmt::format("unbound method {}.{}() needs an argument", type.substr(9), row->name));
      evaluator.raise("TypeError", fmt::format("descriptor '{}' for '{}' objects doesn't apply to a '{}' object", row->name, type, type_name(arguments.positional.front())));
    }
    Arguments rest = arguments;
    rest.positional.erase(rest.positional.begin());
    return row->call(evaluator, self, rest);
  });
}

std::optional<Value> date_part(std::int64_t day, std::string_view name) {
  const CivilDate date = civil_of(day);
  if (name == "year") return number(date.year);
  if (name == "month") return number(date.month);
  if (name == "day") return number(date.day);
  return std::nullopt;
}

std::optional<Value> time_part(std::int64_t micros, std::string_view name) {
  const ClockTime time = clock_of(micros);
  if (name == "hour") return number(time.hour);
  if (name == "minute") return number(time.minute);
  if (name == "second") return number(time.second);
  if (name == "microsecond") return number(time.microsecond);
  return std::nullopt;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------------------- date

Text DateObject::str() const { return Text{iso_date(day_), Position{0}}; }

Text DateObject::repr() const {
  const CivilDate date = civil_of(day_);
  return Text{fmt::format("datetime.date({}, {}, {})", date.year, date.month, date.day), Position{0}};
}

bool DateObject::equals(const Value& other) const {
  const auto date = object_as<DateObject>(other);
  return date != nullptr && date->day_ == day_;
}

std::optional<Value> DateObject::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  if (const auto delta = object_as<TimeDelta>(other)) {
    if (op != "+" && (op != "-" || side == OperandSide::Right)) return std::nullopt;
    const std::int64_t day = op == "+" ? day_ + delta->days() : day_ - delta->days();
    if (day < kMinDay || day > kMaxDay) fail(site.span, "OverflowError", "date value out of range");
    return make_object<DateObject>(day);
  }
  const auto date = object_as<DateObject>(other);
  if (date == nullptr || op != "-" || side == OperandSide::Right) return std::nullopt;
  return TimeDelta::make((day_ - date->day_) * kMicrosPerDay);
}

std::optional<std::strong_ordering> DateObject::order(const Site& site, const Value& other) const {
  if (object_as<DateTimeObject>(other)) fail(site.span, "TypeError", "can't compare datetime.datetime to datetime.date");
  const auto date = object_as<DateObject>(other);
  if (date == nullptr) return std::nullopt;
  return day_ <=> date->day_;
}

// --------------------------------------------------------------------------------------------------------------------- datetime

Text DateTimeObject::str() const { return Text{iso_moment(*this, " ", *iso_time(time_of_day(), "auto")), Position{0}}; }

Text DateTimeObject::repr() const {
  const CivilDate date = civil_of(day());
  const ClockTime time = clock_of(time_of_day());
  return Text{fmt::format("datetime.datetime({}, {}, {}, {}, {}{}{})", date.year, date.month, date.day, time.hour, time.minute, repr_of_seconds(time), repr_of_zone(fold_, zone_)),
              Position{0}};
}

bool DateTimeObject::equals(const Value& other) const {
  const auto moment = object_as<DateTimeObject>(other);
  return moment != nullptr && moment->offset().has_value() == offset().has_value() && moment->instant() == instant();
}

std::optional<Value> DateTimeObject::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  if (const auto delta = object_as<TimeDelta>(other)) {
    if (op != "+" && (op != "-" || side == OperandSide::Right)) return std::nullopt;
    const std::optional<std::int64_t> step = delta->small_total();
    if (!step) fail(site.span, "OverflowError", "date value out of range");
    const std::int64_t local = op == "+" ? local_ + *step : local_ - *step;
    if (local < kMinLocal || local > kMaxLocal) fail(site.span, "OverflowError", "date value out of range");
    return make_moment(local, zone_);
  }
  const auto moment = object_as<DateTimeObject>(other);
  if (moment == nullptr || op != "-" || side == OperandSide::Right) return std::nullopt;
  if (moment->zone_ == zone_) return TimeDelta::make(local_ - moment->local_);
  if (moment->offset().has_value() != offset().has_value()) fail(site.span, "TypeError", "can't subtract offset-naive and offset-aware datetimes");
  return TimeDelta::make(instant() - moment->instant());
}

std::optional<std::strong_ordering> DateTimeObject::order(const Site& site, const Value& other) const {
  if (object_as<DateObject>(other)) fail(site.span, "TypeError", "can't compare datetime.datetime to datetime.date");
  const auto moment = object_as<DateTimeObject>(other);
  if (moment == nullptr) return std::nullopt;
  if (moment->zone_ == zone_) return local_ <=> moment->local_;
  if (moment->offset().has_value() != offset().has_value()) fail(site.span, "TypeError", "can't compare offset-naive and offset-aware datetimes");
  return instant() <=> moment->instant();
}

// ------------------------------------------------------------------------------------------------------------------------- time

Text TimeObject::str() const { return Text{*iso_time(micros_, "auto") + zone_suffix(offset()), Position{0}}; }

Text TimeObject::repr() const {
  const ClockTime time = clock_of(micros_);
  return Text{fmt::format("datetime.time({}, {}{}{})", time.hour, time.minute, repr_of_seconds(time), repr_of_zone(fold_, zone_)), Position{0}};
}

bool TimeObject::equals(const Value& other) const {
  const auto time = object_as<TimeObject>(other);
  return time != nullptr && time->offset().has_value() == offset().has_value() && time->instant() == instant();
}

std::optional<std::strong_ordering> TimeObject::order(const Site& site, const Value& other) const {
  const auto time = object_as<TimeObject>(other);
  if (time == nullptr) return std::nullopt;
  if (time->zone_ == zone_) return micros_ <=> time->micros_;
  if (time->offset().has_value() != offset().has_value()) fail(site.span, "TypeError", "can't compare offset-naive and offset-aware times");
  return instant() <=> time->instant();
}

std::optional<Value> DateObject::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (auto part = date_part(day_, name)) return part;
  if (auto method = bound_method(kDateMethods, shared_from_this(), name)) return method;
  return date_class_member(name, Clock::Unknown);
}

std::optional<Value> DateTimeObject::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (auto part = date_part(day(), name)) return part;
  if (auto part = time_part(time_of_day(), name)) return part;
  if (name == "tzinfo") return zone_value(zone_);
  if (name == "fold") return number(fold_);
  if (auto method = bound_method(kDateTimeMethods, shared_from_this(), name)) return method;
  return datetime_class_member(name, Clock::Unknown);
}

std::optional<Value> TimeObject::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (auto part = time_part(micros_, name)) return part;
  if (name == "tzinfo") return zone_value(zone_);
  if (name == "fold") return number(fold_);
  if (auto method = bound_method(kTimeMethods, shared_from_this(), name)) return method;
  return time_class_member(name, Clock::Unknown);
}

std::optional<Value> unbound_date_method(std::string_view name) { return unbound_method(kDateMethods, "datetime.date", name); }
std::optional<Value> unbound_datetime_method(std::string_view name) { return unbound_method(kDateTimeMethods, "datetime.datetime", name); }
std::optional<Value> unbound_time_method(std::string_view name) { return unbound_method(kTimeMethods, "datetime.time", name); }

std::optional<Text> DateObject::formatted(const Site& site, std::string_view spec) const { return site.made(format_time(site, printed(*this), spec)); }
std::optional<Text> DateTimeObject::formatted(const Site& site, std::string_view spec) const { return site.made(format_time(site, printed(*this), spec)); }
std::optional<Text> TimeObject::formatted(const Site& site, std::string_view spec) const { return site.made(format_time(site, printed(*this), spec)); }

Value make_datetime(Evaluator& evaluator, TimeZone::Local local) {
  if (local.micros < kMinLocal || local.micros > kMaxLocal) evaluator.raise("OverflowError", "date value out of range");
  return make_moment(local.micros, std::move(local.zone));
}

}  // namespace hookc
