// Boost.Test: what lint does with files: fixes, settings of hookc.yml, baselines.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

const std::string kProject = "name: shop\nversion: '1.0'\nprofile: shop\n";

/// `code file:line`, of the project as JSON has it; files relative to it.
std::vector<std::string> findings_of(const ProjectCopy& project, std::vector<std::string> arguments = {}) {
  std::vector<std::string> command{"lint", project.path(), "--dialect", "duckdb", "--format", "json"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run_hookc(command);
  BOOST_REQUIRE_MESSAGE(outcome.status <= 1, outcome.err);
  std::vector<std::string> lines;
  const auto report = nlohmann::json::parse(outcome.out);
  for (const auto& finding : report["findings"]) {
    const std::string file = fs::path{finding["file"].get<std::string>()}.lexically_relative(project.path()).string();
    lines.push_back(finding["code"].get<std::string>() + " " + file + ":" + std::to_string(finding["line"].get<int>()));
  }
  return lines;
}

using Lines = std::vector<std::string>;

Outcome fix(const ProjectCopy& project, std::vector<std::string> arguments = {"--fix"}) {
  std::vector<std::string> command{"lint", project.path(), "--dialect", "duckdb"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_hookc(command);
}

BOOST_AUTO_TEST_CASE(a_hook_of_nineteen_kilobytes_is_one_like_any_other) {
  std::string hook = "  - |\n";
  int last_line = 6;  // of the file: five lines stand before the text
  for (int i = 0; hook.size() < 19 * 1024; ++i, ++last_line) hook += "    insert into audit.steps select '{{ target.name }}', " + std::to_string(i) + " where false;\n";
  hook += "    create table audit.last (id text)\n";
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-end:\n" + hook);
  const Lines found = findings_of(project, {"--rules", "HK101"});
  BOOST_TEST(found == Lines{"HK101 dbt_project.yml:" + std::to_string(last_line)}, boost::test_tools::per_element());
}

// -------------------------------------------------------------------------------------------------------------------------- fixes

struct Style {
  std::string before;
  std::string after;
};

BOOST_AUTO_TEST_CASE(a_fix_edits_a_scalar_of_any_style_and_keeps_the_rest) {
  const std::vector<Style> styles{
      {"  - create table audit.a (id text)  # a comment\n", "  - create table if not exists audit.a (id text)  # a comment\n"},
      {"  - \"create table \\\"audit\\\".a (id text) -- \\t\\u00e9\"\n", "  - \"create table if not exists \\\"audit\\\".a (id text) -- \\t\\u00e9\"\n"},
      {"  - 'create table audit.a (id text) -- it''s'\n", "  - 'create table if not exists audit.a (id text) -- it''s'\n"},
      {"  - |\n    -- first\n    create table audit.a (\n      id text\n    )\n", "  - |\n    -- first\n    create table if not exists audit.a (\n      id text\n    )\n"},
      {"  - >-\n    create\n    table audit.a\n    (id text)\n", "  - >-\n    create\n    table if not exists audit.a\n    (id text)\n"},
  };
  for (const Style& style : styles) {
    const ProjectCopy project{""};
    project.write("dbt_project.yml", kProject + "on-run-start:\n" + style.before);
    BOOST_TEST(findings_of(project).size() == 1U, style.before);
    const Outcome outcome = fix(project);
    BOOST_TEST(outcome.status == 0, outcome.out + outcome.err);
    BOOST_TEST(read_file(project.file("dbt_project.yml")) == kProject + "on-run-start:\n" + style.after);
    BOOST_TEST(findings_of(project).empty(), style.before);
  }
}

BOOST_AUTO_TEST_CASE(a_fix_edits_a_macro_and_a_string_of_config) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-start: \"{{ make('runs') }}\"\non-run-end: \"drop table audit.old\"\n");
  project.write("macros/make.sql", "{% macro make(name) %}\n  {# kept #}\n  CREATE  TABLE audit.{{ name }} (id text)  -- kept\n{% endmacro %}\n");
  project.write("macros/macros.yml", "macros:\n  - name: make\n    description: makes a table\n");
  project.write("models/orders.sql", "{{ config(\n    materialized='incremental',\n    pre_hook=\"delete from {{ this }} where id = 1\",\n    post_hook='create sequence \"s\" -- it\\'s'\n) }}\nselect 1 as id\n");
  BOOST_TEST(findings_of(project).size() == 4U);
  const Outcome outcome = fix(project);
  BOOST_TEST(outcome.status == 0, outcome.out + outcome.err);
  BOOST_TEST(findings_of(project).empty());
  BOOST_TEST(read_file(project.file("dbt_project.yml")) == kProject + "on-run-start: \"{{ make('runs') }}\"\non-run-end: \"drop table if exists audit.old\"\n");
  BOOST_TEST(read_file(project.file("macros/make.sql")) == "{% macro make(name) %}\n  {# kept #}\n  CREATE  TABLE if not exists audit.{{ name }} (id text)  -- kept\n{% endmacro %}\n");
  BOOST_TEST(read_file(project.file("models/orders.sql")) ==
             "{{ config(\n    materialized='incremental',\n    pre_hook=\"{% if is_incremental() %}delete from {{ this }} where id = 1{% endif %}\",\n"
             "    post_hook='create sequence if not exists \"s\" -- it\\'s'\n) }}\nselect 1 as id\n");
}

