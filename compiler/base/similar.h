// Similar: which of the names that exist somebody probably meant by one that does not.
//
// Nearness is the restricted Damerau-Levenshtein distance (letters changed, added, left out, or swapped with their neighbour), in bytes. A name is near
// when at most one letter in three is wrong, and never more than three are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hookc {

/// The candidate nearest to `name`; empty when none is near, or `name` is one of them. Which one is found does not depend on their order: of equally near
/// ones it is the one with the longer common beginning, then the first in the alphabet.
std::string_view similar_name(std::string_view name, std::span<const std::string_view> candidates);

/// "did you mean `x`?" for `Diagnostic::help`; empty when no candidate is near.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace hookc
