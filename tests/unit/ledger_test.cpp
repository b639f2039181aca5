// Boost.Test: what a run that is killed leaves in its journal and its table, and what a run that goes on makes of it, on a database that is a list of rows.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "compiler/base/sha256.h"
#include "compiler/program/artifacts.h"
#include "compiler/program/compile.h"
#include "compiler/sql/parse.h"
#include "runtime/interpreter.h"
#include "runtime/ledger/journal.h"
#include "runtime/ledger/ledger.h"
#include "runtime/policies.h"
#include "runtime/repeatable.h"
#include "runtime/run_results.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  // A journal waits for the disk, hundreds of times here; memory, where there is some to be had as a folder, keeps nobody waiting.
  Folder() : path_((fs::exists("/dev/shm") ? fs::path{"/dev/shm"} : fs::temp_directory_path()) / ("hookc_ledger_test." + std::to_string(::getpid()) + "." + std::to_string(count_++))) { fs::create_directories(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary} << text;
  }

 private:
  static inline int count_ = 0;
  fs::path path_;
};

// ---------------------------------------------------------------------------------------------------------------- the journal

FolderLock lock_of(const fs::path& folder) {
  auto lock = FolderLock::take(folder);
  if (const auto* error = std::get_if<JournalError>(&lock)) BOOST_FAIL(error->message);
  return std::move(std::get<FolderLock>(lock));
}

Journal journal_in(const fs::path& folder, const std::string& run, const RunRecord* resumed = nullptr) {
  RunHeader header;
  header.run = run;
  header.target = "dev";
  auto journal = Journal::open(lock_of(folder), header, resumed);
  if (const auto* error = std::get_if<JournalError>(&journal)) BOOST_FAIL(error->message);
  return std::move(std::get<Journal>(journal));
}

RunRecord only_journal(const fs::path& folder) {
  const auto runs = read_journals(folder);
  BOOST_REQUIRE_EQUAL(runs.size(), 1U);
  return runs.front();
}

StepState state_of(const RunRecord& run, const std::string& hook, std::uint32_t step) {
  const auto found = run.steps.find({hook, step});
  return found == run.steps.end() ? StepState::New : found->second.state;
}

constexpr std::string_view kHook = R"({"e":"hook","hook":"h","phase":"on-run-start"})";
std::string step_line(int number) { return R"({"e":"step","hook":"h","n":)" + std::to_string(number) + R"(,"sum":"s"})"; }
std::string done_line(int number) { return R"({"e":"done","n":)" + std::to_string(number) + R"(,"rows":1})"; }

BOOST_AUTO_TEST_CASE(step_that_was_answered_is_done_and_the_one_after_it_in_doubt) {
  const Folder folder;
  {
    Journal journal = journal_in(folder.path(), "r");
    for (const std::string& line : {std::string{kHook}, step_line(0), done_line(0), step_line(1)}) journal.write(line);
  }
  const RunRecord run = only_journal(folder.path());
  BOOST_CHECK(state_of(run, "h", 0) == StepState::Done);
  BOOST_CHECK(state_of(run, "h", 1) == StepState::InDoubt);
  BOOST_CHECK(state_of(run, "h", 2) == StepState::New);
  BOOST_CHECK(run.status.empty());
}

BOOST_AUTO_TEST_CASE(steps_of_a_transaction_are_done_only_with_its_commit) {
  for (const auto& [last, expected] : {std::pair{"", StepState::Undone}, {R"({"e":"commit"})", StepState::InDoubt}, {R"({"e":"unknown"})", StepState::InDoubt}, {R"({"e":"committed"})", StepState::Done},
                                       {R"({"e":"rolled back"})", StepState::Undone}}) {
    const Folder folder;
    {
      Journal journal = journal_in(folder.path(), "r");
      for (const std::string& line : {std::string{kHook}, std::string{R"({"e":"begin"})"}, step_line(0), done_line(0), step_line(1), done_line(1)}) journal.write(line);
      if (*last != '\0') journal.write(last);
    }
    const RunRecord run = only_journal(folder.path());
    BOOST_CHECK_MESSAGE(state_of(run, "h", 0) == expected && state_of(run, "h", 1) == expected, "after `" << last << "`");
    BOOST_CHECK_EQUAL(run.steps.at({"h", 0}).is_with_others, true);
  }
}

