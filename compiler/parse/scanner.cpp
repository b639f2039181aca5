#include "compiler/parse/scanner.h"

#include <cstddef>

#include "JinjaLexerTables.h"

namespace hookc {

Scanner::Match Scanner::next(std::uint32_t offset, Mode mode) const {
  Match match{Tok::End, offset, offset};
  std::size_t state = kModeStart[static_cast<std::size_t>(mode)];
  for (std::uint32_t at = offset; at < bytes_.size(); ++at) {
    state = kNextState[state][kByteClass[static_cast<unsigned char>(bytes_[at])]];
    if (state == 0) break;
    if (kAccepts[state] != 0) {
      match.kind = static_cast<Tok>(kAccepts[state]);
      match.end = at + 1;
    }
  }
  return match;
}

}  // namespace hookc
