#include "runtime/adapters/trino.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "compiler/sql/parse.h"
#include "runtime/adapters/http.h"
#include "runtime/adapters/trino_settings.h"
#include "runtime/adapters/trino_values.h"

namespace hookc {

namespace {

using Json = nlohmann::json;
using Kind = AdapterError::Kind;
using Reason = HttpFailure::Reason;

/// Between two tries of a request: doubled each time, up to the second.
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{1000};
/// How long the server may take to answer once the statement is to be cancelled.
constexpr std::chrono::seconds kGrace{5};

/// A member that may be absent or null.
std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? std::string{} : found->get<std::string>();
}

/// An answer whose body is JSON.
struct Answer {
  HttpResponse response;
  Json body;
};

class TrinoAdapter final : public Adapter {
 public:
  TrinoAdapter(std::shared_ptr<const curl::Api> api, std::string type, trino::Settings settings)
      : type_(std::move(type)), settings_(std::move(settings)), http_(std::move(api), settings_.http) {}
  TrinoAdapter(const TrinoAdapter&) = delete;
  TrinoAdapter& operator=(const TrinoAdapter&) = delete;
  ~TrinoAdapter() override {
    if (!transaction_.empty()) static_cast<void>(send("rollback", Fetch::Nothing));
  }

  std::optional<AdapterError> open();

  [[nodiscard]] std::string_view type() const override { return type_; }
  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::Trino; }
  [[nodiscard]] Capabilities capabilities() const override {
    // Most connectors write outside of transactions only, and dbt-trino begins none.
    return Capabilities{.transactions = false, .ddl_in_transaction = false, .privileges = true, .multi_statement = true, .comments = true};
  }
  [[nodiscard]] std::string version() const override { return fmt::format("Trino {}", version_); }

  Result execute(std::string_view sql, Fetch fetch) override;
  std::optional<AdapterError> begin() override {
    return adapter_error(Kind::Unsupported, "Trino's hooks run outside of transactions", "most of its connectors cannot write inside of one, and dbt-trino begins none");
  }
  std::optional<AdapterError> commit() override { return adapter_error(Kind::Other, "no transaction is open"); }
  std::optional<AdapterError> rollback() override { return std::nullopt; }
  [[nodiscard]] bool in_transaction() const override { return false; }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override;
  /// Each request stands alone: what a session has is sent with it, and what the server keeps of a transaction is its own.
  std::optional<AdapterError> reconnect() override { return std::nullopt; }
  void interrupt() noexcept override {
    if (is_running_) http_.interrupt();
  }

 private:
  [[nodiscard]] std::vector<std::string> headers() const;
  /// One request, repeated while the server is busy, and after a broken line where that cannot do a thing twice.
  std::variant<Answer, AdapterError> request(const HttpClient::Request& request, bool may_be_repeated);
  /// One statement from its POST to its last page.
  Result send(std::string_view sql, Fetch fetch);
  /// Takes a page of the answer into the set.
  std::optional<AdapterError> take(const Json& page, Fetch fetch, std::string_view sql, ResultSet& set);
  void note(const HttpResponse& response);
  /// Asks the server to end the statement whose next page is named.
  AdapterError cancel(const std::string& next);
  /// The same for one whose rows nobody will ask for, because of `error`.
  AdapterError abandon(const std::string& next, AdapterError error);
  [[nodiscard]] AdapterError of_failure(const HttpFailure& problem) const;
  [[nodiscard]] AdapterError of_status(const HttpResponse& response) const;
  /// The address is the server's own, so that no other is sent the password.
  [[nodiscard]] bool is_ours(std::string_view url) const { return trino::origin_of(url) == trino::origin_of(settings_.base); }

  std::string type_;
  trino::Settings settings_;
  HttpClient http_;
  std::string version_;
  std::string original_user_;                    // set while SET SESSION AUTHORIZATION holds
  std::string transaction_;                      // what a statement of a hook has begun itself
  std::map<std::string, std::string> prepared_;  // by name, percent-encoded
  std::size_t kept_bytes_ = 0;                   // of the result that is read
  std::atomic<bool> is_running_ = false;
};

