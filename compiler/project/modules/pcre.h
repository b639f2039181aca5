// Pcre: a pattern in PCRE2's syntax, compiled, and its matches on UTF-8. Each attempt is bounded in steps and memory, and the time that a search takes
// is counted as steps of the evaluation, so that no pattern can hang.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/eval/evaluator.h"

namespace hookc {

/// The whole match first; nothing for a group that took no part.
using MatchGroups = std::vector<std::optional<ByteRange>>;

class Pcre {
 public:
  enum class Case : std::uint8_t { Sensitive, Ignored };
  enum class Classes : std::uint8_t { Ascii, Unicode };  // what \b knows of
  /// The pattern is our own making: what PCRE2 refuses is too large for it, or beyond it, and a LimitError.
  Pcre(Evaluator& evaluator, const std::string& pattern, Case letters, Classes classes);
  ~Pcre();
  Pcre(const Pcre&) = delete;
  Pcre& operator=(const Pcre&) = delete;

  enum class Anchor : std::uint8_t { None, Start, Both };
  enum class Empty : std::uint8_t { Allowed, NotAtStart };
  /// The first match that begins at `from` or later. `text` must be UTF-8 (see check_utf8).
  [[nodiscard]] std::optional<MatchGroups> match(Evaluator& evaluator, std::string_view text, std::size_t from, Anchor anchor, Empty empty) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// ValueError unless the bytes are UTF-8, which texts need not be.
void check_utf8(Evaluator& evaluator, std::string_view text);

}  // namespace hookc
