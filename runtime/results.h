// results: what became of each node: read from dbt's run_results.json or made by a build, and shown to on-run-end as `results`.
// Source: dbt-core 1.12, artifacts/schemas/run; task/run.py (after_run).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compiler/base/sources.h"
#include "compiler/value/value.h"

namespace hookc {

struct NodeResult {
  std::string unique_id;
  std::string status;        // dbt's word: `success`, `error`, `skipped`, `pass`, `fail`, `warn`, ...
  std::string message;
  std::string thread_id = "Thread-1 (worker)";
  double execution_time = 0;
  std::shared_ptr<const nlohmann::ordered_json> details;  // the element of run_results.json; null for a build of ours
  [[nodiscard]] bool succeeded() const { return status == "success" || status == "pass" || status == "warn"; }
};

struct ResultsError {
  std::string message;
  std::string help;
};
std::variant<std::vector<NodeResult>, ResultsError> read_run_results(const std::filesystem::path& file);

/// The list that templates see. Results of run hooks (of dbt's main thread) are left out unless they failed, as dbt leaves them out.
Value results_value(Sources& sources, const std::vector<NodeResult>& results);

}  // namespace hookc