std::vector<std::string> TrinoAdapter::headers() const {
  std::vector<std::string> all = settings_.headers;
  all.emplace_back("Content-Type: text/plain; charset=utf-8");
  all.emplace_back("Expect:");  // no asking first whether a long statement may be sent
  const auto add = [&](std::string_view name, std::string_view value) { all.push_back(fmt::format("X-Trino-{}: {}", name, value)); };
  if (!settings_.user.empty()) add("User", settings_.user);
  if (!original_user_.empty()) add("Original-User", original_user_);
  add("Source", "hookc");
  add("Client-Capabilities", "PARAMETRIC_DATETIME");  // without it times are cut to milliseconds
  if (!settings_.catalog.empty()) add("Catalog", settings_.catalog);
  if (!settings_.schema.empty()) add("Schema", settings_.schema);
  for (const auto& [name, value] : settings_.session) add("Session", fmt::format("{}={}", name, trino::url_encoded(value)));
  for (const auto& [catalog, role] : settings_.roles) add("Role", fmt::format("{}={}", catalog, trino::url_encoded(role)));
  for (const auto& [name, sql] : prepared_) add("Prepared-Statement", fmt::format("{}={}", name, sql));
  add("Transaction-Id", transaction_.empty() ? "NONE" : transaction_);
  return all;
}

/// What the server says of the session: it keeps nothing of it itself.
void TrinoAdapter::note(const HttpResponse& response) {
  constexpr std::string_view kPrefix = "x-trino-";
  for (const auto& [name, value] : response.headers) {
    if (!name.starts_with(kPrefix)) continue;
    const std::string_view what = std::string_view{name}.substr(kPrefix.size());
    const std::size_t equals = std::min(value.find('='), value.size());
    const std::string key = value.substr(0, equals);
    const std::string rest = equals < value.size() ? value.substr(equals + 1) : std::string{};
    if (what == "set-catalog") settings_.catalog = value;
    if (what == "set-schema") settings_.schema = value;
    if (what == "set-session") settings_.session[key] = trino::url_decoded(rest);
    if (what == "clear-session") settings_.session.erase(value);
    if (what == "set-role") settings_.roles[key] = trino::url_decoded(rest);
    if (what == "added-prepare") prepared_[key] = rest;
    if (what == "deallocated-prepare") prepared_.erase(value);
    if (what == "started-transaction-id") transaction_ = value;
    if (what == "clear-transaction-id") transaction_.clear();
    if (what == "set-authorization-user") {
      if (original_user_.empty()) original_user_ = settings_.user;
      settings_.user = value;
    }
    if (what == "reset-authorization-user" && !original_user_.empty()) settings_.user = std::exchange(original_user_, {});
  }
}

// ---- failures of the line ----

AdapterError TrinoAdapter::of_failure(const HttpFailure& problem) const {
  switch (problem.reason) {
    case Reason::Interrupted: return adapter_error(Kind::Interrupted, "the statement was interrupted");
    case Reason::NotSent:
      return adapter_error(Kind::Connection, fmt::format("{} cannot be reached: {}", settings_.base, problem.message), "check `host` and `port` of the target, and that the server runs");
    case Reason::Refused:
      return adapter_error(Kind::Connection, fmt::format("{} does not show a certificate that is trusted: {}", settings_.base, problem.message),
                     "name the file of its authority with `cert`; `cert: false` trusts anyone");
    case Reason::TimedOut: return adapter_error(Kind::Connection, fmt::format("{} does not answer: {}", settings_.base, problem.message), "raise the target's `connect_timeout` or `request_timeout`");
    case Reason::Broken: break;
  }
  return adapter_error(Kind::Connection, fmt::format("the answer of {} is broken: {}", settings_.base, problem.message), "the connection was lost");
}

