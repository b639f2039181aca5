#include "runtime/cli/compiling.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "compiler/program/compile.h"
#include "runtime/cli/verdicts.h"
#include "runtime/statement_policy.h"

namespace hookc {

namespace {

bool retarget(Project& project, const CompileWanted& wanted) {
  const std::string name = project.active_target()->name;
  const auto found = std::find_if(project.profile->targets.begin(), project.profile->targets.end(), [&](const Target& target) { return target.name == name; });
  if (found == project.profile->targets.end()) return false;
  auto made = wanted.retarget(project, *found);
  if (made) *found = *std::move(made);
  return made.has_value();
}

}  // namespace

std::optional<CompiledProject> open_and_compile(const CompileWanted& wanted, const GlobalOptions& globals, const Console& console) {
  auto opened = open_project(wanted.path, wanted.target, globals, console);
  if (!opened) return std::nullopt;
  if (wanted.retarget && opened->project->active_target() != nullptr && !retarget(*opened->project, wanted)) return std::nullopt;
  CompileRequest request;
  request.command = wanted.command;
  request.full_refresh = wanted.full_refresh;
  VerdictSource verdicts;
  if (const Target* target = opened->project->active_target()) {
    request.dialect = dialect_for(*opened->project, std::nullopt, target).dialect;
    verdicts = analyzer_verdicts(*opened->sources, *opened->project, *request.dialect, *target);
    if (wanted.has_verdicts) request.verdicts = verdicts;
    request.policy = make_statement_policy({*request.dialect, schema_of(*target), opened->project->settings.substitute_unsupported});
  }
  CompileResult result = compile_project(*opened->sources, *opened->project, request);
  if (!result.program) {
    print_diagnostics(console, result.diagnostics, *opened->sources);
    print_error(console, "the project cannot be compiled; nothing was written or executed");
    return std::nullopt;
  }
  print_diagnostics(console, result.diagnostics, *opened->sources);  // what is only said
  return CompiledProject{std::move(*opened), std::move(*result.program), std::move(verdicts)};
}

std::filesystem::path shown_root(const Project& project) {
  std::error_code error;
  std::filesystem::path shown = std::filesystem::proximate(project.root, error);
  return error || shown.empty() ? project.root : shown;
}

std::string schema_of(const Target& target) {
  const Value* schema = target.fields == nullptr ? nullptr : target.fields->find("schema");
  return schema == nullptr ? std::string{} : std::string{text_of(*schema).value_or("")};
}

}  // namespace hookc
