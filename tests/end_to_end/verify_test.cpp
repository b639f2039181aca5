// Boost.Test: `hookc verify` through the built program, on the database that HOOKC_TEST_ADAPTER names.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/adapters/database.h"
#include "tests/end_to_end/command.h"

namespace hookc {
namespace {

struct Verified {
  int status = -1;
  std::map<std::string, std::string> rerun;  // by hook
  std::map<std::string, std::string> retry;
  std::map<std::string, std::string> reason;  // of the rerun
  std::vector<std::string> notes;
};

/// A project on a target of the tested database, and the database itself.
class Verification {
 public:
  Verification() : project_("") {
    const auto text = [&](std::string_view field) {
      const Value* value = database_.target().connection->find(field);
      return value == nullptr ? std::string{} : std::string{text_of(*value).value_or("")};
    };
    const bool postgres = tested_product() == Product::Postgres;
    const std::string target = postgres ? "{type: postgres, schema: analytics, user: hookc, dbname: hookc, host: '" + text("host") + "', port: " + text("port") + "}"
                                        : "{type: duckdb, schema: analytics, path: '" + text("path") + "'}";
    project_.write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: " + target + "\n    cloud: {type: snowflake, account: a, schema: s}\n");
  }

  void write(const std::string& file, const std::string& text) { project_.write(file, text); }
  void hooks(const std::string& yaml) { write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + yaml); }
  [[nodiscard]] Adapter& own() { return *own_; }
  void close() { own_.reset(); }  // DuckDB lets one process at a time into a file

