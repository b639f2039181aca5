// hook_json: a compiled hook as JSON, and back. The checksum covers its template and its steps, as they are written.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "compiler/program/program.h"

namespace hookc {

nlohmann::ordered_json hook_json(const CompiledHook& hook);

/// std::runtime_error, with what is wrong, for what is no hook.
CompiledHook read_hook(std::string_view json);
/// The hook without its template and its steps, which its checksum says to be those that were compiled. std::runtime_error when it does not fit.
CompiledHook check_hook(std::string_view json);
/// Its id alone.
std::string read_hook_id(std::string_view json);

/// The part of a hook that its checksum covers.
std::string checksum_of(const CompiledHook& hook);

}  // namespace hookc
