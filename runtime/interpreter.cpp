#include "runtime/interpreter.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "runtime/build_models.h"
#include "runtime/hook_runner.h"
#include "runtime/session.h"
#include "runtime/statement_policy.h"

namespace hookc {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::string target_schema(const Program& program) {
  const Value* schema = program.target_fields == nullptr ? nullptr : program.target_fields->find("schema");
  return schema == nullptr ? std::string{} : std::string{text_of(*schema).value_or("")};
}

class Interpreter {
 public:
  Interpreter(Sources& sources, const Project& project, const Program& program, const RunRequest& request, const RunIdentity& identity, RunListener& listener, Plan plan,
              Session session)
      : sources_(sources), project_(project), program_(program), request_(request), listener_(listener), plan_(std::move(plan)), session_(std::move(session)),
        places_(project.root), builder_(sources, project, session_, places_, base_binding(identity)), runner_(sources, project, session_, places_, builder_, binding_, listener) {
    report_.invocation_id = identity.invocation_id;
    total_hooks_ = plan_.hook_count();
    if (Ledger* ledger = session_.ledger()) ledger->set_order(program, plan_.hooks(), request.build_models);
    binding_ = base_binding(identity);
  }

  std::optional<RunRefusal> check();
  RunReport run();
  /// Work that can be done while the database does its own.
  void meanwhile() noexcept;

 private:
  enum class Batch : std::uint8_t { Passed, Failed, Aborted };

  [[nodiscard]] Binding base_binding(const RunIdentity& identity) const;
  void bind_results();

  Batch run_batch(const HookIndices& hooks);
  HookResult run_hook(HookIndex index, const Node* node);
  HookResult judge(const CompiledHook& hook, HookResult result, HookOutcome& outcome);
  std::optional<RunFailure> build(const Node& node);
  [[nodiscard]] HookPolicy policy_of(const std::string& hook) const { return policy_for(project_.settings.policies, hook); }
  /// A hook whose statements are not sent.
  void leave_out(HookIndex index, RunStatus status, const std::string& reason);
  void skip_hooks(const HookIndices& hooks, const std::string& reason) {
    for (const HookIndex hook : hooks) leave_out(hook, RunStatus::Skipped, reason);
  }
  void end_hook(const HookOutcome& outcome, Progress progress);
  std::shared_ptr<const CompiledHook> hook_at(HookIndex index);

  void run_nodes(const std::string& skip_all);
  void run_node(const PlannedNode& planned, std::size_t number);
  std::optional<RunFailure> run_around(const PlannedNode& planned);
  [[nodiscard]] std::string reason_to_skip(const PlannedNode& planned) const;
  void finish_node(NodeOutcome outcome, Progress progress, Clock::time_point begin);
  void record(const NodeOutcome& outcome);
  void spread_failure(const std::string& id);

  Progress next_hook() { return Progress{++hook_number_, total_hooks_}; }

