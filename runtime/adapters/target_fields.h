// target_fields: what adapters share in reading a target of profiles.yml.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/project/project.h"
#include "compiler/value/value.h"
#include "runtime/adapter.h"

namespace hookc {

/// The plain text of a YAML scalar, as settings of databases take it: `true` and `false`, digits, the text itself. Nothing for anything else.
std::optional<std::string> scalar_text(const Value& value);

/// The fields of a target, which outlives them.
class TargetFields {
 public:
  explicit TargetFields(const Target& target) : target_(target) {}
  /// Null where there is no such field.
  [[nodiscard]] const Value* find(std::string_view name) const;
  /// Nothing where there is no such field, or no plain value in it.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;

 private:
  const Target& target_;
};

/// A target whose fields do not say how to open it.
AdapterError unfit_target(std::string_view why, std::string help = {});

}  // namespace hookc
