#include "runtime/adapters/target_fields.h"

#include <fmt/format.h>

#include <utility>

namespace hookc {

std::optional<std::string> scalar_text(const Value& value) {
  if (const auto* truth = value.get_if<bool>()) return *truth ? "true" : "false";
  if (const auto* number = value.get_if<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.get_if<double>()) return fmt::format("{}", *number);
  if (const auto text = text_of(value)) return std::string{*text};
  return std::nullopt;
}

const Value* TargetFields::find(std::string_view name) const { return target_.connection == nullptr ? nullptr : std::as_const(*target_.connection).find(name); }

std::optional<std::string> TargetFields::text(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr || value->is<None>() ? std::nullopt : scalar_text(*value);
}

AdapterError unfit_target(std::string_view why, std::string help) {
  return adapter_error(AdapterError::Kind::Unsupported, fmt::format("the target cannot be opened: {}", why), std::move(help));
}

}  // namespace hookc
