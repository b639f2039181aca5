// Boost.Test: the order of a run, its transactions and its failures, on a database that only takes notes.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "compiler/program/artifacts.h"
#include "compiler/program/compile.h"
#include "runtime/interpreter.h"
#include "runtime/filled_text.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

std::string first_message(const CompileResult& result) { return result.diagnostics.empty() ? "no program" : result.diagnostics.front().message; }

/// Notes what it is sent. A statement that contains `fail` fails, and one that contains `one row` returns one.
class NotingAdapter final : public Adapter {
 public:
  std::vector<std::string> notes;

  [[nodiscard]] std::string_view type() const override { return "duckdb"; }
  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::DuckDb; }
  [[nodiscard]] Capabilities capabilities() const override { return Capabilities{.transactions = true, .ddl_in_transaction = true, .privileges = false, .multi_statement = true, .comments = true}; }
  [[nodiscard]] std::string version() const override { return "notes"; }
  Result execute(std::string_view sql, Fetch) override {
    if (sql.find("duckdb_tables()") != std::string_view::npos) return ResultSet{};
    std::string note{sql};
    std::erase(note, '\n');
    notes.push_back(note);
    if (const std::size_t at = sql.find("fail"); at != std::string_view::npos) {
      AdapterError error;
      error.message = "it failed";
      error.position = static_cast<std::uint32_t>(at);
      if (in_transaction_) notes.emplace_back("(undone)");
      in_transaction_ = false;
      return error;
    }
    ResultSet set;
    if (sql.find("one row") != std::string_view::npos) {
      set.columns.push_back(ResultColumn{"n", "INTEGER", ColumnKind::Integer});
      set.rows.push_back({std::int64_t{7}});
    }
    return set;
  }
  std::optional<AdapterError> begin() override {
    notes.emplace_back("begin");
    in_transaction_ = true;
    return std::nullopt;
  }
  std::optional<AdapterError> commit() override {
    notes.emplace_back("commit");
    in_transaction_ = false;
    return std::nullopt;
  }
  std::optional<AdapterError> rollback() override {
    notes.emplace_back("rollback");
    in_transaction_ = false;
    return std::nullopt;
  }
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override {
    notes.push_back("schema " + std::string{schema});
    return std::nullopt;
  }
  void interrupt() noexcept override {}

 private:
  bool in_transaction_ = false;
};

class Silence final : public RunListener {
 public:
  std::vector<std::string> messages;
  void hook_begins(const CompiledHook&, Progress) override {}
  void hook_ended(const HookOutcome& outcome, Progress progress) override {
    numbers.push_back(progress.number);
    outcomes.push_back(outcome);
  }
  void node_begins(const NodeOutcome&, Progress) override {}
  void node_ended(const NodeOutcome&, Progress) override {}
  void message(std::string_view, MessageStep::Kind, std::string_view text) override { messages.emplace_back(text); }
  std::vector<std::size_t> numbers;
  std::vector<HookOutcome> outcomes;
};

