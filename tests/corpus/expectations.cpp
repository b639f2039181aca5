// hookc_expectations: what lint finds in corpus/bad-hooks is what its lines expect, and nothing else.
//
// A line that must be the start of a finding ends in `expect: CODE ...`, in a Jinja or YAML comment.
//
// usage: hookc_expectations HOOKC FOLDER      the folder holds one dbt project a rule
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/corpus/lint_json.h"

namespace {

namespace fs = std::filesystem;

/// Codes by place, `file:line`.
using Places = std::map<std::string, std::set<std::string>>;

Places expected_in(const fs::path& project) {
  Places places;
  for (const auto& entry : fs::recursive_directory_iterator{project}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in{entry.path()};
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const std::size_t mark = line.rfind("expect: ");
      if (mark == std::string::npos) continue;
      std::istringstream words{line.substr(mark + 8)};
      for (std::string code; words >> code && code.starts_with("HK");) places[fmt::format("{}:{}", fs::relative(entry.path(), project).string(), number)].insert(code);
    }
  }
  return places;
}

Places found_in(const std::string& program, const fs::path& project) {
  const auto report = hookc::lint_json(program, project);
  Places places;
  for (const auto& finding : report["findings"]) places[fmt::format("{}:{}", finding["file"].get<std::string>(), finding["line"].get<int>())].insert(finding["code"].get<std::string>());
  return places;
}

std::size_t compare(const fs::path& project, const Places& expected, const Places& found) {
  std::size_t wrong = 0;
  const auto report = [&](const Places& one, const Places& other, std::string_view what) {
    for (const auto& [place, codes] : one) {
      for (const std::string& code : codes) {
        const auto there = other.find(place);
        if (there != other.end() && there->second.contains(code)) continue;
        std::cout << fmt::format("{}: {} {} {}\n", project.filename().string(), what, place, code);
        ++wrong;
      }
    }
  };
  report(expected, found, "missing");
  report(found, expected, "unexpected");
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: hookc_expectations HOOKC FOLDER\n";
    return 2;
  }
  try {
    const std::string hookc = fs::absolute(argv[1]).string();
    std::size_t wrong = 0;
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{argv[2]}) {
      if (!entry.is_directory()) continue;
      const Places expected = expected_in(entry.path());
      if (expected.empty()) throw std::runtime_error{fmt::format("`{}` expects nothing", entry.path().string())};
      for (const auto& [place, codes] : expected) count += codes.size();
      wrong += compare(entry.path(), expected, found_in(hookc, fs::absolute(entry.path())));
    }
    std::cout << fmt::format("{} expectations, {} differences\n", count, wrong);
    return wrong == 0 && count > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "hookc_expectations: " << error.what() << '\n';
    return 2;
  }
}
