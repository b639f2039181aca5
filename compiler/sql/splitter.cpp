#include "compiler/sql/splitter.h"

#include <algorithm>

namespace hookc::sql {
namespace {

class Splitter {
 public:
  Splitter(std::string_view text, Tokens& tokens, const DialectTraits& dialect)
      : text_(text), tokens_(tokens), dialect_(dialect), size_(static_cast<std::uint32_t>(tokens.size())) {}

  std::vector<Piece> run() {
    std::vector<Piece> pieces;
    for (std::uint32_t at = 0; at < size_; ++at) {
      if (type(at) == Tok::SEMI) continue;
      // `update statistics t`: maintenance, and no rows change
      if (type(at) == Tok::K_UPDATE && type(at + 1) == Tok::K_STATISTICS && type(at + 2) != Tok::K_SET) tokens_[at].type = Tok::K_ANALYZE;
      Piece piece{at, at, opens_block(at), std::nullopt};
      piece.last = end_of(piece);
      if (!piece.fault) piece.fault = pair_brackets(text_, tokens_, piece.first, piece.last, dialect_);
      at = piece.last;
      pieces.push_back(std::move(piece));
    }
    return pieces;
  }

 private:
  [[nodiscard]] Tok type(std::uint32_t at) const { return at < size_ ? tokens_[at].type : Tok::End; }

  [[nodiscard]] bool opens_block(std::uint32_t at) const {
    if (!dialect_.has_scripting_blocks) return false;
    switch (type(at)) {
      case Tok::K_BEGIN: {
        const Tok next = type(at + 1);
        const bool is_transaction = next == Tok::End || next == Tok::SEMI || next == Tok::K_TRANSACTION || next == Tok::K_WORK || next == Tok::K_TRAN ||
                                    (next == Tok::NAME && type(at + 2) == Tok::SEMI);
        return !is_transaction;
      }
      case Tok::K_IF:
      case Tok::K_LOOP:
      case Tok::K_WHILE:
      case Tok::K_REPEAT:
      case Tok::K_FOR: return true;
      // Snowflake's block begins with its declarations; elsewhere DECLARE is a statement by itself.
      case Tok::K_DECLARE: return dialect_.slash_comments;
      default: return false;
    }
  }

  /// A definition whose body may be a block: `create procedure .. begin ..; end`.
  [[nodiscard]] bool defines_code(std::uint32_t at) const {
    if (type(at) != Tok::K_CREATE) return false;
    for (std::uint32_t ahead = at + 1; ahead < at + 6; ++ahead) {
      switch (type(ahead)) {
        case Tok::K_PROCEDURE:
        case Tok::K_FUNCTION:
        case Tok::K_TRIGGER:
        case Tok::K_TASK:
        case Tok::K_EVENT: return true;
        default: break;
      }
    }
    return false;
  }

  /// PostgreSQL's `create rule .. do also (insert ..; delete ..)`: the only statement whose brackets hold statements.
  [[nodiscard]] bool defines_rule(std::uint32_t at) const {
    if (type(at) != Tok::K_CREATE) return false;
    const std::uint32_t word = type(at + 1) == Tok::K_OR ? at + 3 : at + 1;
    return word < size_ && is_word(word, "rule");
  }

  [[nodiscard]] bool is_word(std::uint32_t at, std::string_view word) const {
    const ByteRange range = tokens_[at].range;
    return std::ranges::equal(text_.substr(range.begin, range.size()), word, [](char a, char b) { return (a | 0x20) == b; });
  }

  [[nodiscard]] bool begins_inner_statement(std::uint32_t at, std::uint32_t first) const {
    if (at == first) return true;
    switch (type(at - 1)) {
      case Tok::SEMI:
      case Tok::K_THEN:
      case Tok::K_ELSE:
      case Tok::K_BEGIN:
      case Tok::K_DO:
      case Tok::K_LOOP: return true;
      default: return false;
    }
  }

  [[nodiscard]] int depth_change(std::uint32_t at, std::uint32_t first) const {
    switch (type(at)) {
      case Tok::K_BEGIN: {
        const Tok next = type(at + 1);
        return at != first && (next == Tok::SEMI || next == Tok::K_TRANSACTION) ? 0 : 1;
      }
      case Tok::K_CASE: return 1;
      case Tok::K_IF:
      case Tok::K_LOOP:
      case Tok::K_WHILE:
      case Tok::K_REPEAT:
      case Tok::K_FOR: return begins_inner_statement(at, first) ? 1 : 0;
      case Tok::K_END: return -1;
      default: return 0;
    }
  }

  std::uint32_t plain_end(std::uint32_t first) const {
    std::uint32_t at = first;
    while (at < size_ && type(at) != Tok::SEMI) ++at;
    return at;
  }

  /// The first `;` outside of round brackets.
  [[nodiscard]] std::uint32_t rule_end(std::uint32_t first) {
    int depth = 0;
    for (std::uint32_t at = first; at < size_; ++at) {
      if (type(at) == Tok::SEMI && depth == 0) return at;
      depth += type(at) == Tok::LP ? 1 : type(at) == Tok::RP ? -1 : 0;
    }
    if (depth == 0) return size_;
    ++unclosed_;
    return plain_end(first);
  }

