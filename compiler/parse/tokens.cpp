#include "compiler/parse/tokens.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "compiler/value/identifiers.h"
#include "compiler/parse/keywords.h"
#include "compiler/parse/scanner.h"

namespace hookc {

bool ends_operand(Tok kind) {
  switch (kind) {
    case Tok::NAME:
    case Tok::CONSTANT:
    case Tok::STRING:
    case Tok::INTEGER:
    case Tok::FLOAT:
    case Tok::DOT_INTEGER:
    case Tok::RPAREN:
    case Tok::RBRACKET:
    case Tok::RBRACE: return true;
    default: return false;
  }
}

namespace {

bool has_context_clause(Tok tag) { return tag == Tok::TAG_INCLUDE || tag == Tok::TAG_IMPORT || tag == Tok::TAG_FROM; }

class Tokenizer {
 public:
  Tokenizer(std::string_view text, const ParseOptions& options) : text_(text), options_(options), scanner_(text) {
    list_.tokens.reserve(text.size() / 4 + 8);
  }

  TokenList run(TokenizeFrom from) {
    if (from == TokenizeFrom::Expression) {
      tag_ = Tok::VARIABLE_BEGIN;
      read_tag(0);
    }
    while (!list_.has_error && at_ < size()) read_template();
    if (!list_.has_error) {
      const std::uint32_t line = list_.tokens.empty() ? 1 : list_.tokens.back().line;  // Jinja's line of the end is that of the last token
      list_.tokens.push_back({Tok::End, false, size(), size(), line});
    }
    return std::move(list_);
  }

 private:
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
  [[nodiscard]] std::string_view bytes(std::uint32_t begin, std::uint32_t end) const { return text_.substr(begin, end - begin); }
  [[nodiscard]] char byte(std::uint32_t offset) const { return offset < size() ? text_[offset] : '\0'; }

  /// Offsets are asked for in rising order.
  std::uint32_t line_at(std::uint32_t offset) {
    while (next_newline_ < offset) {
      ++line_;
      next_newline_ = text_.find('\n', next_newline_ + 1);
    }
    return line_;
  }

  [[gnu::always_inline]] void add(Tok kind, std::uint32_t begin, std::uint32_t end) {
    list_.tokens.push_back({kind, false, begin, end, line_at(begin)});
  }

  void fail(std::string message, std::uint32_t begin, std::uint32_t end, std::uint32_t line, std::string help = {}) {
    list_.has_error = true;
    list_.error = {std::move(message), begin, end, line, std::move(help)};
    list_.tokens.push_back({Tok::UNEXPECTED, false, begin, end, line});
  }

  // ------------------------------------------------------------------------------------------------------- outside of tags

  /// From `at_` to behind the next tag, comment or raw block.
  void read_template() {
    const std::uint32_t begin = at_;
    const std::uint32_t open = find_opener(begin);
    if (open == size()) {
      add(Tok::DATA, begin, open);
      at_ = open;
      return;
    }
    const Scanner::Match match = scanner_.next(open, Scanner::Mode::Template);
    add_data(begin, open, match.kind != Tok::VARIABLE_BEGIN);
    switch (match.kind) {
      case Tok::COMMENT: return skip_comment(match);
      case Tok::COMMENT_BEGIN:
        if (is_nothing_behind(open + 2 + (byte(open + 2) == '-' || byte(open + 2) == '+' ? 1U : 0U))) return;
        return fail("Missing end of comment tag", open, open + 2, line_at(open), "end the comment with `#}`");
      case Tok::RAW_BEGIN: return read_raw(match);
      case Tok::TAG: return read_named_tag(match);
      default:
        tag_ = match.kind;
        add(match.kind, match.begin, match.end);
        return read_tag(match.end);
    }
  }

  /// A comment or raw block of which there is only the beginning: Jinja lets it be.
  bool is_nothing_behind(std::uint32_t opener_end) {
    if (opener_end < size()) return false;
    at_ = size();
    return true;
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
    if (!data.empty()) add(Tok::DATA, begin, begin + static_cast<std::uint32_t>(data.size()));
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
      if (end.kind != Tok::RAW_END) continue;
      add_data(begin, end.begin, true);
      return continue_behind(end.end, byte(end.end - 3), true);
    }
    if (is_nothing_behind(begin)) return;
    fail("Missing end of raw directive", match.begin, match.end, line_at(begin), "end the raw block with `{% endraw %}`");
  }

  // -------------------------------------------------------------------------------------------------------- inside of tags

