#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.node == nullptr || input.hook.hook->phase != HookPhase::PostHook) return;
  for_each_statement(input, [&](const StatementView& at) {
    const auto* grant = std::get_if<sql::Grant>(&at.statement.node);
    if (grant == nullptr || grant->is_role_grant || grant->grant_option || grant->ownership || grant->all_objects || grant->future_objects) return;
    if (grant->objects.size() != 1 || !is_this(input, grant->objects.front())) return;
    findings.add(at.path, at.sent.text, head_to(at.statement, grant->objects.front()), "`grants:` can say this",
                 {.severity = std::nullopt, .fix = std::nullopt, .help = "move it to `grants:` in the config of the model or its folder"});
  });
}

}  // namespace

extern const Rule use_grants_config;
const Rule use_grants_config{
    .code = "HK505",
    .name = "use-grants-config",
    .severity = Severity::Info,
    .summary = "a grant on `{{ this }}` that the `grants:` config can say",
    .rationale =
        "`grants:` is merged over the folders of a project, documented with the model, and revokes what is no longer asked for. A grant in a hook "
        "only ever adds.",
    .example = "post_hook=\"grant select on {{ this }} to reporter\"",
    .better = "{{ config(grants={'select': ['reporter']}) }}",
    .check = check};

}  // namespace hookc
