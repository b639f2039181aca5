// yaml_scalar: where each byte of a YAML scalar's value stands in the file.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/base/text.h"

namespace hookc {

struct TracedScalar {
  Text text;
  std::uint32_t begin = 0;  // of the scalar itself: after its tag and anchor
  std::uint32_t end = 0;
  bool is_unterminated = false;  // a quoted scalar whose closing quote is missing: yaml-cpp does not mind
};

/// Scans the raw scalar at `at` again, along the `value` that the YAML parser has found. A rescan that does not arrive at the same bytes gives a
/// text that is made at the scalar's start: coarse, never wrong.
TracedScalar trace_scalar(const Text& file, std::uint32_t at, std::string_view value, bool plain);

}  // namespace hookc
