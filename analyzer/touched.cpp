#include "analyzer/touched.h"

#include <utility>

#include "compiler/base/overloaded.h"

namespace hookc {

namespace {

void add_name(std::set<std::string>& names, const sql::QualifiedName& name) {
  if (name.empty()) return;
  std::string last{name.last()};
  for (char& c : last) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;  // quoted or not, it may be the same object
  names.insert(std::move(last));
}

/// The last parts of all names that a statement makes, changes or removes.
void collect_names(const sql::Statement& statement, std::set<std::string>& names) {
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

std::set<std::string> touched_names(const PathFacts& path) {
  std::set<std::string> names;
  for (const SentSql& sent : path.sent) {
    for (const sql::Statement& statement : sent.script.statements) collect_names(statement, names);
  }
  return names;
}

}  // namespace hookc
