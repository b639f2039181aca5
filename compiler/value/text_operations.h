// Text operations: what Python's str can do, over Texts. Every byte that is kept keeps its origin; a result that equals its input is the same handle.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/value/site.h"

namespace hookc {

/// Where `wanted` first stands in `bytes` at or after `from`, or last stands; npos when it does not. In linear time, however the two repeat themselves.
std::size_t find_first(std::string_view bytes, std::string_view wanted, std::size_t from = 0);
std::size_t find_last(std::string_view bytes, std::string_view wanted);

enum class CaseMapping : std::uint8_t { Upper, Lower, Title, Capitalize, Swap, Fold };
/// Title is Python's str.title(): a word begins wherever a letter follows a non-letter.
Text map_case(const Text& text, CaseMapping mapping);
/// Jinja's `title` filter: words begin after blanks and `-({[<`.
Text title_words(const Text& text);

enum class Side : std::uint8_t { Both, Left, Right };
/// Without `chars`: Unicode's white space; otherwise any of the characters in `chars`.
Text trim(const Text& text, std::optional<std::string_view> chars, Side side);

/// The first `count` occurrences (all when negative) of `old` replaced; the origins of both are interleaved. An empty `old` matches between characters.
Text replace(const Site& site, const Text& text, std::string_view old, const Text& with, std::int64_t count);

/// At most `limit` splits (all when negative) at `separator`, which is not empty.
std::vector<Text> split(const Text& text, std::string_view separator, std::int64_t limit);
std::vector<Text> split_from_right(const Text& text, std::string_view separator, std::int64_t limit);
/// At runs of white space, which the pieces do not include.
std::vector<Text> split_blank(const Text& text, std::int64_t limit);
std::vector<Text> split_blank_from_right(const Text& text, std::int64_t limit);
enum class LineEnds : std::uint8_t { Dropped, Kept };
/// At all of Unicode's line ends.
std::vector<Text> split_lines(const Text& text, LineEnds ends);

Text join(const Site& site, const std::vector<Text>& pieces, const Text& separator);

enum class Alignment : std::uint8_t { Left, Right, Center };
/// Padded with `fill` (one character) to `width` characters.
Text pad(const Site& site, const Text& text, std::int64_t width, std::string_view fill, Alignment alignment);

}  // namespace hookc
