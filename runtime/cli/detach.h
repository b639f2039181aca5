// detach: a project beside the project, under which dbt builds the same models and runs none of its hooks: hookc runs those.
//
// It is a folder of links, with a dbt_project.yml of its own (no run hooks) and a macro `run_hooks` that does nothing. Hooks that only make sense in the session or the
// transaction of dbt's own run cannot be taken out of it: they are named, and nothing is written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"

namespace hookc {

struct DetachProblem {
  std::string message;
  std::string help;
};

/// Hooks that need the session or the transaction of their model, or of the whole run.
std::vector<DetachProblem> find_attached(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target);

/// Makes the folder, anew when it was made before; problems when it could not be made whole.
std::vector<DetachProblem> write_detached(const Project& project, const Target& target, const std::filesystem::path& folder);

}  // namespace hookc
