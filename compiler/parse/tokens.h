// tokens: from the bytes of a template to the tokens that the JinjaParser grammar is written in. Does what the grammar of tokens cannot say:
// brackets, whitespace control, comments and raw blocks, and words that are keywords in some places only.
#pragma once

#include <string_view>

#include "compiler/parse/parse.h"
#include "compiler/parse/records.h"

namespace hookc {

/// An operand may end with it: a sign behind it is an operator between two.
bool ends_operand(Tok kind);

enum class TokenizeFrom : std::uint8_t { Template, Expression };

/// `text` has no `\r`, and no final newline that is to be dropped. Source of the semantics: Jinja2 3.1, lexer.
TokenList tokenize(std::string_view text, TokenizeFrom from, const ParseOptions& options);

}  // namespace hookc