  [[nodiscard]] Verified verify() const {
    const Outcome outcome = run_hookc({"verify", project_.path(), "--format", "json"});
    BOOST_REQUIRE_MESSAGE(outcome.status <= 1, outcome.out + outcome.err);
    Verified verified;
    verified.status = outcome.status;
    const auto report = nlohmann::json::parse(outcome.out);
    for (const auto& hook : report["hooks"]) {
      verified.rerun[hook["hook"]] = hook["rerun"]["verdict"];
      verified.retry[hook["hook"]] = hook["retry"]["verdict"];
      verified.reason[hook["hook"]] = hook["rerun"]["reason"];
    }
    verified.notes = report["notes"].get<std::vector<std::string>>();
    return verified;
  }
  [[nodiscard]] Outcome run(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{"verify", project_.path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_hookc(command);
  }

 private:
  TestDatabase database_;
  ProjectCopy project_;
  std::unique_ptr<Adapter> own_ = database_.session();
};

BOOST_AUTO_TEST_CASE(hooks_that_can_be_repeated_are_told_from_those_that_add_rows) {
  Verification shop;
  shop.hooks(
      "on-run-start:\n"
      "  - create table if not exists analytics.log (id text, n int)\n"
      "  - insert into analytics.log values ('x', 1)\n"
      "  - delete from analytics.log where id = 'y'; insert into analytics.log values ('y', 1)\n"
      "  - \"insert into analytics.log values ('{{ invocation_id }}', 1)\"\n"
      "  - \"update analytics.log set n = 2 where id = '{{ invocation_id }}'\"\n"
      "  - create table analytics.pair (id int)\n"
      "on-run-end: drop table analytics.pair\n");
  shop.close();
  const Verified verified = shop.verify();
  BOOST_TEST(verified.status == 1);
  BOOST_TEST(verified.rerun.at("on-run-start.shop.0") == "idempotent");
  BOOST_TEST(verified.rerun.at("on-run-start.shop.1") == "drifts");
  BOOST_TEST(verified.retry.at("on-run-start.shop.1") == "drifts");
  BOOST_TEST(verified.reason.at("on-run-start.shop.1") == "`analytics.log` has 5 rows, then 7");
  BOOST_TEST(verified.rerun.at("on-run-start.shop.3") == "drifts");
  BOOST_TEST(verified.rerun.at("on-run-start.shop.4") == "idempotent");
  BOOST_TEST(verified.rerun.at("on-run-start.shop.5") == "idempotent");
  BOOST_TEST(verified.rerun.at("on-run-end.shop.0") == "idempotent");
}

BOOST_AUTO_TEST_CASE(a_row_of_each_run_is_no_finding_and_a_counter_is_one) {
  Verification shop;
  shop.hooks("on-run-start:\n  - create table if not exists analytics.log (id text, n int)\n  - \"insert into analytics.log values ('{{ invocation_id }}', 1)\"\n");
  shop.close();
  BOOST_TEST(shop.verify().status == 0);
  shop.hooks(
      "on-run-start:\n  - create table if not exists analytics.state as select 1 as n\n  - update analytics.state set n = n + 1\n");
  const Verified counted = shop.verify();
  BOOST_TEST(counted.status == 1);
  BOOST_TEST(counted.rerun.at("on-run-start.shop.0") == "idempotent");
  BOOST_TEST(counted.reason.at("on-run-start.shop.1") == "other rows in `analytics.state`");
}

BOOST_AUTO_TEST_CASE(what_fails_again_says_why_and_a_rebuilt_table_is_fresh) {
  Verification shop;
  shop.hooks("models:\n  +post-hook: \"alter table {{ this }} add column loaded_by text\"\n");
  shop.write("models/kept.sql", "{{ config(materialized='incremental') }}select 1 as id");
  shop.write("models/rebuilt.sql", "{{ config(materialized='table') }}select 1 as id");
  shop.close();
  const Verified verified = shop.verify();
  BOOST_TEST(verified.status == 1);
  BOOST_TEST(verified.rerun.at("rebuilt.post-hook.0") == "idempotent");
  BOOST_TEST(verified.rerun.at("kept.post-hook.0") == "fails-again");
  BOOST_TEST(verified.reason.at("kept.post-hook.0").find("loaded_by") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sources_are_copied_with_their_rows_and_the_own_database_stays) {
  Verification shop;
  must(shop.own(), "create schema if not exists raw");
  must(shop.own(), "create table raw.orders (id int, note varchar(20), price numeric(10, 2), placed timestamp)");
  must(shop.own(), "insert into raw.orders values (1, 'it''s', 2.50, '2026-01-02 03:04:05'), (2, null, null, null)");
  shop.close();
  shop.hooks("on-run-end: \"insert into analytics.copy select id from {{ source('raw', 'orders') }}\"\non-run-start: create table if not exists analytics.copy (id int)\n");
  shop.write("models/sources.yml", "sources:\n  - name: raw\n    tables: [{name: orders}, {name: absent}]\n");
  shop.write("models/orders.sql", "{{ config(materialized='table') }}select * from {{ source('raw', 'orders') }}");
  const Verified verified = shop.verify();
  BOOST_TEST(verified.reason.at("on-run-end.shop.0") == "`analytics.copy` has 4 rows, then 6");
  BOOST_REQUIRE(verified.notes.size() == 1U);
  BOOST_TEST(verified.notes.front().starts_with("the source `raw.absent` was not copied: "));
}

BOOST_AUTO_TEST_CASE(what_reaches_beyond_is_not_executed_and_no_finding) {
  Verification shop;
  shop.hooks("on-run-start: create role hookc_verify_never\n");
  shop.close();
  const Verified verified = shop.verify();
  BOOST_TEST(verified.status == 0);
  BOOST_TEST(verified.rerun.at("on-run-start.shop.0") == "not-verified");
  BOOST_TEST(verified.reason.at("on-run-start.shop.0").find("not of the scratch database alone") != std::string::npos, verified.reason.at("on-run-start.shop.0"));
}

BOOST_AUTO_TEST_CASE(a_hook_that_fails_at_once_is_a_finding_and_not_verified) {
  Verification shop;
  shop.hooks("on-run-end: insert into nobody.has_this values (1)\n");
  shop.close();
  const Verified verified = shop.verify();
  BOOST_TEST(verified.status == 1);
  BOOST_TEST(verified.rerun.at("on-run-end.shop.0") == "not-verified");
  BOOST_TEST(verified.reason.at("on-run-end.shop.0").starts_with("it failed the first time: "));
}

BOOST_AUTO_TEST_CASE(other_databases_are_not_verifiable) {
  Verification shop;
  shop.hooks("on-run-end: select 1\n");
  shop.close();
  const Outcome outcome = shop.run({"--target", "cloud"});
  BOOST_TEST(outcome.status == 2);
  BOOST_TEST(outcome.err.find("not verifiable") != std::string::npos, outcome.err);
}

}  // namespace
}  // namespace hookc
