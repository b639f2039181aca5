// From DuckDB's vectors to cells.
#pragma once

#include "runtime/adapters/duckdb_api.h"

namespace hookc::duckdb {

/// Columns and rows of a result that holds rows. A column of a type that cannot be read is an error of kind Unsupported.
Result read_rows(const Api& api, RawResult& result);

}  // namespace hookc::duckdb
