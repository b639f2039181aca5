#include "analyzer/rules/support.h"

#include <algorithm>

#include "analyzer/effects.h"
#include "compiler/base/overloaded.h"

namespace hookc {

namespace {

std::optional<Fix> insert_at(std::optional<Location> where, bool at_end, std::string words) {
  if (!where) return std::nullopt;
  if (at_end) {
    where->begin = where->end;
    where->line = where->end_line;
    where->column = where->end_column;
  } else {
    where->end = where->begin;
    where->end_line = where->line;
    where->end_column = where->column;
  }
  return Fix{true, {Edit{*where, std::move(words)}}};
}

/// All bytes of the range stand side by side in one file.
bool is_verbatim(const Sources& sources, const Text& text, ByteRange range) {
  if (range.size() == 0) return false;
  const Position first = text.position_at(range.begin);
  if (is_fixed(first) || sources.describe(first).kind != Origin::Kind::File) return false;
  const Position last = text.position_at(range.end - 1);
  return !is_fixed(last) && place_of(last) - place_of(first) == range.size() - 1;
}

}  // namespace

void for_each_statement(const RuleInput& input, const std::function<void(const StatementView&)>& visit) {
  for (std::size_t p = 0; p < input.hook.executing.size(); ++p) {
    const PathFacts& path = input.hook.executing[p];
    for (std::size_t s = 0; s < path.sent.size(); ++s) {
      const SentSql& sent = path.sent[s];
      for (std::size_t i = 0; i < sent.script.statements.size(); ++i) {
        visit(StatementView{path, sent, sent.script.statements[i], input.verdicts.of(p, s, i)});
      }
    }
  }
}

ByteRange head_to(const sql::Statement& statement, const sql::QualifiedName& name) {
  const ByteRange last = name.empty() ? statement.head : name.range();
  return ByteRange{statement.head.begin, std::max(statement.head.end, last.end)};
}

std::optional<Fix> insert_after(const Sources& sources, const Text& text, ByteRange range, std::string words) {
  if (!is_verbatim(sources, text, range)) return std::nullopt;
  return insert_at(sources.locate(text, range), true, std::move(words));
}

std::optional<Fix> insert_before(const Sources& sources, const Text& text, ByteRange range, std::string words) {
  if (!is_verbatim(sources, text, range)) return std::nullopt;
  return insert_at(sources.locate(text, range), false, std::move(words));
}

const sql::QualifiedName* written_relation(const sql::Statement& statement) {
  using Name = const sql::QualifiedName*;
  return std::visit(overloaded{
                        [](const sql::Create& node) -> Name { return node.query ? &node.name : nullptr; },
                        [](const sql::Drop& node) -> Name {
                          const bool relation = node.kind == sql::ObjectKind::Table || node.kind == sql::ObjectKind::View || node.kind == sql::ObjectKind::MaterializedView;
                          return relation && !node.names.empty() ? &node.names.front() : nullptr;
                        },
                        [](const sql::Alter&) -> Name { return nullptr; },
                        [](const sql::Insert& node) -> Name { return &node.target; },
                        [](const sql::Update& node) -> Name { return &node.target; },
                        [](const sql::Delete& node) -> Name { return &node.target; },
                        [](const sql::Merge& node) -> Name { return &node.target; },
                        [](const sql::Grant&) -> Name { return nullptr; },
                        [](const sql::Revoke&) -> Name { return nullptr; },
                        [](const sql::Truncate& node) -> Name { return node.targets.empty() ? nullptr : &node.targets.front(); },
                        [](const sql::CommentOn&) -> Name { return nullptr; },
                        [](const sql::Copy& node) -> Name { return node.direction == sql::Copy::Direction::IntoTable ? &node.table : nullptr; },
                        [](const sql::Invoke&) -> Name { return nullptr; },
                        [](const sql::SetSession&) -> Name { return nullptr; },
                        [](const sql::Transaction&) -> Name { return nullptr; },
                        [](const sql::Maintenance&) -> Name { return nullptr; },
                        [](const sql::Query& node) -> Name { return node.into ? &*node.into : nullptr; },
                        [](const sql::Other&) -> Name { return nullptr; },
                        [](const sql::Unparsable&) -> Name { return nullptr; },
                    },
                    statement.node);
}

bool is_this(const RuleInput& input, const sql::QualifiedName& name) {
  return !input.hook.this_name.empty() && sql::may_be_same(input.hook.this_name, name);
}

const Node* other_node(const RuleInput& input, const sql::QualifiedName& name) {
  if (is_this(input, name)) return nullptr;
  const auto nodes = nodes_named(input.project, name);
  const auto other = std::find_if(nodes.begin(), nodes.end(), [&](const Node* node) { return node != input.hook.node; });
  return other == nodes.end() ? nullptr : *other;
}

bool is_log_relation(const sql::QualifiedName& name) {
  return std::any_of(name.parts.begin(), name.parts.end(), [](const sql::Identifier& part) { return is_log_name(part.value); });
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view{"aeiou"}.find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string{noun};
}

}  // namespace hookc
