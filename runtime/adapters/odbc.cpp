#include "runtime/adapters/odbc.h"

#include <fmt/format.h>
#include <locale.h>

#include <array>
#include <utility>

#include "compiler/sql/parse.h"
#include "runtime/adapters/blocking_calls.h"
#include "runtime/adapters/odbc_api.h"
#include "runtime/adapters/odbc_settings.h"
#include "runtime/adapters/odbc_values.h"
#include "runtime/adapters/target_fields.h"

namespace hookc {

namespace {

using odbc::Api;
using odbc::Handle;
using odbc::Problem;
using odbc::Return;
using Kind = AdapterError::Kind;
using Outcome = BlockingCalls::Outcome;

/// How long a server may take to end a cancelled statement, or a session, before it is given up.
constexpr std::chrono::seconds kGrace{5};
/// What the driver may take beyond a limit that it was told itself.
constexpr std::chrono::milliseconds kSlack{250};

/// What ODBC takes in place of a pointer: a number.
void* as_pointer(std::uintptr_t number) {
  return reinterpret_cast<void*>(number);  // NOLINT(performance-no-int-to-ptr): the interface passes numbers through this one type
}

/// For drivers without the functions of UTF-16, the driver manager turns the connection string and messages into the character set that the thread's locale has while it connects.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(locale_ == nullptr ? nullptr : uselocale(locale_)) {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }

 private:
  locale_t locale_;
  locale_t before_;
};

// ---- the handles and what is done with them, on the thread of BlockingCalls ----

/// The handles of one session. A call that was given up keeps them until it comes back.
class Link {
 public:
  explicit Link(std::shared_ptr<const Api> api) : api_(std::move(api)) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    if (statement_ != nullptr) api_->free_handle(odbc::kStatement, statement_);
    if (connection_ != nullptr) {
      if (is_connected_) api_->disconnect(connection_);
      api_->free_handle(odbc::kConnection, connection_);
    }
    if (environment_ != nullptr) api_->free_handle(odbc::kEnvironment, environment_);
  }

  std::optional<Problem> connect(const odbc::Settings& settings);
  void disconnect() {
    if (!is_connected_) return;
    api_->free_handle(odbc::kStatement, std::exchange(statement_, nullptr));
    api_->end_tran(odbc::kConnection, connection_, odbc::kRollback);
    is_connected_ = api_->disconnect(connection_) != odbc::kSuccess;
  }
  /// Sends one statement and reads its results to their end.
  std::optional<Problem> execute(const std::string& sql, Fetch fetch, ResultSet& set);
  /// The rows that the last statement's result had when it was given up because it was too large; 0 when it was not.
  [[nodiscard]] std::size_t rows_until_too_large() const { return rows_until_too_large_; }
  std::optional<Problem> set_autocommit(bool is_on);
  std::optional<Problem> end_transaction(odbc::Completion completion);
  void cancel() { api_->cancel(statement_); }
  [[nodiscard]] bool is_dead() const;
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] std::uint16_t transaction_capability() const { return transaction_capability_; }
  [[nodiscard]] bool limits_statements() const { return limits_statements_; }

 private:
  [[nodiscard]] std::string text_info(odbc::Info info) const;
  [[nodiscard]] bool takes_wide();
  [[nodiscard]] Problem problem_of(odbc::HandleType type, Handle handle) const;
  std::optional<Problem> read_result(Fetch fetch, ResultSet& set);
  std::optional<Problem> read_columns(std::int16_t count, ResultSet& set, std::vector<std::int16_t>& types);
  std::optional<Problem> read_cell(std::uint16_t column, std::int16_t type, Cell& cell);
  template <class Unit>
  std::optional<Problem> read_pieces(std::uint16_t column, std::optional<std::basic_string<Unit>>& text);
  std::optional<Problem> read_text(std::uint16_t column, std::optional<std::string>& text);

  std::shared_ptr<const Api> api_;
  Handle environment_ = nullptr;
  Handle connection_ = nullptr;
  Handle statement_ = nullptr;
  bool is_connected_ = false;
  bool limits_statements_ = false;  // the driver takes the query timeout
  bool is_wide_ = true;             // the driver has the functions of UTF-16
  std::string version_;
  std::uint16_t transaction_capability_ = odbc::kNoTransactions;
  std::size_t kept_bytes_ = 0;  // of the result that is read
  std::size_t rows_until_too_large_ = 0;
};

