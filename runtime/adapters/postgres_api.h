// PostgresApi: the part of libpq that hookc uses, and the library that provides it.
//
// hookc declares these functions itself, so that it is built without libpq and starts without it: the library is opened when the first session is.
// Source: PostgreSQL 15 documentation, "libpq - C Library"; the functions and numbers are part of its stable binary interface (libpq.so.5).
#pragma once

#include <cstddef>
#include <memory>
#include <variant>

#include "runtime/adapter.h"

namespace hookc::postgres {

// Opaque to a caller; each is released by a function of its own.
struct Connection;
struct RawResult;
struct Cancel;
using Oid = unsigned int;

enum ConnectionStatus : int { kConnectionOk = 0 };
enum PollingStatus : int { kPollingFailed = 0, kPollingReading = 1, kPollingWriting = 2, kPollingOk = 3 };
enum ResultStatus : int { kEmptyQuery = 0, kCommandOk = 1, kTuplesOk = 2, kCopyOut = 3, kCopyIn = 4, kNonfatalError = 6, kFatalError = 7, kCopyBoth = 8, kSingleTuple = 9 };
enum TransactionStatus : int { kIdle = 0, kActive = 1, kInTransaction = 2, kInError = 3, kUnknown = 4 };

struct Api {
  int (*lib_version)();
  Connection* (*connect_start)(const char* const* names, const char* const* values, int expand_dbname);
  int (*connect_poll)(Connection*);
  void (*finish)(Connection*);
  int (*status)(const Connection*);
  int (*transaction_status)(const Connection*);
  int (*server_version)(const Connection*);
  const char* (*parameter_status)(const Connection*, const char* name);
  char* (*error_message)(const Connection*);
  int (*socket)(const Connection*);
  void (*(*set_notice_receiver)(Connection*, void (*)(void*, const RawResult*), void*))(void*, const RawResult*);
  int (*send_query)(Connection*, const char* sql);
  int (*set_single_row_mode)(Connection*);
  int (*flush)(Connection*);
  int (*consume_input)(Connection*);
  int (*is_busy)(Connection*);
  int (*set_nonblocking)(Connection*, int);
  RawResult* (*get_result)(Connection*);
  int (*put_copy_end)(Connection*, const char* error);
  int (*get_copy_data)(Connection*, char** buffer, int async);
  void (*clear)(RawResult*);
  int (*result_status)(const RawResult*);
  char* (*result_error_message)(const RawResult*);
  char* (*result_error_field)(const RawResult*, int field);
  char* (*cmd_status)(RawResult*);
  char* (*cmd_tuples)(RawResult*);
  int (*ntuples)(const RawResult*);
  int (*nfields)(const RawResult*);
  char* (*fname)(const RawResult*, int column);
  Oid (*ftype)(const RawResult*, int column);
  int (*getisnull)(const RawResult*, int row, int column);
  char* (*getvalue)(const RawResult*, int row, int column);
  int (*getlength)(const RawResult*, int row, int column);
  Cancel* (*get_cancel)(Connection*);
  void (*free_cancel)(Cancel*);
  int (*cancel)(Cancel*, char* error, int error_size);
  void (*freemem)(void*);
};

using ApiOrError = std::variant<std::shared_ptr<const Api>, AdapterError>;

/// Opens the library: HOOKC_LIBPQ_LIBRARY, else the system's libpq.so.5.
ApiOrError load_library();

}  // namespace hookc::postgres
