// identifiers: what Python's `\w`, `\s` and isidentifier() say of UTF-8 bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace hookc {

/// How many bytes of blanks `bytes` begins with, in the sense of Python's str.isspace().
std::uint32_t leading_blanks(std::string_view bytes);
/// `bytes` without the blanks at its end.
std::string_view without_trailing_blanks(std::string_view bytes);
/// How many bytes from the start on can be part of a name; 0 when the first character cannot.
std::uint32_t name_length(std::string_view bytes);
/// Whether a sequence of such characters is a Python identifier.
bool is_identifier(std::string_view name);
/// The bytes of the character that `bytes` begins with; a byte that starts none counts alone.
std::uint32_t character_length(std::string_view bytes);

}  // namespace hookc