  void read_named_tag(const Scanner::Match& match) {
    std::uint32_t begin = match.begin + 2;
    if (byte(begin) == '-' || byte(begin) == '+') ++begin;
    begin += leading_blanks(text_.substr(begin));
    std::string_view name = begin < match.end ? bytes(begin, match.end) : text_.substr(begin);  // the latter behind blanks beyond ASCII
    if (!is_identifier(name)) name = name.substr(0, name_length(name));  // the scanner takes all bytes beyond ASCII for letters
    if (!is_identifier(name)) {
      tag_ = Tok::BLOCK_BEGIN;
      add(tag_, match.begin, std::min(begin, match.begin + 2));
      return read_tag(begin);
    }
    tag_ = tag_kind(name, options_);
    const std::uint32_t end = begin + static_cast<std::uint32_t>(name.size());
    list_.tokens.push_back({tag_, false, match.begin, end, line_at(begin)});
    read_tag(end);
  }

  /// The tokens of a tag up to and with its end.
  void read_tag(std::uint32_t from) {
    at_ = from;
    brackets_.clear();
    bool open = true;
    while (open && !list_.has_error) {
      while (byte(at_) == ' ') ++at_;  // most of what is dropped; the scanner would say so
      const Scanner::Match match = scanner_.next(at_, Scanner::Mode::Expression);
      at_ = match.end;
      switch (match.kind) {
        case Tok::End: return;
        case Tok::VARIABLE_END: open = !end_tag(match, tag_ == Tok::VARIABLE_BEGIN, '}'); break;
        case Tok::BLOCK_END: open = !end_tag(match, tag_ != Tok::VARIABLE_BEGIN, '%'); break;
        case Tok::LPAREN:
        case Tok::LBRACKET:
        case Tok::LBRACE: open_bracket(match); break;
        case Tok::RPAREN:
        case Tok::RBRACKET:
        case Tok::RBRACE: close_bracket(match); break;
        case Tok::NAME: add_name(match); break;
        case Tok::COMMA: add(previous() == Tok::COMMA ? Tok::UNEXPECTED : match.kind, match.begin, match.end); break;
        case Tok::WHITESPACE: break;
        case Tok::UNKNOWN_CHARACTER: unknown_character(match.begin); break;
        default: add(match.kind, match.begin, match.end);
      }
    }
  }

  /// What looks like the end of a tag is operators inside of brackets, and in the other kind of tag. True when it is the end.
  bool end_tag(const Scanner::Match& match, bool is_own, char first) {
    if (is_own && brackets_.empty()) {
      add(match.kind, match.begin, match.end);
      const char sign = match.end - match.begin == 3 ? byte(match.begin) : '\0';
      continue_behind(match.end, sign, match.kind == Tok::BLOCK_END);
      return true;
    }
    const char byte_there = byte(match.begin);
    const Scanner::Match one{byte_there == '-'   ? Tok::SUB
                             : byte_there == '+' ? Tok::ADD
                             : first == '%'      ? Tok::MOD
                                                 : Tok::RBRACE,
                             match.begin, match.begin + 1};
    at_ = one.end;
    if (one.kind == Tok::RBRACE) {
      close_bracket(one);
    } else {
      add(one.kind, one.begin, one.end);
    }
    return false;
  }

