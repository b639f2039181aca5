#include "compiler/parse/tokens.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "JinjaLexer.h"

#include "compiler/parse/identifiers.h"
#include "compiler/parse/keywords.h"
#include "compiler/parse/scanner.h"

namespace hookc {
namespace {

using Kind = std::uint8_t;

bool ends_operand(Kind kind) {
  switch (kind) {
    case JinjaLexer::NAME:
    case JinjaLexer::CONSTANT:
    case JinjaLexer::STRING:
    case JinjaLexer::INTEGER:
    case JinjaLexer::FLOAT:
    case JinjaLexer::DOT_INTEGER:
    case JinjaLexer::RPAREN:
    case JinjaLexer::RBRACKET:
    case JinjaLexer::RBRACE: return true;
    default: return false;
  }
}

bool has_context_clause(Kind tag) { return tag == JinjaLexer::TAG_INCLUDE || tag == JinjaLexer::TAG_IMPORT || tag == JinjaLexer::TAG_FROM; }

class Tokenizer {
 public:
  Tokenizer(std::string_view text, const ParseOptions& options) : text_(text), options_(options), scanner_(text) {
    list_.tokens.reserve(text.size() / 8 + 8);
  }

  TokenList run(TokenizeFrom from) {
    if (from == TokenizeFrom::Expression) {
      tag_ = JinjaLexer::VARIABLE_BEGIN;
      read_tag(0);
    }
    while (!list_.has_error && at_ < size()) read_template();
    if (!list_.has_error) {
      const std::uint32_t line = list_.tokens.empty() ? 1 : list_.tokens.back().line;  // Jinja's line of the end is that of the last token
      list_.tokens.push_back({kEndOfTemplate, false, size(), size(), line});
    }
    return std::move(list_);
  }

 private:
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
  [[nodiscard]] std::string_view bytes(std::uint32_t begin, std::uint32_t end) const { return text_.substr(begin, end - begin); }
  [[nodiscard]] char byte(std::uint32_t offset) const { return offset < size() ? text_[offset] : '\0'; }

  /// Offsets are asked for in rising order.
  std::uint32_t line_at(std::uint32_t offset) {
    if (offset > counted_) {
      line_ += static_cast<std::uint32_t>(std::count(text_.begin() + counted_, text_.begin() + offset, '\n'));
      counted_ = offset;
    }
    return line_;
  }

  void add(std::size_t kind, std::uint32_t begin, std::uint32_t end) {
    list_.tokens.push_back({static_cast<Kind>(kind), false, begin, end, line_at(begin)});
  }

  void fail(std::string message, std::uint32_t begin, std::uint32_t end, std::uint32_t line, std::string help = {}) {
    list_.has_error = true;
    list_.error = {std::move(message), begin, end, line, std::move(help)};
    list_.tokens.push_back({JinjaLexer::UNEXPECTED, false, begin, end, line});
  }

  // ------------------------------------------------------------------------------------------------------- outside of tags

  /// From `at_` to behind the next tag, comment or raw block.
  void read_template() {
    const std::uint32_t begin = at_;
    const std::uint32_t open = find_opener(begin);
    if (open == size()) {
      add(JinjaLexer::DATA, begin, open);
      at_ = open;
      return;
    }
    const Scanner::Match match = scanner_.next(open, Scanner::Mode::Template);
    add_data(begin, open, match.kind != JinjaLexer::VARIABLE_BEGIN);
    switch (match.kind) {
      case JinjaLexer::COMMENT: return skip_comment(match);
      case JinjaLexer::COMMENT_BEGIN:
        return fail("Missing end of comment tag", open, open + 2, line_at(open), "end the comment with `#}`");
      case JinjaLexer::RAW_BEGIN: return read_raw(match);
      case JinjaLexer::TAG: return read_named_tag(match);
      default:
        tag_ = static_cast<Kind>(match.kind);
        add(match.kind, match.begin, match.end);
        return read_tag(match.end);
    }
  }

  [[nodiscard]] std::uint32_t find_opener(std::uint32_t from) const {
    std::size_t at = text_.find('{', from);
    while (at != std::string_view::npos && at + 1 < text_.size()) {
      const char next = text_[at + 1];
      if (next == '{' || next == '%' || next == '#') return static_cast<std::uint32_t>(at);
      at = text_.find('{', at + 1);
    }
    return size();
  }

