#include "compiler/project/datetime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/numbers.h"

namespace hookc {

namespace {

Value wrap(Moment moment) { return Value{ObjectPtr{std::make_shared<DateTime>(moment)}}; }

template <class T>
std::shared_ptr<T> object_of(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : std::dynamic_pointer_cast<T>(*object);
}

/// A zone by its distance from UTC: `pytz.utc`.
class Zone final : public Object {
 public:
  explicit Zone(std::int64_t minutes) : minutes_(minutes) {}
  [[nodiscard]] std::int64_t minutes() const { return minutes_; }
  [[nodiscard]] std::string type_name() const override { return "tzinfo"; }
  [[nodiscard]] Text str() const override { return Text{"UTC", Position{0}}; }
  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name != "localize") return std::nullopt;
    return make_function("localize", [minutes = minutes_](Evaluator& evaluator, const Arguments& arguments) {
      const auto naive = object_of<DateTime>(bind_arguments(arguments, "localize", {{"dt"}})[0]);
      if (naive == nullptr) evaluator.raise("TypeError", "localize() wants a datetime");
      Moment moment = naive->moment();
      moment.offset_minutes = minutes;
      return wrap(moment);
    });
  }

 private:
  std::int64_t minutes_;
};

std::int64_t integer_argument(Evaluator& evaluator, const Value& value, std::int64_t fallback) {
  if (value.is<None>()) return fallback;
  const std::optional<std::int64_t> number = small_integer(value);
  if (!number) evaluator.raise("TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
  return *number;
}

Moment moment_from(Evaluator& evaluator, const Calendar& calendar) {
  const std::optional<std::int64_t> micros = micros_of(calendar);
  if (!micros) evaluator.raise("ValueError", "a part of the date is out of range");
  Moment moment;
  moment.micros = *micros;
  return moment;
}

Value timedelta(Evaluator& evaluator, const Arguments& arguments) {
  const Value zero{std::int64_t{0}};
  const std::vector<Value> given = bind_arguments(
      arguments, "timedelta",
      {{"days", zero}, {"seconds", zero}, {"microseconds", zero}, {"milliseconds", zero}, {"minutes", zero}, {"hours", zero}, {"weeks", zero}});
  constexpr std::array<double, 7> kMicros{86'400e6, 1e6, 1, 1e3, 60e6, 3'600e6, 604'800e6};
  double total = 0;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::optional<double> number = float_of(Site{evaluator.site(), &evaluator.sources()}, given[i]);
    if (!number) evaluator.raise("TypeError", fmt::format("unsupported type for timedelta component: {}", type_name(given[i])));
    total += *number * kMicros[i];
  }
  constexpr double kMost = 8e18;  // what a machine word of microseconds holds
  if (!(std::abs(total) < kMost)) evaluator.raise("OverflowError", "a timedelta is out of range");
  return Value{ObjectPtr{std::make_shared<TimeDelta>(std::llround(total))}};
}

}  // namespace

std::int64_t DateTime::instant() const { return moment_.micros - moment_.offset_minutes.value_or(0) * 60 * kMicrosPerSecond; }

Text DateTime::repr() const {
  const Calendar c = calendar_of(moment_.micros);
  if (moment_.is_date) return Text{fmt::format("datetime.date({}, {}, {})", c.year, c.month, c.day), Position{0}};
  std::string text = fmt::format("datetime.datetime({}, {}, {}, {}, {}", c.year, c.month, c.day, c.hour, c.minute);
  if (c.second != 0 || c.microsecond != 0) text += fmt::format(", {}", c.second);
  if (c.microsecond != 0) text += fmt::format(", {}", c.microsecond);
  if (moment_.offset_minutes) text += ", tzinfo=datetime.timezone.utc";
  return Text{text + ")", Position{0}};
}

