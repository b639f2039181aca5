// Suppressions: comments that accept findings, `hookc: allow(rule-name) reason`, in SQL, Jinja and YAML.
//
// A comment speaks for its own line, or, standing alone, for the line below. One that accepts nothing is a finding itself (HK901), unless what it stands
// in was not looked at.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule.h"

namespace hookc {

/// Lines of a file whose findings are all known: the text of a hook, the body of a macro that some path called.
struct LookedAt {
  std::string file;
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;
};

struct SuppressionOptions {
  bool report = true;      // HK901 is chosen
  bool all_rules = true;   // otherwise a comment without a finding may be of use to a rule that was not asked for
};

/// Takes accepted findings out, and puts in what is wrong with the comments.
void apply_suppressions(const Sources& sources, const std::vector<LookedAt>& looked_at, const SuppressionOptions& options, std::vector<Finding>& findings);

}  // namespace hookc
