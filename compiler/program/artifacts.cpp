#include "compiler/program/artifacts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/program/context_json.h"
#include "compiler/program/hook_json.h"
#include "compiler/program/json_layout.h"
#include "compiler/program/manifest.h"
#include "compiler/program/sql_files.h"

namespace hookc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kManifest = "manifest.json";
constexpr std::uintmax_t kMaxManifest = 256U << 20U;

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxManifest) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream stream{path, std::ios::binary};
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return std::nullopt;
  return bytes;
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream stream{path, std::ios::binary | std::ios::trunc};
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) throw fs::filesystem_error{"cannot be written", path, std::error_code{errno != 0 ? errno : EIO, std::generic_category()}};
}

/// The files that an earlier compile has left: those that its manifest names, and itself.
std::set<std::string> files_of_manifest(const fs::path& folder) {
  std::set<std::string> names;
  const auto bytes = read_file(folder / kManifest);
  if (!bytes) return names;
  const Json manifest = Json::parse(*bytes, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("hookc") || !manifest.contains("hooks") || !manifest["hooks"].is_array()) return names;
  names.insert(kManifest);
  for (const Json& hook : manifest["hooks"]) {
    if (hook.is_object() && hook.contains("sql_file") && hook["sql_file"].is_string()) names.insert(hook["sql_file"].get<std::string>());
  }
  return names;
}

/// A folder beside the target that is gone again unless it took the target's place.
class StagingFolder {
 public:
  explicit StagingFolder(const fs::path& target) : path_(target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid())) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder() {
    std::error_code ignored;  // what is left over is named after us and is removed by the next compile of this process id
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Swaps two folders in one step where the file system can, in two where it cannot. Afterwards `staged` holds what was in `target`.
void exchange(const fs::path& staged, const fs::path& target) {
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  const fs::path aside = staged.string() + ".old";
  fs::rename(target, aside);
  std::error_code failed;
  fs::rename(staged, target, failed);
  if (failed) {
    fs::rename(aside, target);
    throw fs::filesystem_error{"cannot be replaced", target, failed};
  }
  fs::rename(aside, staged);
}

/// Files in `old` that no compile made go back to where they were.
void keep_others(const fs::path& old, const fs::path& target, const std::set<std::string>& ours) {
  std::vector<fs::path> others;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{old}) {
    const fs::path relative = entry.path().lexically_relative(old);
    if (!entry.is_directory() && !ours.contains(relative.generic_string())) others.push_back(relative);
  }
  for (const fs::path& relative : others) {
    if (fs::exists(fs::symlink_status(target / relative))) continue;
    fs::create_directories((target / relative).parent_path());
    fs::rename(old / relative, target / relative);
  }
}

void write_all(const ArtifactFiles& files, const fs::path& target) {
  fs::create_directories(target.parent_path());
  if (fs::exists(target) && !fs::is_directory(target)) {
    throw fs::filesystem_error{"is no folder", target, std::make_error_code(std::errc::not_a_directory)};
  }
  const StagingFolder staging{target};
  for (const auto& [name, bytes] : files) {
    fs::create_directories((staging.path() / name).parent_path());
    write_file(staging.path() / name, bytes);
  }
  if (!fs::exists(target)) {
    fs::rename(staging.path(), target);
    return;
  }
  const std::set<std::string> ours = files_of_manifest(target);
  exchange(staging.path(), target);
  keep_others(staging.path(), target, ours);
}

fs::path real_target(const fs::path& folder) {
  fs::path target = fs::weakly_canonical(fs::absolute(folder));
  return target.has_filename() ? target : target.parent_path();
}

}  // namespace

ArtifactFiles make_artifacts(const Sources& sources, const Project& project, Program& program) {
  ArtifactFiles files = make_sql_files(program);
  for (CompiledHook& hook : program.hooks) hook.checksum = checksum_of(hook);
  Json manifest = manifest_of(program);
  manifest["context"] = context_of(sources, project, program);
  files.emplace(kManifest, layout(manifest));
  return files;
}

std::optional<ArtifactError> write_artifacts(const ArtifactFiles& files, const fs::path& folder) {
  try {
    write_all(files, real_target(folder));
    return std::nullopt;
  } catch (const fs::filesystem_error& error) {
    return ArtifactError{fmt::format("artifacts cannot be written to `{}`: {}", folder.string(), error.code().message()), "name a folder that can be written with --out; nothing was changed"};
  }
}

std::vector<std::string> artifact_differences(const ArtifactFiles& files, const fs::path& folder) {
  std::vector<std::string> differences;
  for (const auto& [name, bytes] : files) {
    const auto found = read_file(folder / name);
    if (!found) {
      differences.push_back(fmt::format("`{}` is missing", name));
    } else if (*found != bytes) {
      differences.push_back(fmt::format("`{}` differs", name));
    }
  }
  for (const std::string& name : files_of_manifest(folder)) {
    std::error_code error;
    if (!files.contains(name) && fs::exists(folder / name, error)) differences.push_back(fmt::format("`{}` is no longer made", name));
  }
  return differences;
}

std::variant<LoadedArtifacts, ArtifactError> load_artifacts(Sources& sources, const fs::path& folder) {
  const fs::path path = folder / kManifest;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return ArtifactError{fmt::format("there is no readable `{}`", path.string()), "write it with `hookc compile`, or name its folder with --artifacts"};
  const std::string help = "compile the project again";
  auto manifest = load_manifest(sources, path);
  if (const auto* error = std::get_if<ManifestError>(&manifest)) return ArtifactError{fmt::format("`{}` cannot be used: {}", path.string(), error->message), help};
  auto& found = std::get<LoadedManifest>(manifest);
  LoadedArtifacts loaded{std::move(found.program), nullptr};
  auto project = project_of(sources, found.context, loaded.program);
  if (const auto* error = std::get_if<ManifestError>(&project)) return ArtifactError{fmt::format("`{}` cannot be used: {}", path.string(), error->message), help};
  loaded.project = std::move(std::get<std::unique_ptr<Project>>(project));
  return loaded;
}

}  // namespace hookc
