#include "analyzer/row_cover.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/assigned.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

std::string_view view(const SentSql& sent, ByteRange range) { return sent.text.view().substr(range.begin, range.size()); }

/// `'x' as label` without its alias.
std::string_view without_alias(std::string_view item) {
  std::size_t end = 1;
  if (item.starts_with('\'')) {
    while (end < item.size() && (item[end] != '\'' || item.substr(end, 2) == "''")) end += item[end] == '\'' ? 2 : 1;
    ++end;
  } else {
    end = item.find_first_of(" \t\r\n");
  }
  return item.substr(0, std::min(end, item.size()));
}

/// Is the value of a column in a row what a condition `column = literal` asks for?
Cover compare(std::string_view literal, const SentSql& sent, const sql::Expression& value) {
  const std::string_view item = view(sent, value.range);
  const std::string_view written = value.shape == sql::Shape::Literal ? without_alias(item) : item;
  if (value.scan.is_volatile(sql::Volatility::Clock)) return Cover::No;
  if (written == literal) return Cover::Yes;
  const bool is_open = value.shape != sql::Shape::Literal || written.find("hole_") != std::string_view::npos || literal.find("hole_") != std::string_view::npos;
  if (is_open) return Cover::Maybe;
  return comparable(written) == comparable(literal) ? Cover::Yes : Cover::No;
}

/// All conditions hold for the row, one surely does not, or it is not seen.
Cover cover_row(const SentSql& sent, const std::vector<sql::Equality>& equalities, const SentSql& writer, const sql::Insert& insert, const std::vector<sql::Expression>& row) {
  Cover all = Cover::Yes;
  for (const sql::Equality& equality : equalities) {
    Cover one = Cover::Maybe;
    if (insert.columns.empty()) {
      // which value is the column's is not said: none of them can be
      const bool is_none = std::all_of(row.begin(), row.end(), [&](const sql::Expression& value) { return compare(view(sent, equality.literal), writer, value) == Cover::No; });
      if (is_none) one = Cover::No;
    }
    for (std::size_t i = 0; i < insert.columns.size() && i < row.size(); ++i) {
      if (equality.column.empty() || !sql::same_identifier(insert.columns[i], equality.column.parts.back())) continue;
      const bool asks_null = equality.is_null;
      if (!asks_null) one = compare(view(sent, equality.literal), writer, row[i]);
    }
    all = std::min(all, one);
  }
  return all;
}

}  // namespace

Cover cover(const SentSql& sent, const sql::Delete& del, const RowSource& rows) {
  if (!del.where) return del.from.relations.empty() ? Cover::Yes : Cover::Maybe;
  if (del.where->expr.scan.is_volatile(sql::Volatility::Clock)) return Cover::No;  // retention: what the last run wrote is too young for it
  const auto* writer = static_cast<const SentSql*>(rows.sent);
  const auto* insert = std::get_if<sql::Insert>(&writer->script.statements[rows.statement].node);
  if (insert == nullptr) return Cover::Maybe;
  std::vector<std::vector<sql::Expression>> seen = insert->rows;
  const bool is_one_select = insert->query && insert->query->scan.set_operations == 0;
  if (seen.empty() && is_one_select && !insert->query->items.empty()) seen.push_back(insert->query->items);
  if (seen.empty()) return Cover::Maybe;
  // one row that stays is enough; that all go needs a condition that is seen as a whole
  Cover all = del.where->only_equalities ? Cover::Yes : Cover::Maybe;
  for (const auto& row : seen) all = std::min(all, cover_row(sent, del.where->equalities, *writer, *insert, row));
  return all;
}

bool takes_extreme(std::string_view where) {
  std::string text;
  for (const char c : ascii_lower(where)) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') text += c;
  }
  return text.find("=(selectmin(") != std::string::npos || text.find("=(selectmax(") != std::string::npos;
}

}  // namespace hookc
