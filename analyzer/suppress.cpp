#include "analyzer/suppress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "compiler/base/similar.h"

namespace hookc {

namespace {

constexpr std::string_view kMark = "hookc: allow(";

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Nothing but a comment: it speaks for the line below.
bool is_comment_line(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("--") || line.starts_with("{#") || line.starts_with("#") || line.starts_with("/*") || line.starts_with("//");
}

struct Suppression {
  std::uint32_t line = 0;    // from 1
  std::uint32_t speaks_for = 0;
  Location where;            // of the names
  std::vector<std::string> names;
  bool has_reason = false;
  std::set<std::string> used;
};

std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Whatever closes the comment or the string that it stands in is no reason.
bool is_reason(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }) > 1;
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t comma = list.find(',');
    if (const std::string_view name = trimmed(list.substr(0, comma)); !name.empty()) names.emplace_back(name);
    if (comma == std::string_view::npos) return names;
    list.remove_prefix(comma + 1);
  }
}

std::vector<Suppression> read_suppressions(const std::string& file, std::string_view bytes) {
  std::vector<Suppression> found;
  std::vector<std::size_t> waiting;  // for the line that they speak for
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin <= bytes.size();) {
    ++number;
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    const std::string_view line = bytes.substr(begin, end - begin);
    const bool alone = is_comment_line(line);
    if (!alone) {
      for (const std::size_t at : waiting) found[at].speaks_for = number;
      waiting.clear();
    }
    const std::size_t mark = line.find(kMark);
    const std::size_t close = mark == std::string_view::npos ? mark : line.find(')', mark);
    if (close != std::string_view::npos) {
      Suppression one;
      one.line = one.speaks_for = number;
      one.names = names_in(line.substr(mark + kMark.size(), close - mark - kMark.size()));
      one.has_reason = is_reason(line.substr(close + 1));
      one.where = Location{file, number, code_points(line.substr(0, mark)) + 1, number, code_points(line.substr(0, close + 1)) + 1, static_cast<std::uint32_t>(begin + mark), static_cast<std::uint32_t>(begin + close + 1)};
      found.push_back(std::move(one));
      if (alone) waiting.push_back(found.size() - 1);
    }
    begin = end + 1;
  }
  return found;
}

bool accepts(Suppression& suppression, const Finding& finding) {
  if (finding.location.line != suppression.line && finding.location.line != suppression.speaks_for) return false;
  const auto name = std::find_if(suppression.names.begin(), suppression.names.end(), [&](const std::string& one) { return one == finding.name || one == finding.code; });
  if (name == suppression.names.end()) return false;
  suppression.used.insert(*name);
  return true;
}

Finding finding_at(const Suppression& suppression, std::string message, std::string help) {
  const Rule& rule = *find_rule("HK901");
  Finding finding;
  finding.code = std::string{rule.code};
  finding.name = std::string{rule.name};
  finding.severity = rule.severity;
  finding.message = std::move(message);
  finding.location = suppression.where;
  finding.help = std::move(help);
  return finding;
}

void report(const Suppression& suppression, bool was_looked_at, bool all_rules, std::vector<Finding>& findings) {
  if (suppression.names.empty() || suppression.names.front() == "all" || suppression.names.front() == "*") {
    findings.push_back(finding_at(suppression, "this accepts everything, which is not done", "name the rules: `allow(rule-name)`"));
    return;
  }
  bool is_known = true;
  for (const std::string& name : suppression.names) {
    if (find_rule(name) != nullptr) {
      const bool unused = was_looked_at && all_rules && !suppression.used.contains(name);
      if (unused) findings.push_back(finding_at(suppression, fmt::format("there is no `{}` here to accept", name), "remove it"));
      continue;
    }
    is_known = false;
    std::vector<std::string> rules;
    for (const Rule* rule : hookc::all_rules()) rules.emplace_back(rule->name);
    const std::string meant = did_you_mean(name, rules);
    findings.push_back(finding_at(suppression, fmt::format("there is no rule `{}`", name), meant.empty() ? "`hookc rules` lists them" : meant));
  }
  if (is_known && !suppression.has_reason) findings.push_back(finding_at(suppression, "this gives no reason", "say behind the bracket why it is fine here"));
}

}  // namespace

void apply_suppressions(const Sources& sources, const std::vector<LookedAt>& looked_at, const SuppressionOptions& options, std::vector<Finding>& findings) {
  std::map<std::string, std::vector<Suppression>, std::less<>> files;
  const auto read = [&](const std::string& file) -> std::vector<Suppression>& {
    const auto known = files.find(file);
    if (known != files.end()) return known->second;
    const auto bytes = sources.file_bytes(file);
    const bool marked = bytes && bytes->find(kMark) != std::string_view::npos;
    return files.emplace(file, marked ? read_suppressions(file, *bytes) : std::vector<Suppression>{}).first->second;
  };
  std::erase_if(findings, [&](const Finding& finding) {
    bool accepted = false;
    for (Suppression& suppression : read(finding.location.file)) accepted = accepts(suppression, finding) || accepted;
    return accepted;
  });
  if (!options.report) return;
  for (const LookedAt& part : looked_at) read(part.file);
  for (const auto& [file, suppressions] : files) {
    for (const Suppression& suppression : suppressions) {
      const bool was_looked_at = std::any_of(looked_at.begin(), looked_at.end(), [&, &name = file](const LookedAt& part) { return part.file == name && part.first_line <= suppression.speaks_for && suppression.line <= part.last_line; });
      report(suppression, was_looked_at, options.all_rules, findings);
    }
  }
}

}  // namespace hookc
