// OdbcAdapter: a session with any database that has an ODBC driver, over unixODBC.
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// The target says how it is reached over ODBC: `driver`, `dsn` or `odbc`.
bool has_odbc_fields(const Target& target);

/// Opens a session. Waits as long as the target's `connect_timeout` (or `login_timeout`) says, 15 seconds by default.
AdapterOrError open_odbc(const Target& target, const AdapterOptions& options);

}  // namespace hookc
