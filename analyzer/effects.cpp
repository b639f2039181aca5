#include "analyzer/effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/assigned.h"
#include "analyzer/materialization.h"
#include "analyzer/operations.h"
#include "analyzer/row_cover.h"
#include "compiler/base/ascii.h"
#include "compiler/base/overloaded.h"

namespace hookc {

namespace {

using sql::ObjectKind;
using sql::QualifiedName;
using sql::Volatility;

/// A name as people know it: leading parts that are not known until a target is chosen are left out.
std::string shown(const QualifiedName& name) {
  std::string text;
  for (const sql::Identifier& part : name.parts) {
    if (part.value.starts_with("hole_") && &part != &name.parts.back()) continue;
    text += (text.empty() ? "" : ".") + part.value;
  }
  return text;
}

bool is_about_database(const Answer& answer) {
  const std::string& name = answer.question.symbol->name;
  return name.starts_with("run_query") || name.starts_with("adapter.") || name.starts_with("load_result") || name.starts_with("statement") ||
         name.starts_with("load_relation") || name.starts_with("load_cached_relation");
}

/// The template looked first: a path on which some answer is about what a query returned.
bool is_guarded_by_query(const PathFacts& path) { return std::any_of(path.answers.begin(), path.answers.end(), is_about_database); }

/// One statement at work on the catalog.
class Effect {
 public:
  Effect(const ProjectFacts& facts, const PathFacts& path, const SentSql& sent, std::size_t index, Catalog& catalog)
      : facts_(facts), path_(path), sent_(sent), index_(index), catalog_(catalog) {}

  Verdict run();

 private:
  [[nodiscard]] const sql::Statement& statement() const { return sent_.script.statements[index_]; }
  [[nodiscard]] std::string_view view(ByteRange range) const { return sent_.text.view().substr(range.begin, range.size()); }
  [[nodiscard]] bool keyed(ByteRange range) const { return carries_run_key(facts_, sent_.text, range); }

  void fails(Cause cause, std::string reason) {
    if (verdict_.rerun == Outcome::FailsAgain) return;
    const bool guarded = is_guarded_by_query(path_);
    const Outcome outcome = guarded ? Outcome::Unknown : Outcome::FailsAgain;
    verdict_ = Verdict{outcome, outcome, false, guarded ? "guarded by the result of a query: " + reason : std::move(reason), action_, cause};
  }
  void drifts(Cause cause, std::string reason, bool accepted) {
    if (verdict_.rerun == Outcome::FailsAgain) return;
    if (verdict_.rerun == Outcome::Drifts && verdict_.cause == Cause::OldValue && cause == Cause::Clock) return;  // of two causes the graver one is said
    verdict_ = Verdict{Outcome::Drifts, Outcome::Drifts, accepted, std::move(reason), action_, cause};
  }
  /// A new run leaves its own row; the same run again does not.
  void drifts_by_run(std::string reason) { verdict_ = Verdict{Outcome::Drifts, Outcome::Idempotent, true, std::move(reason), action_, Cause::Rows}; }
  void unknown(std::string reason) {
    if (verdict_.rerun == Outcome::Idempotent) verdict_ = Verdict{Outcome::Unknown, Outcome::Unknown, false, std::move(reason), action_, Cause::Opaque};
  }

  void need_absent(CatalogEntry& entry, std::string reason);
  void need_present(CatalogEntry& entry, std::string reason);
  void create(const sql::Create& create);
  void create_index(const sql::Create& create);
  void drop(const sql::Drop& drop);
  void note_key(const sql::Create& create);
  [[nodiscard]] bool is_same_row() const;
  void alter(const sql::Alter& alter);
  void alter_action(const sql::Alter& alter, const sql::AlterAction& action);
  void add_constraint(const sql::Alter& alter, const sql::AlterAction& action);
  void insert(const sql::Insert& insert);
  void append_rows(const QualifiedName& target, bool accepted, std::string reason);
  void update(const sql::Update& update);
  [[nodiscard]] bool leaves_rows_out(const std::vector<sql::Assignment>& assignments, const std::optional<sql::Condition>& where) const;
  void check_assignments(const QualifiedName& target, const std::vector<sql::Assignment>& assignments, const std::optional<sql::Condition>& where, bool accepted);
  void remove(const sql::Delete& del);
  void merge(const sql::Merge& merge);
  void copy(const sql::Copy& copy);
  void query(const sql::Query& query);
  [[nodiscard]] bool is_data(const QualifiedName& target) const;