  Sources& sources_;
  const Project& project_;
  const Program& program_;
  const RunRequest& request_;
  RunListener& listener_;
  Plan plan_;
  Session session_;
  Places places_;
  ModelBuilder builder_;
  Binding binding_;
  HookRunner runner_;
  RunReport report_;
  std::vector<NodeResult> results_;       // what on-run-end sees
  std::map<std::string, std::size_t, std::less<>> result_at_;  // in it, by node
  std::map<std::string, std::string, std::less<>> failed_;  // nodes that failed, and what depends on them, with the one that failed
  std::size_t hook_number_ = 0;
  RunStatus last_status_ = RunStatus::Success;  // of the hook before
  HookIndex last_index_ = 0;
  std::shared_ptr<const CompiledHook> ahead_;   // one that was read before it is run
  HookIndex ahead_index_ = 0;
  std::size_t total_hooks_ = 0;
  bool stops_ = false;                    // --fail-fast
  std::string end_reason_;                // nothing more is run, on-run-end neither
};

// ---------------------------------------------------------------------------------------------------------------- bindings

Binding Interpreter::base_binding(const RunIdentity& identity) const {
  Binding binding;
  binding.execute = true;
  binding.stage = Stage::Run;
  binding.target = project_.active_target();
  binding.which = program_.command;
  binding.full_refresh = program_.full_refresh;
  binding.invocation_id = Text{identity.invocation_id, sources_.add_input("invocation_id", static_cast<std::uint32_t>(identity.invocation_id.size()))};
  binding.run_started_at = Text{identity.started_at, sources_.add_input("run_started_at", static_cast<std::uint32_t>(identity.started_at.size()))};
  std::vector<Value> selected;
  for (const std::string& id : plan_.selected) selected.push_back(make_text(id, sources_.add_input("selected_resources", static_cast<std::uint32_t>(id.size()))));
  binding.selected_resources = make_list(std::move(selected));
  return binding;
}

/// `results`, `schemas` and `database_schemas`, once all nodes are done.
/// Source: dbt-core 1.12, task/run.py (after_run): schemas are those of nodes that did not fail and were not skipped.
void Interpreter::bind_results() {
  std::set<std::string> schemas;
  std::set<std::pair<std::string, std::string>> pairs;
  for (const NodeResult& result : results_) {
    const Node* node = project_.find_node(result.unique_id);
    if (node == nullptr || !result.succeeded() || !is_built(*node)) continue;
    const NodeRelation& relation = builder_.relation(*node);
    schemas.insert(relation.schema);
    pairs.emplace(relation.database, relation.schema);
  }
  const auto text = [&](std::string_view symbol, const std::string& bytes) { return make_text(bytes, sources_.add_input(symbol, static_cast<std::uint32_t>(bytes.size()))); };
  std::vector<Value> names;
  for (const std::string& schema : schemas) names.push_back(text("schemas", schema));
  std::vector<Value> tuples;
  for (const auto& [database, schema] : pairs) tuples.push_back(make_tuple({text("database_schemas", database), text("database_schemas", schema)}));
  binding_.results = results_value(sources_, results_);
  binding_.schemas = make_list(std::move(names));
  binding_.database_schemas = make_list(std::move(tuples));
}

// ---------------------------------------------------------------------------------------------------------------- one hook

/// What the policy makes of a hook's failure.
HookResult Interpreter::judge(const CompiledHook& hook, HookResult result, HookOutcome& outcome) {
  outcome.status = RunStatus::Error;
  outcome.failure = result->failure;
  if (session_.is_stopped()) {
    end_reason_ = "the process was told to end";
    return result;
  }
  if (session_.is_unsettled()) {
    end_reason_ = fmt::format("what became of a step of `{}` is to be settled first", hook.id);
    return result;
  }
  switch (policy_of(hook.id).on_error) {
    case OnError::Default:
    case OnError::SkipModel: return result;
    case OnError::Abort: end_reason_ = fmt::format("`{}` failed, and hookc.yml says `on_error: abort`", hook.id); return result;
    case OnError::Continue: return std::nullopt;
    case OnError::Warn: outcome.status = RunStatus::Warn; return std::nullopt;
  }
  return result;
}

std::shared_ptr<const CompiledHook> Interpreter::hook_at(HookIndex index) {
  last_index_ = index;
  auto ahead = std::exchange(ahead_, nullptr);
  return ahead != nullptr && ahead_index_ == index ? ahead : program_.hook(index);
}

/// Mostly the hooks of a program are run one after the other. What cannot be read now is complained of when it is wanted.
void Interpreter::meanwhile() noexcept {
  listener_.show();
  if (ahead_ != nullptr || program_.stored == nullptr || last_index_ + 1 >= program_.hook_count()) return;
  try {
    ahead_index_ = last_index_ + 1;
    ahead_ = program_.hook(ahead_index_);
  } catch (const std::runtime_error&) {
    ahead_ = nullptr;
  }
}

void Interpreter::end_hook(const HookOutcome& outcome, Progress progress) {
  last_status_ = outcome.status;
  report_.count(outcome);
  listener_.hook_ended(outcome, progress);
}

void Interpreter::leave_out(HookIndex index, RunStatus status, const std::string& reason) {
  const auto hook = program_.hook(index);
  HookOutcome outcome;
  outcome.hook = hook->id;
  outcome.owner = hook->owner;
  outcome.phase = hook->phase;
  outcome.status = status;
  outcome.reason = reason;
  end_hook(outcome, next_hook());
}

HookResult Interpreter::run_hook(HookIndex index, const Node* node) {
  if (!end_reason_.empty()) {
    leave_out(index, RunStatus::Skipped, end_reason_);
    return HookFailure{RunFailure{end_reason_, {}, {}, 0, 0, {}, {}}, false};
  }
  const auto read = hook_at(index);
  const CompiledHook& hook = *read;
  Ledger* const ledger = session_.ledger();
  if (ledger != nullptr && ledger->has_done_hook(hook.id)) {
    leave_out(index, RunStatus::Success, "done before the run broke off");
    return std::nullopt;
  }
  const Progress progress = next_hook();
  HookOutcome outcome;
  outcome.hook = hook.id;
  outcome.owner = hook.owner;
  outcome.phase = hook.phase;
  listener_.hook_begins(hook, progress);
  const auto begin = Clock::now();
  if (ledger != nullptr) ledger->hook_begins(index, hook);
  session_.begin_steps(hook.id, policy_of(hook.id), is_one_statement(hook));
  HookResult result = runner_.run_steps(hook, node, outcome);
  outcome.seconds = seconds_since(begin);
  if (result) {
    session_.rollback();
    if (result->failure.file.empty()) {
      result->failure.file = hook.file;
      result->failure.line = hook.line;
      result->failure.column = hook.column;
    }
    result = judge(hook, std::move(result), outcome);
  }
  if (ledger != nullptr) ledger->hook_ended(outcome);
  end_hook(outcome, progress);
  return result;
}

Interpreter::Batch Interpreter::run_batch(const HookIndices& hooks) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const HookResult failed = run_hook(hooks[i], nullptr);
    if (!failed) continue;
    if (i + 1 < hooks.size()) skip_hooks({hooks.begin() + static_cast<std::ptrdiff_t>(i + 1), hooks.end()}, fmt::format("`{}` failed", program_.id(hooks[i])));
    return failed->in_template ? Batch::Aborted : Batch::Failed;
  }
  return Batch::Passed;
}

