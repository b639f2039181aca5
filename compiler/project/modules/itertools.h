// Itertools: Python's `itertools` as far as dbt hands it to templates, lazy as there: what has no end ends in the limit on steps of whoever wants all of it.
// Source of the semantics: Python 3.11, module itertools.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

/// `modules.itertools`.
ObjectPtr make_itertools_module();

}  // namespace hookc