  const ProjectFacts& facts_;
  const PathFacts& path_;
  const SentSql& sent_;
  std::size_t index_;
  Catalog& catalog_;
  Verdict verdict_;
  std::size_t action_ = 0;
};

void Effect::need_absent(CatalogEntry& entry, std::string reason) {
  if (entry.existence == Existence::Present || entry.existence == Existence::Maybe) fails(Cause::Exists, std::move(reason));
  entry.existence = Existence::Present;
}

void Effect::need_present(CatalogEntry& entry, std::string reason) {
  if (entry.existence == Existence::Absent || entry.existence == Existence::Maybe) fails(Cause::Missing, std::move(reason));
  entry.existence = Existence::Present;
}

/// A model, seed or snapshot: its rows are data, not a log.
bool Effect::is_data(const QualifiedName& target) const {
  const auto nodes = nodes_named(facts_, target);
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node* node) { return node->type != ResourceType::Source && !makes_no_rows(*facts_.sources, *node); });
}

void Effect::create(const sql::Create& create) {
  if (create.kind == ObjectKind::Index) return create_index(create);
  const bool is_of_table = name_space_of(create.kind) == ObjectKind::Policy || create.kind == ObjectKind::Trigger || create.kind == ObjectKind::Statistics;
  const QualifiedName parent = is_of_table && !create.on.empty() ? create.on : QualifiedName{};
  CatalogEntry& entry = catalog_.get(name_space_of(create.kind), create.name, parent);
  const bool from_clock = create.query && create.query->scan.is_volatile(Volatility::Clock);
  if (create.or_replace || create.or_alter) {
    if (name_space_of(create.kind) == ObjectKind::Table) catalog_.replace_relation(create.name, true);
    catalog_.get(name_space_of(create.kind), create.name, parent).existence = Existence::Present;
    if (from_clock && create.kind == ObjectKind::Table) drifts(Cause::Clock, "the replacement is computed from a clock or a random value", false);
    return;
  }
  if (create.if_not_exists) {
    entry.existence = Existence::Present;
    note_key(create);
    return;
  }
  need_absent(entry, fmt::format("`{}` exists already when this runs again", shown(create.name)));
  if (create.temporary) entry.temporary = true;
  if (name_space_of(create.kind) == ObjectKind::Table) catalog_.replace_relation(create.name, true);
  note_key(create);
}

/// A column list with a primary or unique key: rows that are there already are refused.
void Effect::note_key(const sql::Create& create) {
  if (create.kind != ObjectKind::Table || create.query) return;
  const std::string text = ascii_lower(view(statement().range));
  if (text.find("primary key") != std::string::npos || text.find(" unique") != std::string::npos) catalog_.get(ObjectKind::Table, create.name, {}).has_key = true;
}

void Effect::create_index(const sql::Create& create) {
  const std::uint32_t generation = catalog_.get(ObjectKind::Table, create.on, {}).generation;
  CatalogEntry& index = catalog_.get(ObjectKind::Index, create.name, create.on);
  index.parent = create.on;
  if (create.name.empty()) {
    if (index.existence == Existence::Present || index.existence == Existence::Maybe) drifts(Cause::Exists, "an index without a name is made once more", false);
    index.existence = Existence::Present;
    return;
  }
  index.wider_scope = index_names_belong_to_schema(facts_.dialect);
  if (create.or_replace || create.if_not_exists) {
    if (index.existence != Existence::Present) index.generation = generation;
    index.existence = Existence::Present;
    return;
  }
  need_absent(index, fmt::format("index `{}` exists already when this runs again", shown(create.name)));
  index.generation = generation;
}

