// Fix: edits of findings put into the bytes of files.
//
// Whether a fix is right is not decided here: whoever applies it lints the result (runtime/cli/fixing.h) and takes back what did not help.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule.h"

namespace hookc {

/// By file name, as findings have it.
using FileEdits = std::map<std::string, std::vector<Edit>, std::less<>>;

/// The edits of one finding's fix, by file.
void add_edits(const Fix& fix, FileEdits& edits);

/// `bytes` with the edits put in; one that overlaps with an earlier one is left out, the same twice counts once.
std::string apply_edits(std::string_view bytes, std::vector<Edit> edits);

/// What differs between two states of a file, as `diff -u` writes it; empty when nothing does.
std::string unified_diff(std::string_view file, std::string_view before, std::string_view after);

}  // namespace hookc