// ---------------------------------------------------------------------------------------------------------------- nodes

/// Nodes between that are not in the plan pass the failure on.
void Interpreter::spread_failure(const std::string& id) {
  std::vector<std::string> reached{id};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (!failed_.emplace(reached[i], id).second) continue;
    for (const Node& node : project_.nodes) {
      if (std::ranges::find(node.depends_on, reached[i]) != node.depends_on.end()) reached.push_back(node.unique_id);
    }
  }
}

std::string Interpreter::reason_to_skip(const PlannedNode& planned) const {
  if (const auto failed = failed_.find(planned.node->unique_id); failed != failed_.end()) return fmt::format("it depends on `{}`, which failed", failed->second);
  if (!end_reason_.empty()) return end_reason_;
  if (stops_) return "another hook or model failed, and --fail-fast was asked for";
  if (!request_.results || request_.build_models) return {};
  const auto found = result_at_.find(planned.node->unique_id);
  if (found == result_at_.end()) return "the results do not have its node";
  const NodeResult& result = results_[found->second];
  return result.succeeded() ? std::string{} : fmt::format("its node has the status `{}` in the results", result.status);
}

/// The build, once: it is a step of its own, part of the node's transaction.
std::optional<RunFailure> Interpreter::build(const Node& node) {
  const std::string id = "build " + node.unique_id;
  if (Ledger* ledger = session_.ledger()) {
    const StepRecord known = ledger->find(id, 0, true);
    if (known.state == StepState::Done) return std::nullopt;
    const Doubt answer = known.state == StepState::InDoubt ? ledger->answer_for(known) : Doubt::Repeat;
    if (answer == Doubt::Stop && node.materialized == "incremental") {
      RunFailure failure;
      failure.message = fmt::format("`{}` was being committed when the run broke off, and whether its rows are there is not known", node.unique_id);
      failure.help = "look at the table, then resume with `--doubtful done` (they are) or `--doubtful repeat` (they are not)";
      end_reason_ = fmt::format("what became of the build of `{}` is to be settled first", node.unique_id);
      return failure;
    }
    if (answer == Doubt::IsDone) return std::nullopt;
  }
  session_.begin_steps("model " + node.unique_id, {}, false);
  if (const auto error = session_.build_begins()) return failure_of(*error, {});
  if (auto failure = builder_.build(node)) {
    if (session_.is_stopped()) end_reason_ = "the process was told to end";
    return failure;
  }
  session_.build_succeeded();
  if (const auto error = session_.record_step(id)) return failure_of(*error, {});
  return std::nullopt;
}

