#include "tests/end_to_end/command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace hookc {

namespace fs = std::filesystem;

namespace {

fs::path fresh_folder() {
  static int count = 0;
  return fs::temp_directory_path() / ("hookc_end_to_end." + std::to_string(::getpid()) + "." + std::to_string(count++));
}

/// In the child: the standard streams are files, so that neither can block the other.
[[noreturn]] void become_hookc(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment, const fs::path& streams) {
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int out = ::open((streams / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err = ::open((streams / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (nothing < 0 || out < 0 || err < 0 || ::dup2(nothing, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) std::_Exit(126);
  std::vector<std::string> words{HOOKC_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(HOOKC_PROGRAM, argv.data());
  std::_Exit(127);
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream{path, std::ios::binary}.rdbuf();
  return bytes.str();
}

Outcome run_hookc(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
  const fs::path streams = fresh_folder();
  fs::create_directories(streams);
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error{errno, std::generic_category(), "fork"};
  if (child == 0) become_hookc(arguments, environment, streams);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error{errno, std::generic_category(), "waitpid"};
  }
  Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(streams / "out"), read_file(streams / "err")};
  std::error_code ignored;
  fs::remove_all(streams, ignored);
  return outcome;
}

ProjectCopy::ProjectCopy(const std::string& corpus_project) : root_(fresh_folder()) {
  if (corpus_project.empty()) {
    fs::create_directories(root_);
    return;
  }
  fs::copy(fs::path{HOOKC_CORPUS} / corpus_project, root_, fs::copy_options::recursive);
  std::error_code ignored;
  fs::remove_all(root_ / "target", ignored);  // what a person has run in the corpus
}

ProjectCopy::~ProjectCopy() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void ProjectCopy::write(const std::string& name, const std::string& text) const {
  fs::create_directories((root_ / name).parent_path());
  std::ofstream{root_ / name, std::ios::binary} << text;
}

}  // namespace hookc
