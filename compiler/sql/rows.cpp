// INSERT, UPDATE, DELETE, MERGE.
#include <algorithm>
#include <iterator>

#include "compiler/sql/facts.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

/// Adds what the CTEs before a statement read, and takes their names out of what the statement reads.
void add_ctes(const Scanner& scanner, TokenRange ctes, Scan& scan) {
  if (ctes.empty()) return;
  const std::vector<Identifier> names = scanner.cte_names(ctes);
  std::erase_if(scan.relations, [&](const QualifiedName& relation) {
    return relation.size() == 1 && std::ranges::any_of(names, [&](const Identifier& name) { return same_identifier(name, relation.parts[0]); });
  });
  Scan before = scanner.scan(ctes, Scanner::Start::Expression);
  const auto append = [](auto& to, auto& from) { to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end())); };
  append(scan.relations, before.relations);
  append(scan.columns, before.columns);
  append(scan.calls, before.calls);
  const auto add = [](std::uint16_t& to, std::uint16_t from) { to = static_cast<std::uint16_t>(std::min<std::uint32_t>(0xFFFFU, std::uint32_t{to} + from)); };
  add(scan.joins, before.joins);
  add(scan.group_bys, before.group_bys);
  add(scan.windows, before.windows);
  add(scan.cases, before.cases);
  add(scan.set_operations, before.set_operations);
  add(scan.subqueries, before.subqueries);
  add(scan.ctes, before.ctes);
  add(scan.distincts, before.distincts);
  scan.has_from = scan.has_from || before.has_from;
  scan.writes = scan.writes || before.writes;
}

bool reads(const Scan& scan, const QualifiedName& target) {
  return std::ranges::any_of(scan.relations, [&](const QualifiedName& relation) { return may_be_same(relation, target); });
}

/// Does the query leave out rows that the target has already?
bool excludes_rows_of(const Scanner& scanner, TokenRange query, const Scan& scan, const QualifiedName& target) {
  if (!reads(scan, target)) return false;
  bool outer_join = false;
  for (std::uint32_t at = query.first; at + 1 < query.last; ++at) {
    const Tok next = scanner.type(at + 1);
    switch (scanner.type(at)) {
      case Tok::K_NOT: {
        const bool is_test = (next == Tok::K_EXISTS || next == Tok::K_IN) && scanner.type_in(query, at + 2) == Tok::GROUP;
        if (!is_test) break;
        if (reads(scanner.scan(scanner.inside(at + 2), Scanner::Start::Expression), target)) return true;
        at = scanner.after(at + 2) - 1;  // nothing in there reads the target: so each token is scanned at most once
        break;
      }
      case Tok::K_EXCEPT:
      case Tok::K_MINUS:
        if (next == Tok::K_SELECT || next == Tok::K_ALL || next == Tok::K_DISTINCT || next == Tok::GROUP) return true;
        break;
      case Tok::K_ANTI: return true;
      case Tok::K_LEFT: outer_join = true; break;
      case Tok::K_IS:
        if (outer_join && next == Tok::K_NULL) return true;
        break;
      default: break;
    }
  }
  return false;
}

/// Reads what follows the target of an INSERT.
class InsertReader {
 public:
  InsertReader(const Scanner& scanner, TokenRange rest, TokenRange ctes, Insert& insert) : scanner_(scanner), rest_(rest), ctes_(ctes), insert_(insert) {}

  /// False when there is no source of rows.
  bool read() {
    cut_trailer();
    bool other_words = false;
    for (std::uint32_t at = rest_.first; at < rest_.last; at = scanner_.after(at)) {
      const Tok next = scanner_.type_in(rest_, at + 1);
      switch (scanner_.type(at)) {
        case Tok::K_PARTITION: at += next == Tok::GROUP ? 1U : 0U; break;
        case Tok::K_VALUES: values({at + 1, rest_.last}); return !insert_.rows.empty();
        case Tok::K_DEFAULT:
          if (next != Tok::K_VALUES) break;
          insert_.source = Insert::Source::Default;
          return true;
        case Tok::K_SET: set({at + 1, rest_.last}); return true;
        case Tok::K_SELECT:
        case Tok::K_WITH:
        case Tok::K_FROM:
        case Tok::K_TABLE: query(at); return true;
        case Tok::GROUP:
          if (begins_query(at)) {
            query(at);
            return true;
          }
          if (insert_.columns.empty()) insert_.columns = scanner_.identifiers(scanner_.inside(at));
          break;
        default: other_words = true; break;  // an alias, OVERRIDING, BY NAME, EXEC, a hole
      }
    }
    return other_words;
  }

