// analyze: all rules over all hooks of a project, and what becomes of their findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts.h"
#include "analyzer/rule.h"

namespace hookc {

struct AnalyzeOptions {
  std::vector<std::string> rules;    // codes or names; empty: all
  std::vector<std::string> ignored;
  bool include_packages = false;     // findings inside dbt_packages/
  bool statements = false;           // fill Report::statements
  const Target* target = nullptr;    // the one to look at; null: open
};

/// One line of `--statements`.
struct StatementReport {
  std::string hook;
  std::vector<std::string> when;
  std::string sql;
  std::string kind;
  std::string dialect;
  Verdict verdict;
};

struct Report {
  std::vector<Finding> findings;     // by file, line, column, code
  std::vector<StatementReport> statements;
  std::vector<std::string> notes;    // what the reader must know: no dialect, budgets that ended a search
  std::size_t hooks = 0;
  std::size_t paths = 0;
  bool complete = true;
  [[nodiscard]] std::size_t count(Severity severity) const;
};

/// The reports of parts (hooks, projects) as one.
Report merge_reports(std::vector<Report> reports);

/// Rules, suppressions (`-- hookc: allow(rule-name) reason`), and the diagnostics of loading as findings of their own.
Report analyze(Sources& sources, const Project& project, sql::Dialect dialect, const AnalyzeOptions& options);

}  // namespace hookc
