#include "runtime/run_report.h"

#include <algorithm>

namespace hookc {

std::string_view name_of(RunStatus status) {
  switch (status) {
    case RunStatus::Success: return "success";
    case RunStatus::Warn: return "warn";
    case RunStatus::Error: return "error";
    case RunStatus::Skipped: return "skipped";
  }
  return "error";
}

bool RunReport::has_failed() const {
  return !end_reason.empty() || std::ranges::any_of(hooks, [](const HookOutcome& one) { return one.status == RunStatus::Error; }) ||
         std::ranges::any_of(nodes, [](const NodeOutcome& one) { return one.status != RunStatus::Success; });
}

}  // namespace hookc
