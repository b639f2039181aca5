// The adapters that hookc has: one line for each in registry.cpp.
#pragma once

#include "compiler/project/project.h"
#include "runtime/adapter.h"

namespace hookc {

/// Opens a session with the database that a target names. A type without an adapter is an error of kind Unsupported.
AdapterOrError open_adapter(const Target& target, const AdapterOptions& options);

/// Whether hooks can be executed on targets of this type.
bool can_execute_on(std::string_view adapter_type);

}  // namespace hookc
