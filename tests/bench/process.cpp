// hookc_bench: whole processes of hookc beside peers, in one run: wall time and peak memory. It prints; it asserts nothing.
//
// usage: hookc_bench HOOKC ROOT [RUNS]
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

extern char** environ;

namespace {

namespace fs = std::filesystem;

struct Sample {
  double milliseconds = 0;
  double mebibytes = 0;
  int status = 0;
};

Sample run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));  // posix_spawn takes char*, and changes nothing
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  Sample sample;
  pid_t child = 0;
  const auto begin = std::chrono::steady_clock::now();
  if (posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ) == 0) {
    rusage usage{};
    int status = 0;
    wait4(child, &status, 0, &usage);
    sample.mebibytes = static_cast<double>(usage.ru_maxrss) / 1024.0;
    sample.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  } else {
    sample.status = 127;
  }
  sample.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  posix_spawn_file_actions_destroy(&actions);
  return sample;
}

struct Row {
  std::string name;
  std::vector<std::string> command;
  bool fresh_database = false;
};

void measure(const Row& row, std::size_t runs, double& base) {
  std::vector<Sample> samples;
  const fs::path database = fs::temp_directory_path() / fmt::format("hookc-bench-{}.duckdb", getpid());
  setenv("HOOKC_DEMO_DB", database.c_str(), 1);
  for (std::size_t i = 0; i < runs + 1; ++i) {
    if (row.fresh_database) fs::remove(database);
    const Sample sample = run(row.command);
    if (i > 0) samples.push_back(sample);  // the first one warms caches
  }
  fs::remove(database);
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.milliseconds < b.milliseconds; });
  const Sample& median = samples[samples.size() / 2];
  if (median.status == 127) {
    std::cout << fmt::format("{:<44} not there\n", row.name);
    return;
  }
  if (base == 0) base = median.milliseconds;
  std::cout << fmt::format("{:<44} {:>8.2f} ms {:>8.2f} ms {:>7.1f} MiB {:>8.1f}x   exit {}\n", row.name, median.milliseconds, samples.front().milliseconds, median.mebibytes, median.milliseconds / base, median.status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: hookc_bench HOOKC ROOT [RUNS]\n";
    return 2;
  }
  const std::string hookc = argv[1];
  const std::string project = (fs::path{argv[2]} / "corpus" / "operational-hooks").string();
  const std::size_t runs = argc > 3 ? std::stoul(argv[3]) : 21;
  const std::vector<Row> rows{
      {"true (an empty process)", {"true"}},
      {"python3 -c pass", {"python3", "-c", "pass"}},
      {"python3 -c 'import jinja2'", {"python3", "-c", "import jinja2"}},
      {"hookc --version", {hookc, "--version"}},
      {"hookc lint corpus/operational-hooks", {hookc, "lint", project}},
      {"hookc run --build-models, a new DuckDB file", {hookc, "run", project, "--target", "prod", "--build-models"}, true},
  };
  std::cout << fmt::format("{:<44} {:>11} {:>11} {:>11} {:>9}\n", "command", "median", "least", "peak", "to true");
  double base = 0;
  for (const Row& row : rows) measure(row, runs, base);
  return 0;
}
