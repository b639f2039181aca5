// What the commands that read a project share: finding it and opening it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "compiler/base/sources.h"
#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"
#include "runtime/cli/console.h"
#include "runtime/cli/options.h"

namespace hookc {

/// A project that was found and read. What could not be read in it is in `project->diagnostics`, which nobody has printed yet.
struct OpenedProject {
  std::unique_ptr<Sources> sources;
  std::unique_ptr<Project> project;
};

/// The folder of dbt_project.yml at or above `path` (a folder or a file), written as the user would; nothing when there is none.
std::optional<std::filesystem::path> find_project_root(const std::filesystem::path& path);

struct ChosenDialect {
  sql::Dialect dialect = sql::Dialect::Generic;
  std::string guessed_from;  // what made it so, in words; empty where somebody has said it
};

/// The dialect of hooks: what the user asks for wins, then hookc.yml, then the target, then the profile's own one, then what the project's files speak of
/// (adapter_evidence.h). `target`: null for none.
ChosenDialect dialect_for(const Project& project, std::optional<sql::Dialect> asked, const Target* target);

/// The variables of `--vars`; or what is wrong with the text.
std::variant<DictPtr, Diagnostic> parse_vars(Sources& sources, const std::string& text);

/// Finds and reads the project of `--project-dir`, else of `path`, else of the working directory. Nothing when there is none, or `--vars`
/// cannot be read: the reason has then been printed, and the exit status is CannotWork.
std::optional<OpenedProject> open_project(const std::optional<std::string>& path, const std::optional<std::string>& target,
                                          const GlobalOptions& globals, const Console& console);
/// The same with other bytes in some files, by their names as the user would write them.
std::optional<OpenedProject> open_changed_project(const std::string& path, const std::map<std::string, std::string, std::less<>>& replaced_files,
                                                  const GlobalOptions& globals, const Console& console);

}  // namespace hookc
