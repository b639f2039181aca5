// TrinoAdapter: a session with Trino, over its REST protocol.
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// Opens a session, and sends one statement to see that the server lets the user in.
AdapterOrError open_trino(const Target& target, const AdapterOptions& options);

}  // namespace hookc
