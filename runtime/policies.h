// Policies: what hookc.yml says about single hooks: what their failure means, how often a statement is repeated, how long one may take.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "compiler/project/project.h"

namespace hookc {

struct HookPolicy {
  OnError on_error = OnError::Default;
  std::uint32_t retries = 0;                              // of a statement that another session was in the way of
  std::optional<std::chrono::milliseconds> timeout;       // of one statement
};

/// Of each kind of policy, the first entry whose pattern matches the hook's id and that has it.
HookPolicy policy_for(const std::vector<PolicySetting>& settings, std::string_view hook);

}  // namespace hookc
