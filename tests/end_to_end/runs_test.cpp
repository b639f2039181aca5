// Boost.Test: runs that break off and go on, what they leave behind, and what hookc.yml says about them.
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

using Json = nlohmann::json;

constexpr const char* kProject = "name: shop\nversion: '1.0'\nprofile: shop\n";

/// A project whose hooks write rows into `audit`; `fail` is a table that is not there until somebody makes it.
class Shop {
 public:
  explicit Shop(const std::string& settings = "", const std::string& failing = "insert into audit select 2 from fail") {
    copy_.write("dbt_project.yml", std::string{kProject} + "on-run-start: ['create table if not exists audit (a int)', 'insert into audit values (1)', '" + failing + "']\non-run-end: ['insert into audit values (3)']\n");
    copy_.write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: target/shop.duckdb, schema: main, password: \"hush, it is secret\"}}}\n");
    if (!settings.empty()) copy_.write("hookc.yml", settings);
  }
  [[nodiscard]] Outcome run(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"run", copy_.path()});
    return run_hookc(arguments);
  }
  [[nodiscard]] Outcome history(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"history", copy_.path()});
    return run_hookc(arguments);
  }
  /// Mends what fails, from outside of the project's hooks.
  void mend() const {
    const ProjectCopy other{""};
    other.write("dbt_project.yml", std::string{kProject} + "on-run-start: ['create table fail as select 1 as a']\n");
    other.write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: '" + copy_.file("target/shop.duckdb").string() + "', schema: main}}}\n");
    const Outcome outcome = run_hookc({"run", other.path()});
    BOOST_REQUIRE_MESSAGE(outcome.status == 0, outcome.out << outcome.err);
  }
  [[nodiscard]] std::string read(const std::string& name) const { return read_file(copy_.file(name)); }
  [[nodiscard]] const ProjectCopy& files() const { return copy_; }

 private:
  ProjectCopy copy_{""};
};

void check_says(const std::string& text, std::string_view part) { BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, "`" << part << "` is not in:\n" << text); }

BOOST_AUTO_TEST_CASE(failed_run_goes_on_behind_what_it_has_done) {
  const Shop shop;
  BOOST_CHECK_EQUAL(shop.run().status, 1);
  shop.mend();
  const Outcome again = shop.run({"--resume"});
  BOOST_REQUIRE_MESSAGE(again.status == 0, again.out << again.err);
  check_says(again.err, "done before the run broke off");
  const Outcome third = shop.run({"--resume"});
  BOOST_CHECK_EQUAL(third.status, 2);
  check_says(third.err, "there is no run to resume: the last run (");
  check_says(third.err, "has ended with success");
  const Json runs = Json::parse(shop.history({"--format", "json"}).out).at("runs");
  BOOST_REQUIRE_EQUAL(runs.size(), 1U);
  BOOST_CHECK_EQUAL(runs[0].at("status"), "success");
  const Json& hooks = runs[0].at("hooks");
  BOOST_CHECK_EQUAL(hooks.at(1).at("attempts"), 1);
  BOOST_CHECK_EQUAL(hooks.at(2).at("attempts"), 2);
}

BOOST_AUTO_TEST_CASE(run_of_other_hooks_or_another_request_is_not_gone_on_with) {
  const Shop shop;
  BOOST_CHECK_EQUAL(shop.run().status, 1);
  check_says(shop.run({"--resume", "--phase", "on-run-end"}).err, "the last run was asked for other phases, nodes or hooks");
  shop.files().write("hookc.yml", "ledger: database\n");
  check_says(shop.run({"--resume"}).err, "the last run kept its ledger in another place");
  shop.files().write("hookc.yml", "");
  shop.files().write("dbt_project.yml", std::string{kProject} + "on-run-start: ['select 1']\n");
  check_says(shop.run({"--resume"}).err, "the hooks, or what they were compiled with, are not those of the last run");
}

BOOST_AUTO_TEST_CASE(nothing_to_resume_is_said) {
  const Shop shop;
  const Outcome outcome = shop.run({"--resume"});
  BOOST_CHECK_EQUAL(outcome.status, 2);
  check_says(outcome.err, "holds no journal");
}

