// hookc_specs: Markdown files as tests. A section (`## title`) is one test; its fenced blocks are files, or what is expected of hookc.
//
//   ```sql macros/audit.sql      a file of the section's project (the info string's second word is its path)
//   ```jinja                     a template: rendered, or linted as one hook when the section expects findings
//   ```json                      the context of a rendered template
//   ```output                    what `hookc render` prints
//   ```native                    the value that native rendering gives, as Python writes it; or what it says instead
//   ```error                     what it says instead, class and line (none where Jinja2 names none)
//   ```diagnostic                the same for a person: the line, the code frame, the remedy
//   ```diagnostic lint [..]      what `hookc lint` says to a person; the arguments are passed on
//   ```findings [arguments]      what `hookc lint` finds, a line each; the arguments are passed on
//   ```compiled [arguments]      the .sql files that `hookc compile` writes; a section without profiles.yml has one for DuckDB
//   ```hooks [arguments]         the hooks that `hookc ls` finds, a line each, or `refused`; the arguments are passed on. It is dbt that says what is
//                                right here: tests/dbt/hold.py writes these blocks, --update does not.
//
// usage: hookc_specs [--update] HOOKC FILE...      --update rewrites the expected blocks; read them in the diff.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Block {
  std::string language;
  std::string rest;            // of the info string
  std::string text;
  std::size_t first_line = 0;  // of the text, in the file's lines
  std::size_t end_line = 0;
};

struct Section {
  std::string title;
  std::vector<Block> blocks;
};

struct Answer {
  std::string out;
  std::string err;
  int status = 0;
};

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream in{path};
  if (!in) throw std::runtime_error{fmt::format("cannot read `{}`", path.string())};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Section> parse(const std::vector<std::string>& lines) {
  std::vector<Section> sections;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.starts_with("## ")) sections.push_back(Section{line.substr(3), {}});
    if (!line.starts_with("```") || sections.empty()) continue;
    const std::string fence = line.substr(0, line.find_first_not_of('`'));
    const std::string info = line.substr(fence.size());
    Block block;
    block.language = info.substr(0, info.find(' '));
    block.rest = info.find(' ') == std::string::npos ? "" : info.substr(info.find(' ') + 1);
    block.first_line = i + 1;
    for (++i; i < lines.size() && lines[i] != fence; ++i) block.text += lines[i] + "\n";
    block.end_line = i;
    sections.back().blocks.push_back(std::move(block));
  }
  return sections;
}

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out + "'";
}

class Workspace {
 public:
  Workspace() {
    std::string pattern = (fs::temp_directory_path() / "hookc-spec-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"cannot make a temporary folder"};
    root_ = pattern;
    fs::create_directories(project());
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  [[nodiscard]] fs::path project() const { return root_ / "project"; }
  [[nodiscard]] fs::path file(const std::string& name) const { return root_ / name; }
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
  }
  [[nodiscard]] Answer run(const std::string& command) const {
    const std::string line = fmt::format("cd {} && {} >{} 2>{}", shell_word(project().string()), command, shell_word(file("out").string()), shell_word(file("err").string()));
    Answer answer;
    const int status = std::system(line.c_str());
    answer.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    answer.out = read_file(file("out"));
    answer.err = read_file(file("err"));
    return answer;
  }

 private:
  fs::path root_;
};

std::string finding_line(const nlohmann::json& finding) {
  std::string line = fmt::format("{} {} {}:{}:{}-{}:{} {}", finding["code"].get<std::string>(), finding["severity"].get<std::string>(), finding["file"].get<std::string>(), finding["line"].get<int>(),
                                 finding["column"].get<int>(), finding["end_line"].get<int>(), finding["end_column"].get<int>(), finding["message"].get<std::string>());
  for (const auto& entry : finding["trace"]) line += fmt::format("; in {}() called at {}:{}", entry["macro"].get<std::string>(), entry["file"].get<std::string>(), entry["line"].get<int>());
  const auto when = finding["when"].get<std::vector<std::string>>();
  return line + (when.empty() ? "" : fmt::format("; when {}", fmt::join(when, " and "))) + "\n";
}

class Test {
 public:
  Test(std::string hookc, const Section& section) : hookc_(std::move(hookc)), section_(section) {}

