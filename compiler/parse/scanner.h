// Scanner: the next token of the JinjaLexer grammar at an offset, in a mode, by the tables that the build makes of the grammar. The caller owns
// position and mode, since what follows a token depends on brackets, which the grammar of tokens does not count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "JinjaLexerTables.h"

#include "compiler/parse/records.h"

namespace hookc {

class Scanner {
 public:
  /// The modes of the grammar, in its order.
  enum class Mode : std::uint8_t { Template, Raw, Expression };
  struct Match {
    Tok kind = Tok::End;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  explicit Scanner(std::string_view bytes) : bytes_(bytes) {}
  /// The longest token at `offset`; the end when nothing is left.
  [[nodiscard]] Match next(std::uint32_t offset, Mode mode) const;

 private:
  std::string_view bytes_;
};

inline Scanner::Match Scanner::next(std::uint32_t offset, Mode mode) const {
  Match match{Tok::End, offset, offset};
  std::uint32_t at = offset;
  std::size_t state = kModeStart[static_cast<std::size_t>(mode)];
  const auto step = [&] { return at < bytes_.size() ? kNextState[state][kByteClass[static_cast<unsigned char>(bytes_[at])]] : std::size_t{0}; };
  std::size_t next = step();
  while (next != 0) {
    state = next;
    do {  // most bytes go on with a run: letters of a name, blanks, what a string holds
      ++at;
      next = step();
    } while (next == state);
    if (kAccepts[state] != 0) {
      match.kind = static_cast<Tok>(kAccepts[state]);
      match.end = at;
    }
  }
  return match;
}

}  // namespace hookc
