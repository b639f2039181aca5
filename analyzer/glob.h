// Globs of settings: over names of tables and paths of files.
#pragma once

#include <string_view>

namespace hookc {

/// `*` is any number of characters but `/`, `**` any at all, `?` one. Case is ignored for ASCII letters.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace hookc