void Effect::drop(const sql::Drop& drop) {
  for (const QualifiedName& name : drop.names) {
    if (name_space_of(drop.kind) == ObjectKind::Policy || drop.kind == ObjectKind::Index || drop.kind == ObjectKind::Trigger) {
      // an index is dropped by its own name: the table that it belongs to is not said, so its name must be found whatever the table
      CatalogEntry& entry = catalog_.get(name_space_of(drop.kind), name, drop.on.empty() ? name : drop.on);
      entry.wider_scope = entry.wider_scope || drop.on.empty();
      if (!drop.if_exists) need_present(entry, fmt::format("`{}` is gone when this runs again", shown(name)));
      entry.existence = Existence::Absent;
      continue;
    }
    CatalogEntry& entry = catalog_.get(name_space_of(drop.kind), name, {});
    if (!drop.if_exists) need_present(entry, fmt::format("`{}` is gone when this runs again", shown(name)));
    if (name_space_of(drop.kind) == ObjectKind::Table) catalog_.remove_relation(name);
    if (drop.kind == ObjectKind::Schema) catalog_.remove_schema(name);
    catalog_.get(name_space_of(drop.kind), name, {}).existence = Existence::Absent;
  }
}

void Effect::add_constraint(const sql::Alter& alter, const sql::AlterAction& action) {
  const bool is_key = action.constraint == sql::ConstraintKind::PrimaryKey || action.constraint == sql::ConstraintKind::Unique;
  const bool shares_scope = facts_.dialect == sql::Dialect::Postgres || facts_.dialect == sql::Dialect::SqlServer;
  if (action.name.empty() && action.constraint != sql::ConstraintKind::PrimaryKey) {
    CatalogEntry& unnamed = catalog_.get(ObjectKind::Constraint, {}, alter.name);
    if (unnamed.existence == Existence::Present || unnamed.existence == Existence::Maybe) drifts(Cause::Exists, "a constraint without a name is added once more", false);
    unnamed.existence = Existence::Present;
    return;
  }
  QualifiedName name = action.name;
  if (name.empty()) name.parts.push_back(sql::Identifier{{}, "primary key", true});
  const std::uint32_t generation = catalog_.get(ObjectKind::Table, alter.name, {}).generation;
  CatalogEntry& entry = catalog_.get(ObjectKind::Constraint, name, alter.name);
  entry.wider_scope = (is_key || facts_.dialect == sql::Dialect::SqlServer) && shares_scope && !action.name.empty();  // SQL Server keeps the names of all constraints by schema
  if (action.if_not_exists) {
    entry.existence = Existence::Present;
    return;
  }
  need_absent(entry, action.name.empty() ? fmt::format("`{}` has a primary key already when this runs again", shown(alter.name))
                                         : fmt::format("constraint `{}` exists already when this runs again", shown(name)));
  entry.generation = generation;
}

