#include "runtime/adapters/target_fields.h"

#include <fmt/format.h>

namespace hookc {

std::optional<std::string> scalar_text(const Value& value) {
  if (const auto* truth = value.get_if<bool>()) return *truth ? "true" : "false";
  if (const auto* number = value.get_if<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.get_if<double>()) return fmt::format("{}", *number);
  if (const auto text = text_of(value)) return std::string{*text};
  return std::nullopt;
}

}  // namespace hookc
