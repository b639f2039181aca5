// Boost.Test: the example project through the built program: compiled, run twice on one database, read back.
#include <boost/test/unit_test.hpp>

#include <set>

#include <nlohmann/json.hpp>

#include "runtime/adapters/duckdb.h"
#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

/// The rows of a query, each cell as text, columns apart by `|`.
std::vector<std::string> query(const fs::path& database, const std::string& sql) {
  auto opened = open_duckdb_file(database.string(), {});
  if (const auto* error = std::get_if<AdapterError>(&opened)) BOOST_FAIL(describe(*error));
  Result result = std::get<std::unique_ptr<Adapter>>(opened)->execute(sql, Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&result)) BOOST_FAIL(describe(*error));
  std::vector<std::string> lines;
  for (const auto& row : std::get<ResultSet>(result).rows) {
    std::string line;
    for (const Cell& cell : row) line += (line.empty() ? "" : "|") + to_text(cell).value_or("NULL");
    lines.push_back(line);
  }
  return lines;
}

std::string only(const fs::path& database, const std::string& sql) {
  const auto rows = query(database, sql);
  BOOST_REQUIRE_EQUAL(rows.size(), 1U);
  return rows.front();
}

void require_status(const Outcome& outcome, int status) { BOOST_REQUIRE_MESSAGE(outcome.status == status, "exit status " << outcome.status << "\n" << outcome.out << outcome.err); }

std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file()) files.emplace(entry.path().lexically_relative(folder).string(), read_file(entry.path()));
  }
  return files;
}

BOOST_AUTO_TEST_CASE(two_runs_leave_two_completed_audit_rows) {
  const ProjectCopy project{"operational-hooks"};
  const std::vector<std::string> command{"run", project.path(), "--target", "prod", "--build-models"};
  require_status(run_hookc(command), 0);
  require_status(run_hookc(command), 0);
  const fs::path database = project.database();
  BOOST_CHECK_EQUAL(only(database, "select count(*), count(distinct run_id), count(run_completed_at), count(duration_seconds) from analytics.audit_run"), "2|2|2|2");
  BOOST_CHECK_EQUAL(only(database, "select distinct models_run, models_passed, models_failed, target_name, thread_count from analytics.audit_run"), "7|7|0|prod|4");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from analytics.audit_run where run_id <> invocation_id or length(run_id) <> 36"), "0");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from notifications.email_log where email = 'data-team@company.com'"), "2");
  BOOST_CHECK_EQUAL(only(database, "select count(distinct invocation_id), min(model_name), min(row_count) from alerts.model_completions"), "2|fct_revenue|2");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from duckdb_tables() where table_name = 'temp_staging_data'"), "0");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from analytics.fct_orders"), "4");
  BOOST_CHECK_EQUAL(only(database, "select count(distinct grantee) from analytics.hookc_privileges"), "3");
  BOOST_CHECK_EQUAL(only(database, "select comment from duckdb_tables() where table_name = 'rpt_executive_revenue'"), "Revenue data for executive reporting");
}

