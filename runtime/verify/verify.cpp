#include "runtime/verify/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runtime/build_models.h"
#include "runtime/verify/state.h"

namespace hookc {

namespace {

std::optional<std::uint64_t> count_of(const State& state, const StateKey& key) {
  const auto found = state.find(key);
  return found == state.end() ? std::nullopt : found->second.count;
}

/// What a hook did to an object: whether the number of its rows changed.
struct Change {
  bool changed_count = false;
};

struct HookRun {
  HookOutcome outcome;
  std::map<StateKey, Change> changes;
  bool was_refused = false;
  std::string problem;  // the state could not be read
};

struct OneRun {
  std::vector<HookRun> hooks;
  std::set<StateKey> by_builds;
  std::vector<NodeOutcome> failed_nodes;
  State end;

  [[nodiscard]] const HookRun* find(std::string_view hook) const {
    const auto found = std::ranges::find_if(hooks, [&](const HookRun& run) { return run.outcome.hook == hook; });
    return found == hooks.end() ? nullptr : &*found;
  }
};

/// Reads the state around each hook; what changes between two hooks is the builds' doing.
class Recorder final : public RunListener {
 public:
  Recorder(Adapter& adapter, const std::function<bool()>& was_refused) : adapter_(adapter), was_refused_(was_refused) { read(run_.end); }

  void hook_begins(const CompiledHook&, Progress) override {
    State now;
    if (!read(now)) return;
    for (StateKey& key : differences(run_.end, now)) run_.by_builds.insert(std::move(key));
    run_.end = std::move(now);
  }
  void hook_ended(const HookOutcome& outcome, Progress) override {
    HookRun hook;
    hook.outcome = outcome;
    hook.was_refused = was_refused_();
    State now;
    if (outcome.status != RunStatus::Skipped && read(now)) {
      for (StateKey& key : differences(run_.end, now)) {
        const Change change{count_of(run_.end, key) != count_of(now, key)};
        hook.changes.emplace(std::move(key), change);
      }
      run_.end = std::move(now);
    }
    hook.problem = std::exchange(problem_, {});
    run_.hooks.push_back(std::move(hook));
  }
  void node_begins(const NodeOutcome&, Progress) override {}
  void node_ended(const NodeOutcome& outcome, Progress) override {
    if (outcome.status == RunStatus::Error && !outcome.is_by_hook) run_.failed_nodes.push_back(outcome);
  }
  void message(std::string_view, MessageStep::Kind, std::string_view) override {}

  OneRun finish() {
    State now;
    if (read(now)) {
      for (StateKey& key : differences(run_.end, now)) run_.by_builds.insert(std::move(key));
      run_.end = std::move(now);
    }
    return std::move(run_);
  }

 private:
  bool read(State& state) {
    auto result = read_state(adapter_);
    if (const auto* error = std::get_if<AdapterError>(&result)) {
      problem_ = error->message;
      return false;
    }
    state = std::move(std::get<State>(result));
    return true;
  }

  Adapter& adapter_;
  const std::function<bool()>& was_refused_;
  OneRun run_;
  std::string problem_;
};

std::string words_of(const State& before, const State& after, const StateKey& key) {
  const auto old_count = count_of(before, key);
  const auto new_count = count_of(after, key);
  if (old_count && new_count) return *old_count == *new_count ? fmt::format("other rows in `{}`", key.object) : fmt::format("`{}` has {} rows, then {}", key.object, *old_count, *new_count);
  if (!before.contains(key)) return fmt::format("{} `{}` is new", key.aspect, key.object);
  if (!after.contains(key)) return fmt::format("{} `{}` is gone", key.aspect, key.object);
  return fmt::format("{} `{}` is another", key.aspect, key.object);
}

std::string first_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

/// In one line: the words of the database, and the place.
std::string words_of(const std::optional<RunFailure>& failure) {
  if (!failure) return {};
  const std::string message = first_line(failure->message);
  return failure->file.empty() ? message : fmt::format("{}, at {}:{}", message, failure->file, failure->line);
}

/// That hookc.yml lets a run go on after it is another matter.
bool has_failed(const HookOutcome& outcome) { return outcome.status == RunStatus::Error || outcome.status == RunStatus::Warn; }

class Comparison {
 public:
  Comparison(const OneRun& before, const OneRun& after) : before_(before), after_(after) {
    for (StateKey& key : differences(before.end, after.end)) {
      const bool count_differs = count_of(before.end, key) != count_of(after.end, key);
      const bool somebody_counts = count_differs && std::ranges::any_of(after.hooks, [&](const HookRun& run) {
        const auto change = run.changes.find(key);
        return change != run.changes.end() && change->second.changed_count;
      });
      differences_.emplace(std::move(key), somebody_counts);
    }
  }

