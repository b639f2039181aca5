// ascii: letters and words of keywords, options and names, which are ASCII. Bytes of other characters are left as they are, whatever the locale.
//
// The letters of text that people write are `unicode`'s business.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hookc {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

inline std::string ascii_lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) c = ascii_lower(c);
  return result;
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

/// A letter, a digit or `_`.
constexpr bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace hookc
