// Boost.Test: what is made of findings: formats of services, edits of files, baselines, globs of settings.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "analyzer/baseline.h"
#include "analyzer/fix.h"
#include "analyzer/glob.h"
#include "analyzer/report/report.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

Finding finding(std::string code, Severity severity, std::string file, std::uint32_t line) {
  Finding made;
  made.code = std::move(code);
  made.name = std::string{find_rule(made.code)->name};
  made.severity = severity;
  made.message = "50% of `a<b>` & \"c\",\nsecond: line";
  made.help = "do x";
  made.location = Location{std::move(file), line, 3, line, 9, 10, 16};
  made.hook = "on-run-start.shop.0";
  return made;
}

Report report_of_three() {
  Report report;
  report.findings = {finding("HK101", Severity::Error, "a b/%x.sql", 2), finding("HK101", Severity::Error, "a b/%x.sql", 7), finding("HK601", Severity::Info, "m.sql", 1)};
  return report;
}

template <class Write>
std::string written(Write&& write, const Report& report) {
  std::ostringstream out;
  write(out, report);
  return out.str();
}

// ------------------------------------------------------------------------------------------------------------------------ formats

BOOST_AUTO_TEST_CASE(sarif_has_what_its_schema_requires) {
  const auto log = nlohmann::json::parse(written(write_sarif, report_of_three()));
  BOOST_TEST(log.at("version") == "2.1.0");
  BOOST_REQUIRE(log.at("runs").size() == 1U);
  const auto& run = log["runs"][0];
  const auto& driver = run.at("tool").at("driver");
  BOOST_TEST(driver.at("name") == "hookc");
  std::set<std::string> rules;
  for (const auto& rule : driver.at("rules")) {
    BOOST_TEST(rules.insert(rule.at("id").get<std::string>()).second);
    BOOST_TEST(!rule.at("shortDescription").at("text").get<std::string>().empty());
  }
  BOOST_TEST((rules == std::set<std::string>{"HK101", "HK601"}));
  BOOST_REQUIRE(run.at("results").size() == 3U);
  std::set<std::string> fingerprints;
  for (const auto& result : run["results"]) {
    BOOST_TEST(rules.contains(result.at("ruleId").get<std::string>()));
    BOOST_TEST((std::set<std::string>{"error", "warning", "note"}.contains(result.at("level").get<std::string>())));
    BOOST_TEST(!result.at("message").at("text").get<std::string>().empty());
    const auto& region = result.at("locations").at(0).at("physicalLocation").at("region");
    BOOST_TEST(region.at("startLine").get<int>() >= 1);
    BOOST_TEST(region.at("endColumn").get<int>() > region.at("startColumn").get<int>());
    fingerprints.insert(result.at("partialFingerprints").begin()->get<std::string>());
  }
  BOOST_TEST(fingerprints.size() == 3U);
  BOOST_TEST(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%25x.sql");
  BOOST_TEST(run["results"][2]["level"] == "note");
}

BOOST_AUTO_TEST_CASE(a_fingerprint_outlives_a_moved_line) {
  Report report = report_of_three();
  const auto before = nlohmann::json::parse(written(write_gitlab, report));
  for (Finding& each : report.findings) each.location.line += 10;
  const auto after = nlohmann::json::parse(written(write_gitlab, report));
  for (std::size_t i = 0; i < before.size(); ++i) BOOST_TEST(before[i]["fingerprint"] == after[i]["fingerprint"]);
}

BOOST_AUTO_TEST_CASE(githubs_commands_are_one_line_each_and_escaped) {
  const std::string text = written(write_github, report_of_three());
  std::istringstream lines{text};
  std::vector<std::string> commands;
  for (std::string line; std::getline(lines, line);) commands.push_back(line);
  BOOST_REQUIRE(commands.size() == 3U);
  BOOST_TEST(commands[0] == "::error file=a b/%25x.sql,line=2,col=3,endLine=2,endColumn=9,title=HK101 create-without-guard::50%25 of `a<b>` & \"c\",%0Asecond: line; do x");
  BOOST_TEST(commands[2].starts_with("::notice file=m.sql,line=1,"));
}

BOOST_AUTO_TEST_CASE(gitlabs_rows_have_what_it_reads) {
  const auto rows = nlohmann::json::parse(written(write_gitlab, report_of_three()));
  BOOST_REQUIRE(rows.size() == 3U);
  std::set<std::string> fingerprints;
  for (const auto& row : rows) {
    for (const char* key : {"description", "check_name", "fingerprint", "severity"}) BOOST_TEST(row.at(key).is_string(), key);
    BOOST_TEST(row.at("location").at("path").is_string());
    BOOST_TEST(row.at("location").at("lines").at("begin").is_number_unsigned());
    fingerprints.insert(row["fingerprint"].get<std::string>());
  }
  BOOST_TEST(fingerprints.size() == 3U);
  BOOST_TEST(rows[0]["severity"] == "major");
  BOOST_TEST(rows[2]["severity"] == "info");
}

BOOST_AUTO_TEST_CASE(junit_counts_failures_and_escapes_its_xml) {
  const std::string xml = written(write_junit, report_of_three());
  BOOST_TEST(xml.find("tests=\"3\" failures=\"2\"") != std::string::npos, xml);
  BOOST_TEST(xml.find("message=\"50% of `a&lt;b&gt;` &amp; &quot;c&quot;") != std::string::npos, xml);
  const std::string empty = written(write_junit, Report{});
  BOOST_TEST(empty.find("tests=\"1\" failures=\"0\"") != std::string::npos, empty);
}

// -------------------------------------------------------------------------------------------------------------------------- edits

Edit edit(std::uint32_t begin, std::uint32_t end, std::string text) { return Edit{Location{"f", 1, 1, 1, 1, begin, end}, std::move(text)}; }

BOOST_AUTO_TEST_CASE(edits_are_put_in_from_the_start_each_once_and_none_over_another) {
  BOOST_TEST(apply_edits("abcdef", {edit(4, 4, "X"), edit(1, 2, "B")}) == "aBcdXef");
  BOOST_TEST(apply_edits("abcdef", {edit(1, 1, "X"), edit(1, 1, "X")}) == "aXbcdef");
  BOOST_TEST(apply_edits("abcdef", {edit(0, 3, "1"), edit(2, 4, "2")}) == "1def");
  BOOST_TEST(apply_edits("abc", {edit(2, 9, "beyond the end")}) == "abc");
}

BOOST_AUTO_TEST_CASE(a_diff_shows_changed_lines_with_three_around_them) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  BOOST_TEST(unified_diff("f", before, before) == "");
  BOOST_TEST(unified_diff("f", before, "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") == "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  BOOST_TEST(unified_diff("f", "a\n", "a\nb\n") == "--- a/f\n+++ b/f\n@@ -1,0 +2,1 @@\n+b\n");
  BOOST_TEST(unified_diff("f", "a", "b") == "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n");
}

// ---------------------------------------------------------------------------------------------------------------------- baselines

class File {
 public:
  explicit File(const std::string& text) : path_(fs::temp_directory_path() / ("hookc_report_test." + std::to_string(::getpid()) + ".sql")) { write(text); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  void write(const std::string& text) const { std::ofstream{path_, std::ios::binary} << text; }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

BOOST_AUTO_TEST_CASE(a_baseline_knows_its_findings_wherever_their_lines_are_now) {
  const File file{"create table a (x int)\nselect 1\n"};
  const fs::path baseline = fs::temp_directory_path() / "baseline.json";
  const std::string json = write_baseline({finding("HK101", Severity::Error, file.path(), 1)}, baseline);
  file.write("-- a line more\n  create table a (x int)\ncreate table b (x int)\n");
  std::vector<Finding> findings{finding("HK101", Severity::Error, file.path(), 2), finding("HK101", Severity::Error, file.path(), 3)};
  BOOST_TEST(apply_baseline(json, baseline, findings).value_or(0) == 1U);
  BOOST_REQUIRE(findings.size() == 1U);
  BOOST_TEST(findings.front().location.line == 3U);
}

BOOST_AUTO_TEST_CASE(of_equal_findings_as_many_are_known_as_there_were) {
  const File file{"create\ncreate\ncreate\n"};
  const fs::path baseline = fs::temp_directory_path() / "baseline.json";
  const std::string json = write_baseline({finding("HK101", Severity::Error, file.path(), 1), finding("HK101", Severity::Error, file.path(), 2)}, baseline);
  std::vector<Finding> findings{finding("HK101", Severity::Error, file.path(), 1), finding("HK101", Severity::Error, file.path(), 2), finding("HK101", Severity::Error, file.path(), 3)};
  BOOST_TEST(apply_baseline(json, baseline, findings).value_or(0) == 2U);
  BOOST_TEST(findings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_file_is_no_baseline) {
  std::vector<Finding> findings;
  for (const char* text : {"", "[]", "{}", "{\"version\": 2, \"findings\": []}", "{\"version\": 1}", "no json"}) BOOST_TEST(!apply_baseline(text, "baseline.json", findings).has_value(), text);
}

// -------------------------------------------------------------------------------------------------------------------------- globs

BOOST_AUTO_TEST_CASE(globs_match_whole_names_and_one_star_stays_in_its_folder) {
  BOOST_TEST(glob_matches("models/*.sql", "models/a.sql"));
  BOOST_TEST(!glob_matches("models/*.sql", "models/sub/a.sql"));
  BOOST_TEST(glob_matches("models/**", "models/sub/a.sql"));
  BOOST_TEST(glob_matches("**/a.sql", "a.sql"));
  BOOST_TEST(glob_matches("**/a.sql", "models/sub/a.sql"));
  BOOST_TEST(glob_matches("etl_?", "ETL_1"));
  BOOST_TEST(!glob_matches("etl_?", "etl_10"));
  BOOST_TEST(!glob_matches("etl", "etl_1"));
  BOOST_TEST(glob_matches("*", ""));
  BOOST_TEST(!glob_matches("", "a"));
}

}  // namespace
}  // namespace hookc
