// Operations: what tells the bookkeeping of runs, which hooks are for, from data.
#pragma once

#include <string_view>

#include "analyzer/facts.h"

namespace hookc {

/// Names under which people keep logs, and not data: audit, history, watermark, ..., and what hookc.yml adds. Case is ignored.
bool is_log_name(const Project& project, std::string_view name);

/// Bytes of `range` came from `invocation_id` or `run_started_at`, or a symbol that hookc.yml names: what tells one run from another.
bool carries_run_key(const ProjectFacts& facts, const Text& text, ByteRange range);

/// Every value is a literal, run metadata, a clock, or a count of some table: what an audit row is made of.
bool is_operational_row(const SentSql& sent, const sql::Insert& insert);

}  // namespace hookc
