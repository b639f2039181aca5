// What the end-to-end tests share: running the program, and a project of their own to run it on.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace hookc {

struct Outcome {
  int status = -1;       // the exit status; 128 and more: a signal
  std::string out;
  std::string err;
};
/// Runs hookc with these arguments. `environment` is added to the test's own.
Outcome run_hookc(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {});

/// A copy of a project of the corpus, or an empty folder; gone at the end of its test.
class ProjectCopy {
 public:
  explicit ProjectCopy(const std::string& corpus_project);
  ProjectCopy(const ProjectCopy&) = delete;
  ProjectCopy& operator=(const ProjectCopy&) = delete;
  ~ProjectCopy();

  [[nodiscard]] std::string path() const { return root_.string(); }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return root_ / name; }
  void write(const std::string& name, const std::string& text) const;
  /// The database that the demo project's targets use.
  [[nodiscard]] std::filesystem::path database() const { return root_ / "target" / "demo.duckdb"; }

 private:
  std::filesystem::path root_;
};

std::string read_file(const std::filesystem::path& path);

}  // namespace hookc
