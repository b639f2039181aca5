// What `hookc compile` and `hookc run` share: reading a project and compiling it, with the reasons against it printed.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "compiler/program/program.h"
#include "runtime/cli/common.h"

namespace hookc {

struct CompileWanted {
  std::optional<std::string> path;
  std::optional<std::string> target;
  std::string command = "run";
  bool full_refresh = false;
  bool has_verdicts = false;  // each statement gets its verdict now; else `CompiledProject::verdicts` can be asked for one
  /// What takes the place of the active target before anything is compiled; nothing ends the work, and whoever answered knows why.
  std::function<std::optional<Target>(const Project& project, const Target& target)> retarget = nullptr;
};

struct CompiledProject {
  OpenedProject opened;
  Program program;
  VerdictSource verdicts;  // refers to what `opened` owns
};

/// Nothing when there is no project, or it has errors: they have been printed, and the exit status is CannotWork.
std::optional<CompiledProject> open_and_compile(const CompileWanted& wanted, const GlobalOptions& globals, const Console& console);

/// The project's folder as the user would write it from the working directory.
std::filesystem::path shown_root(const Project& project);

/// The schema that the target names, or nothing.
std::string schema_of(const Target& target);

}  // namespace hookc