class Fixture {
 public:
  Fixture() : root_(fs::temp_directory_path() / ("hookc_interpreter_test." + std::to_string(::getpid()) + "." + std::to_string(count_++))) {
    write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: 'x.duckdb', schema: s}\n");
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name, std::ios::binary} << text;
  }
  void write_project(const std::string& hooks) const { write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + hooks); }
  /// a <- b <- c, each with hooks that say their name.
  void write_models(const std::string& hook_of_a) const {
    write("models/a.sql", "{{ config(materialized='table', pre_hook='pre a', post_hook=[\"" + hook_of_a + "\", 'post a 2', {'sql': 'after a', 'transaction': false}]) }} select 1 as id");
    write("models/b.sql", "{{ config(materialized='view') }} select * from {{ ref('a') }}");
    write("models/c.sql", "{{ config(materialized='table', post_hook='post c') }} select * from {{ ref('b') }}");
    write("models/d.sql", "{{ config(materialized='table', post_hook='post d') }} select 4 as id");
  }

  const RunReport& run(const RunRequest& request = {}, bool through_artifacts = false) {
    LoadOptions options;
    options.project_dir = root_;
    options.environment = environment;
    project_ = load_project(sources_, options);
    CompileResult compiled = compile_project(sources_, *project_, {});
    BOOST_REQUIRE_MESSAGE(compiled.program.has_value(), first_message(compiled));
    program_ = std::move(*compiled.program);
    if (through_artifacts) reload();
    auto result = run_program(sources_, *project_, program_, adapter, request, RunIdentity{"11111111-2222-4333-8444-555555555555", "2024-01-31T10:00:00.000001+00:00"}, listener);
    if (const auto* refusal = std::get_if<RunRefusal>(&result)) {
      refusal_ = refusal->failure;
      return report_;
    }
    report_ = std::move(std::get<RunReport>(result));
    return report_;
  }
  [[nodiscard]] const RunFailure& refusal() const {
    BOOST_REQUIRE_MESSAGE(refusal_, "the run was not refused");
    return *refusal_;
  }

  NotingAdapter adapter;
  Silence listener;
  std::map<std::string, std::string> environment;

 private:
  void reload() {
    BOOST_REQUIRE(!write_artifacts(make_artifacts(sources_, *project_, program_), root_ / "out"));
    auto loaded = load_artifacts(sources_, root_ / "out");
    if (const auto* error = std::get_if<ArtifactError>(&loaded)) BOOST_FAIL(error->message);
    program_ = std::move(std::get<LoadedArtifacts>(loaded).program);
    project_ = std::move(std::get<LoadedArtifacts>(loaded).project);
  }

  static inline int count_ = 0;
  fs::path root_;
  Sources sources_;
  std::unique_ptr<Project> project_;
  Program program_;
  RunReport report_;
  std::optional<RunFailure> refusal_;
};

using Notes = std::vector<std::string>;

void check_notes(const Notes& actual, const Notes& expected) { BOOST_CHECK_EQUAL_COLLECTIONS(actual.begin(), actual.end(), expected.begin(), expected.end()); }

const HookOutcome& outcome_of(const Silence& listener, std::string_view hook) {
  for (const HookOutcome& outcome : listener.outcomes) {
    if (outcome.hook == hook) return outcome;
  }
  BOOST_FAIL("no outcome of " << hook);
  return listener.outcomes.front();
}

// ---------------------------------------------------------------------------------------------------------------- order

BOOST_FIXTURE_TEST_CASE(hooks_run_in_dbts_order_around_each_node, Fixture) {
  write_project("on-run-start: ['start 1', 'start 2']\non-run-end: ['end']\n");
  write_models("post a");
  const RunReport& report = run();
  check_notes(adapter.notes, {"start 1", "start 2", "begin", "pre a", "post a", "post a 2", "commit", "after a", "begin", "post c", "commit", "begin", "post d", "commit", "end"});
  BOOST_CHECK(!report.has_failed());
  BOOST_CHECK_EQUAL(listener.numbers.back(), listener.outcomes.size());
}

BOOST_FIXTURE_TEST_CASE(build_stands_between_the_hooks_inside_of_their_transaction, Fixture) {
  write_project("");
  write_models("post a");
  RunRequest request;
  request.build_models = true;
  request.plan.with_nodes_without_hooks = true;
  request.plan.select = {"a"};
  run(request);
  check_notes(adapter.notes, {"schema s", "begin", "pre a", "create or replace table \"x\".\"s\".\"a\" as ( select 1 as id)", "post a", "post a 2", "commit", "after a"});
}

BOOST_FIXTURE_TEST_CASE(parameters_are_those_of_the_invocation, Fixture) {
  environment["WHO"] = "it's me";
  write_project("on-run-start: [\"note '{{ invocation_id }} {{ env_var('WHO') }}'\"]\n");
  run();
  check_notes(adapter.notes, {"note '11111111-2222-4333-8444-555555555555 it''s me'"});
}

