// What PostgreSQL's text protocol and error codes mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/adapter.h"
#include "runtime/adapters/postgres_api.h"

namespace hookc::postgres {

/// The name and kind of a column's type; types that are not built in are `type <oid>`, and text.
ResultColumn column_of(std::string name, Oid type);
/// A value of the text protocol. Times with a zone are turned into UTC; what is not in ISO style stays as it came.
Cell cell_of(std::string_view text, Oid type);
/// The class of an SQLSTATE. Source: PostgreSQL 15 documentation, appendix A.
AdapterError::Kind kind_of(std::string_view sqlstate);
/// The remedy of an SQLSTATE, where one is known.
std::string help_of(std::string_view sqlstate);
/// The byte offset of the `characters`-th character (from 1) of an UTF-8 text; nothing when it has fewer.
std::optional<std::uint32_t> byte_offset(std::string_view text, std::string_view characters);

}  // namespace hookc::postgres
