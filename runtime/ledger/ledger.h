// Ledger: which statements of a run have taken effect: in a journal beside the project always, in a table of the target's database too when hookc.yml says so.
//
// The table's row is written in the same transaction as the statement that it is about: such a statement is done exactly once, or known not to be. What the
// journal alone knows is in doubt when the process dies between sending and the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/program/program.h"
#include "runtime/adapter.h"
#include "runtime/ledger/journal.h"
#include "runtime/run_report.h"

namespace hookc {

/// What becomes of a step in doubt that may not simply be repeated.
enum class Doubt : std::uint8_t { Stop, IsDone, Repeat };

/// How a transaction ended. Unknown: the answer to its commit never came.
enum class Ending : std::uint8_t { Committed, RolledBack, Unknown };

class Ledger {
 public:
  /// Opens the journal, and the table where the header names its schema. `resumed`: the run that goes on, null for a new one.
  static std::variant<Ledger, JournalError> open(FolderLock lock, const RunHeader& header, const RunRecord* resumed, Doubt doubt, Adapter& adapter);

  [[nodiscard]] bool has_table() const { return !table_.empty(); }
  /// What was said of the step in doubt. It was said of the one that the last attempt stopped at, and of those of its transaction: the next one stops the run again.
  [[nodiscard]] Doubt answer_for(const StepRecord& step);
  [[nodiscard]] const std::optional<RunRecord>& resumed() const { return resumed_; }
  [[nodiscard]] const std::optional<JournalError>& error() const { return journal_.error(); }

  /// Whether the run that goes on has ended this hook with success, and all that it sent has taken effect.
  [[nodiscard]] bool has_done_hook(std::string_view hook) const;
  /// Whether it has ended this node with success.
  [[nodiscard]] bool has_done_node(std::string_view node) const;
  /// What is known of a step. `is_in_table`: its row would be in the table if it had been done.
  [[nodiscard]] StepRecord find(const std::string& hook, std::uint32_t step, bool is_in_table) const;

  /// The hooks of the run in order, and whether nodes are built between them; the program outlives the ledger.
  void set_order(const Program& program, std::vector<HookIndex> hooks, bool builds) {
    program_ = &program;
    builds_ = builds;
    order_ = std::move(hooks);
    at_ = announced_ = on_disk_ = 0;
  }
  /// What is done is written down before anything else is sent, or takes long: the lines about it wait until then, and are written in one piece.
  [[nodiscard]] bool write_waiting() { return journal_.write_waiting(); }
  void hook_begins(HookIndex index, const CompiledHook& hook);
  void hook_ended(const HookOutcome& outcome);
  void node_ended(const NodeOutcome& outcome);
  void run_ended(std::string_view status, double seconds);

  /// Before a statement is sent. The journal's failure is a reason not to send it.
  [[nodiscard]] bool step_begins(const std::string& hook, std::uint32_t step, std::string_view checksum);
  /// `seconds`: from its sending to its answer.
  void step_done(std::uint32_t step, const ResultSet& set, double seconds);
  void step_failed(std::uint32_t step, const AdapterError& error, double seconds);
  void transaction_begins();
  /// Before a commit is sent. Not without this line.
  [[nodiscard]] bool transaction_commits();
  void transaction_ended(Ending ending);
  /// The open transaction has done this step: its row is written together with those of the transaction's other steps.
  void record(std::string hook, std::uint32_t step, std::string checksum) {
    ++recorded_;
    rows_.push_back({std::move(hook), step, std::move(checksum)});
  }
  /// Whether the table has the row of a step of this run.
  std::variant<bool, AdapterError> is_recorded(Adapter& adapter, std::string_view hook, std::uint32_t step) const;
  /// The connection was lost, and opened anew.
  void session_is_new() { journal_.write(R"({"e":"new session"})"); }
  /// Writes the rows, as the last statement before the commit.
  std::optional<AdapterError> write_rows(Adapter& adapter);

 private:
  Ledger(Journal journal, RunHeader header, Doubt doubt) : journal_(std::move(journal)), header_(std::move(header)), doubt_(doubt) {}
  std::optional<JournalError> open_table(Adapter& adapter);
  /// That this hook is about to begin is on the disk when it comes back. So many are announced together that the disk is asked a few times a second, however quick they are, and
  /// the next ones while these run, so that it is seldom waited for.
  void be_announced(HookIndex hook);
  /// Announces the hooks from `announced_` on that are of the same part of the run as this one.
  void announce_next(HookIndex hook);
  /// Of the same part of a run: beyond a phase or a node that is built, what lies between may take long.
  [[nodiscard]] bool is_beside(HookIndex one, HookIndex other) const;

  Journal journal_;
  RunHeader header_;
  Doubt doubt_;
  enum class Answer : std::uint8_t { Unused, UsedForStep, UsedForTransaction };
  Answer answer_ = Answer::Unused;
  const Program* program_ = nullptr;
  bool builds_ = true;
  bool is_announced_ = true;  // whatever was sent in the open transaction belongs to hooks whose names are on the disk
  std::vector<HookIndex> order_;
  std::size_t at_ = 0;         // in `order_`: the hook that began last
  std::size_t announced_ = 0;  // in `order_`, those before it are announced
  std::size_t on_disk_ = 0;    // and those before it on the disk
  std::size_t ahead_ = 1;      // hooks that one line announces
  std::size_t announced_at_ = 0;  // `at_` when the last line did
  std::chrono::steady_clock::time_point announced_when_;
  std::size_t steps_ = 0;                 // sent in the open transaction
  std::size_t recorded_ = 0;              // of these, those with a row in the table
  struct Row {
    std::string hook;
    std::uint32_t step = 0;
    std::string checksum;
  };
  std::vector<Row> rows_;                                        // of the open transaction
  std::string table_;                                            // as SQL writes it
  std::set<std::pair<std::string, std::uint32_t>> in_table_;     // of the run that goes on
  std::optional<RunRecord> resumed_;
};

}  // namespace hookc
