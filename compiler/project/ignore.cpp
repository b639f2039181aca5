#include "compiler/project/ignore.h"

#include <fnmatch.h>

namespace hookc {
namespace {

using Parts = std::vector<std::string>;

Parts split(std::string_view path) {
  Parts parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return parts;
}

/// The lengths of the beginnings of `path` that all of `pattern` matches, as marks; quadratic at most, whatever the number of `**`.
std::vector<bool> matched_lengths(const Parts& pattern, const Parts& path) {
  std::vector<bool> reached(path.size() + 1, false);
  reached[0] = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    std::vector<bool> next(path.size() + 1, false);
    if (pattern[i] == "**") {
      bool any = false;
      const bool is_last = i + 1 == pattern.size();
      for (std::size_t at = 0; at <= path.size(); ++at) {
        next[at] = is_last ? any : any || reached[at];  // at the end it stands for what is below, not for the folder itself
        any = any || reached[at];
      }
    } else {
      for (std::size_t at = 0; at < path.size(); ++at) {
        if (reached[at] && fnmatch(pattern[i].c_str(), path[at].c_str(), 0) == 0) next[at + 1] = true;
      }
    }
    reached = std::move(next);
  }
  return reached;
}

}  // namespace

IgnoreList::IgnoreList(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text = newline == std::string_view::npos ? std::string_view{} : text.substr(newline + 1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    Pattern pattern;
    if (line.front() == '!') {
      pattern.takes_back = true;
      line.remove_prefix(1);
    }
    if (line.starts_with("\\#") || line.starts_with("\\!")) line.remove_prefix(1);
    pattern.only_folders = line.ends_with('/');
    if (pattern.only_folders) line.remove_suffix(1);
    const bool is_anchored = line.find('/') != std::string_view::npos;
    pattern.parts = split(line);
    if (pattern.parts.empty()) continue;
    if (!is_anchored) pattern.parts.insert(pattern.parts.begin(), "**");
    patterns_.push_back(std::move(pattern));
  }
}

bool IgnoreList::ignores(const std::filesystem::path& path) const {
  if (patterns_.empty()) return false;
  const Parts parts = split(path.generic_string());
  bool is_ignored = false;
  for (const Pattern& pattern : patterns_) {
    const std::vector<bool> lengths = matched_lengths(pattern.parts, parts);
    bool matches = lengths.back() && !pattern.only_folders;
    for (std::size_t at = 1; at + 1 < lengths.size(); ++at) matches = matches || lengths[at];  // a folder above the file
    if (matches) is_ignored = !pattern.takes_back;
  }
  return is_ignored;
}

}  // namespace hookc
