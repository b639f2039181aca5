// Operand: objects that take part in arithmetic and order, such as moments and durations. The operators ask them before they raise TypeError.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// Which side of the operator the object stands on.
enum class OperandSide : std::uint8_t { Left, Right };

class Operand {
 public:
  virtual ~Operand() = default;
  /// The result of `+`, `-`, `*`, `/`, `//`, `%` or `in` with `other` on the other side; nothing when the types do not go together.
  [[nodiscard]] virtual std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const = 0;
  /// `-x`, `+x`, and `abs` of it; nothing when the type has no such operation.
  [[nodiscard]] virtual std::optional<Value> operate_unary(const Site& /*site*/, std::string_view /*op*/) const { return std::nullopt; }
  /// Where this stands in relation to `other`; nothing when the types are not ordered.
  [[nodiscard]] virtual std::optional<std::strong_ordering> order(const Site& site, const Value& other) const = 0;
};

/// The object behind a value, when it is an operand; valid as long as the value.
inline const Operand* operand_of(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : dynamic_cast<const Operand*>(object->get());
}

}  // namespace hookc
