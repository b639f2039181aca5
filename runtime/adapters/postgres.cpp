#include "runtime/adapters/postgres.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <thread>
#include <utility>

#include "runtime/adapters/postgres_api.h"
#include "runtime/adapters/postgres_settings.h"
#include "runtime/adapters/postgres_values.h"

namespace hookc {

namespace {

using postgres::Api;
using Kind = AdapterError::Kind;
using Clock = std::chrono::steady_clock;

/// How long a server may take to answer a cancel request before the session is given up.
constexpr std::chrono::seconds kCancelGrace{5};
/// How long a lock that another session holds is waited for.
constexpr std::chrono::seconds kLockPatience{3};

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \n\r\t");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

class PostgresAdapter final : public Adapter {
 public:
  PostgresAdapter(std::shared_ptr<const Api> api, sql::Dialect dialect, std::string type, postgres::Settings settings)
      : api_(std::move(api)), dialect_(dialect), type_(std::move(type)), settings_(std::move(settings)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  PostgresAdapter(const PostgresAdapter&) = delete;
  PostgresAdapter& operator=(const PostgresAdapter&) = delete;
  ~PostgresAdapter() override {
    if (connection_ != nullptr) api_->finish(connection_);
    if (wake_ >= 0) close(wake_);
  }

  std::optional<AdapterError> open();

  [[nodiscard]] std::string_view type() const override { return type_; }
  [[nodiscard]] sql::Dialect dialect() const override { return dialect_; }
  [[nodiscard]] Capabilities capabilities() const override {
    return Capabilities{.transactions = true, .ddl_in_transaction = true, .privileges = true, .multi_statement = true, .comments = true};
  }
  [[nodiscard]] std::string version() const override {
    const char* version = api_->parameter_status(connection_, "server_version");
    return fmt::format("PostgreSQL {}", version == nullptr ? "of unknown version" : version);
  }

  Result execute(std::string_view sql, Fetch fetch) override;
  std::optional<AdapterError> begin() override;
  std::optional<AdapterError> commit() override;
  std::optional<AdapterError> rollback() override;
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override;
  std::optional<AdapterError> lock(std::string_view name) override;
  std::optional<AdapterError> reconnect() override;
  void interrupt() noexcept override {
    is_interrupted_ = true;
    const std::uint64_t one = 1;
    static_cast<void>(!write(wake_, &one, sizeof one));  // it fails only when a request is waiting already
  }

 private:
  enum class Wait : std::uint8_t { Ready, Interrupted, Lost };

  /// Waits for the socket; a call of `interrupt` meanwhile sends a cancel request once.
  Wait wait_for(short events, std::optional<Clock::time_point> deadline);
  bool wait_for_answer();
  /// The server has ended the session while nothing was asked of it.
  bool has_closed();
  /// What the server says beside its answers; libpq's own function writes it to stderr.
  static void hear(void* adapter, const postgres::RawResult* notice);
  void send_cancel();
  void drop_interrupts();
  Result run(std::string_view sql, Fetch fetch);
  /// Takes one result of libpq into `set`; the error that it holds when it holds one.
  std::optional<AdapterError> take(postgres::RawResult* raw, Fetch fetch, std::string_view sql, ResultSet& set);
  [[nodiscard]] AdapterError error_of(const postgres::RawResult* raw, std::string_view sql) const;
  AdapterError lost();
  void roll_back_after(AdapterError& error);

  std::shared_ptr<const Api> api_;
  sql::Dialect dialect_;
  std::string type_;
  postgres::Settings settings_;
  std::string lock_;  // what it has taken; empty: none
  int wake_ = -1;
  std::atomic<bool> is_interrupted_ = false;  // there is something to read of `wake_`, or will be at once
  postgres::Connection* connection_ = nullptr;
  std::size_t kept_bytes_ = 0;  // of the result that is read
  std::string last_tag_;  // the command tag of the last result: `COMMIT`, `ROLLBACK`, `INSERT 0 1`
  std::optional<Clock::time_point> give_up_;      // set once a cancel request was sent
  std::future<void> cancel_;                      // the request on its way
  bool in_transaction_ = false;
  bool is_lost_ = false;
  std::string last_words_;                        // with which the server has ended the session while nothing was asked of it
};

// ---- connecting ----

std::optional<AdapterError> PostgresAdapter::open() {
  std::vector<const char*> names;
  std::vector<const char*> values;
  std::chrono::seconds timeout{10};
  for (const auto& [name, value] : settings_.parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
    if (name == "connect_timeout") timeout = std::chrono::seconds{std::max(0, std::atoi(value.c_str()))};
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = api_->connect_start(names.data(), values.data(), 0);
  if (connection_ == nullptr) return adapter_error(Kind::Connection, "there is no memory for a connection");
  // libpq keeps `connect_timeout` only when it connects by itself; 0 is to wait for ever.
  const auto deadline = timeout.count() == 0 ? std::optional<Clock::time_point>{} : Clock::now() + timeout;
  int polling = api_->status(connection_) == 1 /* CONNECTION_BAD */ ? postgres::kPollingFailed : postgres::kPollingWriting;
  while (polling == postgres::kPollingReading || polling == postgres::kPollingWriting) {
    const Wait waited = wait_for(polling == postgres::kPollingReading ? POLLIN : POLLOUT, deadline);
    if (waited != Wait::Ready) {
      return adapter_error(Kind::Connection, fmt::format("{} does not answer within {} seconds", settings_.shown, timeout.count()), "check `host` and `port` of the target, or raise its `connect_timeout`");
    }
    polling = api_->connect_poll(connection_);
  }
  if (polling != postgres::kPollingOk) {
    std::string message{trimmed(api_->error_message(connection_))};
    std::string help = "check `host`, `port`, `user`, `password` and `dbname` of the target, and that the server runs";
    const bool is_about_tls = message.find("SSL") != std::string::npos || message.find("certificate") != std::string::npos;
    if (settings_.verifies_unasked && is_about_tls) {
      help = "the target has no `sslmode`, so the server's certificate is verified: name its authority with `sslrootcert`, or say with `sslmode` what is enough (`prefer` is what dbt does: no verification)";
    }
    return adapter_error(Kind::Connection, std::move(message), std::move(help));
  }
  api_->set_nonblocking(connection_, 1);
  api_->set_notice_receiver(connection_, &hear, this);
  // A statement of a client that died would run on and commit; the server looks for its client while it runs. Not every server that speaks the protocol knows it.
  if (type_ == "postgres" && api_->server_version(connection_) >= 140000) static_cast<void>(run("set client_connection_check_interval = '200ms'", Fetch::Nothing));
  if (!settings_.role.empty()) {
    // As dbt-postgres writes it: a name that needs quotes has them in the profile.
    Result result = run("set role " + settings_.role, Fetch::Nothing);
    if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  }
  return std::nullopt;
}

std::optional<AdapterError> PostgresAdapter::reconnect() {
  if (connection_ != nullptr) api_->finish(std::exchange(connection_, nullptr));
  give_up_.reset();
  in_transaction_ = false;
  is_lost_ = false;
  last_words_.clear();
  auto error = open();
  if (!error && !lock_.empty()) error = lock(lock_);
  is_lost_ = error.has_value();
  return error;
}

// ---- waiting and cancelling ----

void PostgresAdapter::drop_interrupts() {
  if (!is_interrupted_.exchange(false)) return;  // as nearly always
  std::uint64_t count = 0;
  static_cast<void>(!read(wake_, &count, sizeof count));  // nothing to read is what is hoped for
}

void PostgresAdapter::send_cancel() {
  give_up_ = Clock::now() + kCancelGrace;
  postgres::Cancel* request = api_->get_cancel(connection_);
  if (request == nullptr) return;
  // The request is a connection of its own, which a server that hangs never answers: it must not hold up this thread.
  std::promise<void> done;
  cancel_ = done.get_future();
  std::thread{[api = api_, request, done = std::move(done)]() mutable {
    std::array<char, 256> reason{};
    api->cancel(request, reason.data(), static_cast<int>(reason.size()));
    api->free_cancel(request);
    done.set_value();
  }}.detach();
}

PostgresAdapter::Wait PostgresAdapter::wait_for(short events, std::optional<Clock::time_point> deadline) {
  while (true) {
    std::array<pollfd, 2> waits{pollfd{api_->socket(connection_), events, 0}, pollfd{wake_, POLLIN, 0}};
    if (waits[0].fd < 0) return Wait::Lost;
    const auto end = give_up_ && (!deadline || *give_up_ < *deadline) ? give_up_ : deadline;
    int milliseconds = -1;
    if (end) milliseconds = static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count()));
    const int ready = poll(waits.data(), give_up_ ? 1 : 2, milliseconds);
    if (ready < 0 && errno != EINTR) return Wait::Lost;
    if (ready == 0) return Wait::Lost;
    if (ready < 0) continue;
    if (waits[0].revents != 0) return Wait::Ready;
    if (waits[1].revents != 0) {
      drop_interrupts();
      if (api_->status(connection_) != postgres::kConnectionOk) return Wait::Interrupted;  // still connecting
      send_cancel();
    }
  }
}

bool PostgresAdapter::wait_for_answer() {
  while (true) {
    const int unsent = api_->flush(connection_);
    if (unsent < 0) return false;
    if (unsent == 0 && api_->is_busy(connection_) == 0) return true;
    const auto events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
    if (wait_for(events, std::nullopt) != Wait::Ready) return false;
    if (api_->consume_input(connection_) == 0) return false;
  }
}

bool PostgresAdapter::has_closed() {
  pollfd wait{api_->socket(connection_), POLLIN, 0};
  while (wait.fd >= 0 && last_words_.empty() && poll(&wait, 1, 0) > 0) {
    if (api_->consume_input(connection_) == 0) return true;
    static_cast<void>(api_->is_busy(connection_));  // reads what has come
  }
  return wait.fd < 0 || !last_words_.empty();
}

void PostgresAdapter::hear(void* adapter, const postgres::RawResult* notice) {
  auto& self = *static_cast<PostgresAdapter*>(adapter);
  const auto field = [&](char name) -> std::string_view {
    const char* text = self.api_->result_error_field(notice, name);
    return text == nullptr ? std::string_view{} : std::string_view{text};
  };
  if (field('V') == "FATAL" || field('V') == "PANIC") self.last_words_ = field('M');
}

// ---- statements ----

AdapterError PostgresAdapter::lost() {
  is_lost_ = true;
  in_transaction_ = false;
  if (give_up_) {
    AdapterError error = adapter_error(Kind::Interrupted, fmt::format("{} did not answer the request to cancel within {} seconds, and the session was given up", settings_.shown, kCancelGrace.count()),
                                 "the statement may still run at the server");
    error.is_unanswered = true;
    return error;
  }
  const std::string_view reason = last_words_.empty() ? trimmed(api_->error_message(connection_)) : std::string_view{last_words_};
  AdapterError error = adapter_error(Kind::Connection, reason.empty() ? std::string{"the connection to the server was lost"} : std::string{reason}, "the connection was lost");
  error.rolled_back = true;  // the server undoes what is not committed
  error.is_unanswered = true;
  return error;
}

AdapterError PostgresAdapter::error_of(const postgres::RawResult* raw, std::string_view sql) const {
  const auto field = [&](char name) -> std::string {
    const char* text = api_->result_error_field(raw, name);
    return text == nullptr ? std::string{} : std::string{text};
  };
  AdapterError error;
  error.code = field('C');
  error.kind = postgres::kind_of(error.code);
  error.message = field('M');
  if (error.message.empty()) error.message = trimmed(api_->result_error_message(raw));
  if (const std::string detail = field('D'); !detail.empty()) error.message += fmt::format("\n{}", detail);
  if (const std::string context = field('W'); !context.empty()) error.message += fmt::format("\n{}", context);
  error.help = field('H');
  if (error.help.empty()) error.help = postgres::help_of(error.code);
  error.position = postgres::byte_offset(sql, field('P'));
  return error;
}

std::optional<AdapterError> PostgresAdapter::take(postgres::RawResult* raw, Fetch fetch, std::string_view sql, ResultSet& set) {
  switch (api_->result_status(raw)) {
    case postgres::kEmptyQuery: return std::nullopt;
    case postgres::kCommandOk:
    case postgres::kTuplesOk:
    case postgres::kSingleTuple: break;
    case postgres::kCopyIn: {
      // There is no file of the client's to send: the server is told so, and answers with an error.
      api_->put_copy_end(connection_, "hookc has no data for a COPY from the client");
      return std::nullopt;
    }
    case postgres::kCopyOut:
    case postgres::kCopyBoth: {
      char* line = nullptr;
      int size = 0;
      while ((size = api_->get_copy_data(connection_, &line, 1)) >= 0) {
        if (size > 0) api_->freemem(line);
        if (size == 0 && (wait_for(POLLIN, std::nullopt) != Wait::Ready || api_->consume_input(connection_) == 0)) return lost();
      }
      return std::nullopt;
    }
    default: return error_of(raw, sql);
  }
  const int columns = api_->nfields(raw);
  const bool is_row = api_->result_status(raw) == postgres::kSingleTuple;
  if (fetch == Fetch::Rows && columns > 0) {
    if (set.columns.empty()) {
      for (int i = 0; i < columns; ++i) set.columns.push_back(postgres::column_of(api_->fname(raw, i), api_->ftype(raw, i)));
    }
    for (int row = 0; row < api_->ntuples(raw); ++row) {
      std::vector<Cell>& cells = set.rows.emplace_back();
      cells.reserve(static_cast<std::size_t>(columns));
      for (int i = 0; i < columns; ++i) {
        if (api_->getisnull(raw, row, i) != 0) {
          cells.emplace_back(std::monostate{});
        } else {
          cells.push_back(postgres::cell_of({api_->getvalue(raw, row, i), static_cast<std::size_t>(api_->getlength(raw, row, i))}, api_->ftype(raw, i)));
        }
      }
      kept_bytes_ += memory_of(cells);
      if (kept_bytes_ > kMaxResultBytes) {
        AdapterError error = result_too_large(set.rows.size());
        set.rows.clear();
        if (!give_up_) send_cancel();
        return error;
      }
    }
  }
  if (is_row) return std::nullopt;
  last_tag_ = api_->cmd_status(raw);
  const bool changes = !last_tag_.starts_with("SELECT") && !last_tag_.starts_with("FETCH") && !last_tag_.starts_with("MOVE");
  if (changes) set.rows_affected = static_cast<std::uint64_t>(std::strtoull(api_->cmd_tuples(raw), nullptr, 10));
  return std::nullopt;
}

Result PostgresAdapter::run(std::string_view sql, Fetch fetch) {
  if (auto error = find_nul_byte(sql)) return std::move(*error);
  if (is_lost_) return adapter_error(Kind::Connection, "the connection was lost earlier in the run");
  give_up_.reset();
  drop_interrupts();
  if (has_closed()) {
    AdapterError error = lost();
    error.is_unanswered = false;  // nothing was sent
    return error;
  }
  if (api_->send_query(connection_, std::string{sql}.c_str()) == 0) return lost();
  // One row at a time: a result need not fit into memory, neither libpq's nor, when nobody asked for it, ours.
  api_->set_single_row_mode(connection_);
  meanwhile();
  ResultSet last;
  bool is_finished = true;
  std::optional<AdapterError> error;
  while (true) {
    if (!wait_for_answer()) return lost();
    postgres::RawResult* raw = api_->get_result(connection_);
    if (raw == nullptr) break;
    if (is_finished) {
      last = ResultSet{};
      kept_bytes_ = 0;
    }
    auto problem = error ? std::nullopt : take(raw, fetch, sql, last);  // what is left of a result that was given up is not looked at
    is_finished = api_->result_status(raw) != postgres::kSingleTuple;
    api_->clear(raw);
    if (problem && !error) error = std::move(problem);
    if (is_lost_) return std::move(*error);
  }
  // A cancel request that arrives late would hit the next statement.
  if (give_up_ && cancel_.valid()) static_cast<void>(cancel_.wait_until(*give_up_));
  give_up_.reset();
  if (error) {
    if (api_->status(connection_) != postgres::kConnectionOk) {
      is_lost_ = true;
      in_transaction_ = false;
      error->kind = Kind::Connection;
      error->rolled_back = true;
      error->is_unanswered = true;
    }
    return std::move(*error);
  }
  return last;
}

void PostgresAdapter::roll_back_after(AdapterError& error) {
  const bool was_open = in_transaction_;
  in_transaction_ = false;
  if (is_lost_) return;
  const int status = api_->transaction_status(connection_);
  if (status == postgres::kInTransaction || status == postgres::kInError) {
    error.rolled_back = std::holds_alternative<ResultSet>(run("rollback", Fetch::Nothing));
  } else {
    error.rolled_back = was_open;
  }
}

Result PostgresAdapter::execute(std::string_view sql, Fetch fetch) {
  Result result = run(sql, fetch);
  if (auto* error = std::get_if<AdapterError>(&result)) roll_back_after(*error);
  return result;
}

std::optional<AdapterError> PostgresAdapter::begin() {
  if (in_transaction_) return adapter_error(Kind::Other, "a transaction is open already");
  // One that a hook's own text left open is not ours to go on with.
  if (!is_lost_ && api_->transaction_status(connection_) != postgres::kIdle) {
    return adapter_error(Kind::Other, "a statement of a hook has begun a transaction and not ended it", "end it in the same hook, or leave `begin` to hookc");
  }
  Result result = execute("begin", Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  in_transaction_ = true;
  return std::nullopt;
}

std::optional<AdapterError> PostgresAdapter::commit() {
  if (!in_transaction_)
    return adapter_error(Kind::Other, "no transaction is open: it was rolled back when one of its statements failed, or never begun");
  if (!is_lost_ && api_->transaction_status(connection_) == postgres::kIdle) {
    in_transaction_ = false;
    return adapter_error(Kind::Other, "no transaction is open any more", "a statement of the hook has ended the transaction itself");
  }
  Result result = execute("commit", Fetch::Nothing);
  in_transaction_ = false;
  if (auto* error = std::get_if<AdapterError>(&result)) {
    error->rolled_back = !is_lost_;  // a commit whose answer was lost may have been done
    return std::move(*error);
  }
  if (last_tag_ != "ROLLBACK") return std::nullopt;  // the server answers a COMMIT of a failed transaction with success and this tag
  AdapterError error = adapter_error(Kind::Other, "the transaction was rolled back by the server: one of its statements had failed");
  error.rolled_back = true;
  return error;
}

std::optional<AdapterError> PostgresAdapter::rollback() {
  if (!in_transaction_) return std::nullopt;
  in_transaction_ = false;
  Result result = run("rollback", Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  return std::nullopt;
}

std::optional<AdapterError> PostgresAdapter::ensure_schema(std::string_view schema) {
  // `if not exists` asks for the right to create one also where it is there.
  Result found = execute(fmt::format("select 1 from pg_catalog.pg_namespace where nspname = {}", quote_literal(schema)), Fetch::Rows);
  if (auto* error = std::get_if<AdapterError>(&found)) return std::move(*error);
  if (!std::get<ResultSet>(found).rows.empty()) return std::nullopt;
  Result made = execute(fmt::format("create schema if not exists {}", quote_name(schema)), Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&made)) return std::move(*error);
  return std::nullopt;
}

std::optional<AdapterError> PostgresAdapter::lock(std::string_view name) {
  if (type_ != "postgres") return std::nullopt;  // others that speak the protocol have no advisory locks, or none that hold
  // The session of a client that was killed holds its lock until the server has noticed.
  const auto deadline = Clock::now() + kLockPatience;
  while (true) {
    Result result = execute(fmt::format("select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended({}, 0))", quote_literal(name)), Fetch::Rows);
    if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
    const auto& rows = std::get<ResultSet>(result).rows;
    const bool* is_held = rows.empty() || rows[0].empty() ? nullptr : std::get_if<bool>(&rows[0][0]);
    if (is_held != nullptr && *is_held) {
      lock_ = name;
      return std::nullopt;
    }
    if (Clock::now() >= deadline) return adapter_error(Kind::Conflict, "another run of this project goes on in this database", "wait for its end; two runs at once would do each other's hooks twice");
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

}  // namespace

AdapterOrError open_postgres(const Target& target, const AdapterOptions&) {
  auto settings = postgres::read_settings(target);
  if (auto* error = std::get_if<AdapterError>(&settings)) return std::move(*error);
  auto library = postgres::load_library();
  if (auto* error = std::get_if<AdapterError>(&library)) return std::move(*error);
  auto adapter = std::make_unique<PostgresAdapter>(std::get<std::shared_ptr<const Api>>(library), sql::dialect_of_adapter(target.type), target.type, std::move(std::get<postgres::Settings>(settings)));
  if (auto error = adapter->open()) return std::move(*error);
  return adapter;
}

}  // namespace hookc
