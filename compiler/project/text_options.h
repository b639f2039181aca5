// text_options: how dbt's environment reads templates.
#pragma once

#include "compiler/parse/parse.h"

namespace hookc {

/// Texts of hooks and nodes: the macros that they define cannot be called by their own names.
ParseOptions dbt_text_options();
/// The blocks of macro files.
ParseOptions dbt_block_options();

}  // namespace hookc
