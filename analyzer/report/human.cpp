#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "analyzer/report/report.h"
#include "compiler/base/code_frame.h"

namespace hookc {

namespace {

std::string paint(bool color, std::string_view code, std::string_view text) { return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text}; }

std::string counted(std::size_t count, std::string_view noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

void write_finding(std::ostream& out, const Finding& finding, const Sources& sources, bool color) {
  const Location& at = finding.location;
  out << fmt::format("{}:{}:{}: {} {}\n", for_terminal(at.file), at.line, at.column, paint(color, color_of(finding.severity), fmt::format("{} {} [{}]", name_of(finding.severity), finding.code, finding.name)),
                     for_terminal(finding.message));
  out << code_frame(at, sources, {}, color);
  std::vector<CallLine> calls;
  for (const TraceLine& line : finding.trace) calls.push_back({line.macro, fmt::format("{}:{}", for_terminal(line.file), line.line)});
  out << format_calls(calls);
  const std::vector<std::string> conditions = conditions_of(finding);
  if (!conditions.empty()) out << fmt::format("  when {}\n", for_terminal(shortened(conditions, "and")));
  if (!finding.help.empty()) out << fmt::format("  {} {}\n", paint(color, "1;32", "help:"), for_terminal(finding.help));
  out << '\n';
}

}  // namespace

void write_findings(std::ostream& out, const Report& report, const Sources& sources, bool color) {
  for (const Finding& finding : report.findings) write_finding(out, finding, sources, color);
}

void write_summary(std::ostream& out, const Report& report, bool color) {
  for (const StatementReport& row : report.statements) {
    out << fmt::format("{}: {} ({}) rerun {}, retry {}{}{}\n", row.hook, row.kind, row.dialect, name_of(row.verdict.rerun), name_of(row.verdict.retry), row.verdict.accepted ? ", accepted" : "",
                       row.verdict.reason.empty() ? "" : ": " + row.verdict.reason);
  }
  for (const std::string& note : report.notes) out << fmt::format("{} {}\n", paint(color, "1;36", "note:"), note);
  out << fmt::format("{} on {}: {}, {}, {}\n", counted(report.hooks, "hook"), counted(report.paths, "path"), counted(report.count(Severity::Error), "error"),
                     counted(report.count(Severity::Warning), "warning"), counted(report.count(Severity::Info), "info"));
}

}  // namespace hookc
