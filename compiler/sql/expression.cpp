#include <algorithm>

#include "compiler/sql/lexer.h"
#include "compiler/sql/scan.h"

namespace hookc::sql {
namespace {

constexpr std::string_view kHolePrefix = "__hookc_hole_";

bool is_cast(Tok type) { return type == Tok::K_CAST || type == Tok::K_TRY_CAST || type == Tok::K_SAFE_CAST; }
bool is_query_head(Tok type) { return type == Tok::K_SELECT || type == Tok::K_WITH; }

/// Without parentheses that enclose all of it.
TokenRange unwrapped(const Scanner& scanner, TokenRange range) {
  while (scanner.type_in(range, range.first) == Tok::GROUP && scanner.after(range.first) == range.last && !is_query_head(scanner.type(range.first + 1)) &&
         range.first + 2 < range.last) {
    range = scanner.inside(range.first);
  }
  return range;
}

bool ends_select_list(const Scanner& scanner, std::uint32_t at) {
  switch (scanner.type(at)) {
    case Tok::K_FROM: case Tok::K_INTO: case Tok::K_WHERE: case Tok::K_GROUP: case Tok::K_HAVING: case Tok::K_ORDER: case Tok::K_LIMIT: case Tok::K_QUALIFY:
    case Tok::K_UNION: case Tok::K_INTERSECT: case Tok::K_WINDOW: case Tok::K_FETCH: return true;
    case Tok::K_EXCEPT: return scanner.type(at - 1) != Tok::STAR;
    case Tok::K_MINUS: return is_query_head(scanner.type(at + 1));
    default: return false;
  }
}

/// The part of a select item before its alias.
TokenRange without_alias(const Scanner& scanner, TokenRange item) {
  const std::uint32_t as = scanner.find(item, Tok::K_AS);
  if (as < item.last) return {item.first, as};
  if (item.last - item.first < 2 || !scanner.is_name(item.last - 1)) return item;
  switch (scanner.type(item.last - 2)) {
    case Tok::RP: case Tok::STRING: case Tok::NUMBER: case Tok::K_END: case Tok::K_NULL: case Tok::K_TRUE: case Tok::K_FALSE: case Tok::RBRACKET:
      return {item.first, item.last - 1};
    default: return scanner.is_name(item.last - 2) ? TokenRange{item.first, item.last - 1} : item;
  }
}

}  // namespace

bool Scanner::is_literal(TokenRange range) const {
  const std::uint32_t cast = find(range, Tok::DCOLON);
  for (std::uint32_t at = cast; at < range.last; at = after(at)) {
    const Tok tok = type(at);
    if (tok != Tok::DCOLON && tok != Tok::GROUP && tok != Tok::LBRACKET && tok != Tok::DOT && !is_name(at) && tok != Tok::K_WITH) return false;
  }
  range.last = cast;
  if (type_in(range, range.first) == Tok::SIGN) ++range.first;
  if (range.empty()) return false;
  const std::uint32_t count = range.last - range.first;
  switch (type(range.first)) {
    case Tok::STRING: return std::ranges::all_of(tokens_.begin() + range.first, tokens_.begin() + range.last, [](const Token& t) { return t.type == Tok::STRING; });
    case Tok::NUMBER:
    case Tok::PARAM:
    case Tok::K_NULL:
    case Tok::K_TRUE:
    case Tok::K_FALSE:
    case Tok::K_DEFAULT: return count == 1;
    case Tok::DOT: return count == 2 && type(range.first + 1) == Tok::NUMBER;
    case Tok::K_INTERVAL: return count <= 3 && (type_in(range, range.first + 1) == Tok::STRING || type_in(range, range.first + 1) == Tok::NUMBER);
    default: return count == 2 && is_name(range.first) && type(range.first) != Tok::QNAME && type(range.first + 1) == Tok::STRING;
  }
}

Shape Scanner::shape(TokenRange range, std::vector<ByteRange>& arguments) const {
  range = unwrapped(*this, range);
  if (range.empty()) return Shape::Other;
  if (is_literal(range)) return Shape::Literal;
  const Tok head = type(range.first);
  const bool one_group = after(range.first) == range.last;
  if (head == Tok::GROUP && one_group) return is_query_head(type(range.first + 1)) ? Shape::Subquery : Shape::Other;
  if (head == Tok::K_CASE && one_group) return Shape::Case;
  if (is_cast(head) && type_in(range, range.first + 1) == Tok::GROUP && after(range.first + 1) == range.last) {
    const TokenRange inner = inside(range.first + 1);
    arguments.push_back(bytes({inner.first, find(inner, Tok::K_AS)}));
    return Shape::Cast;
  }
  std::uint32_t at = range.first;
  QualifiedName callee = name(at, range.last);
  if (callee.empty() && type_in(range, at + 1) == Tok::GROUP && !keyword_of(head).empty()) ++at;  // `left(x, 2)`, `if(a, b, c)`
  if (at > range.first && at == range.last) {
    Call word{.name = std::move(callee), .range = {}};
    classify(word);
    return word.volatility == Volatility::Clock && word.name.size() == 1 ? Shape::Call : Shape::Column;
  }
  if (at > range.first && type_in(range, at) == Tok::GROUP && after(at) == range.last) {
    for (const TokenRange argument : split(inside(at), Tok::COMMA)) arguments.push_back(bytes(argument));
    return Shape::Call;
  }
  const std::uint32_t cast = find(range, Tok::DCOLON);
  const bool casts_all = cast < range.last && cast > range.first &&
                         (cast == range.first + 1 || after(range.first) == cast || (at > range.first && (at == cast || (type(at) == Tok::GROUP && after(at) == cast))));
  std::uint32_t end = cast + 1;
  if (casts_all && !name(end, range.last).empty() && (end == range.last || (type(end) == Tok::GROUP && after(end) == range.last))) {
    arguments.push_back(bytes({range.first, cast}));
    return Shape::Cast;
  }
  return Shape::Other;
}

Expression Scanner::expression(TokenRange range) const {
  Expression result;
  result.range = bytes(range);
  result.shape = shape(range, result.arguments);
  if (result.shape != Shape::Literal) result.scan = scan(range, Start::Expression);
  return result;
}

std::vector<TokenRange> Scanner::conjuncts(TokenRange range) const {
  std::vector<TokenRange> result;
  std::vector<TokenRange> open{range};
  while (!open.empty()) {
    const TokenRange part = unwrapped(*this, open.back());
    open.pop_back();
    std::vector<TokenRange> pieces;
    std::uint32_t begin = part.first;
    bool between = false;
    const bool is_disjunction = contains(part, Tok::K_OR);
    for (std::uint32_t at = part.first; at < part.last && !is_disjunction; at = after(at)) {
      if (type(at) == Tok::K_BETWEEN) between = true;
      if (type(at) != Tok::K_AND) continue;
      if (!between) {
        pieces.push_back({begin, at});
        begin = at + 1;
      }
      between = false;
    }
    if (pieces.empty()) {
      result.push_back(part);
      continue;
    }
    pieces.push_back({begin, part.last});
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) open.push_back(*piece);
  }
  return result;
}

