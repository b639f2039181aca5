#include "analyzer/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace hookc {

namespace {

constexpr std::size_t kContext = 3;

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t size = end == std::string_view::npos ? bytes.size() : end + 1;
    lines.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return lines;
}

void print_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

}  // namespace

void add_edits(const Fix& fix, FileEdits& edits) {
  for (const Edit& edit : fix.edits) edits[edit.where.file].push_back(edit);
}

std::string apply_edits(std::string_view bytes, std::vector<Edit> edits) {
  const auto key = [](const Edit& edit) { return std::tie(edit.where.begin, edit.where.end, edit.text); };
  std::stable_sort(edits.begin(), edits.end(), [&](const Edit& a, const Edit& b) { return key(a) < key(b); });
  edits.erase(std::unique(edits.begin(), edits.end(), [&](const Edit& a, const Edit& b) { return key(a) == key(b); }), edits.end());
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    if (edit.where.begin < at || edit.where.end > bytes.size()) continue;
    out += bytes.substr(at, edit.where.begin - at);
    out += edit.text;
    at = edit.where.end;
  }
  return out + std::string{bytes.substr(at)};
}

std::string unified_diff(std::string_view file, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const std::vector<std::string_view> old_lines = lines_of(before);
  const std::vector<std::string_view> new_lines = lines_of(after);
  // fixes stay within their lines, so that lines correspond one to one; where they do not, everything between the common ends is one change
  const bool paired = old_lines.size() == new_lines.size();
  std::string out = fmt::format("--- a/{}\n+++ b/{}\n", file, file);
  std::size_t common = 0;
  while (common < old_lines.size() && common < new_lines.size() && old_lines[common] == new_lines[common]) ++common;
  if (!paired) {
    std::size_t tail = 0;
    while (tail + common < std::min(old_lines.size(), new_lines.size()) && old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) ++tail;
    const std::size_t removed = old_lines.size() - tail - common;
    const std::size_t added = new_lines.size() - tail - common;
    // of no lines it is the line before them that is named
    out += fmt::format("@@ -{},{} +{},{} @@\n", common + (removed == 0 ? 0 : 1), removed, common + (added == 0 ? 0 : 1), added);
    for (std::size_t i = common; i + tail < old_lines.size(); ++i) print_line(out, '-', old_lines[i]);
    for (std::size_t i = common; i + tail < new_lines.size(); ++i) print_line(out, '+', new_lines[i]);
    return out;
  }
  const auto differs = [&](std::size_t i) { return i < old_lines.size() && old_lines[i] != new_lines[i]; };
  for (std::size_t i = common; i < old_lines.size();) {
    if (!differs(i)) {
      ++i;
      continue;
    }
    const std::size_t begin = i < kContext ? 0 : i - kContext;
    std::size_t last = i;
    for (std::size_t j = i; j < old_lines.size() && j <= last + 2 * kContext; ++j) last = differs(j) ? j : last;
    const std::size_t end = std::min(old_lines.size(), last + kContext + 1);
    out += fmt::format("@@ -{},{} +{},{} @@\n", begin + 1, end - begin, begin + 1, end - begin);
    for (std::size_t j = begin; j < end;) {
      if (!differs(j)) {
        print_line(out, ' ', old_lines[j++]);
        continue;
      }
      const std::size_t first = j;
      for (; j < end && differs(j); ++j) print_line(out, '-', old_lines[j]);
      for (std::size_t k = first; k < j; ++k) print_line(out, '+', new_lines[k]);
    }
    i = end;
  }
  return out;
}

}  // namespace hookc
