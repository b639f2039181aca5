#include "runtime/adapters/odbc.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/sql/parse.h"
#include "runtime/adapters/blocking_calls.h"
#include "runtime/adapters/odbc_api.h"
#include "runtime/adapters/odbc_link.h"
#include "runtime/adapters/odbc_settings.h"
#include "runtime/adapters/odbc_values.h"
#include "runtime/adapters/target_fields.h"

namespace hookc {

namespace {

using odbc::Api;
using odbc::Link;
using odbc::Problem;
using Kind = AdapterError::Kind;
using Outcome = BlockingCalls::Outcome;

/// How long a server may take to end a cancelled statement, or a session, before it is given up.
constexpr std::chrono::seconds kGrace{5};
/// What the driver may take beyond a limit that it was told itself.
constexpr std::chrono::milliseconds kSlack{250};
/// After so long without a statement it is asked whether the session is still there: servers, and what stands between, end those that are idle.
constexpr std::chrono::milliseconds kIdle{500};

// ---- the adapter ----

class OdbcAdapter final : public Adapter {
 public:
  OdbcAdapter(std::shared_ptr<const Api> api, std::string type, odbc::Settings settings)
      : api_(std::move(api)), type_(std::move(type)), dialect_(sql::dialect_of_adapter(type_)), settings_(std::move(settings)) {}
  OdbcAdapter(const OdbcAdapter&) = delete;
  OdbcAdapter& operator=(const OdbcAdapter&) = delete;
  ~OdbcAdapter() override {
    if (!is_lost_) calls_->run([link = link_] { link->disconnect(); }, [] {}, std::chrono::milliseconds{kGrace}, std::chrono::milliseconds{0});
  }

  std::optional<AdapterError> open();

  [[nodiscard]] std::string_view type() const override { return type_; }
  [[nodiscard]] sql::Dialect dialect() const override { return dialect_; }
  [[nodiscard]] Capabilities capabilities() const override {
    using enum sql::Dialect;
    const std::uint16_t capable = link_->transaction_capability();
    const bool is_sqlite = dialect_ == Sqlite;
    return Capabilities{.transactions = capable != odbc::kNoTransactions,
                        .ddl_in_transaction = capable == odbc::kTransactionsOfAll && !commits_at_ddl(),
                        .privileges = !is_sqlite,
                        .multi_statement = true,  // they are sent one by one
                        .comments = dialect_ == Postgres || dialect_ == Redshift || dialect_ == Snowflake || dialect_ == Databricks || dialect_ == Spark};
  }
  [[nodiscard]] std::string version() const override { return link_->version(); }

  Result execute(std::string_view sql, Fetch fetch) override;
  std::optional<AdapterError> begin() override;
  std::optional<AdapterError> commit() override;
  std::optional<AdapterError> rollback() override;
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override;
  std::optional<AdapterError> reconnect() override;
  void interrupt() noexcept override { calls_->interrupt(); }

 private:
  /// Calls on the session's thread; the error of the call, of its interruption or of its giving up.
  std::optional<AdapterError> call(std::function<std::optional<Problem>(Link&)> work, std::optional<std::chrono::milliseconds> limit);
  Result send(std::string sql, Fetch fetch);
  /// An error of kind Connection when the session was ended while nothing was asked of it, so that nothing is sent that nobody can say of whether it took effect.
  std::optional<AdapterError> look_for_session();
  std::optional<AdapterError> send_all(std::string_view sql, Fetch fetch, ResultSet& last);
  [[nodiscard]] AdapterError error_of(const Problem& problem) const;
  [[nodiscard]] AdapterError given_up();
  /// Follows what a statement does to the transaction: the drivers do not say.
  void note(const sql::Statement& statement);
  void roll_back_after(AdapterError& error);
  /// MariaDB and MySQL cannot undo what was done to tables of some engines, and say so in a warning alone.
  [[nodiscard]] bool left_something_behind();
  [[nodiscard]] bool commits_at_ddl() const { return sql::traits_of(dialect_).ddl_in_transaction == sql::Support::No; }