BOOST_AUTO_TEST_CASE(a_fix_that_would_break_the_file_is_left_out_and_the_others_are_made) {
  const ProjectCopy project{""};
  // `{%` at the beginning of a plain scalar is no YAML
  const std::string model = "models:\n  shop:\n    +materialized: incremental\n    +pre-hook: delete from {{ this }} where id = 1\n";
  project.write("dbt_project.yml", kProject + model + "on-run-end: drop table audit.old\n");
  project.write("models/orders.sql", "select 1 as id\n");
  const Outcome outcome = fix(project);
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(read_file(project.file("dbt_project.yml")) == kProject + model + "on-run-end: drop table if exists audit.old\n");
  BOOST_TEST((findings_of(project) == Lines{"HK206 dbt_project.yml:7"}));
}

BOOST_AUTO_TEST_CASE(a_diff_changes_nothing_and_can_be_applied) {
  const ProjectCopy project{""};
  const std::string before = kProject + "on-run-end: drop table audit.old\n";
  project.write("dbt_project.yml", before);
  const Outcome outcome = fix(project, {"--diff"});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(read_file(project.file("dbt_project.yml")) == before);
  const std::string file = project.file("dbt_project.yml").string();
  BOOST_TEST(outcome.out == "--- a/" + file + "\n+++ b/" + file + "\n@@ -1,4 +1,4 @@\n name: shop\n version: '1.0'\n profile: shop\n-on-run-end: drop table audit.old\n+on-run-end: drop table if exists audit.old\n");
  BOOST_TEST(outcome.err == "note: 1 finding can be fixed\n");
}

BOOST_AUTO_TEST_CASE(only_what_was_asked_for_is_fixed) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-end: drop table audit.old\n");
  project.write("models/orders.sql", "{{ config(post_hook='create schema extra') }}select 1 as id\n");
  BOOST_TEST(run_hookc({"lint", project.file("models/orders.sql").string(), "--dialect", "duckdb", "--fix"}).status == 0);
  BOOST_TEST(read_file(project.file("models/orders.sql")) == "{{ config(post_hook='create schema if not exists extra') }}select 1 as id\n");
  BOOST_TEST((findings_of(project) == Lines{"HK102 dbt_project.yml:4"}));
}

BOOST_AUTO_TEST_CASE(what_changes_a_hook_is_done_when_asked_for_only) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-end: \"{{ note(env_var('DEPLOY_NOTE', '')) }}\"\n");
  const std::string before = "{% macro note(text) %}\n  create table audit.copy as select '{{ text | trim }}' as t\n{% endmacro %}\n";
  project.write("macros/note.sql", before);
  project.write("macros/macros.yml", "macros:\n  - name: note\n    description: notes\n");
  BOOST_TEST(fix(project).status == 1);
  BOOST_TEST(read_file(project.file("macros/note.sql")) == before);
  fix(project, {"--fix", "--unsafe-fixes", "--rules", "HK101,HK501"});
  BOOST_TEST(read_file(project.file("macros/note.sql")) == "{% macro note(text) %}\n  create or replace table audit.copy as select '{{ text | trim | replace(\"'\", \"''\") }}' as t\n{% endmacro %}\n");
  BOOST_TEST(findings_of(project, {"--rules", "HK101,HK501"}).empty());
}

BOOST_AUTO_TEST_CASE(an_index_of_a_table_that_is_swapped_in_gets_no_guard) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject);
  const std::string model = "{{ config(materialized='table', post_hook='create index orders_id on {{ this }} (id)') }}select 1 as id\n";
  project.write("models/orders.sql", model);
  BOOST_TEST(run_hookc({"lint", project.path(), "--dialect", "postgres", "--fix", "--unsafe-fixes"}).status == 1);
  BOOST_TEST(read_file(project.file("models/orders.sql")) == model);
}

BOOST_AUTO_TEST_CASE(fixing_without_a_file_is_refused) {
  BOOST_TEST(run_hookc({"lint", "-", "--fix"}).status == 2);
  const Outcome outcome = run_hookc({"lint", "--unsafe-fixes"});
  BOOST_TEST(outcome.status == 2);
  BOOST_TEST(outcome.err.find("add `--fix`") != std::string::npos, outcome.err);
}

