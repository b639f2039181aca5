// Effects: what one statement does to the catalog, and what that says of a second run.
#pragma once

#include <cstddef>

#include "analyzer/catalog.h"
#include "analyzer/facts.h"
#include "analyzer/verdict.h"

namespace hookc {

/// Runs `statement` of `sent` on the catalog. The verdict is what this execution shows: on the first run it means nothing, on the second it is
/// the answer. `path` is the one that sends it (its answers may say that an object is absent or present).
Verdict apply_statement(const ProjectFacts& facts, const PathFacts& path, const SentSql& sent, std::size_t statement, Catalog& catalog);

}  // namespace hookc
