#include "compiler/value/identifiers.h"

#include <algorithm>

#include <utf8proc.h>

namespace hookc {
namespace {

struct Character {
  std::int32_t code = -1;  // negative: not UTF-8
  std::uint32_t length = 1;
};

Character first_character(std::string_view bytes) {
  if (bytes.empty()) return {-1, 0};
  const auto lead = static_cast<unsigned char>(bytes.front());
  if (lead < 0x80) return {lead, 1};
  utf8proc_int32_t code = -1;
  // utf8proc reads bytes as unsigned char; the objects are chars, which may be looked at so.
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data());
  const utf8proc_ssize_t length = utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(bytes.size()), &code);
  if (length <= 0) return {-1, 1};
  return {code, static_cast<std::uint32_t>(length)};
}

bool is_blank(std::int32_t code) {
  if (code < 0x80) return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20);
  if (code == 0x85 || code == 0x2028 || code == 0x2029) return true;
  return utf8proc_category(code) == UTF8PROC_CATEGORY_ZS;
}

bool is_other_start(std::int32_t code) { return code == 0x1885 || code == 0x1886 || code == 0x2118 || code == 0x212E || code == 0x309B || code == 0x309C; }
bool is_other_part(std::int32_t code) {
  return code == 0xB7 || code == 0x387 || (code >= 0x1369 && code <= 0x1371) || code == 0x19DA;
}

bool starts_identifier(std::int32_t code) {
  if (code < 0x80) return code == '_' || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL: return true;
    default: return is_other_start(code);
  }
}

bool continues_identifier(std::int32_t code) {
  if (code < 0x80) return starts_identifier(code) || (code >= '0' && code <= '9');
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC: return true;
    default: return starts_identifier(code) || is_other_part(code);
  }
}

}  // namespace

std::uint32_t leading_blanks(std::string_view bytes) {
  std::uint32_t at = 0;
  while (at < bytes.size()) {
    const Character character = first_character(bytes.substr(at));
    if (character.code < 0 || !is_blank(character.code)) break;
    at += character.length;
  }
  return at;
}

std::string_view without_trailing_blanks(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t start = bytes.size() - 1;
    while (start > 0 && bytes.size() - start < 4 && (static_cast<unsigned char>(bytes[start]) & 0xC0U) == 0x80U) --start;
    const Character character = first_character(bytes.substr(start));
    if (character.code < 0 || start + character.length != bytes.size() || !is_blank(character.code)) break;
    bytes.remove_suffix(character.length);
  }
  return bytes;
}

std::uint32_t name_length(std::string_view bytes) {
  std::uint32_t at = 0;
  while (at < bytes.size()) {
    const Character character = first_character(bytes.substr(at));
    if (character.code < 0) break;
    // Python's \w holds other numbers as well (`x²`), which are no identifiers; they are told apart afterwards.
    if (!continues_identifier(character.code) && utf8proc_category(character.code) != UTF8PROC_CATEGORY_NO) break;
    at += character.length;
  }
  return at;
}

bool is_identifier(std::string_view name) {
  const auto is_ascii_part = [](char c) { return continues_identifier(static_cast<unsigned char>(c) < 0x80 ? c : ' '); };
  if (!name.empty() && std::all_of(name.begin(), name.end(), is_ascii_part)) return starts_identifier(name.front());
  bool first = true;
  while (!name.empty()) {
    const Character character = first_character(name);
    if (character.code < 0 || !(first ? starts_identifier(character.code) : continues_identifier(character.code))) return false;
    name.remove_prefix(character.length);
    first = false;
  }
  return !first;
}

std::uint32_t character_length(std::string_view bytes) { return first_character(bytes).length; }

}  // namespace hookc
