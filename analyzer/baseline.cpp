#include "analyzer/baseline.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>

#include "compiler/base/sha256.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;

using Key = std::tuple<std::string, std::string, std::string>;  // file, code, digest of the line: no text of the project is in the file

class Keys {
 public:
  explicit Keys(const fs::path& path) : folder_(fs::absolute(path).parent_path()) {}

  Key of(const Finding& finding) {
    std::error_code error;
    const std::string file = fs::weakly_canonical(finding.location.file, error).lexically_relative(fs::weakly_canonical(folder_, error)).generic_string();
    return {file.empty() ? finding.location.file : file, finding.code, sha256(line_of(finding.location)).substr(0, 32)};
  }

 private:
  std::string line_of(const Location& at) {
    auto known = lines_.find(at.file);
    if (known == lines_.end()) {
      std::ifstream in{at.file};
      std::vector<std::string> lines;
      for (std::string line; std::getline(in, line);) lines.push_back(line);
      known = lines_.emplace(at.file, std::move(lines)).first;
    }
    if (at.line == 0 || at.line > known->second.size()) return {};
    const std::string& line = known->second[at.line - 1];
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == std::string::npos ? std::string{} : line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  }

  fs::path folder_;
  std::map<std::string, std::vector<std::string>> lines_;
};

}  // namespace

std::string write_baseline(const std::vector<Finding>& findings, const fs::path& path) {
  Keys keys{path};
  std::map<Key, std::size_t> counts;
  for (const Finding& finding : findings) ++counts[keys.of(finding)];
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& [key, count] : counts) rows.push_back({{"file", std::get<0>(key)}, {"code", std::get<1>(key)}, {"line", std::get<2>(key)}, {"count", count}});
  return nlohmann::ordered_json{{"version", 1}, {"findings", std::move(rows)}}.dump(1) + "\n";
}

std::optional<std::size_t> apply_baseline(std::string_view json, const fs::path& path, std::vector<Finding>& findings) {
  const auto document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object() || document.value("version", 0) != 1 || !document.contains("findings") || !document["findings"].is_array()) return std::nullopt;
  std::map<Key, std::size_t> known;
  for (const auto& row : document["findings"]) {
    const auto text = [&](const char* key) { return row.is_object() && row.contains(key) && row[key].is_string() ? row[key].get<std::string>() : std::string{}; };
    const bool counted = row.is_object() && row.contains("count") && row["count"].is_number_unsigned();
    known[{text("file"), text("code"), text("line")}] += counted ? row["count"].get<std::size_t>() : 1;
  }
  Keys keys{path};
  return std::erase_if(findings, [&](const Finding& finding) {
    const auto found = known.find(keys.of(finding));
    if (found == known.end() || found->second == 0) return false;
    --found->second;
    return true;
  });
}

}  // namespace hookc
