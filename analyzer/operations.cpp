#include "analyzer/operations.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "analyzer/glob.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

constexpr std::array<std::string_view, 32> kLogWords{"audit",   "audits",  "auditing", "log",        "logs",       "logging",    "run",  "runs",  "history", "hist",   "control", "watermark",     "watermarks",
                                                     "hwm",     "meta",    "metadata", "monitor",    "monitoring", "tracking",   "lock", "locks", "event",   "events", "alert",   "alerts",        "notifications",
                                                     "status",  "execution", "executions", "invocation", "invocations", "checkpoint"};

/// What a log written together is of: `auditlog`, `joblogs`. A catalog and a blog are none.
constexpr std::array<std::string_view, 12> kLogged{"audit", "batch", "dbt", "error", "etl", "event", "job", "load", "model", "process", "run", "task"};

bool is_log_word(std::string_view word) {
  if (std::ranges::find(kLogWords, word) != kLogWords.end()) return true;
  if (word.ends_with('s')) word.remove_suffix(1);
  return word.ends_with("log") && std::ranges::find(kLogged, word.substr(0, word.size() - 3)) != kLogged.end();
}

}  // namespace

bool is_log_name(const Project& project, std::string_view name) {
  const auto& globs = project.settings.log_tables;
  if (std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_matches(glob, name); })) return true;
  const std::string lower = ascii_lower(name);
  std::size_t begin = 0;
  while (begin <= lower.size()) {
    const std::size_t end = std::min(lower.find('_', begin), lower.size());
    if (is_log_word(std::string_view{lower}.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

bool carries_run_key(const ProjectFacts& facts, const Text& text, ByteRange range) {
  const Sources& sources = *facts.sources;
  const auto& further = facts.project->settings.run_keys;
  const auto is_key = [&](std::string_view symbol) {
    if (symbol.find("invocation_id") != std::string_view::npos || symbol.find("run_started_at") != std::string_view::npos) return true;
    return std::any_of(further.begin(), further.end(), [&](const std::string& key) { return symbol.find(key) != std::string_view::npos; });
  };
  const std::span<const Run> runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
    if (end <= range.begin || runs[i].begin >= range.end) continue;
    const Origin origin = sources.describe(runs[i].position);
    if (origin.kind != Origin::Kind::File && is_key(origin.name)) return true;
    for (const Position input : origin.inputs) {
      if (is_key(sources.describe(input).name)) return true;
    }
  }
  return false;
}

bool is_operational_row(const SentSql& sent, const sql::Insert& insert) {
  const auto operational = [&](const sql::Expression& value) {
    if (value.shape == sql::Shape::Literal) return true;
    if (sent.text.view().substr(value.range.begin, value.range.size()).ends_with('*')) return false;  // `*`, `t.*`: whatever the source holds
    if (value.scan.columns.empty() && value.scan.relations.empty()) return true;  // clocks, session functions, literals put together
    if (value.shape == sql::Shape::Subquery || value.shape == sql::Shape::Call) {
      return value.scan.joins == 0 && value.scan.group_bys == 0 && !value.scan.calls.empty() &&
             std::all_of(value.scan.calls.begin(), value.scan.calls.end(), [](const sql::Call& call) {
               const std::string_view name = call.name.last();
               return name == "count" || name == "max" || name == "min" || call.volatility == sql::Volatility::Clock || !call.aggregate;
             });
    }
    return false;
  };
  if (insert.source == sql::Insert::Source::Values) {
    return std::all_of(insert.rows.begin(), insert.rows.end(), [&](const auto& row) { return std::all_of(row.begin(), row.end(), operational); });
  }
  if (insert.source == sql::Insert::Source::Query && insert.query) {
    return insert.query->scan.joins == 0 && insert.query->scan.group_bys == 0 && std::all_of(insert.query->items.begin(), insert.query->items.end(), operational);
  }
  return false;
}

}  // namespace hookc
