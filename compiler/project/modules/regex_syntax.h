// RegexSyntax: a pattern in Python's syntax, translated to PCRE2's. All of Python's syntax is read here, with Python's errors; what is written
// means the same whatever PCRE2's options are.
// Source of the semantics: Python 3.11, module re.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/eval/evaluator.h"

namespace hookc {

/// Python's flags.
struct RegexFlags {
  static constexpr std::int64_t kTemplate = 1;
  static constexpr std::int64_t kIgnoreCase = 2;
  static constexpr std::int64_t kLocale = 4;
  static constexpr std::int64_t kMultiline = 8;
  static constexpr std::int64_t kDotAll = 16;
  static constexpr std::int64_t kUnicode = 32;
  static constexpr std::int64_t kVerbose = 64;
  static constexpr std::int64_t kDebug = 128;
  static constexpr std::int64_t kAscii = 256;
};

struct TranslatedRegex {
  std::string pcre;
  std::int64_t flags = 0;                                  // those given, those of the pattern, and UNICODE or ASCII
  std::size_t groups = 0;
  std::vector<std::pair<std::string, std::size_t>> names;  // of groups, in their order
  std::vector<std::size_t> parents;                        // of each group, the group that holds it; 0: the whole
};

/// Raises Python's `error` for what is no pattern.
TranslatedRegex translate_regex(Evaluator& evaluator, std::string_view pattern, std::int64_t flags);

/// The code points of UTF-8.
std::u32string code_points(std::string_view text);
/// `message at position 3`, with line and column where the pattern has several lines.
[[noreturn]] void raise_regex_error(Evaluator& evaluator, const std::u32string& pattern, std::string_view message, std::size_t position);
/// Whether a name can be that of a group.
bool is_group_name(std::u32string_view name);
std::string utf8(std::u32string_view text);

}  // namespace hookc
