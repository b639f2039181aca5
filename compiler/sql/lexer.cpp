#include "compiler/sql/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "SqlLexerTables.h"
#include "compiler/base/ascii.h"

namespace hookc::sql {
namespace {

struct Keyword {
  std::string_view token;  // `K_CREATE`
  Tok type;
};
#define HOOKC_KEYWORD(name, value) Keyword{#name, Tok::name},
constexpr Keyword kTokens[] = {SqlLexer_NAMES(HOOKC_KEYWORD)};
#undef HOOKC_KEYWORD

constexpr bool is_keyword(const Keyword& entry) { return entry.token.substr(0, 2) == "K_"; }
constexpr std::size_t kLongestKeyword = [] {
  std::size_t longest = 0;
  for (const Keyword& entry : kTokens) longest = std::max(longest, entry.token.size() - 2);
  return longest;
}();

constexpr std::size_t kBuckets = 1024;
constexpr std::size_t hash_of(std::string_view word) {
  std::size_t hash = word.size();
  for (const char c : word) hash = hash * 31 + static_cast<unsigned char>(ascii_lower(c));
  return hash % kBuckets;
}

/// Open addressing over the indices of kTokens, laid out by the compiler; 0 is empty (kTokens[0] is stored as 1).
constexpr std::array<std::uint16_t, kBuckets> kKeywordTable = [] {
  std::array<std::uint16_t, kBuckets> table{};
  for (std::size_t at = 0; at < std::size(kTokens); ++at) {
    if (!is_keyword(kTokens[at])) continue;
    std::size_t bucket = hash_of(kTokens[at].token.substr(2));
    while (table[bucket] != 0) bucket = (bucket + 1) % kBuckets;
    table[bucket] = static_cast<std::uint16_t>(at + 1);
  }
  return table;
}();

Tok keyword_type(std::string_view word) {
  if (word.size() > kLongestKeyword || word.size() < 2) return Tok::NAME;
  for (std::size_t bucket = hash_of(word); kKeywordTable[bucket] != 0; bucket = (bucket + 1) % kBuckets) {
    const Keyword& entry = kTokens[kKeywordTable[bucket] - 1U];
    if (equal_ignoring_case(entry.token.substr(2), word)) return entry.type;
  }
  return Tok::NAME;
}

struct Match {
  Tok type;
  std::uint32_t end;
};

class Lexer {
 public:
  Lexer(std::string_view text, const DialectTraits& dialect) : text_(text), dialect_(dialect) {}

  Tokens run() {
    tokens_.reserve(text_.size() / 5 + 8);
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    while (at_ < text_.size()) {
      const std::uint32_t begin = at_;
      const Match found = longest_match(begin);
      at_ = found.end;
      const Tok type = finish(found.type, begin);
      if (type != Tok::WS) tokens_.push_back({type, {begin, at_}, kNoMatch});
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] Match longest_match(std::uint32_t begin) const {
    unsigned state = 1;
    Match best{Tok::OP, begin + 1};
    for (auto at = begin; at < text_.size(); ++at) {
      state = kNextState[state][kByteClass[static_cast<unsigned char>(text_[at])]];
      if (state == 0) break;
      if (kAccepts[state] != 0) best = {static_cast<Tok>(kAccepts[state]), at + 1};
    }
    return best;
  }

  /// What the opening mark at `begin` opens in this dialect; moves `at_` to the end of it. WS for what is left out.
  Tok finish(Tok type, std::uint32_t begin) {
    switch (type) {
      case Tok::NAME: return keyword_type(text_.substr(begin, at_ - begin));
      case Tok::LINE_COMMENT: return Tok::WS;
      case Tok::OPEN_COMMENT: return block_comment();
      case Tok::HASH: return hash();
      case Tok::SLASHES: return dialect_.slash_comments ? line_comment() : Tok::OP;
      case Tok::QUOTE: return string('\'', dialect_.backslash_escapes);
      case Tok::DOUBLE_QUOTE: return dialect_.double_quote_is_name ? name('"') : string('"', dialect_.backslash_escapes);
      case Tok::BACKTICK: return dialect_.backtick_is_name ? name('`') : Tok::OP;
      case Tok::LBRACKET: return dialect_.bracket_is_name ? name(']') : type;
      case Tok::PREFIXED_QUOTE: return prefixed(begin);
      case Tok::DOLLAR_QUOTE: return dollar(begin);
      default: return type;
    }
  }

  Tok unterminated() {
    at_ = static_cast<std::uint32_t>(text_.size());
    return Tok::ERROR;
  }

  Tok line_comment() {
    const std::size_t end = text_.find('\n', at_);
    at_ = static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end);
    return Tok::WS;
  }

