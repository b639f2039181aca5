// manifest: a Program as JSON, and back. What a deferred hook needs beside it (macros, nodes, vars) is the manifest's context (context_json.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "compiler/program/program.h"

namespace hookc {

inline constexpr int kManifestVersion = 1;

/// Why a manifest cannot be used: in words, with the part that is wrong.
struct ManifestError {
  std::string message;
};

nlohmann::ordered_json manifest_of(const Program& program);

struct LoadedManifest {
  Program program;
  nlohmann::ordered_json context;  // an empty object when it has none
};
/// Reads a manifest. Its hooks, most of its bytes, are read one after the other: none is kept as JSON.
std::variant<LoadedManifest, ManifestError> load_manifest(Sources& sources, std::string_view bytes);

/// The part of a hook that its checksum covers.
std::string checksum_of(const CompiledHook& hook);

}  // namespace hookc
