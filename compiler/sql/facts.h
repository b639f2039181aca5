// facts: from the records of the grammar to a Statement's node.
//
// The grammar says which statement it is and where its clauses are; the functions here read the clauses with the Scanner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/sql/records.h"
#include "compiler/sql/scan.h"
#include "compiler/sql/statement.h"

namespace hookc::sql {

/// One parsed statement: its tokens, and the records of the rules that the grammar went through.
class Parsed {
 public:
  /// `stream[i]` is the token that the parser saw as its i-th. All outlive this object.
  Parsed(const Scanner& scanner, const std::vector<Record>& records, const std::vector<std::uint32_t>& stream, TokenRange range)
      : scanner_(scanner), records_(records), stream_(stream), range_(range) {}

  using Index = std::uint32_t;
  static constexpr Index kNone = 0xFFFF'FFFFU;

  [[nodiscard]] const Scanner& scanner() const { return scanner_; }
  [[nodiscard]] TokenRange range() const { return range_; }
  [[nodiscard]] Rule rule(Index record) const { return records_[record].rule; }
  [[nodiscard]] TokenRange tokens(Index record) const { return {token(records_[record].first), token(records_[record].last)}; }
  [[nodiscard]] Tok head(Index record) const { return scanner_.type_in(tokens(record), tokens(record).first); }
  /// The first child of the rule; kNone when there is none.
  [[nodiscard]] Index child(Index parent, Rule wanted) const;
  [[nodiscard]] std::vector<Index> children(Index parent, Rule wanted) const;
  [[nodiscard]] bool has_child(Index parent, Rule wanted) const { return child(parent, wanted) != kNone; }
  /// The tokens of a child; an empty range at the end of the statement when there is none.
  [[nodiscard]] TokenRange child_tokens(Index parent, Rule wanted) const;
  [[nodiscard]] QualifiedName name(Index parent, Rule wanted = Rule::Name) const;
  /// Does the keyword stand in the rule, outside of brackets?
  [[nodiscard]] bool has(Index record, Tok keyword) const { return scanner_.contains(tokens(record), keyword); }

 private:
  [[nodiscard]] std::uint32_t token(std::uint32_t at) const { return at < stream_.size() ? stream_[at] : range_.last; }

  const Scanner& scanner_;
  const std::vector<Record>& records_;
  const std::vector<std::uint32_t>& stream_;
  TokenRange range_;
};

/// The node of the statement whose rule is record `at`; an Unparsable when a clause lacks what it needs.
StatementNode build_statement(const Parsed& parsed, Parsed::Index at);

// ---- one function for each rule of the grammar, in the file of its kind ----

StatementNode build_create(const Parsed& parsed, Parsed::Index at);
StatementNode build_drop(const Parsed& parsed, Parsed::Index at);
StatementNode build_alter(const Parsed& parsed, Parsed::Index at);
StatementNode build_comment(const Parsed& parsed, Parsed::Index at);
StatementNode build_truncate(const Parsed& parsed, Parsed::Index at);
/// `ctes` is what stands before the statement: WITH and its list, or nothing.
StatementNode build_insert(const Parsed& parsed, Parsed::Index at, TokenRange ctes);
StatementNode build_update(const Parsed& parsed, Parsed::Index at, TokenRange ctes);
StatementNode build_delete(const Parsed& parsed, Parsed::Index at, TokenRange ctes);
StatementNode build_merge(const Parsed& parsed, Parsed::Index at, TokenRange ctes);
StatementNode build_copy(const Parsed& parsed, Parsed::Index at);
StatementNode build_grant(const Parsed& parsed, Parsed::Index at);
StatementNode build_revoke(const Parsed& parsed, Parsed::Index at);
/// ALTER DEFAULT PRIVILEGES .. GRANT or REVOKE, from the token behind PRIVILEGES on.
StatementNode build_default_privileges(const Scanner& scanner, TokenRange range);
StatementNode build_session(const Scanner& scanner, TokenRange range);
StatementNode build_invoke(const Parsed& parsed, Parsed::Index at);
StatementNode build_transaction(const Parsed& parsed, Parsed::Index at);
StatementNode build_maintenance(const Parsed& parsed, Parsed::Index at);
StatementNode build_other(const Scanner& scanner, TokenRange range);

/// The kind of object that the record of rule `kind` names.
ObjectKind kind_of_rule(const Parsed& parsed, Parsed::Index kind);

/// The kind of object that the word at `at` names, in the singular or the plural, and how many tokens name it; 0 when it is no kind.
struct KindWords {
  ObjectKind kind = ObjectKind::Other;
  std::uint32_t count = 0;
};
KindWords kind_at(const Scanner& scanner, std::uint32_t at);

}  // namespace hookc::sql