BOOST_FIXTURE_TEST_CASE(query_result_decides_when_it_is_there, Fixture) {
  write_project("on-run-start: [\"{% set r = run_query('one row') %}{% if r.columns[0].values()[0] == 7 %}seven{% else %}other{% endif %}\"]\n");
  run();
  check_notes(adapter.notes, {"one row", "seven"});
}

BOOST_FIXTURE_TEST_CASE(artifacts_run_like_the_project_that_they_come_from, Fixture) {
  write("macros/m.sql", "{% macro decide() %}{% set r = run_query('one row') %}{% if r.rows | length == 1 %}one {{ target.schema }}{% endif %}{% endmacro %}");
  write_project("on-run-start: ['{{ decide() }}']\non-run-end: [\"count {{ results | length }} {{ models | selectattr('status', 'equalto', 'success') | list | length }}\"]\n");
  write_models("post a");
  run({}, true);
  BOOST_CHECK_EQUAL(adapter.notes.at(0), "one row");
  BOOST_CHECK_EQUAL(adapter.notes.at(1), "one s");
  BOOST_CHECK_EQUAL(adapter.notes.back(), "count 3 3");
}

BOOST_FIXTURE_TEST_CASE(results_have_their_nodes_and_their_statuses, Fixture) {
  write_project("on-run-end: [\"{% for r in results %}{{ r.node.name }}={{ r.status }} {{ r['node']['resource_type'] }},{% endfor %}{{ schemas }}\"]\n");
  write_models("fail");
  run();
  BOOST_CHECK_EQUAL(adapter.notes.back(), "a=error model,c=skipped model,d=success model,['s']");
}

BOOST_FIXTURE_TEST_CASE(messages_reach_the_listener, Fixture) {
  write_project("on-run-start: [\"{{ log('hello ' ~ invocation_id, info=true) }}{{ log('quiet') }}\"]\n");
  run();
  BOOST_REQUIRE_EQUAL(listener.messages.size(), 1U);
  BOOST_CHECK_EQUAL(listener.messages[0], "hello 11111111-2222-4333-8444-555555555555");
}

// ---------------------------------------------------------------------------------------------------------------- failure

