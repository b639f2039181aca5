#include "runtime/run_report.h"

#include <utility>

namespace hookc {

namespace {

constexpr std::size_t kMaxFailed = 1'000;

}  // namespace

std::string_view name_of(RunStatus status) {
  switch (status) {
    case RunStatus::Success: return "success";
    case RunStatus::Warn: return "warn";
    case RunStatus::Error: return "error";
    case RunStatus::Skipped: return "skipped";
  }
  return "error";
}

void RunReport::add(std::string what, const RunFailure& failure, RunStatus status) {
  if (failed.size() < kMaxFailed) {
    failed.push_back({std::move(what), failure.message.substr(0, failure.message.find('\n')), status == RunStatus::Warn});
  } else {
    ++failed_more;
  }
}

void RunReport::count(const HookOutcome& outcome) {
  ++hooks.at(static_cast<std::size_t>(outcome.status));
  if (!outcome.substitutions.empty()) ++substituted;
  if (outcome.failure) add(outcome.hook, *outcome.failure, outcome.status);
}

void RunReport::count(const NodeOutcome& outcome) {
  ++nodes.at(static_cast<std::size_t>(outcome.status));
  if (outcome.failure && !outcome.is_by_hook) add(outcome.node, *outcome.failure, outcome.status);
}

bool RunReport::has_failed() const {
  return !end_reason.empty() || hooks_with(RunStatus::Error) + nodes_with(RunStatus::Warn) + nodes_with(RunStatus::Error) + nodes_with(RunStatus::Skipped) > 0;
}

}  // namespace hookc
