#include <fmt/format.h>

#include "analyzer/rules/support.h"

namespace hookc {

namespace {

/// Nobody but the one who wrote the hook says what the name is. Where it is put together for some targets only, it is meant to be another one elsewhere.
bool is_hard_coded(const RuleInput& input, const StatementView& at, ByteRange name) {
  return is_written_out(input, at.sent.text, name) && (is_verbatim(*input.project.sources, at.sent.text, name) || !is_for_some_targets(at.path));
}

void check(const RuleInput& input, Findings& findings) {
  for_each_statement(input, [&](const StatementView& at) {
    for (const sql::QualifiedName* name : named_relations(at.statement)) {
      if (name->size() < 2 || !is_hard_coded(input, at, name->range())) continue;
      const bool own = is_this(input, *name) || means_own(input, at, *name);
      const auto nodes = nodes_named(input.project, *name);
      if (own || !nodes.empty()) {
        const Node& node = own ? *input.hook.node : *nodes.front();
        const std::string better = own ? "{{ this }}" : node.type == ResourceType::Source ? fmt::format("{{{{ source('{}', '{}') }}}}", node.source_name, node.name) : fmt::format("{{{{ ref('{}') }}}}", node.name);
        Findings::Extra extra;
        extra.help = fmt::format("write `{}`", better);
        if (nodes.size() <= 1) extra.fix = replace(*input.project.sources, at.sent.text, name->range(), better);
        if (extra.fix) extra.fix->safe = own;  // a reference changes the order in which dbt builds
        findings.add(at.path, at.sent.text, name->range(), fmt::format("`{}` is `{}`, whatever the target", at.view(name->range()), node.unique_id), std::move(extra));
        continue;
      }
      const bool is_catalog = std::any_of(name->parts.begin(), name->parts.end(), [](const sql::Identifier& part) { return part.value == "information_schema" || part.value == "account_usage" || part.value == "snowflake"; });
      if (name->size() < 3 || is_catalog) continue;
      findings.add(at.path, at.sent.text, name->range(), fmt::format("the database `{}` is the same for every target", name->parts.front().value),
                   {.severity = Severity::Info, .fix = std::nullopt, .help = "write `{{ target.database }}`, or make it a source"});
    }
  });
}

}  // namespace

extern const Rule hard_coded_relation;
const Rule hard_coded_relation{
    .code = "HK305",
    .name = "hard-coded-relation",
    .severity = Severity::Warning,
    .summary = "a relation is written out where dbt knows it by a name, or with a database of its own",
    .rationale =
        "A name that is written out is the same for every target: a run in development reads or changes production, and lineage does not show it.",
    .example = "post_hook=\"insert into analytics.orders_log select count(*) from analytics.orders\"",
    .better = "post_hook=\"insert into {{ target.schema }}.orders_log select count(*) from {{ this }}\"",
    .check = check};

}  // namespace hookc
