// Repeatable: whether a statement of which nobody knows if it took effect may be sent once more.
//
// The analyzer's *retry* verdict is about a whole second run, in which another hook may have emptied the table first: `delete` and `insert` together repeat well, and
// the `insert` alone does not. What is asked here is about the one statement, from both states: the one in which it has been applied, and the one in which it has not.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/sql/dialect.h"
#include "compiler/sql/statement.h"

namespace hookc {

/// What else is in doubt. Others: the commit of a transaction that held other statements too; then they are repeated one after the other, and a statement that
/// changes rows could meet rows that a later one of them has changed already.
enum class InDoubtWith : std::uint8_t { Nothing, Others };

/// True only where once more leaves what once leaves. What is not understood, reads other tables, or counts rows (`limit`) is not repeatable.
bool is_repeatable(std::string_view sql, sql::Dialect dialect, InDoubtWith with);

/// Whether a query of a template may change something: it calls a sequence, or a function that is not known to look only, writes in a CTE or INTO a table.
bool may_have_effects(const sql::Query& query);

/// `create temporary ...`: gone with the session.
bool makes_temporary(std::string_view sql, sql::Dialect dialect);

/// Sent again by every run, and by its `kind` alone: the session that a run goes on with is a new one.
bool is_session_setting(std::string_view kind);

/// Whether a statement leaves something in the session that a new one would not have: a setting, a temporary table, a lock, and whatever a statement leaves that is not understood.
/// A function that is called while rows are written is taken to leave nothing, unless it is one of those that are made for it (`set_config`, `pg_advisory_lock`, `get_lock`).
/// `kind`: as `sql::kind_name` says it.
bool leaves_in_session(std::string_view kind, std::string_view sql, sql::Dialect dialect);

}  // namespace hookc
