// Scanner: the next token of the JinjaLexer grammar at an offset, in a mode, by the tables that the build makes of the grammar. The caller owns
// position and mode, since what follows a token depends on brackets, which the grammar of tokens does not count.
#pragma once

#include <cstdint>
#include <string_view>

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

}  // namespace hookc
