// manifest: a Program as JSON, and back. What a deferred hook needs beside it (macros, nodes, vars) is the manifest's context (context_json.h).
#pragma once

#include <filesystem>
#include <variant>

#include <nlohmann/json.hpp>

#include "compiler/program/program.h"
#include "compiler/program/stored_hooks.h"

namespace hookc {

inline constexpr int kManifestVersion = 1;

nlohmann::ordered_json manifest_of(const Program& program);

struct LoadedManifest {
  Program program;
  nlohmann::ordered_json context;  // an empty object when it has none
};
/// Reads a manifest. Its hooks, most of its bytes, are looked at one after the other and stay on the disk.
std::variant<LoadedManifest, ManifestError> load_manifest(Sources& sources, const std::filesystem::path& file);

}  // namespace hookc
