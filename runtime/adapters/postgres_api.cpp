#include "runtime/adapters/postgres_api.h"

#include "runtime/adapters/library.h"

namespace hookc::postgres {

namespace {

constexpr LibraryName kName{"PostgreSQL", "HOOKC_LIBPQ_LIBRARY", "libpq.so.5",
                            "install PostgreSQL's client library (`apt-get install libpq5`), or set HOOKC_LIBPQ_LIBRARY to a libpq.so.5"};

void resolve_all(Resolver& resolve, Api& api) {
  resolve(api.lib_version, "PQlibVersion");
  resolve(api.connect_start, "PQconnectStartParams");
  resolve(api.connect_poll, "PQconnectPoll");
  resolve(api.finish, "PQfinish");
  resolve(api.status, "PQstatus");
  resolve(api.transaction_status, "PQtransactionStatus");
  resolve(api.server_version, "PQserverVersion");
  resolve(api.parameter_status, "PQparameterStatus");
  resolve(api.error_message, "PQerrorMessage");
  resolve(api.socket, "PQsocket");
  resolve(api.set_notice_receiver, "PQsetNoticeReceiver");
  resolve(api.send_query, "PQsendQuery");
  resolve(api.set_single_row_mode, "PQsetSingleRowMode");
  resolve(api.flush, "PQflush");
  resolve(api.consume_input, "PQconsumeInput");
  resolve(api.is_busy, "PQisBusy");
  resolve(api.set_nonblocking, "PQsetnonblocking");
  resolve(api.get_result, "PQgetResult");
  resolve(api.put_copy_end, "PQputCopyEnd");
  resolve(api.get_copy_data, "PQgetCopyData");
  resolve(api.clear, "PQclear");
  resolve(api.result_status, "PQresultStatus");
  resolve(api.result_error_message, "PQresultErrorMessage");
  resolve(api.result_error_field, "PQresultErrorField");
  resolve(api.cmd_status, "PQcmdStatus");
  resolve(api.cmd_tuples, "PQcmdTuples");
  resolve(api.ntuples, "PQntuples");
  resolve(api.nfields, "PQnfields");
  resolve(api.fname, "PQfname");
  resolve(api.ftype, "PQftype");
  resolve(api.getisnull, "PQgetisnull");
  resolve(api.getvalue, "PQgetvalue");
  resolve(api.getlength, "PQgetlength");
  resolve(api.get_cancel, "PQgetCancel");
  resolve(api.free_cancel, "PQfreeCancel");
  resolve(api.cancel, "PQcancel");
  resolve(api.freemem, "PQfreemem");
}

}  // namespace

ApiOrError load_library() { return load_api<Api>(kName, &resolve_all); }

}  // namespace hookc::postgres
