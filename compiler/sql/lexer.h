// lexer: SQL text to tokens, by the tables made from grammar/SqlLexer.g4 and a dialect's row.
#pragma once

#include <string>
#include <string_view>

#include "compiler/sql/dialect.h"
#include "compiler/sql/records.h"

namespace hookc::sql {

/// The tokens of `text` without blanks and comments. What is not terminated is an ERROR token that reaches to the end of the text.
Tokens lex(std::string_view text, const DialectTraits& dialect);

/// The value of a NAME, a QNAME or a keyword: lower case, or what the quotes hold.
std::string identifier_value(std::string_view spelled, Tok type);

/// The word that a keyword's token stands for; empty for other tokens.
std::string_view keyword_of(Tok type);

}  // namespace hookc::sql