// ------------------------------------------------------------------------------------------------------------------------ settings

/// Two findings in a model, one in the project file.
void write_three(const ProjectCopy& project, const std::string& settings) {
  project.write("dbt_project.yml", kProject + "on-run-end: drop table audit.old\n");
  project.write("models/old/orders.sql", "{{ config(materialized='incremental', post_hook=[\n'insert into etl_batches (n) values (1)',\n'create schema extra']) }}select 1 as id\n");
  project.write("hookc.yml", settings);
}

Lines with_settings(const std::string& settings) {
  const ProjectCopy project{""};
  write_three(project, settings);
  return findings_of(project);
}

const Lines kAllThree{"HK102 dbt_project.yml:4", "HK104 models/old/orders.sql:2", "HK101 models/old/orders.sql:3"};

BOOST_AUTO_TEST_CASE(rules_are_selected_and_ignored_everywhere_and_by_path) {
  BOOST_TEST((with_settings("") == kAllThree));
  BOOST_TEST((with_settings("select: [HK101, drop-without-if-exists]") == Lines{kAllThree[0], kAllThree[2]}));
  BOOST_TEST((with_settings("ignore: unkeyed-insert") == Lines{kAllThree[0], kAllThree[2]}));
  BOOST_TEST((with_settings("per-path:\n  models/old/**: [HK101, HK104]\n") == Lines{kAllThree[0]}));
  BOOST_TEST((with_settings("per-path:\n  models/new/**: [HK101, HK104]\n") == kAllThree));
}

BOOST_AUTO_TEST_CASE(severities_decide_on_the_exit_status) {
  const ProjectCopy project{""};
  write_three(project, "severities: {HK101: info, unkeyed-insert: info, HK102: info}");
  BOOST_TEST(run_hookc({"lint", project.path(), "--dialect", "duckdb"}).status == 0);
  BOOST_TEST(run_hookc({"lint", project.path(), "--dialect", "duckdb", "--fail-on", "info"}).status == 1);
}

BOOST_AUTO_TEST_CASE(a_known_log_table_softens_its_inserts) {
  const ProjectCopy project{""};
  write_three(project, "log-tables: [etl_*]");
  const Outcome outcome = run_hookc({"lint", project.path(), "--dialect", "duckdb", "--rules", "HK104", "--fail-on", "error"});
  BOOST_TEST(outcome.status == 0, outcome.out);
  project.write("hookc.yml", "log-tables: [batch_*]");
  BOOST_TEST(run_hookc({"lint", project.path(), "--dialect", "duckdb", "--rules", "HK104", "--fail-on", "error"}).status == 1);
}

BOOST_AUTO_TEST_CASE(a_further_run_key_makes_a_row_accepted) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-end: \"insert into audit.batches values ('{{ var('batch_id') }}', 1)\"\n");
  BOOST_TEST((findings_of(project, {"--rules", "HK104"}) == Lines{"HK104 dbt_project.yml:4"}));
  project.write("hookc.yml", "run-keys: [\"var('batch_id')\"]");
  BOOST_TEST(findings_of(project, {"--rules", "HK104"}).empty());
}

BOOST_AUTO_TEST_CASE(a_budget_ends_the_search_and_says_so) {
  const ProjectCopy project{""};
  project.write("dbt_project.yml", kProject + "on-run-end: \"{% if var('a') %}select 1{% endif %}{% if var('b') %}; select 2{% endif %}\"\n");
  BOOST_TEST(run_hookc({"lint", project.path()}).out.find("not all") == std::string::npos);
  for (const auto& [budget, limit] : {std::pair{"budgets: {paths: 2}", "2 paths"}, std::pair{"budgets: {pieces: 1}", "1 printed pieces"}}) {
    project.write("hookc.yml", budget);
    const Outcome outcome = run_hookc({"lint", project.path()});
    BOOST_TEST(outcome.out.find("not all") != std::string::npos, outcome.out);
    BOOST_TEST(outcome.out.find(limit) != std::string::npos, outcome.out);
  }
}

/// The paths that lint walks through `count` models with one hook, in which so many choices are independent.
int paths_of_models(int count, int choices) {
  const ProjectCopy project{""};
  std::string hook;
  for (int i = 0; i < choices; ++i) hook += "{% if var('v" + std::to_string(i) + "') %}select " + std::to_string(i) + ";{% endif %}";
  project.write("dbt_project.yml", kProject + "models:\n  +post-hook: \"" + hook + "\"\n");
  for (int i = 0; i < count; ++i) project.write("models/m" + std::to_string(i) + ".sql", "select 1 as id\n");
  const Outcome outcome = run_hookc({"lint", project.path(), "--dialect", "duckdb", "--format", "json"});
  return nlohmann::json::parse(outcome.out)["summary"]["paths"].get<int>();
}

