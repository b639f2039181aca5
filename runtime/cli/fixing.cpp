#include "runtime/cli/fixing.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hookc {

namespace {

/// Fixes that are tried on their own; more of them wait for the next call.
constexpr std::size_t kMaxTries = 200;

using Counts = std::map<std::pair<std::string, std::string>, std::size_t>;  // by file and code

Counts count(const Report& report) {
  Counts counts;
  for (const Finding& finding : report.findings) ++counts[{finding.location.file, finding.code}];
  return counts;
}

/// What was fixed is gone, and nothing came.
bool is_better(const Counts& before, const Counts& after, const std::vector<const Finding*>& fixed) {
  Counts most = before;
  for (const Finding* finding : fixed) {
    std::size_t& left = most[{finding->location.file, finding->code}];
    left = left == 0 ? 0 : left - 1;
  }
  return std::all_of(after.begin(), after.end(), [&](const auto& row) {
    const auto allowed = most.find(row.first);
    return allowed != most.end() && row.second <= allowed->second;
  });
}

ReplacedFiles files_with(const Sources& sources, const std::vector<const Finding*>& findings) {
  FileEdits edits;
  for (const Finding* finding : findings) add_edits(*finding->fix, edits);
  ReplacedFiles files;
  for (auto& [file, of_file] : edits) {
    if (const auto bytes = sources.file_bytes(file)) files.emplace(file, apply_edits(*bytes, std::move(of_file)));
  }
  return files;
}

}  // namespace

Fixed find_fixes(const Sources& sources, const Report& before, const FixRequest& request) {
  std::vector<const Finding*> wanted;
  for (const Finding& finding : before.findings) {
    if (finding.fix && !finding.fix->edits.empty() && (finding.fix->safe || request.unsafe) && request.is_wanted(finding)) wanted.push_back(&finding);
  }
  if (wanted.empty()) return {};
  const Counts counts = count(before);
  const auto try_out = [&](const std::vector<const Finding*>& findings) -> std::optional<ReplacedFiles> {
    ReplacedFiles files = files_with(sources, findings);
    const auto after = request.lint_with(files);
    if (!after || !is_better(counts, count(*after), findings)) return std::nullopt;
    return files;
  };
  if (auto files = try_out(wanted)) return Fixed{*std::move(files), wanted.size()};
  Fixed best;
  std::vector<const Finding*> kept;
  for (std::size_t i = 0; i < wanted.size() && i < kMaxTries; ++i) {
    kept.push_back(wanted[i]);
    if (auto files = try_out(kept)) {
      best = Fixed{*std::move(files), kept.size()};
    } else {
      kept.pop_back();
    }
  }
  return best;
}

}  // namespace hookc