Problem Link::problem_of(odbc::HandleType type, Handle handle) const {
  Problem problem;
  std::array<odbc::Wide, 6> state{};
  std::array<odbc::Wide, 4096> text{};
  for (std::int16_t record = 1; record <= 8; ++record) {
    std::int32_t native = 0;
    std::int16_t size = 0;
    const Return code = api_->get_diag_rec(type, handle, record, state.data(), &native, text.data(), static_cast<std::int16_t>(text.size()), &size);
    if (!odbc::is_success(code)) break;
    const std::string message = odbc::plain_message(odbc::to_utf8(std::u16string_view{text.data()}));
    if (record == 1) {
      problem.state = odbc::to_utf8(std::u16string_view{state.data(), 5});
      problem.native = native;
      problem.message = message;
    } else if (!message.empty() && problem.message.find(message) == std::string::npos) {
      problem.message += "\n" + message;
    }
  }
  return problem;
}

std::optional<Problem> Link::connect(const odbc::Settings& settings) {
  const Utf8Locale locale;
  if (!odbc::is_success(api_->alloc_handle(odbc::kEnvironment, nullptr, &environment_))) return Problem{"HY001", 0, "the ODBC library gives no environment"};
  api_->set_env_attr(environment_, odbc::kOdbcVersion, as_pointer(3), 0);
  if (!odbc::is_success(api_->alloc_handle(odbc::kConnection, environment_, &connection_))) return problem_of(odbc::kEnvironment, environment_);
  api_->set_connect_attr(connection_, odbc::kLoginTimeout, as_pointer(static_cast<std::uintptr_t>(settings.connect_timeout.count())), 0);
  std::u16string text = odbc::to_wide(odbc::connection_string(settings));
  const Return code = api_->driver_connect(connection_, nullptr, text.data(), static_cast<std::int16_t>(text.size()), nullptr, 0, nullptr, 0);
  if (!odbc::is_success(code)) return problem_of(odbc::kConnection, connection_);
  is_connected_ = true;
  version_ = fmt::format("{} {}", text_info(odbc::kDbmsName), text_info(odbc::kDbmsVersion));
  std::int16_t size = 0;
  api_->get_info(connection_, odbc::kTransactionCapable, &transaction_capability_, sizeof transaction_capability_, &size);
  if (!odbc::is_success(api_->alloc_handle(odbc::kStatement, connection_, &statement_))) return problem_of(odbc::kConnection, connection_);
  is_wide_ = takes_wide();
  if (settings.query_timeout) {
    // A driver that has no such limit answers "with info", and does without.
    limits_statements_ = api_->set_stmt_attr(statement_, odbc::kQueryTimeout, as_pointer(static_cast<std::uintptr_t>(settings.query_timeout->count())), 0) == odbc::kSuccess;
  }
  return std::nullopt;
}

std::optional<Problem> Link::set_autocommit(bool is_on) {
  if (odbc::is_success(api_->set_connect_attr(connection_, odbc::kAutocommit, as_pointer(is_on ? 1 : 0), 0))) return std::nullopt;
  return problem_of(odbc::kConnection, connection_);
}

std::optional<Problem> Link::end_transaction(odbc::Completion completion) {
  std::optional<Problem> problem;
  if (!odbc::is_success(api_->end_tran(odbc::kConnection, connection_, completion))) problem = problem_of(odbc::kConnection, connection_);
  if (problem && completion == odbc::kCommit) api_->end_tran(odbc::kConnection, connection_, odbc::kRollback);
  auto other = set_autocommit(true);
  return problem ? problem : other;
}