/// The transaction of a node spans its inner pre-hooks, its build and its inner post-hooks.
std::optional<RunFailure> Interpreter::run_around(const PlannedNode& planned) {
  const auto run_all = [&](const HookIndices& hooks) -> std::optional<RunFailure> {
    for (const HookIndex hook : hooks) {
      if (auto failed = run_hook(hook, planned.node)) return std::move(failed->failure);
    }
    return std::nullopt;
  };
  if (auto failure = run_all(planned.before_outside)) return failure;
  if (request_.build_models) {
    if (const auto error = session_.begin()) return failure_of(*error, "begin");
  }
  if (auto failure = run_all(planned.before_inside)) return failure;
  if (request_.build_models) {
    if (auto failure = build(*planned.node)) return failure;
  }
  if (auto failure = run_all(planned.after_inside)) return failure;
  if (const auto error = session_.commit()) return failure_of(*error, "commit");
  return run_all(planned.after_outside);
}

void Interpreter::record(const NodeOutcome& outcome) {
  if (outcome.status == RunStatus::Error) spread_failure(outcome.node);
  const bool is_known = result_at_.contains(outcome.node);
  // A node that dbt's run did not have is none of its results.
  if (!is_known && request_.results && outcome.status == RunStatus::Skipped) return;
  if (!is_known) {
    result_at_.emplace(outcome.node, results_.size());
    results_.emplace_back().unique_id = outcome.node;
  }
  // What dbt reported stays, unless a hook has failed the node since.
  if (is_known && outcome.status != RunStatus::Error) return;
  NodeResult& result = results_[result_at_.at(outcome.node)];
  result.status = name_of(outcome.status);
  result.message = outcome.failure ? outcome.failure->message : outcome.status == RunStatus::Success ? "OK" : outcome.reason;
  result.execution_time = outcome.seconds;
}

void Interpreter::finish_node(NodeOutcome outcome, Progress progress, Clock::time_point begin) {
  outcome.seconds = seconds_since(begin);
  if (Ledger* ledger = session_.ledger()) ledger->node_ended(outcome);
  record(outcome);
  report_.count(outcome);
  listener_.node_ended(outcome, progress);
  if (outcome.status == RunStatus::Error && request_.fail_fast) stops_ = true;
}

void Interpreter::run_node(const PlannedNode& planned, std::size_t number) {
  const Progress progress{number, plan_.nodes.size()};
  const auto begin = Clock::now();
  NodeOutcome outcome;
  outcome.node = planned.node->unique_id;
  outcome.what = builder_.describe(*planned.node);
  if (std::string reason = reason_to_skip(planned); !reason.empty()) {
    outcome.status = RunStatus::Skipped;
    outcome.reason = reason;
    skip_hooks(planned.hooks(), reason);
    finish_node(std::move(outcome), progress, begin);
    return;
  }
  if (session_.ledger() != nullptr && session_.ledger()->has_done_node(outcome.node)) {
    outcome.reason = "done before the run broke off";
    for (const HookIndex hook : planned.hooks()) leave_out(hook, RunStatus::Success, outcome.reason);
    finish_node(std::move(outcome), progress, begin);
    return;
  }
  listener_.node_begins(outcome, progress);
  const std::size_t first = hook_number_;
  if (auto failure = run_around(planned)) {
    session_.rollback();
    outcome.status = RunStatus::Error;
    outcome.failure = std::move(failure);
    outcome.is_by_hook = hook_number_ > first && last_status_ == RunStatus::Error;
    const auto hooks = planned.hooks();
    skip_hooks({hooks.begin() + static_cast<std::ptrdiff_t>(hook_number_ - first), hooks.end()}, fmt::format("`{}` failed before it", planned.node->name));
  }
  finish_node(std::move(outcome), progress, begin);
}

void Interpreter::run_nodes(const std::string& skip_all) {
  for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
    if (skip_all.empty()) {
      run_node(plan_.nodes[i], i + 1);
      continue;
    }
    skip_hooks(plan_.nodes[i].hooks(), skip_all);
    NodeOutcome outcome;
    outcome.node = plan_.nodes[i].node->unique_id;
    outcome.what = builder_.describe(*plan_.nodes[i].node);
    outcome.status = RunStatus::Skipped;
    outcome.reason = skip_all;
    report_.count(outcome);
    listener_.node_ended(outcome, Progress{i + 1, plan_.nodes.size()});
  }
}

