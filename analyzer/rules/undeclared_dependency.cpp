#include <fmt/format.h>

#include <set>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

constexpr std::size_t kMaxAncestors = 100'000;

std::set<std::string> ancestors_of(const Project& project, const Node& node) {
  std::set<std::string> seen;
  std::vector<const Node*> open{&node};
  while (!open.empty() && seen.size() < kMaxAncestors) {
    const Node* at = open.back();
    open.pop_back();
    for (const std::string& parent : at->depends_on) {
      if (!seen.insert(parent).second) continue;
      if (const Node* next = project.find_node(parent)) open.push_back(next);
    }
  }
  return seen;
}

void check(const RuleInput& input, Findings& findings) {
  if (input.hook.node == nullptr || input.hook.node->type == ResourceType::Seed) return;
  const std::set<std::string> ancestors = ancestors_of(*input.project.project, *input.hook.node);
  for_each_statement(input, [&](const StatementView& at) {
    for (const sql::QualifiedName* name : read_relations(at.statement)) {
      const Node* node = other_node(input, *name);
      const bool is_built = node != nullptr && (node->type == ResourceType::Model || node->type == ResourceType::Seed || node->type == ResourceType::Snapshot);
      if (!is_built || ancestors.contains(node->unique_id) || is_log_relation(input, *name)) continue;
      findings.add(at.path, at.sent.text, name->range(), fmt::format("dbt does not know that this hook needs `{}`", node->name),
                   {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("put `-- depends_on: {{{{ ref('{}') }}}}` into the hook, outside of any condition", node->name)});
    }
  });
}

}  // namespace

extern const Rule undeclared_dependency;
const Rule undeclared_dependency{
    .code = "HK304",
    .name = "undeclared-dependency",
    .severity = Severity::Warning,
    .summary = "a hook reads a node that dbt does not know it needs",
    .rationale =
        "dbt builds in the order of the references that it sees while parsing. What a hook names by hand, or refers to only inside of `{% if execute "
        "%}`, may be built after it, or not at all in this run.",
    .example = "post_hook=\"{% if execute %}delete from {{ this }} where id in (select id from {{ ref('deleted_ids') }}){% endif %}\"",
    .better = "post_hook=\"-- depends_on: {{ ref('deleted_ids') }}\\n{% if execute %}delete ...{% endif %}\"",
    .check = check};

}  // namespace hookc
