// RowCover: whether a DELETE takes the rows that an INSERT of an earlier run has left.
#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/catalog.h"
#include "analyzer/facts.h"

namespace hookc {

enum class Cover : std::uint8_t { No, Maybe, Yes };

/// Does `del`, a statement of `sent`, take those rows? Maybe: it may take them, or some of them.
Cover cover(const SentSql& sent, const sql::Delete& del, const RowSource& rows);

/// `c = (select max(c) from t)`: without that row another one is the greatest.
bool takes_extreme(std::string_view where);

}  // namespace hookc
