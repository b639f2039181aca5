// Verdicts for compiling: what the analyzer says of each statement, in the words that the manifest keeps.
#pragma once

#include "compiler/program/program.h"
#include "compiler/sql/dialect.h"

namespace hookc {

/// Answers for every hook of the project; the facts are collected when it is first asked, a hook is run twice when it is. `sources`, `project` and `target` must outlive it.
VerdictSource analyzer_verdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target);

}  // namespace hookc