  /// Template text before the opener at `end`, less what whitespace control takes.
  void add_data(std::uint32_t begin, std::uint32_t end, bool may_lstrip) {
    std::string_view data = bytes(begin, end);
    const char sign = byte(end + 2);
    if (sign == '-') {
      data = without_trailing_blanks(data);
    } else if (sign != '+' && may_lstrip && options_.lstrip_blocks) {
      const std::size_t newline = data.rfind('\n');
      const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
      const std::string_view indent = data.substr(line_start);
      if ((line_start > 0 || at_line_start_) && leading_blanks(indent) == indent.size()) data = data.substr(0, line_start);
    }
    if (!data.empty()) add(JinjaLexer::DATA, begin, begin + static_cast<std::uint32_t>(data.size()));
  }

  /// Goes on behind an end marker at [.., end) whose sign is `sign`; takes what `-` or trim_blocks take.
  void continue_behind(std::uint32_t end, char sign, bool trims) {
    at_ = end;
    if (sign == '-') {
      at_ += leading_blanks(text_.substr(end));
    } else if (sign != '+' && trims && options_.trim_blocks && byte(end) == '\n') {
      ++at_;
    }
    at_line_start_ = at_ > end && text_[at_ - 1] == '\n';
  }

  void skip_comment(const Scanner::Match& match) {
    const char first = byte(match.begin + 2);
    const std::uint32_t content = match.begin + 2 + (first == '-' || first == '+' ? 1U : 0U);
    // `{#-#}` has one sign, and it is the first one's. `{#-}..` needs its own `#}`.
    const std::uint32_t close = match.end - 2;
    const char sign = close > content ? byte(close - 1) : '\0';
    continue_behind(match.end, sign, true);
  }

  void read_raw(const Scanner::Match& match) {
    const char sign = byte(match.end - 3);
    continue_behind(match.end, sign == '-' ? '-' : '\0', false);
    const std::uint32_t begin = at_;
    for (std::size_t open = text_.find("{%", begin); open != std::string_view::npos; open = text_.find("{%", open + 1)) {
      const Scanner::Match end = scanner_.next(static_cast<std::uint32_t>(open), Scanner::Mode::Raw);
      if (end.kind != JinjaLexer::RAW_END) continue;
      add_data(begin, end.begin, true);
      return continue_behind(end.end, byte(end.end - 3), true);
    }
    fail("Missing end of raw directive", match.begin, match.end, line_at(begin), "end the raw block with `{% endraw %}`");
  }

  // -------------------------------------------------------------------------------------------------------- inside of tags

  void read_named_tag(const Scanner::Match& match) {
    std::uint32_t begin = match.begin + 2;
    if (byte(begin) == '-' || byte(begin) == '+') ++begin;
    begin += leading_blanks(bytes(begin, match.end));
    const std::uint32_t length = name_length(bytes(begin, match.end));
    const std::string_view name = text_.substr(begin, length);
    if (length == 0 || !is_identifier(name)) {
      tag_ = JinjaLexer::BLOCK_BEGIN;
      add(tag_, match.begin, std::min(begin, match.begin + 2));
      return read_tag(begin);
    }
    tag_ = tag_kind(name, options_);
    list_.tokens.push_back({tag_, false, match.begin, begin + length, line_at(begin)});
    read_tag(begin + length);
  }

  /// The tokens of a tag up to and with its end.
  void read_tag(std::uint32_t from) {
    at_ = from;
    brackets_.clear();
    bool open = true;
    while (open && !list_.has_error) {
      const Scanner::Match match = scanner_.next(at_, Scanner::Mode::Expression);
      at_ = match.end;
      switch (match.kind) {
        case kEndOfTemplate: return;
        case JinjaLexer::VARIABLE_END: open = !end_tag(match, tag_ == JinjaLexer::VARIABLE_BEGIN, '}'); break;
        case JinjaLexer::BLOCK_END: open = !end_tag(match, tag_ != JinjaLexer::VARIABLE_BEGIN, '%'); break;
        case JinjaLexer::LPAREN:
        case JinjaLexer::LBRACKET:
        case JinjaLexer::LBRACE: open_bracket(match); break;
        case JinjaLexer::RPAREN:
        case JinjaLexer::RBRACKET:
        case JinjaLexer::RBRACE: close_bracket(match); break;
        case JinjaLexer::NAME: add_name(match); break;
        case JinjaLexer::COMMA: add(previous() == JinjaLexer::COMMA ? std::size_t{JinjaLexer::UNEXPECTED} : match.kind, match.begin, match.end); break;
        case JinjaLexer::UNKNOWN_CHARACTER: unknown_character(match.begin); break;
        default: add(match.kind, match.begin, match.end);
      }
    }
  }

