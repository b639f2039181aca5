// Datetime: Python's datetime, date and timedelta as far as hooks use them: now, parsing, printing, fields, adding and subtracting.
// Source of the semantics: Python 3.11, module datetime.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/project/moment.h"
#include "compiler/value/operand.h"
#include "compiler/value/value.h"

namespace hookc {

class DateTime final : public Object, public Operand, public std::enable_shared_from_this<DateTime> {
 public:
  explicit DateTime(Moment moment) : moment_(moment) {}
  [[nodiscard]] const Moment& moment() const { return moment_; }
  /// Microseconds of UTC; of local time when it has no zone.
  [[nodiscard]] std::int64_t instant() const;

  [[nodiscard]] std::string type_name() const override { return moment_.is_date ? "datetime.date" : "datetime.datetime"; }
  [[nodiscard]] Text str() const override { return Text{iso_of(moment_, ' '), Position{0}}; }
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(instant()); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  [[nodiscard]] std::optional<Value> method(std::string_view name);
  [[nodiscard]] Value replaced(Evaluator& evaluator, const Arguments& arguments) const;
  Moment moment_;
};

class TimeDelta final : public Object, public Operand {
 public:
  explicit TimeDelta(std::int64_t micros) : micros_(micros) {}
  [[nodiscard]] std::int64_t micros() const { return micros_; }
  [[nodiscard]] std::string type_name() const override { return "datetime.timedelta"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool truthy() const override { return micros_ != 0; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(micros_); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  std::int64_t micros_;
};

/// The current time in UTC, with zone.
Value datetime_now(Evaluator& evaluator);
/// A datetime out of ISO 8601 text; nothing when it is none.
std::optional<Value> datetime_from_iso(Evaluator& evaluator, std::string_view text);
/// `modules.datetime`. Without a clock (the rendering is not the run) the current time is an unknown.
ObjectPtr make_datetime_module(bool has_clock);
/// `modules.pytz`: UTC alone.
ObjectPtr make_pytz_module();

}  // namespace hookc
