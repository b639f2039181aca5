#include "runtime/filled_text.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "compiler/base/overloaded.h"

namespace hookc {

std::uint32_t FilledText::step_offset(std::uint32_t offset) const {
  const auto after = std::ranges::upper_bound(pieces, offset, {}, &Piece::begin);
  if (after == pieces.begin()) return 0;
  const Piece& piece = *std::prev(after);
  return piece.is_parameter ? piece.step_begin : piece.step_begin + (offset - piece.begin);
}

FilledText fill(const std::vector<Segment>& segments, const ParameterValues& values) {
  FilledText filled;
  std::uint32_t step_offset = 0;
  for (const Segment& segment : segments) {
    const auto begin = static_cast<std::uint32_t>(filled.text.size());
    std::visit(overloaded{
                   [&](const SqlText& text) {
                     filled.pieces.push_back({begin, step_offset, false});
                     filled.text += text.text;
                     step_offset += static_cast<std::uint32_t>(text.text.size());
                   },
                   [&](const SqlParameter& parameter) {
                     filled.pieces.push_back({begin, step_offset, true});
                     const auto value = values.find(parameter.name);
                     filled.text += written(parameter, value == values.end() ? std::string_view{} : std::string_view{value->second});
                   },
               },
               segment);
  }
  return filled;
}

namespace {

/// The step's text between two offsets.
std::string text_between(const SqlStep& step, std::uint32_t begin, std::uint32_t end) {
  std::string all;
  for (const Segment& segment : step.segments) {
    if (const auto* text = std::get_if<SqlText>(&segment)) all += text->text;
  }
  const auto size = static_cast<std::uint32_t>(all.size());
  begin = std::min(begin, size);
  return all.substr(begin, std::min(end, size) - begin);
}

/// Moves a place behind `text`, which stands there.
void move_behind(SourceMapEntry& place, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  place.offset += static_cast<std::uint32_t>(text.size());
}

}  // namespace

SourceMapEntry place_of(const SqlStep& step, std::uint32_t step_offset) {
  const auto& map = step.source_map;
  auto after = std::ranges::upper_bound(map, step_offset, {}, &SourceMapEntry::begin);
  if (after != map.begin()) {
    SourceMapEntry place = *std::prev(after);
    if (place.verbatim && !place.file.empty()) move_behind(place, text_between(step, place.begin, step_offset));
    if (!place.file.empty()) return place;
  }
  const auto with_file = std::ranges::find_if(map, [](const SourceMapEntry& entry) { return !entry.file.empty(); });
  return with_file == map.end() ? SourceMapEntry{} : *with_file;
}

}  // namespace hookc