  std::shared_ptr<const Api> api_;
  std::string type_;
  sql::Dialect dialect_;
  odbc::Settings settings_;
  bool in_transaction_ = false;
  bool was_ended_ = false;       // a statement has ended the transaction of `begin` itself
  bool was_committed_ = false;   // DDL has committed what came before it
  bool text_has_begun_ = false;  // a statement has begun a transaction, outside of `begin`
  bool is_lost_ = false;
  std::chrono::steady_clock::time_point last_answer_ = std::chrono::steady_clock::now();
  // Both are the session's: a call that was given up may use them still when there is a new one.
  std::unique_ptr<BlockingCalls> calls_ = std::make_unique<BlockingCalls>();
  std::shared_ptr<Link> link_ = std::make_shared<Link>(api_);
};

AdapterError OdbcAdapter::error_of(const Problem& problem) const {
  AdapterError error = odbc::error_of(problem, dialect_);
  error.message = without_secrets(std::move(error.message), settings_.secrets);
  return error;
}

AdapterError OdbcAdapter::given_up() {
  is_lost_ = true;
  in_transaction_ = false;
  AdapterError error = adapter_error(Kind::Interrupted, fmt::format("{} did not answer the request to cancel within {} seconds, and the session was given up", settings_.shown, kGrace.count()),
                               "the statement may still run at the server");
  error.is_unanswered = true;
  return error;
}

std::optional<AdapterError> OdbcAdapter::call(std::function<std::optional<Problem>(Link&)> work, std::optional<std::chrono::milliseconds> limit) {
  if (is_lost_) return adapter_error(Kind::Connection, "the connection was lost earlier in the run");
  auto problem = std::make_shared<std::optional<Problem>>();
  const Outcome outcome = calls_->run([work = std::move(work), link = link_, problem] { *problem = work(*link); }, [link = link_] { link->cancel(); }, limit, kGrace);
  if (outcome == Outcome::GivenUp) return given_up();
  if (!*problem) return std::nullopt;
  AdapterError error = error_of(**problem);
  if (error.kind == Kind::Connection || (error.kind == Kind::Other && link_->is_dead())) {
    error.kind = Kind::Connection;
    if (error.help.empty()) error.help = "the connection was lost";
    is_lost_ = true;
    error.rolled_back = std::exchange(in_transaction_, false);  // the server undoes what is not committed
    error.is_unanswered = true;
  } else if (outcome != Outcome::Done) {
    error.kind = Kind::Interrupted;  // whatever the driver calls it
  }
  // Ended by the driver at its own limit, or by us.
  if (error.kind == Kind::Interrupted && outcome != Outcome::Interrupted && settings_.query_timeout) {
    error.help = fmt::format("the target's `query_timeout` is {} seconds", settings_.query_timeout->count());
  }
  return error;
}

// ---- opening ----

std::string package_help(std::string_view driver) {
  struct Row {
    std::string_view part;
    std::string_view help;
  };
  static constexpr Row kRows[] = {
      {"MariaDB", "install the driver: `apt-get install odbc-mariadb`"},
      {"PostgreSQL", "install the driver: `apt-get install odbc-postgresql`"},
      {"SQLite", "install the driver: `apt-get install libsqliteodbc`"},
      {"SQL Server", "install the driver: Microsoft's package `msodbcsql18`"},
      {"Snowflake", "install the driver: Snowflake's package `snowflake-odbc`"},
      {"Spark", "install the driver: Databricks' package `simbaspark`"},
  };
  for (const Row& row : kRows) {
    if (driver.find(row.part) != std::string_view::npos) return std::string{row.help} + "; `odbcinst -q -d` lists what is there";
  }
  return "install the driver, or name another with `driver`; `odbcinst -q -d` lists what is there";
}

std::optional<AdapterError> OdbcAdapter::open() {
  auto problem = std::make_shared<std::optional<Problem>>();
  const auto limit = settings_.connect_timeout + std::chrono::seconds{2};
  const Outcome outcome = calls_->run([link = link_, problem, settings = settings_] { *problem = link->connect(settings); }, [] {}, limit, std::chrono::milliseconds{0});
  if (outcome == Outcome::GivenUp) {
    is_lost_ = true;
    return adapter_error(Kind::Connection, fmt::format("{} does not answer within {} seconds", settings_.shown, limit.count()), "check the address of the target, or raise its `connect_timeout`");
  }
  if (*problem) {
    is_lost_ = true;
    AdapterError error = error_of(**problem);
    error.kind = Kind::Connection;
    const auto& [keyword, driver] = settings_.keywords.front();
    const bool is_missing = error.message.find("Can't open lib") != std::string::npos;
    if (is_missing) error.message = fmt::format("the ODBC driver `{}` is not installed: {}", driver, error.message);
    if (is_missing && keyword == "DRIVER") error.help = package_help(driver);
    if (error.help.empty()) error.help = fmt::format("{} was to be opened: check its address, user and password, and that the server runs", settings_.shown);
    return error;
  }
  for (const std::string& statement : settings_.first_statements) {
    Result result = send(statement, Fetch::Nothing);
    if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  }
  return std::nullopt;
}

/// Nothing runs now, so that nobody interrupts it.
std::optional<AdapterError> OdbcAdapter::reconnect() {
  calls_ = std::make_unique<BlockingCalls>();
  link_ = std::make_shared<Link>(api_);
  in_transaction_ = was_ended_ = was_committed_ = text_has_begun_ = is_lost_ = false;
  auto error = open();
  is_lost_ = error.has_value();
  return error;
}

// ---- statements ----

std::optional<AdapterError> OdbcAdapter::look_for_session() {
  // A generic database may not know a query without a table.
  const bool may_ask = dialect_ != sql::Dialect::Generic && !in_transaction_ && !text_has_begun_ && !is_lost_;
  if (!may_ask || std::chrono::steady_clock::now() - last_answer_ < kIdle) return std::nullopt;
  Result answer = send("select 1", Fetch::Nothing);
  auto* error = std::get_if<AdapterError>(&answer);
  if (error == nullptr || error->kind != Kind::Connection) return std::nullopt;
  error->is_unanswered = false;  // what was to be sent was not
  return std::move(*error);
}

Result OdbcAdapter::send(std::string sql, Fetch fetch) {
  auto set = std::make_shared<ResultSet>();
  std::optional<std::chrono::milliseconds> limit;
  if (settings_.query_timeout) limit = *settings_.query_timeout + (link_->limits_statements() ? kSlack : std::chrono::milliseconds{0});
  if (auto error = call([sql = std::move(sql), fetch, set](Link& link) { return link.execute(sql, fetch, *set); }, limit)) return std::move(*error);
  if (const std::size_t count = link_->rows_until_too_large(); count > 0) return result_too_large(count);
  return std::move(*set);
}

void OdbcAdapter::note(const sql::Statement& statement) {
  const auto begins = [&] {
    if (!in_transaction_) {
      text_has_begun_ = true;
    } else if (commits_at_ddl()) {
      was_committed_ = true;  // a second BEGIN commits the first one's work
    }
  };
  const auto ends = [&] {
    was_ended_ = in_transaction_;
    text_has_begun_ = false;
  };
  const auto defines = [&] { was_committed_ = was_committed_ || (in_transaction_ && commits_at_ddl()); };
  if (const auto* transaction = std::get_if<sql::Transaction>(&statement.node)) {
    using TransactionKind = sql::Transaction::Kind;
    if (transaction->kind == TransactionKind::Begin) begins();
    if (transaction->kind == TransactionKind::Commit || transaction->kind == TransactionKind::Rollback) ends();
  } else if (const auto* create = std::get_if<sql::Create>(&statement.node)) {
    if (!create->temporary) defines();
  } else if (std::holds_alternative<sql::Drop>(statement.node) || std::holds_alternative<sql::Alter>(statement.node) || std::holds_alternative<sql::Truncate>(statement.node) ||
             std::holds_alternative<sql::Grant>(statement.node) || std::holds_alternative<sql::Revoke>(statement.node) || std::holds_alternative<sql::Maintenance>(statement.node)) {
    defines();
  }
}

/// Statements whose row count means something; the SQLite driver gives others that of the last INSERT.
bool changes_rows(const sql::Statement& statement) {
  return std::holds_alternative<sql::Insert>(statement.node) || std::holds_alternative<sql::Update>(statement.node) || std::holds_alternative<sql::Delete>(statement.node) ||
         std::holds_alternative<sql::Merge>(statement.node) || std::holds_alternative<sql::Copy>(statement.node) || std::holds_alternative<sql::Invoke>(statement.node);
}

std::optional<AdapterError> OdbcAdapter::send_all(std::string_view sql, Fetch fetch, ResultSet& last) {
  const sql::Script script = sql::parse_sql(sql, dialect_);
  // An empty text is an error, an old message or nothing, depending on the driver: it is never sent. Several statements are sent one by one: some drivers take one only,
  // and some lose the class of an error in a later one.
  for (const sql::Statement& statement : script.statements) {
    const bool was_committed = was_committed_;
    note(statement);  // DDL commits what came before it also where it fails itself
    Result result = send(std::string{sql.substr(statement.range.begin, statement.range.size())}, fetch);
    if (auto* error = std::get_if<AdapterError>(&result)) {
      if (error->kind == Kind::Syntax) was_committed_ = was_committed;
      if (statement.range.begin > script.statements.front().range.begin) error->position = statement.range.begin;
      return std::move(*error);
    }
    last = std::move(std::get<ResultSet>(result));
    if (!changes_rows(statement)) last.rows_affected = 0;
  }
  return std::nullopt;
}

Result OdbcAdapter::execute(std::string_view sql, Fetch fetch) {
  if (auto error = find_nul_byte(sql)) {
    roll_back_after(*error);
    return std::move(*error);
  }
  meanwhile();
  ResultSet last;
  auto error = look_for_session();
  if (!error) error = send_all(sql, fetch, last);
  last_answer_ = std::chrono::steady_clock::now();
  if (!error) return last;
  roll_back_after(*error);
  return std::move(*error);
}

// ---- transactions ----

/// Most databases go on after a failed statement, and psqlODBC makes PostgreSQL do so too: after any error the transaction is therefore rolled back at once, one that the text
/// itself began included.
void OdbcAdapter::roll_back_after(AdapterError& error) {
  const bool was_open = std::exchange(in_transaction_, false);
  const bool text_has_begun = std::exchange(text_has_begun_, false);
  if (is_lost_ || (!was_open && !text_has_begun)) return;
  std::optional<AdapterError> problem;
  if (was_open) {
    problem = call([](Link& link) { return link.end_transaction(odbc::kRollback); }, kGrace);
  } else {
    Result result = send("rollback", Fetch::Nothing);
    if (auto* failed = std::get_if<AdapterError>(&result)) problem = std::move(*failed);
  }
  error.rolled_back = !problem && !was_ended_;
  if (error.rolled_back && was_committed_) {
    error.rolled_back = false;
    error.help += fmt::format("{}the database commits at DDL: what came before the last DDL statement of the transaction is done", error.help.empty() ? "" : "; ");
  } else if (error.rolled_back && left_something_behind()) {
    error.rolled_back = false;
    error.help += fmt::format("{}a table of the transaction has an engine that cannot undo: what was changed in it stays", error.help.empty() ? "" : "; ");
  }
}

bool OdbcAdapter::left_something_behind() {
  if (dialect_ != sql::Dialect::MySql) return false;
  const Result result = send("show warnings", Fetch::Rows);
  const auto* set = std::get_if<ResultSet>(&result);
  if (set == nullptr) return false;
  for (const auto& row : set->rows) {
    if (row.size() > 1 && to_text(row[1]) == "1196") return true;  // ER_WARNING_NOT_COMPLETE_ROLLBACK
  }
  return false;
}

std::optional<AdapterError> OdbcAdapter::begin() {
  if (in_transaction_) return adapter_error(Kind::Other, "a transaction is open already");
  if (text_has_begun_) return adapter_error(Kind::Other, "a statement of a hook has begun a transaction and not ended it", "end it in the same hook, or leave `begin` to hookc");
  if (auto error = call([](Link& link) { return link.set_autocommit(false); }, std::nullopt)) return error;
  in_transaction_ = true;
  was_ended_ = false;
  was_committed_ = false;
  return std::nullopt;
}

std::optional<AdapterError> OdbcAdapter::commit() {
  if (!in_transaction_) return adapter_error(Kind::Other, "no transaction is open: it was rolled back when one of its statements failed, or never begun");
  in_transaction_ = false;
  auto error = call([](Link& link) { return link.end_transaction(odbc::kCommit); }, std::nullopt);
  // What a hook has begun anew after it ended the transaction is committed by then.
  if (was_ended_ && !is_lost_) return adapter_error(Kind::Other, "no transaction is open any more", "a statement of the hook has ended the transaction itself");
  if (error) {
    error->rolled_back = !is_lost_;  // a commit whose answer was lost may have been done
  }
  return error;
}

std::optional<AdapterError> OdbcAdapter::rollback() {
  if (!in_transaction_) return std::nullopt;
  in_transaction_ = false;
  return call([](Link& link) { return link.end_transaction(odbc::kRollback); }, std::nullopt);
}

std::optional<AdapterError> OdbcAdapter::ensure_schema(std::string_view schema) {
  if (dialect_ == sql::Dialect::Sqlite) return std::nullopt;  // its schemas are files, attached when the session was opened
  const std::string name = quote_name(schema, dialect_);
  const std::string sql = dialect_ == sql::Dialect::SqlServer ? fmt::format("if schema_id({}) is null exec({})", quote_literal(schema), quote_literal("create schema " + name))
                                                              : fmt::format("create schema if not exists {}", name);
  Result result = send(sql, Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) {
    roll_back_after(*error);
    return std::move(*error);
  }
  return std::nullopt;
}

}  // namespace

bool has_odbc_fields(const Target& target) {
  const TargetFields fields{target};
  return fields.find("driver") != nullptr || fields.find("dsn") != nullptr || fields.find("odbc") != nullptr;
}

AdapterOrError open_odbc(const Target& target, const AdapterOptions& options) {
  auto settings = odbc::read_settings(target, options);
  if (auto* error = std::get_if<AdapterError>(&settings)) return std::move(*error);
  auto library = odbc::load_library();
  if (auto* error = std::get_if<AdapterError>(&library)) return std::move(*error);
  auto adapter = std::make_unique<OdbcAdapter>(std::get<std::shared_ptr<const Api>>(library), target.type, std::get<odbc::Settings>(std::move(settings)));
  if (auto error = adapter->open()) return std::move(*error);
  return adapter;
}

}  // namespace hookc
