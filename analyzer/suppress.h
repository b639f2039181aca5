// Suppressions: `-- hookc: allow(rule-name) reason` in a hook, a macro or a YAML file.
#pragma once

#include <vector>

#include "analyzer/rule.h"

namespace hookc {

/// Takes out what a comment allows: on the line of the finding, or on lines of their own directly above it. Any comment that SQL, Jinja or YAML has will do (`--`, `{# #}`, `#`).
void apply_suppressions(const Sources& sources, std::vector<Finding>& findings);

}  // namespace hookc
