#include "compiler/base/code_frame.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hookc {

namespace {

constexpr std::size_t kMaxColumns = 120;    // of a line that is shown
constexpr std::size_t kColumnsBefore = 40;  // the mark, where the line has to be cut
constexpr std::size_t kTabStop = 4;
constexpr std::size_t kBytesAColumn = 8;    // what is looked at of a very long line
constexpr std::string_view kCut = "...";
/// A mark over this many lines has its first and its last one shown.
constexpr std::uint32_t kWholeLines = 3;

struct Paint {
  bool on;
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    return on && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
  }
};

// ---------------------------------------------------------------------------------------------------------------------- characters

/// One character as a terminal shows it.
struct Cell {
  std::size_t begin = 0;  // byte offset
  std::size_t size = 1;
  std::string shown;
  std::size_t width = 1;
};

/// Seen by nobody, but not without an effect: directions of writing, zero-width spaces, line separators.
bool is_invisible(utf8proc_int32_t code) {
  constexpr utf8proc_int32_t kNonJoiner = 0x200C;
  constexpr utf8proc_int32_t kJoiner = 0x200D;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CF: return code != kNonJoiner && code != kJoiner;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return true;
    default: return false;
  }
}

std::size_t width_of(utf8proc_int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: return 0;
    default: return static_cast<std::size_t>(std::clamp(utf8proc_charwidth(code), 1, 2));
  }
}

/// The character at `offset`, which is inside of `bytes`. A tab is a cell of one column here.
Cell cell_at(std::string_view bytes, std::size_t offset) {
  const auto byte = static_cast<unsigned char>(bytes[offset]);
  if (byte == '\t') return {offset, 1, " ", 1};
  if (byte < 0x20) return {offset, 1, fmt::format("\xE2\x90{}", static_cast<char>(0x80 + byte)), 1};  // the pictures of the controls begin at U+2400
  if (byte == 0x7F) return {offset, 1, "\xE2\x90\xA1", 1};
  if (byte < 0x80) return {offset, 1, std::string(1, bytes[offset]), 1};
  utf8proc_int32_t code = 0;
  // utf8proc reads bytes as unsigned char; the objects are chars, which may be looked at so.
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(bytes.data() + offset);
  const utf8proc_ssize_t size = utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(bytes.size() - offset), &code);
  if (size <= 0) return {offset, 1, "\xEF\xBF\xBD", 1};  // U+FFFD
  const auto length = static_cast<std::size_t>(size);
  if (!is_invisible(code)) return {offset, length, std::string{bytes.substr(offset, length)}, width_of(code)};
  std::string shown = fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(code));
  const std::size_t width = shown.size();
  return {offset, length, std::move(shown), width};
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// --------------------------------------------------------------------------------------------------------------------------- lines

/// A mark on one line. Offsets are bytes of the file.
struct LineMark {
  std::uint32_t line = 1;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_primary = true;
  std::string text;
};

struct ByteLine {
  std::size_t begin;
  std::size_t end;
};

bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

ByteLine line_around(std::string_view bytes, std::size_t offset) {
  ByteLine line{std::min(offset, bytes.size()), std::min(offset, bytes.size())};
  while (line.begin > 0 && !is_line_end(bytes[line.begin - 1])) --line.begin;
  while (line.end < bytes.size() && !is_line_end(bytes[line.end])) ++line.end;
  return line;
}