  [[nodiscard]] RealVerdict of(const std::string& hook) const {
    using Word = RealVerdict::Word;
    const HookRun* first = before_.find(hook);
    const HookRun* second = after_.find(hook);
    if (first == nullptr || second == nullptr) return {Word::NotVerified, "it did not run"};
    for (const HookRun* run : {first, second}) {
      if (!run->problem.empty()) return {Word::NotVerified, fmt::format("the state could not be read: {}", first_line(run->problem))};
      if (run->was_refused) return {Word::NotVerified, words_of(run->outcome.failure)};
      if (run->outcome.status == RunStatus::Skipped) return {Word::NotVerified, run->outcome.reason};
    }
    if (has_failed(second->outcome)) return {Word::FailsAgain, words_of(second->outcome.failure)};
    return drift_of(*second);
  }

 private:
  [[nodiscard]] RealVerdict drift_of(const HookRun& run) const {
    std::vector<std::string> own;
    std::vector<std::string> shared;  // with a build
    for (const auto& [key, only_counting] : differences_) {
      const auto change = run.changes.find(key);
      if (change == run.changes.end() || (only_counting && !change->second.changed_count)) continue;
      (after_.by_builds.contains(key) ? shared : own).push_back(words_of(before_.end, after_.end, key));
    }
    if (!own.empty()) return {RealVerdict::Word::Drifts, fmt::format("{}", fmt::join(own, "; "))};
    if (!shared.empty()) return {RealVerdict::Word::NotVerified, fmt::format("the build of a model changes the same: {}", fmt::join(shared, "; "))};
    return {RealVerdict::Word::Idempotent, ""};
  }

  const OneRun& before_;
  const OneRun& after_;
  std::map<StateKey, bool> differences_;  // is it only hooks that change the number of rows?
};

RunRequest request_of(const Project& project, sql::Dialect dialect, std::vector<std::string>& notes) {
  RunRequest request;
  request.build_models = true;
  request.plan.with_nodes_without_hooks = true;
  for (const Node& node : project.nodes) {
    if (!node.enabled || !is_built(node) || ModelBuilder::can_build(node, dialect)) continue;
    request.plan.exclude.push_back(node.name);
    notes.push_back(fmt::format("hookc cannot build `{}`: its hooks are not verified", node.unique_id));
  }
  return request;
}

}  // namespace

std::string_view name_of(RealVerdict::Word word) {
  switch (word) {
    case RealVerdict::Word::Idempotent: return "idempotent";
    case RealVerdict::Word::FailsAgain: return "fails-again";
    case RealVerdict::Word::Drifts: return "drifts";
    case RealVerdict::Word::NotVerified: return "not-verified";
  }
  return "not-verified";
}

std::variant<VerifyReport, RunRefusal> verify_program(Sources& sources, const Project& project, const Program& program, Adapter& adapter, const std::function<bool()>& was_refused) {
  VerifyReport report;
  const RunRequest request = request_of(project, adapter.dialect(), report.notes);
  const RunIdentity identity = make_run_identity();
  std::vector<OneRun> runs;
  for (const RunIdentity& each : {identity, identity, make_run_identity()}) {
    Recorder recorder{adapter, was_refused};
    auto result = run_program(sources, project, program, adapter, request, each, recorder);
    if (auto* refusal = std::get_if<RunRefusal>(&result)) return std::move(*refusal);
    runs.push_back(recorder.finish());
  }
  for (const NodeOutcome& node : runs.front().failed_nodes) report.notes.push_back(fmt::format("{} could not be built: {}", node.what, words_of(node.failure)));
  const Comparison retry{runs[0], runs[1]};
  const Comparison rerun{runs[1], runs[2]};
  for (const HookRun& hook : runs.front().hooks) {
    HookVerification verification;
    verification.hook = hook.outcome.hook;
    verification.is_beyond = hook.was_refused;
    verification.failed_at_once = has_failed(hook.outcome) && !hook.was_refused;
    verification.rerun = rerun.of(hook.outcome.hook);
    verification.retry = retry.of(hook.outcome.hook);
    if (verification.failed_at_once) {
      const RealVerdict failed{RealVerdict::Word::NotVerified, fmt::format("it failed the first time: {}", words_of(hook.outcome.failure))};
      verification.rerun = verification.retry = failed;
    }
    report.hooks.push_back(std::move(verification));
  }
  return report;
}

}  // namespace hookc