BOOST_FIXTURE_TEST_CASE(failing_hook_of_a_node_skips_the_rest_of_it_and_what_depends_on_it, Fixture) {
  write_project("on-run-end: ['end']\n");
  write_models("fail");
  const RunReport& report = run();
  check_notes(adapter.notes, {"begin", "pre a", "fail", "(undone)", "begin", "post d", "commit", "end"});
  BOOST_CHECK(report.has_failed());
  BOOST_CHECK(outcome_of(listener, "a.post-hook.0").status == RunStatus::Error);
  BOOST_CHECK(outcome_of(listener, "a.post-hook.1").status == RunStatus::Skipped);
  BOOST_CHECK(outcome_of(listener, "a.post-hook.2").status == RunStatus::Skipped);
  BOOST_CHECK(outcome_of(listener, "c.post-hook.0").status == RunStatus::Skipped);
  BOOST_CHECK(outcome_of(listener, "c.post-hook.0").reason.find("model.shop.a") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(failure_points_at_the_bytes_of_the_template, Fixture) {
  write("macros/m.sql", "{% macro broken() %}\n  select 1,\n    fail\n{% endmacro %}");
  write_project("on-run-start: ['{{ broken() }}']\n");
  run();
  const auto& failure = listener.outcomes.front().failure;
  BOOST_REQUIRE(failure);
  BOOST_CHECK_EQUAL(failure->file, "macros/m.sql");
  BOOST_CHECK_EQUAL(failure->line, 3U);
  BOOST_CHECK_EQUAL(failure->column, 5U);
}

BOOST_FIXTURE_TEST_CASE(failing_start_hook_skips_the_nodes_and_not_the_end, Fixture) {
  write_project("on-run-start: ['fail', 'start 2']\non-run-end: [\"end {{ results | length }}\"]\n");
  write_models("post a");
  run();
  check_notes(adapter.notes, {"fail", "end 0"});
  BOOST_CHECK(outcome_of(listener, "on-run-start.shop.1").status == RunStatus::Skipped);
  BOOST_CHECK(outcome_of(listener, "d.post-hook.0").status == RunStatus::Skipped);
}

BOOST_FIXTURE_TEST_CASE(failing_template_of_the_start_ends_the_run, Fixture) {
  write_project("on-run-start: [\"{% do run_query('fail') %}\"]\non-run-end: ['end']\n");
  write_models("post a");
  const RunReport& report = run();
  check_notes(adapter.notes, {"fail"});
  BOOST_CHECK(report.was_aborted);
  BOOST_CHECK(report.has_failed());
}

BOOST_FIXTURE_TEST_CASE(fail_fast_leaves_the_other_nodes_out_and_not_the_end, Fixture) {
  write_project("on-run-end: ['end']\n");
  write_models("fail");
  RunRequest request;
  request.fail_fast = true;
  run(request);
  check_notes(adapter.notes, {"begin", "pre a", "fail", "(undone)", "end"});
}

BOOST_FIXTURE_TEST_CASE(missing_variable_is_refused_before_anything_is_sent, Fixture) {
  write_project("on-run-start: ['start', \"{{ env_var('NOT_SET') }}\"]\n");
  run();
  BOOST_CHECK_EQUAL(refusal().message, "Env var required but not provided: 'NOT_SET'");
  check_notes(adapter.notes, {});
}

BOOST_FIXTURE_TEST_CASE(materialization_that_cannot_be_built_is_refused_before_anything_is_sent, Fixture) {
  write_project("on-run-start: ['start']\n");
  write("models/odd.sql", "{{ config(materialized='dynamic_table') }} select 1");
  RunRequest request;
  request.build_models = true;
  request.plan.with_nodes_without_hooks = true;
  run(request);
  BOOST_CHECK(refusal().message.find("dynamic_table") != std::string::npos);
  check_notes(adapter.notes, {});
}

// ---------------------------------------------------------------------------------------------------------------- selection

BOOST_FIXTURE_TEST_CASE(globs_and_phases_choose_hooks, Fixture) {
  write_project("on-run-start: ['start']\non-run-end: ['end']\n");
  write_models("post a");
  RunRequest request;
  request.plan.hooks = {"a.*", "on-run-*"};
  request.plan.no_hooks = {"*.1"};
  request.plan.phases = {HookPhase::PostHook, HookPhase::OnRunEnd};
  run(request);
  check_notes(adapter.notes, {"begin", "post a", "commit", "after a", "end"});
}

BOOST_FIXTURE_TEST_CASE(empty_selection_runs_nothing_at_all, Fixture) {
  write_project("on-run-start: ['start']\n");
  write_models("post a");
  RunRequest request;
  request.plan.select = {"nothing_like_it"};
  BOOST_CHECK(run(request).is_nothing);
  check_notes(adapter.notes, {});
}

BOOST_FIXTURE_TEST_CASE(nodes_that_did_not_succeed_in_the_results_keep_their_hooks_from_running, Fixture) {
  write_project("on-run-end: [\"end {{ results | length }}\"]\n");
  write_models("post a");
  RunRequest request;
  request.results = {NodeResult{.unique_id = "model.shop.a", .status = "success", .message = "", .details = nullptr},
                     NodeResult{.unique_id = "model.shop.d", .status = "error", .message = "no", .details = nullptr}};
  run(request);
  check_notes(adapter.notes, {"begin", "pre a", "post a", "post a 2", "commit", "after a", "end 2"});
  BOOST_CHECK(outcome_of(listener, "d.post-hook.0").status == RunStatus::Skipped);
}

std::set<std::string> selected(Sources& sources, const fs::path& root, const std::vector<std::string>& select, const std::vector<std::string>& exclude = {}) {
  LoadOptions options;
  options.project_dir = root;
  const auto project = load_project(sources, options);
  const auto result = select_nodes(*project, select, exclude);
  if (const auto* error = std::get_if<SelectionError>(&result)) return {error->message};
  std::set<std::string> names;
  for (const std::string& id : std::get<std::set<std::string>>(result)) names.insert(id.substr(id.rfind('.') + 1));
  return names;
}

BOOST_AUTO_TEST_CASE(selection_speaks_dbts_words) {
  const fs::path root = fs::temp_directory_path() / ("hookc_selection_test." + std::to_string(::getpid()));
  const auto write = [&](const std::string& name, const std::string& text) {
    fs::create_directories((root / name).parent_path());
    std::ofstream{root / name, std::ios::binary} << text;
  };
  write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n");
  write("models/staging/a.sql", "{{ config(tags=['daily', 'raw']) }} select 1 as id");
  write("models/marts/b.sql", "{{ config(materialized='table', tags=['daily']) }} select * from {{ ref('a') }}");
  write("models/marts/c.sql", "select * from {{ ref('b') }}");
  Sources sources;
  const auto expect = [&](const std::vector<std::string>& select, const std::set<std::string>& names, const std::vector<std::string>& exclude = {}) {
    const auto found = selected(sources, root, select, exclude);
    BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), names.begin(), names.end());
  };
  expect({}, {"a", "b", "c"});
  expect({"b"}, {"b"});
  expect({"+b"}, {"a", "b"});
  expect({"a+1"}, {"a", "b"});
  expect({"1+c"}, {"b", "c"});
  expect({"tag:daily"}, {"a", "b"});
  expect({"tag:daily,tag:raw"}, {"a"});
  expect({"a c"}, {"a", "c"});
  expect({"path:models/marts"}, {"b", "c"});
  expect({"models/staging"}, {"a"});
  expect({"config.materialized:table"}, {"b"});
  expect({"shop.marts.*"}, {"b", "c"});
  expect({"marts"}, {"b", "c"});
  expect({"+c"}, {"a", "c"}, {"b"});
  expect({"state:new"}, {"the selection method `state` is not known here"});
  std::error_code ignored;
  fs::remove_all(root, ignored);
}

