#include "analyzer/suppress.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace hookc {

namespace {

constexpr std::string_view kMark = "hookc: allow(";

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = bytes.find('\n');
    lines.push_back(bytes.substr(0, end));
    if (end == std::string_view::npos) return lines;
    bytes.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The line names the rule, by code or name, in an `allow(a, b)`.
bool allows(std::string_view line, const Finding& finding) {
  std::size_t at = line.find(kMark);
  if (at == std::string_view::npos) return false;
  at += kMark.size();
  const std::size_t end = line.find(')', at);
  if (end == std::string_view::npos) return false;
  std::string_view names = line.substr(at, end - at);
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    const std::string_view name = trimmed(names.substr(0, comma));
    if (name == finding.name || name == finding.code) return true;
    if (comma == std::string_view::npos) break;
    names.remove_prefix(comma + 1);
  }
  return false;
}

/// Nothing but a comment: it speaks for the line below.
bool is_comment_line(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("--") || line.starts_with("{#") || line.starts_with("#") || line.starts_with("/*") || line.starts_with("//");
}

bool is_allowed(const std::vector<std::string_view>& lines, const Finding& finding) {
  if (finding.location.line == 0 || finding.location.line > lines.size()) return false;
  std::size_t line = finding.location.line - 1;
  if (allows(lines[line], finding)) return true;
  while (line > 0 && is_comment_line(lines[line - 1])) {
    --line;
    if (allows(lines[line], finding)) return true;
  }
  return false;
}

}  // namespace

void apply_suppressions(const Sources& sources, std::vector<Finding>& findings) {
  std::map<std::string, std::vector<std::string_view>> files;
  std::erase_if(findings, [&](const Finding& finding) {
    auto file = files.find(finding.location.file);
    if (file == files.end()) {
      const auto bytes = sources.file_bytes(finding.location.file);
      const bool marked = bytes && bytes->find(kMark) != std::string_view::npos;
      file = files.emplace(finding.location.file, marked ? lines_of(*bytes) : std::vector<std::string_view>{}).first;
    }
    return is_allowed(file->second, finding);
  });
}

}  // namespace hookc