void Effect::alter_action(const sql::Alter& alter, const sql::AlterAction& action) {
  using sql::AlterKind;
  const auto column = [&]() -> CatalogEntry& { return catalog_.get(ObjectKind::Column, action.name, alter.name); };
  const auto named = [&](const QualifiedName& name) -> CatalogEntry& { return catalog_.get(name_space_of(alter.kind), name, {}); };
  switch (action.kind) {
    case AlterKind::AddColumn:
      if (action.if_not_exists) column().existence = Existence::Present;
      else need_absent(column(), fmt::format("column `{}` exists already when this runs again", shown(action.name)));
      return;
    case AlterKind::DropColumn:
      if (!action.if_exists) need_present(column(), fmt::format("column `{}` is gone when this runs again", shown(action.name)));
      column().existence = Existence::Absent;
      return;
    case AlterKind::RenameColumn:
      if (!action.if_exists) need_present(column(), fmt::format("column `{}` has another name when this runs again", shown(action.name)));
      column().existence = Existence::Absent;
      catalog_.get(ObjectKind::Column, action.new_name, alter.name).existence = Existence::Present;
      return;
    case AlterKind::AddConstraint: return add_constraint(alter, action);
    case AlterKind::DropConstraint: {
      CatalogEntry& entry = catalog_.get(ObjectKind::Constraint, action.name, alter.name);
      if (!action.if_exists) need_present(entry, fmt::format("constraint `{}` is gone when this runs again", shown(action.name)));
      entry.existence = Existence::Absent;
      return;
    }
    case AlterKind::RenameTo:
    case AlterKind::SetSchema:
      if (alter.if_exists && named(alter.name).existence == Existence::Absent) return;  // skipped
      if (!alter.if_exists) need_present(named(alter.name), fmt::format("`{}` is no longer there when this runs again", shown(alter.name)));
      named(alter.name).existence = Existence::Absent;
      if (action.kind == AlterKind::RenameTo) {
        CatalogEntry& target = named(action.name);
        need_absent(target, fmt::format("`{}` exists already when this runs again", shown(action.name)));
      }
      return;
    case AlterKind::AddValue:
    case AlterKind::AttachPartition: {
      CatalogEntry& part = catalog_.get(ObjectKind::Other, action.name, alter.name);
      if (action.if_not_exists) part.existence = Existence::Present;
      else need_absent(part, "it is attached already when this runs again");
      return;
    }
    case AlterKind::DetachPartition: {
      CatalogEntry& part = catalog_.get(ObjectKind::Other, action.name, alter.name);
      need_present(part, "it is detached already when this runs again");
      part.existence = Existence::Absent;
      return;
    }
    case AlterKind::SwapWith:
    case AlterKind::ExchangePartition:
      if (catalog_.get(ObjectKind::Table, action.name, {}).fresh) return;  // a copy that this run has made takes the place
      return drifts(Cause::OneShot, "a second swap brings the first state back", false);
    case AlterKind::Append: return drifts(Cause::OneShot, "the source is empty when this runs again", false);
    case AlterKind::AlterColumn:
    case AlterKind::SetProperties:
    case AlterKind::Owner:
    case AlterKind::Refresh:
    case AlterKind::Enable: return;
    case AlterKind::Resume:
    case AlterKind::Suspend:
      if (alter.kind == ObjectKind::Warehouse) unknown("a warehouse may refuse the state that it is in");
      return;
    case AlterKind::Other:
      if (alter.kind == ObjectKind::Sequence && ascii_lower(view(action.range)).starts_with("restart with")) return;
      return unknown("what this ALTER does is not known");
  }
}

void Effect::alter(const sql::Alter& alter) {
  for (std::size_t i = 0; i < alter.actions.size(); ++i) {
    const bool settled = verdict_.rerun != Outcome::Idempotent;
    if (!settled) action_ = i;
    alter_action(alter, alter.actions[i]);
  }
}

/// VALUES of literals: the next run writes the very same ones.
bool Effect::is_same_row() const {
  const auto* insert = std::get_if<sql::Insert>(&statement().node);
  if (insert == nullptr || insert->rows.empty()) return false;
  return std::all_of(insert->rows.begin(), insert->rows.end(), [](const auto& row) { return std::all_of(row.begin(), row.end(), [](const sql::Expression& value) { return value.shape == sql::Shape::Literal; }); });
}

void Effect::append_rows(const QualifiedName& target, bool accepted, std::string reason) {
  CatalogEntry& table = catalog_.get(ObjectKind::Table, target, {});
  if (table.temporary) return;
  const auto [rows, is_new] = table.rows.emplace(RowSource{&sent_, index_}, Presence::Left);
  if (is_new) return;
  switch (rows->second) {
    case Presence::Maybe: unknown("whether the DELETE before it takes these rows is not seen"); break;
    case Presence::OtherRuns: drifts_by_run("every run leaves its own row"); break;
    case Presence::Left:
      if (table.has_key && !accepted && is_same_row()) fails(Cause::Rows, fmt::format("the row is in `{}` already, and its key is taken", shown(target)));
      else drifts(Cause::Rows, std::move(reason), accepted);
  }
  rows->second = Presence::Left;
}

