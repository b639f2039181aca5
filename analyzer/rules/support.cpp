#include "analyzer/rules/support.h"

#include <algorithm>
#include <span>

#include "analyzer/operations.h"
#include "analyzer/reach.h"
#include "compiler/base/ascii.h"
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

void for_each_sent(const RuleInput& input, const std::function<void(const PathFacts&, const SentSql&)>& visit) {
  for (const PathFacts& path : input.hook.executing) {
    for (const SentSql& sent : path.sent) visit(path, sent);
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

std::optional<Fix> replace(const Sources& sources, const Text& text, ByteRange range, std::string words) {
  const auto where = is_verbatim(sources, text, range) ? sources.locate(text, range) : std::nullopt;
  if (!where) return std::nullopt;
  return Fix{true, {Edit{*where, std::move(words)}}};
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
  if (input.hook.node == nullptr || input.hook.this_name.empty()) return false;
  const auto& further = input.hook.further_names;
  return is_name_of(input.project, *input.hook.node, name) || std::any_of(further.begin(), further.end(), [&](const sql::QualifiedName& other) { return sql::may_be_same(other, name); });
}

bool means_own(const RuleInput& input, const StatementView& at, const sql::QualifiedName& name) {
  const sql::StatementNode& node = at.statement.node;
  const bool tends = std::holds_alternative<sql::Maintenance>(node) || std::holds_alternative<sql::Grant>(node) || std::holds_alternative<sql::CommentOn>(node);
  const bool empties = std::holds_alternative<sql::Truncate>(node) || std::holds_alternative<sql::Delete>(node);
  const HookPhase phase = input.hook.hook->phase;
  if (!(tends && phase == HookPhase::PostHook) && !(empties && phase == HookPhase::PreHook)) return false;
  return input.hook.node != nullptr && could_be_name_of(input.project, *input.hook.node, name) && nodes_named(input.project, name).empty();
}

const Node* other_node(const RuleInput& input, const sql::QualifiedName& name) {
  if (is_this(input, name)) return nullptr;
  const auto nodes = nodes_named(input.project, name);
  const auto other = std::find_if(nodes.begin(), nodes.end(), [&](const Node* node) { return node != input.hook.node; });
  return other == nodes.end() ? nullptr : *other;
}

bool is_log_relation(const RuleInput& input, const sql::QualifiedName& name) {
  return std::any_of(name.parts.begin(), name.parts.end(), [&](const sql::Identifier& part) { return is_log_name(*input.project.project, part.value); });
}

bool is_log_source(const RuleInput& input, const sql::QualifiedName& name, const Node& node) {
  if (node.type != ResourceType::Source) return false;
  const Project& project = *input.project.project;
  return is_log_relation(input, name) || is_log_name(project, node.name) || is_log_name(project, node.source_name);
}

bool is_verbatim(const Sources& sources, const Text& text, ByteRange range) {
  if (range.size() == 0) return false;
  const Position first = text.position_at(range.begin);
  if (is_fixed(first) || sources.describe(first).kind != Origin::Kind::File) return false;
  const Position last = text.position_at(range.end - 1);
  return !is_fixed(last) && place_of(last) - place_of(first) == range.size() - 1;
}

bool is_written_out(const RuleInput& input, const Text& text, ByteRange range) {
  if (range.size() == 0) return false;
  const Sources& sources = *input.project.sources;
  const auto hook = sources.locate(whole_hook(input));
  const std::span<const Run> runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
    if (end <= range.begin || runs[i].begin >= range.end) continue;
    const Origin origin = sources.describe(runs[i].position);
    if (origin.kind != Origin::Kind::File || !origin.verbatim) return false;
    const bool in_hook = hook && hook->file == origin.name && origin.offset >= hook->begin && origin.offset < hook->end;
    if (!in_hook && !origin.name.ends_with(".sql")) return false;  // profiles.yml, `vars:`
    if (default_at(input.project, input.hook, origin) != nullptr) return false;  // so it is until somebody says otherwise
  }
  return true;
}

bool is_for_some_targets(const PathFacts& path) {
  return std::any_of(path.answers.begin(), path.answers.end(), [](const Answer& answer) {
    const std::string& name = answer.question.symbol->name;
    return name.starts_with("target.") && !name.starts_with("target.type");
  });
}

bool marks_the_run(const RuleInput& input, const StatementView& at) {
  const auto* update = std::get_if<sql::Update>(&at.statement.node);
  if (update == nullptr || update->assignments.empty()) return false;
  const auto reads_nothing = [](const sql::Assignment& assignment) { return assignment.value.scan.columns.empty() && assignment.value.scan.relations.empty(); };
  const auto is_mark = [&](const sql::Assignment& assignment) {
    const auto& calls = assignment.value.scan.calls;
    return std::any_of(calls.begin(), calls.end(), [](const sql::Call& call) { return call.volatility == sql::Volatility::Clock; }) || carries_run_key(input.project, at.sent.text, assignment.value.range);
  };
  return std::all_of(update->assignments.begin(), update->assignments.end(), reads_nothing) && std::any_of(update->assignments.begin(), update->assignments.end(), is_mark);
}

std::string_view symbol_at(const Sources& sources, const Text& text, std::uint32_t offset) {
  const Origin origin = sources.describe(text.position_at(offset));
  if (origin.kind == Origin::Kind::Input || origin.kind == Origin::Kind::Hole) return origin.name;
  return {};
}

Span whole_hook(const RuleInput& input) { return Span{input.hook.hook->source, 0, input.project.sources->text(input.hook.hook->source).size()}; }

bool is_inline(const StatementView& at) {
  const auto& frames = at.path.rendering.frames;
  for (auto frame = static_cast<std::size_t>(at.sent.text.frame_at(at.statement.head.begin)); frame != 0 && frame < frames.size(); frame = static_cast<std::size_t>(frames[frame].parent)) {
    if (frames[frame].is_call()) return false;
  }
  return !at.sent.via_query;
}

bool was_asked(const PathFacts& path, std::initializer_list<std::string_view> symbols) {
  return std::any_of(path.answers.begin(), path.answers.end(), [&](const Answer& answer) {
    return std::any_of(symbols.begin(), symbols.end(), [&](std::string_view symbol) { return answer.question.symbol->name.starts_with(symbol); });
  });
}

bool has_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  for (auto at = text.begin();; ++at) {
    at = std::search(at, text.end(), word.begin(), word.end(), same);
    if (at == text.end()) return false;
    const auto after = at + static_cast<std::ptrdiff_t>(word.size());
    if ((at == text.begin() || !is_word_character(*(at - 1))) && (after == text.end() || !is_word_character(*after))) return true;
  }
}

