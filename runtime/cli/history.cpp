// hookc history: past runs, out of their journals.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <nlohmann/json.hpp>

#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/run_folder.h"
#include "runtime/ledger/journal.h"

namespace hookc {

namespace {

using Json = nlohmann::ordered_json;

std::string_view status_of(const RunRecord& run) { return run.status.empty() ? "broken off" : std::string_view{run.status}; }

std::size_t count(const RunRecord& run, std::string_view status) {
  return static_cast<std::size_t>(std::ranges::count(run.hooks, status, &HookRecord::status));
}

Json json_of(const RunRecord& run) {
  Json hooks = Json::array();
  for (const HookRecord& hook : run.hooks) {
    Json one{{"hook", hook.hook}, {"phase", hook.phase}, {"status", hook.status.empty() ? "broken off" : hook.status}, {"seconds", hook.seconds}, {"attempts", hook.attempts}, {"statements", hook.statements}, {"rows_affected", hook.rows}};
    if (!hook.error.empty()) one["error"] = hook.error;
    hooks.push_back(std::move(one));
  }
  return Json{{"number", run.number}, {"run_id", run.header.run}, {"started_at", run.header.started_at}, {"target", run.header.target}, {"status", status_of(run)}, {"seconds", run.seconds}, {"hooks", std::move(hooks)}};
}

std::string line_of(const RunRecord& run) {
  return fmt::format("{:>6}  {:<19}  {:<10}  {:<10}  {:>9.2f}s  {:>5}  {:>6}  {}\n", run.number, run.header.started_at.substr(0, 19), run.header.target, status_of(run), run.seconds, run.hooks.size(),
                     count(run, "error"), run.header.run);
}

std::string details_of(const RunRecord& run) {
  std::string out;
  for (const HookRecord& hook : run.hooks) {
    if (hook.status == "success") continue;
    out += fmt::format("        {} {}{}\n", hook.status.empty() ? "broken off" : hook.status, hook.hook, hook.error.empty() ? "" : ": " + hook.error.substr(0, hook.error.find('\n')));
  }
  return out;
}

}  // namespace

ExitStatus run_history(const HistoryOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  const auto root = find_project_root(globals.project_dir.value_or(options.path.value_or(".")));
  if (!root && !options.artifacts) {
    print_error(console, "there is no dbt_project.yml here or above", "name the folder of a dbt project, as PATH or with --project-dir");
    return ExitStatus::CannotWork;
  }
  std::vector<RunRecord> runs = read_journals(run_folder(options.artifacts ? std::optional<std::filesystem::path>{*options.artifacts} : std::nullopt, root));
  std::ranges::reverse(runs);
  std::erase_if(runs, [&](const RunRecord& run) { return (options.failed && run.status == "success") || (options.slower_than && run.seconds <= *options.slower_than); });
  if (options.slow) std::ranges::stable_sort(runs, std::ranges::greater{}, &RunRecord::seconds);
  if (runs.size() > options.limit) runs.resize(options.limit);
  if (options.format == "json") {
    Json all = Json::array();
    for (const RunRecord& run : runs) all.push_back(json_of(run));
    write_out(Json{{"version", 1}, {"runs", std::move(all)}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    return ExitStatus::Clean;
  }
  if (runs.empty()) {
    write_out("no runs\n");
    return ExitStatus::Clean;
  }
  std::string out = "number  started              target      status          time  hooks  failed  run id\n";
  for (const RunRecord& run : runs) out += line_of(run) + details_of(run);
  write_out(out);
  return ExitStatus::Clean;
}

}  // namespace hookc