  void open_bracket(const Scanner::Match& match) {
    brackets_.push_back(match.kind == Tok::LPAREN ? ')' : match.kind == Tok::LBRACKET ? ']' : '}');
    const bool opens_parameters = match.kind == Tok::LPAREN && previous() == Tok::TAG_CALL;
    add(opens_parameters ? Tok::CALL_LPAREN : match.kind, match.begin, match.end);
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

  [[nodiscard]] Tok previous(std::size_t back = 1) const {
    return list_.tokens.size() < back ? Tok::End : list_.tokens[list_.tokens.size() - back].kind;
  }

  void add_name(Scanner::Match match) {
    std::string_view name = bytes(match.begin, match.end);
    unsigned char bits = 0;
    for (const char c : name) bits |= static_cast<unsigned char>(c);
    if (bits >= 0x80) {  // the scanner takes all bytes beyond ASCII for letters
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
    const Tok kind = is_test_name ? Tok::NAME : word_kind(name);
    add(kind, match.begin, match.end);
    list_.tokens.back().is_test_name = is_test_name;
  }

  /// Whether a name that comes now is, or goes on with, the name of a test.
  [[nodiscard]] bool names_test(std::string_view name) const {
    const Tok before = previous();
    if (before == Tok::IS) return name != "not";
    if (before == Tok::NOT) return previous(2) == Tok::IS;
    return before == Tok::DOT && list_.tokens.size() > 1 && list_.tokens[list_.tokens.size() - 2].is_test_name;
  }

  Tok word_kind(std::string_view name) {
    const Tok before = previous();
    if (!list_.tokens.empty() && list_.tokens.back().is_test_name) return word_behind_test(name);
    if (ends_operand(before) || before == Tok::SCOPED) return word_behind_operand(name);
    switch (before) {
      case Tok::NOT_IN: return name == "in" ? Tok::IN : Tok::NAME;
      case Tok::IS: return name == "not" ? Tok::NOT : Tok::NAME;
      case Tok::DOT:
      case Tok::PIPE:
      case Tok::AS:
      case Tok::IMPORT:
      case Tok::TAG_BLOCK:
      case Tok::TAG_ENDBLOCK:
      case Tok::TAG_FILTER: return Tok::NAME;
      default: break;
    }
    if (is_constant_word(name)) return Tok::CONSTANT;
    if (name != "not" || !may_negate(before)) return Tok::NAME;
    return (before == Tok::LPAREN || before == Tok::COMMA) && is_assigned() ? Tok::NAME : Tok::NOT;
  }

  /// A single `=` comes next: the word is the name of an argument.
  [[nodiscard]] bool is_assigned() const {
    std::size_t at = at_;
    while (at < text_.size() && (text_[at] == ' ' || (text_[at] >= '\t' && text_[at] <= '\r'))) ++at;
    return at < text_.size() && text_[at] == '=' && (at + 1 >= text_.size() || text_[at + 1] != '=');
  }

  /// `not` is a name behind an operator that binds tighter, and where something is assigned to.
  [[nodiscard]] bool may_negate(Tok before) const {
    const bool is_parameter = tag_ == Tok::TAG_MACRO && brackets_.size() == 1 && (before == Tok::LPAREN || before == Tok::COMMA);
    if (is_parameter) return false;
    switch (before) {
      case Tok::TAG_SET:
      case Tok::TAG_FOR:
      case Tok::TAG_WITH:
      case Tok::TAG_MACRO:
      case Tok::ADD:
      case Tok::SUB:
      case Tok::DIV:
      case Tok::FLOORDIV:
      case Tok::MOD:
      case Tok::TILDE:
      case Tok::EQ:
      case Tok::NE:
      case Tok::LT:
      case Tok::LTEQ:
      case Tok::GT:
      case Tok::GTEQ: return false;
      case Tok::MUL:
      case Tok::POW: return previous(2) == Tok::LPAREN || previous(2) == Tok::COMMA;  // of an argument
      case Tok::IN: {  // but not behind the one of `for x in`
        std::size_t at = list_.tokens.size() - 1;
        while (at > 0 && list_.tokens[at - 1].kind != Tok::IN && list_.tokens[at - 1].kind != tag_) --at;
        return tag_ == Tok::TAG_FOR && at > 0 && list_.tokens[at - 1].kind == tag_;
      }
      default: return true;
    }
  }

  /// Behind a test's name, Jinja takes any word but three for its argument, and `is` for a mistake.
  static Tok word_behind_test(std::string_view name) {
    const Tok word = operator_word(name);
    if (word == Tok::ELSE || word == Tok::OR || word == Tok::AND || word == Tok::IS) return word;
    return is_constant_word(name) ? Tok::CONSTANT : Tok::NAME;
  }

  Tok word_behind_operand(std::string_view name) {
    if (const Tok word = operator_word(name); word != Tok::NAME) return word;
    if (!brackets_.empty()) return Tok::NAME;
    Token& last = list_.tokens.back();
    const std::string_view before = bytes(last.begin, last.end);
    if (tag_ == Tok::TAG_FOR && name == "recursive") return Tok::RECURSIVE;
    if (tag_ == Tok::TAG_BLOCK && name == "scoped") return Tok::SCOPED;
    if (tag_ == Tok::TAG_BLOCK && name == "required") return Tok::REQUIRED;
    if (has_context_clause(tag_)) {
      if (name == "as" && tag_ != Tok::TAG_INCLUDE) return Tok::AS;
      if (name == "import" && tag_ == Tok::TAG_FROM) return Tok::IMPORT;
      // Only together are these words more than names.
      if (name == "context" && (before == "with" || before == "without")) {
        last.kind = before == "with" ? Tok::WITH : Tok::WITHOUT;
        return Tok::CONTEXT;
      }
      if (name == "missing" && before == "ignore") {
        last.kind = Tok::IGNORE;
        return Tok::MISSING;
      }
    }
    return Tok::NAME;
  }

  std::string_view text_;
  const ParseOptions& options_;
  Scanner scanner_;
  TokenList list_;
  std::uint32_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t next_newline_ = text_.find('\n');  // the first that is not counted
  bool at_line_start_ = true;
  Tok tag_ = Tok::End;
  std::string brackets_;  // the closing ones that are due
};

}  // namespace

TokenList tokenize(std::string_view text, TokenizeFrom from, const ParseOptions& options) { return Tokenizer{text, options}.run(from); }

}  // namespace hookc
