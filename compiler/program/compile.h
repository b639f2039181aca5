// compile: a project's hooks, evaluated for one target, as a Program.
//
// Compiling fixes the target, the vars, `execute` (true), the command and `--full-refresh`. What is printed and only known at run time becomes a parameter; what
// needs the database, or the results of the run, leaves its hook `deferred`. A project with errors gives no Program at all.
#pragma once

#include <optional>
#include <string>

#include "compiler/base/diagnostic.h"
#include "compiler/eval/evaluator.h"
#include "compiler/program/program.h"
#include "compiler/program/steps.h"
#include "compiler/project/project.h"

namespace hookc {

struct CompileRequest {
  std::string command = "run";           // flags.WHICH
  bool full_refresh = false;
  std::optional<sql::Dialect> dialect;   // of `--dialect` or hookc.yml; nothing: the target's
  StatementPolicy policy;                // null: every statement is sent as it is
  VerdictSource verdicts;                // null: none is asked for
};

struct CompileResult {
  std::optional<Program> program;        // nothing when there are errors
  Diagnostics diagnostics;               // the project's errors among them
};

/// Evaluates every enabled hook for the project's active target.
CompileResult compile_project(Sources& sources, const Project& project, const CompileRequest& request);

/// Limits on one evaluation of compile and run: lint's, times the factor that hookc.yml can set.
EvalOptions run_options(const Project& project);

/// The text that a run hook sends: dbt reads a rendered run hook that is a JSON object `{"sql": ..}` as that SQL.
/// Source: dbt-core 1.12, task/run.py (get_hook).
Text decode_run_hook(Sources& sources, const Text& rendered);

}  // namespace hookc
