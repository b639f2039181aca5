// places: files named relative to the project, so that artifacts do not depend on where a project lies.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace hookc {

class Places {
 public:
  explicit Places(const std::filesystem::path& project_root);
  /// The name relative to the project when the file is inside of it, else as it is.
  const std::string& shown(std::string_view file);

 private:
  std::filesystem::path root_;
  std::map<std::string, std::string, std::less<>> shown_;
};

}  // namespace hookc
