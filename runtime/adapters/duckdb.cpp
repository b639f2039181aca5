#include "runtime/adapters/duckdb.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <system_error>
#include <utility>

#include "runtime/adapters/duckdb_api.h"
#include "runtime/adapters/duckdb_error.h"
#include "runtime/adapters/duckdb_result.h"
#include "runtime/adapters/target_fields.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;
using duckdb::Api;
using duckdb::kSuccess;

constexpr std::string_view kMemory = ":memory:";
constexpr std::uint32_t kResultHasRows = 3;

/// A result of the library, destroyed at the end of its scope.
class OwnedResult {
 public:
  explicit OwnedResult(const Api& api) : api_(api) {}
  OwnedResult(const OwnedResult&) = delete;
  OwnedResult& operator=(const OwnedResult&) = delete;
  ~OwnedResult() { api_.destroy_result(&raw_); }
  [[nodiscard]] duckdb::RawResult& raw() { return raw_; }

 private:
  const Api& api_;
  duckdb::RawResult raw_{};
};

/// A prepared statement, destroyed at the end of its scope.
class OwnedStatement {
 public:
  explicit OwnedStatement(const Api& api) : api_(api) {}
  OwnedStatement(const OwnedStatement&) = delete;
  OwnedStatement& operator=(const OwnedStatement&) = delete;
  ~OwnedStatement() {
    if (pending != nullptr) api_.destroy_pending(&pending);
    api_.destroy_prepare(&statement);
  }
  duckdb::PreparedStatement statement = nullptr;
  duckdb::Pending pending = nullptr;

 private:
  const Api& api_;
};

AdapterError error_of(const Api& api, duckdb::RawResult& result, std::string_view sql) {
  const char* text = api.result_error(&result);
  return duckdb::error_from(text == nullptr ? "DuckDB gave no reason" : text, api.result_error_type(&result), sql.size());
}

/// A query, by its first word: what may have more rows than memory has room for.
bool is_query(std::string_view sql) {
  const std::size_t begin = sql.find_first_not_of(" \t\r\n(");
  if (begin == std::string_view::npos) return false;
  std::string word;
  for (std::size_t i = begin; i < sql.size() && word.size() < 8; ++i) {
    const char c = sql[i];
    if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) break;
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word == "select" || word == "with" || word == "from" || word == "values" || word == "table";
}

class DuckDbAdapter final : public Adapter {
 public:
  explicit DuckDbAdapter(std::shared_ptr<const duckdb::Library> library) : library_(std::move(library)) {}
  DuckDbAdapter(const DuckDbAdapter&) = delete;
  DuckDbAdapter& operator=(const DuckDbAdapter&) = delete;
  ~DuckDbAdapter() override {
    if (connection_ != nullptr) api().disconnect(&connection_);
    if (database_ != nullptr) api().close(&database_);
  }

  /// Opens the file and connects; the options are DuckDB's configuration.
  std::optional<AdapterError> open(const std::string& path, const std::vector<std::pair<std::string, std::string>>& options);

  [[nodiscard]] std::string_view type() const override { return "duckdb"; }
  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::DuckDb; }
  [[nodiscard]] Capabilities capabilities() const override {
    return Capabilities{.transactions = true, .ddl_in_transaction = true, .privileges = false, .multi_statement = true, .comments = true};
  }
  [[nodiscard]] std::string version() const override { return fmt::format("DuckDB {}", api().library_version()); }

  Result execute(std::string_view sql, Fetch fetch) override;
  std::optional<AdapterError> begin() override;
  std::optional<AdapterError> commit() override;
  std::optional<AdapterError> rollback() override;
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  std::optional<AdapterError> ensure_schema(std::string_view schema) override {
    return send(fmt::format("create schema if not exists {}", quote_name(schema)));
  }
  void interrupt() noexcept override { api().interrupt(connection_); }

 private:
  [[nodiscard]] const Api& api() const { return library_->api(); }
  /// One text without a look at transactions; its result is read when `fetch` asks for rows.
  Result run(std::string_view sql, Fetch fetch);
  /// The same for one query, chunk by chunk. Nothing when it has to be sent in the other way: DuckDB prepares neither several statements nor all kinds of them.
  std::optional<Result> run_streaming(const std::string& sql, Fetch fetch);
  Result answer_of(duckdb::RawResult& result, Fetch fetch);
  std::optional<AdapterError> send(std::string_view sql);
  /// Some errors abort the transaction and some leave it open, and a COMMIT of an aborted one reports success and undoes it: after any
  /// error it is therefore rolled back at once, a transaction that the text itself began included.
  void roll_back_after(AdapterError& error);

  std::shared_ptr<const duckdb::Library> library_;
  duckdb::Database database_ = nullptr;
  duckdb::Connection connection_ = nullptr;
  bool in_transaction_ = false;
};

