// DuckDbAdapter: a session with an embedded DuckDB. Source of what it must guard against: measured behaviour of DuckDB 1.5 (docs/design.md).
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// Opens the database of a target of type `duckdb`, with the fields that dbt-duckdb reads: `path`, `config_options`, `settings`,
/// `extensions`, `attach`. A field that would change what the session sees and is not one of these is refused.
AdapterOrError open_duckdb(const Target& target, const AdapterOptions& options);

/// The same without a profile: a file's path, or `:memory:`.
AdapterOrError open_duckdb_file(const std::string& path, const AdapterOptions& options);

}  // namespace hookc