bool Link::is_dead() const {
  std::uint32_t dead = 0;
  return odbc::is_success(api_->get_connect_attr(connection_, odbc::kConnectionDead, &dead, 0, nullptr)) && dead == 1;
}

std::string Link::text_info(odbc::Info info) const {
  std::array<odbc::Wide, 256> text{};
  std::int16_t size = 0;
  if (!odbc::is_success(api_->get_info(connection_, info, text.data(), static_cast<std::int16_t>(sizeof text), &size))) return {};
  return odbc::to_utf8(std::u16string_view{text.data()});
}

/// A value as text, piece by piece; nothing for NULL.
template <class Unit>
std::optional<Problem> Link::read_pieces(std::uint16_t column, std::optional<std::basic_string<Unit>>& text) {
  std::array<Unit, 2048> piece{};
  std::basic_string<Unit> whole;
  while (true) {
    odbc::Length size = 0;
    const auto capacity = static_cast<odbc::Length>(sizeof piece);
    const Return code = api_->get_data(statement_, column, sizeof(Unit) == 1 ? odbc::kAsNarrow : odbc::kAsWide, piece.data(), capacity, &size);
    if (code == odbc::kNoData) break;
    if (!odbc::is_success(code)) return problem_of(odbc::kStatement, statement_);
    if (size == odbc::kNullData) return std::nullopt;
    // A piece that does not end the value fills the buffer up to the zero at its end.
    const bool is_cut = code == odbc::kSuccessWithInfo && (size == odbc::kNoTotal || size >= capacity);
    whole.append(piece.data(), is_cut ? piece.size() - 1 : static_cast<std::size_t>(size) / sizeof(Unit));
    if (!is_cut) break;
  }
  text = std::move(whole);
  return std::nullopt;
}

/// Whether a character beyond the first 65,536 survives the driver: what the driver manager makes of UTF-16 for drivers without it loses such a one, and all others of its text.
/// It is asked with a statement, since unixODBC's SQLNativeSqlW writes outside of its memory for these drivers.
bool Link::takes_wide() {
  std::u16string sql = u"select '\U0001F418'";
  std::optional<std::u16string> text;
  const bool has_row = odbc::is_success(api_->exec_direct(statement_, sql.data(), static_cast<std::int32_t>(sql.size()))) && odbc::is_success(api_->fetch(statement_));
  if (has_row) static_cast<void>(read_pieces(1, text));
  api_->close_cursor(statement_, 0);
  return !has_row || text == u"\U0001F418";
}

std::optional<Problem> Link::execute(const std::string& sql, Fetch fetch, ResultSet& set) {
  rows_until_too_large_ = 0;
  Return code = 0;
  if (is_wide_) {
    std::u16string wide = odbc::to_wide(sql);
    code = api_->exec_direct(statement_, wide.data(), static_cast<std::int32_t>(wide.size()));
  } else {
    std::string narrow = sql;
    code = api_->exec_direct_narrow(statement_, narrow.data(), static_cast<std::int32_t>(narrow.size()));
  }
  std::optional<Problem> problem;
  // "No data" is the answer to a statement that has changed no row.
  while (!problem && rows_until_too_large_ == 0 && code != odbc::kNoData) {
    problem = odbc::is_success(code) ? read_result(fetch, set) : std::optional{problem_of(odbc::kStatement, statement_)};
    if (!problem) code = api_->more_results(statement_);
  }
  api_->close_cursor(statement_, 0);
  return problem;
}

