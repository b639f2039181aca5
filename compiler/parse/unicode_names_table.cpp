// Writes the header UnicodeNames.h at build time: unicode_names_table UnicodeData.txt NameAliases.txt HEADER
//
// The names are one constant text and not an array of texts, so that loading the program has nothing to relocate.
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  while (begin <= line.size()) {
    const std::size_t end = std::min(line.find(';', begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

struct Names {
  std::map<std::string, std::string> codes;  // by name
  std::vector<std::pair<std::string, std::string>> ideographs;
};

/// Ranges stand as two lines `<..., First>` and `<..., Last>`; of the others in angle brackets none has a name.
bool read_data(const char* path, Names& names) {
  std::ifstream in(path);
  std::string first;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() < 2) continue;
    const std::string& name = fields[1];
    if (name.front() != '<') {
      names.codes.emplace(name, fields[0]);
    } else if (name.starts_with("<CJK Ideograph") && name.ends_with("First>")) {
      first = fields[0];
    } else if (name.starts_with("<CJK Ideograph") && name.ends_with("Last>")) {
      names.ideographs.emplace_back(first, fields[0]);
    }
  }
  return !names.codes.empty();
}

bool read_aliases(const char* path, Names& names) {
  std::ifstream in(path);
  bool any = false;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() < 2) continue;
    names.codes.emplace(fields[1], fields[0]);
    any = true;
  }
  return any;
}

}  // namespace

int main(int count, char** arguments) {
  Names names;
  if (count != 4 || !read_data(arguments[1], names) || !read_aliases(arguments[2], names)) {
    std::cerr << "usage: unicode_names_table UnicodeData.txt NameAliases.txt HEADER\n";
    return 1;
  }
  std::ofstream out(arguments[3]);
  out << "#pragma once\n\n#include <array>\n#include <utility>\n\nnamespace hookc {\n\ninline constexpr std::array<std::pair<char32_t, char32_t>, " << names.ideographs.size()
      << "> kIdeographs{{\n";
  for (const auto& [first, last] : names.ideographs) out << "    {0x" << first << ", 0x" << last << "},\n";
  out << "}};\n\ninline constexpr char kUnicodeNames[] =\n";
  for (const auto& [name, code] : names.codes) out << "    \"" << name << ';' << code << "\\n\"\n";
  out << "    ;\n\n}  // namespace hookc\n";
  return out ? 0 : 1;
}
