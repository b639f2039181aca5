// FormatSpec: `[[fill]align][sign][z][#][0][width][,_][.precision][type]`, the mini-language of str.format.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/value/site.h"

namespace hookc {

struct FormatSpec {
  char32_t fill = ' ';
  char align = 0;       // < > ^ =, 0 when it was not given
  char sign = 0;        // + - or blank, 0 when it was not given
  bool alternate = false;
  bool coerce_zero = false;
  std::int64_t width = 0;
  char grouping = 0;    // , or _
  std::int64_t precision = -1;
  char32_t type = 0;
};

/// ValueError for what Python does not read.
FormatSpec parse_format_spec(const Site& site, std::string_view spec, std::string_view type_name);

}  // namespace hookc