  std::uint32_t end_of(Piece& piece) {
    if (defines_rule(piece.first) && unclosed_ <= kMaxUnclosed) return rule_end(piece.first);
    const bool may_hold_block = piece.is_block || defines_code(piece.first);
    if (!may_hold_block || unclosed_ > kMaxUnclosed) {
      piece.is_block = false;
      return plain_end(piece.first);
    }
    int depth = 0;
    bool was_open = false;
    std::uint32_t outer_begin = kNoMatch;
    const bool declares = type(piece.first) == Tok::K_DECLARE;
    for (std::uint32_t at = piece.first; at < size_; ++at) {
      if (type(at) == Tok::SEMI && depth == 0 && (was_open || !declares)) return at;
      const int change = depth_change(at, piece.first);
      if (change > 0 && depth == 0 && type(at) == Tok::K_BEGIN) outer_begin = at;
      if (change < 0 && depth == 0) continue;
      depth += change;
      was_open = was_open || depth > 0;
      if (change < 0 && ends_a_loop(at + 1)) ++at;
      if (change < 0 && depth == 0 && outer_begin != kNoMatch) {
        tokens_[outer_begin].match = at;
        outer_begin = kNoMatch;
      }
    }
    if (depth == 0 && (was_open || !declares)) return size_;
    return unclosed(piece);
  }

  [[nodiscard]] bool ends_a_loop(std::uint32_t at) const {
    const Tok word = type(at);
    return word == Tok::K_IF || word == Tok::K_LOOP || word == Tok::K_WHILE || word == Tok::K_FOR || word == Tok::K_REPEAT || word == Tok::K_CASE;
  }

  std::uint32_t unclosed(Piece& piece) {
    ++unclosed_;
    const bool may_be_else = !piece.is_block || &dialect_ == &traits_of(Dialect::Generic);
    if (may_be_else) {  // an unknown dialect may mean a transaction: cut at the next `;`
      piece.is_block = false;
      return plain_end(piece.first);
    }
    piece.fault = Unparsable{tokens_[piece.first].range, "the block is not closed by `end`"};
    return size_;
  }

  // Each block that is not closed costs a look at the rest of the text; after so many the text has none.
  static constexpr std::uint32_t kMaxUnclosed = 16;

  std::string_view text_;
  Tokens& tokens_;
  const DialectTraits& dialect_;
  std::uint32_t size_;
  std::uint32_t unclosed_ = 0;
};

Unparsable unterminated(std::string_view text, ByteRange range, const DialectTraits& dialect) {
  const char mark = text[range.begin];
  const bool is_name = mark == '`' || mark == '[' || (mark == '"' && dialect.double_quote_is_name);
  const ByteRange where{range.begin, std::min(range.end, range.begin + (mark == '/' ? 2U : 1U))};
  return {where, mark == '/' ? "unterminated comment" : is_name ? "unterminated quoted name" : "unterminated string"};
}

/// Takes what `closing` closes off `open`; false when there is nothing that it could close.
bool close(Tokens& tokens, std::vector<std::uint32_t>& open, std::uint32_t closing) {
  const auto closes = [&](Tok opening) { return !open.empty() && tokens[open.back()].type == opening; };
  const auto pair = [&] {
    tokens[open.back()].match = closing;
    if (tokens[open.back()].type == Tok::LP) tokens[open.back()].type = Tok::GROUP;
    open.pop_back();
  };
  switch (tokens[closing].type) {
    case Tok::RP:
      while (!open.empty() && !closes(Tok::LP)) open.pop_back();  // brackets and CASE are not worth an error
      if (open.empty()) return false;
      pair();
      return true;
    case Tok::RBRACKET:
      if (closes(Tok::LBRACKET)) pair();
      return true;
    case Tok::RBRACE:
      if (closes(Tok::LBRACE)) pair();
      return true;
    default:
      if (closes(Tok::K_CASE)) pair();
      return true;
  }
}

}  // namespace

std::optional<Unparsable> pair_brackets(std::string_view text, Tokens& tokens, std::uint32_t first, std::uint32_t last, const DialectTraits& dialect) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t at = first; at < last; ++at) {
    switch (tokens[at].type) {
      case Tok::ERROR: return unterminated(text, tokens[at].range, dialect);
      case Tok::LP:
      case Tok::LBRACKET:
      case Tok::LBRACE:
      case Tok::K_CASE: open.push_back(at); break;
      case Tok::RP:
      case Tok::RBRACKET:
      case Tok::RBRACE:
      case Tok::K_END:
        if (!close(tokens, open, at)) return Unparsable{tokens[at].range, "`)` closes nothing"};
        break;
      case Tok::K_FROM:
        // `is distinct from`: an operator, not the clause
        if (at >= first + 2 && tokens[at - 1].type == Tok::K_DISTINCT && (tokens[at - 2].type == Tok::K_IS || tokens[at - 2].type == Tok::K_NOT)) {
          tokens[at].type = Tok::OP;
        }
        break;
      default: break;
    }
  }
  const auto unclosed = std::ranges::find_if(open, [&](std::uint32_t at) { return tokens[at].type == Tok::LP; });
  if (unclosed != open.end()) return Unparsable{tokens[*unclosed].range, "`(` is not closed"};
  return std::nullopt;
}

std::vector<Piece> split(std::string_view text, Tokens& tokens, const DialectTraits& dialect) { return Splitter{text, tokens, dialect}.run(); }

}  // namespace hookc::sql
