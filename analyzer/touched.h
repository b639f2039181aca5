// Touched names: which objects a path makes, changes or removes. Hooks that share none cannot disturb each other's second run.
#pragma once

#include <vector>

#include "analyzer/facts.h"

namespace hookc {

/// Adds the names that the path touches and that are not among `names` yet.
void add_touched_names(const PathFacts& path, std::vector<sql::QualifiedName>& names);

}  // namespace hookc
