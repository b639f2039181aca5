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
  const GlobalOptions& globals = invocation.globals;
  return std::visit(overloaded{
                        [&](const LintOptions& options) { return run_lint(options, globals); },
                        [&](const CompileOptions& options) { return run_compile(options, globals); },
                        [&](const RunOptions& options) { return run_run(options, globals); },
                        [&](const VerifyOptions& options) { return run_verify(options, globals); },
                        [&](const LsOptions& options) { return run_ls(options, globals); },
                        [&](const HistoryOptions& options) { return run_history(options, globals); },
                        [&](const ExplainOptions& options) { return run_explain(options, globals); },
                        [&](const RulesOptions& options) { return run_rules(options, globals); },
                        [&](const RenderOptions& options) { return run_render(options, globals); },
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
