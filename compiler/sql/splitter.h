// splitter: tokens to statements, and pairs of brackets.
//
// Where a statement ends depends on more than a grammar of one token's lookahead can see: `begin` may open a transaction or a
// block, and the `end` of a block has to be told from that of a CASE or an IF. So this comes before the grammar, which then
// sees each parenthesis, CASE and block as one token.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/sql/dialect.h"
#include "compiler/sql/records.h"
#include "compiler/sql/statement.h"

namespace hookc::sql {

struct Piece {
  std::uint32_t first;               // tokens, without the `;`
  std::uint32_t last;
  bool is_block = false;             // a scripting block from its first token on
  std::optional<Unparsable> fault;
};

/// Sets `match` of opening tokens, and turns a matched LP into a GROUP.
std::vector<Piece> split(std::string_view text, Tokens& tokens, const DialectTraits& dialect);

/// Pairs the brackets of tokens [first, last); what is wrong with them, if anything.
std::optional<Unparsable> pair_brackets(std::string_view text, Tokens& tokens, std::uint32_t first, std::uint32_t last, const DialectTraits& dialect);

}  // namespace hookc::sql
