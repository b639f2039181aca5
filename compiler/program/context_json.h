// context_json: what deferred hooks need of their project, as data, and the project made of it again.
//
// A deferred hook is rendered by the run, as dbt renders it: from its template, with macros, nodes and vars. The context holds the text of
// every file that the templates and macros come from, once, so that places in messages stay those of the project's files.
#pragma once

#include <memory>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "compiler/program/manifest.h"
#include "compiler/program/program.h"
#include "compiler/project/project.h"

namespace hookc {

/// Nodes that are built always; operations, files, macros and templates only when a hook of the program is deferred.
nlohmann::ordered_json context_of(const Sources& sources, const Project& project, const Program& program);

/// A project with the program's target, the context's nodes and macros, and the templates of its deferred hooks. Its environment is the process's.
std::variant<std::unique_ptr<Project>, ManifestError> project_of(Sources& sources, const nlohmann::ordered_json& context, const Program& program);

}  // namespace hookc
