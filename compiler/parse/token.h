// Token: what the token source hands to the parser. Offsets are into the Source's text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hookc {

struct Token {
  /// A token type of the JinjaLexer grammar; kEndOfTemplate at the end.
  std::uint8_t kind = 0;
  /// The name of a test: what follows it is read differently (see tokens.cpp).
  bool is_test_name = false;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// Where it starts; of a tag, where its name starts.
  std::uint32_t line = 1;
};

inline constexpr std::uint8_t kEndOfTemplate = 0;

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

}  // namespace hookc
