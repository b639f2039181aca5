// hookc run: executes hooks on the target's database, from artifacts or from the project.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "compiler/base/overloaded.h"
#include "compiler/base/sha256.h"
#include "compiler/program/artifacts.h"
#include "compiler/program/hook_json.h"
#include "compiler/value/json.h"
#include "runtime/adapters/registry.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/compiling.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/run_folder.h"
#include "runtime/interpreter.h"
#include "runtime/run_results.h"

#include <nlohmann/json.hpp>

namespace hookc {

namespace {

namespace fs = std::filesystem;

/// What is executed, whichever way it came.
struct Loaded {
  std::unique_ptr<Sources> sources;
  std::unique_ptr<Project> project;
  Program program;
  fs::path shown_project;                     // places are relative to it
  std::optional<fs::path> base_directory;     // of relative database paths
  VerdictSource verdicts;                     // where the program was compiled just now, without them
  std::unique_ptr<Project> connection_project;  // the project on disk, where artifacts are run beside it: it knows the secrets
};

bool has_project_file(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "dbt_project.yml", error);
}

/// The project that the artifacts lie in: the folder that is named, else the one above `target/hookc`.
std::optional<fs::path> project_beside(const RunOptions& options, const GlobalOptions& globals) {
  if (globals.project_dir || options.path) return find_project_root(globals.project_dir.value_or(options.path.value_or(".")));
  std::error_code error;
  const fs::path above = fs::weakly_canonical(*options.artifacts, error).parent_path().parent_path();
  return has_project_file(above) ? std::optional{above} : std::nullopt;
}

/// A run that asks for other than what was compiled is refused.
bool agrees(const RunOptions& options, const GlobalOptions& globals, const Program& program, Sources& sources, const Console& console) {
  if (options.target && *options.target != program.target_name) {
    print_error(console, fmt::format("the artifacts are for target `{}`, not `{}`", program.target_name, *options.target), "compile for the target that you run on");
    return false;
  }
  if (options.full_refresh && !program.full_refresh) {
    print_error(console, "the artifacts were compiled without --full-refresh", "compile with --full-refresh, and run these artifacts");
    return false;
  }
  if (!globals.vars) return true;
  const auto vars = parse_vars(sources, *globals.vars);
  if (const auto* diagnostic = std::get_if<Diagnostic>(&vars)) {
    print_diagnostics(console, {*diagnostic}, sources);
    return false;
  }
  for (const Dict::Entry& entry : std::get<DictPtr>(vars)->entries()) {
    const Value* bound = program.vars == nullptr ? nullptr : program.vars->find(entry.key);
    if (bound != nullptr && json_from_value(*bound) == json_from_value(entry.value)) continue;
    print_error(console, fmt::format("the variable `{}` is not what the artifacts were compiled with", text_of(entry.key).value_or("?")), "compile with the --vars that you run with");
    return false;
  }
  return true;
}

std::optional<Loaded> load_from_artifacts(const RunOptions& options, const GlobalOptions& globals, const Console& console) {
  Loaded loaded;
  loaded.sources = std::make_unique<Sources>();
  auto artifacts = load_artifacts(*loaded.sources, *options.artifacts);
  if (const auto* error = std::get_if<ArtifactError>(&artifacts)) {
    print_error(console, error->message, error->help);
    return std::nullopt;
  }
  auto& found = std::get<LoadedArtifacts>(artifacts);
  loaded.program = std::move(found.program);
  loaded.project = std::move(found.project);
  if (has_errors(loaded.project->diagnostics)) {
    print_diagnostics(console, loaded.project->diagnostics, *loaded.sources);
    return std::nullopt;
  }
  if (!agrees(options, globals, loaded.program, *loaded.sources, console)) return std::nullopt;
  if (const auto root = project_beside(options, globals)) {
    loaded.base_directory = *root;
    loaded.shown_project = *root;
    LoadOptions load;
    load.project_dir = *root;
    if (globals.profiles_dir) load.profiles_dir = *globals.profiles_dir;
    load.target = loaded.program.target_name;
    load.profile = loaded.program.profile_name;
    loaded.connection_project = load_connection(*loaded.sources, load);
  }
  return loaded;
}

std::optional<Loaded> load_from_project(const RunOptions& options, const GlobalOptions& globals, const Console& console) {
  auto compiled = open_and_compile(CompileWanted{options.path, options.target, "run", options.full_refresh}, globals, console);
  if (!compiled) return std::nullopt;
  Loaded loaded;
  loaded.shown_project = shown_root(*compiled->opened.project);
  loaded.base_directory = compiled->opened.project->root;
  loaded.sources = std::move(compiled->opened.sources);
  loaded.project = std::move(compiled->opened.project);
  loaded.program = std::move(compiled->program);
  loaded.verdicts = std::move(compiled->verdicts);
  for (CompiledHook& hook : loaded.program.hooks) hook.checksum = checksum_of(hook);
  return loaded;
}

HookPhase phase_named(const std::string& name) {
  for (const HookPhase phase : {HookPhase::OnRunStart, HookPhase::PreHook, HookPhase::PostHook}) {
    if (name == name_of(phase)) return phase;
  }
  return HookPhase::OnRunEnd;  // the command line has let only these four through
}

std::optional<RunRequest> make_request(const RunOptions& options, const Console& console) {
  RunRequest request;
  for (const std::string& name : options.phases) request.plan.phases.insert(phase_named(name));
  request.plan.select = options.select;
  request.plan.exclude = options.exclude;
  request.plan.hooks = options.hooks;
  request.plan.no_hooks = options.no_hooks;
  request.plan.with_nodes_without_hooks = options.build_models;
  request.build_models = options.build_models;
  request.fail_fast = options.fail_fast;
  if (!options.results) return request;
  auto results = read_run_results(*options.results);
  if (const auto* error = std::get_if<ResultsError>(&results)) {
    print_error(console, error->message, error->help);
    return std::nullopt;
  }
  request.results = std::move(std::get<std::vector<NodeResult>>(results));
  return request;
}

void print_refusal(const RunFailure& failure, const Loaded& loaded, const Console& console) {
  print_error(console, failure.message, failure.help);
  RunFailure place = failure;
  place.message.clear();
  place.help.clear();
  write_err(describe_failure(place, *loaded.sources, loaded.shown_project, console.color_err));
}

AdapterOrError connect(const Loaded& loaded) {
  AdapterOptions options;
  options.base_directory = loaded.base_directory;
  if (loaded.base_directory) {
    // dbt makes its target folder before anything else, and profiles count on it: `path: target/dev.duckdb`.
    std::error_code ignored;  // where it is missed, the adapter says so
    fs::create_directory(*loaded.base_directory / "target", ignored);
  }
  const Project& project = loaded.connection_project != nullptr && loaded.connection_project->active_target() != nullptr ? *loaded.connection_project : *loaded.project;
  options.duckdb_library = project.settings.duckdb_library;
  return open_adapter(*project.active_target(), options);
}

ExitStatus dry_run(const Loaded& loaded, const RunRequest& request, const Console& console) {
  const auto described = describe_run(*loaded.project, loaded.program, request, make_run_identity());
  if (const auto* refusal = std::get_if<RunRefusal>(&described)) {
    print_refusal(refusal->failure, loaded, console);
    return ExitStatus::CannotWork;
  }
  write_out(std::get<std::string>(described));
  return ExitStatus::Clean;
}

/// What is run: the hooks, what a deferred one is rendered with, and the models when they are built.
std::string digest_of(const Loaded& loaded, bool with_models) {
  const Program& program = loaded.program;
  std::string all = fmt::format("{} {}\n", program.command, program.full_refresh);
  for (const DictPtr& bound : {program.vars, program.target_fields}) {
    if (bound != nullptr) all += json_from_value(Value{bound}).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  }
  all += program.digest() + '\n';
  if (with_models) {
    for (const Node& node : loaded.project->nodes) all += fmt::format("{} {}\n", node.unique_id, sha256(node.raw_code));
  }
  return sha256(all);
}

/// What was asked for: a run is only gone on with by the same request.
std::string digest_of(const RunRequest& request) {
  std::string all = request.build_models ? "build\n" : "";
  for (const HookPhase phase : request.plan.phases) all += fmt::format("phase {}\n", name_of(phase));
  for (const auto& [name, list] : {std::pair{"select", &request.plan.select}, {"exclude", &request.plan.exclude}, {"hooks", &request.plan.hooks}, {"no-hooks", &request.plan.no_hooks}}) {
    for (const std::string& one : *list) all += fmt::format("{} {}\n", name, one);
  }
  return sha256(all);
}

/// The run that these phases belong to; nothing, and the reason printed, when they cannot.
std::optional<RunIdentity> identity_of_last(const fs::path& folder, const Loaded& loaded, const RunRequest& request, const Console& console) {
  const std::vector<RunRecord> runs = read_journals(folder);
  std::string reason;
  if (runs.empty()) {
    reason = fmt::format("`{}` holds no journal", folder.string());
  } else if (runs.back().status.empty()) {
    reason = "the last one broke off; resume it first";
  } else if (runs.back().header.target != loaded.program.target_name) {
    reason = fmt::format("the last one was on target `{}`", runs.back().header.target);
  }
  if (!reason.empty()) {
    print_error(console, fmt::format("there is no run for these phases to belong to: {}", reason), "begin with `--phase on-run-start`, without --same-run");
    return std::nullopt;
  }
  const RunHeader& last = runs.back().header;
  for (const RunRecord& run : runs) {
    if (run.header.run != last.run) continue;
    for (const HookRecord& hook : run.hooks) {
      const bool is_asked = request.plan.phases.empty() || std::ranges::any_of(request.plan.phases, [&](HookPhase phase) { return name_of(phase) == hook.phase; });
      if (!is_asked) continue;
      print_error(console, fmt::format("the last run has executed hooks of `{}` already", hook.phase), "run each phase once, or begin a new run without --same-run");
      return std::nullopt;
    }
  }
  return RunIdentity{last.run, last.started_at};
}

Doubt doubt_of(const RunOptions& options) {
  if (!options.doubtful) return Doubt::Stop;
  return *options.doubtful == "done" ? Doubt::IsDone : Doubt::Repeat;
}

/// Of the ledger's table; empty when hookc.yml does not ask for one.
std::string ledger_schema(const Loaded& loaded) {
  const Project::Settings& settings = loaded.project->settings;
  if (!settings.ledger_in_database) return {};
  return settings.ledger_schema.empty() ? schema_of(*loaded.project->active_target()) : settings.ledger_schema;
}

/// The last run, when it can be gone on with: nothing, and the reason printed, when it cannot.
std::optional<RunRecord> run_to_resume(const fs::path& folder, const Loaded& loaded, const RunRequest& request, const Console& console) {
  std::vector<RunRecord> runs = read_journals(folder);
  if (runs.empty()) {
    print_error(console, fmt::format("there is no run to resume: `{}` holds no journal", folder.string()), "run without --resume");
    return std::nullopt;
  }
  RunRecord last = std::move(runs.back());
  std::string reason;
  std::string help = "run without --resume; what the last run has done is done again then";
  if (last.status == "success") reason = fmt::format("the last run ({}) has ended with success", last.header.run);
  if (last.header.target != loaded.program.target_name) reason = fmt::format("the last run was on target `{}`", last.header.target);
  if (last.header.program != digest_of(loaded, request.build_models)) reason = "the hooks, or what they were compiled with, are not those of the last run";
  if (last.header.request != digest_of(request)) {
    reason = "the last run was asked for other phases, nodes or hooks";
    help = "resume with the options of that run, or run without --resume";
  }
  if (last.header.table_schema != ledger_schema(loaded)) reason = "the last run kept its ledger in another place";
  if (reason.empty()) return last;
  print_error(console, fmt::format("there is no run to resume: {}", reason), help);
  return std::nullopt;
}

ExitStatus execute(const Loaded& loaded, const RunRequest& request, const RunOptions& options, const Console& console) {
  const bool as_json = options.log_format == "json";
  const fs::path folder = run_folder(options.artifacts ? std::optional<fs::path>{*options.artifacts} : std::nullopt, loaded.shown_project);
  // Before the journals are read: the run that is to be gone on with may be going on still.
  auto lock = FolderLock::take(folder);
  if (const auto* error = std::get_if<JournalError>(&lock)) {
    print_error(console, error->message, error->help);
    return ExitStatus::CannotWork;
  }
  std::optional<RunRecord> resumed;
  if (options.resume) {
    resumed = run_to_resume(folder, loaded, request, console);
    if (!resumed) return ExitStatus::CannotWork;
  }
  std::optional<RunIdentity> shared;
  if (options.same_run && !resumed) {
    shared = identity_of_last(folder, loaded, request, console);
    if (!shared) return ExitStatus::CannotWork;
  }
  Watch watch;  // before the database is opened: see there
  auto connected = connect(loaded);
  if (const auto* error = std::get_if<AdapterError>(&connected)) {
    print_error(console, fmt::format("no session with the database of target `{}`: {}", loaded.program.target_name, error->message), error->help);
    return ExitStatus::CannotWork;
  }
  Adapter& adapter = *std::get<std::unique_ptr<Adapter>>(connected);
  const RunIdentity identity = resumed ? RunIdentity{resumed->header.run, resumed->header.started_at} : shared ? *shared : make_run_identity();
  if (const auto error = adapter.lock(fmt::format("hookc {} {}", loaded.program.project_name, loaded.program.target_name))) {
    print_error(console, error->message, error->help);
    return ExitStatus::CannotWork;
  }
  const RunHeader header{identity.invocation_id, identity.started_at, loaded.program.target_name, loaded.program.target_type, digest_of(loaded, request.build_models), digest_of(request), ledger_schema(loaded)};
  auto opened = Ledger::open(std::move(std::get<FolderLock>(lock)), header, resumed ? &*resumed : nullptr, doubt_of(options), adapter);
  if (const auto* error = std::get_if<JournalError>(&opened)) {
    print_error(console, error->message, error->help);
    return ExitStatus::CannotWork;
  }
  Ledger& ledger = std::get<Ledger>(opened);
  watch.set_adapter(&adapter);
  TextProgress text{console, *loaded.sources, loaded.shown_project};
  JsonProgress json;
  RunResultsFile results{folder / "run_results.json"};
  Listeners listener{as_json ? static_cast<RunListener&>(json) : text, results};
  const auto result = run_program(*loaded.sources, *loaded.project, loaded.program, adapter, request, identity, listener, RunServices{&ledger, &watch, loaded.verdicts});
  watch.set_adapter(nullptr);
  if (const auto* refusal = std::get_if<RunRefusal>(&result)) {
    print_refusal(refusal->failure, loaded, console);
    return ExitStatus::CannotWork;
  }
  const auto& report = std::get<RunReport>(result);
  ledger.run_ended(report.has_failed() ? "error" : "success", report.seconds);
  if (const auto error = results.finish(loaded.program, identity, report.seconds)) print_error(console, error->message, error->help);
  write_out(as_json ? summary_json(report) : summary_text(report, console.color_out));
  return report.has_failed() ? ExitStatus::Findings : ExitStatus::Clean;
}

}  // namespace

ExitStatus run_run(const RunOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  if (options.artifacts && options.build_models) {
    print_error(console, "models are built from the project, and --artifacts has none of their SQL", "leave --artifacts out, or build with dbt and hand its target/run_results.json to --results");
    return ExitStatus::CannotWork;
  }
  const auto request = make_request(options, console);
  if (!request) return ExitStatus::CannotWork;
  const auto loaded = options.artifacts ? load_from_artifacts(options, globals, console) : load_from_project(options, globals, console);
  if (!loaded) return ExitStatus::CannotWork;
  return options.dry_run ? dry_run(*loaded, *request, console) : execute(*loaded, *request, options, console);
}

}  // namespace hookc