AdapterError TrinoAdapter::of_status(const HttpResponse& response) const {
  std::string words = response.body.substr(0, 300);
  std::ranges::replace_if(words, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  const std::string message = without_secrets(fmt::format("{} answers {}{}{}", settings_.base, response.status, words.empty() ? "" : ": ", words), settings_.secrets);
  AdapterError error = adapter_error(Kind::Connection, message);
  error.code = std::to_string(response.status);
  if (response.status == 401) error.help = "check `user`, `password` or `jwt_token` of the target";
  if (response.status == 404) error.help = "check `host` and `port` of the target: there may be no Trino behind them";
  if (response.status == 403) error.kind = Kind::Permission;
  if (response.status == 400) error.kind = Kind::Other;
  return error;
}

std::variant<Answer, AdapterError> TrinoAdapter::request(const HttpClient::Request& request, bool may_be_repeated) {
  std::chrono::milliseconds pause = kFirstPause;
  for (int left = settings_.retries;; --left) {
    auto sent = http_.send(request);
    const auto* problem = std::get_if<HttpFailure>(&sent);
    auto* response = std::get_if<HttpResponse>(&sent);
    const bool is_answer = response != nullptr && response->status == 200;
    Json body = is_answer ? Json::parse(response->body, nullptr, false) : Json{};
    if (is_answer && !body.is_discarded()) return Answer{std::move(*response), std::move(body)};
    const bool is_busy = response != nullptr && (response->status == 429 || response->status == 502 || response->status == 503 || response->status == 504);
    // A gateway may have passed the statement on before it lost the answer; only "busy" says that it was not taken.
    const bool was_not_taken = response != nullptr && (response->status == 429 || response->status == 503);
    const bool is_broken = is_answer || (problem != nullptr && problem->reason == Reason::Broken);
    if (left > 0 && (was_not_taken || (may_be_repeated && (is_busy || is_broken)))) {
      if (!http_.pause(pause)) return adapter_error(Kind::Interrupted, "the statement was interrupted");
      pause = std::min(pause * 2, kLongestPause);
      continue;
    }
    AdapterError error = problem != nullptr ? of_failure(*problem) : is_answer ? of_failure(HttpFailure{Reason::Broken, "it is no JSON"}) : of_status(*response);
    // What reached the server, or may have reached it through a gateway, may have been begun.
    error.is_unanswered = problem != nullptr ? problem->reason != Reason::NotSent && problem->reason != Reason::Refused : is_answer || (is_busy && !was_not_taken);
    return error;
  }
}

// ---- statements ----

AdapterError TrinoAdapter::cancel(const std::string& next) {
  AdapterError error = adapter_error(Kind::Interrupted, "the statement was interrupted");
  if (!next.empty() && is_ours(next)) {
    const auto answer = http_.send({.method = "DELETE", .url = next, .headers = headers(), .body = {}, .limit = kGrace, .grace = kGrace});
    const auto* response = std::get_if<HttpResponse>(&answer);
    if (response != nullptr && response->status < 300) return error;
  }
  error.help = "the server did not answer the request to cancel: the statement may still run";
  error.is_unanswered = true;
  return error;
}

AdapterError TrinoAdapter::abandon(const std::string& next, AdapterError error) {
  static_cast<void>(cancel(next));
  return error;
}

std::optional<AdapterError> TrinoAdapter::take(const Json& page, Fetch fetch, std::string_view sql, ResultSet& set) {
  if (const auto error = page.find("error"); error != page.end() && error->is_object()) {
    AdapterError made = trino::error_of(*error, sql);
    made.message = without_secrets(std::move(made.message), settings_.secrets);
    return made;
  }
  const std::string update = text_of(page, "updateType");
  if (!update.empty()) {
    // The row of an update is its count, said again.
    set.columns.clear();
    set.rows.clear();
    const bool changes = update == "INSERT" || update == "DELETE" || update == "UPDATE" || update == "MERGE";
    const auto count = page.find("updateCount");
    if (changes && count != page.end() && count->is_number_unsigned()) set.rows_affected = count->get<std::uint64_t>();
    return std::nullopt;
  }
  if (fetch == Fetch::Nothing) return std::nullopt;
  if (const auto columns = page.find("columns"); set.columns.empty() && columns != page.end() && columns->is_array()) {
    for (const Json& column : *columns) set.columns.push_back(trino::column_of(text_of(column, "name"), text_of(column, "type")));
  }
  const auto data = page.find("data");
  if (data == page.end() || !data->is_array()) return std::nullopt;
  for (const Json& row : *data) {
    std::vector<Cell>& cells = set.rows.emplace_back();
    for (std::size_t i = 0; i < row.size() && i < set.columns.size(); ++i) cells.push_back(trino::cell_of(row[i], set.columns[i].type));
    kept_bytes_ += memory_of(cells);
    if (kept_bytes_ > kMaxResultBytes) return result_too_large(set.rows.size());
  }
  return std::nullopt;
}

Result TrinoAdapter::send(std::string_view sql, Fetch fetch) {
  ResultSet set;
  kept_bytes_ = 0;
  // An interrupt before the server has given the statement an address waits for that address: without it nothing could be cancelled.
  auto answer = request({.method = "POST", .url = settings_.base + "/v1/statement", .headers = headers(), .body = std::string{sql}, .limit = std::nullopt, .grace = kGrace}, false);
  std::string next;
  while (true) {
    if (auto* error = std::get_if<AdapterError>(&answer)) {
      if (error->kind == Kind::Interrupted) return cancel(next);
      if (next.empty()) return std::move(*error);
      error->is_unanswered = true;  // the server has the statement
      return abandon(next, std::move(*error));
    }
    const auto& [response, page] = std::get<Answer>(answer);
    note(response);
    if (!page.is_object()) return adapter_error(Kind::Connection, fmt::format("{} is no Trino server: its answer is of another form", settings_.base));
    try {
      next = text_of(page, "nextUri");
      set.query_id = text_of(page, "id");
      if (auto error = take(page, fetch, sql, set)) {
        error->query_id = set.query_id;
        return next.empty() ? std::move(*error) : abandon(next, std::move(*error));
      }
    } catch (const Json::exception& error) {
      return adapter_error(Kind::Connection, fmt::format("the answer of {} is of another form: {}", settings_.base, error.what()));
    }
    if (next.empty()) return set;
    if (!is_ours(next)) {
      AdapterError error = adapter_error(Kind::Connection, fmt::format("{} sends on to another server, `{}`", settings_.base, trino::origin_of(next)),
                                   "let the target name the server as it names itself; behind a proxy set the server's `http-server.process-forwarded`");
      error.is_unanswered = true;
      return error;
    }
    if (http_.is_interrupted()) return cancel(next);
    answer = request({.method = "GET", .url = next, .headers = headers(), .body = {}, .limit = std::nullopt, .grace = {}}, true);
  }
}

Result TrinoAdapter::execute(std::string_view sql, Fetch fetch) {
  if (auto error = find_nul_byte(sql)) return std::move(*error);
  http_.forget_interrupt();
  is_running_ = true;
  meanwhile();
  Result last = ResultSet{};
  // The protocol takes one statement, without its `;`.
  for (const sql::Statement& statement : sql::parse_sql(sql, dialect()).statements) {
    last = send(sql.substr(statement.range.begin, statement.range.size()), fetch);
    auto* error = std::get_if<AdapterError>(&last);
    if (error == nullptr) continue;
    if (error->position) *error->position += statement.range.begin;
    if (!transaction_.empty()) {
      http_.forget_interrupt();
      const Result undone = send("rollback", Fetch::Nothing);
      error->rolled_back = std::holds_alternative<ResultSet>(undone);
      transaction_.clear();
    }
    break;
  }
  is_running_ = false;
  return last;
}

std::optional<AdapterError> TrinoAdapter::ensure_schema(std::string_view schema) {
  Result result = execute(fmt::format("create schema if not exists {}", quote_name(schema)), Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  return std::nullopt;
}

std::optional<AdapterError> TrinoAdapter::open() {
  auto answer = request({.method = "GET", .url = settings_.base + "/v1/info", .headers = headers(), .body = {}, .limit = std::nullopt, .grace = {}}, true);
  if (auto* error = std::get_if<AdapterError>(&answer)) return std::move(*error);
  const Json& info = std::get<Answer>(answer).body;
  if (!info.is_object() || !info.contains("nodeVersion") || !info["nodeVersion"].is_object()) return adapter_error(Kind::Connection, fmt::format("{} is no Trino server", settings_.base));
  version_ = info["nodeVersion"].value("version", "of unknown version");
  if (info.value("starting", false)) return adapter_error(Kind::Connection, fmt::format("the server {} is still starting", settings_.base));
  Result result = execute("select 1", Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  return std::nullopt;
}

}  // namespace

AdapterOrError open_trino(const Target& target, const AdapterOptions&) {
  auto settings = trino::read_settings(target);
  if (auto* error = std::get_if<AdapterError>(&settings)) return std::move(*error);
  auto library = curl::load_library();
  if (auto* error = std::get_if<AdapterError>(&library)) return std::move(*error);
  auto adapter = std::make_unique<TrinoAdapter>(std::get<std::shared_ptr<const curl::Api>>(library), target.type, std::get<trino::Settings>(std::move(settings)));
  if (auto error = adapter->open()) return std::move(*error);
  return adapter;
}

}  // namespace hookc
