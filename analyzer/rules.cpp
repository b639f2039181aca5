#include <algorithm>
#include <array>

#include "analyzer/rule.h"

namespace hookc {

#define HOOKC_RULE(record) extern const Rule record;
#include "analyzer/rules.def"
#undef HOOKC_RULE

namespace {

constexpr std::array kRules{
#define HOOKC_RULE(record) &record,
#include "analyzer/rules.def"
#undef HOOKC_RULE
};

}  // namespace

std::span<const Rule* const> all_rules() { return kRules; }

const Rule* find_rule(std::string_view code_or_name) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule* rule) {
    return rule->name == code_or_name || std::equal(rule->code.begin(), rule->code.end(), code_or_name.begin(), code_or_name.end(), same);
  });
  return found == kRules.end() ? nullptr : *found;
}

}  // namespace hookc
