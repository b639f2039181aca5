// Boost.Test: a project beside the project, without its hooks. What dbt makes of it is held by tests/dbt/detach.py.
#include <boost/test/unit_test.hpp>

#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

class Shop {
 public:
  explicit Shop(const std::string& hooks, const std::string& config = "") {
    copy_.write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + hooks + "vars:\n  a: 1\n");
    copy_.write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: target/shop.duckdb, schema: main}}}\n");
    copy_.write("models/a.sql", "{{ config(materialized='table'" + config + ") }} select 1 as a");
  }
  [[nodiscard]] Outcome detach() const { return run_hookc({"compile", copy_.path(), "--detach", copy_.file("target/detached").string()}); }
  [[nodiscard]] const ProjectCopy& files() const { return copy_; }

 private:
  ProjectCopy copy_{""};
};

void check_says(const std::string& text, std::string_view part) { BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, "`" << part << "` is not in:\n" << text); }

BOOST_AUTO_TEST_CASE(detached_project_is_the_same_without_run_hooks) {
  const Shop shop{"# mine\non-run-start: ['select 1']\nmacro-paths:\n  - macros\non-run-end:\n  - select 2\n"};
  const std::string before = read_file(shop.files().file("dbt_project.yml"));
  for (int times = 0; times < 2; ++times) {
    const Outcome outcome = shop.detach();
    BOOST_REQUIRE_MESSAGE(outcome.status == 0, outcome.out << outcome.err);
  }
  BOOST_CHECK_EQUAL(read_file(shop.files().file("target/detached/dbt_project.yml")), "name: shop\nversion: '1.0'\nprofile: shop\n# mine\nvars:\n  a: 1\nmacro-paths: ['macros', 'hookc_detached_macros']\n");
  BOOST_CHECK_EQUAL(read_file(shop.files().file("target/detached/models/a.sql")), read_file(shop.files().file("models/a.sql")));
  BOOST_CHECK(fs::is_symlink(shop.files().file("target/detached/models")));
  BOOST_CHECK(fs::equivalent(shop.files().file("target/detached/target"), shop.files().file("target")));
  BOOST_CHECK_EQUAL(read_file(shop.files().file("dbt_project.yml")), before);
}

BOOST_AUTO_TEST_CASE(run_hooks_of_packages_go_too_and_the_package_stays_as_it_is) {
  const Shop shop{""};
  shop.files().write("dbt_packages/helper/dbt_project.yml", "name: helper\nversion: '1.0'\non-run-start: select 1\nvars: {}\n");
  shop.files().write("dbt_packages/helper/macros/m.sql", "{% macro m() %}1{% endmacro %}");
  shop.files().write("dbt_packages/other/dbt_project.yml", "name: other\nversion: '1.0'\n");
  BOOST_REQUIRE_EQUAL(shop.detach().status, 0);
  BOOST_CHECK_EQUAL(read_file(shop.files().file("target/detached/dbt_packages/helper/dbt_project.yml")), "name: helper\nversion: '1.0'\nvars: {}\n");
  BOOST_CHECK(fs::is_symlink(shop.files().file("target/detached/dbt_packages/other")));
  check_says(read_file(shop.files().file("dbt_packages/helper/dbt_project.yml")), "on-run-start");
}

BOOST_AUTO_TEST_CASE(hooks_that_need_the_session_or_the_transaction_of_dbt_are_refused_by_name) {
  for (const auto& [hooks, config, message] : {std::tuple{"", ", pre_hook='set threads = 1'", "`a.pre-hook.0` cannot be detached: it sets something in the session that builds its model"},
                                               {"", ", pre_hook=\"{% if execute %}create temporary table x (a int){% endif %}\"", "`a.pre-hook.0` cannot be detached: it makes a temporary table for its model"},
                                               {"", ", post_hook='commit'", "`a.post-hook.0` cannot be detached: it cuts into the transaction of its model"},
                                               {"on-run-start: [create temp table kept (a int)]\non-run-end: [insert into t select * from kept]\n", "", "`on-run-start.shop.0` cannot be detached: it makes a temporary table that on-run-end reads"}}) {
    const Shop shop{hooks, config};
    const Outcome outcome = shop.detach();
    BOOST_CHECK_EQUAL(outcome.status, 2);
    check_says(outcome.err, message);
    BOOST_CHECK(!fs::exists(shop.files().file("target/detached")));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made_whole_is_not_made) {
  const Shop other{""};
  other.files().write("target/detached/mine.txt", "mine");
  check_says(other.detach().err, "is there and was not made by hookc");
  const Shop macro{""};
  macro.files().write("macros/h.sql", "{% macro run_hooks(hooks, inside_transaction=True) %}{% endmacro %}");
  check_says(macro.detach().err, "the project has a macro `run_hooks` of its own");
  const Shop memory{""};
  memory.files().write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, schema: main}}}\n");
  check_says(memory.detach().err, "the target's database is in memory");
  const Shop beside{""};
  beside.files().write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n");
  check_says(beside.detach().err, "is relative to where dbt runs");
  const Shop anchor{"on-run-start: &hooks ['select 1']\nvars-of-mine: *hooks\n"};
  check_says(anchor.detach().err, "is no YAML any more without its hooks");
}

BOOST_AUTO_TEST_CASE(phases_of_one_run_share_its_id_and_are_run_once) {
  const Shop shop{"on-run-start: [select 1]\non-run-end: [select 2]\n"};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"run", shop.files().path()});
    return run_hookc(arguments);
  };
  check_says(run({"--phase", "on-run-end", "--same-run"}).err, "there is no run for these phases to belong to");
  BOOST_REQUIRE_EQUAL(run({"--phase", "on-run-start"}).status, 0);
  check_says(run({"--phase", "on-run-start", "--same-run"}).err, "the last run has executed hooks of `on-run-start` already");
  const Outcome start = run_hookc({"history", shop.files().path(), "--format", "json"});
  BOOST_REQUIRE_EQUAL(run({"--phase", "on-run-end", "--same-run"}).status, 0);
  const Outcome both = run_hookc({"history", shop.files().path(), "--format", "json"});
  const std::string id = start.out.substr(start.out.find("run_id") + 9, 36);
  BOOST_CHECK_EQUAL(both.out.substr(both.out.find("run_id") + 9, 36), id);
}

}  // namespace
}  // namespace hookc