  /// What hookc gives for an expected block.
  std::string actual(const Block& expected) {
    for (const Block& block : section_.blocks) {
      if (!block.rest.empty() && block.rest.find('.') != std::string::npos && !is_expected(block)) space_.write(space_.project() / block.rest, block.text);
    }
    if (expected.language == "findings") return findings(expected);
    if (expected.language == "compiled") return compiled(expected);
    if (expected.language == "diagnostic") return diagnostic(expected);
    if (expected.language == "hooks") return hooks(expected);
    return rendered(expected);
  }

  static bool is_expected(const Block& block) {
    static const std::array<std::string, 7> kExpected{"findings", "compiled", "output", "native", "error", "diagnostic", "hooks"};
    return std::find(kExpected.begin(), kExpected.end(), block.language) != kExpected.end();
  }

 private:
  const Block* template_block() const {
    const auto found = std::find_if(section_.blocks.begin(), section_.blocks.end(), [](const Block& block) { return block.language == "jinja" && block.rest.empty(); });
    return found == section_.blocks.end() ? nullptr : &*found;
  }

  std::string findings(const Block& expected) {
    std::string command = fmt::format("{} lint --format json {}", hookc_, expected.rest);
    if (const Block* hook = template_block()) {
      space_.write(space_.file("hook"), hook->text.substr(0, hook->text.size() - 1));
      command += fmt::format(" - <{}", shell_word(space_.file("hook").string()));
    }
    const Answer answer = space_.run(command);
    if (answer.status > 1) return fmt::format("exit status {}\n{}", answer.status, answer.err);
    std::string lines;
    const auto report = nlohmann::json::parse(answer.out);
    for (const auto& finding : report["findings"]) lines += finding_line(finding);
    return lines;
  }

  /// The profile that tests/dbt/hold.py gives to dbt.
  void write_profile() const {
    if (fs::exists(space_.project() / "profiles.yml")) return;
    space_.write(space_.project() / "profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: analytics}\n");
  }

  std::string hooks(const Block& expected) {
    write_profile();
    const Answer answer = space_.run(fmt::format("{} ls --format json {}", hookc_, expected.rest));
    if (answer.status == 1) return "refused\n";
    if (answer.status != 0) return fmt::format("exit status {}\n{}", answer.status, answer.err);
    std::vector<std::pair<std::string, std::string>> lines;  // by phase and owner, as tests/dbt/hold.py sorts them
    const auto listed = nlohmann::json::parse(answer.out);
    for (const auto& hook : listed["hooks"]) lines.push_back(hook_line(hook));
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text;
    for (const auto& [place, line] : lines) text += line;
    return text;
  }

  /// Where the hook stands in the list, and its line.
  static std::pair<std::string, std::string> hook_line(const nlohmann::json& hook) {
    const std::string phase = hook["phase"];
    const std::string owner = hook["owner"];
    const bool enabled = hook["enabled"];
    std::string line = fmt::format("{} {} {} {}", phase, owner, hook["order"].get<int>(), enabled ? "runs" : "off");
    const bool is_run_hook = phase.starts_with("on-run-");
    if (is_run_hook) line += fmt::format(" {}", hook["name"].is_null() ? "-" : hook["name"].get<std::string>());
    if (!hook["transaction"].get<bool>()) line += " outside";
    line += fmt::format(" {}\n", hook["text"].dump());
    if (!is_run_hook) return {"1" + owner, std::move(line)};
    return {fmt::format("{}{}", phase == "on-run-start" ? 0 : 2, hook["name"].is_null() ? 1 : 0), std::move(line)};
  }

  /// The values that a template is rendered with, as JSON.
  [[nodiscard]] std::string context() const {
    std::string context = "{}";
    for (const Block& block : section_.blocks) {
      if (block.language == "json" && block.rest.empty()) context = block.text;
    }
    return context;
  }

  std::string diagnostic(const Block& expected) {
    std::string from;
    if (const Block* source = template_block()) {
      space_.write(space_.file("template"), source->text.substr(0, source->text.size() - 1));
      from = fmt::format(" - <{}", shell_word(space_.file("template").string()));
    }
    if (!expected.rest.empty()) return space_.run(fmt::format("{} {}{}", hookc_, expected.rest, from)).out;
    const Answer answer = space_.run(fmt::format("{} render --context {}{}", hookc_, shell_word(context()), from));
    return answer.status == 0 ? fmt::format("exit status 0\n{}\n", answer.out) : answer.err;
  }

