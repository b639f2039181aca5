#include "runtime/cli/verdicts.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "analyzer/facts.h"
#include "analyzer/verdict.h"

namespace hookc {

namespace {

class AnalyzerVerdicts {
 public:
  AnalyzerVerdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) : sources_(sources), project_(project), dialect_(dialect), target_(target) {}

  StepVerdict of(const Hook& hook, std::size_t sent, std::size_t statement) {
    if (!facts_) facts_ = collect_facts(sources_, project_, dialect_, &target_);
    const auto found = std::find_if(facts_->hooks.begin(), facts_->hooks.end(), [&](const HookFacts& facts) { return facts.hook->id == hook.id; });
    if (found == facts_->hooks.end()) return {};
    const auto index = static_cast<std::size_t>(found - facts_->hooks.begin());
    auto known = verdicts_.find(index);
    if (known == verdicts_.end()) known = verdicts_.emplace(index, run_twice(*facts_, index)).first;
    std::optional<StepVerdict> step;
    for (std::size_t path = 0; path < found->executing.size(); ++path) {
      const auto& texts = found->executing[path].sent;
      if (sent >= texts.size() || statement >= texts[sent].script.statements.size()) continue;
      step = joined(step, known->second.of(path, sent, statement));
    }
    return step.value_or(StepVerdict{});
  }

 private:
  /// Paths that disagree leave the verdict open: who retries must be sure.
  static StepVerdict joined(const std::optional<StepVerdict>& before, const Verdict& verdict) {
    StepVerdict step{std::string{name_of(verdict.rerun)}, std::string{name_of(verdict.retry)}, verdict.reason};
    if (!before) return step;
    if (before->rerun != step.rerun) step.rerun = "unknown";
    if (before->retry != step.retry) step.retry = "unknown";
    if (before->reason != step.reason) step.reason = "it depends on the path";
    return step;
  }

  Sources& sources_;
  const Project& project_;
  sql::Dialect dialect_;
  const Target& target_;
  std::optional<ProjectFacts> facts_;
  std::map<std::size_t, Verdicts> verdicts_;
};

}  // namespace

VerdictSource analyzer_verdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) {
  auto verdicts = std::make_shared<AnalyzerVerdicts>(sources, project, dialect, target);
  return [verdicts](const Hook& hook, std::size_t sent, std::size_t statement) { return verdicts->of(hook, sent, statement); };
}

}  // namespace hookc
