// The adapters that hookc has: one line for each in registry.cpp, and ODBC for every other database.
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// Opens a session with the database that a target names: over ODBC when the target says so (`driver`, `dsn`, `odbc`) or its type has no adapter of its own.
AdapterOrError open_adapter(const Target& target, const AdapterOptions& options);

}  // namespace hookc
