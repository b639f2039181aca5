// Adapter evidence: what a project without a profile tells of its database, in files that people keep beside it.
//
// A profile usually lies in the home of whoever runs dbt. What is in the repository names the adapter all the same: a template of the profile, what is to
// be installed, the linter's settings, configurations that one adapter alone has. Files are looked at as text; what they hold beside names is not read.
#pragma once

#include <optional>
#include <string>

#include "compiler/project/project.h"

namespace hookc {

struct AdapterEvidence {
  std::string adapter;  // `snowflake`: the type as a profile names it
  std::string where;    // in words: "`requirements.txt` installs dbt-snowflake"
};

/// The one adapter that the project speaks of; nothing where it speaks of none, or of several.
std::optional<AdapterEvidence> find_adapter_evidence(const Project& project);

}  // namespace hookc
