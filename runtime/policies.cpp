#include "runtime/policies.h"

#include "runtime/selection.h"

namespace hookc {

HookPolicy policy_for(const std::vector<PolicySetting>& settings, std::string_view hook) {
  HookPolicy policy;
  bool has_retries = false;
  for (const PolicySetting& setting : settings) {
    if (!matches_glob(setting.match, hook)) continue;
    if (policy.on_error == OnError::Default && setting.on_error) policy.on_error = *setting.on_error;
    if (!has_retries && setting.retries) {
      policy.retries = *setting.retries;
      has_retries = true;
    }
    if (!policy.timeout && setting.timeout_seconds) policy.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(*setting.timeout_seconds * 1000)};
  }
  return policy;
}

}  // namespace hookc
