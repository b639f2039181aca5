// macros: which macros a file defines. dbt reads macro files block by block and ignores what stands between; so do we, and parse a block
// only when it is called.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/sources.h"
#include "compiler/project/project.h"

namespace hookc {

/// A block at the top level of a file: `{% macro f(x) %} ... {% endmacro %}`.
struct TopLevelBlock {
  std::string_view type;  // `macro`, `materialization`, `test`, `data_test`, `snapshot`
  std::string_view name;
  ByteRange whole;     // with both tags
  ByteRange head;      // the opening tag
  ByteRange contents;  // between the tags
};

/// Cuts out the blocks of the given types. Comments, raw blocks and strings hide tags. A block that is not closed is a Diagnostic and ends where the next one begins.
std::vector<TopLevelBlock> cut_blocks(const Sources& sources, SourceId file, const std::vector<std::string_view>& types, Diagnostics& diagnostics);

/// Adds the macros of a macro file to a package.
void add_macros(Sources& sources, SourceId file, Package& package, Diagnostics& diagnostics);

}  // namespace hookc
