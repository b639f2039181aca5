// unicode_names: characters by the names that Unicode gives them, for `\N{...}` in strings.
#pragma once

#include <optional>
#include <string_view>

namespace hookc {

/// The character of a name or an alias, in any case; nothing when there is none. Sequences of characters have names, too, which Python's strings do not take.
std::optional<char32_t> character_named(std::string_view name);

}  // namespace hookc
