// Effects: what one statement does to the catalog, and what that says of a second run.
#pragma once

#include <string_view>

#include "analyzer/catalog.h"
#include "analyzer/facts.h"
#include "analyzer/verdict.h"

namespace hookc {

/// Runs `statement` of `sent` on the catalog. The verdict is what this execution shows: on the first run it means nothing, on the second it is
/// the answer. `path` is the one that sends it (its answers may say that an object is absent or present).
Verdict apply_statement(const ProjectFacts& facts, const PathFacts& path, const SentSql& sent, std::size_t statement, Catalog& catalog);

/// Names under which people keep logs, and not data: audit, history, watermark, ..., and what hookc.yml adds. Case is ignored.
bool is_log_name(const Project& project, std::string_view name);

/// Bytes of `range` came from `invocation_id` or `run_started_at`, or a symbol that hookc.yml names: what tells one run from another.
bool carries_run_key(const ProjectFacts& facts, const Text& text, ByteRange range);

/// Every value is a literal, run metadata, a clock, or a count of some table: what an audit row is made of.
bool is_operational_row(const SentSql& sent, const sql::Insert& insert);

}  // namespace hookc
