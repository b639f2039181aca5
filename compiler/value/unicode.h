// Unicode: code points of UTF-8 bytes and what Python knows of them, over utf8proc. Bytes that are no UTF-8 count as one code point each, so that every
// text has a length and can be sliced; surrogates that a Jinja escape made are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookc::unicode {

struct CodePoint {
  char32_t value = 0;
  std::uint32_t size = 1;  // in bytes
};

/// As `decode`, where the first byte is not ASCII.
CodePoint decode_sequence(std::string_view bytes, std::size_t offset);
/// The code point at `offset`, which must be inside.
inline CodePoint decode(std::string_view bytes, std::size_t offset) {
  const auto lead = static_cast<unsigned char>(bytes[offset]);
  return lead < 0x80U ? CodePoint{lead, 1} : decode_sequence(bytes, offset);
}
void encode(std::string& out, char32_t code_point);
bool is_ascii(std::string_view bytes);
/// Code points in `bytes`.
std::size_t count(std::string_view bytes);
/// The byte offset of each code point, and the size of the whole at the end.
std::vector<std::uint32_t> boundaries(std::string_view bytes);
/// The byte offset of code point `index`; the size of `bytes` when there are not as many.
std::size_t offset_of(std::string_view bytes, std::size_t index);

// Python's predicates on one character.
bool is_space(char32_t code_point);
bool is_line_end(char32_t code_point);
bool is_printable(char32_t code_point);
bool is_alpha(char32_t code_point);
bool is_decimal(char32_t code_point);
bool is_digit(char32_t code_point);
bool is_numeric(char32_t code_point);
bool is_upper(char32_t code_point);
bool is_lower(char32_t code_point);
bool is_title(char32_t code_point);
/// 0 to 9 for a decimal digit of any script, otherwise -1.
int digit_value(char32_t code_point);

/// Full case mappings: one code point may become several.
std::string to_upper(char32_t code_point);
std::string to_lower(char32_t code_point);
std::string to_title(char32_t code_point);
std::string fold(char32_t code_point);

}  // namespace hookc::unicode
