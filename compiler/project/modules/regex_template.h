// RegexTemplate: what `sub` puts in the place of a match: text with references to groups.
#pragma once

#include <variant>
#include <vector>

#include "compiler/project/modules/regex.h"

namespace hookc {

class RegexTemplate {
 public:
  /// Raises Python's errors for what is no template.
  RegexTemplate(Evaluator& evaluator, const Regex& regex, const Text& pattern);
  /// Appends the template filled in; bytes keep their origins.
  void append(TextBuilder& out, const Text& text, const MatchGroups& groups) const;

 private:
  std::vector<std::variant<Text, std::size_t>> parts_;  // bytes, or the number of a group
};

}  // namespace hookc
