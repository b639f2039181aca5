// What rules share: walking over statements, places for fixes, who a relation belongs to.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// `words` in place of bytes of a text; nothing when these bytes are not a file's own.
std::optional<Fix> replace(const Sources& sources, const Text& text, ByteRange range, std::string words);

/// The relation that a statement writes rows to, and the word for it; null for statements that write none.
const sql::QualifiedName* written_relation(const sql::Statement& statement);

/// The node that `name` means, when it is one other than the hook's own.
const Node* other_node(const RuleInput& input, const sql::QualifiedName& name);

/// `name` is the relation of the node whose hook this is.
bool is_this(const RuleInput& input, const sql::QualifiedName& name);

/// `analyze shop.orders` behind the build of `orders`, `truncate shop.orders` before it: whatever the target's schema is called, no other relation of this name is meant.
bool means_own(const RuleInput& input, const StatementView& at, const sql::QualifiedName& name);

/// Every text that a hook sends or prints on a path with `execute` true.
void for_each_sent(const RuleInput& input, const std::function<void(const PathFacts&, const SentSql&)>& visit);

/// Kept for what runs did, not for what the business knows.
bool is_log_relation(const RuleInput& input, const sql::QualifiedName& name);

/// A log that somebody has declared as a source, under the name that it has in the database or another.
bool is_log_source(const RuleInput& input, const sql::QualifiedName& name, const Node& node);

/// The bytes stand side by side in one file, as they are: nobody computed them.
bool is_verbatim(const Sources& sources, const Text& text, ByteRange range);

/// Somebody has written these bytes in the hook or in a macro, in one place or in several (arguments): no target, variable or relation gives them.
bool is_written_out(const RuleInput& input, const Text& text, ByteRange range);

/// The path is one of some targets only: `{% if target.name == 'prod' %}`.
bool is_for_some_targets(const PathFacts& path);

/// An UPDATE that keeps a mark of this run in a job's row, `set last_run_at = now() where job = 'orders'`: what it writes is a clock, the run, or literals.
bool marks_the_run(const RuleInput& input, const StatementView& at);

/// The name of the symbol that the byte stands for or came from; empty for a byte that a file or a template made.
std::string_view symbol_at(const Sources& sources, const Text& text, std::uint32_t offset);

/// The whole text of the hook.
Span whole_hook(const RuleInput& input);

/// The statement was written in the hook's own text, and not by a macro.
bool is_inline(const StatementView& at);

/// Some answer of the path is about a symbol whose name begins with one of these.
bool was_asked(const PathFacts& path, std::initializer_list<std::string_view> symbols);

/// The word stands in the text as a word, whatever its case.
bool has_word(std::string_view text, std::string_view word);

/// A call of a method of `adapter` that makes, drops, empties or renames something.
bool changes_relations(const Event& event);

/// The model's text (`sql_of`) makes the column, or takes all that its source has, or leaves its SELECT to a macro.
bool makes_column(const std::string& model_sql, const sql::QualifiedName& column);

/// Rows or objects change: not a query, not a session setting, not the end of a transaction.
bool changes_something(const sql::Statement& statement);

/// Relations that the statement reads: FROM, JOIN, USING, sub-queries.
std::vector<const sql::QualifiedName*> read_relations(const sql::Statement& statement);

/// Every relation that the statement names: written, read, altered, granted on, commented.
std::vector<const sql::QualifiedName*> named_relations(const sql::Statement& statement);

/// "a table", "an index".
std::string with_article(std::string_view noun);

}  // namespace hookc