BOOST_AUTO_TEST_CASE(results_are_written_after_an_error_too) {
  const Shop shop;
  BOOST_CHECK_EQUAL(shop.run().status, 1);
  const Json json = Json::parse(shop.read("target/hookc-run/run_results.json"));
  std::vector<std::string> statuses;
  for (const Json& one : json.at("results")) statuses.push_back(one.at("status"));
  BOOST_TEST(statuses == (std::vector<std::string>{"success", "success", "error", "success"}), boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(json.at("results").at(2).at("unique_id"), "operation.shop.shop-on-run-start-2");
  check_says(json.at("results").at(2).at("message").get<std::string>(), "fail");
}

BOOST_AUTO_TEST_CASE(history_answers_which_runs_failed_and_which_were_slow) {
  const Shop shop;
  BOOST_CHECK_EQUAL(shop.history().out, "no runs\n");
  BOOST_CHECK_EQUAL(shop.run().status, 1);
  shop.mend();
  BOOST_CHECK_EQUAL(shop.run().status, 0);
  const auto numbers = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    std::vector<int> found;
    const Json history = Json::parse(shop.history(std::move(arguments)).out);
    for (const Json& run : history.at("runs")) found.push_back(run.at("number"));
    return found;
  };
  BOOST_TEST(numbers({}) == (std::vector<int>{2, 1}), boost::test_tools::per_element());
  BOOST_TEST(numbers({"--failed"}) == (std::vector<int>{1}), boost::test_tools::per_element());
  BOOST_TEST(numbers({"--limit", "1"}) == (std::vector<int>{2}), boost::test_tools::per_element());
  BOOST_CHECK(numbers({"--slower-than", "3600"}).empty());
  const std::string text = shop.history().out;
  check_says(text, "error on-run-start.shop.2: ");
}

BOOST_AUTO_TEST_CASE(second_run_at_the_same_time_is_refused) {
  const Shop shop{"", "select 2"};
  BOOST_CHECK_EQUAL(shop.run().status, 0);
  const int lock = open(shop.files().file("target/hookc-run/lock").c_str(), O_RDWR | O_CLOEXEC);
  BOOST_REQUIRE(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0);
  const Outcome outcome = shop.run();
  close(lock);
  BOOST_CHECK_EQUAL(outcome.status, 2);
  check_says(outcome.err, "another run of this project goes on");
  BOOST_CHECK_EQUAL(shop.run().status, 0);
}

BOOST_AUTO_TEST_CASE(policies_of_hookc_yml_are_kept) {
  const Shop warned{"hooks:\n  - match: 'on-run-start.shop.2'\n    on_error: warn\n"};
  const Outcome outcome = warned.run();
  BOOST_CHECK_EQUAL(outcome.status, 0);
  check_says(outcome.out, "warning on-run-start.shop.2");
  const Shop aborted{"hooks:\n  - {match: '*.2', on_error: abort}\n"};
  const Outcome ended = aborted.run();
  BOOST_CHECK_EQUAL(ended.status, 1);
  check_says(ended.out, "the run ended early: `on-run-start.shop.2` failed, and hookc.yml says `on_error: abort`");
}

BOOST_AUTO_TEST_CASE(statement_that_takes_too_long_is_cancelled) {
  const Shop shop{"hooks: [{match: '*', timeout: 0.3}]\n", "select sum(hash(a.range)) from range(100000000000) a"};
  const Outcome outcome = shop.run();
  BOOST_CHECK_EQUAL(outcome.status, 1);
  check_says(outcome.out, "the statement was cancelled after 0.3 seconds");
}

BOOST_AUTO_TEST_CASE(policies_hold_for_artifacts_too) {
  const Shop shop{"hooks: [{match: '*.2', on_error: warn}]\nledger: database\nledger-schema: runs\n"};
  const Outcome compiled = run_hookc({"compile", shop.files().path()});
  BOOST_REQUIRE_MESSAGE(compiled.status == 0, compiled.err);
  const Outcome outcome = run_hookc({"run", "--artifacts", shop.files().file("target/hookc").string()});
  BOOST_REQUIRE_MESSAGE(outcome.status == 0, outcome.out << outcome.err);
  check_says(outcome.out, "warning on-run-start.shop.2");
  check_says(shop.read("target/hookc-run/000001-" + Json::parse(shop.history({"--format", "json"}).out).at("runs").at(0).at("run_id").get<std::string>().substr(0, 8) + ".jsonl"), R"("ledger":"runs")");
}

BOOST_AUTO_TEST_CASE(settings_of_runs_that_mean_nothing_are_said_with_their_place) {
  for (const auto& [settings, message] : {std::pair{"ledger: disk\n", "hookc.yml:1:9: error: `ledger: disk` is not known"},
                                          {"hooks:\n  - on_error: warn\n", "an entry of `hooks` has no `match`"},
                                          {"hooks:\n  - {match: '*', on_error: stop}\n", "`on_error: stop` is not known"},
                                          {"hooks:\n  - {match: '*', retries: 99}\n", "`retries` is a number from 0 to 20"},
                                          {"hooks:\n  - {match: '*', timeout: 0}\n", "`timeout` is a number of seconds above 0"},
                                          {"hooks:\n  - {match: '*', timout: 1}\n", "the setting `timout` of a hook is not known"}}) {
    const Outcome outcome = Shop{settings}.run();
    BOOST_CHECK_EQUAL(outcome.status, 2);
    check_says(outcome.err, message);
  }
}