bool DateTime::equals(const Value& other) const {
  const auto moment = object_of<DateTime>(other);
  return moment != nullptr && moment->moment_.is_date == moment_.is_date &&
         moment->moment_.offset_minutes.has_value() == moment_.offset_minutes.has_value() && moment->instant() == instant();
}

std::optional<Value> DateTime::attribute(Evaluator&, std::string_view name) {
  const Calendar c = calendar_of(moment_.micros);
  if (name == "year") return Value{c.year};
  if (name == "month") return Value{c.month};
  if (name == "day") return Value{c.day};
  if (!moment_.is_date) {
    if (name == "hour") return Value{c.hour};
    if (name == "minute") return Value{c.minute};
    if (name == "second") return Value{c.second};
    if (name == "microsecond") return Value{c.microsecond};
    if (name == "tzinfo") return moment_.offset_minutes ? Value{ObjectPtr{std::make_shared<Zone>(*moment_.offset_minutes)}} : Value{None{}};
  }
  return method(name);
}

std::optional<Value> DateTime::method(std::string_view name) {
  const auto self = shared_from_this();
  const std::string label{name};
  if (name == "strftime") {
    return make_function(label, [self](Evaluator& evaluator, const Arguments& arguments) {
      const Text format = evaluator.to_text(bind_arguments(arguments, "strftime", {{"format"}})[0]);
      evaluator.spend(format.size());
      return Value{evaluator.made(strftime_of(self->moment_, format.view()))};
    });
  }
  if (name == "isoformat") {
    return make_function(label, [self](Evaluator& evaluator, const Arguments& arguments) {
      const std::vector<Value> given = bind_arguments(arguments, "isoformat", {{"sep", Value{None{}}}, {"timespec", Value{None{}}}});
      const std::optional<std::string_view> separator = text_of(given[0]);
      return Value{evaluator.made(iso_of(self->moment_, separator && !separator->empty() ? separator->front() : 'T'))};
    });
  }
  if (name == "date") {
    return make_function(label, [self](Evaluator&, const Arguments&) {
      Calendar day = calendar_of(self->moment_.micros);
      day.hour = day.minute = day.second = day.microsecond = 0;
      Moment moment;
      moment.micros = micros_of(day).value_or(0);
      moment.is_date = true;
      return wrap(moment);
    });
  }
  if (name == "timestamp") {
    return make_function(label, [self](Evaluator&, const Arguments&) { return Value{static_cast<double>(self->instant()) / static_cast<double>(kMicrosPerSecond)}; });
  }
  if (name == "weekday" || name == "isoweekday") {
    return make_function(label, [self, first = name == "weekday" ? 0 : 1](Evaluator&, const Arguments&) { return Value{weekday_of(self->moment_.micros) + first}; });
  }
  if (name == "replace") return make_function(label, [self](Evaluator& evaluator, const Arguments& arguments) { return self->replaced(evaluator, arguments); });
  if (name == "astimezone") {
    return make_function(label, [self](Evaluator&, const Arguments& arguments) {
      const auto zone = object_of<Zone>(bind_arguments(arguments, "astimezone", {{"tz", Value{None{}}}})[0]);
      Moment moment;
      moment.offset_minutes = zone == nullptr ? 0 : zone->minutes();
      moment.micros = self->instant() + *moment.offset_minutes * 60 * kMicrosPerSecond;
      return wrap(moment);
    });
  }
  return std::nullopt;
}

Value DateTime::replaced(Evaluator& evaluator, const Arguments& arguments) const {
  const Value none{None{}};
  const std::vector<Value> given = bind_arguments(
      arguments, "replace",
      {{"year", none}, {"month", none}, {"day", none}, {"hour", none}, {"minute", none}, {"second", none}, {"microsecond", none}, {"tzinfo", Value{}}});
  Calendar c = calendar_of(moment_.micros);
  std::size_t index = 0;
  for (std::int64_t* field : {&c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second, &c.microsecond}) *field = integer_argument(evaluator, given[index++], *field);
  Moment moment = moment_from(evaluator, c);
  moment.is_date = moment_.is_date;
  moment.offset_minutes = moment_.offset_minutes;
  if (given[7].is<None>()) moment.offset_minutes.reset();
  if (const auto zone = object_of<Zone>(given[7])) moment.offset_minutes = zone->minutes();
  return wrap(moment);
}

