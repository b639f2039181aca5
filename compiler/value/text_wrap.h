// Text wrap: Python's textwrap for one paragraph, as the `wordwrap` filter uses it. Lines are slices, so they keep their origins.
#pragma once

#include <cstddef>
#include <vector>

#include "compiler/base/text.h"

namespace hookc {

struct WrapOptions {
  std::size_t width = 79;  // in characters, at least 1
  bool break_long_words = true;
  bool break_on_hyphens = true;
};

/// The lines of `text`, blanks at the breaks dropped; none for an empty text.
std::vector<Text> wrap_line(const Text& text, const WrapOptions& options);

}  // namespace hookc