std::optional<AdapterError> DuckDbAdapter::open(const std::string& path, const std::vector<std::pair<std::string, std::string>>& options) {
  duckdb::Config config = nullptr;
  if (api().create_config(&config) != kSuccess) return adapter_error(AdapterError::Kind::Connection, "DuckDB could not make a configuration");
  std::optional<AdapterError> error;
  for (const auto& [name, value] : options) {
    if (!error && api().set_config(config, name.c_str(), value.c_str()) != kSuccess) {
      error = adapter_error(AdapterError::Kind::Connection, fmt::format("DuckDB does not take the configuration `{}: {}`", name, value));
    }
  }
  char* reason = nullptr;
  if (!error && api().get_or_create_from_cache(library_->cache(), path.c_str(), &database_, config, &reason) != kSuccess) {
    error = duckdb::error_from(reason == nullptr ? "no reason given" : reason, 0, 0);
    error->kind = AdapterError::Kind::Connection;
    error->message = fmt::format("the database `{}` cannot be opened: {}", path, error->message);
    if (error->message.find("Could not set lock on file") != std::string::npos)
      error->help = "another process has the file open; only one may write to it";
  }
  if (reason != nullptr) api().free(reason);
  api().destroy_config(&config);
  if (!error && api().connect(database_, &connection_) != kSuccess) {
    error = adapter_error(AdapterError::Kind::Connection, fmt::format("no session with the database `{}` could be made", path));
  }
  return error;
}

Result DuckDbAdapter::run(std::string_view sql, Fetch fetch) {
  if (auto error = find_nul_byte(sql)) return std::move(*error);
  const std::string text{sql};
  if (is_query(sql)) {
    if (auto result = run_streaming(text, fetch)) return std::move(*result);
  }
  OwnedResult result{api()};
  if (api().query(connection_, text.c_str(), &result.raw()) != kSuccess) return error_of(api(), result.raw(), sql);
  return answer_of(result.raw(), fetch);
}

std::optional<Result> DuckDbAdapter::run_streaming(const std::string& sql, Fetch fetch) {
  OwnedStatement prepared{api()};
  if (api().prepare(connection_, sql.c_str(), &prepared.statement) != kSuccess) return std::nullopt;
  if (api().pending_prepared_streaming(prepared.statement, &prepared.pending) != kSuccess) return std::nullopt;
  OwnedResult result{api()};
  if (api().execute_pending(prepared.pending, &result.raw()) != kSuccess) return error_of(api(), result.raw(), sql);
  Result answer = answer_of(result.raw(), fetch);
  // A query that fails on its way ends like one that has no more rows.
  if (api().result_error(&result.raw()) != nullptr) return error_of(api(), result.raw(), sql);
  return answer;
}

Result DuckDbAdapter::answer_of(duckdb::RawResult& result, Fetch fetch) {
  const bool has_rows = api().result_return_type(result) == kResultHasRows;
  if (has_rows && fetch == Fetch::Rows) return duckdb::read_rows(api(), result);
  while (has_rows) {
    duckdb::Chunk chunk = api().fetch_chunk(result);
    if (chunk == nullptr) break;
    api().destroy_data_chunk(&chunk);
  }
  ResultSet set;
  set.rows_affected = api().rows_changed(&result);
  return set;
}

