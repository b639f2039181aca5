#include "compiler/project/modules/timezone.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "compiler/project/modules/calendar.h"
#include "compiler/project/modules/datetime.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/project/modules/timedelta.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// datetime.tzinfo itself, which knows nothing.
class AbstractZone final : public TimeZone {
 public:
  [[nodiscard]] std::optional<std::int64_t> offset() const override { give_up("utcoffset"); }
  [[nodiscard]] std::optional<std::int64_t> dst() const override { give_up("dst"); }
  [[nodiscard]] std::optional<std::string> name() const override { give_up("tzname"); }
  [[nodiscard]] std::string type_name() const override { return "datetime.tzinfo"; }
  [[nodiscard]] Text str() const override { return Text{"<datetime.tzinfo object>", Position{0}}; }
  std::optional<Value> attribute(Evaluator& /*evaluator*/, std::string_view name) override {
    for (const std::string_view method : {"utcoffset", "dst", "tzname"}) {
      if (name == method) return make_function(std::string{name}, [method](Evaluator&, const Arguments&) -> Value { give_up(method); });
    }
    return std::nullopt;
  }

 private:
  [[noreturn]] static void give_up(std::string_view method) { fail(Span{}, "NotImplementedError", fmt::format("a tzinfo subclass must implement {}()", method)); }
};

Value delta_or_none(const std::optional<std::int64_t>& micros) { return micros ? TimeDelta::make(*micros) : Value{None{}}; }

/// The argument of utcoffset() and its kin.
void check_moment(Evaluator& evaluator, const Arguments& arguments, std::string_view method) {
  if (arguments.positional.size() != 1 || !arguments.keyword.empty()) {
    evaluator.raise("TypeError", fmt::format("timezone.{}() takes exactly one argument ({} given)", method, arguments.positional.size() + arguments.keyword.size()));
  }
  const Value& moment = arguments.positional.front();
  if (!moment.is<None>() && object_as<DateTimeObject>(moment) == nullptr) {
    evaluator.raise("TypeError", fmt::format("{}(dt) argument must be a datetime instance or None, not {}", method, type_name(moment)));
  }
}

Value from_utc_method(Evaluator& evaluator, const ZonePtr& zone, const Arguments& arguments) {
  const auto moment = arguments.positional.size() == 1 ? object_as<DateTimeObject>(arguments.positional.front()) : nullptr;
  if (moment == nullptr) evaluator.raise("TypeError", "fromutc() argument must be a datetime instance, not " + (arguments.positional.empty() ? "nothing" : type_name(arguments.positional.front())));
  if (moment->zone() != zone) evaluator.raise("ValueError", "fromutc: dt.tzinfo is not self");
  return make_datetime(evaluator, zone->from_utc(moment->local()));
}

std::optional<Value> constant(std::string_view name) {
  constexpr std::int64_t kMost = 23 * kMicrosPerHour + 59 * kMicrosPerMinute;
  if (name == "utc") return zone_value(utc_zone());
  if (name == "min") return make_object<FixedZone>(-kMost, std::nullopt);
  if (name == "max") return make_object<FixedZone>(kMost, std::nullopt);
  return std::nullopt;
}

}  // namespace

std::string offset_text(std::int64_t offset, std::string_view separator) {
  const std::int64_t distance = offset < 0 ? -offset : offset;
  const ClockTime parts = clock_of(distance);
  std::string text = fmt::format("{}{:02d}{}{:02d}", offset < 0 ? '-' : '+', parts.hour, separator, parts.minute);
  if (parts.second != 0 || parts.microsecond != 0) text += fmt::format("{}{:02d}", separator, parts.second);
  if (parts.microsecond != 0) text += fmt::format(".{:06d}", parts.microsecond);
  return text;
}

std::optional<std::string> FixedZone::name() const {
  if (name_) return name_;
  return offset_ == 0 ? "UTC" : "UTC" + offset_text(offset_, ":");
}

Text FixedZone::repr() const {
  if (offset_ == 0 && !name_) return Text{"datetime.timezone.utc", Position{0}};
  const std::int64_t rest = floor_mod(offset_, kMicrosPerDay);
  std::string text = "datetime.timezone(" + delta_repr(floor_div(offset_, kMicrosPerDay), rest / kMicrosPerSecond, rest % kMicrosPerSecond);
  if (name_) text += ", " + repr_of_bytes(*name_);
  return Text{text + ")", Position{0}};
}

std::optional<Value> FixedZone::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  const auto self = shared_from_this();
  for (const std::string_view method : {"utcoffset", "dst", "tzname"}) {
    if (name != method) continue;
    return module_function(std::string{name}, [self, method](Evaluator& evaluator, const Arguments& arguments) -> Value {
      check_moment(evaluator, arguments, method);
      if (method == "dst") return Value{None{}};
      return method == "utcoffset" ? delta_or_none(self->offset()) : Value{evaluator.made(*self->name())};
    });
  }
  if (name == "fromutc") {
    return module_function("fromutc", [self](Evaluator& evaluator, const Arguments& arguments) { return from_utc_method(evaluator, self, arguments); });
  }
  return constant(name);
}

bool FixedZone::equals(const Value& other) const {
  const auto zone = object_as<FixedZone>(other);
  return zone != nullptr && zone->offset_ == offset_;
}

ZonePtr zone_argument(Evaluator& evaluator, const Value& value) {
  if (value.is<None>()) return nullptr;
  ZonePtr zone = object_as<TimeZone>(value);
  if (zone == nullptr) evaluator.raise("TypeError", fmt::format("tzinfo argument must be None or of a tzinfo subclass, not type '{}'", type_name(value)));
  return zone;
}

Value zone_value(const ZonePtr& zone) { return zone == nullptr ? Value{None{}} : Value{ObjectPtr{zone}}; }
ZonePtr utc_zone() { return std::make_shared<FixedZone>(0, std::nullopt); }

ZonePtr local_zone_at(std::int64_t utc) {
  const auto seconds = static_cast<std::time_t>(floor_div(utc, kMicrosPerSecond));
  std::tm parts{};
  if (localtime_r(&seconds, &parts) == nullptr) return utc_zone();
  return std::make_shared<FixedZone>(static_cast<std::int64_t>(parts.tm_gmtoff) * kMicrosPerSecond, std::string{parts.tm_zone == nullptr ? "" : parts.tm_zone});
}

Value tzinfo_class() {
  return make_object<ClassObject>("datetime.tzinfo", [](Evaluator&, const Arguments&) { return make_object<AbstractZone>(); }, ClassObject::Member{});
}

}  // namespace hookc
