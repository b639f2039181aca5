// What DuckDB says of a failure, as an AdapterError.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/adapter.h"

namespace hookc::duckdb {

/// `text`: of a session with `errors_as_json`, or plain. `type`: DuckDB's number of the kind of error. `sent_bytes`: the size of the text that
/// failed; a position outside of it is not believed.
AdapterError error_from(std::string_view text, std::uint32_t type, std::size_t sent_bytes);

}  // namespace hookc::duckdb
