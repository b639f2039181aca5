// Runs: a project whose hooks add rows, run on a database that is a list of rows, in a process that can be killed at every call.
#pragma once

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/program/compile.h"
#include "runtime/interpreter.h"
#include "runtime/ledger/journal.h"
#include "runtime/ledger/ledger.h"
#include "runtime/policies.h"
#include "tests/unit/folder.h"

namespace hookc {

struct Killed {};

/// What outlives the process.
struct Database {
  std::vector<std::string> done;    // statements that took effect
  std::vector<std::pair<std::string, std::int64_t>> ledger;
};

inline AdapterError lost_connection(bool is_unanswered) {
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

class Listener final : public RunListener {
 public:
  void hook_begins(const CompiledHook&, Progress) override {}
  void hook_ended(const HookOutcome& outcome, Progress) override { hooks.push_back(outcome); }
  void node_begins(const NodeOutcome&, Progress) override {}
  void node_ended(const NodeOutcome& outcome, Progress) override { nodes.push_back(outcome); }
  void message(std::string_view, MessageStep::Kind, std::string_view) override {}

  std::vector<HookOutcome> hooks;
  std::vector<NodeOutcome> nodes;
};

inline constexpr std::string_view kHooks = R"HOOKS(
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
    Listener own;
    RunListener* listener = other_listener == nullptr ? &own : other_listener;
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
      auto result = run_program(sources_, *project_, program_, adapter, request, RunIdentity{"r1", "2024-01-31T10:00:00.000001+00:00"}, *listener, RunServices{&std::get<Ledger>(ledger), nullptr, [this](std::string_view hook, const StatementIndex& index) { return verdict_of(hook, index); }});
      calls = adapter.calls();
      if (const auto* refusal = std::get_if<RunRefusal>(&result)) BOOST_FAIL(refusal->failure.message);
      auto& report = std::get<RunReport>(result);
      hook_outcomes = std::move(own.hooks);
      node_outcomes = std::move(own.nodes);
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
  std::vector<HookOutcome> hook_outcomes;  // of the last run that was not killed
  std::vector<NodeOutcome> node_outcomes;
  RunListener* other_listener = nullptr;  // hears it in the place of these
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
  std::string schema_;
  bool has_transactional_ddl_;
};

inline PolicySetting setting(std::string match, std::optional<OnError> on_error, std::optional<std::uint32_t> retries = {}, std::optional<double> timeout = {}) { return {std::move(match), on_error, retries, timeout}; }

}  // namespace hookc
