// json_layout: JSON for people and for diffs: what fits stands on one line, keys stay in the order in which they were added.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace hookc {

/// The document, with a newline at its end. Bytes that are not UTF-8 are replaced.
std::string layout(const nlohmann::ordered_json& json);

}  // namespace hookc