void Effect::insert(const sql::Insert& insert) {
  const bool run_key = keyed(statement().range) && !is_data(insert.target);
  if (insert.query && insert.query->scan.writes) return unknown("a common table expression writes");
  if (insert.overwrite) {
    CatalogEntry& table = catalog_.get(ObjectKind::Table, insert.target, {});
    table.rows.clear();
    table.fresh = true;
    if (insert.query && insert.query->scan.is_volatile(Volatility::Clock)) drifts(Cause::Clock, "the new contents are computed from a clock or a random value", run_key);
    return;
  }
  if (insert.on_conflict == sql::Insert::OnConflict::DoUpdate) {
    std::vector<sql::Assignment> own = insert.updates;
    check_assignments(insert.target, own, std::nullopt, run_key);
    if (run_key && verdict_.rerun == Outcome::Idempotent) drifts_by_run("every run leaves its own row");
    return;
  }
  const bool skips_existing = insert.on_conflict == sql::Insert::OnConflict::DoNothing || insert.or_ignore || insert.or_replace || insert.excludes_existing;
  if (skips_existing) {
    const bool by_any_key = insert.on_conflict == sql::Insert::OnConflict::DoNothing && ascii_lower(view(statement().range)).find("on conflict do") != std::string::npos;
    if (by_any_key && !run_key && !catalog_.get(ObjectKind::Table, insert.target, {}).has_key) return unknown("rows are skipped only where the table has a key, which is not seen here");
    if (run_key) drifts_by_run("every run leaves its own row");
    return;
  }
  append_rows(insert.target, run_key, run_key ? "every run leaves its own row" : fmt::format("the same rows are in `{}` once more", shown(insert.target)));
}

/// `set state = 'done', at = now() where state = 'open'`: what was changed is not found again.
bool Effect::leaves_rows_out(const std::vector<sql::Assignment>& assignments, const std::optional<sql::Condition>& where) const {
  return where && std::any_of(assignments.begin(), assignments.end(), [&](const sql::Assignment& assignment) {
           if (assignment.value.shape != sql::Shape::Literal || assignment.column.empty()) return false;
           const std::string value = comparable(view(assignment.value.range));
           return std::any_of(where->equalities.begin(), where->equalities.end(), [&](const sql::Equality& equality) {
             const bool same_column = sql::same_identifier(equality.column.parts.back(), assignment.column.parts.back());
             return same_column && (equality.is_null ? value != "null" : value != comparable(view(equality.literal)));
           });
         });
}

