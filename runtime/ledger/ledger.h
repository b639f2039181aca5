// Ledger: which statements of a run have taken effect: in a journal beside the project always, in a table of the target's database too when hookc.yml says so.
//
// The table's row is written in the same transaction as the statement that it is about: such a statement is done exactly once, or known not to be. What the
// journal alone knows is in doubt when the process dies between sending and the answer.
#pragma once

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
  [[nodiscard]] Doubt doubt() const { return doubt_; }
  [[nodiscard]] const std::optional<RunRecord>& resumed() const { return resumed_; }
  [[nodiscard]] const std::optional<JournalError>& error() const { return journal_.error(); }

  /// Whether the run that goes on has ended this hook with success, and all that it sent has taken effect.
  [[nodiscard]] bool has_done_hook(std::string_view hook) const;
  /// Whether it has ended this node with success.
  [[nodiscard]] bool has_done_node(std::string_view node) const;
  /// What is known of a step. `is_in_table`: its row would be in the table if it had been done.
  [[nodiscard]] StepRecord find(const std::string& hook, std::uint32_t step, bool is_in_table) const;

  void hook_begins(const CompiledHook& hook);
  void hook_ended(const HookOutcome& outcome);
  void node_ended(const NodeOutcome& outcome);
  void run_ended(std::string_view status, double seconds);

  /// Before a statement is sent. The journal's failure is a reason not to send it.
  [[nodiscard]] bool step_begins(const std::string& hook, std::uint32_t step, std::string_view checksum);
  void step_done(std::uint32_t step, const ResultSet& set);
  void step_failed(std::uint32_t step, const AdapterError& error);
  void transaction_begins();
  /// Before a commit is sent. Not without this line.
  [[nodiscard]] bool transaction_commits();
  void transaction_ended(Ending ending);
  /// The open transaction has done this step: its row is written together with those of the transaction's other steps.
  void record(std::string hook, std::uint32_t step, std::string checksum) { rows_.push_back({std::move(hook), step, std::move(checksum)}); }
  /// Writes the rows, as the last statement before the commit.
  std::optional<AdapterError> write_rows(Adapter& adapter);

 private:
  Ledger(Journal journal, RunHeader header, Doubt doubt) : journal_(std::move(journal)), header_(std::move(header)), doubt_(doubt) {}
  std::optional<JournalError> open_table(Adapter& adapter);

  Journal journal_;
  RunHeader header_;
  Doubt doubt_;
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