  Tok block_comment() {
    for (std::uint32_t depth = 1; depth > 0;) {
      const std::size_t mark = text_.find_first_of("*/", at_);
      if (mark == std::string_view::npos || mark + 1 >= text_.size()) return unterminated();
      at_ = static_cast<std::uint32_t>(mark + 1);
      if (text_[mark] == '*' && text_[mark + 1] == '/') {
        --depth;
        ++at_;
      } else if (dialect_.nested_comments && text_[mark] == '/' && text_[mark + 1] == '*') {
        ++depth;
        ++at_;
      }
    }
    return Tok::WS;
  }

  Tok hash() {
    if (dialect_.hash_comments) return line_comment();
    if (!dialect_.bracket_is_name || at_ >= text_.size()) return Tok::OP;
    const Match after = longest_match(at_);  // `#t`, a temporary table of SQL Server
    if (after.type != Tok::NAME) return Tok::OP;
    at_ = after.end;
    return Tok::NAME;
  }

  /// `at_` is behind the opening quote. A doubled quote stands for itself.
  bool skip_to(char quote, bool backslash) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (backslash && c == '\\') {
        if (at_ < text_.size()) ++at_;
      } else if (c == quote) {
        if (at_ >= text_.size() || text_[at_] != quote) return true;
        ++at_;
      }
    }
    return false;
  }

  Tok name(char quote) { return skip_to(quote, false) ? Tok::QNAME : unterminated(); }

  Tok string(char quote, bool backslash) {
    const char triple[3] = {quote, quote, quote};
    const std::string_view mark{triple, 3};
    if (!dialect_.triple_quotes || text_.substr(at_ - 1, 3) != mark) return skip_to(quote, backslash) ? Tok::STRING : unterminated();
    at_ += 2;
    for (; at_ < text_.size(); ++at_) {
      if (backslash && text_[at_] == '\\') {
        ++at_;
      } else if (text_.substr(at_, 3) == mark) {
        at_ += 3;
        return Tok::STRING;
      }
    }
    return unterminated();
  }

  Tok prefixed(std::uint32_t begin) {
    const char quote = text_[at_ - 1];
    if (quote == '"' && dialect_.double_quote_is_name) {
      --at_;  // the name before it is a token of its own
      return keyword_type(text_.substr(begin, at_ - begin));
    }
    const char prefix = ascii_lower(text_[begin]);
    const char second = ascii_lower(text_[begin + 1]);
    bool backslash = dialect_.backslash_escapes;
    if (prefix == 'e' && dialect_.escape_prefix) backslash = true;
    if (dialect_.raw_prefix && (prefix == 'r' || second == 'r')) backslash = false;
    return string(quote, backslash);
  }

  Tok dollar(std::uint32_t begin) {
    const std::string_view mark = text_.substr(begin, at_ - begin);
    if (mark.size() > 2 ? dialect_.dollar_tags : dialect_.dollar_quotes) {
      const std::size_t close = text_.find(mark, at_);
      if (close == std::string_view::npos) return unterminated();
      at_ = static_cast<std::uint32_t>(close + mark.size());
      return Tok::STRING;
    }
    at_ = mark.size() > 2 ? at_ - 1 : begin + 1;
    return mark.size() > 2 ? Tok::PARAM : Tok::OP;
  }

  std::string_view text_;
  const DialectTraits& dialect_;
  std::uint32_t at_ = 0;
  Tokens tokens_;
};

}  // namespace

Tokens lex(std::string_view text, const DialectTraits& dialect) { return Lexer{text, dialect}.run(); }

std::string_view keyword_of(Tok type) {
  static constexpr auto kWords = [] {
    std::array<std::string_view, std::size(kTokens) + 1> words{};
    for (const Keyword& entry : kTokens) {
      if (is_keyword(entry) && static_cast<std::size_t>(entry.type) < words.size()) words[static_cast<std::size_t>(entry.type)] = entry.token.substr(2);
    }
    return words;
  }();
  const auto at = static_cast<std::size_t>(type);
  return at < kWords.size() ? kWords[at] : std::string_view{};
}

std::string identifier_value(std::string_view spelled, Tok type) {
  if (type != Tok::QNAME || spelled.size() < 2) return ascii_lower(spelled);
  const char quote = spelled.back();
  std::string value;
  for (std::size_t at = 1; at + 1 < spelled.size(); ++at) {
    value += spelled[at];
    if (spelled[at] == quote) ++at;  // doubled
  }
  return value;
}

}  // namespace hookc::sql
