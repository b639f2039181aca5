// Boost.Test: options of every command that say which dbt is meant: its release, its macros, its manifest.
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

constexpr const char* kProfiles = "shop: {target: dev, outputs: {dev: {type: duckdb, path: target/shop.duckdb, schema: main}}}\n";

/// A project whose second hook of on-run-start fails; what stands beside it is a line of dbt_project.yml.
ProjectCopy& write_failing(ProjectCopy& project, const std::string& beside) {
  project.write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + beside +
                                       "on-run-start: ['create table if not exists a (i int)', 'insert into nowhere values (1)', 'create table b (i int)']\n");
  project.write("profiles.yml", kProfiles);
  project.write("models/orders.sql", "select 1 as i");
  return project;
}

/// What became of the model: `success` or `skipped`.
std::string model_after_failed_start(const std::string& beside, std::vector<std::string> options) {
  ProjectCopy project{""};
  write_failing(project, beside);
  std::vector<std::string> command{"run", project.path(), "--build-models"};
  command.insert(command.end(), options.begin(), options.end());
  const Outcome outcome = run_hookc(command);
  BOOST_TEST(outcome.status == 1, outcome.err);
  const auto results = nlohmann::json::parse(read_file(project.file("target/hookc-run/run_results.json")));
  for (const auto& result : results["results"]) {
    if (result["unique_id"] == "model.shop.orders") return result["status"];
  }
  return "no result";
}

BOOST_AUTO_TEST_CASE(a_failed_start_hook_skips_the_models_from_dbt_1_12_on_or_by_the_flag) {
  BOOST_TEST(model_after_failed_start("", {}) == "skipped");
  for (const char* release : {"1.8", "1.9", "1.10", "1.11", "1.11.16"}) BOOST_TEST(model_after_failed_start("", {"--dbt-compat", release}) == "success", release);
  BOOST_TEST(model_after_failed_start("", {"--dbt-compat", "1.12"}) == "skipped");
  BOOST_TEST(model_after_failed_start("flags: {skip_nodes_if_on_run_start_fails: true}\n", {"--dbt-compat", "1.9"}) == "skipped");
  BOOST_TEST(model_after_failed_start("flags: {skip_nodes_if_on_run_start_fails: false}\n", {}) == "success");
}

BOOST_AUTO_TEST_CASE(artifacts_keep_the_release_that_they_were_compiled_for) {
  ProjectCopy project{""};
  project.write("dbt_project.yml", "name: shop\nprofile: shop\non-run-end: [\"{% do log('dbt ' ~ dbt_version ~ ' ' ~ (results | length), info=true) %}\"]\n");
  project.write("profiles.yml", kProfiles);
  project.write("hookc.yml", "dbt-compat: '1.9'\n");
  BOOST_TEST(run_hookc({"compile", project.path()}).status == 0);
  const Outcome outcome = run_hookc({"run", project.path(), "--artifacts", project.file("target/hookc").string()});
  BOOST_TEST(outcome.status == 0, outcome.err);
  BOOST_TEST((outcome.out + outcome.err).find("dbt 1.9.") != std::string::npos, outcome.out + outcome.err);
}

BOOST_AUTO_TEST_CASE(what_these_options_cannot_mean_is_one_error) {
  ProjectCopy project{""};
  project.write("dbt_project.yml", "name: shop\nprofile: shop\n");
  const Outcome release = run_hookc({"ls", project.path(), "--dbt-compat", "1.7"});
  BOOST_TEST(release.status == 2);
  BOOST_TEST(release.err.find("1.7` is no release of dbt that hookc knows") != std::string::npos, release.err);
  const Outcome macros = run_hookc({"ls", project.path(), "--dbt-macros", project.path()});
  BOOST_TEST(macros.status == 2);
  BOOST_TEST(macros.err.find("there is no dbt in") != std::string::npos, macros.err);
  const Outcome manifest = run_hookc({"ls", project.path(), "--manifest", project.file("dbt_project.yml").string()});
  BOOST_TEST(manifest.status == 2);
  BOOST_TEST(manifest.err.find("this is no manifest of dbt") != std::string::npos, manifest.err);
  project.write("hookc.yml", "dbt-compat: 1.1\ndbt-macros: nowhere\n");
  const Outcome settings = run_hookc({"ls", project.path()});
  BOOST_TEST(settings.status == 1);
  BOOST_TEST(settings.err.find("`dbt-compat: 1.1` is not known") != std::string::npos, settings.err);
  BOOST_TEST(settings.err.find("there is no dbt in") != std::string::npos, settings.err);
}

}  // namespace
}  // namespace hookc
