// Records: what the lexer and the grammar leave behind, flat, for the code that makes facts of it.
//
// Tokens are numbered as grammar/SqlLexer.g4 names them. The parser leaves one Record for each rule it went through, in the
// order of entry, so that a rule's children are the records between it and `next`. No tree is built.
#pragma once

#include <cstdint>
#include <vector>

#include "SqlLexerNames.h"
#include "SqlParserNames.h"
#include "compiler/base/text.h"

namespace hookc::sql {

#define HOOKC_ENUMERATOR(name, value) name = value,
enum class Tok : std::uint16_t { End = 0, SqlLexer_NAMES(HOOKC_ENUMERATOR) };
enum class Rule : std::uint16_t { SqlParser_NAMES(HOOKC_ENUMERATOR) };
#undef HOOKC_ENUMERATOR

inline constexpr std::uint32_t kNoMatch = 0xFFFF'FFFFU;

struct Token {
  Tok type = Tok::End;
  ByteRange range;
  std::uint32_t match = kNoMatch;  // of an opening token: its closing one
};
using Tokens = std::vector<Token>;

struct Record {
  Rule rule;
  std::uint32_t first;  // indices into the stream that the parser sees
  std::uint32_t last;   // half-open
  std::uint32_t next;   // the record after this one and its descendants
};

/// Where the grammar refused a statement.
struct SyntaxError {
  std::uint32_t at;          // index into the stream
  Tok expected = Tok::End;   // when it was one token
  Rule rule{};               // the innermost rule
};

}  // namespace hookc::sql
