// python_literal: values that are written as Python writes them.
#pragma once

#include <optional>

#include "compiler/base/sources.h"
#include "compiler/value/value.h"

namespace hookc {

/// Python's `ast.literal_eval`: a string, a number, True, False, None, or a tuple, list or dict of such; nothing where the text is none. Sets, bytes and strings
/// with a prefix are not read.
std::optional<Value> python_literal(Sources& sources, const Text& text);

}  // namespace hookc
