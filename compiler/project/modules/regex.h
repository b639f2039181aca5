// Regex: a compiled regular expression and its matches on a Text. Offsets are bytes here; templates see characters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/project/modules/pcre.h"
#include "compiler/project/modules/regex_syntax.h"
#include "compiler/value/value.h"

namespace hookc {

class Regex {
 public:
  Regex(Evaluator& evaluator, Text pattern, std::int64_t flags);

  [[nodiscard]] const Text& pattern() const { return pattern_; }
  [[nodiscard]] std::int64_t flags() const { return syntax_.flags; }
  [[nodiscard]] std::size_t groups() const { return syntax_.groups; }
  [[nodiscard]] const std::vector<std::pair<std::string, std::size_t>>& names() const { return syntax_.names; }
  [[nodiscard]] std::optional<std::size_t> group_named(std::string_view name) const;
  [[nodiscard]] const std::string* name_of(std::size_t group) const;
  /// The group that was closed last in a match; 0 when none took part.
  [[nodiscard]] std::size_t last_closed(const MatchGroups& groups) const;
  [[nodiscard]] const Pcre& pcre() const { return pcre_; }

 private:
  Regex(Evaluator& evaluator, Text pattern, TranslatedRegex syntax);
  Text pattern_;
  TranslatedRegex syntax_;
  Pcre pcre_;
};
using RegexPtr = std::shared_ptr<const Regex>;

/// The part of a text that is searched: from character `pos` to `endpos`.
struct Subject {
  Text text;
  std::int64_t pos = 0;
  std::int64_t endpos = 0;
  std::size_t begin = 0;  // of the part, in bytes
  std::size_t end = 0;
};

/// All matches that do not overlap, one after the other.
class RegexScanner {
 public:
  RegexScanner(RegexPtr regex, Subject subject) : regex_(std::move(regex)), subject_(std::move(subject)), from_(subject_.begin) {}
  std::optional<MatchGroups> next(Evaluator& evaluator);
  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] const RegexPtr& regex() const { return regex_; }

 private:
  RegexPtr regex_;
  Subject subject_;
  std::size_t from_;
  bool must_advance_ = false;  // the match before was empty, and is not to be found again
  bool ended_ = false;
};

/// `modules.re`.
ObjectPtr make_regex_module();

}  // namespace hookc