bool changes_relations(const Event& event) {
  static constexpr std::string_view kMethods[] = {"create_schema", "drop_schema", "drop_relation", "rename_relation", "truncate_relation", "expand_target_column_types"};
  return event.kind == Event::Kind::Query && event.query_kind == Query::Kind::AdapterMethod && std::find(std::begin(kMethods), std::end(kMethods), event.method) != std::end(kMethods);
}

bool makes_column(const std::string& model_sql, const sql::QualifiedName& column) {
  return column.empty() || has_word(model_sql, column.last()) || model_sql.find('*') != std::string::npos || !has_word(model_sql, "select");
}

bool changes_something(const sql::Statement& statement) {
  return std::visit(overloaded{
                        [](const sql::Create&) { return true; }, [](const sql::Drop&) { return true; }, [](const sql::Alter&) { return true; },
                        [](const sql::Insert&) { return true; }, [](const sql::Update&) { return true; }, [](const sql::Delete&) { return true; },
                        [](const sql::Merge&) { return true; }, [](const sql::Grant&) { return true; }, [](const sql::Revoke&) { return true; },
                        [](const sql::Truncate&) { return true; }, [](const sql::CommentOn&) { return true; }, [](const sql::Copy&) { return true; },
                        [](const sql::Invoke&) { return true; }, [](const sql::SetSession&) { return false; }, [](const sql::Transaction&) { return false; },
                        [](const sql::Maintenance&) { return true; }, [](const sql::Query& node) { return node.into.has_value(); },
                        [](const sql::Other& node) { return node.head == "create" || node.head == "alter" || node.head == "drop"; }, [](const sql::Unparsable&) { return false; },
                    },
                    statement.node);
}

