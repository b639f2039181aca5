// artifacts: a compiled project on disk: `manifest.json`, and one `.sql` file for each hook that can be written as one.
//
// The same project gives the same bytes. What is written appears as a whole or not at all; files of an earlier compile that are no longer made are removed,
// files of others stay.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/program/program.h"
#include "compiler/project/project.h"

namespace hookc {

/// By name relative to the folder.
using ArtifactFiles = std::map<std::string, std::string>;

struct ArtifactError {
  std::string message;
  std::string help;
};

/// The files of a program; its hooks learn their file names and checksums.
ArtifactFiles make_artifacts(const Sources& sources, const Project& project, Program& program);

std::optional<ArtifactError> write_artifacts(const ArtifactFiles& files, const std::filesystem::path& folder);

/// What is not as it would be written: names, each with what is different about it.
std::vector<std::string> artifact_differences(const ArtifactFiles& files, const std::filesystem::path& folder);

struct LoadedArtifacts {
  Program program;
  std::unique_ptr<Project> project;  // what the manifest keeps of it
};
std::variant<LoadedArtifacts, ArtifactError> load_artifacts(Sources& sources, const std::filesystem::path& folder);

}  // namespace hookc
