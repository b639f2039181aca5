// hookc compile: hooks as artifacts for one target.
#include <fmt/format.h>

#include <filesystem>

#include "compiler/program/artifacts.h"
#include "compiler/program/compile.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/compiling.h"
#include "runtime/cli/detach.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;

std::string paint(std::string_view text, std::string_view code, bool color) { return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text}; }

/// What compiling came to, for people.
std::string summary_of(const Program& program, const fs::path& folder, bool color) {
  std::string out = fmt::format("{} hooks compiled for target `{}` ({}):", program.hooks.size(), program.target_name, sql::name_of(program.dialect));
  for (const HookKind kind : {HookKind::Sql, HookKind::Parameterised, HookKind::Conditional, HookKind::Deferred}) {
    if (const std::size_t count = program.count(kind); count > 0) out += fmt::format(" {} {}", count, name_of(kind));
  }
  out += "\n";
  for (const CompiledHook& hook : program.hooks) {
    for (const Step& step : hook.steps) {
      if (const auto* deferred = std::get_if<DeferredStep>(&step)) {
        out += fmt::format("  {} {}: `{}` at {}:{}:{} is known at run time only\n", paint("deferred", "33", color), hook.id, deferred->reason, deferred->file, deferred->line, deferred->column);
      }
      if (const auto* sql = std::get_if<SqlStep>(&step); sql != nullptr && sql->substituted) {
        for (const std::string& report : sql->substituted->reports) out += fmt::format("  {} {}: {}\n", paint("substituted", "35", color), hook.id, report);
      }
    }
    if (!hook.sql_file && hook.kind != HookKind::Deferred) out += fmt::format("  {} {}: {}\n", paint("no .sql", "2", color), hook.id, hook.no_sql_reason);
  }
  out += fmt::format("artifacts: {}\n", folder.string());
  return out;
}

/// False when it could not be done; the reasons are printed.
bool detach(CompiledProject& compiled, const fs::path& folder, const Console& console) {
  const Project& project = *compiled.opened.project;
  const Target& target = *project.active_target();
  std::vector<DetachProblem> problems = find_attached(*compiled.opened.sources, project, compiled.program.dialect, target);
  if (problems.empty()) problems = write_detached(project, target, folder);
  for (const DetachProblem& problem : problems) print_error(console, problem.message, problem.help);
  if (problems.empty() && !console.quiet) write_out(fmt::format("detached: `dbt run --project-dir {}` builds the models without the hooks\n", folder.string()));
  return problems.empty();
}

ExitStatus check(const ArtifactFiles& files, const fs::path& folder, const Console& console) {
  const std::vector<std::string> differences = artifact_differences(files, folder);
  if (differences.empty()) {
    if (!console.quiet) write_out(fmt::format("`{}` is up to date\n", folder.string()));
    return ExitStatus::Clean;
  }
  for (const std::string& difference : differences) write_out(fmt::format("{}\n", difference));
  print_error(console, fmt::format("`{}` is not what the project compiles to", folder.string()), "compile without --check to renew it");
  return ExitStatus::Findings;
}

}  // namespace

ExitStatus run_compile(const CompileOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  auto compiled = open_and_compile(CompileWanted{.path = options.path, .target = options.target, .command = options.command, .full_refresh = options.full_refresh, .has_verdicts = true}, globals, console);
  if (!compiled) return ExitStatus::CannotWork;
  const ArtifactFiles files = make_artifacts(*compiled->opened.sources, *compiled->opened.project, compiled->program);
  const fs::path folder = options.out ? fs::path{*options.out} : shown_root(*compiled->opened.project) / "target" / "hookc";
  const std::size_t deferred = compiled->program.count(HookKind::Deferred);
  if (options.strict && deferred > 0) {
    write_out(summary_of(compiled->program, folder, console.color_out));
    print_error(console, fmt::format("{} of the hooks need{} a live database, and --strict was asked for; nothing was written", deferred, deferred == 1 ? "s" : ""),
                "make their text independent of query results and of `results`, or leave --strict out");
    return ExitStatus::Findings;
  }
  if (options.check) return check(files, folder, console);
  if (options.detach && !detach(*compiled, *options.detach, console)) return ExitStatus::CannotWork;
  if (const auto error = write_artifacts(files, folder)) {
    print_error(console, error->message, error->help);
    return ExitStatus::CannotWork;
  }
  if (!console.quiet) write_out(summary_of(compiled->program, folder, console.color_out));
  return ExitStatus::Clean;
}

}  // namespace hookc
