// SpecialCasing: the code points of which the upper or title case is longer than one code point (Unicode's SpecialCasing.txt, unconditional rows).
#pragma once

#include <string_view>

namespace hookc::unicode {

struct SpecialCase {
  char32_t code_point;
  std::string_view upper;  // empty: the simple mapping holds
  std::string_view title;
};

/// Null for a code point with simple mappings only.
const SpecialCase* find_special_case(char32_t code_point);

}  // namespace hookc::unicode
