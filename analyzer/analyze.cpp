#include "analyzer/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/glob.h"
#include "analyzer/reach.h"
#include "analyzer/suppress.h"
#include "compiler/base/parallel.h"

namespace hookc {

namespace {

bool is_named(const std::vector<std::string>& names, const Rule& rule) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return find_rule(name) == &rule; });
}

bool is_chosen(const AnalyzeOptions& options, const Rule& rule) {
  if (is_named(options.ignored, rule)) return false;
  return options.rules.empty() || is_named(options.rules, rule);
}

/// What hookc.yml says of the severity of a rule.
void apply_severities(const Project& project, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    for (const auto& [rule, severity] : project.settings.severities) {
      if (find_rule(rule.name) == find_rule(finding.code)) finding.severity = severity;
    }
  }
}

/// Rules that hookc.yml leaves out of some paths.
bool is_left_out(const Project& project, const Finding& finding) {
  std::error_code error;
  const std::string path = std::filesystem::absolute(finding.location.file, error).lexically_normal().lexically_relative(project.root).generic_string();
  return std::any_of(project.settings.per_path.begin(), project.settings.per_path.end(), [&](const Project::Settings::PathRules& rules) {
    return glob_matches(rules.glob, path) && std::any_of(rules.ignored_rules.begin(), rules.ignored_rules.end(), [&](const auto& rule) { return find_rule(rule.name) == find_rule(finding.code); });
  });
}

/// The finding that a diagnostic of loading comes to. What cannot be read is one rule's business, whatever kind of file it is.
Finding finding_of(const Sources& sources, const Diagnostic& diagnostic) {
  const Rule& rule = *find_rule("HK902");
  Finding finding;
  finding.code = std::string{rule.code};
  finding.name = std::string{rule.name};
  finding.severity = diagnostic.severity;
  finding.message = diagnostic.message;
  if (const auto at = sources.locate(diagnostic.span)) finding.location = *at;
  finding.help = diagnostic.help;
  return finding;
}

/// What loading could not know is no fault of the project.
std::string note_of(const Sources& sources, const Diagnostic& diagnostic) {
  const auto at = sources.locate(diagnostic.span);
  return (at ? fmt::format("{}:{}: ", at->file, at->line) : "") + diagnostic.message;
}

auto place_of_finding(const Finding& finding) {
  return std::tie(finding.location.file, finding.location.line, finding.location.column, finding.code, finding.message);
}

/// Findings of one code at one place are one finding: by path, by hook, by caller. On every path beats any condition.
void merge_same(std::vector<Finding>& findings) {
  const auto key = [](const Finding& finding) { return std::tie(finding.location.file, finding.location.begin, finding.location.line, finding.location.column, finding.code); };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  std::vector<Finding> merged;
  for (Finding& finding : findings) {
    if (merged.empty() || key(merged.back()) != key(finding)) {
      merged.push_back(std::move(finding));
      continue;
    }
    Finding& kept = merged.back();
    if (finding.severity > kept.severity) {
      kept.severity = finding.severity;
      kept.message = finding.message;
    }
    if (kept.hook != finding.hook) {
      if (kept.also.empty() || kept.also.back() != finding.hook) kept.also.push_back(finding.hook);  // they come in the order of hooks
      continue;
    }
    for (auto& when : finding.when) {
      if (std::find(kept.when.begin(), kept.when.end(), when) == kept.when.end()) kept.when.push_back(std::move(when));
    }
  }
  for (Finding& finding : merged) {
    const bool always = std::any_of(finding.when.begin(), finding.when.end(), [](const auto& when) { return when.empty(); });
    if (always) finding.when.clear();
  }
  findings = std::move(merged);
}

/// Conditions that make no difference go: `a and b` beside `a and not b` is `a`; all ways through a question are none.
class Conditions {
 public:
  explicit Conditions(const std::vector<std::vector<std::string>>& when) {
    for (const auto& texts : when) {
      Row row;
      for (const std::string& text : texts) row.push_back(literal_of(text));
      add(std::move(row));
    }
  }

