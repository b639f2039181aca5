#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "analyzer/report/report.h"

namespace hookc {

namespace {

using Json = nlohmann::ordered_json;

/// A condition that people cannot read helps nobody: so many ways of a finding are told, and so many conditions of each.
constexpr std::size_t kMaxWays = 4;
constexpr std::size_t kMaxConditions = 6;

Json edit_json(const Edit& edit) {
  return Json{{"file", edit.where.file}, {"line", edit.where.line},         {"column", edit.where.column}, {"end_line", edit.where.end_line}, {"end_column", edit.where.end_column},
              {"begin", edit.where.begin}, {"end", edit.where.end}, {"text", edit.text}};
}

Json finding_json(const Finding& finding) {
  Json trace = Json::array();
  for (const TraceLine& line : finding.trace) trace.push_back(Json{{"macro", line.macro}, {"file", line.file}, {"line", line.line}});
  Json fix = nullptr;
  if (finding.fix) {
    Json edits = Json::array();
    for (const Edit& edit : finding.fix->edits) edits.push_back(edit_json(edit));
    fix = Json{{"safe", finding.fix->safe}, {"edits", std::move(edits)}};
  }
  return Json{{"code", finding.code},
              {"name", finding.name},
              {"severity", name_of(finding.severity)},
              {"message", finding.message},
              {"file", finding.location.file},
              {"line", finding.location.line},
              {"column", finding.location.column},
              {"end_line", finding.location.end_line},
              {"end_column", finding.location.end_column},
              {"hook", finding.hook},
              {"also", finding.also},
              {"when", conditions_of(finding)},
              {"trace", std::move(trace)},
              {"fix", std::move(fix)},
              {"help", finding.help}};
}

Json statement_json(const StatementReport& row) {
  return Json{{"hook", row.hook}, {"when", row.when}, {"sql", row.sql}, {"kind", row.kind}, {"dialect", row.dialect}, {"rerun", name_of(row.verdict.rerun)}, {"retry", name_of(row.verdict.retry)},
              {"accepted", row.verdict.accepted}, {"reason", row.verdict.reason}};
}

}  // namespace

std::vector<std::string> conditions_of(const Finding& finding) {
  if (finding.when.empty()) return {};
  if (finding.when.size() == 1) return finding.when.front();
  std::vector<std::string> shared = finding.when.front();
  for (const auto& way : finding.when) {
    std::erase_if(shared, [&](const std::string& condition) { return std::find(way.begin(), way.end(), condition) == way.end(); });
  }
  std::vector<std::string> ways;
  for (const auto& way : finding.when) {
    std::vector<std::string> own = way;
    std::erase_if(own, [&](const std::string& condition) { return std::find(shared.begin(), shared.end(), condition) != shared.end(); });
    if (own.empty()) return shared;
    if (ways.size() < kMaxWays) ways.push_back(own.size() == 1 ? own.front() : fmt::format("({})", shortened(own, "and")));
  }
  if (finding.when.size() > ways.size()) ways.push_back(fmt::format("in {} other ways", finding.when.size() - ways.size()));
  shared.push_back(fmt::format("{}", fmt::join(ways, " or ")));
  return shared;
}

std::string shortened(const std::vector<std::string>& conditions, std::string_view word) {
  const std::size_t shown = std::min(conditions.size(), kMaxConditions);
  std::string text = fmt::format("{}", fmt::join(conditions.begin(), conditions.begin() + static_cast<std::ptrdiff_t>(shown), fmt::format(" {} ", word)));
  if (shown < conditions.size()) text += fmt::format(" {} {} more", word, conditions.size() - shown);
  return text;
}

void write_json(std::ostream& out, const Report& report, bool statements) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding));
  Json document{{"version", 1}, {"findings", std::move(findings)}};
  if (statements) {
    Json rows = Json::array();
    for (const StatementReport& row : report.statements) rows.push_back(statement_json(row));
    document["statements"] = std::move(rows);
  }
  document["notes"] = report.notes;
  document["summary"] = Json{{"hooks", report.hooks}, {"paths", report.paths}, {"complete", report.complete}, {"errors", report.count(Severity::Error)},
                             {"warnings", report.count(Severity::Warning)}, {"infos", report.count(Severity::Info)}};
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace hookc