Text TimeDelta::str() const {
  const std::int64_t days = micros_ / kMicrosPerDay - (micros_ % kMicrosPerDay < 0 ? 1 : 0);
  const std::int64_t rest = micros_ - days * kMicrosPerDay;
  std::string text;
  if (days != 0) text = fmt::format("{} day{}, ", days, days == 1 || days == -1 ? "" : "s");
  const std::int64_t seconds = rest / kMicrosPerSecond;
  text += fmt::format("{}:{:02d}:{:02d}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % kMicrosPerSecond != 0) text += fmt::format(".{:06d}", rest % kMicrosPerSecond);
  return Text{text, Position{0}};
}

bool TimeDelta::equals(const Value& other) const {
  const auto delta = object_of<TimeDelta>(other);
  return delta != nullptr && delta->micros_ == micros_;
}

std::optional<Value> TimeDelta::attribute(Evaluator&, std::string_view name) {
  const std::int64_t days = micros_ / kMicrosPerDay - (micros_ % kMicrosPerDay < 0 ? 1 : 0);
  const std::int64_t rest = micros_ - days * kMicrosPerDay;
  if (name == "days") return Value{days};
  if (name == "seconds") return Value{rest / kMicrosPerSecond};
  if (name == "microseconds") return Value{rest % kMicrosPerSecond};
  if (name == "total_seconds") {
    return make_function("total_seconds", [micros = micros_](Evaluator&, const Arguments&) { return Value{static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond)}; });
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------------------------- operators

namespace {

/// Years 1 to 9999, as micros_of has them.
bool is_in_range(std::int64_t micros) {
  constexpr std::int64_t kFirst = -62'135'596'800 * kMicrosPerSecond;
  constexpr std::int64_t kLast = 253'402'300'800 * kMicrosPerSecond;
  return micros >= kFirst && micros < kLast;
}

Value duration(std::int64_t micros) { return Value{ObjectPtr{std::make_shared<TimeDelta>(micros)}}; }

/// Durations come from numbers of the user's, so that every result has to be held against a machine word.
Value checked_duration(const Site& site, double micros) {
  constexpr double kMost = 8e18;
  if (!(std::abs(micros) < kMost)) fail(site.span, "OverflowError", "a timedelta is out of range");
  return duration(std::llround(micros));
}

}  // namespace

std::optional<Value> DateTime::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  if (const auto delta = object_of<TimeDelta>(other); delta != nullptr && (op == "+" || (op == "-" && side == OperandSide::Left))) {
    Moment moment = moment_;
    std::int64_t step = op == "+" ? delta->micros() : -delta->micros();
    if (moment.is_date) step -= step % kMicrosPerDay;
    if (__builtin_add_overflow(moment_.micros, step, &moment.micros) || !is_in_range(moment.micros)) fail(site.span, "OverflowError", "date value out of range");
    return wrap(moment);
  }
  const auto moment = object_of<DateTime>(other);
  if (moment == nullptr || op != "-" || side != OperandSide::Left || moment->moment_.is_date != moment_.is_date) return std::nullopt;
  if (moment->moment_.offset_minutes.has_value() != moment_.offset_minutes.has_value()) {
    fail(site.span, "TypeError", "can't subtract offset-naive and offset-aware datetimes");
  }
  return duration(instant() - moment->instant());
}

std::optional<std::strong_ordering> DateTime::order(const Site& site, const Value& other) const {
  const auto moment = object_of<DateTime>(other);
  if (moment == nullptr || moment->moment_.is_date != moment_.is_date) return std::nullopt;
  if (moment->moment_.offset_minutes.has_value() != moment_.offset_minutes.has_value()) {
    fail(site.span, "TypeError", "can't compare offset-naive and offset-aware datetimes");
  }
  return instant() <=> moment->instant();
}

std::optional<Value> TimeDelta::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  const auto own = static_cast<double>(micros_);
  if (const auto delta = object_of<TimeDelta>(other); delta != nullptr && side == OperandSide::Left) {
    std::int64_t result = 0;
    if (op == "+" && !__builtin_add_overflow(micros_, delta->micros_, &result)) return duration(result);
    if (op == "-" && !__builtin_sub_overflow(micros_, delta->micros_, &result)) return duration(result);
    if (op == "/" && delta->micros_ != 0) return Value{own / static_cast<double>(delta->micros_)};
    if (op == "/") fail(site.span, "ZeroDivisionError", "division by zero");
    return std::nullopt;
  }
  const std::optional<double> number = is_number(other) ? float_of(site, other) : std::nullopt;
  if (!number) return std::nullopt;
  if (op == "*") return checked_duration(site, own * *number);
  if (op != "/" || side != OperandSide::Left) return std::nullopt;
  if (*number == 0) fail(site.span, "ZeroDivisionError", "division by zero");
  return checked_duration(site, own / *number);
}

