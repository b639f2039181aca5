// Keywords: which names are tags and words of the language. Jinja has no reserved words: a word counts as one only where the
// grammar could take it as one, which the token source decides by the token before it.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/parse/parse.h"
#include "compiler/parse/records.h"

namespace hookc {

/// The token type of a tag; Tok::TAG when these options do not know it.
Tok tag_kind(std::string_view name, const ParseOptions& options);
/// The name of a tag's token type; empty for other tokens.
std::string_view tag_name(Tok kind);
/// The name of the known tag that `name` is probably a slip of; empty when none is near.
std::string_view similar_tag(std::string_view name, const ParseOptions& options);

/// `if else in is not and or` as operators; NAME for others. `not` is the one of `not in`.
Tok operator_word(std::string_view name);
/// true, false, none, and capitalised.
bool is_constant_word(std::string_view name);

}  // namespace hookc
