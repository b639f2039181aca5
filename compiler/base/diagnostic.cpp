#include "compiler/base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace hookc {

namespace {

constexpr std::uint32_t kMaxFrameColumns = 160;

struct Paint {
  bool on;
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
  }
};

std::string_view line_of(std::string_view bytes, std::uint32_t offset) {
  const std::size_t at = std::min<std::size_t>(offset, bytes.size());
  std::size_t begin = at;
  while (begin > 0 && bytes[begin - 1] != '\n' && bytes[begin - 1] != '\r') --begin;
  const std::size_t end = bytes.find_first_of("\r\n", at);
  return bytes.substr(begin, end == std::string_view::npos ? std::string_view::npos : end - begin);
}

std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::Info: return "1;36";
    case Severity::Warning: return "1;33";
    case Severity::Error: return "1;31";
  }
  return "1;31";
}

}  // namespace

std::string code_frame(const Location& location, const Sources& sources, std::string_view label, bool color) {
  const auto bytes = sources.file_bytes(location.file);
  if (!bytes || bytes->empty()) return {};
  const Paint paint{color};
  std::string_view line = line_of(*bytes, location.begin);
  const std::string number = std::to_string(location.line);
  const std::string gutter(number.size(), ' ');
  // A line of a minified file is cut to a window around the place.
  const std::uint32_t from = location.column > kMaxFrameColumns ? location.column - kMaxFrameColumns / 2 : 1;
  std::string marks;
  std::string shown;
  std::uint32_t column = 1;
  const std::uint32_t last = location.end_line == location.line ? std::max(location.end_column, location.column + 1) : UINT32_MAX;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool begins_character = (byte & 0xC0U) != 0x80U;
    if (begins_character && column >= from + kMaxFrameColumns) break;
    if (begins_character && column >= from) marks += column >= location.column && column < last ? '^' : (line[i] == '\t' ? '\t' : ' ');
    if (begins_character) ++column;
    if (column > from) shown += byte < 0x20 && byte != '\t' ? ' ' : line[i];
  }
  if (from > 1) {
    shown.insert(0, "..");
    marks.insert(0, "  ");
  }
  if (column <= location.column) marks.append(location.column - column, ' ').append("^");  // just after the end of the line
  marks.erase(marks.find_last_not_of(" \t") + 1);
  std::string frame = fmt::format("{} {}\n", paint("1;34", gutter), paint("1;34", "|"));
  frame += fmt::format("{} {}\n", paint("1;34", number + " |"), shown);
  frame += fmt::format("{} {} {}{}{}\n", gutter, paint("1;34", "|"), paint("1;31", marks), label.empty() ? "" : " ", label);
  return frame;
}

std::string format_diagnostic(const Diagnostic& diagnostic, const Sources& sources, bool color) {
  const Paint paint{color};
  const auto location = sources.locate(diagnostic.span);
  std::string out;
  if (location) out += fmt::format("{}:{}:{}: ", location->file, location->line, location->column);
  out += fmt::format("{}: {}\n", paint(color_of(diagnostic.severity), name_of(diagnostic.severity)), diagnostic.message);
  if (location) out += code_frame(*location, sources, {}, color);
  for (const Label& label : diagnostic.labels) {
    if (const auto at = sources.locate(label.span)) {
      out += fmt::format("{}:{}:{}: {}\n", at->file, at->line, at->column, label.text) + code_frame(*at, sources, {}, color);
    }
  }
  for (const TraceEntry& entry : diagnostic.trace) {
    if (const auto at = sources.locate(entry.span)) {
      out += fmt::format("  in {}() called at {}:{}:{}\n", entry.macro, at->file, at->line, at->column);
    } else {
      out += fmt::format("  in {}()\n", entry.macro);
    }
  }
  if (!diagnostic.help.empty()) out += fmt::format("  {} {}\n", paint("1;32", "help:"), diagnostic.help);
  return out;
}

}  // namespace hookc
