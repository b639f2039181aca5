#include <fmt/format.h>

#include "analyzer/operations.h"
#include "analyzer/materialization.h"
#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// A job table that happens to be declared as a source: the hook keeps a mark of its own run there.
bool keeps_a_mark(const RuleInput& input, const StatementView& at, const sql::QualifiedName& target, const Node& node) {
  if (node.type != ResourceType::Source) return false;
  if (is_log_source(input, target, node)) return true;
  const auto* update = std::get_if<sql::Update>(&at.statement.node);
  if (update == nullptr) return false;
  if (marks_the_run(input, at)) return true;
  const auto names_this = [&](const sql::Equality& equality) {  // `where table_name = '{{ this }}'`
    for (std::uint32_t byte = equality.literal.begin; byte < equality.literal.end; ++byte) {
      if (symbol_at(*input.project.sources, at.sent.text, byte).starts_with("this")) return true;
    }
    return false;
  };
  if (update->where && std::any_of(update->where->equalities.begin(), update->where->equalities.end(), names_this)) return true;
  return std::any_of(update->assignments.begin(), update->assignments.end(), [&](const sql::Assignment& assignment) {
    const auto& reads = assignment.value.scan.relations;
    return !reads.empty() && std::all_of(reads.begin(), reads.end(), [&](const sql::QualifiedName& read) { return is_this(input, read); });
  });
}

/// A row that says what the run does, put into a model that is named as a log: hooks are what such a model is for. Whether a key tells the run is HK104's business.
bool logs_the_run(const RuleInput& input, const StatementView& at, const sql::QualifiedName& target, const Node& node) {
  if (node.type == ResourceType::Source || !is_log_relation(input, target)) return false;
  const auto* insert = std::get_if<sql::Insert>(&at.statement.node);
  return carries_run_key(input.project, at.sent.text, at.statement.range) || (insert != nullptr && is_operational_row(at.sent, *insert));
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    const sql::QualifiedName* target = written_relation(at.statement);
    if (target == nullptr || target->empty()) return;
    const Node* node = other_node(input, *target);
    if (node == nullptr || keeps_a_mark(input, at, *target, *node)) return;
    if (makes_no_rows(*input.project.sources, *node)) return;  // hooks are what fills it
    if (logs_the_run(input, at, *target, *node)) return;
    findings.add(at.path, at.sent.text, head_to(at.statement, *target), fmt::format("`{}` writes to `{}`, which belongs to another node", sql::kind_name(at.statement), node->unique_id),
                 {.severity = std::nullopt, .fix = std::nullopt, .help = fmt::format("let `{}` produce these rows itself", node->name)});
  });
}

}  // namespace

extern const Rule writes_other_node;
const Rule writes_other_node{
    .code = "HK301",
    .name = "writes-other-node",
    .severity = Severity::Error,
    .summary = "a hook changes rows of a model, seed, snapshot or source that is not its own",
    .rationale = "The lineage graph does not show it: whoever reads the other node sees contents that its own code does not explain, and that depend on the order of the run.",
    .example = "post_hook=\"delete from {{ ref('dim_customers') }} where is_test\"   -- in fct_orders",
    .better = "-- in dim_customers.sql: where not is_test",
    .check = check};

}  // namespace hookc
