// Touched names: which objects a path makes, changes or removes. Hooks that share none cannot disturb each other's second run.
#pragma once

#include <set>
#include <string>

#include "analyzer/facts.h"

namespace hookc {

/// The last parts of the names, in lower case.
std::set<std::string> touched_names(const PathFacts& path);

}  // namespace hookc
