// TimeDelta: Python's datetime.timedelta: days, seconds and microseconds, exact.
// Source of the semantics: Python 3.11, module datetime.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/value/big_int.h"
#include "compiler/value/operand.h"
#include "compiler/value/value.h"

namespace hookc {

class TimeDelta final : public Object, public Operand, public std::enable_shared_from_this<TimeDelta> {
 public:
  static constexpr std::int64_t kMaxDays = 999'999'999;

  /// Normal form: 0 <= seconds < 86400, 0 <= micros < 1000000.
  TimeDelta(std::int64_t days, std::int64_t seconds, std::int64_t micros) : days_(days), seconds_(seconds), micros_(micros) {}
  /// OverflowError when there are too many days.
  static Value make(const Site& site, const Integer& micros);
  static Value make(std::int64_t micros);

  [[nodiscard]] std::int64_t days() const { return days_; }
  [[nodiscard]] Integer total() const;
  /// All of it in microseconds, where a machine word holds that.
  [[nodiscard]] std::optional<std::int64_t> small_total() const;

  [[nodiscard]] std::string type_name() const override { return "datetime.timedelta"; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"days", "microseconds", "seconds", "total_seconds"};
  }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] Text repr() const override;
  [[nodiscard]] bool truthy() const override { return days_ != 0 || seconds_ != 0 || micros_ != 0; }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<Value> operate_unary(const Site& site, std::string_view op) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  std::int64_t days_;
  std::int64_t seconds_;
  std::int64_t micros_;
};

/// `0:00:05`, `-1 day, 23:00:00`.
std::string delta_text(std::int64_t days, std::int64_t seconds, std::int64_t micros);
/// `datetime.timedelta(seconds=5)`.
std::string delta_repr(std::int64_t days, std::int64_t seconds, std::int64_t micros);
/// The class `datetime.timedelta`.
Value timedelta_class();

}  // namespace hookc
