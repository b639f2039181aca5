#include "compiler/program/places.h"

#include <system_error>

namespace hookc {
namespace {

namespace fs = std::filesystem;

fs::path absolute_path(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  return (error ? path : absolute).lexically_normal();
}

}  // namespace

Places::Places(const fs::path& project_root) : root_(project_root.empty() ? fs::path{} : absolute_path(project_root)) {}

const std::string& Places::shown(std::string_view file) {
  const auto known = shown_.find(file);
  if (known != shown_.end()) return known->second;
  std::string name{file};
  if (!root_.empty() && !file.starts_with('<') && !file.starts_with("--")) {
    const fs::path relative = absolute_path(fs::path{file}).lexically_relative(root_);
    if (!relative.empty() && *relative.begin() != "..") name = relative.generic_string();
  }
  return shown_.emplace(std::string{file}, std::move(name)).first->second;
}

}  // namespace hookc
