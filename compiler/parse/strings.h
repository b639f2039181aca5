// String literals: from the bytes between quotes to a Text that keeps where each byte came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/base/text.h"

namespace hookc {

/// Appends the value of the literal at [begin, end) of `source`, quotes included. Verbatim bytes keep their positions; what an escape makes is
/// fixed at the escape. Escapes are Python's. Returns what is wrong with an escape, in Python's words.
/// Surrogates that are written as escapes become three bytes each, as Python keeps them apart.
std::optional<std::string> append_string_literal(TextBuilder& builder, const Text& source, std::uint32_t begin, std::uint32_t end);

}  // namespace hookc
