// What rules share: walking over statements, places for fixes, who a relation belongs to.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "analyzer/rule.h"

namespace hookc {

/// One statement on one path, with what the double run says of it.
struct StatementView {
  const PathFacts& path;
  const SentSql& sent;
  const sql::Statement& statement;
  const Verdict& verdict;
  [[nodiscard]] std::string_view view(ByteRange range) const { return sent.text.view().substr(range.begin, range.size()); }
};

void for_each_statement(const RuleInput& input, const std::function<void(const StatementView&)>& visit);

/// From the statement's first word to the end of `name`: what a finding about a target underlines.
ByteRange head_to(const sql::Statement& statement, const sql::QualifiedName& name);

/// `words` put after or before bytes of a text; nothing when these bytes are not a file's own.
std::optional<Fix> insert_after(const Sources& sources, const Text& text, ByteRange range, std::string words);
std::optional<Fix> insert_before(const Sources& sources, const Text& text, ByteRange range, std::string words);

/// The relation that a statement writes rows to, and the word for it; null for statements that write none.
const sql::QualifiedName* written_relation(const sql::Statement& statement);

/// The node that `name` means, when it is one other than the hook's own.
const Node* other_node(const RuleInput& input, const sql::QualifiedName& name);

/// `name` is the relation of the node whose hook this is.
bool is_this(const RuleInput& input, const sql::QualifiedName& name);

/// Kept for what runs did, not for what the business knows.
bool is_log_relation(const sql::QualifiedName& name);

/// "a table", "an index".
std::string with_article(std::string_view noun);

}  // namespace hookc