 private:
  [[nodiscard]] bool begins_query(std::uint32_t group) const {
    std::uint32_t at = group;
    while (scanner_.type(at) == Tok::GROUP) ++at;
    return scanner_.type(at) == Tok::K_SELECT || scanner_.type(at) == Tok::K_WITH || scanner_.type(at) == Tok::K_VALUES;
  }

  /// ON CONFLICT, ON DUPLICATE KEY and RETURNING end the source.
  void cut_trailer() {
    for (std::uint32_t at = rest_.first; at < rest_.last; at = scanner_.after(at)) {
      const Tok next = scanner_.type_in(rest_, at + 1);
      if (scanner_.type(at) == Tok::K_RETURNING) {
        insert_.returning = true;
        rest_.last = at;
      } else if (scanner_.type(at) == Tok::K_ON && (next == Tok::K_CONFLICT || next == Tok::K_DUPLICATE)) {
        conflict({at + 2, rest_.last});
        rest_.last = at;
      }
    }
  }

  void conflict(TokenRange action) {
    insert_.returning = scanner_.contains(action, Tok::K_RETURNING);
    action.last = scanner_.find(action, Tok::K_RETURNING);
    const std::uint32_t update = scanner_.find(action, Tok::K_UPDATE);
    if (update == action.last) {
      insert_.on_conflict = Insert::OnConflict::DoNothing;
      return;
    }
    insert_.on_conflict = Insert::OnConflict::DoUpdate;
    TokenRange sets{update + 1, action.last};
    if (scanner_.type_in(sets, sets.first) == Tok::K_SET) ++sets.first;
    sets.last = scanner_.find(sets, Tok::K_WHERE);
    insert_.updates = scanner_.assignments(sets);
  }

  void values(TokenRange rows) {
    insert_.source = Insert::Source::Values;
    for (const TokenRange row : scanner_.split(rows, Tok::COMMA)) {
      std::vector<Expression> cells;
      const bool is_row = scanner_.type(row.first) == Tok::GROUP && scanner_.after(row.first) == row.last;
      if (is_row) {
        for (const TokenRange cell : scanner_.split(scanner_.inside(row.first), Tok::COMMA)) cells.push_back(scanner_.expression(cell));
      } else if (!row.empty()) {
        cells.push_back(scanner_.expression(row));
      }
      if (!cells.empty() || is_row) insert_.rows.push_back(std::move(cells));
    }
  }

  void set(TokenRange range) {
    insert_.source = Insert::Source::Values;
    std::vector<Expression> row;
    for (Assignment& assignment : scanner_.assignments(range)) {
      if (!assignment.column.empty()) insert_.columns.push_back(std::move(assignment.column.parts.back()));
      row.push_back(std::move(assignment.value));
    }
    insert_.rows.push_back(std::move(row));
  }

  void query(std::uint32_t first) {
    insert_.source = Insert::Source::Query;
    const TokenRange range{first, rest_.last};
    insert_.query = scanner_.query(range);
    add_ctes(scanner_, ctes_, insert_.query->scan);
    insert_.excludes_existing = excludes_rows_of(scanner_, range, insert_.query->scan, insert_.target) ||
                                (!ctes_.empty() && excludes_rows_of(scanner_, ctes_, insert_.query->scan, insert_.target));
  }

  const Scanner& scanner_;
  TokenRange rest_;
  TokenRange ctes_;
  Insert& insert_;
};

/// The alias in what stands between the target and the next clause.
Identifier alias_in(const Scanner& scanner, TokenRange range) {
  if (scanner.type_in(range, range.first) == Tok::K_AS) ++range.first;
  return range.last == range.first + 1 && scanner.is_name(range.first) ? scanner.identifier(range.first) : Identifier{};
}

std::optional<Condition> where_of(const Parsed& parsed, Parsed::Index at) {
  TokenRange where = parsed.child_tokens(at, Rule::WhereClause);
  if (where.empty()) return std::nullopt;
  ++where.first;
  return parsed.scanner().condition(where);
}