BOOST_AUTO_TEST_CASE(torn_last_line_counts_for_nothing_and_is_cut_off_when_the_run_goes_on) {
  const Folder folder;
  {
    Journal journal = journal_in(folder.path(), "r");
    for (const std::string& line : {std::string{kHook}, step_line(0)}) journal.write(line);
    std::ofstream{journal.file(), std::ios::app} << R"({"e":"done","n":0,"ro)";
  }
  const RunRecord run = only_journal(folder.path());
  BOOST_CHECK(state_of(run, "h", 0) == StepState::InDoubt);
  {
    Journal journal = journal_in(folder.path(), "r", &run);
    for (const std::string& line : {std::string{kHook}, step_line(0), done_line(0)}) journal.write(line);
  }
  const RunRecord again = only_journal(folder.path());
  BOOST_CHECK(state_of(again, "h", 0) == StepState::Done);
  BOOST_CHECK_EQUAL(again.hooks.at(0).attempts, 2U);
}

BOOST_AUTO_TEST_CASE(two_runs_at_once_are_kept_apart_and_the_holder_is_named) {
  const Folder folder;
  const FolderLock first = lock_of(folder.path());
  const auto second = FolderLock::take(folder.path());
  const auto* error = std::get_if<JournalError>(&second);
  BOOST_REQUIRE(error != nullptr);
  BOOST_CHECK_EQUAL(error->message, "another run of this project goes on (process " + std::to_string(::getpid()) + ")");
}

BOOST_AUTO_TEST_CASE(lock_is_given_back) {
  const Folder folder;
  { const FolderLock first = lock_of(folder.path()); }
  BOOST_CHECK(std::holds_alternative<FolderLock>(FolderLock::take(folder.path())));
}

