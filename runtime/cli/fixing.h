// fixing: which fixes of a report do what they promise. Each state of the files is linted before anything is written.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "analyzer/analyze.h"
#include "analyzer/fix.h"

namespace hookc {

/// By file name, as findings have it.
using ReplacedFiles = std::map<std::string, std::string, std::less<>>;

struct Fixed {
  ReplacedFiles files;    // those that change, with their new bytes
  std::size_t count = 0;  // findings that are gone
};

/// The findings to fix, and how the result is judged.
struct FixRequest {
  bool unsafe = false;                                                              // fixes too that change what a hook does
  std::function<bool(const Finding&)> is_wanted;
  std::function<std::optional<Report>(const ReplacedFiles&)> lint_with;             // the whole project with other bytes in some files
};

/// Puts in all fixes at once; when the result has a finding that was not there, or one that should be gone, one after the other, and leaves out those that
/// do not help. `before` is the report on the whole project.
Fixed find_fixes(const Sources& sources, const Report& before, const FixRequest& request);

}  // namespace hookc
