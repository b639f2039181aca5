#include "analyzer/touched.h"

#include <algorithm>

#include "compiler/base/overloaded.h"

namespace hookc {

namespace {

void add_name(std::vector<sql::QualifiedName>& names, const sql::QualifiedName& name) {
  if (name.empty() || std::any_of(names.begin(), names.end(), [&](const sql::QualifiedName& known) { return sql::same_name(known, name); })) return;
  names.push_back(name);
}

/// What the object is called is a row of a query or an entry of the graph: nothing says that another hook means the same one.
bool is_named_by_data(const Sources& sources, const Text& text, const sql::QualifiedName& name) {
  static constexpr std::string_view kData[] = {"run_query", "load_result", "graph", "results", "adapter.get_columns"};
  const Origin origin = sources.describe(text.position_at(name.parts.back().range.begin));
  return origin.kind == Origin::Kind::Hole && std::ranges::any_of(kData, [&](std::string_view data) { return origin.name.starts_with(data); });
}

/// All names that a statement makes, changes or removes.
void collect_names(const sql::Statement& statement, std::vector<sql::QualifiedName>& names) {
  std::visit(overloaded{
                 [&](const sql::Create& node) { add_name(names, node.name); add_name(names, node.on); },
                 [&](const sql::Drop& node) { for (const auto& name : node.names) add_name(names, name); },
                 [&](const sql::Alter& node) {
                   add_name(names, node.name);
                   for (const auto& action : node.actions) {
                     if (action.kind == sql::AlterKind::RenameTo || action.kind == sql::AlterKind::SwapWith) add_name(names, action.name);
                   }
                 },
                 [&](const sql::Insert& node) { add_name(names, node.target); },
                 [&](const sql::Update& node) { add_name(names, node.target); },
                 [&](const sql::Delete& node) { add_name(names, node.target); },
                 [&](const sql::Merge& node) { add_name(names, node.target); },
                 [&](const sql::Grant&) {}, [&](const sql::Revoke&) {},
                 [&](const sql::Truncate& node) { for (const auto& name : node.targets) add_name(names, name); },
                 [&](const sql::CommentOn&) {},
                 [&](const sql::Copy& node) { add_name(names, node.table); },
                 [&](const sql::Invoke&) {}, [&](const sql::SetSession&) {}, [&](const sql::Transaction&) {}, [&](const sql::Maintenance&) {},
                 [&](const sql::Query& node) { if (node.into) add_name(names, *node.into); },
                 [&](const sql::Other&) {}, [&](const sql::Unparsable&) {},
             },
             statement.node);
}

}  // namespace

void add_touched_names(const Sources& sources, const PathFacts& path, std::vector<sql::QualifiedName>& names) {
  for (const SentSql& sent : path.sent) {
    std::vector<sql::QualifiedName> touched;
    for (const sql::Statement& statement : sent.script.statements) collect_names(statement, touched);
    for (const sql::QualifiedName& name : touched) {
      if (!is_named_by_data(sources, sent.text, name)) add_name(names, name);
    }
  }
}

}  // namespace hookc
