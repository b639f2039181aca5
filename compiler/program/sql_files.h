// sql_files: compiled hooks as text for the database's own client: one `.sql` file for each hook.
//
// A parameter inside of a string literal becomes a concatenation with the dialect's parameter expression. Where a hook cannot be written like
// this (it is deferred, a parameter stands outside of a string, the dialect has no parameters) there is no file, and the hook says why.
#pragma once

#include <map>
#include <string>

#include "compiler/program/program.h"

namespace hookc {

/// File names, relative to the manifest, and their texts. Sets `sql_file` or `no_sql_reason` of every hook.
std::map<std::string, std::string> make_sql_files(Program& program);

}  // namespace hookc