MergeClause merge_clause(const Parsed& parsed, Parsed::Index at) {
  const Scanner& scanner = parsed.scanner();
  MergeClause clause;
  clause.range = scanner.bytes(parsed.tokens(at));
  const auto match = parsed.child(at, Rule::MergeMatch);
  if (parsed.has(match, Tok::K_NOT)) clause.when = parsed.has(match, Tok::K_SOURCE) ? MergeClause::When::NotMatchedBySource : MergeClause::When::NotMatched;
  if (const TokenRange condition = parsed.child_tokens(at, Rule::MergeCondition); !condition.empty()) clause.condition = scanner.condition(condition);
  const auto action = parsed.child(at, Rule::MergeAction);
  TokenRange body = parsed.tokens(action);
  const Tok verb = scanner.type(body.first++);
  switch (verb) {
    case Tok::K_UPDATE:
      clause.action = MergeClause::Action::Update;
      if (scanner.type_in(body, body.first) == Tok::K_SET) ++body.first;
      body.last = scanner.find(body, Tok::K_WHERE);
      clause.assignments = scanner.assignments(body);
      break;
    case Tok::K_INSERT: {
      clause.action = MergeClause::Action::Insert;
      if (scanner.type_in(body, body.first) == Tok::GROUP) clause.columns = scanner.identifiers(scanner.inside(body.first));
      const std::uint32_t values = scanner.find(body, Tok::K_VALUES);
      if (scanner.type_in(body, values + 1) == Tok::GROUP) {
        for (const TokenRange cell : scanner.split(scanner.inside(values + 1), Tok::COMMA)) clause.values.push_back(scanner.expression(cell));
      }
      break;
    }
    case Tok::K_DELETE: clause.action = MergeClause::Action::Delete; break;
    default: clause.action = MergeClause::Action::Nothing; break;
  }
  return clause;
}

}  // namespace

StatementNode build_insert(const Parsed& parsed, Parsed::Index at, TokenRange ctes) {
  const Scanner& scanner = parsed.scanner();
  Insert insert;
  insert.target = parsed.name(at);
  insert.or_replace = parsed.head(at) == Tok::K_REPLACE;
  for (const auto flag : parsed.children(at, Rule::InsertFlag)) {
    insert.overwrite = insert.overwrite || parsed.head(flag) == Tok::K_OVERWRITE;
    insert.or_replace = insert.or_replace || parsed.has(flag, Tok::K_REPLACE);
    insert.or_ignore = insert.or_ignore || parsed.has(flag, Tok::K_IGNORE);
  }
  const TokenRange rest = parsed.child_tokens(at, Rule::InsertRest);
  if (insert.target.size() == 1 && insert.target.last() == "directory" && scanner.type(rest.first) == Tok::STRING) {
    Copy unload;  // INSERT OVERWRITE DIRECTORY '..' SELECT
    unload.direction = Copy::Direction::Unload;
    unload.overwrite = insert.overwrite;
    unload.query = scanner.query({scanner.find(rest, Tok::K_SELECT), rest.last});
    return unload;
  }
  if (!InsertReader{scanner, rest, ctes, insert}.read()) {
    return Unparsable{scanner.bytes({parsed.tokens(at).first, rest.last}), "`insert` without `values` or a query"};
  }
  return insert;
}

StatementNode build_update(const Parsed& parsed, Parsed::Index at, TokenRange ctes) {
  const Scanner& scanner = parsed.scanner();
  Update update;
  update.target = parsed.name(at);
  const TokenRange middle = parsed.child_tokens(at, Rule::UpdateMiddle);
  update.alias = alias_in(scanner, middle);
  update.assignments = scanner.assignments(parsed.child_tokens(at, Rule::SetClause));
  const TokenRange from = parsed.child_tokens(at, Rule::FromClause);
  const bool joins_before_set = scanner.contains(middle, Tok::K_JOIN) || scanner.contains(middle, Tok::COMMA);
  update.from = joins_before_set ? scanner.scan(middle, Scanner::Start::Expression) : scanner.scan(from, Scanner::Start::Expression);
  add_ctes(scanner, ctes, update.from);
  update.where = where_of(parsed, at);
  return update;
}

StatementNode build_delete(const Parsed& parsed, Parsed::Index at, TokenRange ctes) {
  const Scanner& scanner = parsed.scanner();
  Delete remove;
  remove.target = parsed.name(at);
  remove.alias = alias_in(scanner, parsed.child_tokens(at, Rule::Alias));
  TokenRange source = parsed.child_tokens(at, Rule::UsingClause);
  if (!source.empty() && scanner.type(source.first) != Tok::K_JOIN) ++source.first;
  remove.from = scanner.scan(source, Scanner::Start::Relations);
  add_ctes(scanner, ctes, remove.from);
  remove.where = where_of(parsed, at);
  return remove;
}

StatementNode build_merge(const Parsed& parsed, Parsed::Index at, TokenRange ctes) {
  const Scanner& scanner = parsed.scanner();
  Merge merge;
  merge.target = parsed.name(at);
  merge.alias = alias_in(scanner, parsed.child_tokens(at, Rule::Alias));
  const TokenRange source = parsed.child_tokens(at, Rule::MergeSource);
  merge.source_range = scanner.bytes(source);
  merge.source = scanner.scan(source, Scanner::Start::Relations);
  add_ctes(scanner, ctes, merge.source);
  merge.on = scanner.condition(parsed.child_tokens(at, Rule::MergeOn));
  for (const auto clause : parsed.children(at, Rule::MergeClause)) merge.clauses.push_back(merge_clause(parsed, clause));
  return merge;
}

}  // namespace hookc::sql