void Effect::check_assignments(const QualifiedName& target, const std::vector<sql::Assignment>& assignments, const std::optional<sql::Condition>& where, bool accepted) {
  if (leaves_rows_out(assignments, where)) return;
  const bool fresh = catalog_.get(ObjectKind::Table, target, {}).fresh;
  // a name that is qualified by another relation is that one's
  const auto is_others = [](const sql::Expression& value, const QualifiedName& read) {
    if (read.size() < 2) return false;
    const std::string& owner = read.parts[read.size() - 2].value;
    return std::any_of(value.scan.relations.begin(), value.scan.relations.end(), [&](const QualifiedName& relation) { return relation.last() == owner; });
  };
  const auto reads_own = [&](const sql::Expression& value, const QualifiedName& column) {
    return std::any_of(value.scan.columns.begin(), value.scan.columns.end(), [&](const QualifiedName& read) {
      if (is_others(value, read) && !sql::may_be_same(target, QualifiedName{{read.parts[read.size() - 2]}})) return false;
      return is_old_value(read, column);
    });
  };
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    const sql::Assignment& assignment = assignments[i];
    if (verdict_.rerun == Outcome::Idempotent) action_ = i;
    const auto falsified = where && std::any_of(where->equalities.begin(), where->equalities.end(), [&](const sql::Equality& equality) {
                             return !assignment.column.empty() && sql::same_identifier(equality.column.parts.back(), assignment.column.parts.back());
                           });
    if (assignment.value.scan.is_volatile(Volatility::Clock)) {
      const Cause cause = assignment.value.scan.is_volatile(Volatility::Random) ? Cause::Chance : Cause::Clock;
      if (!falsified) drifts(cause, fmt::format("`{}` gets another value on every run", shown(assignment.column)), accepted);
      continue;
    }
    if (fresh) continue;
    const bool reads_assigned = std::any_of(assignments.begin(), assignments.end(), [&](const sql::Assignment& other) { return reads_own(assignment.value, other.column); });
    const bool reads_whole_rows = assignment.value.scan.columns.empty() && std::any_of(assignment.value.scan.relations.begin(), assignment.value.scan.relations.end(), [&](const QualifiedName& read) {
                                    return sql::may_be_same(read, target);
                                  });
    if (!reads_whole_rows && !reads_assigned) continue;
    if (falsified || is_idempotent_map(sent_.text, facts_.dialect, assignment.value, assignment.column)) continue;
    if (assignment.value.shape == sql::Shape::Column && reads_old_value(assignment.value.scan, assignment.column)) continue;  // set c = c
    if (assignment.value.shape == sql::Shape::Case && fills_null(view(assignment.value.range), assignment.column)) continue;
    if (assignment.value.shape == sql::Shape::Case) {
      unknown("a CASE decides what becomes of the old value");
      continue;
    }
    drifts(Cause::OldValue, fmt::format("`{}` is computed from what the last run left", shown(assignment.column)), accepted);
  }
}

void Effect::update(const sql::Update& update) {
  const bool run_key = update.where && keyed(update.where->expr.range);
  check_assignments(update.target, update.assignments, update.where, run_key);
}

void Effect::remove(const sql::Delete& del) {
  CatalogEntry& table = catalog_.get(ObjectKind::Table, del.target, {});
  if (facts_.dialect == sql::Dialect::MySql && ascii_lower(view(statement().range)).find(" limit ") != std::string::npos) return drifts(Cause::Chance, "LIMIT takes the next rows in every run", false);
  const bool by_run = del.where && keyed(del.where->expr.range);
  for (auto rows = table.rows.begin(); rows != table.rows.end();) {
    const Cover covered = cover(sent_, del, rows->first);
    if (covered == Cover::Yes && !by_run) {
      rows = table.rows.erase(rows);
      continue;
    }
    if (covered == Cover::Yes) rows->second = std::min(rows->second, Presence::OtherRuns);
    if (covered == Cover::Maybe) rows->second = Presence::Maybe;
    ++rows;
  }
  if (!del.where) {
    table.fresh = true;
    return;
  }
  const sql::Scan& scan = del.where->expr.scan;
  if (scan.is_volatile(Volatility::Random)) return drifts(Cause::Chance, "which rows go is a matter of chance", false);
  const bool reads_target = std::any_of(scan.relations.begin(), scan.relations.end(), [&](const QualifiedName& read) { return sql::may_be_same(read, del.target); });
  if (reads_target && takes_extreme(view(del.where->expr.range))) return drifts(Cause::OldValue, "the least or greatest row of what the last run left goes", false);
  if (reads_target) unknown("which rows go depends on what the last run left");
}

void Effect::merge(const sql::Merge& merge) {
  const bool run_key = keyed(statement().range) && !is_data(merge.target);
  for (const sql::MergeClause& clause : merge.clauses) {
    if (clause.action == sql::MergeClause::Action::Update) {
      std::vector<sql::Assignment> own;
      for (const sql::Assignment& assignment : clause.assignments) {
        sql::Assignment copy = assignment;
        std::erase_if(copy.value.scan.columns, [&](const QualifiedName& read) {
          // a qualified name that is not the target's is the source's
          if (read.size() < 2) return false;
          const std::string& owner = read.parts[read.size() - 2].value;
          return owner != merge.alias.value && owner != merge.target.last();
        });
        own.push_back(std::move(copy));
      }
      check_assignments(merge.target, own, clause.condition, run_key);
    }
    if (clause.action == sql::MergeClause::Action::Insert && !merge.on) append_rows(merge.target, run_key, "nothing says which rows are there already");
  }
  if (merge.source.is_volatile(Volatility::Random)) drifts(Cause::Chance, "the source has other keys on every run", run_key);
  if (run_key && verdict_.rerun == Outcome::Idempotent) drifts_by_run("every run leaves its own row");
}

