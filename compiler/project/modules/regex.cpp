#include "compiler/project/modules/regex.h"

#include <algorithm>

namespace hookc {

Regex::Regex(Evaluator& evaluator, Text pattern, std::int64_t flags) : Regex(evaluator, pattern, translate_regex(evaluator, pattern.view(), flags)) {}

Regex::Regex(Evaluator& evaluator, Text pattern, TranslatedRegex syntax)
    : pattern_(std::move(pattern)),
      syntax_(std::move(syntax)),
      pcre_(evaluator, syntax_.pcre, (syntax_.flags & RegexFlags::kIgnoreCase) != 0 ? Pcre::Case::Ignored : Pcre::Case::Sensitive,
            (syntax_.flags & RegexFlags::kAscii) != 0 ? Pcre::Classes::Ascii : Pcre::Classes::Unicode) {}

std::optional<std::size_t> Regex::group_named(std::string_view name) const {
  for (const auto& [known, number] : syntax_.names) {
    if (known == name) return number;
  }
  return std::nullopt;
}

const std::string* Regex::name_of(std::size_t group) const {
  for (const auto& [name, number] : syntax_.names) {
    if (number == group) return &name;
  }
  return nullptr;
}

std::size_t Regex::last_closed(const MatchGroups& groups) const {
  const auto holds = [&](std::size_t outer, std::size_t inner) {
    for (std::size_t at = syntax_.parents[inner]; at != 0; at = syntax_.parents[at]) {
      if (at == outer) return true;
    }
    return false;
  };
  std::size_t last = 0;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (!groups[i]) continue;
    // of two that end at the same place the outer one is closed later, or the one that comes later
    const bool later = last == 0 || groups[i]->end > groups[last]->end || (groups[i]->end == groups[last]->end && !holds(last, i));
    if (later) last = i;
  }
  return last;
}

std::optional<MatchGroups> RegexScanner::next(Evaluator& evaluator) {
  if (ended_) return std::nullopt;
  const std::string_view text = subject_.text.view().substr(0, subject_.end);
  auto groups = from_ > text.size() ? std::nullopt
                                    : regex_->pcre().match(evaluator, text, from_, Pcre::Anchor::None, must_advance_ ? Pcre::Empty::NotAtStart : Pcre::Empty::Allowed);
  ended_ = !groups;
  if (!groups) return groups;
  const ByteRange whole = *groups->front();
  must_advance_ = whole.size() == 0;
  from_ = whole.end;
  return groups;
}

}  // namespace hookc
