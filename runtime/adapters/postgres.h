// PostgresAdapter: a session with PostgreSQL, or with a database that speaks its protocol, over libpq.
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// Opens a session with the server of a target. Waits as long as the target's `connect_timeout` says.
AdapterOrError open_postgres(const Target& target, const AdapterOptions& options);

}  // namespace hookc
