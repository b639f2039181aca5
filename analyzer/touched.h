// Touched names: which objects a path makes, changes or removes. Hooks that share none cannot disturb each other's second run.
#pragma once

#include <vector>

#include "analyzer/facts.h"

namespace hookc {

/// Adds the names that the path touches and that are not among `names` yet. Names that only data know, as rows of a query, are left out.
void add_touched_names(const Sources& sources, const PathFacts& path, std::vector<sql::QualifiedName>& names);

}  // namespace hookc
