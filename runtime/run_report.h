// RunReport: what a run did, as data, and the listener that hears of it while it happens.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/program/program.h"

namespace hookc {

/// Warn: it failed, and hookc.yml says that this is to be reported only.
enum class RunStatus : std::uint8_t { Success, Warn, Error, Skipped };
std::string_view name_of(RunStatus status);

/// Why something failed: the words of the database or of the template, and the template bytes that they are about.
struct RunFailure {
  std::string message;
  std::string help;
  std::string file;              // empty: no place is known
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string statement;         // the SQL that was sent, when it was SQL that failed
  std::vector<TraceEntry> trace; // macro calls, innermost first
};

struct HookOutcome {
  std::string hook;
  std::string owner;
  HookPhase phase = HookPhase::OnRunStart;
  RunStatus status = RunStatus::Success;
  double seconds = 0;
  std::uint32_t statements = 0;            // that were sent
  std::uint32_t done_before = 0;           // that the run which goes on had done
  std::uint64_t rows_affected = 0;
  bool touches_session = false;            // settings, temporary tables: nothing that outlives the session
  std::vector<std::string> substitutions;  // sentences
  std::optional<RunFailure> failure;
  std::string reason;                      // of a skip
};

struct NodeOutcome {
  std::string node;                        // unique id
  std::string what;                        // `table model analytics.fct_orders`
  RunStatus status = RunStatus::Success;
  double seconds = 0;
  std::optional<RunFailure> failure;
  bool is_by_hook = false;                 // it failed because one of its hooks did
  std::string reason;                      // of a skip
};

/// A run in numbers. What became of each hook and node hears who listens: there may be many.
struct RunReport {
  struct Failed {
    std::string what;                      // the hook, or the node
    std::string message;
    bool is_warning = false;
  };
  std::string invocation_id;
  std::array<std::size_t, 4> hooks{};      // by status
  std::array<std::size_t, 4> nodes{};      // that were built, or whose hooks were run; by status
  std::size_t substituted = 0;             // hooks of which something else was sent
  std::vector<Failed> failed;              // the first of them; a node that failed with its hook is none
  std::size_t failed_more = 0;             // that are not in the list
  bool is_nothing = false;                 // the selection is empty: no hook is run either, as in dbt
  bool was_aborted = false;                // a template of on-run-start failed: nothing after it was run
  std::string end_reason;                  // why the run ended before its end: a hook with `on_error: abort`, a signal
  double seconds = 0;
  void count(const HookOutcome& outcome);
  void count(const NodeOutcome& outcome);
  [[nodiscard]] std::size_t hooks_with(RunStatus status) const { return hooks.at(static_cast<std::size_t>(status)); }
  [[nodiscard]] std::size_t nodes_with(RunStatus status) const { return nodes.at(static_cast<std::size_t>(status)); }
  [[nodiscard]] bool has_nodes() const { return std::ranges::any_of(nodes, [](std::size_t count) { return count > 0; }); }
  [[nodiscard]] bool has_failed() const;

 private:
  void add(std::string what, const RunFailure& failure, RunStatus status);
};

/// The how-manyth of all hooks, or of all models.
struct Progress {
  std::size_t number = 0;
  std::size_t total = 0;
};

class RunListener {
 public:
  RunListener() = default;
  RunListener(const RunListener&) = delete;
  RunListener& operator=(const RunListener&) = delete;
  virtual ~RunListener() = default;

  virtual void hook_begins(const CompiledHook& hook, Progress progress) = 0;
  virtual void hook_ended(const HookOutcome& outcome, Progress progress) = 0;
  virtual void node_begins(const NodeOutcome& node, Progress progress) = 0;
  virtual void node_ended(const NodeOutcome& outcome, Progress progress) = 0;
  virtual void message(std::string_view hook, MessageStep::Kind kind, std::string_view text) = 0;
  /// Shows what it has heard so far, which it may keep back until then. It does not throw.
  virtual void show() {}
};

/// Two that hear the same.
class Listeners final : public RunListener {
 public:
  Listeners(RunListener& one, RunListener& other) : both_{&one, &other} {}
  void hook_begins(const CompiledHook& hook, Progress progress) override {
    for (RunListener* one : both_) one->hook_begins(hook, progress);
  }
  void hook_ended(const HookOutcome& outcome, Progress progress) override {
    for (RunListener* one : both_) one->hook_ended(outcome, progress);
  }
  void node_begins(const NodeOutcome& node, Progress progress) override {
    for (RunListener* one : both_) one->node_begins(node, progress);
  }
  void node_ended(const NodeOutcome& outcome, Progress progress) override {
    for (RunListener* one : both_) one->node_ended(outcome, progress);
  }
  void message(std::string_view hook, MessageStep::Kind kind, std::string_view text) override {
    for (RunListener* one : both_) one->message(hook, kind, text);
  }
  void show() override {
    for (RunListener* one : both_) one->show();
  }

 private:
  std::array<RunListener*, 2> both_;
};

}  // namespace hookc