std::vector<const sql::QualifiedName*> read_relations(const sql::Statement& statement) {
  std::vector<const sql::QualifiedName*> names;
  const auto scan = [&](const sql::Scan& all) { for (const sql::QualifiedName& name : all.relations) names.push_back(&name); };
  const auto condition = [&](const std::optional<sql::Condition>& where) { if (where) scan(where->expr.scan); };
  const auto assignments = [&](const std::vector<sql::Assignment>& all) { for (const sql::Assignment& one : all) scan(one.value.scan); };
  std::visit(overloaded{
                 [&](const sql::Create& node) { if (node.query) scan(node.query->scan); if (!node.source.empty()) names.push_back(&node.source); },
                 [](const sql::Drop&) {}, [](const sql::Alter&) {},
                 [&](const sql::Insert& node) {
                   if (node.query) scan(node.query->scan);
                   for (const auto& row : node.rows) { for (const sql::Expression& value : row) scan(value.scan); }
                 },
                 [&](const sql::Update& node) { scan(node.from); assignments(node.assignments); condition(node.where); },
                 [&](const sql::Delete& node) { scan(node.from); condition(node.where); },
                 [&](const sql::Merge& node) { scan(node.source); for (const sql::MergeClause& clause : node.clauses) assignments(clause.assignments); },
                 [](const sql::Grant&) {}, [](const sql::Revoke&) {}, [](const sql::Truncate&) {}, [](const sql::CommentOn&) {},
                 [&](const sql::Copy& node) {
                   if (node.query) scan(node.query->scan);
                   if (node.direction == sql::Copy::Direction::Unload && !node.table.empty()) names.push_back(&node.table);
                 },
                 [](const sql::Invoke&) {}, [](const sql::SetSession&) {}, [](const sql::Transaction&) {}, [](const sql::Maintenance&) {},
                 [&](const sql::Query& node) { scan(node.scan); },
                 [](const sql::Other&) {}, [](const sql::Unparsable&) {},
             },
             statement.node);
  return names;
}

std::vector<const sql::QualifiedName*> named_relations(const sql::Statement& statement) {
  std::vector<const sql::QualifiedName*> names = read_relations(statement);
  const auto add = [&](const sql::QualifiedName& name) { if (!name.empty()) names.push_back(&name); };
  const auto is_relation = [](sql::ObjectKind kind) { return kind == sql::ObjectKind::Table || kind == sql::ObjectKind::View || kind == sql::ObjectKind::MaterializedView; };
  std::visit(overloaded{
                 [&](const sql::Create& node) { if (is_relation(node.kind)) add(node.name); add(node.on); },
                 [&](const sql::Drop& node) { if (is_relation(node.kind)) { for (const sql::QualifiedName& name : node.names) add(name); } add(node.on); },
                 [&](const sql::Alter& node) { if (is_relation(node.kind)) add(node.name); },
                 [&](const sql::Insert& node) { add(node.target); }, [&](const sql::Update& node) { add(node.target); },
                 [&](const sql::Delete& node) { add(node.target); }, [&](const sql::Merge& node) { add(node.target); },
                 [&](const sql::Grant& node) { if (is_relation(node.kind) && !node.is_role_grant && !node.all_objects) { for (const sql::QualifiedName& name : node.objects) add(name); } },
                 [](const sql::Revoke&) {},
                 [&](const sql::Truncate& node) { for (const sql::QualifiedName& name : node.targets) add(name); },
                 [&](const sql::CommentOn& node) { if (is_relation(node.kind)) add(node.name); },
                 [&](const sql::Copy& node) { if (node.direction == sql::Copy::Direction::IntoTable) add(node.table); },
                 [](const sql::Invoke&) {}, [](const sql::SetSession&) {}, [](const sql::Transaction&) {},
                 [&](const sql::Maintenance& node) { add(node.target); },
                 [](const sql::Query&) {}, [&](const sql::Other& node) { for (const sql::QualifiedName& name : node.locked) add(name); }, [](const sql::Unparsable&) {},
             },
             statement.node);
  return names;
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view{"aeiou"}.find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string{noun};
}

}  // namespace hookc