std::optional<Problem> Link::read_result(Fetch fetch, ResultSet& set) {
  std::int16_t count = 0;
  if (!odbc::is_success(api_->num_result_cols(statement_, &count))) return problem_of(odbc::kStatement, statement_);
  if (count == 0) {
    odbc::Length rows = 0;
    if (odbc::is_success(api_->row_count(statement_, &rows)) && rows > 0) set.rows_affected += static_cast<std::uint64_t>(rows);
    return std::nullopt;
  }
  std::vector<std::int16_t> types;
  kept_bytes_ = 0;
  if (fetch == Fetch::Rows) {
    set.columns.clear();
    set.rows.clear();
    if (auto problem = read_columns(count, set, types)) return problem;
  }
  // Rows that nobody asked for are fetched too: a database may compute them, and what they do, one by one.
  while (true) {
    const Return code = api_->fetch(statement_);
    if (code == odbc::kNoData) return std::nullopt;
    if (!odbc::is_success(code)) return problem_of(odbc::kStatement, statement_);
    if (fetch == Fetch::Nothing) continue;
    std::vector<Cell>& cells = set.rows.emplace_back(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (auto problem = read_cell(static_cast<std::uint16_t>(i + 1), types[i], cells[i])) return problem;
    }
    kept_bytes_ += memory_of(cells);
    if (kept_bytes_ > kMaxResultBytes) {
      rows_until_too_large_ = set.rows.size();
      set.rows.clear();
      return std::nullopt;  // what is left is dropped with the cursor
    }
  }
}

std::optional<Problem> Link::read_columns(std::int16_t count, ResultSet& set, std::vector<std::int16_t>& types) {
  std::array<odbc::Wide, 512> name{};
  std::array<odbc::Narrow, 1024> narrow_name{};
  for (std::uint16_t column = 1; column <= static_cast<std::uint16_t>(count); ++column) {
    std::int16_t size = 0;
    std::int16_t type = 0;
    std::uint64_t width = 0;
    std::int16_t digits = 0;
    std::int16_t nullable = 0;
    const Return code =
        is_wide_ ? api_->describe_col(statement_, column, name.data(), static_cast<std::int16_t>(name.size()), &size, &type, &width, &digits, &nullable)
                 : api_->describe_col_narrow(statement_, column, narrow_name.data(), static_cast<std::int16_t>(narrow_name.size()), &size, &type, &width, &digits, &nullable);
    if (!odbc::is_success(code)) return problem_of(odbc::kStatement, statement_);
    ResultColumn& made = set.columns.emplace_back();
    made.name = is_wide_ ? odbc::to_utf8(std::u16string_view{name.data()}) : std::string{narrow_name.data()};
    made.kind = odbc::kind_of(type);
    std::int16_t actual = 0;
    name[0] = 0;
    const bool has_type = odbc::is_success(api_->col_attribute(statement_, column, odbc::kTypeName, name.data(), static_cast<std::int16_t>(sizeof name), &actual, nullptr));
    if (has_type) made.type = odbc::to_utf8(std::u16string_view{name.data()});
    types.push_back(type);
  }
  return std::nullopt;
}

std::optional<Problem> Link::read_cell(std::uint16_t column, std::int16_t type, Cell& cell) {
  odbc::Length size = 0;
  if (type == odbc::kFloat || type == odbc::kReal || type == odbc::kDouble) {
    double number = 0;
    if (!odbc::is_success(api_->get_data(statement_, column, odbc::kAsDouble, &number, sizeof number, &size))) return problem_of(odbc::kStatement, statement_);
    cell = size == odbc::kNullData ? Cell{} : Cell{number};
    return std::nullopt;
  }
  if (type == odbc::kTimestamp) {
    odbc::Timestamp value{};
    if (odbc::is_success(api_->get_data(statement_, column, odbc::kAsTimestamp, &value, sizeof value, &size))) {
      cell = size == odbc::kNullData ? Cell{} : Cell{odbc::timestamp_text(value)};
      return std::nullopt;
    }
  }
  std::optional<std::string> text;
  if (auto problem = read_text(column, text)) return problem;
  cell = text ? odbc::cell_of(std::move(*text), type) : Cell{};
  return std::nullopt;
}

std::optional<Problem> Link::read_text(std::uint16_t column, std::optional<std::string>& text) {
  if (!is_wide_) return read_pieces(column, text);
  std::optional<std::u16string> wide;
  auto problem = read_pieces(column, wide);
  if (wide) text = odbc::to_utf8(*wide);
  return problem;
}

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
  auto error = send_all(sql, fetch, last);
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