BOOST_AUTO_TEST_CASE(summary_counts_what_was_executed_and_substituted) {
  const ProjectCopy project{"operational-hooks"};
  const Outcome outcome = run_hookc({"run", project.path(), "--target", "prod", "--build-models"});
  require_status(outcome, 0);
  BOOST_CHECK(outcome.out.find("0 skipped") != std::string::npos);
  BOOST_CHECK(outcome.out.find("0 failed") != std::string::npos);
  BOOST_CHECK(outcome.out.find("nodes: 7 succeeded") != std::string::npos);
  BOOST_CHECK(outcome.err.find("substituted") != std::string::npos);
  BOOST_CHECK(outcome.err.find("OK hook: on-run-start.operational_hooks.0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(failing_validation_fails_its_model_and_is_counted) {
  const ProjectCopy project{"operational-hooks"};
  const Outcome outcome = run_hookc({"run", project.path(), "--target", "prod", "--build-models", "--vars", "{inject_negative_order: true}"});
  require_status(outcome, 1);
  BOOST_CHECK(outcome.err.find("Negative order totals found!") != std::string::npos);
  BOOST_CHECK(outcome.err.find("macros/validation.sql") != std::string::npos);
  const fs::path database = project.database();
  // fct_orders is undone with its transaction, what depends on it was never built, on-run-end counted both.
  BOOST_CHECK_EQUAL(only(database, "select models_run, models_passed, models_failed from analytics.audit_run"), "7|4|1");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from duckdb_tables() where table_name in ('fct_orders', 'fct_revenue', 'rpt_executive_revenue')"), "0");
  BOOST_CHECK_EQUAL(only(database, "select count(*) from duckdb_tables() where table_name = 'dim_customers'"), "1");
}

BOOST_AUTO_TEST_CASE(second_compile_changes_no_byte_and_check_agrees) {
  const ProjectCopy project{"operational-hooks"};
  const std::vector<std::string> command{"compile", project.path(), "--target", "prod"};
  require_status(run_hookc(command), 0);
  const auto first = files_below(project.file("target/hookc"));
  require_status(run_hookc(command), 0);
  BOOST_CHECK(first == files_below(project.file("target/hookc")));
  BOOST_CHECK(first.contains("manifest.json"));
  require_status(run_hookc({"compile", project.path(), "--target", "prod", "--check"}), 0);
  require_status(run_hookc({"compile", project.path(), "--target", "dev", "--check"}), 1);
  BOOST_CHECK(first == files_below(project.file("target/hookc")));
}

BOOST_AUTO_TEST_CASE(manifest_names_every_hook_its_kind_and_its_file) {
  const ProjectCopy project{"operational-hooks"};
  require_status(run_hookc({"compile", project.path(), "--target", "prod", "--out", project.file("out").string()}), 0);
  const auto manifest = nlohmann::json::parse(read_file(project.file("out/manifest.json")));
  BOOST_CHECK_EQUAL(manifest["dialect"], "duckdb");
  std::set<std::string> kinds;
  for (const auto& hook : manifest["hooks"]) {
    kinds.insert(hook["kind"].get<std::string>());
    if (hook["sql_file"].is_string()) {
      BOOST_CHECK(fs::exists(project.file("out") / hook["sql_file"].get<std::string>()));
    } else {
      BOOST_CHECK(!hook["no_sql_reason"].get<std::string>().empty());
    }
  }
  BOOST_CHECK((kinds == std::set<std::string>{"sql", "parameterised", "deferred"}));
}

BOOST_AUTO_TEST_CASE(strict_refuses_deferred_hooks_and_writes_nothing) {
  const ProjectCopy project{"operational-hooks"};
  const Outcome outcome = run_hookc({"compile", project.path(), "--target", "prod", "--strict"});
  require_status(outcome, 1);
  BOOST_CHECK(outcome.out.find("fct_orders.post-hook.0") != std::string::npos);
  BOOST_CHECK(!fs::exists(project.file("target")));
}

BOOST_AUTO_TEST_CASE(artifacts_run_without_their_project) {
  const ProjectCopy project{"operational-hooks"};
  const ProjectCopy elsewhere{""};
  const std::string database = elsewhere.file("moved.duckdb").string();
  const std::map<std::string, std::string> environment{{"HOOKC_DEMO_DB", database}};
  require_status(run_hookc({"run", project.path(), "--target", "prod", "--build-models"}, environment), 0);
  require_status(run_hookc({"compile", project.path(), "--target", "prod", "--out", elsewhere.file("artifacts").string()}, environment), 0);
  fs::remove_all(project.path());
  require_status(run_hookc({"run", "--artifacts", elsewhere.file("artifacts").string()}), 0);
  BOOST_CHECK_EQUAL(only(database, "select count(*), count(run_completed_at) from analytics.audit_run"), "2|2");
}

BOOST_AUTO_TEST_CASE(artifacts_of_another_target_are_refused) {
  const ProjectCopy project{"operational-hooks"};
  require_status(run_hookc({"compile", project.path(), "--target", "prod"}), 0);
  const Outcome outcome = run_hookc({"run", "--artifacts", project.file("target/hookc").string(), "--target", "dev"});
  require_status(outcome, 2);
  BOOST_CHECK(outcome.err.find("`prod`") != std::string::npos);
  BOOST_CHECK(!fs::exists(project.database()));
}

BOOST_AUTO_TEST_CASE(dry_run_prints_the_sql_and_touches_nothing) {
  const ProjectCopy project{"operational-hooks"};
  const Outcome outcome = run_hookc({"run", project.path(), "--target", "prod", "--build-models", "--dry-run"});
  require_status(outcome, 0);
  BOOST_CHECK(outcome.out.find("create schema if not exists analytics;") != std::string::npos);
  std::size_t at = 0;
  for (const char* part : {"-- on-run-start: no transaction is open", "begin;  -- the transaction of model.operational_hooks.", "-- build of model.operational_hooks.", "commit;  -- the transaction of model.operational_hooks.",
                           "-- on-run-end: no transaction is open"}) {
    at = outcome.out.find(part, at);
    BOOST_CHECK_MESSAGE(at != std::string::npos, part << " is not in its place in\n" << outcome.out);
  }
  BOOST_CHECK(!fs::exists(project.database()));
}

BOOST_AUTO_TEST_CASE(json_log_is_one_object_a_line) {
  const ProjectCopy project{"operational-hooks"};
  const Outcome outcome = run_hookc({"run", project.path(), "--target", "prod", "--build-models", "--log-format", "json"});
  require_status(outcome, 0);
  std::istringstream lines{outcome.out};
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    BOOST_REQUIRE_MESSAGE(event.is_object(), line);
    last = event.value("event", "");
  }
  BOOST_CHECK_EQUAL(last, "run_ended");
}

}  // namespace
}  // namespace hookc
