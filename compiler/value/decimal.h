// DecimalNumber: Python's decimal.Decimal, which dbt makes of every number of a query's result that is no integer: exact, with the digits that the
// database gave (`1.50`), and with operators that take integers and refuse floats.
// Source of the semantics: Python 3.11, module decimal with its default context: 28 digits, ties to even. There is no NaN, infinity or negative zero here.
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

class DecimalNumber final : public Object, public Operand {
 public:
  /// `coefficient` times ten to the power of `exponent`.
  DecimalNumber(Integer coefficient, std::int64_t exponent) : coefficient_(std::move(coefficient)), exponent_(exponent) {}

  [[nodiscard]] const Integer& coefficient() const { return coefficient_; }
  [[nodiscard]] std::int64_t exponent() const { return exponent_; }
  [[nodiscard]] double nearest() const;
  /// What stands before the point.
  [[nodiscard]] Integer truncated() const;
  /// Towards the smaller and towards the greater integer.
  [[nodiscard]] Integer floor() const;
  [[nodiscard]] Integer ceiling() const;
  /// With so many digits behind the point, ties to even.
  [[nodiscard]] std::shared_ptr<DecimalNumber> rounded(std::int64_t places) const;
  [[nodiscard]] std::string digits() const;

  [[nodiscard]] std::string type_name() const override { return "decimal.Decimal"; }
  [[nodiscard]] Text str() const override { return Text{digits(), fixed_at(Position{0})}; }
  [[nodiscard]] Text repr() const override { return Text{"Decimal('" + digits() + "')", fixed_at(Position{0})}; }
  [[nodiscard]] bool truthy() const override { return coefficient_ != 0; }
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<Value> operate_unary(const Site& site, std::string_view op) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  Integer coefficient_;
  std::int64_t exponent_;
};

/// `12.50`, `-1e+16`; nothing for what is no number, or has more digits or a larger exponent than anybody needs.
std::optional<Value> decimal_from_text(std::string_view text);
/// Null unless `value` is a decimal; valid as long as the value.
const DecimalNumber* as_decimal(const Value& value);

}  // namespace hookc