BOOST_AUTO_TEST_CASE(globs_match_whole_texts) {
  BOOST_CHECK(matches_glob("a*c", "abc"));
  BOOST_CHECK(matches_glob("*", ""));
  BOOST_CHECK(matches_glob("a?c", "abc"));
  BOOST_CHECK(!matches_glob("a*", "ba"));
  BOOST_CHECK(!matches_glob("a?c", "ac"));
  BOOST_CHECK(matches_glob("*.post-hook.*", "x.y.post-hook.0"));
  BOOST_CHECK(!matches_glob(std::string(40, '*') + "b", std::string(2'000, 'a')));
}

// ---------------------------------------------------------------------------------------------------------------- texts

BOOST_AUTO_TEST_CASE(offsets_in_a_filled_text_lead_back_to_the_step) {
  const std::vector<Segment> segments{SqlText{"select '"}, SqlParameter{"x", ParameterContext::InString, '\'', false}, SqlText{"', y"}};
  const FilledText filled = fill(segments, {{"x", "long value"}});
  BOOST_CHECK_EQUAL(filled.text, "select 'long value', y");
  BOOST_CHECK_EQUAL(filled.step_offset(3), 3U);
  BOOST_CHECK_EQUAL(filled.step_offset(12), 8U);
  BOOST_CHECK_EQUAL(filled.step_offset(static_cast<std::uint32_t>(filled.text.find('y'))), 11U);
}

}  // namespace
}  // namespace hookc
