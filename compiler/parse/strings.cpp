#include "compiler/parse/strings.h"

#include <string_view>

#include <fmt/format.h>
#include <utf8proc.h>

#include "compiler/parse/unicode_names.h"
#include "compiler/value/identifiers.h"
#include "compiler/value/unicode.h"

namespace hookc {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

/// One escape: what it makes, how many bytes it takes, or what is wrong with it.
struct Escape {
  std::string made;
  std::uint32_t length = 2;
  std::optional<std::string> error;
};

Escape hex_escape(std::string_view bytes, std::uint32_t digits) {
  Escape escape;
  std::uint32_t code = 0;
  for (std::uint32_t i = 0; i < digits; ++i) {
    const int digit = 2 + i < bytes.size() ? digit_value(bytes[2 + i]) : 16;
    if (digit == 16) {
      escape.error = fmt::format("truncated \\{}{} escape", bytes[1], std::string(digits, 'X'));
      return escape;
    }
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  if (code > 0x10FFFF) {
    escape.error = "illegal Unicode character";
    return escape;
  }
  unicode::encode(escape.made, code);
  escape.length = 2 + digits;
  return escape;
}

Escape octal_escape(std::string_view bytes) {
  Escape escape;
  std::uint32_t code = 0;
  std::uint32_t digits = 0;
  while (digits < 3 && 1 + digits < bytes.size() && bytes[1 + digits] >= '0' && bytes[1 + digits] <= '7') {
    code = code * 8 + static_cast<std::uint32_t>(bytes[1 + digits] - '0');
    ++digits;
  }
  unicode::encode(escape.made, code);
  escape.length = 1 + digits;
  return escape;
}

/// An unknown escape keeps its backslash. Jinja turns non-ASCII characters into escapes before Python reads the literal, so that a backslash before one of
/// them spoils that escape: `\é` is the four characters `\xe9`.
Escape unknown_escape(std::string_view bytes) {
  Escape escape;
  const std::uint32_t length = character_length(bytes.substr(1));
  escape.made = "\\";
  if (static_cast<unsigned char>(bytes[1]) < 0x80) {
    escape.made += bytes[1];
    return escape;
  }
  utf8proc_int32_t code = 0;
  // utf8proc reads bytes as unsigned char; the objects are chars, which may be looked at so.
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data() + 1);
  if (utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(length), &code) <= 0) {
    escape.made += bytes[1];
    return escape;
  }
  escape.made += code < 0x100 ? fmt::format("x{:02x}", code) : code < 0x10000 ? fmt::format("u{:04x}", code) : fmt::format("U{:08x}", code);
  escape.length = 1 + length;
  return escape;
}

Escape named_escape(std::string_view bytes) {
  Escape escape;
  const std::size_t end = bytes.size() > 3 && bytes[2] == '{' ? bytes.find('}', 3) : std::string_view::npos;
  if (end == std::string_view::npos || end == 3) {
    escape.error = "malformed \\N character escape";
    return escape;
  }
  const auto code = character_named(bytes.substr(3, end - 3));
  if (!code) {
    escape.error = "unknown Unicode character name";
    return escape;
  }
  unicode::encode(escape.made, *code);
  escape.length = static_cast<std::uint32_t>(end + 1);
  return escape;
}

Escape decode_escape(std::string_view bytes) {
  const auto simple = [](char c) { return Escape{std::string(1, c), 2, std::nullopt}; };
  switch (bytes[1]) {
    case '\\': return simple('\\');
    case '\'': return simple('\'');
    case '"': return simple('"');
    case 'a': return simple('\a');
    case 'b': return simple('\b');
    case 'f': return simple('\f');
    case 'n': return simple('\n');
    case 'r': return simple('\r');
    case 't': return simple('\t');
    case 'v': return simple('\v');
    case '\n': return Escape{};
    case 'x': return hex_escape(bytes, 2);
    case 'u': return hex_escape(bytes, 4);
    case 'U': return hex_escape(bytes, 8);
    case 'N': return named_escape(bytes);
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7': return octal_escape(bytes);
    default: return unknown_escape(bytes);
  }
}

}  // namespace

std::optional<std::string> append_string_literal(TextBuilder& builder, const Text& source, std::uint32_t begin, std::uint32_t end) {
  const std::string_view bytes = source.view().substr(0, end - 1);
  std::uint32_t at = begin + 1;
  while (at < bytes.size()) {
    const std::size_t found = bytes.find('\\', at);
    const auto escape_at = static_cast<std::uint32_t>(found == std::string_view::npos ? bytes.size() : found);
    builder.append_slice(source, ByteRange{at, escape_at}, FrameId{0});
    if (escape_at == bytes.size()) break;
    const Escape escape = decode_escape(bytes.substr(escape_at));
    if (escape.error) return escape.error;
    builder.append(escape.made, fixed_at(source.position_at(escape_at)), FrameId{0});
    at = escape_at + escape.length;
  }
  return std::nullopt;
}

}  // namespace hookc
