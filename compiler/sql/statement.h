// Statement: what one SQL statement does, as data, and where each part of it stands.
//
// This is not a syntax tree: expressions and queries are known only as far as rules ask about them (what is read, called,
// counted). Every part is a range of bytes of the Text that was parsed, so a finding can point at template bytes.
// Ranges are empty (begin == end) where a part is absent, unless the member is optional.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/text.h"
#include "compiler/sql/dialect.h"

namespace hookc::sql {

// ---- names ----

struct Identifier {
  ByteRange range;    // with its quotes
  std::string value;  // lower case when it was not quoted, else exactly what the quotes hold
  bool quoted = false;
};

/// Equal as a database would see them: exactly when both are quoted, else without regard to (ASCII) case.
bool same_identifier(const Identifier& left, const Identifier& right);

struct QualifiedName {
  std::vector<Identifier> parts;  // outermost first; empty when there is no name
  [[nodiscard]] bool empty() const { return parts.empty(); }
  [[nodiscard]] std::size_t size() const { return parts.size(); }
  [[nodiscard]] ByteRange range() const { return parts.empty() ? ByteRange{} : ByteRange{parts.front().range.begin, parts.back().range.end}; }
  /// The last part's value, or the empty string.
  [[nodiscard]] std::string_view last() const { return parts.empty() ? std::string_view{} : std::string_view{parts.back().value}; }
  /// The values joined with dots.
  [[nodiscard]] std::string str() const;
};

/// Part by part equal, and as many of them.
bool same_name(const QualifiedName& left, const QualifiedName& right);
/// One is a suffix of the other (`t` and `s.t`), so that they may mean the same object. False when one is empty.
bool may_be_same(const QualifiedName& left, const QualifiedName& right);
/// The name that `text` spells (`s.t`, `"a b".c`); empty when it spells none.
QualifiedName parse_name(std::string_view text, Dialect dialect);

enum class ObjectKind : std::uint8_t {
  Table, View, MaterializedView, Index, Schema, Database, Function, Aggregate, Procedure, Macro, Sequence, Type, Domain, Role, User, Group,
  Trigger, EventTrigger, Extension, Stage, Stream, Task, Pipe, FileFormat, Tag, Warehouse, Share, Policy, MaskingPolicy, RowAccessPolicy,
  Publication, Subscription, Server, Secret, Volume, Catalog, Integration, Column, Constraint, Statistics, Rule, Alert, Model, Dictionary,
  Account, Session, System, DefaultPrivileges, Other
};
/// "table", "materialized view", ...; "object" for Other.
std::string_view name_of(ObjectKind kind);
/// The row of the dialect's table of guards that a CREATE of this kind belongs to; nothing when no row is known.
std::optional<Guarded> guarded_create(ObjectKind kind, bool from_query);

// ---- what expressions and queries read ----

enum class Volatility : std::uint8_t {
  Stable,    // nothing is known against it
  Clock,     // current_timestamp, now, getdate: differs between runs
  Random,    // random, uuid: differs between rows too
  Sequence   // nextval
};

struct Call {
  QualifiedName name;      // as written: `count`, `dbo.f`
  ByteRange range;         // the name and its parenthesised arguments; the word alone for `current_timestamp`
  Volatility volatility = Volatility::Stable;
  bool aggregate = false;  // count, sum, ... and not over a window
  bool window = false;     // has an OVER clause
};

/// What a piece of SQL reads and how much it does. Sub-queries are included.
struct Scan {
  std::vector<QualifiedName> relations;  // after FROM, JOIN, USING: in order, repeated as written, without names of CTEs
  std::vector<QualifiedName> columns;    // names that are neither relations nor functions nor aliases, in order, repeated as written
  std::vector<Call> calls;
  std::uint16_t joins = 0;
  std::uint16_t group_bys = 0;
  std::uint16_t windows = 0;             // OVER clauses and QUALIFY
  std::uint16_t cases = 0;
  std::uint16_t set_operations = 0;      // UNION, EXCEPT, INTERSECT, MINUS
  std::uint16_t subqueries = 0;          // SELECT inside parentheses, CTEs not counted
  std::uint16_t ctes = 0;
  std::uint16_t distincts = 0;
  bool has_from = false;
  bool writes = false;                   // a CTE holds INSERT, UPDATE, DELETE or MERGE
  /// A call of a function that is known to be so volatile, or more.
  [[nodiscard]] bool is_volatile(Volatility at_least = Volatility::Clock) const;
};

enum class Shape : std::uint8_t {
  Literal,   // one string, number, true, false, null, default, with a sign, a type name before it or a `::` cast after it
  Column,    // one name
  Call,      // one call, nothing around it
  Cast,      // cast(x as t), x::t with x not a literal
  Case,      // case .. end
  Subquery,  // ( select .. )
  Other
};

struct Expression {
  ByteRange range;
  Shape shape = Shape::Other;
  std::vector<ByteRange> arguments;  // of Call and Cast; the type of a cast is not one
  Scan scan;
};

struct Query {
  ByteRange range;                     // from WITH or SELECT to its end
  std::vector<Expression> items;       // the select list of the first SELECT, with aliases inside the range; `*` is an item of shape Other
  std::optional<QualifiedName> into;   // SELECT .. INTO t
  Scan scan;
};

/// `column = literal` among the conjuncts of a condition (either way round), or `column is null`.
struct Equality {
  QualifiedName column;
  ByteRange literal;
  bool is_null = false;
};

struct Condition {
  Expression expr;
  std::vector<Equality> equalities;
  bool only_equalities = false;  // every conjunct is in `equalities`
};

struct Assignment {
  QualifiedName column;
  Expression value;
};

// ---- statements ----

struct Create {
  ObjectKind kind = ObjectKind::Other;
  ByteRange kind_range;              // the words that name the kind
  QualifiedName name;                // empty for an unnamed index
  bool or_replace = false;
  bool or_alter = false;
  bool if_not_exists = false;
  bool temporary = false;
  bool unique = false;
  bool external = false;
  bool concurrently = false;
  QualifiedName on;                  // the table of an index, a trigger, a policy
  QualifiedName source;              // CLONE, COPY, LIKE: of what
  std::optional<Query> query;        // AS SELECT of a table or view
};

struct Drop {
  ObjectKind kind = ObjectKind::Other;
  ByteRange kind_range;
  std::vector<QualifiedName> names;
  bool if_exists = false;
  bool cascade = false;
  bool concurrently = false;
  bool all = false;                  // DROP ALL ROW ACCESS POLICIES ON t
  QualifiedName on;
};

enum class AlterKind : std::uint8_t {
  AddColumn, DropColumn, AddConstraint, DropConstraint, RenameTo, RenameColumn, SetSchema, AlterColumn, SetProperties, AttachPartition,
  DetachPartition, ExchangePartition, AddValue, SwapWith, Owner, Append, Resume, Suspend, Refresh, Enable, Other
};

enum class ConstraintKind : std::uint8_t { None, PrimaryKey, Unique, Check, ForeignKey, NotNull, Other };

struct AlterAction {
  AlterKind kind = AlterKind::Other;
  ByteRange range;
  QualifiedName name;                // of the column or constraint; the new name of RenameTo, SetSchema, SwapWith, the new owner; empty when unnamed
  QualifiedName new_name;            // of RenameColumn
  ConstraintKind constraint = ConstraintKind::None;
  bool if_exists = false;
  bool if_not_exists = false;
};

struct Alter {
  ObjectKind kind = ObjectKind::Other;
  ByteRange kind_range;
  QualifiedName name;
  bool if_exists = false;
  std::vector<AlterAction> actions;
};

struct Insert {
  enum class Source : std::uint8_t { Values, Query, Default, Other };
  enum class OnConflict : std::uint8_t { None, DoNothing, DoUpdate };
  QualifiedName target;
  std::vector<Identifier> columns;
  Source source = Source::Other;
  std::vector<std::vector<Expression>> rows;  // of Values
  std::optional<Query> query;                 // of Query, with the CTEs before INSERT
  OnConflict on_conflict = OnConflict::None;
  std::vector<Assignment> updates;            // of DoUpdate, ON DUPLICATE KEY UPDATE
  bool or_replace = false;                    // INSERT OR REPLACE, REPLACE INTO
  bool or_ignore = false;
  bool overwrite = false;
  bool excludes_existing = false;             // reads the target in NOT EXISTS, NOT IN, EXCEPT or an anti join
  bool returning = false;
};

struct Update {
  QualifiedName target;
  Identifier alias;                  // value empty when there is none
  std::vector<Assignment> assignments;
  Scan from;                         // FROM, and CTEs before UPDATE
  std::optional<Condition> where;
};

struct Delete {
  QualifiedName target;
  Identifier alias;
  Scan from;                         // USING, and CTEs before DELETE
  std::optional<Condition> where;
};

struct MergeClause {
  enum class When : std::uint8_t { Matched, NotMatched, NotMatchedBySource };
  enum class Action : std::uint8_t { Update, Insert, Delete, Nothing };
  ByteRange range;
  When when = When::Matched;
  Action action = Action::Nothing;
  std::optional<Condition> condition;
  std::vector<Assignment> assignments;   // of Update
  std::vector<Identifier> columns;       // of Insert
  std::vector<Expression> values;        // of Insert
};

struct Merge {
  QualifiedName target;
  Identifier alias;
  ByteRange source_range;
  Scan source;                           // what USING reads
  std::optional<Condition> on;
  std::vector<MergeClause> clauses;
};

/// What GRANT and REVOKE share.
struct Privileges {
  bool is_role_grant = false;            // GRANT ROLE r TO .., GRANT r TO u: `objects` are the roles
  std::vector<ByteRange> privileges;     // `select`, `create table`, ...
  bool all_privileges = false;
  bool ownership = false;
  ObjectKind kind = ObjectKind::Table;
  std::vector<QualifiedName> objects;    // for ON ALL TABLES IN SCHEMA s: the containers
  bool all_objects = false;
  bool future_objects = false;
  std::vector<ByteRange> grantees;       // the names, without `role`, `user`, `group`
};
struct Grant : Privileges {
  bool grant_option = false;             // WITH GRANT OPTION, WITH ADMIN OPTION
};
struct Revoke : Privileges {};

struct Truncate {
  std::vector<QualifiedName> targets;
  bool if_exists = false;
};

struct CommentOn {
  ObjectKind kind = ObjectKind::Other;
  QualifiedName name;
  bool if_exists = false;
};

struct Copy {
  enum class Direction : std::uint8_t { IntoTable, Unload };
  Direction direction = Direction::IntoTable;
  QualifiedName table;               // the target of IntoTable; the source of Unload unless it is a query
  std::optional<Query> query;        // what is unloaded
  bool overwrite = false;            // OVERWRITE, ALLOWOVERWRITE, CLEANPATH, LOAD DATA OVERWRITE
  bool force = false;
};

/// A statement whose effect lies in code that is not looked at.
struct Invoke {
  enum class How : std::uint8_t { Call, Execute, ExecuteImmediate, Do, Block };
  How how = How::Call;
  QualifiedName name;
};

struct SetSession {
  enum class How : std::uint8_t { Set, Reset, Use };
  How how = How::Set;
  std::string what;                  // the variable or object kind, lower case: `role`, `warehouse`, `search_path`, `query_tag`; empty for USE x
  ByteRange value;                   // of SET; the name of USE
};

struct Transaction {
  enum class Kind : std::uint8_t { Begin, Commit, Rollback, Savepoint, Release };
  Kind kind = Kind::Begin;
};

struct Maintenance {
  enum class Kind : std::uint8_t { Analyze, Vacuum, Optimize, Refresh, Reindex, Cluster, Checkpoint, Repair };
  Kind kind = Kind::Analyze;
  QualifiedName target;
};

/// A statement that is not known in depth.
struct Other {
  std::string head;                  // its first word, lower case; empty when it does not begin with one
  std::vector<QualifiedName> locked; // the relations of LOCK
};

/// A recognised head without the parts that it requires, or text that cannot be cut into tokens.
struct Unparsable {
  ByteRange where;
  std::string message;
};

using StatementNode = std::variant<Create, Drop, Alter, Insert, Update, Delete, Merge, Grant, Revoke, Truncate, CommentOn, Copy, Invoke, SetSession,
                                   Transaction, Maintenance, Query, Other, Unparsable>;

struct Statement {
  ByteRange range;                   // without surrounding blanks, comments and `;`
  ByteRange head;                    // its first word
  StatementNode node;
};

/// What the statement is, for people and for `--statements`: "insert", "create table", "other", ...
std::string_view kind_name(const Statement& statement);

}  // namespace hookc::sql