std::optional<std::strong_ordering> TimeDelta::order(const Site&, const Value& other) const {
  const auto delta = object_of<TimeDelta>(other);
  if (delta == nullptr) return std::nullopt;
  return micros_ <=> delta->micros_;
}

Value datetime_now(Evaluator&) { return wrap(moment_now(true)); }

std::optional<Value> datetime_from_iso(Evaluator&, std::string_view text) {
  const std::optional<Moment> moment = moment_from_iso(text);
  if (!moment) return std::nullopt;
  return wrap(*moment);
}

namespace {

/// The classes `datetime` and `date` of the module.
class DateTimeClass final : public Object {
 public:
  DateTimeClass(bool is_date, bool has_clock) : is_date_(is_date), has_clock_(has_clock) {}
  [[nodiscard]] std::string type_name() const override { return "type"; }
  [[nodiscard]] Text str() const override { return Text{is_date_ ? "<class 'datetime.date'>" : "<class 'datetime.datetime'>", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Evaluator& evaluator, const Arguments& arguments) override {
    const Value none{None{}};
    const std::vector<Value> given = bind_arguments(
        arguments, is_date_ ? "date" : "datetime",
        {{"year"}, {"month"}, {"day"}, {"hour", none}, {"minute", none}, {"second", none}, {"microsecond", none}, {"tzinfo", none}});
    Calendar c;
    std::size_t index = 0;
    for (std::int64_t* field : {&c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second, &c.microsecond}) *field = integer_argument(evaluator, given[index++], 0);
    Moment moment = moment_from(evaluator, c);
    moment.is_date = is_date_;
    if (const auto zone = object_of<Zone>(given[7])) moment.offset_minutes = zone->minutes();
    return wrap(moment);
  }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    const std::string label{name};
    if (name == "now" || name == "utcnow" || name == "today") {
      if (!has_clock_) {
        const std::string symbol = fmt::format("modules.datetime.{}.{}()", is_date_ ? "date" : "datetime", name);
        return make_function(label, [symbol](Evaluator&, const Arguments&) { return make_unknown(symbol, Symbol::Shape::Object); });
      }
      return make_function(label, [is_date = is_date_, utc = name == "utcnow"](Evaluator&, const Arguments& arguments) {
        const bool zoned = !arguments.positional.empty() || !arguments.keyword.empty();
        Moment moment = moment_now(utc || zoned);
        if (!zoned) moment.offset_minutes.reset();
        if (is_date) {
          moment.micros -= ((moment.micros % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
          moment.is_date = true;
        }
        return wrap(moment);
      });
    }
    if (name == "strptime") {
      return make_function(label, [](Evaluator& evaluator, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "strptime", {{"date_string"}, {"format"}});
        const std::string text = evaluator.to_text(given[0]).str();
        const std::string format = evaluator.to_text(given[1]).str();
        const std::optional<Moment> moment = moment_from_format(text, format);
        if (!moment) evaluator.raise("ValueError", fmt::format("time data '{}' does not match format '{}'", text, format));
        return wrap(*moment);
      });
    }
    if (name == "fromisoformat") {
      return make_function(label, [is_date = is_date_](Evaluator& evaluator, const Arguments& arguments) {
        const std::string text = evaluator.to_text(bind_arguments(arguments, "fromisoformat", {{"date_string"}})[0]).str();
        std::optional<Moment> moment = moment_from_iso(text);
        if (!moment) evaluator.raise("ValueError", fmt::format("Invalid isoformat string: '{}'", text));
        moment->is_date = is_date;
        return wrap(*moment);
      });
    }
    if (name == "fromtimestamp" || name == "utcfromtimestamp") {
      return make_function(label, [](Evaluator& evaluator, const Arguments& arguments) {
        const Value given = bind_arguments(arguments, "fromtimestamp", {{"timestamp"}, {"tz", Value{None{}}}})[0];
        const std::optional<double> seconds = float_of(Site{evaluator.site(), &evaluator.sources()}, given);
        constexpr double kMost = 253'402'300'799.0;  // the end of the year 9999
        if (!seconds || !(std::abs(*seconds) <= kMost)) evaluator.raise("ValueError", "a timestamp is out of range");
        Moment moment;
        moment.micros = std::llround(*seconds * static_cast<double>(kMicrosPerSecond));
        return wrap(moment);
      });
    }
    return std::nullopt;
  }

 private:
  bool is_date_;
  bool has_clock_;
};

/// A module: names and their values.
class Module final : public Object {
 public:
  Module(std::string name, std::vector<std::pair<std::string_view, Value>> members) : name_(std::move(name)), members_(std::move(members)) {}
  [[nodiscard]] std::string type_name() const override { return "module"; }
  [[nodiscard]] Text str() const override { return Text{"<module '" + name_ + "'>", Position{0}}; }
  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) { return member.first == name; });
    if (found == members_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::string name_;
  std::vector<std::pair<std::string_view, Value>> members_;
};

Value utc() { return Value{ObjectPtr{std::make_shared<Zone>(0)}}; }

}  // namespace