/// The offset of the line after the one that ends at `end`; past the end of the file when there is none.
std::size_t next_line(std::string_view bytes, std::size_t end) {
  if (end < bytes.size() && bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n') return end + 2;
  return end + 1;
}

/// A mark cut into lines: all of them when they are few, otherwise the first and the last one. The text stands behind the last.
std::vector<LineMark> lines_of(const FrameMark& mark, std::string_view bytes) {
  const std::size_t begin = std::min<std::size_t>(mark.location.begin, bytes.size());
  std::size_t end = std::min<std::size_t>(std::max(mark.location.end, mark.location.begin), bytes.size());
  while (end > begin && is_line_end(bytes[end - 1])) --end;
  std::vector<LineMark> all;
  std::uint32_t number = mark.location.line;
  ByteLine line = line_around(bytes, begin);
  all.push_back({number, begin, std::min(end, line.end), mark.is_primary, {}});
  LineMark last;
  while (end > line.end) {
    const std::size_t next = next_line(bytes, line.end);
    if (next >= end) break;
    line = line_around(bytes, next);
    std::size_t from = line.begin;
    while (from < line.end && (bytes[from] == ' ' || bytes[from] == '\t')) ++from;
    last = LineMark{++number, std::min(from, end), std::min(end, line.end), mark.is_primary, {}};
    if (all.size() < kWholeLines) all.push_back(last);
  }
  if (number - mark.location.line >= kWholeLines) {
    all.resize(1);
    all.push_back(std::move(last));
  }
  all.back().text = mark.text;
  return all;
}

/// The characters of a line that are shown, and how it was cut.
struct ShownLine {
  std::vector<Cell> cells;
  bool is_cut_before = false;
  bool is_cut_behind = false;
  std::size_t end = 0;  // byte offset behind the last cell
};

ShownLine show(std::string_view bytes, ByteLine line, std::size_t focus) {
  constexpr std::size_t kReach = kMaxColumns * kBytesAColumn;
  std::size_t from = focus > line.begin + kReach ? focus - kReach : line.begin;
  while (from > line.begin && from < line.end && continues_character(bytes[from])) ++from;
  std::size_t to = std::min(line.end, std::max(focus, from) + kReach);
  while (to > from && to < line.end && continues_character(bytes[to])) --to;
  const std::string_view part = bytes.substr(0, to);
  ShownLine shown{{}, from > line.begin, to < line.end, to};
  std::size_t column = 0;
  for (std::size_t at = from; at < to; at += shown.cells.back().size) {
    Cell cell = cell_at(part, at);
    if (bytes[at] == '\t') {
      cell.width = kTabStop - column % kTabStop;
      cell.shown.assign(cell.width, ' ');
    }
    column += cell.width;
    shown.cells.push_back(std::move(cell));
  }
  if (column <= kMaxColumns && !shown.is_cut_before && !shown.is_cut_behind) return shown;
  std::size_t first = 0;
  while (first < shown.cells.size() && shown.cells[first].begin + shown.cells[first].size <= focus) ++first;
  std::size_t last = first;
  std::size_t columns = 0;
  while (last < shown.cells.size() && columns + shown.cells[last].width <= kMaxColumns - kColumnsBefore) columns += shown.cells[last++].width;
  while (first > 0 && columns + shown.cells[first - 1].width <= kMaxColumns) columns += shown.cells[--first].width;
  while (last < shown.cells.size() && columns + shown.cells[last].width <= kMaxColumns) columns += shown.cells[last++].width;
  while (first < last && shown.cells[first].width == 0) ++first;  // what combines with a character that is cut off
  shown.is_cut_before = shown.is_cut_before || first > 0;
  if (last < shown.cells.size()) {
    shown.is_cut_behind = true;
    shown.end = shown.cells[last].begin;
  }
  shown.cells = std::vector<Cell>(shown.cells.begin() + static_cast<std::ptrdiff_t>(first), shown.cells.begin() + static_cast<std::ptrdiff_t>(last));
  return shown;
}

/// Spaces and marks under a line.
std::string marks_under(const ShownLine& line, const LineMark& mark) {
  const char sign = mark.is_primary ? '^' : '-';
  std::string marks = line.is_cut_before ? std::string(kCut.size(), ' ') : std::string{};
  std::size_t begin = std::string::npos;
  std::size_t end = 0;
  for (const Cell& cell : line.cells) {
    if (begin == std::string::npos && cell.begin + cell.size > mark.begin) begin = marks.size();
    marks.append(cell.width, ' ');
    if (cell.begin < mark.end) end = marks.size();
  }
  if (begin == std::string::npos) begin = marks.size();
  marks.resize(begin, ' ');
  marks.append(end > begin ? end - begin : 1, sign);
  return marks;
}

}  // namespace

std::string code_frame(std::span<const FrameMark> marks, const Sources& sources, bool color) {
  if (marks.empty()) return {};
  const auto bytes = sources.file_bytes(marks.front().location.file);
  if (!bytes || bytes->empty()) return {};
  std::vector<LineMark> all;
  for (const FrameMark& mark : marks) {
    for (LineMark& line : lines_of(mark, *bytes)) all.push_back(std::move(line));
  }
  std::stable_sort(all.begin(), all.end(), [](const LineMark& left, const LineMark& right) {
    return left.line != right.line ? left.line < right.line : left.is_primary && !right.is_primary;
  });
  const Paint paint{color};
  const std::size_t digits = std::to_string(all.back().line).size();
  const std::string gutter = std::string(digits, ' ') + " " + paint("1;34", "|");
  std::string frame = gutter + "\n";
  for (std::size_t i = 0; i < all.size();) {
    const std::uint32_t number = all[i].line;
    if (i > 0 && number > all[i - 1].line + 1) frame += paint("1;34", kCut) + "\n";
    const ShownLine line = show(*bytes, line_around(*bytes, all[i].begin), all[i].begin);
    frame += paint("1;34", fmt::format("{:>{}} |", number, digits)) + " ";
    if (line.is_cut_before) frame += kCut;
    for (const Cell& cell : line.cells) frame += cell.shown;
    if (line.is_cut_behind) frame += kCut;
    frame += "\n";
    for (; i < all.size() && all[i].line == number; ++i) {
      const std::string under = marks_under(line, all[i]);
      const std::size_t spaces = under.find_first_not_of(' ');
      frame += gutter + " " + under.substr(0, spaces) + paint(all[i].is_primary ? "1;31" : "1;34", under.substr(spaces));
      if (!all[i].text.empty()) frame += " " + for_terminal(all[i].text);
      frame += "\n";
    }
  }
  return frame;
}

std::string code_frame(const Location& location, const Sources& sources, std::string_view label, bool color) {
  const FrameMark mark{location, std::string{label}, true};
  return code_frame(std::span{&mark, 1}, sources, color);
}

std::string for_terminal(std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\t'; });
  if (is_plain) return std::string{text};
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n' || text[at] == '\t') {
      safe += text[at++];
      continue;
    }
    const Cell cell = cell_at(text, at);
    safe += cell.shown;
    at += cell.size;
  }
  return safe;
}

}  // namespace hookc
