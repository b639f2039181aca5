#include "compiler/sql/scan.h"

#include <algorithm>
#include <limits>

#include "compiler/base/ascii.h"
#include "compiler/sql/lexer.h"

namespace hookc::sql {
namespace {

/// Keywords that are never names of columns, functions or aliases in an expression.
bool is_reserved(Tok type) {
  switch (type) {
    case Tok::K_SELECT: case Tok::K_WITH: case Tok::K_VALUES: case Tok::K_SET: case Tok::K_INTO: case Tok::K_FROM: case Tok::K_USING: case Tok::K_WHERE:
    case Tok::K_GROUP: case Tok::K_ORDER: case Tok::K_BY: case Tok::K_HAVING: case Tok::K_QUALIFY: case Tok::K_LIMIT: case Tok::K_OFFSET:
    case Tok::K_FETCH: case Tok::K_WINDOW: case Tok::K_RETURNING: case Tok::K_UNION: case Tok::K_EXCEPT: case Tok::K_INTERSECT: case Tok::K_MINUS:
    case Tok::K_DISTINCT: case Tok::K_ALL: case Tok::K_JOIN: case Tok::K_INNER: case Tok::K_LEFT: case Tok::K_RIGHT: case Tok::K_FULL:
    case Tok::K_OUTER: case Tok::K_CROSS: case Tok::K_NATURAL: case Tok::K_ANTI: case Tok::K_LATERAL: case Tok::K_ON: case Tok::K_ONLY:
    case Tok::K_AND: case Tok::K_OR: case Tok::K_NOT: case Tok::K_XOR: case Tok::K_DIV: case Tok::K_IN: case Tok::K_IS: case Tok::K_ISNULL:
    case Tok::K_NOTNULL: case Tok::K_LIKE: case Tok::K_ILIKE: case Tok::K_RLIKE: case Tok::K_REGEXP: case Tok::K_SIMILAR: case Tok::K_BETWEEN:
    case Tok::K_ESCAPE: case Tok::K_COLLATE: case Tok::K_EXISTS: case Tok::K_ANY: case Tok::K_SOME: case Tok::K_CASE:
    case Tok::K_WHEN: case Tok::K_THEN: case Tok::K_ELSE: case Tok::K_END: case Tok::K_AS: case Tok::K_NULL: case Tok::K_TRUE: case Tok::K_FALSE:
    case Tok::K_DEFAULT: case Tok::K_INTERVAL: case Tok::K_ASC: case Tok::K_DESC: case Tok::K_NULLS: case Tok::K_OVER: case Tok::K_WITHIN:
    case Tok::K_FILTER: case Tok::K_PARTITION: case Tok::K_CAST: case Tok::K_TRY_CAST: case Tok::K_SAFE_CAST: case Tok::K_TABLE: case Tok::K_IF:
    case Tok::K_CREATE: return true;
    default: return false;
  }
}

bool is_cast(Tok type) { return type == Tok::K_CAST || type == Tok::K_TRY_CAST || type == Tok::K_SAFE_CAST; }

/// Reserved words that are functions when a parenthesis follows.
bool may_be_called(Tok type) { return type == Tok::K_LEFT || type == Tok::K_RIGHT || type == Tok::K_IF || type == Tok::K_VALUES || is_cast(type); }

bool begins_query(Tok type) { return type == Tok::K_SELECT || type == Tok::K_WITH || type == Tok::K_VALUES || type == Tok::K_FROM; }

void bump(std::uint16_t& count) {
  if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
}

/// One pass over the tokens of a piece of SQL.
class Pass {
 public:
  Pass(const Scanner& scanner, const Tokens& tokens, TokenRange range, Scanner::Start start) : scanner_(scanner), tokens_(tokens), range_(range) {
    collect_ctes();
    levels_.push_back({.end = range.last});
    if (start == Scanner::Start::Relations) {
      levels_.back().relations = true;
      levels_.back().expecting = true;
    }
  }

