// RegexModule: Python's `re` over PCRE2, whose syntax agrees with it in all that templates write. Matching is bounded, so that no pattern can hang.
// Source of the semantics: Python 3.11, module re.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

/// `modules.re`.
ObjectPtr make_regex_module();

}  // namespace hookc
