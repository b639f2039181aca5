// Boost.Test: what policies make of a hook that fails, and what run_results.json says of it.
#include <boost/test/unit_test.hpp>

#include <fstream>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "compiler/program/artifacts.h"
#include "runtime/policies.h"
#include "runtime/run_results.h"
#include "tests/unit/mortal_runs.h"

namespace hookc {
namespace {

// ---------------------------------------------------------------------------------------------------------------- policies

BOOST_AUTO_TEST_CASE(of_each_policy_the_first_match_counts) {
  const std::vector<PolicySetting> settings{setting("on-run-*.shop.0", OnError::Warn), setting("on-run-start.*", OnError::Abort, 3), setting("*", std::nullopt, 5, 1.5)};
  const HookPolicy first = policy_for(settings, "on-run-start.shop.0");
  BOOST_CHECK(first.on_error == OnError::Warn);
  BOOST_CHECK_EQUAL(first.retries, 3U);
  BOOST_CHECK(first.timeout == std::chrono::milliseconds{1500});
  const HookPolicy other = policy_for(settings, "a.post-hook.0");
  BOOST_CHECK(other.on_error == OnError::Default);
  BOOST_CHECK_EQUAL(other.retries, 5U);
}

/// A run, and what was heard of it.
struct Heard {
  RunReport report;
  std::vector<HookOutcome> hooks;
  std::vector<NodeOutcome> nodes;
};

RunStatus status_of(const Heard& heard, std::string_view hook) {
  const auto found = std::ranges::find(heard.hooks, hook, &HookOutcome::hook);
  BOOST_REQUIRE_MESSAGE(found != heard.hooks.end(), hook);
  return found->status;
}

Heard failing_run(std::optional<OnError> on_error) {
  Runs runs{""};
  runs.fails["insert into audit values (1)"].message = "no";
  if (on_error) runs.project().settings.policies.push_back(setting("on-run-start.shop.1", on_error));
  RunReport report = *runs.run(false);
  return {std::move(report), std::move(runs.hook_outcomes), std::move(runs.node_outcomes)};
}

BOOST_AUTO_TEST_CASE(failing_hook_means_what_its_policy_says) {
  const std::string next = "on-run-start.shop.2";
  const Heard as_dbt = failing_run(std::nullopt);
  BOOST_CHECK(status_of(as_dbt, next) == RunStatus::Skipped && status_of(as_dbt, "on-run-end.shop.0") == RunStatus::Success && as_dbt.nodes.front().status == RunStatus::Skipped);
  const Heard aborted = failing_run(OnError::Abort);
  BOOST_CHECK(status_of(aborted, next) == RunStatus::Skipped && status_of(aborted, "on-run-end.shop.0") == RunStatus::Skipped && aborted.report.has_failed());
  const Heard continued = failing_run(OnError::Continue);
  BOOST_CHECK(status_of(continued, next) == RunStatus::Success && status_of(continued, "on-run-start.shop.1") == RunStatus::Error && continued.report.has_failed());
  const Heard warned = failing_run(OnError::Warn);
  BOOST_CHECK(status_of(warned, next) == RunStatus::Success && status_of(warned, "on-run-start.shop.1") == RunStatus::Warn && !warned.report.has_failed());
}

BOOST_AUTO_TEST_CASE(only_a_conflict_is_tried_again_and_only_as_often_as_asked_for) {
  for (const auto& [kind, failures, passes] : {std::tuple{AdapterError::Kind::Conflict, 2, true}, {AdapterError::Kind::Conflict, 3, false}, {AdapterError::Kind::Constraint, 1, false}}) {
    Runs runs{""};
    runs.fails["insert into audit values (1)"].kind = kind;
    runs.failures = failures;
    runs.project().settings.policies.push_back(setting("on-run-start.shop.1", std::nullopt, 2));
    BOOST_CHECK_EQUAL(!runs.run(false)->has_failed(), passes);
  }
}

// ---------------------------------------------------------------------------------------------------------------- run_results.json

using Json = nlohmann::json;

/// The fields that dbt's published schema of run results (version 6) requires, and their types.
void check_shape(const Json& json) {
  BOOST_REQUIRE(json.is_object());
  BOOST_CHECK_EQUAL(json.at("metadata").at("dbt_schema_version"), "https://schemas.getdbt.com/dbt/run-results/v6.json");
  BOOST_CHECK(json.at("elapsed_time").is_number());
  BOOST_CHECK(json.at("args").is_object());
  BOOST_REQUIRE(json.at("results").is_array());
  for (const Json& one : json.at("results")) {
    const std::set<std::string> known{"status", "timing", "thread_id", "execution_time", "adapter_response", "message", "failures", "unique_id", "compiled", "compiled_code", "relation_name", "batch_results"};
    for (const auto& [key, value] : one.items()) BOOST_CHECK_MESSAGE(known.contains(key), key);
    const std::set<std::string> statuses{"success", "error", "skipped", "partial success", "pass", "fail", "warn", "runtime error"};
    BOOST_CHECK(statuses.contains(one.at("status").get<std::string>()));
    for (const Json& timing : one.at("timing")) BOOST_CHECK(timing.at("name").is_string());
    BOOST_CHECK(one.at("thread_id").is_string() && one.at("unique_id").is_string() && one.at("execution_time").is_number() && one.at("adapter_response").is_object());
    BOOST_CHECK(one.at("message").is_string() || one.at("message").is_null());
    BOOST_CHECK(one.at("failures").is_number_integer() || one.at("failures").is_null());
    for (const char* field : {"compiled", "compiled_code", "relation_name"}) BOOST_CHECK(one.contains(field));
  }
}

BOOST_AUTO_TEST_CASE(run_results_have_dbts_shape_also_after_an_error) {
  for (const bool fails : {false, true}) {
    Runs runs{""};
    if (fails) runs.fails["insert into audit values (11)"].message = "no \xff";
    const Folder folder;
    RunResultsFile results{folder.path() / "run_results.json"};
    runs.other_listener = &results;
    const RunReport report = *runs.run(false);
    BOOST_REQUIRE(!results.finish(runs.program(), RunIdentity{"r1", "2024-01-31T10:00:00.000001+00:00"}, report.seconds));
    std::ifstream stream{folder.path() / "run_results.json"};
    const Json json = Json::parse(stream);
    check_shape(json);
    BOOST_CHECK_EQUAL(json.at("metadata").at("invocation_id"), "r1");
    std::vector<std::string> ids;
    for (const Json& one : json.at("results")) ids.push_back(one.at("unique_id"));
    BOOST_CHECK_EQUAL(ids.front(), "operation.shop.shop-on-run-start-0");
    BOOST_CHECK_EQUAL(ids.back(), "operation.shop.shop-on-run-end-0");
    const auto model = std::ranges::find(ids, "model.shop.a");
    BOOST_REQUIRE(model != ids.end());
    const Json& node = json.at("results").at(static_cast<std::size_t>(model - ids.begin()));
    BOOST_CHECK_EQUAL(node.at("status"), fails ? "error" : "success");
    BOOST_CHECK_EQUAL(node.at("adapter_response").at("hooks").size(), 4U);
  }
}

BOOST_AUTO_TEST_CASE(run_results_are_written_whole_and_for_the_owner_only) {
  const Folder folder;
  const fs::path file = folder.path() / "run_results.json";
  folder.write("run_results.json", "old");
  const Runs runs{""};
  const RunIdentity identity{"r1", "2024-01-31T10:00:00.000001+00:00"};
  { const RunResultsFile broken_off{file}; }
  BOOST_CHECK_EQUAL(fs::file_size(file), 3U);
  RunResultsFile results{file};
  BOOST_REQUIRE(!results.finish(runs.program(), identity, 1));
  BOOST_CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  BOOST_CHECK_GT(fs::file_size(file), 3U);
  BOOST_CHECK(!fs::exists(folder.path() / "run_results.json.tmp"));
  RunResultsFile nowhere{folder.path() / "none" / "run_results.json"};
  BOOST_CHECK(nowhere.finish(runs.program(), identity, 1).has_value());
}

}  // namespace
}  // namespace hookc
