// DateObject, DateTimeObject, TimeObject: Python's date, datetime and time.
// Source of the semantics: Python 3.11, module datetime.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/project/modules/calendar.h"
#include "compiler/project/modules/modules.h"
#include "compiler/project/modules/timezone.h"
#include "compiler/value/operand.h"
#include "compiler/value/value.h"

namespace hookc {

class DateObject final : public Object, public Operand, public std::enable_shared_from_this<DateObject> {
 public:
  /// Within the calendar.
  explicit DateObject(std::int64_t day) : day_(day) {}
  [[nodiscard]] std::int64_t day() const { return day_; }
  [[nodiscard]] std::string type_name() const override { return "datetime.date"; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"ctime", "day", "isocalendar", "isoformat", "isoweekday", "month", "replace", "strftime", "timetuple", "toordinal", "weekday", "year"};
  }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::optional<Text> formatted(const Site& site, std::string_view spec) const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(day_); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  std::int64_t day_;
};

class DateTimeObject final : public Object, public Operand, public std::enable_shared_from_this<DateTimeObject> {
 public:
  /// `local`: microseconds since 1970 on the clock of its zone (null: no zone), within the calendar.
  DateTimeObject(std::int64_t local, ZonePtr zone, int fold) : local_(local), zone_(std::move(zone)), fold_(fold) {}
  [[nodiscard]] std::int64_t local() const { return local_; }
  [[nodiscard]] std::int64_t day() const { return floor_div(local_, kMicrosPerDay); }
  [[nodiscard]] std::int64_t time_of_day() const { return floor_mod(local_, kMicrosPerDay); }
  [[nodiscard]] const ZonePtr& zone() const { return zone_; }
  [[nodiscard]] int fold() const { return fold_; }
  [[nodiscard]] std::optional<std::int64_t> offset() const { return zone_ == nullptr ? std::nullopt : zone_->offset(); }
  /// Microseconds of UTC; of the local clock when there is no zone.
  [[nodiscard]] std::int64_t instant() const { return local_ - offset().value_or(0); }

  [[nodiscard]] std::string type_name() const override { return "datetime.datetime"; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"ctime", "day", "isocalendar", "isoformat", "isoweekday", "month", "replace", "strftime", "timetuple", "toordinal", "weekday", "year",
            "astimezone", "date", "time", "timestamp", "timetz", "utctimetuple", "dst", "fold", "hour", "microsecond", "minute", "second", "tzinfo", "tzname", "utcoffset"};
  }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::optional<Text> formatted(const Site& site, std::string_view spec) const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(instant()); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  std::int64_t local_;
  ZonePtr zone_;
  int fold_;
};

class TimeObject final : public Object, public Operand, public std::enable_shared_from_this<TimeObject> {
 public:
  /// `micros`: since midnight, less than a day.
  TimeObject(std::int64_t micros, ZonePtr zone, int fold) : micros_(micros), zone_(std::move(zone)), fold_(fold) {}
  [[nodiscard]] std::int64_t micros() const { return micros_; }
  [[nodiscard]] const ZonePtr& zone() const { return zone_; }
  [[nodiscard]] int fold() const { return fold_; }
  [[nodiscard]] std::optional<std::int64_t> offset() const { return zone_ == nullptr ? std::nullopt : zone_->offset_without_date(); }
  [[nodiscard]] std::int64_t instant() const { return micros_ - offset().value_or(0); }

  [[nodiscard]] std::string type_name() const override { return "datetime.time"; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"isoformat", "replace", "strftime", "dst", "fold", "hour", "microsecond", "minute", "second", "tzinfo", "tzname", "utcoffset"};
  }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::optional<Text> formatted(const Site& site, std::string_view spec) const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(instant()); }
  [[nodiscard]] std::optional<Value> operate(const Site&, std::string_view, const Value&, OperandSide) const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  std::int64_t micros_;
  ZonePtr zone_;
  int fold_;
};

/// OverflowError when the local time is outside of the calendar.
Value make_datetime(Evaluator& evaluator, TimeZone::Local local);
/// The current time in UTC, with zone.
Value datetime_now();
/// A datetime out of ISO 8601 text; nothing when it is none.
std::optional<Value> datetime_from_iso(Evaluator& evaluator, std::string_view text);
/// `modules.datetime`. Without a clock the current time is an unknown.
ObjectPtr make_datetime_module(Clock clock);

}  // namespace hookc
