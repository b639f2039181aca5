#include "compiler/parse/unicode_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "UnicodeNames.h"
#include "compiler/base/ascii.h"

namespace hookc {
namespace {

/// `text` without `prefix`; nothing when it does not begin so.
std::optional<std::string_view> behind(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

std::optional<char32_t> hexadecimal(std::string_view digits) {
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<char32_t>(code);
}

/// The longest of `parts` that `text` begins with; an empty one fits anywhere.
template <std::size_t count>
std::optional<std::size_t> take_longest(const std::array<std::string_view, count>& parts, std::string_view& text) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < count; ++i) {
    if (text.starts_with(parts[i]) && (!best || parts[i].size() > parts[*best].size())) best = i;
  }
  if (best) text.remove_prefix(parts[*best].size());
  return best;
}

/// Syllables are named by their letters, in an order that their numbers follow.
/// Source: The Unicode Standard, 3.12, "Conjoining Jamo Behavior".
std::optional<char32_t> hangul_syllable(std::string_view letters) {
  static constexpr std::array<std::string_view, 19> kLeading{"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"};
  static constexpr std::array<std::string_view, 21> kVowels{"A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"};
  static constexpr std::array<std::string_view, 28> kTrailing{"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H"};
  constexpr std::size_t kFirst = 0xAC00;
  const auto leading = take_longest(kLeading, letters);
  const auto vowel = take_longest(kVowels, letters);
  const auto trailing = take_longest(kTrailing, letters);
  if (!leading || !vowel || !trailing || !letters.empty()) return std::nullopt;
  return static_cast<char32_t>(kFirst + (*leading * kVowels.size() + *vowel) * kTrailing.size() + *trailing);
}

std::optional<char32_t> unified_ideograph(std::string_view digits) {
  const auto code = digits.size() == 4 || digits.size() == 5 ? hexadecimal(digits) : std::nullopt;
  const bool is_one = code && std::any_of(kIdeographs.begin(), kIdeographs.end(), [&](const auto& range) { return *code >= range.first && *code <= range.second; });
  return is_one ? code : std::nullopt;
}

/// kUnicodeNames holds lines `NAME;HEX`, sorted by name.
std::optional<char32_t> listed(std::string_view name) {
  std::string_view rest{kUnicodeNames, sizeof kUnicodeNames - 1};
  while (!rest.empty()) {
    const std::size_t middle = rest.rfind('\n', rest.size() / 2);
    const std::size_t begin = middle == std::string_view::npos ? 0 : middle + 1;
    const std::size_t end = rest.find('\n', begin);
    const std::string_view line = rest.substr(begin, end - begin);
    const std::size_t semicolon = line.find(';');
    const std::string_view own = line.substr(0, semicolon);
    if (own == name) return hexadecimal(line.substr(semicolon + 1));
    rest = name < own ? rest.substr(0, begin) : rest.substr(end + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> character_named(std::string_view name) {
  std::string upper{name};
  for (char& c : upper) c = ascii_upper(c);
  if (const auto letters = behind(upper, "HANGUL SYLLABLE ")) return hangul_syllable(*letters);
  if (const auto digits = behind(upper, "CJK UNIFIED IDEOGRAPH-")) return unified_ideograph(*digits);
  return listed(upper);
}

}  // namespace hookc