bool Scanner::add_equality(TokenRange conjunct, std::vector<Equality>& equalities) const {
  const auto column_of = [&](TokenRange side) {
    std::uint32_t at = side.first;
    QualifiedName found = name(at, side.last);
    if (at != side.last) found.parts.clear();
    return found;
  };
  const auto is_value = [&](TokenRange side) {
    // A hole stands for a value that is known at run time; as the side of an equality it is one.
    return is_literal(side) || (side.last - side.first == 1 && type(side.first) == Tok::NAME && spelled(side.first).starts_with(kHolePrefix));
  };
  const std::uint32_t equal = find(conjunct, Tok::EQ);
  if (equal == conjunct.last) {
    const std::uint32_t is = find(conjunct, Tok::K_IS);
    if (is + 2 != conjunct.last || type(is + 1) != Tok::K_NULL) return false;
    QualifiedName column = column_of({conjunct.first, is});
    if (column.empty()) return false;
    equalities.push_back({std::move(column), bytes({is + 1, is + 2}), true});
    return true;
  }
  TokenRange left = unwrapped(*this, {conjunct.first, equal});
  TokenRange right = unwrapped(*this, {equal + 1, conjunct.last});
  if (is_value(left) && !is_value(right)) std::swap(left, right);
  QualifiedName column = column_of(left);
  if (column.empty() || !is_value(right)) return false;
  equalities.push_back({std::move(column), bytes(right), false});
  return true;
}

Condition Scanner::condition(TokenRange range) const {
  Condition result;
  result.expr = expression(range);
  result.only_equalities = true;
  for (const TokenRange conjunct : conjuncts(range)) {
    if (!add_equality(conjunct, result.equalities)) result.only_equalities = false;
  }
  return result;
}

std::vector<Assignment> Scanner::assignments(TokenRange range) const {
  std::vector<Assignment> result;
  for (const TokenRange part : split(range, Tok::COMMA)) {
    const std::uint32_t equal = find(part, Tok::EQ);
    if (equal == part.last) continue;
    const TokenRange value{equal + 1, part.last};
    if (type(part.first) == Tok::GROUP) {  // `(a, b) = (select ..)`
      for (Identifier& column : identifiers(inside(part.first))) result.push_back({QualifiedName{{std::move(column)}}, expression(value)});
      continue;
    }
    std::uint32_t at = part.first;
    result.push_back({name(at, equal), expression(value)});
  }
  return result;
}

Query Scanner::query(TokenRange range) const {
  Query result;
  result.range = bytes(range);
  result.scan = scan(range, Start::Expression);
  TokenRange body = range;
  std::uint32_t select = find(body, Tok::K_SELECT);
  while (select == body.last) {  // `(select ..) union ..`, `with x as (..) (select ..)`
    std::uint32_t group = body.first;
    while (group < body.last && !(type(group) == Tok::GROUP && (is_query_head(type(group + 1)) || type(group + 1) == Tok::GROUP))) group = after(group);
    if (group >= body.last) return result;
    body = inside(group);
    select = find(body, Tok::K_SELECT);
  }
  std::uint32_t first = select + 1;
  if (type(first) == Tok::K_DISTINCT) first += type(first + 1) == Tok::K_ON && type(first + 2) == Tok::GROUP ? after(first + 2) - first : 1;
  if (type(first) == Tok::K_ALL) ++first;
  if (is_word(first, "top") && (type(first + 1) == Tok::NUMBER || type(first + 1) == Tok::GROUP)) first = after(first + 1);
  std::uint32_t last = first;
  while (last < body.last && !ends_select_list(*this, last)) last = after(last);
  for (const TokenRange item : split({first, std::min(last, body.last)}, Tok::COMMA)) {
    result.items.push_back(expression(without_alias(*this, item)));
    result.items.back().range = bytes(item);
  }
  if (last < body.last && type(last) == Tok::K_INTO) {
    ++last;
    while (type(last) == Tok::K_TEMP || type(last) == Tok::K_TEMPORARY || type(last) == Tok::K_UNLOGGED || type(last) == Tok::K_TABLE) ++last;
    QualifiedName target = name(last, body.last);
    if (!target.empty()) result.into = std::move(target);
  }
  return result;
}

}  // namespace hookc::sql