BOOST_AUTO_TEST_CASE(artifacts_that_were_changed_are_refused) {
  const Shop shop{"", "select 2"};
  BOOST_REQUIRE_EQUAL(run_hookc({"compile", shop.files().path()}).status, 0);
  std::string manifest = shop.read("target/hookc/manifest.json");
  manifest.replace(manifest.find("insert into audit values (1)"), 28, "insert into audit values (9)");
  shop.files().write("target/hookc/manifest.json", manifest);
  const Outcome outcome = run_hookc({"run", "--artifacts", shop.files().file("target/hookc").string()});
  BOOST_CHECK_EQUAL(outcome.status, 2);
  check_says(outcome.err, "hook `on-run-start.shop.1` was changed after it was compiled");
  BOOST_CHECK(!std::filesystem::exists(shop.files().file("target/shop.duckdb")));
}

BOOST_AUTO_TEST_CASE(templates_cannot_read_files_or_reach_into_python) {
  const Shop shop{"", "select 2"};
  shop.files().write("secret.sql", "hush");
  for (const char* text : {"{% include 'secret.sql' %}", "{% import 'secret.sql' as s %}", "{{ open('secret.sql') }}", "{{ modules.os }}{{ modules.os.environ }}", "{{ ''.__class__.__mro__ }}"}) {
    shop.files().write("dbt_project.yml", std::string{kProject} + "on-run-start: [\"" + text + "\"]\n");
    const Outcome outcome = shop.run();
    BOOST_CHECK_MESSAGE(outcome.status != 0, text << "\n" << outcome.out << outcome.err);
    BOOST_CHECK_MESSAGE((outcome.out + outcome.err).find("hush") == std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(dry_run_prints_the_transaction_of_each_node_and_what_stands_outside) {
  const Shop shop{"", "select 2"};
  shop.files().write("models/a.sql", "{{ config(materialized='table', pre_hook=[{'sql': 'vacuum', 'transaction': false}, 'select 11'], post_hook=['select 12', {'sql': 'checkpoint', 'transaction': false}]) }} select 1 as a");
  const Outcome outcome = shop.run({"--dry-run", "--select", "a", "--phase", "pre-hook", "--phase", "post-hook"});
  BOOST_REQUIRE_EQUAL(outcome.status, 0);
  BOOST_CHECK_EQUAL(outcome.out,
                    "-- model.shop.a (table): before its transaction\n\n-- a.pre-hook.0\nvacuum;\n\nbegin;  -- the transaction of model.shop.a (table)\n\n-- a.pre-hook.1\nselect 11;\n\n-- a.post-hook.0\nselect 12;\n\n"
                    "commit;  -- the transaction of model.shop.a (table)\n\n-- model.shop.a (table): after its transaction\n\n-- a.post-hook.1\ncheckpoint;\n\n");
}

BOOST_AUTO_TEST_CASE(hook_that_dbt_would_drop_in_silence_is_refused) {
  const Shop shop{"", "select 2"};
  shop.files().write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: snowflake, account: a, schema: main, database: d}}}\n");
  shop.files().write("models/a.sql", "{{ config(materialized='table', post_hook={'sql': 'select 12', 'transaction': false}) }} select 1 as a");
  const Outcome outcome = shop.run({"--dry-run"});
  BOOST_CHECK_EQUAL(outcome.status, 2);
  check_says(outcome.err, "models/a.sql:1:52: error: dbt never runs `a.post-hook.0`: `table` on snowflake runs no hook with `transaction: false`");
  BOOST_CHECK_EQUAL(run_hookc({"compile", shop.files().path()}).status, 2);
}

BOOST_AUTO_TEST_CASE(secrets_of_the_profile_are_in_nothing_that_a_run_writes) {
  const Shop shop;
  const Outcome outcome = shop.run({"--log-format", "json"});
  std::string all = outcome.out + outcome.err + shop.history({"--format", "json"}).out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{shop.files().file("target")}) {
    if (entry.is_regular_file()) all += read_file(entry.path());
  }
  BOOST_CHECK(all.find("hush") == std::string::npos);
}

}  // namespace
}  // namespace hookc