  std::vector<std::vector<std::string>> simplified() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i]) settle(i);
    }
    std::vector<std::vector<std::string>> when;
    for (const std::optional<Row>& row : rows_) {
      if (!row) continue;
      std::vector<std::string> texts;
      for (const std::size_t literal : *row) texts.push_back(texts_[literal]);
      when.push_back(std::move(texts));
    }
    return when;
  }

 private:
  /// Numbers of conditions; that of the opposite differs in the last bit.
  using Row = std::vector<std::size_t>;

  std::size_t literal_of(const std::string& text) {
    const bool is_negated = text.starts_with("not ");
    const std::string plain = is_negated ? text.substr(4) : text;
    const auto [known, is_new] = numbers_.emplace(plain, texts_.size());
    if (is_new) texts_.insert(texts_.end(), {plain, "not " + plain});
    return known->second + (is_negated ? 1 : 0);
  }

  void add(Row row) {
    if (places_.emplace(row, rows_.size()).second) rows_.emplace_back(std::move(row));
  }

  /// Merges the row with its opposites until it has none.
  void settle(std::size_t index) {
    while (const std::optional<Opposite> opposite = find_opposite(*rows_[index])) {
      Row merged = *rows_[index];
      merged.erase(merged.begin() + static_cast<std::ptrdiff_t>(opposite->literal));
      for (const std::size_t gone : {index, opposite->row}) {
        places_.erase(*rows_[gone]);
        rows_[gone].reset();
      }
      index = std::min(index, opposite->row);
      if (!places_.emplace(merged, index).second) return;  // it is there already
      rows_[index] = std::move(merged);
    }
  }

  struct Opposite {
    std::size_t row;
    std::size_t literal;  // the one in which they differ
  };
  [[nodiscard]] std::optional<Opposite> find_opposite(const Row& row) const {
    Row flipped = row;
    for (std::size_t k = 0; k < row.size(); ++k) {
      flipped[k] = row[k] ^ 1U;
      if (const auto found = places_.find(flipped); found != places_.end()) return Opposite{found->second, k};
      flipped[k] = row[k];
    }
    return std::nullopt;
  }

  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;          // by number
  std::vector<std::optional<Row>> rows_;    // those that were merged into others are gone
  std::map<Row, std::size_t> places_;       // of the rows that are left
};

void simplify_conditions(std::vector<std::vector<std::string>>& when, std::size_t paths) {
  if (when.size() >= paths && paths > 0) {
    when.clear();
    return;
  }
  when = Conditions{when}.simplified();
  if (std::any_of(when.begin(), when.end(), [](const auto& conditions) { return conditions.empty(); })) when.clear();
}

void add_statements(const ProjectFacts& facts, const HookFacts& hook, const Verdicts& verdicts, Report& report) {
  for (std::size_t p = 0; p < hook.executing.size(); ++p) {
    const PathFacts& path = hook.executing[p];
    for (std::size_t s = 0; s < path.sent.size(); ++s) {
      for (std::size_t i = 0; i < path.sent[s].script.statements.size(); ++i) {
        const sql::Statement& statement = path.sent[s].script.statements[i];
        StatementReport row;
        row.hook = hook.hook->id;
        row.when = path.when();
        row.sql = std::string{path.sent[s].text.view().substr(statement.range.begin, statement.range.size())};
        row.kind = std::string{sql::kind_name(statement)};
        row.dialect = std::string{sql::name_of(facts.dialect)};
        row.verdict = verdicts.of(p, s, i);
        report.statements.push_back(std::move(row));
      }
    }
  }
}

Report analyze_hook(const ProjectFacts& facts, std::size_t index, const AnalyzeOptions& options) {
  Report report;
  report.hooks = 1;
  const HookFacts& hook = facts.hooks[index];
  const Verdicts verdicts = run_twice(facts, index);
  const RuleInput input{hook, facts, verdicts};
  for (const Rule* rule : all_rules()) {
    if (!is_chosen(options, *rule)) continue;
    Findings findings{facts, hook, *rule};
    rule->check(input, findings);
    std::vector<Finding>& all = findings.all();
    merge_same(all);
    for (Finding& finding : all) {
      simplify_conditions(finding.when, hook.executing.size());
      report.findings.push_back(std::move(finding));
    }
  }
  if (options.statements) add_statements(facts, hook, verdicts, report);
  report.paths += hook.executing.size() + hook.parsing.size();
  if (!hook.complete) {
    report.complete = false;
    report.notes.push_back(fmt::format("not all paths of `{}` were looked at: {}", hook.hook->id, hook.stopped_by));
  }
  return report;
}

