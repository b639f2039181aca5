#include "runtime/adapters/postgres_api.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <mutex>

namespace hookc::postgres {

namespace {

AdapterError no_library(std::string message) {
  return AdapterError{AdapterError::Kind::Connection, std::move(message), {}, std::nullopt,
                      "install PostgreSQL's client library (`apt-get install libpq5`), or set HOOKC_LIBPQ_LIBRARY to a libpq.so.5", false};
}

ApiOrError open_at(const char* path) {
  // Never closed: threads that carry a cancel request may outlive the last session.
  void* handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
    return no_library(fmt::format("the PostgreSQL library `{}` cannot be loaded: {}", path, reason == nullptr ? "no reason given" : reason));
  }
  auto api = std::make_shared<Api>();
  const char* missing = nullptr;
  const auto resolve = [&]<class Function>(Function*& function, const char* name) {
    // dlsym gives functions as object pointers; POSIX promises that this conversion is meaningful.
    function = reinterpret_cast<Function*>(dlsym(handle, name));
    if (function == nullptr && missing == nullptr) missing = name;
  };
  resolve(api->lib_version, "PQlibVersion");
  resolve(api->connect_start, "PQconnectStartParams");
  resolve(api->connect_poll, "PQconnectPoll");
  resolve(api->finish, "PQfinish");
  resolve(api->status, "PQstatus");
  resolve(api->transaction_status, "PQtransactionStatus");
  resolve(api->server_version, "PQserverVersion");
  resolve(api->parameter_status, "PQparameterStatus");
  resolve(api->error_message, "PQerrorMessage");
  resolve(api->socket, "PQsocket");
  resolve(api->set_notice_processor, "PQsetNoticeProcessor");
  resolve(api->send_query, "PQsendQuery");
  resolve(api->set_single_row_mode, "PQsetSingleRowMode");
  resolve(api->flush, "PQflush");
  resolve(api->consume_input, "PQconsumeInput");
  resolve(api->is_busy, "PQisBusy");
  resolve(api->set_nonblocking, "PQsetnonblocking");
  resolve(api->get_result, "PQgetResult");
  resolve(api->put_copy_end, "PQputCopyEnd");
  resolve(api->get_copy_data, "PQgetCopyData");
  resolve(api->clear, "PQclear");
  resolve(api->result_status, "PQresultStatus");
  resolve(api->result_error_message, "PQresultErrorMessage");
  resolve(api->result_error_field, "PQresultErrorField");
  resolve(api->cmd_status, "PQcmdStatus");
  resolve(api->cmd_tuples, "PQcmdTuples");
  resolve(api->ntuples, "PQntuples");
  resolve(api->nfields, "PQnfields");
  resolve(api->fname, "PQfname");
  resolve(api->ftype, "PQftype");
  resolve(api->getisnull, "PQgetisnull");
  resolve(api->getvalue, "PQgetvalue");
  resolve(api->getlength, "PQgetlength");
  resolve(api->get_cancel, "PQgetCancel");
  resolve(api->free_cancel, "PQfreeCancel");
  resolve(api->cancel, "PQcancel");
  resolve(api->freemem, "PQfreemem");
  if (missing != nullptr) return no_library(fmt::format("`{}` is not a PostgreSQL library that hookc can use: it has no `{}`", path, missing));
  return std::shared_ptr<const Api>{std::move(api)};
}

}  // namespace

ApiOrError load_library() {
  static std::mutex mutex;
  static std::weak_ptr<const Api> loaded;  // a process opens the library once
  const std::lock_guard lock{mutex};
  if (auto api = loaded.lock()) return api;
  const char* named = std::getenv("HOOKC_LIBPQ_LIBRARY");  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  ApiOrError result = open_at(named != nullptr && *named != '\0' ? named : "libpq.so.5");
  if (const auto* api = std::get_if<std::shared_ptr<const Api>>(&result)) loaded = *api;
  return result;
}

}  // namespace hookc::postgres