  /// What looks like the end of a tag is operators inside of brackets, and in the other kind of tag. True when it is the end.
  bool end_tag(const Scanner::Match& match, bool is_own, char first) {
    if (is_own && brackets_.empty()) {
      add(match.kind, match.begin, match.end);
      const char sign = match.end - match.begin == 3 ? byte(match.begin) : '\0';
      continue_behind(match.end, sign, match.kind == JinjaLexer::BLOCK_END);
      return true;
    }
    const char byte_there = byte(match.begin);
    const Scanner::Match one{byte_there == '-'   ? std::size_t{JinjaLexer::SUB}
                             : byte_there == '+' ? std::size_t{JinjaLexer::ADD}
                             : first == '%'      ? std::size_t{JinjaLexer::MOD}
                                                 : std::size_t{JinjaLexer::RBRACE},
                             match.begin, match.begin + 1};
    at_ = one.end;
    if (one.kind == JinjaLexer::RBRACE) {
      close_bracket(one);
    } else {
      add(one.kind, one.begin, one.end);
    }
    return false;
  }

  void open_bracket(const Scanner::Match& match) {
    brackets_.push_back(match.kind == JinjaLexer::LPAREN ? ')' : match.kind == JinjaLexer::LBRACKET ? ']' : '}');
    const bool opens_parameters = match.kind == JinjaLexer::LPAREN && previous() == JinjaLexer::TAG_CALL;
    add(opens_parameters ? std::size_t{JinjaLexer::CALL_LPAREN} : match.kind, match.begin, match.end);
  }

  void close_bracket(const Scanner::Match& match) {
    const char bracket = byte(match.begin);
    if (brackets_.empty()) return fail(fmt::format("unexpected '{}'", bracket), match.begin, match.end, line_at(match.begin));
    const char expected = brackets_.back();
    brackets_.pop_back();
    if (expected != bracket) {
      return fail(fmt::format("unexpected '{}', expected '{}'", bracket, expected), match.begin, match.end, line_at(match.begin));
    }
    add(match.kind, match.begin, match.end);
  }

  void unknown_character(std::uint32_t offset) {
    const std::uint32_t length = character_length(text_.substr(offset));
    const std::string_view character = text_.substr(offset, length);
    const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    const auto index = std::count_if(text_.begin(), text_.begin() + offset, is_start);
    const bool is_quote = character == "'" || character == "\"";
    const char around = character == "'" ? '"' : '\'';
    fail(fmt::format("unexpected char {}{}{} at {}", around, character, around, index), offset, offset + length, line_at(offset),
         is_quote ? "the string that begins here does not end" : "");
  }

  // ---------------------------------------------------------------------------------------------------------------- names

  [[nodiscard]] Kind previous(std::size_t back = 1) const {
    return list_.tokens.size() < back ? kEndOfTemplate : list_.tokens[list_.tokens.size() - back].kind;
  }

  void add_name(Scanner::Match match) {
    std::string_view name = bytes(match.begin, match.end);
    const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii) {  // the scanner takes all bytes beyond ASCII for letters
      const std::uint32_t blanks = leading_blanks(name);
      if (blanks > 0) {
        at_ = match.begin + blanks;
        return;
      }
      const std::uint32_t length = name_length(name);
      if (length == 0) return unknown_character(match.begin);
      at_ = match.end = match.begin + length;
      name = name.substr(0, length);
      if (!is_identifier(name)) return fail("Invalid character in identifier", match.begin, match.end, line_at(match.begin));
    }
    const bool is_test_name = names_test(name);
    const Kind kind = is_test_name ? Kind{JinjaLexer::NAME} : word_kind(name);
    add(kind, match.begin, match.end);
    list_.tokens.back().is_test_name = is_test_name;
  }