/// What is known to the end: the texts of hooks, and the macros that they reach.
std::vector<LookedAt> looked_at(const ProjectFacts& facts) {
  std::vector<std::vector<Span>> of_hooks(facts.hooks.size());
  share_work(of_hooks.size(), [&] {
    return [&](std::size_t i) {
      for (const ReachedBody& body : reached_bodies(facts, facts.hooks[i])) of_hooks[i].push_back(body.whole);
    };
  });
  std::set<std::tuple<SourceId, std::uint32_t, std::uint32_t>> seen;  // many hooks reach the same macros
  std::vector<LookedAt> parts;
  for (const std::vector<Span>& bodies : of_hooks) {
    for (const Span span : bodies) {
      if (!seen.emplace(span.source, span.begin, span.end).second) continue;
      if (const auto at = facts.sources->locate(span)) parts.push_back(LookedAt{at->file, at->line, at->end_line});
    }
  }
  return parts;
}

bool is_in_package(const Finding& finding) {
  return finding.location.file.find("dbt_packages/") != std::string::npos || finding.location.file.starts_with("<dbt>");
}

}  // namespace

std::size_t Report::count(Severity severity) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.severity == severity; }));
}

Report merge_reports(std::vector<Report> reports) {
  Report all;
  for (Report& report : reports) {
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(all.findings));
    std::move(report.statements.begin(), report.statements.end(), std::back_inserter(all.statements));
    for (std::string& note : report.notes) {
      if (std::find(all.notes.begin(), all.notes.end(), note) == all.notes.end()) all.notes.push_back(std::move(note));
    }
    all.hooks += report.hooks;
    all.paths += report.paths;
    all.complete = all.complete && report.complete;
  }
  return all;
}

Report analyze(Sources& sources, const Project& project, sql::Dialect dialect, const AnalyzeOptions& options) {
  const ProjectFacts facts = collect_facts(sources, project, dialect, options.target);
  std::vector<Report> parts(facts.hooks.size());
  share_work(parts.size(), [&] { return [&](std::size_t i) { parts[i] = analyze_hook(facts, i, options); }; });
  Report report = merge_reports(std::move(parts));
  if (is_chosen(options, *find_rule("HK902"))) {
    for (const Diagnostic& diagnostic : project.diagnostics) {
      if (diagnostic.severity != Severity::Info) report.findings.push_back(finding_of(sources, diagnostic));
    }
  }
  for (const Diagnostic& diagnostic : project.diagnostics) {
    if (diagnostic.severity == Severity::Info) report.notes.push_back(note_of(sources, diagnostic));
  }
  if (dialect == sql::Dialect::Generic) report.notes.push_back("the dialect is not known, so rules that depend on it stay silent: pass --dialect, or set `dialect:` in hookc.yml");
  for (const std::string& package : project.installed_packages_missing) report.notes.push_back(fmt::format("package `{}` is not installed: what it defines is not known", package));
  merge_same(report.findings);
  if (!options.include_packages) std::erase_if(report.findings, [&](const Finding& finding) { return is_in_package(finding); });
  if (!project.settings.per_path.empty()) std::erase_if(report.findings, [&](const Finding& finding) { return is_left_out(project, finding); });
  apply_severities(project, report.findings);
  SuppressionOptions suppression;
  suppression.report = is_chosen(options, *find_rule("HK901"));
  suppression.all_rules = options.rules.empty() && report.complete;
  apply_suppressions(sources, looked_at(facts), suppression, report.findings);
  std::sort(report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) { return place_of_finding(a) < place_of_finding(b); });
  return report;
}

}  // namespace hookc
