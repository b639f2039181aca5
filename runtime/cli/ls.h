// ls: the hooks of a project in execution order, with where each is defined and why it does or does not run.
#pragma once

#include <string>

#include "compiler/base/sources.h"
#include "compiler/project/project.h"

namespace hookc {

/// One line a hook, with its place below.
std::string list_hooks(const Project& project, const Sources& sources, bool color);
/// The contract of `--format json`; ends in a newline.
std::string hooks_as_json(const Project& project, const Sources& sources);

}  // namespace hookc