ObjectPtr make_datetime_module(bool has_clock) {
  const Value zone{ObjectPtr{std::make_shared<Module>("timezone", std::vector<std::pair<std::string_view, Value>>{{"utc", utc()}})}};
  return std::make_shared<Module>("datetime", std::vector<std::pair<std::string_view, Value>>{{"datetime", Value{ObjectPtr{std::make_shared<DateTimeClass>(false, has_clock)}}},
                                                                                              {"date", Value{ObjectPtr{std::make_shared<DateTimeClass>(true, has_clock)}}},
                                                                                              {"timedelta", make_function("timedelta", timedelta)},
                                                                                              {"timezone", zone}});
}

ObjectPtr make_pytz_module() {
  Value timezone = make_function("timezone", [](Evaluator& evaluator, const Arguments& arguments) {
    const std::string name = evaluator.to_text(bind_arguments(arguments, "timezone", {{"zone"}})[0]).str();
    if (name != "UTC" && name != "utc" && name != "Etc/UTC" && name != "GMT") evaluator.raise("UnknownTimeZoneError", "'" + name + "' (hookc knows UTC alone)");
    return utc();
  });
  return std::make_shared<Module>("pytz", std::vector<std::pair<std::string_view, Value>>{{"utc", utc()}, {"UTC", utc()}, {"timezone", std::move(timezone)}});
}

}  // namespace hookc
