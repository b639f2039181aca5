// hookc_yaml: YAML documents, one as a JSON string a line, as PyYAML would give them: a line of JSON each, `{"repr": ..}` (Python's repr of the value) or
// `{"error": ..}`. `places` counts the scalars' bytes whose place in the document is not what they came from: it has to be 0.
// tests/differential/yaml_documents.py holds the lines against a real PyYAML.
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "compiler/project/yaml.h"
#include "compiler/value/repr.h"

namespace {

using namespace hookc;

class Places {
 public:
  explicit Places(const Sources& sources, SourceId source) : sources_(sources), file_(sources.text(source)) {}

  void check(const YamlNode& node) {
    if (!seen_.insert(&node).second) return;
    if (node.kind == YamlNode::Kind::Scalar) check_scalar(node);
    for (const YamlPtr& item : node.items) check(*item);
    for (const YamlEntry& entry : node.entries) {
      check(*entry.key);
      check(*entry.value);
    }
  }
  [[nodiscard]] std::size_t wrong() const { return wrong_; }

 private:
  void check_scalar(const YamlNode& node) {
    const auto& runs = node.text.runs();
    std::uint32_t least = node.span.begin;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : node.text.size();
      const std::uint32_t size = end - runs[i].begin;
      const Origin origin = sources_.describe(runs[i].position);
      const bool is_inside = origin.kind == Origin::Kind::File && origin.offset >= least && origin.offset <= node.span.end;
      const bool is_right = is_inside && (origin.verbatim ? is_copy(node, runs[i].begin, size, origin.offset) : is_made(node.text.view().substr(runs[i].begin, size), origin.offset));
      if (!is_right) wrong_ += size;
      if (is_inside) least = origin.offset + (origin.verbatim ? size : 0);
    }
  }

  bool is_copy(const YamlNode& node, std::uint32_t begin, std::uint32_t size, std::uint32_t offset) const {
    return offset + size <= node.span.end && file_.view().substr(offset, size) == node.text.view().substr(begin, size);
  }
  /// Bytes that do not stand there: an escape, a doubled quote, a folded or converted end of line.
  [[nodiscard]] bool is_made(std::string_view bytes, std::uint32_t offset) const {
    if (offset >= file_.size()) return false;
    const char at = file_.view()[offset];
    const bool is_break = at == '\n' || at == '\r' || file_.view().substr(offset).starts_with("\xC2\x85") || file_.view().substr(offset).starts_with("\xE2\x80");
    return at == '\\' || at == '\'' || (is_break && bytes.find_first_not_of(" \n") == std::string_view::npos);
  }

  const Sources& sources_;
  const Text& file_;
  std::set<const YamlNode*> seen_;
  std::size_t wrong_ = 0;
};

nlohmann::json answer_of(const std::string& document) {
  Sources sources;
  const SourceId source = sources.add_file("document", document);
  Diagnostics diagnostics;
  const YamlPtr root = parse_yaml(sources, source, diagnostics);
  if (!root) return {{"error", diagnostics.at(0).message}};
  Places places{sources, source};
  places.check(*root);
  return {{"repr", display_repr(yaml_value(*root))}, {"places", places.wrong()}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto document = nlohmann::json::parse(line, nullptr, false);
    if (!document.is_string()) {
      std::cerr << "hookc_yaml: each line of standard input is a JSON string\n";
      return 2;
    }
    std::cout << answer_of(document.get<std::string>()).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << '\n';
  }
  return 0;
}
