// Site: where an operation is evaluated. Errors point at its span; bytes that an operation makes (digits of a number, quotes of a list)
// come from its position, fixed.
#pragma once

#include <string>

#include "compiler/base/sources.h"
#include "compiler/base/text.h"

namespace hookc {

struct Site {
  Span span;
  Sources* sources = nullptr;  // not owned, outlives the operation; null where no sources exist: made bytes then have place 0

  /// The fixed position of bytes that are made here.
  [[nodiscard]] Position position() const;
  /// A text of bytes that are made here.
  [[nodiscard]] Text made(std::string bytes) const { return Text{std::move(bytes), position()}; }
};

}  // namespace hookc
