// run_results: a run's outcome in the form of dbt's run_results.json, version 6, for whatever reads dbt's.
//
// A run hook is a result of its own, as with dbt. What became of a node's hooks stands in its `adapter_response`, under `hooks`: dbt has no place for them.
// Source: dbt-core 1.12, artifacts/schemas/run/v5 (written as version 6).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "compiler/program/program.h"
#include "runtime/parameters.h"
#include "runtime/results.h"
#include "runtime/run_report.h"

namespace hookc {

/// Writes each result as it comes, beside the file's place, and moves the file there at the end, so that nobody reads half of one.
class RunResultsFile final : public RunListener {
 public:
  explicit RunResultsFile(std::filesystem::path file);
  RunResultsFile(const RunResultsFile&) = delete;
  RunResultsFile& operator=(const RunResultsFile&) = delete;
  /// Without `finish` nothing is left behind.
  ~RunResultsFile() override;

  void hook_begins(const CompiledHook&, Progress) override {}
  void hook_ended(const HookOutcome& outcome, Progress progress) override;
  void node_begins(const NodeOutcome&, Progress) override {}
  void node_ended(const NodeOutcome& outcome, Progress progress) override;
  void message(std::string_view, MessageStep::Kind, std::string_view) override {}

  /// The rest of the file. The reason when it cannot be written.
  std::optional<ResultsError> finish(const Program& program, const RunIdentity& identity, double seconds);

 private:
  void add(std::string_view result);
  void write();
  void give_up(int problem);

  std::filesystem::path file_;
  std::filesystem::path beside_;
  int descriptor_ = -1;
  int problem_ = 0;            // the number of the first error
  bool is_first_ = true;
  std::string waiting_;        // to be written
  std::string hooks_of_node_;  // of the node that is run: they end before it does
};

}  // namespace hookc
