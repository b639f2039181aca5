// Boost.Test: what a run that is killed, or loses its connection, leaves in its journal and its table, and what a run that goes on makes of it.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "compiler/base/sha256.h"
#include "runtime/ledger/journal.h"
#include "runtime/ledger/ledger.h"
#include "tests/unit/mortal_runs.h"

namespace hookc {
namespace {

/// What the message says to look at, looked at: the step in doubt took effect when its statement is among those that did.
Doubt look(const Runs& runs) {
  const RunRecord run = read_journals(runs.journals()).back();
  for (const auto& [key, step] : run.steps) {
    if (step.state != StepState::InDoubt) continue;
    const bool is_there = std::ranges::any_of(runs.database.done, [&](const std::string& sql) { return sha256(sql) == step.checksum; });
    return is_there ? Doubt::IsDone : Doubt::Repeat;
  }
  BOOST_FAIL("nothing is in doubt");
  return Doubt::Stop;
}

/// Kills a run at every call, before and after its effect, and goes on with it to its end; says how often it stopped in doubt.
int kill_everywhere(const std::string& schema, bool has_transactional_ddl) {
  Runs runs{schema, has_transactional_ddl};
  BOOST_REQUIRE(!runs.run(false)->has_failed());
  const auto expected = runs.rows();
  BOOST_REQUIRE_EQUAL(expected.size(), 12U);
  int stops = 0;
  const int calls = runs.calls;
  for (int call = 1; call <= calls; ++call) {
    for (const bool after : {false, true}) {
      runs.forget();
      BOOST_REQUIRE(!runs.run(false, Doubt::Stop, call, after));
      if (read_journals(runs.journals()).empty()) continue;
      auto report = runs.run(true);
      for (int tries = 0; report->has_failed() && tries < 3; ++tries) {
        ++stops;
        report = runs.run(true, look(runs));
      }
      BOOST_CHECK_MESSAGE(!report->has_failed(), "killed at call " << call);
      for (const auto& [sql, count] : expected) {
        const auto rows = runs.rows();
        const int found = rows.contains(sql) ? rows.at(sql) : 0;
        BOOST_CHECK_MESSAGE(found == count, found << " times `" << sql << "` after a kill " << (after ? "after" : "before") << " the effect of call " << call);
      }
    }
  }
  return stops;
}

/// The machine stops: of the journal there is what was waited for, and what is asked next is asked after a boot. An announcement is waited for when a hook of it begins.
void lose_power(const fs::path& journals, bool builds = true) {
  const RunRecord run = read_journals(journals).back();
  std::ifstream stream{run.file};
  std::vector<std::string> lines;
  std::size_t on_disk = 0;
  bool has_build = false;  // the open transaction
  std::map<std::string, std::size_t> announced;  // hooks, with the lines up to their announcement
  for (std::string line; std::getline(stream, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    if (const std::size_t boot = line.find(R"("boot":")"); boot != std::string::npos) line.insert(boot + 8, "another");
    lines.push_back(line);
    const std::string event = json.value("e", "");
    if (event == "run" || event == "end" || (builds && event == "node")) on_disk = lines.size();
    if (event == "step" && json.at("hook").get<std::string>().starts_with("build ")) has_build = true;
    if (event == "begin") has_build = false;
    if (event == "commit" && has_build) on_disk = lines.size();
    if (event == "ahead") {
      for (const auto& hook : json.at("hooks")) announced[hook.get<std::string>()] = lines.size();
    }
    if (event == "hook") on_disk = std::max(on_disk, announced.at(json.value("hook", "")));
  }
  stream.close();
  std::ofstream left{run.file, std::ios::trunc};
  for (std::size_t i = 0; i < on_disk; ++i) left << lines[i] << "\n";
}

/// Stops the machine at every call, and goes on once; says how often that stopped in doubt.
int lose_power_everywhere(const std::string& schema, bool builds) {
  Runs runs{schema};
  runs.request.build_models = builds;
  BOOST_REQUIRE(!runs.run(false)->has_failed());
  const auto expected = runs.rows();
  int stops = 0;
  const int calls = runs.calls;
  for (int call = 1; call <= calls; ++call) {
    for (const bool after : {false, true}) {
      runs.forget();
      BOOST_REQUIRE(!runs.run(false, Doubt::Stop, call, after));
      if (read_journals(runs.journals()).empty()) continue;
      lose_power(runs.journals(), builds);
      const bool has_stopped = runs.run(true)->has_failed();
      if (has_stopped) ++stops;
      for (const auto& [sql, count] : expected) {
        const auto rows = runs.rows();
        const int found = rows.contains(sql) ? rows.at(sql) : 0;
        BOOST_CHECK_MESSAGE(has_stopped ? found <= count : found == count, found << " times `" << sql << "` after the machine stopped " << (after ? "after" : "before") << " the effect of call " << call);
      }
    }
  }
  return stops;
}

BOOST_AUTO_TEST_CASE(no_row_is_there_twice_wherever_the_machine_stops) {
  for (const bool builds : {true, false}) {
    BOOST_CHECK_GT(lose_power_everywhere("", builds), 0);
    BOOST_CHECK_EQUAL(lose_power_everywhere("l", builds), 0);
  }
}

BOOST_AUTO_TEST_CASE(step_is_not_repeated_where_those_behind_it_may_be_done) {
  Runs runs{"", true, "on-run-start: \"delete from audit where a = 1; insert into audit values (1); insert into audit values (2)\"\n"};
  runs.request.build_models = false;
  runs.request.plan.phases = {HookPhase::OnRunStart};
  runs.dies_behind = "insert into audit values (1)";
  BOOST_REQUIRE(!runs.run(false));
  lose_power(runs.journals(), false);
  BOOST_CHECK(runs.run(true)->has_failed());
  BOOST_CHECK_EQUAL(std::ranges::count(runs.database.done, "delete from audit where a = 1"), 1);
}

BOOST_AUTO_TEST_CASE(answer_about_one_step_in_doubt_is_none_about_the_next) {
  Runs runs{"", true, "on-run-start: ['insert into audit values (1)', 'insert into audit values (2)', 'insert into audit values (3)']\n"};
  runs.request.build_models = false;
  runs.request.plan.phases = {HookPhase::OnRunStart};
  runs.dies_behind = "insert into audit values (2)";
  BOOST_REQUIRE(!runs.run(false));
  lose_power(runs.journals());
  // That the first is done was not on the disk yet; the second had begun, and the third not.
  BOOST_CHECK(runs.run(true, Doubt::Stop)->has_failed());
  BOOST_CHECK(runs.run(true, Doubt::IsDone)->has_failed());
  BOOST_CHECK_EQUAL(runs.rows().count("insert into audit values (3)"), 0U);
  BOOST_CHECK(!runs.run(true, Doubt::IsDone)->has_failed());
  for (const auto& [sql, count] : runs.rows()) BOOST_CHECK_MESSAGE(count == 1, count << " times `" << sql << "`");
  BOOST_CHECK_EQUAL(runs.rows().size(), 3U);
}

BOOST_AUTO_TEST_CASE(verdict_is_asked_for_only_where_a_step_is_in_doubt) {
  Runs runs{"", true, "on-run-start: ['delete from audit where a = 1', 'drop table if exists gone', 'insert into audit values (1)']\n"};
  runs.request.build_models = false;
  runs.request.plan.phases = {HookPhase::OnRunStart};
  runs.dies_behind = "drop table if exists gone";
  BOOST_REQUIRE(!runs.run(false));
  BOOST_CHECK_EQUAL(runs.verdicts, 0);
  BOOST_CHECK(!runs.run(true)->has_failed());
  BOOST_CHECK_EQUAL(runs.verdicts, 1);
}

BOOST_AUTO_TEST_CASE(ledger_in_the_database_leaves_no_doubt_wherever_a_run_is_killed) { BOOST_CHECK_EQUAL(kill_everywhere("l", true), 0); }

BOOST_AUTO_TEST_CASE(journal_alone_stops_where_there_is_doubt_and_no_row_is_there_twice) { BOOST_CHECK_GT(kill_everywhere("", true), 0); }

BOOST_AUTO_TEST_CASE(database_whose_ddl_ends_transactions_is_no_exception) {
  kill_everywhere("l", false);
  kill_everywhere("", false);
}

BOOST_AUTO_TEST_CASE(second_kill_while_a_run_goes_on_changes_nothing) {
  Runs runs{"l"};
  runs.run(false);
  const auto expected = runs.rows();
  const int calls = runs.calls;
  for (int first = 4; first <= calls; first += 5) {
    for (int second = 3; second <= 12; ++second) {
      runs.forget();
      BOOST_REQUIRE(!runs.run(false, Doubt::Stop, first, true));
      if (runs.run(true, Doubt::Stop, second, true)) continue;
      BOOST_CHECK(!runs.run(true)->has_failed());
      BOOST_CHECK(runs.rows() == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(failed_run_goes_on_where_it_failed) {
  Runs runs{""};
  runs.fails["insert into audit values (3)"].message = "no";
  BOOST_CHECK(runs.run(false)->has_failed());
  BOOST_CHECK(!runs.rows().contains("insert into audit values (3)"));
  runs.fails.clear();
  BOOST_CHECK(!runs.run(true)->has_failed());
  for (const auto& [sql, count] : runs.rows()) BOOST_CHECK_MESSAGE(count == 1, sql);
  BOOST_CHECK_EQUAL(runs.rows().size(), 12U);
}

BOOST_AUTO_TEST_CASE(statement_whose_answer_was_lost_is_in_doubt_and_nothing_is_sent_after_it) {
  Runs runs{""};
  AdapterError lost;
  lost.kind = AdapterError::Kind::Connection;
  lost.is_unanswered = true;
  runs.fails["insert into audit values (2)"] = lost;
  const auto report = runs.run(false);
  BOOST_CHECK(report->has_failed());
  BOOST_CHECK_EQUAL(runs.database.done.back(), "insert into audit values (1)");
  runs.fails.clear();
  const auto again = runs.run(true);
  BOOST_REQUIRE(again->has_failed());
  const auto failed = std::ranges::find(runs.hook_outcomes, RunStatus::Error, &HookOutcome::status);
  BOOST_CHECK_EQUAL(failed->failure->message, "step 1 of `on-run-start.shop.2` was sent before the run broke off, and whether it took effect is not known; doing it twice is not harmless");
  BOOST_CHECK(!runs.run(true, Doubt::Repeat)->has_failed());
  BOOST_CHECK_EQUAL(runs.rows().size(), 12U);
}

// ---------------------------------------------------------------------------------------------------------------- connections that are lost, and opened anew

/// A run of these hooks with retries, in which the statement loses the connection once.
std::optional<RunReport> run_with_a_cut(Runs& runs, const std::string& statement, bool is_unanswered) {
  runs.request.build_models = false;
  runs.request.plan.phases = {HookPhase::OnRunStart};
  runs.project().settings.policies.push_back(setting("*", std::nullopt, 2));
  runs.fails[statement] = lost_connection(is_unanswered);
  runs.failures = 1;
  runs.reconnects = 0;
  return runs.run(false);
}

constexpr std::string_view kCut = "on-run-start: ['insert into audit values (1)', 'delete from audit where a = 9', 'insert into audit values (2)']\n";

BOOST_AUTO_TEST_CASE(statement_that_was_not_sent_is_sent_in_a_new_session) {
  Runs runs{"", true, std::string{kCut}};
  BOOST_CHECK(!run_with_a_cut(runs, "insert into audit values (2)", false)->has_failed());
  BOOST_CHECK_EQUAL(runs.reconnects, 1);
  BOOST_CHECK_EQUAL(runs.rows().at("insert into audit values (2)"), 1);
}

BOOST_AUTO_TEST_CASE(statement_whose_answer_was_lost_is_sent_again_where_that_is_harmless) {
  Runs runs{"", true, std::string{kCut}};
  BOOST_CHECK(!run_with_a_cut(runs, "delete from audit where a = 9", true)->has_failed());
  BOOST_CHECK_EQUAL(runs.reconnects, 1);
}

BOOST_AUTO_TEST_CASE(statement_whose_answer_was_lost_is_not_sent_again_where_nobody_knows) {
  Runs runs{"", true, std::string{kCut}};
  const auto report = run_with_a_cut(runs, "insert into audit values (2)", true);
  BOOST_REQUIRE(report->has_failed());
  BOOST_CHECK_EQUAL(runs.reconnects, 0);
  BOOST_CHECK(runs.hook_outcomes.back().failure->help.find("may have taken effect") != std::string::npos);
  runs.run(true);
  BOOST_CHECK(runs.hook_outcomes.back().failure->message.find("whether it took effect is not known") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(table_knows_what_became_of_a_statement_whose_answer_was_lost) {
  for (const bool is_done : {false, true}) {
    Runs runs{"l", true, std::string{kCut}};
    runs.loses_first_commit = is_done;
    const auto report = run_with_a_cut(runs, is_done ? "nothing" : "insert into audit values (1)", true);
    BOOST_CHECK(!report->has_failed());
    BOOST_CHECK_EQUAL(runs.reconnects, 1);
    BOOST_CHECK_EQUAL(runs.rows().at("insert into audit values (1)"), 1);
    BOOST_CHECK_EQUAL(runs.database.ledger.size(), 3U);
  }
}

BOOST_AUTO_TEST_CASE(session_with_settings_temporary_tables_or_locks_is_not_opened_anew) {
  for (const char* state : {"set x = 1", "create temporary table x (a int)", "select pg_advisory_lock(1)", "call p()"}) {
    Runs runs{"", true, "on-run-start: ['" + std::string{state} + "', 'insert into audit values (1)']\n"};
    const auto report = run_with_a_cut(runs, "insert into audit values (1)", false);
    BOOST_REQUIRE_MESSAGE(report->has_failed(), state);
    BOOST_CHECK_EQUAL(runs.reconnects, 0);
    BOOST_CHECK(runs.hook_outcomes.back().failure->help.find("went with it") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(transaction_that_was_lost_is_not_gone_on_with) {
  Runs runs{"", true, "on-run-start: ['begin; insert into audit values (1); insert into audit values (2); commit']\n"};
  BOOST_CHECK(run_with_a_cut(runs, "insert into audit values (2)", false)->has_failed());
  BOOST_CHECK_EQUAL(runs.reconnects, 0);
  BOOST_CHECK(runs.rows().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_behind_a_step_that_is_not_settled) {
  Runs runs{""};
  runs.dies_behind = "insert into audit values (2)";
  BOOST_REQUIRE(!runs.run(false));
  runs.project().settings.policies.push_back(setting("on-run-*", OnError::Continue));
  const auto report = runs.run(true);
  BOOST_CHECK_EQUAL(report->end_reason, "what became of a step of `on-run-start.shop.2` is to be settled first");
  BOOST_CHECK_EQUAL(runs.database.done.back(), "insert into audit values (2)");
  BOOST_CHECK(!runs.run(true, Doubt::IsDone)->has_failed());
  for (const auto& [sql, count] : runs.rows()) BOOST_CHECK_MESSAGE(count == 1, sql);
}

BOOST_AUTO_TEST_CASE(settings_of_a_session_are_made_again_by_a_run_that_goes_on) {
  Runs runs{"", true, "on-run-start: ['set x = 1', 'insert into audit values (1)']\non-run-end: ['insert into audit values (2)']\n"};
  runs.dies_behind = "insert into audit values (2)";
  BOOST_REQUIRE(!runs.run(false));
  BOOST_CHECK(!runs.run(true, Doubt::IsDone)->has_failed());
  BOOST_CHECK_EQUAL(std::ranges::count(runs.database.done, "set x = 1"), 2);
  BOOST_CHECK_EQUAL(runs.rows().at("insert into audit values (1)"), 1);
  BOOST_CHECK_EQUAL(runs.rows().at("insert into audit values (2)"), 1);
}

BOOST_AUTO_TEST_CASE(run_does_not_go_on_behind_a_temporary_table) {
  Runs runs{"", true, "on-run-start: ['create temporary table x (a int)', 'insert into audit values (1)', 'insert into audit values (2)']\n"};
  runs.dies_behind = "insert into audit values (1)";
  BOOST_REQUIRE(!runs.run(false));
  const auto report = runs.run(true);
  BOOST_REQUIRE(report->has_failed());
  BOOST_CHECK(runs.hook_outcomes.front().failure->message.find("made a temporary table") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(text_that_has_changed_since_it_was_done_stops_the_run) {
  Runs runs{""};
  runs.fails["insert into audit values (3)"].message = "no";
  runs.run(false);
  {
    // The same step with another text, as a template makes it that reads what has changed.
    const fs::path file = read_journals(runs.journals()).back().file;
    std::stringstream all;
    all << std::ifstream{file}.rdbuf();
    std::string text = all.str();
    const std::string sum = sha256("insert into audit values (2)");
    text.replace(text.find(sum), sum.size(), sha256("another"));
    std::ofstream{file} << text;
  }
  runs.fails.clear();
  const auto report = runs.run(true);
  BOOST_REQUIRE(report->has_failed());
  BOOST_CHECK(std::ranges::find(runs.hook_outcomes, RunStatus::Error, &HookOutcome::status)->failure->message.find("with another text") != std::string::npos);
}

}  // namespace
}  // namespace hookc
