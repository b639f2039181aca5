// hook_json: a compiled hook as JSON, and back. The checksum covers its template and its steps, as they are written.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "compiler/program/program.h"

namespace hookc {

nlohmann::ordered_json hook_json(const CompiledHook& hook);

enum class HookCheck : std::uint8_t { None, Checksum };
/// std::runtime_error, with what is wrong, for what is no hook, and, where it is to be checked, for one whose checksum does not fit.
CompiledHook read_hook(std::string_view json, HookCheck check);
/// Its id alone.
std::string read_hook_id(std::string_view json);

/// The part of a hook that its checksum covers.
std::string checksum_of(const CompiledHook& hook);

}  // namespace hookc
