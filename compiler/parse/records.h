// records: what the steps of parsing hand on to each other: tokens, and which rules the parser has read. Free of ANTLR: the numbers come from
// the grammars by way of generated macros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "JinjaLexerNames.h"
#include "JinjaParserNames.h"

namespace hookc {

#define HOOKC_ENUMERATOR(name, number) name = number,
/// The token types of the JinjaLexer grammar.
enum class Tok : std::uint8_t { End = 0, JinjaLexer_NAMES(HOOKC_ENUMERATOR) };
/// The rules of the JinjaParser grammar.
enum class JinjaRule : std::uint8_t { JinjaParser_NAMES(HOOKC_ENUMERATOR) };
#undef HOOKC_ENUMERATOR

/// Offsets are into the Source's text.
struct Token {
  Tok kind = Tok::End;
  /// The name of a test: what follows it is read differently (see tokens.cpp).
  bool is_test_name = false;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// Where it starts; of a tag, where its name starts.
  std::uint32_t line = 1;
};

/// What the grammar of tokens refuses; reported when the parser gets there.
struct LexicalError {
  std::string message;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t line = 0;
  std::string help;
};

struct TokenList {
  std::vector<Token> tokens;  // the last one is the end, or unexpected where `error` says why
  bool has_error = false;
  LexicalError error;
};

/// A rule of the grammar over tokens [begin, end).
struct RuleRead {
  JinjaRule rule;
  std::uint32_t begin;
  std::uint32_t end;
};

/// When the builder has to know that a rule has been read.
enum class Noted : std::uint8_t { Always, WithOwnTokens, Never };

/// Most rules of expressions are there for the sake of precedence and pass on what the only rule inside of them has read. Without operators, commas,
/// signs of their own they make nothing.
constexpr Noted noted(JinjaRule rule) {
  switch (rule) {
    case JinjaRule::Test_argument:
    case JinjaRule::Pair:
    case JinjaRule::Block_start: return Noted::Never;
    case JinjaRule::Operation:
    case JinjaRule::Expression:
    case JinjaRule::Tuple:
    case JinjaRule::Condition: return Noted::WithOwnTokens;
    default: return Noted::Always;
  }
}

/// The parser cannot go on at a token.
struct SyntaxFailure {
  enum class Reason : std::uint8_t { Expected, NoAlternative, TooDeep };
  Reason reason;
  std::size_t token;         // index
  Tok expected = Tok::End;   // for the first reason
};

}  // namespace hookc
