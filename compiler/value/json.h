// Json: values from and to JSON. Strings of an input document become inputs of the space of positions, each named by its path (`target.schema`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "compiler/base/sources.h"
#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// A document as a value. `symbol` names it; items are `symbol.key` and `symbol[0]`.
Value value_from_json(Sources& sources, std::string_view symbol, const nlohmann::ordered_json& json);
/// JSON text as Python's json.loads reads it (order kept, integers of any size, NaN and Infinity); its strings are made at the site. ValueError when it is none.
Value value_from_json_text(const Site& site, std::string_view text);

struct JsonStyle {
  bool sort_keys = false;
  std::optional<std::string> indention = {};  // of a level; without it all stands on one line, ", " and ": " between
};

/// Python's json.dumps(value, ensure_ascii=True). TypeError for what it cannot write.
std::string to_json(const Site& site, const Value& value, const JsonStyle& style);
/// For artifacts and tests: None, undefined and objects without a JSON form are null; big integers are strings.
nlohmann::ordered_json json_from_value(const Value& value);

}  // namespace hookc
