// ignore: the files that a package's .dbtignore leaves out. Source of the semantics: gitignore(5), which dbt-core reads through `pathspec`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hookc {

class IgnoreList {
 public:
  IgnoreList() = default;
  explicit IgnoreList(std::string_view text);
  /// `path`: a file's, relative to the folder of the list. The last pattern that matches decides.
  [[nodiscard]] bool ignores(const std::filesystem::path& path) const;

 private:
  struct Pattern {
    std::vector<std::string> parts;  // between slashes; `**` stands for any number of folders
    bool only_folders = false;
    bool takes_back = false;         // `!`: what matches is read after all
  };
  std::vector<Pattern> patterns_;
};

}  // namespace hookc