  Scan run() {
    for (std::uint32_t at = range_.first; at < range_.last;) {
      while (levels_.size() > 1 && at >= levels_.back().end) close_level();
      at = step(at);
    }
    return std::move(scan_);
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  struct Level {
    std::uint32_t end = 0;            // the closing parenthesis
    bool relations = false;           // a comma is followed by a relation
    bool expecting = false;           // the next name is a relation
    bool after_comma = false;
    bool arguments = false;           // of a call: FROM is not a clause (`extract(year from x)`)
    std::size_t opened_by = kNone;    // the call
    std::size_t last_call = kNone;    // that ended last on this level
  };

  [[nodiscard]] Tok type(std::uint32_t at) const { return at < range_.last ? tokens_[at].type : Tok::End; }
  [[nodiscard]] Tok before(std::uint32_t at) const { return at > range_.first ? tokens_[at - 1].type : Tok::End; }

  void collect_ctes() {
    for (std::uint32_t at = range_.first; at < range_.last; ++at) {
      if (type(at) != Tok::K_WITH) continue;
      std::uint32_t name = at + 1 + (type(at + 1) == Tok::K_RECURSIVE ? 1U : 0U);
      while (name < range_.last && scanner_.is_name(name)) {
        std::uint32_t body = name + 1;
        if (type(body) == Tok::GROUP) body = tokens_[body].match + 1;
        if (type(body) != Tok::K_AS) break;
        ++body;
        if (type(body) == Tok::K_NOT) ++body;
        if (type(body) == Tok::K_MATERIALIZED) ++body;
        if (type(body) != Tok::GROUP) break;
        bump(scan_.ctes);
        cte_names_.push_back(scanner_.identifier(name));
        cte_tokens_.push_back(name);
        cte_tokens_.push_back(body);
        name = tokens_[body].match + 1;
        if (type(name) != Tok::COMMA) break;
        ++name;
      }
    }
    std::ranges::sort(cte_tokens_);
  }
  [[nodiscard]] bool belongs_to_cte(std::uint32_t at) const { return std::ranges::binary_search(cte_tokens_, at); }

  void close_level() {
    const std::size_t call = levels_.back().opened_by;
    levels_.pop_back();
    if (call != kNone) levels_.back().last_call = call;
  }

  void clause(bool relations) {
    levels_.back().relations = relations;
    levels_.back().expecting = relations;
    levels_.back().after_comma = false;
  }

  std::uint32_t step(std::uint32_t at) {
    switch (type(at)) {
      case Tok::GROUP: return open_group(at, kNone);
      case Tok::COMMA:
        levels_.back().expecting = levels_.back().after_comma = levels_.back().relations;
        return at + 1;
      case Tok::K_FROM: return from(at);
      case Tok::K_JOIN:
        bump(scan_.joins);
        clause(true);
        return at + 1;
      case Tok::K_INTO: return into(at);
      case Tok::K_GROUP:
        if (type(at + 1) == Tok::K_BY && before(at) != Tok::K_WITHIN) bump(scan_.group_bys);
        clause(false);
        return at + 1;
      case Tok::K_OVER: return over(at);
      case Tok::K_QUALIFY:
        bump(scan_.windows);
        clause(false);
        return at + 1;
      case Tok::K_DISTINCT:
        if (before(at) == Tok::K_SELECT) bump(scan_.distincts);
        return at + 1;
      case Tok::K_CASE: bump(scan_.cases); return at + 1;
      case Tok::K_UNION:
      case Tok::K_INTERSECT:
      case Tok::K_EXCEPT:
      case Tok::K_MINUS: return set_operation(at);
      case Tok::K_WHERE:
      case Tok::K_HAVING:
      case Tok::K_ORDER:
      case Tok::K_LIMIT:
      case Tok::K_OFFSET:
      case Tok::K_FETCH:
      case Tok::K_WINDOW:
      case Tok::K_SELECT:
      case Tok::K_RETURNING: clause(false); return at + 1;
      case Tok::K_AT: return scanner_.is_word(at + 1, "time") ? at + 3 : word(at);
      case Tok::K_AS: return skip_alias(at + 1);
      case Tok::DCOLON: return skip_type(at + 1);
      case Tok::STRING:
      case Tok::PARAM: levels_.back().expecting = false; return at + 1;
      default: return word(at);
    }
  }

  std::uint32_t from(std::uint32_t at) {
    if (levels_.back().arguments) return at + 1;
    scan_.has_from = true;
    clause(true);
    return at + 1;
  }

  std::uint32_t into(std::uint32_t at) {
    ++at;
    while (type(at) == Tok::K_TEMP || type(at) == Tok::K_TEMPORARY || type(at) == Tok::K_UNLOGGED || type(at) == Tok::K_TABLE) ++at;
    static_cast<void>(scanner_.name(at, range_.last));
    return at;
  }

  std::uint32_t over(std::uint32_t at) {
    bump(scan_.windows);
    if (levels_.back().last_call != kNone) {
      scan_.calls[levels_.back().last_call].window = true;
      scan_.calls[levels_.back().last_call].aggregate = false;
    }
    return type(at + 1) == Tok::GROUP ? at + 1 : at + 2;  // `over w`
  }

  std::uint32_t set_operation(std::uint32_t at) {
    if (before(at) == Tok::STAR || (type(at) == Tok::K_MINUS && !begins_query(type(at + 1)) && type(at + 1) != Tok::GROUP)) return at + 1;  // `* except (a)`
    bump(scan_.set_operations);
    clause(false);
    return at + 1;
  }

  std::uint32_t skip_alias(std::uint32_t at) {
    if (type(at) == Tok::GROUP || at >= range_.last || !(scanner_.is_name(at) || type(at) == Tok::STRING)) return at;
    ++at;
    return levels_.back().relations && type(at) == Tok::GROUP ? tokens_[at].match + 1 : at;  // names of columns
  }

  std::uint32_t skip_type(std::uint32_t at) {
    static_cast<void>(scanner_.name(at, range_.last));
    return at < range_.last && type(at) == Tok::GROUP ? tokens_[at].match + 1 : at;
  }

  /// Goes into a parenthesis; `call` is the one whose arguments it holds.
  std::uint32_t open_group(std::uint32_t at, std::size_t call) {
    const bool is_query = begins_query(type(at + 1));
    Level inner{.end = tokens_[at].match, .arguments = call != kNone && !is_query, .opened_by = call};
    Level& outer = levels_.back();
    if (is_query && !belongs_to_cte(at)) bump(scan_.subqueries);
    if (outer.expecting && !is_query && call == kNone) inner.relations = inner.expecting = true;  // `from (a join b)`
    if (outer.expecting && is_query && outer.after_comma) bump(scan_.joins);
    outer.expecting = false;
    switch (type(at + 1)) {
      case Tok::K_INSERT:
      case Tok::K_UPDATE:
      case Tok::K_DELETE:
      case Tok::K_MERGE: scan_.writes = scan_.writes || type(at + 2) != Tok::COMMA; break;
      default: break;
    }
    levels_.push_back(inner);
    return at + 1;
  }

  /// Does the token before `at` end an operand, so that a name here is an alias or the second word of a type?
  [[nodiscard]] bool follows_operand(std::uint32_t at) const {
    if (at <= range_.first) return false;
    switch (before(at)) {
      case Tok::RP:
      case Tok::RBRACKET:
      case Tok::STRING:
      case Tok::NUMBER:
      case Tok::PARAM:
      case Tok::K_END:
      case Tok::K_NULL:
      case Tok::K_TRUE:
      case Tok::K_FALSE: return true;
      default: return scanner_.is_name(at - 1);
    }
  }

  [[nodiscard]] bool is_label(std::uint32_t at) const {  // `name => value`, `:name`, `a:path`
    return (type(at + 1) == Tok::OP && scanner_.spelled(at + 1) == "=>") || (before(at) == Tok::OP && scanner_.spelled(at - 1) == ":");
  }

  std::uint32_t word(std::uint32_t at) {
    const bool is_called = type(at + 1) == Tok::GROUP;
    if (!scanner_.is_name(at) && !(is_called && may_be_called(type(at)))) return at + 1;
    if (belongs_to_cte(at)) return is_called ? tokens_[at + 1].match + 1 : at + 1;
    if (!levels_.back().expecting && type(at + 1) == Tok::K_JOIN) return at + 1;  // `left semi join`
    if (!levels_.back().expecting && (follows_operand(at) || is_label(at))) {
      return is_called && levels_.back().relations ? tokens_[at + 1].match + 1 : at + 1;
    }
    const std::uint32_t begin = at;
    QualifiedName name;
    if (scanner_.is_name(at)) {
      name = scanner_.name(at, range_.last);
    } else {
      name.parts.push_back(scanner_.identifier(at++));
    }
    if (type(at) == Tok::GROUP) return call(begin, at, std::move(name));
    if (type(at) == Tok::STRING && name.size() == 1 && !levels_.back().expecting) return at + 1;  // `date '2024-01-01'`
    plain_name(at, std::move(name));
    return at;
  }

  std::uint32_t call(std::uint32_t begin, std::uint32_t group, QualifiedName name) {
    Call found{.name = std::move(name), .range = {tokens_[begin].range.begin, tokens_[tokens_[group].match].range.end}};
    classify(found);
    if (reads_clock(found.name.last(), inside_of(group))) found.volatility = Volatility::Clock;
    levels_.back().expecting = false;
    scan_.calls.push_back(std::move(found));
    return open_group(group, scan_.calls.size() - 1);
  }

  [[nodiscard]] std::string_view inside_of(std::uint32_t group) const {
    const std::uint32_t begin = tokens_[group].range.end;
    return scanner_.text().substr(begin, tokens_[tokens_[group].match].range.begin - begin);
  }

  /// SQLite's date functions read the clock when they are given `'now'`.
  static bool reads_clock(std::string_view name, std::string_view arguments) {
    static constexpr std::string_view kDateFunctions[] = {"date", "datetime", "julianday", "strftime", "time", "unixepoch"};
    return arguments.find("'now'") != std::string_view::npos && std::ranges::find(kDateFunctions, name) != std::end(kDateFunctions);
  }

  void plain_name(std::uint32_t next, QualifiedName name) {
    Level& level = levels_.back();
    if (level.expecting) {
      level.expecting = false;
      if (level.after_comma) bump(scan_.joins);
      const bool is_cte = name.size() == 1 && std::ranges::any_of(cte_names_, [&](const Identifier& cte) { return same_identifier(cte, name.parts[0]); });
      if (!is_cte) scan_.relations.push_back(std::move(name));
      return;
    }
    if (type(next) == Tok::DOT && type(next + 1) == Tok::STAR) return;  // `t.*`
    Call word{.name = name, .range = name.range()};
    if (!name.parts.back().quoted) classify(word);
    const bool is_clock = word.volatility == Volatility::Clock && name.size() == 1 && word.name.last() != "now" && word.name.last() != "today";
    const bool is_sequence = word.volatility == Volatility::Sequence && name.size() > 1;
    if (is_clock || is_sequence) {
      word.aggregate = false;
      scan_.calls.push_back(std::move(word));
    } else {
      scan_.columns.push_back(std::move(name));
    }
  }

  const Scanner& scanner_;
  const Tokens& tokens_;
  TokenRange range_;
  Scan scan_;
  std::vector<Level> levels_;
  std::vector<Identifier> cte_names_;
  std::vector<std::uint32_t> cte_tokens_;  // the names and the bodies
};

}  // namespace

Scan Scanner::scan(TokenRange range, Start start) const { return Pass{*this, tokens_, range, start}.run(); }

bool Scanner::is_word(std::uint32_t at, std::string_view lower_case) const {
  return at < tokens_.size() && type(at) != Tok::QNAME && equal_ignoring_case(spelled(at), lower_case);
}

ByteRange Scanner::bytes(TokenRange range) const {
  if (range.empty()) {
    const std::uint32_t at = range.first < tokens_.size() ? tokens_[range.first].range.begin : static_cast<std::uint32_t>(text_.size());
    return {at, at};
  }
  return {tokens_[range.first].range.begin, tokens_[range.last - 1].range.end};
}

std::uint32_t Scanner::find(TokenRange range, Tok wanted) const {
  for (std::uint32_t at = range.first; at < range.last; at = after(at)) {
    if (type(at) == wanted) return at;
  }
  return range.last;
}

std::vector<TokenRange> Scanner::split(TokenRange range, Tok separator) const {
  std::vector<TokenRange> parts;
  std::uint32_t begin = range.first;
  for (std::uint32_t at = range.first; at < range.last; at = after(at)) {
    if (type(at) != separator) continue;
    parts.push_back({begin, at});
    begin = at + 1;
  }
  if (begin < range.last) parts.push_back({begin, range.last});
  return parts;
}

bool Scanner::is_name(std::uint32_t at) const {
  const Tok tok = type(at);
  if (tok == Tok::NAME || tok == Tok::QNAME) return true;
  return !keyword_of(tok).empty() && !is_reserved(tok);
}

Identifier Scanner::identifier(std::uint32_t at) const {
  return {tokens_[at].range, identifier_value(spelled(at), type(at)), type(at) == Tok::QNAME};
}

void Scanner::append_part(QualifiedName& name, std::uint32_t at) const {
  const std::string_view word = spelled(at);
  if (type(at) != Tok::QNAME || word.front() != '`' || word.find('.') == std::string_view::npos) {
    name.parts.push_back(identifier(at));
    return;
  }
  // BigQuery quotes whole paths: `project.dataset.table`
  const std::uint32_t base = tokens_[at].range.begin;
  for (std::uint32_t begin = 1; begin < word.size();) {
    const auto end = static_cast<std::uint32_t>(std::min(word.find('.', begin), word.size() - 1));
    name.parts.push_back({{base + begin, base + end}, std::string{word.substr(begin, end - begin)}, true});
    begin = end + 1;
  }
}

QualifiedName Scanner::name(std::uint32_t& at, std::uint32_t last) const {
  QualifiedName result;
  if (at >= last || !is_name(at)) return result;
  append_part(result, at++);
  while (at + 1 < last && type(at) == Tok::DOT && (is_name(at + 1) || !keyword_of(type(at + 1)).empty())) {
    append_part(result, at + 1);
    at += 2;
  }
  return result;
}

QualifiedName Scanner::name_of(TokenRange range) const {
  QualifiedName result;
  for (std::uint32_t at = range.first; at < range.last; ++at) {
    if (type(at) != Tok::DOT) append_part(result, at);
  }
  return result;
}

std::vector<Identifier> Scanner::cte_names(TokenRange range) const {
  std::vector<Identifier> result;
  for (std::uint32_t at = range.first; at + 1 < range.last; at = after(at)) {
    const Tok previous = at == range.first ? Tok::End : type(at - 1);
    if ((previous == Tok::K_WITH || previous == Tok::K_RECURSIVE || previous == Tok::COMMA) && is_name(at)) result.push_back(identifier(at));
  }
  return result;
}

std::vector<Identifier> Scanner::identifiers(TokenRange range) const {
  std::vector<Identifier> result;
  for (const TokenRange part : split(range, Tok::COMMA)) {
    // a reserved word is a column's name here, because nothing else can stand here
    std::uint32_t at = part.first;
    QualifiedName found = name(at, part.last);
    if (found.empty() && !part.empty() && !keyword_of(type(part.first)).empty()) found.parts.push_back(identifier(part.first));
    if (!found.empty()) result.push_back(std::move(found.parts.back()));
  }
  return result;
}

}  // namespace hookc::sql
