// The commands of hookc: each in the file of its name. A result goes to standard output; the exit status comes back.
#pragma once

#include "runtime/cli/options.h"

namespace hookc {

ExitStatus run_lint(const LintOptions& options, const GlobalOptions& globals);
ExitStatus run_compile(const CompileOptions& options, const GlobalOptions& globals);
ExitStatus run_run(const RunOptions& options, const GlobalOptions& globals);
ExitStatus run_verify(const VerifyOptions& options, const GlobalOptions& globals);
ExitStatus run_ls(const LsOptions& options, const GlobalOptions& globals);
ExitStatus run_history(const HistoryOptions& options, const GlobalOptions& globals);
ExitStatus run_explain(const ExplainOptions& options, const GlobalOptions& globals);
ExitStatus run_rules(const RulesOptions& options, const GlobalOptions& globals);
ExitStatus run_render(const RenderOptions& options, const GlobalOptions& globals);

}  // namespace hookc