BOOST_AUTO_TEST_CASE(journals_are_in_the_order_in_which_runs_began_and_other_files_are_left_alone) {
  const Folder folder;
  for (const char* run : {"zz", "aa", "mm"}) journal_in(folder.path(), run);
  folder.write("notes.jsonl", "{}\n");
  folder.write("000009-bad.jsonl", "[1]\nnot json\n{\"e\":\"run\",\"run\":7}\n");
  std::vector<std::string> order;
  for (const RunRecord& run : read_journals(folder.path())) order.push_back(run.header.run);
  BOOST_TEST(order == (std::vector<std::string>{"zz", "aa", "mm"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_read_a_journal) {
  const Folder folder;
  const Journal journal = journal_in(folder.path(), "r");
  BOOST_CHECK(fs::status(journal.file()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

BOOST_AUTO_TEST_CASE(folder_that_cannot_be_made_is_said) {
  const Folder folder;
  folder.write("file", "");
  const auto lock = FolderLock::take(folder.path() / "file" / "below");
  BOOST_REQUIRE(std::holds_alternative<JournalError>(lock));
  BOOST_CHECK(std::get<JournalError>(lock).message.find("cannot be made") != std::string::npos);
}

// ---------------------------------------------------------------------------------------------------------------- what may be repeated

void check_repeatable(std::string_view sql, bool alone, bool with_others) {
  BOOST_CHECK_MESSAGE(is_repeatable(sql, sql::Dialect::Postgres, InDoubtWith::Nothing) == alone, (alone ? "repeats: " : "does not repeat: ") << sql);
  BOOST_CHECK_MESSAGE(is_repeatable(sql, sql::Dialect::Postgres, InDoubtWith::Others) == with_others, "with others, " << (with_others ? "repeats: " : "does not repeat: ") << sql);
}

BOOST_AUTO_TEST_CASE(what_sets_a_state_that_does_not_depend_on_the_one_before_is_repeatable) {
  for (const char* sql : {"create table if not exists t (a int)", "create schema if not exists s", "create or replace view v as select * from t", "drop table if exists t", "drop view if exists v cascade",
                          "grant select on t to r", "revoke select on t from r", "comment on table t is 'x'", "alter table t add column if not exists a int", "analyze t", "create index if not exists i on t (a)"}) {
    check_repeatable(sql, true, true);
  }
}

BOOST_AUTO_TEST_CASE(what_changes_rows_by_themselves_is_repeatable_alone_but_not_among_others) {
  for (const char* sql : {"truncate t", "delete from t", "delete from t where a = 'x' and b < 3", "delete from t where at < current_timestamp", "update t set a = 'done' where id = 'r'",
                          "update t set at = current_timestamp where id = 'r' and at is null", "create table if not exists t as select 1 as a from s", "refresh materialized view v"}) {
    check_repeatable(sql, true, false);
  }
}

BOOST_AUTO_TEST_CASE(what_adds_counts_or_reads_other_rows_is_not_repeatable) {
  for (const char* sql : {"insert into t values (1)", "insert into t select 1 where not exists (select 1 from t)", "insert into t values (1) on conflict do nothing", "delete from t where id = (select max(id) from t)",
                          "delete from t using s where s.id = t.id", "delete from t where random() < 0.1", "update t set a = a + 1", "update t set a = b", "update t set a = (select 1)",
                          "update t set a = 'x' where b in (select b from s)", "update t set a = 1 from s where s.id = t.id", "create table t (a int)", "create or replace table t as select * from t", "drop table t",
                          "create index concurrently if not exists i on t (a)", "alter table t rename to u", "alter table t add column a int", "call p()", "do $$ begin end $$", "copy t from '/x'", "select nextval('s')",
                          "merge into t using s on t.id = s.id when matched then delete", "create temporary table if not exists t (a int)", "drop table if exists t; insert into t values (1)", "grunt"}) {
    check_repeatable(sql, false, false);
  }
}

BOOST_AUTO_TEST_CASE(query_that_calls_what_may_do_something_has_effects) {
  const auto has_effects = [](std::string_view text) {
    const sql::Script script = sql::parse_sql(text, sql::Dialect::Postgres);
    BOOST_REQUIRE_EQUAL(script.statements.size(), 1U);
    const auto* query = std::get_if<sql::Query>(&script.statements.front().node);
    BOOST_REQUIRE(query != nullptr);
    return may_have_effects(*query);
  };
  for (const char* text : {"select 1", "select count(*), max(a) from t where b in (1, 2) and exists (select 1 from u)", "select coalesce(lower(a), 'x')::varchar from t", "select now(), current_timestamp",
                           "select row_number() over (partition by a) from t", "select pg_catalog.lower(a) from t", "select cast(a as decimal(10, 2)) from t", "select extract(year from a) from t",
                           "with n as (select 1) select * from n", "select a from generate_series(1, 3) as s(a)"}) {
    BOOST_CHECK_MESSAGE(!has_effects(text), text);
  }
  for (const char* text : {"select log_event('x')", "select audit.log_event('x')", "select nextval('s')", "select setval('s', 1)", "select pg_notify('c', 'x')", "select a into u from t",
                           "select coalesce(log_event('x'), 1)", "with gone as (delete from t returning a) select * from gone"}) {
    BOOST_CHECK_MESSAGE(has_effects(text), text);
  }
}

BOOST_AUTO_TEST_CASE(delete_with_a_limit_is_not_repeatable) {
  BOOST_CHECK(!is_repeatable("delete from t where a = 1 limit 10", sql::Dialect::MySql, InDoubtWith::Nothing));
  BOOST_CHECK(!is_repeatable("delete top (10) from t", sql::Dialect::SqlServer, InDoubtWith::Nothing));
}

PolicySetting setting(std::string match, std::optional<OnError> on_error, std::optional<std::uint32_t> retries = {}, std::optional<double> timeout = {}) { return {std::move(match), on_error, retries, timeout}; }

// ---------------------------------------------------------------------------------------------------------------- runs that are killed

struct Killed {};

/// What outlives the process.
struct Database {
  std::vector<std::string> done;    // statements that took effect
  std::vector<std::pair<std::string, std::int64_t>> ledger;
};

AdapterError lost_connection(bool is_unanswered) {
  AdapterError error = adapter_error(AdapterError::Kind::Connection, "the server has gone");
  error.is_unanswered = is_unanswered;
  return error;
}

/// A session with it, which dies at a call: before it takes effect, or after it has and before the answer is seen.
class MortalAdapter final : public Adapter {
 public:
  MortalAdapter(Database& database, bool has_transactional_ddl, int dies_at, bool dies_after) : database_(database), has_transactional_ddl_(has_transactional_ddl), dies_at_(dies_at), dies_after_(dies_after) {}
  [[nodiscard]] std::string_view type() const override { return "duckdb"; }
  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::DuckDb; }
  [[nodiscard]] Capabilities capabilities() const override { return Capabilities{.transactions = true, .ddl_in_transaction = has_transactional_ddl_, .privileges = true, .multi_statement = true, .comments = true}; }
  [[nodiscard]] std::string version() const override { return "mortal"; }
  Result execute(std::string_view sql, Fetch) override {
    ResultSet set;
    call([&] { apply(sql, set); });
    if (sql == dies_behind) throw Killed{};
    if (fails.contains(std::string{sql})) {
      AdapterError error = fails.at(std::string{sql});
      if (--failures_left == 0) fails.clear();
      if (!error.is_unanswered) error.rolled_back = is_open();
      undo();
      return error;
    }
    return set;
  }
  std::optional<AdapterError> begin() override {
    call([&] { in_transaction_ = true; });
    return std::nullopt;
  }
  std::optional<AdapterError> commit() override {
    call([&] { keep(); });
    in_transaction_ = false;
    if (!std::exchange(loses_first_commit, false)) return std::nullopt;
    return lost_connection(true);
  }
  std::optional<AdapterError> rollback() override {
    call([&] { undo(); });
    return std::nullopt;
  }
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  std::optional<AdapterError> ensure_schema(std::string_view) override { return std::nullopt; }
  void interrupt() noexcept override {}
  std::optional<AdapterError> reconnect() override {
    if (reconnects == nullptr) return Adapter::reconnect();
    ++*reconnects;
    undo();
    return std::nullopt;
  }
  [[nodiscard]] int calls() const { return calls_; }

  int* reconnects = nullptr;        // counts them; null: a lost session stays lost
  bool loses_first_commit = false;  // it takes effect, and its answer never comes
  std::map<std::string, AdapterError> fails;
  int failures_left = -1;
  std::string dies_behind;  // a statement

 private:
  template <typename Effect>
  void call(Effect effect) {
    ++calls_;
    if (calls_ == dies_at_ && !dies_after_) throw Killed{};
    effect();
    if (calls_ == dies_at_) throw Killed{};
  }
  [[nodiscard]] bool is_open() const { return in_transaction_ || in_texts_transaction_; }
  void keep() {
    database_.done.insert(database_.done.end(), open_.done.begin(), open_.done.end());
    database_.ledger.insert(database_.ledger.end(), open_.ledger.begin(), open_.ledger.end());
    undo();
  }
  void undo() {
    open_ = {};
    in_transaction_ = in_texts_transaction_ = false;
  }
  void apply(std::string_view sql, ResultSet& set) {
    if (fails.contains(std::string{sql}) || sql.starts_with("create schema") || sql.starts_with("create table if not exists \"l\"")) return;
    Database& to = is_open() ? open_ : database_;
    if (sql == "begin") {
      in_texts_transaction_ = true;
    } else if (sql == "commit") {
      keep();
    } else if (sql.starts_with("insert into \"l\".hookc_ledger values (")) {
      // ('run', 'hook', step, 'checksum', ...), ...
      std::size_t at = 0;
      while ((at = sql.find("('r1', '", at)) != std::string_view::npos) {
        at += 8;
        const std::size_t end = sql.find("', ", at);
        to.ledger.emplace_back(std::string{sql.substr(at, end - at)}, std::stoll(std::string{sql.substr(end + 3, 9)}));
      }
    } else if (sql.starts_with("select hook, step")) {
      for (const auto& [hook, step] : database_.ledger) set.rows.push_back({hook, step});
    } else if (sql.starts_with("select step from")) {
      for (const auto& [hook, step] : database_.ledger) {
        if (sql.ends_with("hook = '" + hook + "' and step = " + std::to_string(step))) set.rows.push_back({step});
      }
    } else if (sql.starts_with("select")) {
      set.columns.push_back({"n", "INTEGER", ColumnKind::Integer});
      set.rows.push_back({std::int64_t{1}});
    } else {
      if (sql.starts_with("create") && !has_transactional_ddl_ && is_open()) {
        const bool was_ours = in_transaction_;
        keep();
        (was_ours ? in_transaction_ : in_texts_transaction_) = true;
        database_.done.emplace_back(sql);
        return;
      }
      to.done.emplace_back(sql);
    }
  }

  Database& database_;
  Database open_;
  bool has_transactional_ddl_;
  int dies_at_;
  bool dies_after_;
  int calls_ = 0;
  bool in_transaction_ = false;
  bool in_texts_transaction_ = false;
};

class Silence final : public RunListener {
 public:
  void hook_begins(const CompiledHook&, Progress) override {}
  void hook_ended(const HookOutcome&, Progress) override {}
  void node_begins(const NodeOutcome&, Progress) override {}
  void node_ended(const NodeOutcome&, Progress) override {}
  void message(std::string_view, MessageStep::Kind, std::string_view) override {}
};

constexpr std::string_view kHooks = R"HOOKS(
on-run-start:
  - "create table if not exists audit (a int)"
  - "insert into audit values (1)"
  - "insert into audit values (2); insert into audit values (3)"
  - "begin; insert into audit values (4); create table if not exists other (a int); insert into audit values (5); commit"
  - "{% do run_query('insert into audit values (6)') %}{% set r = run_query('select 1 from audit') %}{% if r %}insert into audit values (7){% endif %}"
  - "delete from audit where a = 99"
on-run-end: ["insert into audit values (8)"]
)HOOKS";

/// A project whose hooks add a row each, run as often as wanted on one database.
class Runs {
 public:
  explicit Runs(std::string schema, bool has_transactional_ddl = true, const std::string& hooks = std::string{kHooks}) : schema_(std::move(schema)), has_transactional_ddl_(has_transactional_ddl) {
    folder_.write("profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: 'x.duckdb', schema: s}\n");
    folder_.write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n" + hooks);
    folder_.write("models/a.sql", "{{ config(materialized='table', pre_hook='insert into audit values (10)', post_hook=['insert into audit values (11)', 'insert into audit values (12)', "
                                  "{'sql': 'insert into audit values (13)', 'transaction': false}]) }} select 1 as id");
    LoadOptions options;
    options.project_dir = folder_.path();
    options.environment.emplace();
    project_ = load_project(sources_, options);
    CompileResult compiled = compile_project(sources_, *project_, {});
    BOOST_REQUIRE(compiled.program.has_value());
    program_ = std::move(*compiled.program);
    request.build_models = true;
    request.plan.with_nodes_without_hooks = true;
  }

  /// Nothing when it was killed. The number of the call that kills; 0: none.
  std::optional<RunReport> run(bool resumes, Doubt doubt = Doubt::Stop, int dies_at = 0, bool dies_after = false) {
    auto lock = FolderLock::take(journals());
    BOOST_REQUIRE(std::holds_alternative<FolderLock>(lock));
    std::optional<RunRecord> resumed;
    if (resumes) {
      auto records = read_journals(journals());
      BOOST_REQUIRE(!records.empty());
      resumed = std::move(records.back());
    }
    MortalAdapter adapter{database, has_transactional_ddl_, dies_at, dies_after};
    adapter.fails = fails;
    adapter.failures_left = failures;
    if (reconnects >= 0) adapter.reconnects = &reconnects;
    adapter.loses_first_commit = loses_first_commit;
    if (!resumes) adapter.dies_behind = dies_behind;
    try {
      RunHeader header;
      header.run = "r1";
      header.table_schema = schema_;
      auto ledger = Ledger::open(std::move(std::get<FolderLock>(lock)), header, resumed ? &*resumed : nullptr, doubt, adapter);
      if (const auto* error = std::get_if<JournalError>(&ledger)) BOOST_FAIL(error->message);
      auto result = run_program(sources_, *project_, program_, adapter, request, RunIdentity{"r1", "2024-01-31T10:00:00.000001+00:00"}, listener_, RunServices{&std::get<Ledger>(ledger), nullptr, [this](std::string_view hook, const StatementIndex& index) { return verdict_of(hook, index); }});
      calls = adapter.calls();
      if (const auto* refusal = std::get_if<RunRefusal>(&result)) BOOST_FAIL(refusal->failure.message);
      auto& report = std::get<RunReport>(result);
      std::get<Ledger>(ledger).run_ended(report.has_failed() ? "error" : "success", report.seconds);
      return std::move(report);
    } catch (const Killed&) {
      return std::nullopt;
    }
  }

  /// As if nothing had been run yet.
  void forget() {
    database = {};
    fs::remove_all(journals());
  }
  [[nodiscard]] fs::path journals() const { return folder_.path() / "target"; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] Project& project() { return *project_; }
  /// How often each row was inserted.
  [[nodiscard]] std::map<std::string, int> rows() const {
    std::map<std::string, int> counts;
    for (const std::string& sql : database.done) {
      if (sql.starts_with("insert into audit")) ++counts[sql];
    }
    return counts;
  }

  Database database;
  RunRequest request;
  int verdicts = 0;  // that were asked for
  std::map<std::string, AdapterError> fails;
  int failures = -1;
  int reconnects = -1;      // of all runs; less than 0: a lost session stays lost
  bool loses_first_commit = false;
  std::string dies_behind;  // the first run does, once this statement has taken effect
  int calls = 0;

 private:
  /// In the place of the analyzer.
  StepVerdict verdict_of(std::string_view hook, const StatementIndex& index) {
    ++verdicts;
    const CompiledHook* compiled = program_.find(hook);
    BOOST_REQUIRE(compiled != nullptr);
    for (const Step& step : compiled->steps) {
      const auto* sql = std::get_if<SqlStep>(&step);
      if (sql == nullptr || !sql->index || sql->index->sent != index.sent || sql->index->statement != index.statement) continue;
      return {"unknown", sql->kind == "insert" ? "drifts" : "idempotent", ""};
    }
    BOOST_FAIL("a statement that the program does not have");
    return {};
  }

  Folder folder_;
  Sources sources_;
  std::unique_ptr<Project> project_;
  Program program_;
  Silence listener_;
  std::string schema_;
  bool has_transactional_ddl_;
};

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
void lose_power(const fs::path& journals) {
  const RunRecord run = read_journals(journals).back();
  std::ifstream stream{run.file};
  std::vector<std::string> lines;
  std::size_t on_disk = 0;
  std::map<std::string, std::size_t> announced;  // hooks, with the lines up to their announcement
  for (std::string line; std::getline(stream, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    if (const std::size_t boot = line.find(R"("boot":")"); boot != std::string::npos) line.insert(boot + 8, "another");
    lines.push_back(line);
    const std::string event = json.value("e", "");
    if (event == "run" || event == "commit" || event == "node" || event == "end") on_disk = lines.size();
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
int lose_power_everywhere(const std::string& schema) {
  Runs runs{schema};
  BOOST_REQUIRE(!runs.run(false)->has_failed());
  const auto expected = runs.rows();
  int stops = 0;
  const int calls = runs.calls;
  for (int call = 1; call <= calls; ++call) {
    for (const bool after : {false, true}) {
      runs.forget();
      BOOST_REQUIRE(!runs.run(false, Doubt::Stop, call, after));
      if (read_journals(runs.journals()).empty()) continue;
      lose_power(runs.journals());
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
  BOOST_CHECK_GT(lose_power_everywhere(""), 0);
  BOOST_CHECK_EQUAL(lose_power_everywhere("l"), 0);
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
  const auto failed = std::ranges::find(again->hooks, RunStatus::Error, &HookOutcome::status);
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
  BOOST_CHECK(report->hooks.back().failure->help.find("may have taken effect") != std::string::npos);
  BOOST_CHECK(runs.run(true)->hooks.back().failure->message.find("whether it took effect is not known") != std::string::npos);
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
    BOOST_CHECK(report->hooks.back().failure->help.find("went with it") != std::string::npos);
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
  BOOST_CHECK(report->hooks.front().failure->message.find("made a temporary table") != std::string::npos);
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
  BOOST_CHECK(std::ranges::find(report->hooks, RunStatus::Error, &HookOutcome::status)->failure->message.find("with another text") != std::string::npos);
}

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

RunStatus status_of(const RunReport& report, std::string_view hook) {
  const auto found = std::ranges::find(report.hooks, hook, &HookOutcome::hook);
  BOOST_REQUIRE_MESSAGE(found != report.hooks.end(), hook);
  return found->status;
}

RunReport failing_run(std::optional<OnError> on_error) {
  Runs runs{""};
  runs.fails["insert into audit values (1)"].message = "no";
  if (on_error) runs.project().settings.policies.push_back(setting("on-run-start.shop.1", on_error));
  return *runs.run(false);
}

BOOST_AUTO_TEST_CASE(failing_hook_means_what_its_policy_says) {
  const std::string next = "on-run-start.shop.2";
  const RunReport as_dbt = failing_run(std::nullopt);
  BOOST_CHECK(status_of(as_dbt, next) == RunStatus::Skipped && status_of(as_dbt, "on-run-end.shop.0") == RunStatus::Success && as_dbt.nodes.front().status == RunStatus::Skipped);
  const RunReport aborted = failing_run(OnError::Abort);
  BOOST_CHECK(status_of(aborted, next) == RunStatus::Skipped && status_of(aborted, "on-run-end.shop.0") == RunStatus::Skipped && aborted.has_failed());
  const RunReport continued = failing_run(OnError::Continue);
  BOOST_CHECK(status_of(continued, next) == RunStatus::Success && status_of(continued, "on-run-start.shop.1") == RunStatus::Error && continued.has_failed());
  const RunReport warned = failing_run(OnError::Warn);
  BOOST_CHECK(status_of(warned, next) == RunStatus::Success && status_of(warned, "on-run-start.shop.1") == RunStatus::Warn && !warned.has_failed());
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
    const RunReport report = *runs.run(false);
    const Json json = Json::parse(run_results_json(runs.program(), report, RunIdentity{"r1", "2024-01-31T10:00:00.000001+00:00"}));
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
  BOOST_REQUIRE(!write_run_results(file, "{}\n"));
  BOOST_CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  BOOST_CHECK_EQUAL(fs::file_size(file), 3U);
  BOOST_CHECK(write_run_results(folder.path() / "none" / "run_results.json", "{}").has_value());
}

}  // namespace
}  // namespace hookc