std::optional<AdapterError> DuckDbAdapter::send(std::string_view sql) {
  Result result = execute(sql, Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
  return std::nullopt;
}

void DuckDbAdapter::roll_back_after(AdapterError& error) {
  const Result rolled_back = run("rollback", Fetch::Nothing);
  error.rolled_back = std::holds_alternative<ResultSet>(rolled_back);  // it fails when there was nothing to roll back
  in_transaction_ = false;
}

Result DuckDbAdapter::execute(std::string_view sql, Fetch fetch) {
  meanwhile();
  Result result = run(sql, fetch);
  if (auto* error = std::get_if<AdapterError>(&result)) roll_back_after(*error);
  return result;
}

std::optional<AdapterError> DuckDbAdapter::begin() {
  if (in_transaction_) return adapter_error(AdapterError::Kind::Other, "a transaction is open already");
  if (auto error = send("begin transaction")) return error;
  in_transaction_ = true;
  return std::nullopt;
}

std::optional<AdapterError> DuckDbAdapter::commit() {
  if (!in_transaction_)
    return adapter_error(AdapterError::Kind::Other, "no transaction is open: it was rolled back when one of its statements failed, or never begun");
  // A COMMIT of an aborted transaction reports success; none is here, since the first error of a statement has rolled back.
  auto error = send("commit");
  in_transaction_ = false;
  if (error && error->message.find("no transaction is active") != std::string::npos) {
    error->help = "a statement of the hook has ended the transaction itself";
  } else if (error) {
    error->rolled_back = true;  // a COMMIT that fails leaves no transaction behind
  }
  return error;
}

std::optional<AdapterError> DuckDbAdapter::rollback() {
  if (!in_transaction_) return std::nullopt;
  in_transaction_ = false;
  return send("rollback");
}

// ---- from a target to a session ----

using Options = std::vector<std::pair<std::string, std::string>>;

/// What the target asks for, as text. Problems are collected: one sentence each.
struct Request {
  std::string path{kMemory};
  Options config;
  Options settings;
  std::vector<std::string> extensions;
  struct Attachment {
    std::string path;
    std::string alias;
    std::string type;
    bool read_only = false;
  };
  std::vector<Attachment> attachments;
  std::vector<std::string> problems;
};

void read_options(const Value& value, std::string_view field, Options& options, Request& request) {
  if (value.is<None>()) return;
  const auto* dict = value.get_if<DictPtr>();
  if (dict == nullptr) {
    request.problems.push_back(fmt::format("`{}` is not a mapping", field));
    return;
  }
  for (const Dict::Entry& entry : (*dict)->entries()) {
    const auto name = scalar_text(entry.key);
    const auto text = scalar_text(entry.value);
    if (name && text) {
      options.emplace_back(*name, *text);
    } else {
      request.problems.push_back(fmt::format("a value of `{}` is not a plain one", field));
    }
  }
}

void read_extensions(const Value& value, Request& request) {
  if (value.is<None>()) return;
  const auto* list = value.get_if<ListPtr>();
  if (list == nullptr) {
    request.problems.emplace_back("`extensions` is not a list");
    return;
  }
  for (const Value& item : (*list)->items) {
    if (const auto name = text_of(item)) {
      request.extensions.emplace_back(*name);
    } else {
      request.problems.emplace_back("an entry of `extensions` is not the name of an extension");
    }
  }
}

void read_attachment(const Dict& dict, Request& request) {
  Request::Attachment attachment;
  for (const Dict::Entry& entry : dict.entries()) {
    const auto key = text_of(entry.key).value_or("");
    const auto text = scalar_text(entry.value);
    if (entry.value.is<None>()) continue;
    if (key == "path" && text) {
      attachment.path = *text;
    } else if (key == "alias" && text) {
      attachment.alias = *text;
    } else if (key == "type" && text) {
      attachment.type = *text;
    } else if (key == "read_only" && text) {
      attachment.read_only = *text == "true";
    } else {
      request.problems.push_back(fmt::format("`{}` of an entry of `attach` is not known", key));
    }
  }
  if (attachment.path.empty()) request.problems.emplace_back("an entry of `attach` has no `path`");
  request.attachments.push_back(std::move(attachment));
}

void read_attachments(const Value& value, Request& request) {
  if (value.is<None>()) return;
  const auto* list = value.get_if<ListPtr>();
  if (list == nullptr) {
    request.problems.emplace_back("`attach` is not a list");
    return;
  }
  for (const Value& item : (*list)->items) {
    if (const auto* dict = item.get_if<DictPtr>()) {
      read_attachment(**dict, request);
    } else if (const auto path = text_of(item)) {
      request.attachments.push_back({std::string{*path}, {}, {}, false});
    } else {
      request.problems.emplace_back("an entry of `attach` has no `path`");
    }
  }
}

/// Fields that dbt-duckdb reads and that change what a session sees. Without them hooks would run somewhere else than under dbt.
constexpr std::array<std::string_view, 6> kRefusedFields{"secrets", "filesystems", "remote", "plugins", "is_ducklake", "use_credential_provider"};

bool is_set(const Value& value) {
  const auto* list = value.get_if<ListPtr>();
  const auto* truth = value.get_if<bool>();
  return !value.is<None>() && !(list != nullptr && (*list)->items.empty()) && !(truth != nullptr && !*truth);
}

Request read_target(const Target& target) {
  Request request;
  if (target.connection == nullptr) return request;
  for (const Dict::Entry& entry : target.connection->entries()) {
    const std::string_view key = text_of(entry.key).value_or("");
    if (key == "path") {
      if (const auto path = scalar_text(entry.value); path && !path->empty()) {
        request.path = *path;
      } else if (!entry.value.is<None>()) {
        request.problems.emplace_back("`path` is not a path");
      }
    } else if (key == "config_options") {
      read_options(entry.value, key, request.config, request);
    } else if (key == "settings") {
      read_options(entry.value, key, request.settings, request);
    } else if (key == "extensions") {
      read_extensions(entry.value, request);
    } else if (key == "attach") {
      read_attachments(entry.value, request);
    } else {
      for (const std::string_view refused : kRefusedFields) {
        if (key == refused && is_set(entry.value)) request.problems.push_back(fmt::format("hookc does not have dbt-duckdb's `{}` yet", key));
      }
    }
  }
  return request;
}

bool is_remote(std::string_view path) {
  return path.starts_with("md:") || path.starts_with("motherduck:") || path.find("://") != std::string_view::npos;
}

/// Where the file is; or why there is none to be.
std::variant<std::string, AdapterError> resolve_path(const std::string& path, const AdapterOptions& options) {
  if (path == kMemory || path.starts_with(std::string{kMemory})) return std::string{kMemory};
  if (is_remote(path)) return adapter_error(AdapterError::Kind::Unsupported, fmt::format("`{}` is not a file: hookc opens DuckDB files only", path));
  const fs::path file = options.base_directory ? *options.base_directory / path : fs::path{path};
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return adapter_error(AdapterError::Kind::Connection, fmt::format("the folder `{}` of the database `{}` does not exist", folder.string(), path),
                   fmt::format("create the folder, or change `path` of the target; a relative path starts at {}",
                               options.base_directory ? "the project's folder" : "the working directory"));
  }
  return file.string();
}

