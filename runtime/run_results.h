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

std::string run_results_json(const Program& program, const RunReport& report, const RunIdentity& identity);

/// Writes the file beside its place and moves it there, so that nobody reads half of one. The reason when it cannot be written.
std::optional<ResultsError> write_run_results(const std::filesystem::path& file, const std::string& json);

}  // namespace hookc
