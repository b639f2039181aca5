// hookc_finding_bytes: the bytes of a finding are those that it names.
//
// For each finding of each project: its file is there, its bytes are whole characters, they are not empty, they do not reach over the border of a macro, and
// what the message quotes of the statement or the name at hand stands in them, or they hold the tag that prints it.
//
// usage: hookc_finding_bytes HOOKC FOLDER...      each folder is a dbt project, or holds some
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/ascii.h"
#include "tests/corpus/lint_json.h"

namespace {

namespace fs = std::filesystem;
using hookc::ascii_lower;

/// Rules whose message begins with what stands at the bytes: the words of a statement's head, a name, an expression.
constexpr std::string_view kQuoting[] = {"HK101", "HK102", "HK103", "HK301", "HK306", "HK305", "HK501", "HK204", "HK303", "HK402"};

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The byte of a line and a column in code points, both from 1; nothing when there is no such place.
std::optional<std::size_t> byte_of(std::string_view bytes, std::size_t line, std::size_t column) {
  std::size_t at = 0;
  for (; line > 1; --line) {
    at = bytes.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  for (; column > 1; --column) {
    if (at >= bytes.size() || bytes[at] == '\n') return std::nullopt;
    do ++at;
    while (at < bytes.size() && continues_character(bytes[at]));
  }
  return at;
}

/// What the message puts into backticks first.
std::string first_quotation(std::string_view message) {
  const std::size_t begin = message.find('`');
  const std::size_t end = begin == std::string_view::npos ? begin : message.find('`', begin + 1);
  return end == std::string_view::npos ? std::string{} : std::string{message.substr(begin + 1, end - begin - 1)};
}

/// Every word of the quotation stands in the bytes, in order.
bool names(std::string_view bytes, std::string_view quotation) {
  const std::string text = ascii_lower(bytes);
  std::size_t at = 0;
  std::string word;
  for (const char c : ascii_lower(quotation) + " ") {
    if (hookc::is_word_character(c)) {
      word += c;
      continue;
    }
    if (word.empty()) continue;
    at = text.find(word, at);
    if (at == std::string::npos) return false;
    at += word.size();
    word.clear();
  }
  return true;
}

class Check {
 public:
  Check(std::string program, fs::path project) : program_(std::move(program)), project_(std::move(project)) {}

  void run_all(std::size_t& count, std::size_t& quoted) {
    const auto report = hookc::lint_json(program_, project_);
    for (const auto& finding : report["findings"]) {
      ++count;
      check(finding, quoted);
    }
  }
  [[nodiscard]] std::size_t wrong() const { return wrong_; }

 private:
  void fail(const nlohmann::json& finding, std::string_view why) {
    std::cout << fmt::format("{}: {}:{}:{} {}: {}: {}\n", project_.string(), finding["file"].get<std::string>(), finding["line"].get<int>(), finding["column"].get<int>(), finding["code"].get<std::string>(),
                             why, finding["message"].get<std::string>());
    ++wrong_;
  }

  void check(const nlohmann::json& finding, std::size_t& quoted) {
    const std::string file = finding["file"];
    std::ifstream in{project_ / file, std::ios::binary};
    if (!in) return fail(finding, "its file is not there");
    std::ostringstream all;
    all << in.rdbuf();
    const std::string bytes = all.str();
    const auto begin = byte_of(bytes, finding["line"], finding["column"]);
    const auto end = byte_of(bytes, finding["end_line"], finding["end_column"]);
    if (!begin || !end) return fail(finding, "its bytes are not there");
    if (*begin >= *end || *end > bytes.size()) return fail(finding, "it has no bytes");
    if (continues_character(bytes[*begin]) || (*end < bytes.size() && continues_character(bytes[*end]))) return fail(finding, "it cuts a character");
    const std::string_view span = std::string_view{bytes}.substr(*begin, *end - *begin);
    for (const std::string_view border : {std::string_view{"endmacro"}, std::string_view{"{% macro"}, std::string_view{"{%- macro"}}) {
      if (!span.starts_with(border) && span.find(border) != std::string_view::npos) return fail(finding, "it reaches over the border of a template");
    }
    const std::string code = finding["code"];
    const std::string quotation = first_quotation(finding["message"].get<std::string>());
    if (quotation.empty() || std::find(std::begin(kQuoting), std::end(kQuoting), code) == std::end(kQuoting)) return;
    ++quoted;
    const std::size_t tag = bytes.rfind("{{", *begin);  // that it may stand in
    const bool is_in_tag = tag != std::string::npos && bytes.find("}}", tag) >= *begin;
    const bool is_printed = is_in_tag || span.find("{{") != std::string_view::npos || span.find("{%") != std::string_view::npos;
    if (!names(span, quotation) && !is_printed) fail(finding, fmt::format("`{}` does not stand in its bytes `{}`", quotation, span));
  }

  std::string program_;
  fs::path project_;
  std::size_t wrong_ = 0;
};

std::vector<fs::path> projects_in(const fs::path& folder) {
  if (fs::exists(folder / "dbt_project.yml")) return {folder};
  std::vector<fs::path> projects;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.is_directory() && fs::exists(entry.path() / "dbt_project.yml")) projects.push_back(entry.path());
  }
  std::ranges::sort(projects);
  return projects;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: hookc_finding_bytes HOOKC FOLDER...\n";
    return 2;
  }
  try {
    std::size_t count = 0;
    std::size_t quoted = 0;
    std::size_t wrong = 0;
    for (int i = 2; i < argc; ++i) {
      for (const fs::path& project : projects_in(fs::absolute(argv[i]))) {
        Check check{fs::absolute(argv[1]).string(), project};
        check.run_all(count, quoted);
        wrong += check.wrong();
      }
    }
    std::cout << fmt::format("{} findings, {} of them quote their bytes, {} wrong\n", count, quoted, wrong);
    return wrong == 0 && quoted > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "hookc_finding_bytes: " << error.what() << '\n';
    return 2;
  }
}
