#include "analyzer/effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "analyzer/glob.h"
#include "analyzer/materialization.h"
#include "compiler/base/ascii.h"
#include "compiler/base/overloaded.h"

namespace hookc {

namespace {

using sql::ObjectKind;
using sql::QualifiedName;
using sql::Volatility;

constexpr std::array<std::string_view, 32> kLogWords{"audit",   "audits",  "auditing", "log",        "logs",       "logging",    "run",  "runs",  "history", "hist",   "control", "watermark",     "watermarks",
                                                     "hwm",     "meta",    "metadata", "monitor",    "monitoring", "tracking",   "lock", "locks", "event",   "events", "alert",   "alerts",        "notifications",
                                                     "status",  "execution", "executions", "invocation", "invocations", "checkpoint"};

/// What a log written together is of: `auditlog`, `joblogs`. A catalog and a blog are none.
constexpr std::array<std::string_view, 12> kLogged{"audit", "batch", "dbt", "error", "etl", "event", "job", "load", "model", "process", "run", "task"};

bool is_log_word(std::string_view word) {
  if (std::ranges::find(kLogWords, word) != kLogWords.end()) return true;
  if (word.ends_with('s')) word.remove_suffix(1);
  return word.ends_with("log") && std::ranges::find(kLogged, word.substr(0, word.size() - 3)) != kLogged.end();
}

/// Maps a value onto one that a second application leaves alone. Source: rules catalogue, "UPDATE analysis".
constexpr std::array<std::string_view, 21> kIdempotentMaps{"max", "min", "lower", "upper", "trim", "ltrim", "rtrim", "btrim", "coalesce", "nvl", "ifnull", "greatest",
                                                           "least", "abs", "round", "floor", "ceil", "trunc", "initcap", "nullif", "cast"};

/// A name as people know it: leading parts that are not known until a target is chosen are left out.
std::string shown(const QualifiedName& name) {
  std::string text;
  for (const sql::Identifier& part : name.parts) {
    if (part.value.starts_with("hole_") && &part != &name.parts.back()) continue;
    text += (text.empty() ? "" : ".") + part.value;
  }
  return text;
}

bool has_volatile(const sql::Scan& scan, Volatility at_least) {
  return std::any_of(scan.calls.begin(), scan.calls.end(), [&](const sql::Call& call) { return call.volatility >= at_least; });
}

/// Guards that the template put around a statement: a path that found the object missing, or there.
struct GuardByAnswer {
  bool by_query = false;  // some answer is about what a query returned
};

bool is_about_database(const Answer& answer) {
  const std::string& name = answer.question.symbol->name;
  return name.starts_with("run_query") || name.starts_with("adapter.") || name.starts_with("load_result") || name.starts_with("statement") ||
         name.starts_with("load_relation") || name.starts_with("load_cached_relation");
}

GuardByAnswer guard_of(const PathFacts& path) {
  return {std::any_of(path.answers.begin(), path.answers.end(), is_about_database)};
}

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
    const bool guarded = guard_of(path_).by_query;
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
  [[nodiscard]] bool is_idempotent_map(const sql::Expression& value, const QualifiedName& column) const;
  enum class Cover : std::uint8_t { No, Maybe, Yes };
  [[nodiscard]] Cover cover(const sql::Delete& del, const RowSource& rows) const;
  [[nodiscard]] Cover cover_row(const std::vector<sql::Equality>& equalities, const SentSql& sent, const sql::Insert& insert, const std::vector<sql::Expression>& row) const;
  [[nodiscard]] Cover compare(std::string_view literal, const SentSql& sent, const sql::Expression& value) const;
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
  const bool from_clock = create.query && has_volatile(create.query->scan, Volatility::Clock);
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
    if (insert.query && has_volatile(insert.query->scan, Volatility::Clock)) drifts(Cause::Clock, "the new contents are computed from a clock or a random value", run_key);
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

/// Maps of which any chain is idempotent, because each leaves alone what another of its family made.
constexpr std::array<std::string_view, 6> kTextMaps{"lower", "upper", "trim", "ltrim", "rtrim", "btrim"};
constexpr std::array<std::string_view, 5> kNumberMaps{"abs", "round", "floor", "ceil", "trunc"};

bool reads(const sql::Scan& scan, const QualifiedName& column) {
  return std::any_of(scan.columns.begin(), scan.columns.end(), [&](const QualifiedName& read) {
    if (read.size() > 1 && (read.parts.front().value == "excluded" || read.parts.front().value == "source")) return false;
    return !read.empty() && !column.empty() && sql::same_identifier(read.parts.back(), column.parts.back());
  });
}

/// `case when c is null then k else c end`: what is filled stays so.
bool fills_null(std::string_view value, const QualifiedName& column) {
  std::string text;
  for (const char c : ascii_lower(value)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  const std::string name{column.last()};
  return !name.empty() && text.starts_with("case when " + name + " is null then ") && text.ends_with(" else " + name + " end") && text.find(" when ", 6) == std::string::npos;
}

/// `value` is a map of the column onto itself that a second application leaves alone.
bool Effect::is_idempotent_map(const sql::Expression& value, const QualifiedName& column) const {
  const auto is_one_of = [](std::string_view name, const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto all_in = [&](const auto& family) { return std::all_of(value.scan.calls.begin(), value.scan.calls.end(), [&](const sql::Call& call) { return is_one_of(call.name.last(), family); }); };
  if (value.shape != sql::Shape::Cast && (value.shape != sql::Shape::Call || value.scan.calls.empty())) return false;
  if (value.shape == sql::Shape::Call && !is_one_of(value.scan.calls.front().name.last(), kIdempotentMaps)) return false;
  const bool chain = value.shape == sql::Shape::Call && (all_in(kTextMaps) || all_in(kNumberMaps));
  return std::all_of(value.arguments.begin(), value.arguments.end(), [&](ByteRange range) {
    const sql::Expression argument = sql::scan_expression(sent_.text.view(), range, facts_.dialect);
    if (!reads(argument.scan, column) || argument.shape == sql::Shape::Column) return true;
    return chain && is_idempotent_map(argument, column);
  });
}

/// A literal as databases compare it with a column: without quotes, numbers by value, words without case.
std::string comparable(std::string_view literal) {
  std::string text{literal};
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  else text = ascii_lower(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? fmt::format("{}", number) : text;
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
      if (read.size() > 1 && (read.parts.front().value == "excluded" || read.parts.front().value == "source")) return false;
      return !read.empty() && !column.empty() && sql::same_identifier(read.parts.back(), column.parts.back());
    });
  };
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    const sql::Assignment& assignment = assignments[i];
    if (verdict_.rerun == Outcome::Idempotent) action_ = i;
    const auto falsified = where && std::any_of(where->equalities.begin(), where->equalities.end(), [&](const sql::Equality& equality) {
                             return !assignment.column.empty() && sql::same_identifier(equality.column.parts.back(), assignment.column.parts.back());
                           });
    if (has_volatile(assignment.value.scan, Volatility::Clock)) {
      const Cause cause = has_volatile(assignment.value.scan, Volatility::Random) ? Cause::Chance : Cause::Clock;
      if (!falsified) drifts(cause, fmt::format("`{}` gets another value on every run", shown(assignment.column)), accepted);
      continue;
    }
    if (fresh) continue;
    const bool reads_assigned = std::any_of(assignments.begin(), assignments.end(), [&](const sql::Assignment& other) { return reads_own(assignment.value, other.column); });
    const bool reads_whole_rows = assignment.value.scan.columns.empty() && std::any_of(assignment.value.scan.relations.begin(), assignment.value.scan.relations.end(), [&](const QualifiedName& read) {
                                    return sql::may_be_same(read, target);
                                  });
    if (!reads_whole_rows && !reads_assigned) continue;
    if (falsified || is_idempotent_map(assignment.value, assignment.column)) continue;
    if (assignment.value.shape == sql::Shape::Column && reads(assignment.value.scan, assignment.column)) continue;  // set c = c
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
Effect::Cover Effect::compare(std::string_view literal, const SentSql& sent, const sql::Expression& value) const {
  const std::string_view item = sent.text.view().substr(value.range.begin, value.range.size());
  const std::string_view written = value.shape == sql::Shape::Literal ? without_alias(item) : item;
  if (has_volatile(value.scan, Volatility::Clock)) return Cover::No;
  if (written == literal) return Cover::Yes;
  const bool is_open = value.shape != sql::Shape::Literal || written.find("hole_") != std::string_view::npos || literal.find("hole_") != std::string_view::npos;
  if (is_open) return Cover::Maybe;
  return comparable(written) == comparable(literal) ? Cover::Yes : Cover::No;
}

/// All conditions hold for the row, one surely does not, or it is not seen.
Effect::Cover Effect::cover_row(const std::vector<sql::Equality>& equalities, const SentSql& sent, const sql::Insert& insert, const std::vector<sql::Expression>& row) const {
  Cover all = Cover::Yes;
  for (const sql::Equality& equality : equalities) {
    Cover one = Cover::Maybe;
    if (insert.columns.empty()) {
      // which value is the column's is not said: none of them can be
      const bool is_none = std::all_of(row.begin(), row.end(), [&](const sql::Expression& value) { return compare(view(equality.literal), sent, value) == Cover::No; });
      if (is_none) one = Cover::No;
    }
    for (std::size_t i = 0; i < insert.columns.size() && i < row.size(); ++i) {
      if (equality.column.empty() || !sql::same_identifier(insert.columns[i], equality.column.parts.back())) continue;
      const bool asks_null = equality.is_null;
      if (!asks_null) one = compare(view(equality.literal), sent, row[i]);
    }
    all = std::min(all, one);
  }
  return all;
}

/// Does a DELETE take the rows that an INSERT has left?
Effect::Cover Effect::cover(const sql::Delete& del, const RowSource& rows) const {
  if (!del.where) return del.from.relations.empty() ? Cover::Yes : Cover::Maybe;
  if (has_volatile(del.where->expr.scan, Volatility::Clock)) return Cover::No;  // retention: what the last run wrote is too young for it
  const auto* sent = static_cast<const SentSql*>(rows.sent);
  const auto* insert = std::get_if<sql::Insert>(&sent->script.statements[rows.statement].node);
  if (insert == nullptr) return Cover::Maybe;
  std::vector<std::vector<sql::Expression>> seen = insert->rows;
  const bool is_one_select = insert->query && insert->query->scan.set_operations == 0;
  if (seen.empty() && is_one_select && !insert->query->items.empty()) seen.push_back(insert->query->items);
  if (seen.empty()) return Cover::Maybe;
  // one row that stays is enough; that all go needs a condition that is seen as a whole
  Cover all = del.where->only_equalities ? Cover::Yes : Cover::Maybe;
  for (const auto& row : seen) all = std::min(all, cover_row(del.where->equalities, *sent, *insert, row));
  return all;
}

/// `c = (select max(c) from t)`: without that row another one is the greatest.
bool takes_extreme(std::string_view where) {
  std::string text;
  for (const char c : ascii_lower(where)) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') text += c;
  }
  return text.find("=(selectmin(") != std::string::npos || text.find("=(selectmax(") != std::string::npos;
}

void Effect::remove(const sql::Delete& del) {
  CatalogEntry& table = catalog_.get(ObjectKind::Table, del.target, {});
  if (facts_.dialect == sql::Dialect::MySql && ascii_lower(view(statement().range)).find(" limit ") != std::string::npos) return drifts(Cause::Chance, "LIMIT takes the next rows in every run", false);
  const bool by_run = del.where && keyed(del.where->expr.range);
  for (auto rows = table.rows.begin(); rows != table.rows.end();) {
    const Cover covered = cover(del, rows->first);
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
  if (has_volatile(scan, Volatility::Random)) return drifts(Cause::Chance, "which rows go is a matter of chance", false);
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
  if (has_volatile(merge.source, Volatility::Random)) drifts(Cause::Chance, "the source has other keys on every run", run_key);
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
  if (has_volatile(query.scan, Volatility::Sequence)) return drifts(Cause::Chance, "a sequence moves on", false);
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

bool is_log_name(const Project& project, std::string_view name) {
  const auto& globs = project.settings.log_tables;
  if (std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_matches(glob, name); })) return true;
  const std::string lower = ascii_lower(name);
  std::size_t begin = 0;
  while (begin <= lower.size()) {
    const std::size_t end = std::min(lower.find('_', begin), lower.size());
    if (is_log_word(std::string_view{lower}.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

bool carries_run_key(const ProjectFacts& facts, const Text& text, ByteRange range) {
  const Sources& sources = *facts.sources;
  const auto& further = facts.project->settings.run_keys;
  const auto is_key = [&](std::string_view symbol) {
    if (symbol.find("invocation_id") != std::string_view::npos || symbol.find("run_started_at") != std::string_view::npos) return true;
    return std::any_of(further.begin(), further.end(), [&](const std::string& key) { return symbol.find(key) != std::string_view::npos; });
  };
  const std::span<const Run> runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
    if (end <= range.begin || runs[i].begin >= range.end) continue;
    const Origin origin = sources.describe(runs[i].position);
    if (origin.kind != Origin::Kind::File && is_key(origin.name)) return true;
    for (const Position input : origin.inputs) {
      if (is_key(sources.describe(input).name)) return true;
    }
  }
  return false;
}

bool is_operational_row(const SentSql& sent, const sql::Insert& insert) {
  const auto operational = [&](const sql::Expression& value) {
    if (value.shape == sql::Shape::Literal) return true;
    if (sent.text.view().substr(value.range.begin, value.range.size()).ends_with('*')) return false;  // `*`, `t.*`: whatever the source holds
    if (value.scan.columns.empty() && value.scan.relations.empty()) return true;  // clocks, session functions, literals put together
    if (value.shape == sql::Shape::Subquery || value.shape == sql::Shape::Call) {
      return value.scan.joins == 0 && value.scan.group_bys == 0 && !value.scan.calls.empty() &&
             std::all_of(value.scan.calls.begin(), value.scan.calls.end(), [](const sql::Call& call) {
               const std::string_view name = call.name.last();
               return name == "count" || name == "max" || name == "min" || call.volatility == Volatility::Clock || !call.aggregate;
             });
    }
    return false;
  };
  if (insert.source == sql::Insert::Source::Values) {
    return std::all_of(insert.rows.begin(), insert.rows.end(), [&](const auto& row) { return std::all_of(row.begin(), row.end(), operational); });
  }
  if (insert.source == sql::Insert::Source::Query && insert.query) {
    return insert.query->scan.joins == 0 && insert.query->scan.group_bys == 0 && std::all_of(insert.query->items.begin(), insert.query->items.end(), operational);
  }
  return false;
}

}  // namespace hookc
