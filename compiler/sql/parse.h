// parse: SQL text to statements. The only user of the ANTLR grammar of SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/sql/statement.h"

namespace hookc::sql {

struct Script {
  std::vector<Statement> statements;  // in order; every token of the text belongs to one of them
};

/// Texts above this size are not looked at: one Unparsable says so.
inline constexpr std::uint32_t kMaxSqlBytes = 16U << 20U;

/// Never throws on user input. What cannot be understood is `Other`; what cannot be right is `Unparsable`.
Script parse_sql(const Text& text, Dialect dialect);
Script parse_sql(std::string_view text, Dialect dialect);

/// Only blanks, comments and `;`.
bool is_blank(std::string_view text, Dialect dialect = Dialect::Generic);

/// Where the list of a query's common table expressions begins: behind its `with`, or `with recursive`. Nothing when the text does not begin so.
std::optional<std::uint32_t> with_list_begin(std::string_view text, Dialect dialect);

/// The string literals of `text`, with their quotes, in order.
std::vector<ByteRange> string_literals(std::string_view text, Dialect dialect);

/// The shape of a part of an expression that a rule wants to look into (`arguments`).
Expression scan_expression(std::string_view text, ByteRange range, Dialect dialect);

}  // namespace hookc::sql
