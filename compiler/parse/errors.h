// errors: from where the parser could not go on to what Jinja2 says then, and where to look.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/records.h"

namespace hookc {

/// What is known of a parse that failed.
struct FailedParse {
  SourceId source;
  std::string_view bytes;
  const TokenList& list;
  SyntaxFailure failure;
  const std::vector<RuleRead>& open;  // the rules that were being read, outermost first; `end` means nothing
};

Diagnostic syntax_error(const FailedParse& failed, const ParseOptions& options);

/// Python's repr of a name in a message.
std::string in_quotes(std::string_view name);

}  // namespace hookc
