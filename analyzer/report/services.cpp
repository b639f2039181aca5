// Formats that services read: SARIF, GitHub's workflow commands, GitLab's code quality, JUnit.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "analyzer/report/report.h"
#include "compiler/base/sha256.h"

namespace hookc {

namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string message_of(const Finding& finding) { return finding.help.empty() ? finding.message : finding.message + "; " + finding.help; }

/// Tells findings apart, and knows each again in the next run wherever its line has moved; equal ones are counted.
class Fingerprints {
 public:
  std::string of(const Finding& finding) {
    const std::string what = fmt::format("{}\n{}\n{}\n{}", finding.code, finding.location.file, finding.message, finding.hook);
    return sha256(fmt::format("{}\n{}", what, seen_[what]++)).substr(0, 32);
  }

 private:
  std::map<std::string, std::size_t> seen_;
};

/// A path as a URI: everything but letters, digits and what paths are made of as `%XX`.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view{"-._~/"}.find(c) != std::string_view::npos;
    out += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out;
}

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;  // XML has no other control characters
        else out += '?';
    }
  }
  return out;
}

}  // namespace

void write_sarif(std::ostream& out, const Report& report) {
  Json rules = Json::array();
  std::set<std::string> used;
  for (const Finding& finding : report.findings) used.insert(finding.code);
  for (const Rule* rule : all_rules()) {
    if (!used.contains(std::string{rule->code})) continue;
    rules.push_back({{"id", rule->code}, {"name", rule->name}, {"shortDescription", {{"text", rule->summary}}}, {"fullDescription", {{"text", rule->rationale}}}});
  }
  Json results = Json::array();
  Fingerprints fingerprints;
  for (const Finding& finding : report.findings) {
    const Location& at = finding.location;
    results.push_back({{"ruleId", finding.code},
                       {"level", finding.severity == Severity::Info ? "note" : name_of(finding.severity)},
                       {"message", {{"text", message_of(finding)}}},
                       {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(at.file)}}}, {"region", {{"startLine", at.line}, {"startColumn", at.column}, {"endLine", at.end_line}, {"endColumn", at.end_column}}}}}}})},
                       {"partialFingerprints", {{"hookc/v1", fingerprints.of(finding)}}}});
  }
  const Json driver{{"name", "hookc"}, {"version", HOOKC_VERSION}, {"rules", std::move(rules)}};
  out << dumped(Json{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({{{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}}})}});
}

void write_github(std::ostream& out, const Report& report) {
  for (const Finding& finding : report.findings) {
    const Location& at = finding.location;
    const std::string_view command = finding.severity == Severity::Info ? "notice" : name_of(finding.severity);
    out << fmt::format("::{} file={},line={},col={},endLine={},endColumn={},title={}::{}\n", command, escaped(at.file, "%\r\n:,"), at.line, at.column, at.end_line, at.end_column,
                       escaped(finding.code + " " + finding.name, "%\r\n:,"), escaped(message_of(finding), "%\r\n"));
  }
}

void write_gitlab(std::ostream& out, const Report& report) {
  Json rows = Json::array();
  Fingerprints fingerprints;
  for (const Finding& finding : report.findings) {
    const std::string_view severity = finding.severity == Severity::Error ? "major" : finding.severity == Severity::Warning ? "minor" : "info";
    rows.push_back({{"description", message_of(finding)}, {"check_name", finding.code}, {"fingerprint", fingerprints.of(finding)}, {"severity", severity}, {"location", {{"path", finding.location.file}, {"lines", {{"begin", finding.location.line}}}}}});
  }
  out << dumped(rows);
}

void write_junit(std::ostream& out, const Report& report) {
  const std::size_t failures = report.count(Severity::Error) + report.count(Severity::Warning);
  out << fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"hookc lint\" tests=\"{}\" failures=\"{}\">\n", std::max<std::size_t>(report.findings.size(), 1), failures);
  if (report.findings.empty()) out << "    <testcase name=\"no findings\"/>\n";
  for (const Finding& finding : report.findings) {
    const std::string place = fmt::format("{}:{}:{}", finding.location.file, finding.location.line, finding.location.column);
    out << fmt::format("    <testcase classname=\"{}\" name=\"{}\">", xml(finding.location.file), xml(fmt::format("{} {} {}", finding.code, finding.name, place)));
    if (finding.severity == Severity::Info) out << fmt::format("<system-out>{}</system-out>", xml(message_of(finding)));
    else out << fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>", name_of(finding.severity), xml(finding.message), xml(place + ": " + message_of(finding)));
    out << "</testcase>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace hookc