  std::string compiled(const Block& expected) {
    write_profile();
    const Answer answer = space_.run(fmt::format("{} compile . --out {} {}", hookc_, shell_word(space_.file("artifacts").string()), expected.rest));
    if (answer.status > 1) return fmt::format("exit status {}\n{}", answer.status, answer.err);
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator{space_.file("artifacts")}) {
      if (entry.path().extension() == ".sql") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::string text;
    for (const fs::path& file : files) text += fmt::format("-- {}\n{}", fs::relative(file, space_.file("artifacts")).string(), read_file(file));
    return text;
  }

  std::string rendered(const Block& expected) {
    const Block* source = template_block();
    if (source == nullptr) return "the section has no ```jinja block\n";
    space_.write(space_.file("template"), source->text.substr(0, source->text.size() - 1));
    if (expected.language == "output") {
      const Answer answer = space_.run(fmt::format("{} render {} --context {}", hookc_, shell_word(space_.file("template").string()), shell_word(context())));
      return answer.status == 0 ? answer.out + (answer.out.ends_with('\n') ? "" : "\n") : answer.err;
    }
    nlohmann::json request{{"id", "spec"}, {"source", source->text.substr(0, source->text.size() - 1)}, {"context", nlohmann::json::parse(context())}};
    request["env"]["extensions"] = {"jinja2.ext.do", "jinja2.ext.loopcontrols"};
    if (expected.language == "native") request["kind"] = "native";
    space_.write(space_.file("request"), request.dump() + "\n");
    const Answer answer = space_.run(fmt::format("{} render --batch <{}", hookc_, shell_word(space_.file("request").string())));
    const auto reply = nlohmann::json::parse(answer.out, nullptr, false);
    if (expected.language == "native" && reply.is_object() && reply.value("ok", false)) return reply["output"].get<std::string>() + "\n";
    if (!reply.is_object() || reply.value("ok", true)) return answer.out + answer.err;
    const auto& error = reply["error"];
    const std::string place = error["line"].is_null() ? "" : fmt::format(" line {}", error["line"].get<int>());
    return fmt::format("{}{}: {}\n", error["class"].get<std::string>(), place, error["message"].get<std::string>());
  }

  std::string hookc_;
  const Section& section_;
  Workspace space_;
};

void replace_block(std::vector<std::string>& lines, const Block& block, const std::string& text) {
  std::vector<std::string> fresh;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) fresh.push_back(line);
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(block.first_line), lines.begin() + static_cast<std::ptrdiff_t>(block.end_line));
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(block.first_line), fresh.begin(), fresh.end());
}

/// The number of sections that failed.
std::size_t run_file(const std::string& hookc, const fs::path& path, bool update) {
  std::vector<std::string> lines = read_lines(path);
  const std::vector<Section> sections = parse(lines);
  if (sections.empty()) throw std::runtime_error{fmt::format("`{}` has no section", path.string())};
  std::size_t failed = 0;
  for (auto section = sections.rbegin(); section != sections.rend(); ++section) {  // from the end, so that line numbers hold while blocks are rewritten
    std::size_t expected_blocks = 0;
    for (auto block = section->blocks.rbegin(); block != section->blocks.rend(); ++block) {
      if (!Test::is_expected(*block)) continue;
      ++expected_blocks;
      const std::string actual = Test{hookc, *section}.actual(*block);
      if (actual == block->text) continue;
      if (update && block->language != "hooks") {
        replace_block(lines, *block, actual);
        continue;
      }
      ++failed;
      std::cout << fmt::format("{}:{}: `{}` differs\n--- expected\n{}--- actual\n{}", path.string(), block->first_line, section->title, block->text, actual);
    }
    if (expected_blocks == 0) {
      ++failed;
      std::cout << fmt::format("{}: `{}` expects nothing\n", path.string(), section->title);
    }
  }
  if (update) {
    std::ofstream out{path};
    for (const std::string& line : lines) out << line << '\n';
  }
  std::cout << fmt::format("{}: {} sections, {} failed\n", path.string(), sections.size(), failed);
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool update = !arguments.empty() && arguments.front() == "--update";
  if (update) arguments.erase(arguments.begin());
  if (arguments.size() < 2) {
    std::cerr << "usage: hookc_specs [--update] HOOKC FILE...\n";
    return 2;
  }
  try {
    const std::string hookc = shell_word(fs::absolute(arguments.front()).string());
    std::size_t failed = 0;
    for (std::size_t i = 1; i < arguments.size(); ++i) failed += run_file(hookc, arguments[i], update);
    return failed == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "hookc_specs: " << error.what() << '\n';
    return 2;
  }
}
