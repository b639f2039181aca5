// Boost.Test: one test for each way of bad input: a clear message with its place and the remedy, exit status 2, nothing written.
#include <boost/test/unit_test.hpp>

#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

struct Refusal {
  std::vector<std::string> arguments;
  std::vector<std::string> words;   // on standard error, each of them
  std::map<std::string, std::string> environment;
};

void check_refusal(const Refusal& refusal) {
  const Outcome outcome = run_hookc(refusal.arguments, refusal.environment);
  BOOST_CHECK_MESSAGE(outcome.status == 2, "exit status " << outcome.status << "\n" << outcome.out << outcome.err);
  for (const std::string& word : refusal.words) BOOST_CHECK_MESSAGE(outcome.err.find(word) != std::string::npos, "no `" << word << "` in\n" << outcome.err);
}

/// compile and run both refuse, and neither leaves anything behind.
void check_project(const ProjectCopy& project, const std::vector<std::string>& words, const std::string& target = "prod") {
  check_refusal({{"compile", project.path(), "--target", target}, words, {}});
  check_refusal({{"run", project.path(), "--target", target, "--build-models"}, words, {}});
  BOOST_CHECK(!fs::exists(project.file("target")));
}

BOOST_AUTO_TEST_CASE(broken_yaml_of_the_project_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("dbt_project.yml", "name: operational_hooks\non-run-start: [\"unclosed\n");
  check_project(project, {"error", "dbt_project.yml:"});
}

BOOST_AUTO_TEST_CASE(broken_yaml_of_properties_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("models/marts/marts.yml", "models:\n  - name: dim_customers\n   config: {\n");
  check_project(project, {"error", "models/marts/marts.yml:"});
}

BOOST_AUTO_TEST_CASE(broken_jinja_of_a_hook_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("dbt_project.yml", read_file(project.file("dbt_project.yml")) + "  - \"{% if %} select 1\"\n");
  check_project(project, {"error", "dbt_project.yml:"});
}

BOOST_AUTO_TEST_CASE(broken_jinja_of_a_called_macro_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("macros/access.sql", "{% macro grant_to_roles(roles) %}{% for role in %}grant{% endfor %}{% endmacro %}\n");
  check_project(project, {"error", "macros/access.sql:1"});
}

BOOST_AUTO_TEST_CASE(broken_sql_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("dbt_project.yml", read_file(project.file("dbt_project.yml")) + "  - \"insert into t values ('open)\"\n");
  check_project(project, {"error", "dbt_project.yml:"});
}

BOOST_AUTO_TEST_CASE(statement_that_the_database_lacks_is_refused_unless_substitutes_are_asked_for) {
  const ProjectCopy project{"operational-hooks"};
  project.write("hookc.yml", "unsupported: error\n");
  check_project(project, {"error", "grant", "unsupported: substitute"});
}

BOOST_AUTO_TEST_CASE(unknown_target_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  check_project(project, {"no target `production`", "`prod`"}, "production");
}

BOOST_AUTO_TEST_CASE(path_that_does_not_exist_is_refused) {
  check_refusal({{"compile", "/no/such/project"}, {"`/no/such/project` does not exist", "help:"}, {}});
  check_refusal({{"run", "/no/such/project"}, {"`/no/such/project` does not exist", "help:"}, {}});
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("taken", "a file");
  check_refusal({{"compile", project.path(), "--target", "prod", "--out", project.file("taken/hookc").string()}, {"cannot be written", "--out"}, {}});
  check_refusal({{"compile", project.path(), "--target", "prod", "--out", project.file("taken").string()}, {"cannot be written", "--out"}, {}});
  BOOST_CHECK_EQUAL(read_file(project.file("taken")), "a file");
}

BOOST_AUTO_TEST_CASE(database_library_that_is_not_there_is_refused) {
  const ProjectCopy project{"operational-hooks"};
  check_refusal({{"run", project.path(), "--target", "prod"}, {"/no/libduckdb.so", "help:"}, {{"HOOKC_DUCKDB_LIBRARY", "/no/libduckdb.so"}}});
  BOOST_CHECK(!fs::exists(project.database()));
}

BOOST_AUTO_TEST_CASE(database_that_is_none_is_refused_and_kept) {
  const ProjectCopy project{"operational-hooks"};
  project.write("target/demo.duckdb", "this is no database file, whatever its name says");
  check_refusal({{"run", project.path(), "--target", "prod"}, {"target `prod`"}, {}});
  BOOST_CHECK_EQUAL(read_file(project.database()).substr(0, 7), "this is");
}

BOOST_AUTO_TEST_CASE(artifacts_that_are_not_there_or_broken_are_refused) {
  const ProjectCopy folder{""};
  check_refusal({{"run", "--artifacts", folder.file("none").string()}, {"manifest.json", "hookc compile"}, {}});
  folder.write("broken/manifest.json", "{\"version\": 1");
  check_refusal({{"run", "--artifacts", folder.file("broken").string()}, {"is no JSON"}, {}});
  folder.write("other/manifest.json", "{\"version\": 99}");
  check_refusal({{"run", "--artifacts", folder.file("other").string()}, {"its version is 99"}, {}});
}

BOOST_AUTO_TEST_CASE(results_that_are_none_are_refused) {
  const ProjectCopy project{"operational-hooks"};
  project.write("run_results.json", "[]");
  check_refusal({{"run", project.path(), "--results", project.file("run_results.json").string()}, {"no run_results.json"}, {}});
  BOOST_CHECK(!fs::exists(project.database()));
}

}  // namespace
}  // namespace hookc
