// Assigned: what an UPDATE makes of the value that a column had, and whether a second application would change it again.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/text.h"
#include "compiler/sql/dialect.h"
#include "compiler/sql/statement.h"

namespace hookc {

/// `read` is what `column` of the row held before; `excluded.c` and `source.c` are of the new row.
bool is_old_value(const sql::QualifiedName& read, const sql::QualifiedName& column);
bool reads_old_value(const sql::Scan& scan, const sql::QualifiedName& column);

/// `value`, written in `text`, is a map of the column onto itself that a second application leaves alone.
bool is_idempotent_map(const Text& text, sql::Dialect dialect, const sql::Expression& value, const sql::QualifiedName& column);

/// `case when c is null then k else c end`: what is filled stays so.
bool fills_null(std::string_view value, const sql::QualifiedName& column);

/// A literal as databases compare it with a column: without quotes, numbers by value, words without case.
std::string comparable(std::string_view literal);

}  // namespace hookc
