#include "runtime/cli/verdicts.h"

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"
#include "analyzer/verdict.h"

namespace hookc {

namespace {

class AnalyzerVerdicts {
 public:
  AnalyzerVerdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) : sources_(sources), project_(project), dialect_(dialect), target_(target) {}

  StepVerdict of(std::string_view hook, const StatementIndex& index) {
    if (!facts_) collect();
    const auto found = hooks_.find(hook);
    if (found == hooks_.end()) return {};
    auto known = verdicts_.find(found->second);
    if (known == verdicts_.end()) known = verdicts_.emplace(found->second, run_twice(*facts_, found->second)).first;
    const std::vector<PathFacts>& paths = facts_->hooks[found->second].executing;
    std::optional<StepVerdict> step;
    for (std::size_t path = 0; path < paths.size(); ++path) {
      const auto& texts = paths[path].sent;
      if (index.sent >= texts.size() || index.statement >= texts[index.sent].script.statements.size()) continue;
      step = joined(step, known->second.of(path, index.sent, index.statement));
    }
    return step.value_or(StepVerdict{});
  }

 private:
  void collect() {
    facts_ = collect_facts(sources_, project_, dialect_, &target_);
    for (std::size_t i = 0; i < facts_->hooks.size(); ++i) hooks_.emplace(facts_->hooks[i].hook->id, i);
  }

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
  std::map<std::string_view, std::size_t> hooks_;  // by id: which of the facts' hooks
  std::map<std::size_t, Verdicts> verdicts_;
};

}  // namespace

VerdictSource analyzer_verdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) {
  auto verdicts = std::make_shared<AnalyzerVerdicts>(sources, project, dialect, target);
  return [verdicts](std::string_view hook, const StatementIndex& index) { return verdicts->of(hook, index); };
}

}  // namespace hookc
