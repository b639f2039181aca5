// hookc: the commands behind one name.
#include <csignal>
#include <exception>
#include <system_error>

#include "compiler/base/overloaded.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/console.h"
#include "runtime/cli/options.h"

namespace hookc {

namespace {

ExitStatus run_command(const Invocation& invocation) {
  [[maybe_unused]] const GlobalOptions& globals = invocation.globals;
  return std::visit(overloaded{
#ifdef HOOKC_HAS_LINT
                        [&](const LintOptions& options) { return run_lint(options, globals); },
#else
                        [](const LintOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_COMPILE
                        [&](const CompileOptions& options) { return run_compile(options, globals); },
#else
                        [](const CompileOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_RUN
                        [&](const RunOptions& options) { return run_run(options, globals); },
#else
                        [](const RunOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_LS
                        [&](const LsOptions& options) { return run_ls(options, globals); },
#else
                        [](const LsOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_EXPLAIN
                        [&](const ExplainOptions& options) { return run_explain(options, globals); },
#else
                        [](const ExplainOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_RULES
                        [&](const RulesOptions& options) { return run_rules(options, globals); },
#else
                        [](const RulesOptions&) { return ExitStatus::CannotWork; },
#endif
#ifdef HOOKC_HAS_RENDER
                        [&](const RenderOptions& options) { return run_render(options, globals); },
#else
                        [](const RenderOptions&) { return ExitStatus::CannotWork; },
#endif
                    },
                    invocation.command);
}

}  // namespace

}  // namespace hookc

int main(int argc, char** argv) {
  // A closed pipe is then an error of the write, so that a run is not killed between two statements.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  hookc::Console console;
  try {
    const auto parsed = hookc::parse_command_line(argc, argv);
    if (const auto* status = std::get_if<hookc::ExitStatus>(&parsed)) return static_cast<int>(*status);
    const auto& invocation = std::get<hookc::Invocation>(parsed);
    console = hookc::make_console(invocation.globals);
    return static_cast<int>(hookc::run_command(invocation));
  } catch (const std::system_error& error) {
    hookc::print_error(console, error.what());
  } catch (const std::exception& error) {
    hookc::print_error(console, error.what(), "this is a mistake in hookc; please report it with the command that led to it");
  }
  return static_cast<int>(hookc::ExitStatus::CannotWork);
}
