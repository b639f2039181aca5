// scan: what queries and expressions read and call, from their tokens, in one pass and without a tree.
//
// A scanner, not a parser: it knows which words end a clause and which name stands where. It may be wrong about SQL that it has
// never seen, and then sees a column too many; it never fails.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/sql/records.h"
#include "compiler/sql/statement.h"

namespace hookc::sql {

/// Half-open range of tokens.
struct TokenRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] bool empty() const { return first >= last; }
};

class Scanner {
 public:
  /// Both outlive the scanner.
  Scanner(std::string_view text, const Tokens& tokens) : text_(text), tokens_(tokens) {}

  enum class Start : std::uint8_t { Expression, Relations };
  [[nodiscard]] Scan scan(TokenRange range, Start start) const;
  [[nodiscard]] Expression expression(TokenRange range) const;
  [[nodiscard]] Condition condition(TokenRange range) const;
  [[nodiscard]] Query query(TokenRange range) const;
  [[nodiscard]] std::vector<Assignment> assignments(TokenRange range) const;

  // ---- tokens ----
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Tok type(std::uint32_t at) const { return at < tokens_.size() ? tokens_[at].type : Tok::End; }
  [[nodiscard]] Tok type_in(TokenRange range, std::uint32_t at) const { return at < range.last ? type(at) : Tok::End; }
  [[nodiscard]] std::string_view spelled(std::uint32_t at) const { return text_.substr(tokens_[at].range.begin, tokens_[at].range.size()); }
  [[nodiscard]] bool is_word(std::uint32_t at, std::string_view lower_case) const;
  /// The token behind this one and what it opens.
  [[nodiscard]] std::uint32_t after(std::uint32_t at) const { return tokens_[at].match == kNoMatch ? at + 1 : tokens_[at].match + 1; }
  [[nodiscard]] ByteRange bytes(TokenRange range) const;
  [[nodiscard]] TokenRange inside(std::uint32_t group) const { return {group + 1, tokens_[group].match}; }
  /// The first token of the type outside of brackets; `range.last` when there is none.
  [[nodiscard]] std::uint32_t find(TokenRange range, Tok wanted) const;
  [[nodiscard]] bool contains(TokenRange range, Tok wanted) const { return find(range, wanted) < range.last; }
  /// The parts between separators outside of brackets; none for an empty range.
  [[nodiscard]] std::vector<TokenRange> split(TokenRange range, Tok separator) const;

  // ---- names ----
  /// Can this token be (part of) a name in an expression?
  [[nodiscard]] bool is_name(std::uint32_t at) const;
  [[nodiscard]] Identifier identifier(std::uint32_t at) const;
  /// The dotted name that begins at `at`, which moves behind it; empty when there is none.
  [[nodiscard]] QualifiedName name(std::uint32_t& at, std::uint32_t last) const;
  /// The name that all tokens of the range but the dots spell, reserved words too.
  [[nodiscard]] QualifiedName name_of(TokenRange range) const;
  /// The names that WITH gives in the range.
  [[nodiscard]] std::vector<Identifier> cte_names(TokenRange range) const;
  /// All names of a comma-separated list: a list of columns.
  [[nodiscard]] std::vector<Identifier> identifiers(TokenRange range) const;

 private:
  void append_part(QualifiedName& name, std::uint32_t at) const;
  [[nodiscard]] Shape shape(TokenRange range, std::vector<ByteRange>& arguments) const;
  [[nodiscard]] bool is_literal(TokenRange range) const;
  [[nodiscard]] bool add_equality(TokenRange conjunct, std::vector<Equality>& equalities) const;
  [[nodiscard]] std::vector<TokenRange> conjuncts(TokenRange range) const;

  std::string_view text_;
  const Tokens& tokens_;
};

/// What is known of the function: its volatility, and whether it aggregates.
void classify(Call& call);

}  // namespace hookc::sql