  /// Whether a name that comes now is, or goes on with, the name of a test.
  [[nodiscard]] bool names_test(std::string_view name) const {
    const Kind before = previous();
    if (before == JinjaLexer::IS) return name != "not";
    if (before == JinjaLexer::NOT) return previous(2) == JinjaLexer::IS;
    return before == JinjaLexer::DOT && list_.tokens.size() > 1 && list_.tokens[list_.tokens.size() - 2].is_test_name;
  }

  Kind word_kind(std::string_view name) {
    const Kind before = previous();
    if (!list_.tokens.empty() && list_.tokens.back().is_test_name) return word_behind_test(name);
    if (ends_operand(before) || before == JinjaLexer::SCOPED) return word_behind_operand(name);
    switch (before) {
      case JinjaLexer::NOT_IN: return name == "in" ? JinjaLexer::IN : JinjaLexer::NAME;
      case JinjaLexer::IS: return name == "not" ? JinjaLexer::NOT : JinjaLexer::NAME;
      case JinjaLexer::DOT:
      case JinjaLexer::PIPE:
      case JinjaLexer::AS:
      case JinjaLexer::IMPORT:
      case JinjaLexer::TAG_BLOCK:
      case JinjaLexer::TAG_ENDBLOCK:
      case JinjaLexer::TAG_FILTER: return JinjaLexer::NAME;
      default: break;
    }
    if (is_constant_word(name)) return JinjaLexer::CONSTANT;
    const bool is_target = before == JinjaLexer::TAG_SET || before == JinjaLexer::TAG_FOR || before == JinjaLexer::TAG_WITH;
    return name == "not" && !is_target ? JinjaLexer::NOT : JinjaLexer::NAME;
  }

  /// Behind a test's name, Jinja takes any word but three for its argument, and `is` for a mistake.
  static Kind word_behind_test(std::string_view name) {
    const Kind word = operator_word(name);
    if (word == JinjaLexer::ELSE || word == JinjaLexer::OR || word == JinjaLexer::AND || word == JinjaLexer::IS) return word;
    return is_constant_word(name) ? JinjaLexer::CONSTANT : JinjaLexer::NAME;
  }

  Kind word_behind_operand(std::string_view name) {
    if (const Kind word = operator_word(name)) return word;
    if (!brackets_.empty()) return JinjaLexer::NAME;
    Token& last = list_.tokens.back();
    const std::string_view before = bytes(last.begin, last.end);
    if (tag_ == JinjaLexer::TAG_FOR && name == "recursive") return JinjaLexer::RECURSIVE;
    if (tag_ == JinjaLexer::TAG_BLOCK && name == "scoped") return JinjaLexer::SCOPED;
    if (tag_ == JinjaLexer::TAG_BLOCK && name == "required") return JinjaLexer::REQUIRED;
    if (has_context_clause(tag_)) {
      if (name == "as" && tag_ != JinjaLexer::TAG_INCLUDE) return JinjaLexer::AS;
      if (name == "import" && tag_ == JinjaLexer::TAG_FROM) return JinjaLexer::IMPORT;
      // Only together are these words more than names.
      if (name == "context" && (before == "with" || before == "without")) {
        last.kind = before == "with" ? JinjaLexer::WITH : JinjaLexer::WITHOUT;
        return JinjaLexer::CONTEXT;
      }
      if (name == "missing" && before == "ignore") {
        last.kind = JinjaLexer::IGNORE;
        return JinjaLexer::MISSING;
      }
    }
    return JinjaLexer::NAME;
  }

  std::string_view text_;
  const ParseOptions& options_;
  Scanner scanner_;
  TokenList list_;
  std::uint32_t at_ = 0;
  std::uint32_t counted_ = 0;
  std::uint32_t line_ = 1;
  bool at_line_start_ = true;
  Kind tag_ = kEndOfTemplate;
  std::string brackets_;  // the closing ones that are due
};

}  // namespace

TokenList tokenize(std::string_view text, TokenizeFrom from, const ParseOptions& options) { return Tokenizer{text, options}.run(from); }

}  // namespace hookc
