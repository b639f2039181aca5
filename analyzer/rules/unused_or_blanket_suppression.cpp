#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// Comments are looked at when all findings are known (suppress.cpp).
void check(const RuleInput&, Findings&) {}

}  // namespace

extern const Rule unused_or_blanket_suppression;
const Rule unused_or_blanket_suppression{
    .code = "HK901",
    .name = "unused-or-blanket-suppression",
    .severity = Severity::Warning,
    .summary = "a comment that accepts findings, and accepts none, names no rule, or gives no reason",
    .rationale = "A comment that outlives its finding hides the next one. A reason tells whoever reads it whether it still holds.",
    .example = "-- hookc: allow(broad-grant)",
    .better = "-- hookc: allow(broad-grant) the demo schema is public by design",
    .check = check};

}  // namespace hookc
