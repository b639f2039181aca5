// hookc_layers: the includes of hookc's own code go down the layers, never up or sideways.
//
// usage: hookc_layers ROOT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// What each part may include beside itself. Source: docs/design.md, "Layers".
const std::map<std::string, std::set<std::string>> kAllowed{
    {"compiler/base", {}},
    {"compiler/value", {"compiler/base"}},
    {"compiler/ast", {"compiler/base", "compiler/value"}},
    {"compiler/parse", {"compiler/base", "compiler/value", "compiler/ast"}},
    {"compiler/eval", {"compiler/base", "compiler/value", "compiler/ast"}},
    {"compiler/sql", {"compiler/base"}},
    {"compiler/project", {"compiler/base", "compiler/value", "compiler/ast", "compiler/parse", "compiler/eval", "compiler/sql"}},
    {"compiler/program", {"compiler/base", "compiler/value", "compiler/ast", "compiler/parse", "compiler/eval", "compiler/sql", "compiler/project"}},
    {"analyzer", {"compiler/base", "compiler/value", "compiler/ast", "compiler/parse", "compiler/eval", "compiler/sql", "compiler/project", "compiler/program"}},
    {"runtime", {"compiler/base", "compiler/value", "compiler/ast", "compiler/parse", "compiler/eval", "compiler/sql", "compiler/project", "compiler/program"}},
    {"runtime/cli", {"compiler/base", "compiler/value", "compiler/ast", "compiler/parse", "compiler/eval", "compiler/sql", "compiler/project", "compiler/program", "analyzer", "runtime"}},
};

/// The longest part that the path lies in; empty for none of ours.
std::string part_of(const std::string& path) {
  std::string best;
  for (const auto& [part, allowed] : kAllowed) {
    if (path.starts_with(part + "/") && part.size() > best.size()) best = part;
  }
  return best;
}

std::size_t check_file(const fs::path& root, const fs::path& file) {
  const std::string name = fs::relative(file, root).string();
  const std::string part = part_of(name);
  if (part.empty()) return 0;
  std::ifstream in{file};
  std::size_t wrong = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    constexpr std::string_view kInclude = "#include \"";
    if (!line.starts_with(kInclude)) continue;
    const std::string included = line.substr(kInclude.size(), line.find('"', kInclude.size()) - kInclude.size());
    const std::string other = part_of(included);
    if (other.empty() || other == part || kAllowed.at(part).contains(other)) continue;
    std::cout << fmt::format("{}:{}: {} must not include {}\n", name, number, part, other);
    ++wrong;
  }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: hookc_layers ROOT\n";
    return 2;
  }
  const fs::path root = argv[1];
  std::size_t files = 0;
  std::size_t wrong = 0;
  for (const char* folder : {"compiler", "analyzer", "runtime"}) {
    for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      ++files;
      wrong += check_file(root, entry.path());
    }
  }
  std::cout << fmt::format("{} files, {} includes against the layers\n", files, wrong);
  return wrong == 0 && files > 0 ? 0 : 1;
}