BOOST_AUTO_TEST_CASE(a_hook_that_stands_on_many_models_is_looked_at_on_all_paths) {
  const int of_one = paths_of_models(1, 5);
  BOOST_TEST(of_one >= 32);
  BOOST_TEST(paths_of_models(40, 5) == 40 * of_one);
}

BOOST_AUTO_TEST_CASE(where_the_search_does_not_end_with_the_first_model_the_others_are_looked_at_on_fewer_paths) {
  const int of_first = paths_of_models(1, 12);
  const int of_second = paths_of_models(2, 12) - of_first;
  const int of_last = paths_of_models(33, 12) - paths_of_models(32, 12);
  BOOST_TEST(of_second < of_first);
  BOOST_TEST(of_last < of_second);
}

BOOST_AUTO_TEST_CASE(what_hookc_yml_cannot_mean_is_said_with_its_place_and_what_was_meant) {
  const ProjectCopy project{""};
  write_three(project, "dialect: duckdb\nignore:\n  - unkeyed-inserts\n");
  const Outcome rule = run_hookc({"lint", project.path()});
  BOOST_TEST(rule.status == 2);
  BOOST_TEST(rule.err.find("hookc.yml:3:5: error: there is no rule `unkeyed-inserts`") != std::string::npos, rule.err);
  BOOST_TEST(rule.err.find("did you mean `unkeyed-insert`?") != std::string::npos, rule.err);
  project.write("hookc.yml", "dialect: duckdb\nlog-table: x\n");
  const Outcome key = run_hookc({"lint", project.path()});
  BOOST_TEST(key.status == 1);
  BOOST_TEST(key.out.find("hookc.yml:2:1: error HK902") != std::string::npos, key.out);
  BOOST_TEST(key.out.find("did you mean `log-tables`?") != std::string::npos, key.out);
  for (const char* wrong : {"severities: {HK101: loud}", "severities: [HK101]", "per-path: [a]", "budgets: {paths: 0}", "budgets: {path: 9}", "budgets: 5", "select: {a: b}", "run-keys: [[a]]"}) {
    project.write("hookc.yml", wrong);
    BOOST_TEST(findings_of(project, {"--rules", "HK902"}).size() == 1U, wrong);
  }
}

// ----------------------------------------------------------------------------------------------------------------------- baselines

BOOST_AUTO_TEST_CASE(a_legacy_project_starts_clean_and_what_is_new_is_found) {
  const ProjectCopy project{""};
  write_three(project, "");
  const std::string baseline = project.file("baseline.json").string();
  BOOST_TEST(run_hookc({"lint", project.path(), "--dialect", "duckdb", "--write-baseline", baseline}).status == 0);
  const std::vector<std::string> lint{"lint", project.path(), "--dialect", "duckdb", "--baseline", baseline};
  const Outcome clean = run_hookc(lint);
  BOOST_TEST(clean.status == 0, clean.out);
  BOOST_TEST(clean.out.find("3 findings of the baseline not shown") != std::string::npos, clean.out);
  project.write("dbt_project.yml", "# moved down\n" + read_file(project.file("dbt_project.yml")));
  BOOST_TEST(run_hookc(lint).status == 0);
  project.write("models/new.sql", "{{ config(post_hook='create schema another') }}select 1 as id\n");
  const Outcome found = run_hookc(lint);
  BOOST_TEST(found.status == 1);
  BOOST_TEST(found.out.find("models/new.sql:1:22: error HK101") != std::string::npos, found.out);
  BOOST_TEST(found.out.find("orders.sql") == std::string::npos, found.out);
  project.write("baseline.json", "{}");
  BOOST_TEST(run_hookc(lint).status == 2);
}

// ------------------------------------------------------------------------------------------------------------------------- formats

BOOST_AUTO_TEST_CASE(every_format_is_what_it_says) {
  const ProjectCopy project{""};
  write_three(project, "");
  const auto output = [&](const char* format) {
    const Outcome outcome = run_hookc({"lint", project.path(), "--dialect", "duckdb", "--format", format});
    BOOST_TEST(outcome.status == 1);
    return outcome.out;
  };
  BOOST_TEST(nlohmann::json::parse(output("sarif"))["runs"][0]["results"].size() == 3U);
  BOOST_TEST(nlohmann::json::parse(output("gitlab")).size() == 3U);
  BOOST_TEST(output("github").starts_with("::error file="));
  BOOST_TEST(output("junit").find("tests=\"3\" failures=\"3\"") != std::string::npos);
}

}  // namespace
}  // namespace hookc