std::optional<AdapterError> prepare_session(Adapter& adapter, const Request& request) {
  const auto send = [&adapter](const std::string& sql) -> std::optional<AdapterError> {
    Result result = adapter.execute(sql, Fetch::Nothing);
    if (auto* error = std::get_if<AdapterError>(&result)) return std::move(*error);
    return std::nullopt;
  };
  for (const std::string& extension : request.extensions) {
    // A target that names an extension asks for its installation, as with dbt-duckdb; one that is there is not fetched again.
    if (!send(fmt::format("load {}", quote_name(extension)))) continue;
    if (auto error = send(fmt::format("install {}", quote_name(extension)))) return error;
    if (auto error = send(fmt::format("load {}", quote_name(extension)))) return error;
  }
  for (const auto& [name, value] : request.settings) {
    if (auto error = send(fmt::format("set {} = {}", quote_name(name), quote_literal(value)))) return error;
  }
  for (const Request::Attachment& attachment : request.attachments) {
    std::string sql = fmt::format("attach if not exists {}", quote_literal(attachment.path));
    if (!attachment.alias.empty()) sql += " as " + quote_name(attachment.alias);
    std::string options;
    if (!attachment.type.empty()) options = "type " + quote_name(attachment.type);
    if (attachment.read_only) options += options.empty() ? "read_only" : ", read_only";
    if (!options.empty()) sql += fmt::format(" ({})", options);
    if (auto error = send(sql)) return error;
  }
  return std::nullopt;
}

AdapterOrError open_request(Request request, const AdapterOptions& options) {
  if (!request.problems.empty()) return unfit_target(request.problems.front());
  auto path = resolve_path(request.path, options);
  if (auto* error = std::get_if<AdapterError>(&path)) return std::move(*error);
  auto library = duckdb::load_library(options.duckdb_library);
  if (auto* error = std::get_if<AdapterError>(&library)) return std::move(*error);

  // Positions of errors come only with `errors_as_json`. Extensions are not fetched behind the user's back.
  Options config{{"errors_as_json", "true"}, {"autoinstall_known_extensions", "false"}};
  config.insert(config.end(), request.config.begin(), request.config.end());
  auto adapter = std::make_unique<DuckDbAdapter>(std::get<std::shared_ptr<const duckdb::Library>>(library));
  if (auto error = adapter->open(std::get<std::string>(path), config)) return std::move(*error);
  if (auto error = prepare_session(*adapter, request)) return std::move(*error);
  return adapter;
}

}  // namespace

AdapterOrError open_duckdb(const Target& target, const AdapterOptions& options) { return open_request(read_target(target), options); }

AdapterOrError open_duckdb_file(const std::string& path, const AdapterOptions& options) {
  Request request;
  request.path = path;
  return open_request(std::move(request), options);
}

}  // namespace hookc