// ---------------------------------------------------------------------------------------------------------------- the run

std::optional<RunRefusal> Interpreter::check() {
  for (const PlannedNode& node : plan_.nodes) {
    if (!session_.adapter().capabilities().transactions || project_.settings.policies.empty()) break;
    for (const auto* hooks : {&node.before_inside, &node.after_inside}) {
      for (const HookIndex index : *hooks) {
        const OnError on_error = policy_of(program_.id(index)).on_error;
        if (on_error != OnError::Continue && on_error != OnError::Warn) continue;
        const auto hook = program_.hook(index);
        RunRefusal refusal;
        refusal.failure.message = fmt::format("`{}` is part of its model's transaction: when it fails, what was done before it is undone, so the run cannot go on as if nothing had happened", hook->id);
        refusal.failure.help = "give the hook `transaction: false`, or another `on_error` in hookc.yml";
        refusal.failure.file = hook->file;
        refusal.failure.line = hook->line;
        refusal.failure.column = hook->column;
        return refusal;
      }
    }
  }
  if (!request_.build_models) return std::nullopt;
  std::vector<const Node*> nodes;
  for (const PlannedNode& planned : plan_.nodes) nodes.push_back(planned.node);
  if (auto failure = builder_.find_unbuildable(nodes)) return RunRefusal{std::move(*failure)};
  if (auto failure = builder_.prepare(nodes)) return RunRefusal{std::move(*failure)};
  return std::nullopt;
}

RunReport Interpreter::run() {
  const auto begin = Clock::now();
  if (plan_.is_nothing) {
    report_.is_nothing = true;
    return std::move(report_);
  }
  if (request_.results && !request_.build_models) results_ = *request_.results;
  for (std::size_t i = 0; i < results_.size(); ++i) result_at_.emplace(results_[i].unique_id, i);
  const Batch start = run_batch(plan_.start);
  if (start == Batch::Aborted) {
    // dbt renders hooks before it catches errors: nothing else is run, not even on-run-end.
    report_.was_aborted = true;
    run_nodes("a template of on-run-start failed");
    skip_hooks(plan_.end, "a template of on-run-start failed");
  } else {
    std::string skip_all;
    if (start == Batch::Failed && project_.start_failure_skips_nodes) skip_all = "a hook of on-run-start failed";
    if (start == Batch::Failed && !end_reason_.empty()) skip_all = end_reason_;
    run_nodes(skip_all);
    bind_results();
    if (end_reason_.empty()) {
      run_batch(plan_.end);
    } else {
      skip_hooks(plan_.end, end_reason_);
    }
  }
  report_.end_reason = end_reason_;
  report_.seconds = seconds_since(begin);
  return std::move(report_);
}

/// For as long as it lives, the interpreter works while the adapter waits for an answer; then what waits to be shown is.
class Meanwhile {
 public:
  Meanwhile(Adapter& adapter, Interpreter& interpreter, RunListener& listener) : adapter_(adapter), listener_(listener) {
    adapter_.set_meanwhile([&interpreter] { interpreter.meanwhile(); });
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;
  ~Meanwhile() {
    adapter_.set_meanwhile(nullptr);
    listener_.show();
  }

 private:
  Adapter& adapter_;
  RunListener& listener_;
};

}  // namespace

std::variant<RunReport, RunRefusal> run_program(Sources& sources, const Project& project, const Program& program, Adapter& adapter, const RunRequest& request,
                                                const RunIdentity& identity, RunListener& listener, RunServices services) {
  auto prepared = prepare_run(project, program, request, identity);
  if (auto* refusal = std::get_if<RunRefusal>(&prepared)) return std::move(*refusal);
  auto& ready = std::get<PreparedRun>(prepared);
  Session session{adapter,
                  program.dialect,
                  make_statement_policy({program.dialect, target_schema(program), program.substitute_unsupported}),
                  std::move(ready.values),
                  services.ledger,
                  services.watch,
                  std::move(services.verdicts)};
  Interpreter interpreter{sources, project, program, request, identity, listener, std::move(ready.plan), std::move(session)};
  const Meanwhile meanwhile{adapter, interpreter, listener};
  if (auto refusal = interpreter.check()) return std::move(*refusal);
  return interpreter.run();
}

}  // namespace hookc
