// What Trino's types and errors mean.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "runtime/adapter.h"

namespace hookc::trino {

ResultColumn column_of(std::string name, std::string type);
/// A value of the protocol's JSON. Arrays, maps and rows are JSON texts; a time with a zone by name stays as it came.
Cell cell_of(const nlohmann::json& value, std::string_view type);
/// The protocol's `error`. The position is that of `sql`, the statement that was sent.
AdapterError error_of(const nlohmann::json& error, std::string_view sql);

}  // namespace hookc::trino