void Effect::copy(const sql::Copy& copy) {
  if (copy.direction == sql::Copy::Direction::Unload) {
    const bool replaces_files = facts_.dialect == sql::Dialect::Postgres || facts_.dialect == sql::Dialect::DuckDb;
    if (!copy.overwrite && !replaces_files) unknown("files of an earlier run may be in the way");
    return;
  }
  if (copy.overwrite) return;
  const bool remembers_files = facts_.dialect == sql::Dialect::Snowflake || facts_.dialect == sql::Dialect::Databricks;
  if (facts_.dialect == sql::Dialect::Generic) return unknown("whether loaded files are remembered depends on the database");
  if (!remembers_files || copy.force) append_rows(copy.table, false, fmt::format("the same rows are loaded into `{}` once more", shown(copy.table)));
}

void Effect::query(const sql::Query& query) {
  if (query.into) {
    need_absent(catalog_.get(ObjectKind::Table, *query.into, {}), fmt::format("`{}` exists already when this runs again", shown(*query.into)));
    return;
  }
  if (query.scan.writes) return unknown("a common table expression writes");
  if (query.scan.is_volatile(Volatility::Sequence)) return drifts(Cause::Chance, "a sequence moves on", false);
  const bool calls_opaque = !query.scan.has_from && query.items.size() == 1 && query.items.front().shape == sql::Shape::Call && !query.scan.calls.empty() &&
                            query.scan.calls.front().name.size() > 1;
  if (calls_opaque) unknown("what the function does is not known");
}

/// Statements that look, signal, lock or set: nothing in the database is another after them.
bool leaves_nothing(std::string_view head) {
  static constexpr std::array<std::string_view, 13> kHeads{"check", "desc", "describe", "explain", "flush", "listen", "lock", "notify", "pragma", "show", "unlisten", "unlock", "list"};
  return std::find(kHeads.begin(), kHeads.end(), head) != kHeads.end();
}

Verdict Effect::run() {
  std::visit(overloaded{
                 [&](const sql::Create& node) { create(node); },
                 [&](const sql::Drop& node) { drop(node); },
                 [&](const sql::Alter& node) { alter(node); },
                 [&](const sql::Insert& node) { insert(node); },
                 [&](const sql::Update& node) { update(node); },
                 [&](const sql::Delete& node) { remove(node); },
                 [&](const sql::Merge& node) { merge(node); },
                 [&](const sql::Grant&) {},
                 [&](const sql::Revoke&) {},
                 [&](const sql::Truncate& node) {
                   for (const QualifiedName& target : node.targets) {
                     CatalogEntry& table = catalog_.get(ObjectKind::Table, target, {});
                     table.rows.clear();
                     table.fresh = true;
                   }
                 },
                 [&](const sql::CommentOn&) {},
                 [&](const sql::Copy& node) { copy(node); },
                 [&](const sql::Invoke&) { unknown("what the called code does is not known"); },
                 [&](const sql::SetSession&) {},
                 [&](const sql::Transaction&) {},
                 [&](const sql::Maintenance&) {},
                 [&](const sql::Query& node) { query(node); },
                 [&](const sql::Other& node) {
                   if (!leaves_nothing(node.head)) unknown("what the statement does is not known");
                 },
                 [&](const sql::Unparsable&) { unknown("the statement cannot be read"); },
             },
             statement().node);
  return verdict_;
}

}  // namespace

Verdict apply_statement(const ProjectFacts& facts, const PathFacts& path, const SentSql& sent, std::size_t statement, Catalog& catalog) {
  return Effect{facts, path, sent, statement, catalog}.run();
}

}  // namespace hookc
