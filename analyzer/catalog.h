// Catalog: what an abstract database holds between two statements: which objects exist, which inserts have left their rows where.
//
// It starts knowing nothing, and learns from what succeeds: a CREATE without a guard that is taken to succeed the first time found its name free. Objects
// that belong to a table (columns, constraints, indexes) go with it when it is replaced, unless their names have a wider scope.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/sql/statement.h"

namespace hookc {

enum class Existence : std::uint8_t {
  Unknown,  // nothing has been said
  Absent,
  Present,
  Maybe     // present after some of the paths that can have run, absent after others
};

/// One INSERT or COPY of one hook: whose rows are in a table.
struct RowSource {
  const void* sent = nullptr;  // the SentSql
  std::size_t statement = 0;
  friend auto operator<=>(const RowSource&, const RowSource&) = default;
};

/// What is known of the rows that an INSERT has left.
enum class Presence : std::uint8_t {
  Maybe,      // a DELETE may have taken them, or some of them
  OtherRuns,  // a DELETE by the run's own key takes those of this run, and leaves those of others
  Left
};

struct CatalogEntry {
  sql::ObjectKind kind = sql::ObjectKind::Other;
  sql::QualifiedName name;
  sql::QualifiedName parent;           // the table of a column, constraint, index, policy
  Existence existence = Existence::Unknown;
  bool temporary = false;              // gone with the session
  bool wider_scope = false;            // its name stays taken while a backup of the replaced table exists
  std::uint32_t generation = 0;        // of the parent, when it was made
  std::map<RowSource, Presence> rows;
  bool has_key = false;                // rows that are there already are refused: it was seen being made with a key
  bool fresh = false;                  // its contents were made in this run: nothing in it depends on the run before
};

class Catalog {
 public:
  /// The entry for an object; made when it is first asked for. `parent` is empty for objects that stand for themselves.
  CatalogEntry& get(sql::ObjectKind kind, const sql::QualifiedName& name, const sql::QualifiedName& parent);
  [[nodiscard]] const CatalogEntry* find(sql::ObjectKind kind, const sql::QualifiedName& name, const sql::QualifiedName& parent) const;

  /// A relation is made anew: its rows are gone, what belongs to it is absent; names of wider scope only when `frees_names`.
  void replace_relation(const sql::QualifiedName& relation, bool frees_names);
  /// The backup of a relation that was swapped out is dropped: names of earlier generations are free.
  void drop_backup(const sql::QualifiedName& relation);
  void remove_relation(const sql::QualifiedName& relation);
  /// What was known of a relation and its parts no longer holds.
  void forget_relation(const sql::QualifiedName& relation);
  /// Everything inside of a schema is gone.
  void remove_schema(const sql::QualifiedName& schema);
  void end_session();
  /// What was made in the last run is old now.
  void begin_run();

  /// What holds after either of two ways.
  static Catalog join(const Catalog& left, const Catalog& right);

 private:
  std::vector<CatalogEntry> entries_;
};

/// Tables, views and their relatives share one name space.
sql::ObjectKind name_space_of(sql::ObjectKind kind);

}  // namespace hookc
