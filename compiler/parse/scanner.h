// Scanner: the next token of the JinjaLexer grammar at an offset, in a mode. The caller owns position and mode, since what follows a token
// depends on brackets, which the grammar of tokens does not count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hookc {

class Scanner {
 public:
  enum class Mode : std::uint8_t { Template, Raw, Expression };
  struct Match {
    std::size_t kind = 0;  // a token type; kEndOfTemplate when only blanks are left
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  explicit Scanner(std::string_view bytes);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  /// The longest token at `offset`; blanks before it are passed over in Expression mode.
  Match next(std::uint32_t offset, Mode mode);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookc
