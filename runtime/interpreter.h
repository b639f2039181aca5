// Interpreter: executes a compiled program on a database, in dbt's order and with dbt's idea of failure.
//
// on-run-start; for each node its hooks, with the build between them when one was asked for; on-run-end. A failing hook of a node fails the node: its other
// hooks, and the nodes that depend on it, are skipped. A failing on-run-start hook skips the nodes; a template that fails there ends the run. on-run-end is always run else.
// Source: dbt-core 1.12, task/runnable.py and task/run.py.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/program/program.h"
#include "compiler/project/project.h"
#include "runtime/adapter.h"
#include "runtime/ledger/ledger.h"
#include "runtime/parameters.h"
#include "runtime/plan.h"
#include "runtime/results.h"
#include "runtime/run_report.h"
#include "runtime/watch.h"

namespace hookc {

struct RunRequest {
  PlanRequest plan;
  std::optional<std::vector<NodeResult>> results;  // of dbt's run; nothing: there was none
  bool build_models = false;
  bool fail_fast = false;
};

/// Why a run cannot begin; nothing was executed.
struct RunRefusal {
  RunFailure failure;
};

struct PreparedRun {
  Plan plan;
  ParameterValues values;
};
/// What every run needs before it begins.
std::variant<PreparedRun, RunRefusal> prepare_run(const Project& project, const Program& program, const RunRequest& request, const RunIdentity& identity);

/// What a run is written down in and interrupted by, and who knows the verdicts that the program has not; null for none of them.
struct RunServices {
  Ledger* ledger = nullptr;
  Watch* watch = nullptr;
  VerdictSource verdicts = nullptr;
};

/// Executes the program. `project` is the one that was compiled, or what the manifest kept of it.
std::variant<RunReport, RunRefusal> run_program(Sources& sources, const Project& project, const Program& program, Adapter& adapter, const RunRequest& request,
                                                const RunIdentity& identity, RunListener& listener, RunServices services = {});

/// What `run_program` would send, in order, without a database: deferred steps are named, models only announced.
std::variant<std::string, RunRefusal> describe_run(const Project& project, const Program& program, const RunRequest& request, const RunIdentity& identity);

}  // namespace hookc
