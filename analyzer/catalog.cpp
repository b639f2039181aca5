#include "analyzer/catalog.h"

#include <algorithm>

namespace hookc {

namespace {

bool is_same(const CatalogEntry& entry, sql::ObjectKind kind, const sql::QualifiedName& name, const sql::QualifiedName& parent) {
  if (entry.kind != kind || entry.parent.empty() != parent.empty()) return false;
  if (!parent.empty() && !entry.wider_scope && !sql::may_be_same(entry.parent, parent)) return false;
  if (entry.name.empty() || name.empty()) return entry.name.empty() && name.empty() && (parent.empty() || sql::may_be_same(entry.parent, parent));
  return sql::may_be_same(entry.name, name);
}

Existence join_existence(Existence left, Existence right) {
  if (left == right) return left;
  if (left == Existence::Unknown || right == Existence::Unknown) {
    const Existence known = left == Existence::Unknown ? right : left;
    return known == Existence::Present ? Existence::Maybe : Existence::Unknown;
  }
  return Existence::Maybe;
}

}  // namespace

sql::ObjectKind name_space_of(sql::ObjectKind kind) {
  switch (kind) {
    case sql::ObjectKind::View:
    case sql::ObjectKind::MaterializedView:
    case sql::ObjectKind::Stream: return sql::ObjectKind::Table;
    case sql::ObjectKind::Macro:
    case sql::ObjectKind::Aggregate: return sql::ObjectKind::Function;
    case sql::ObjectKind::User:
    case sql::ObjectKind::Group: return sql::ObjectKind::Role;
    case sql::ObjectKind::MaskingPolicy:
    case sql::ObjectKind::RowAccessPolicy: return sql::ObjectKind::Policy;
    default: return kind;  // every other kind has names of its own
  }
}

const CatalogEntry* Catalog::find(sql::ObjectKind kind, const sql::QualifiedName& name, const sql::QualifiedName& parent) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const CatalogEntry& entry) { return is_same(entry, kind, name, parent); });
  return found == entries_.end() ? nullptr : &*found;
}

CatalogEntry& Catalog::get(sql::ObjectKind kind, const sql::QualifiedName& name, const sql::QualifiedName& parent) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const CatalogEntry& entry) { return is_same(entry, kind, name, parent); });
  if (found != entries_.end()) return *found;
  CatalogEntry entry;
  entry.kind = kind;
  entry.name = name;
  entry.parent = parent;
  entries_.push_back(std::move(entry));
  return entries_.back();
}

void Catalog::replace_relation(const sql::QualifiedName& relation, bool frees_names) {
  CatalogEntry& table = get(sql::ObjectKind::Table, relation, {});
  table.existence = Existence::Present;
  table.rows.clear();
  table.fresh = true;
  ++table.generation;
  for (CatalogEntry& entry : entries_) {
    if (entry.parent.empty() || !sql::may_be_same(entry.parent, relation)) continue;
    if (entry.wider_scope && !frees_names) continue;
    // a column that was dropped or renamed is there again; one that was added is not
    const bool comes_back = entry.kind == sql::ObjectKind::Column && entry.existence == Existence::Absent;
    entry.existence = comes_back ? Existence::Unknown : Existence::Absent;
  }
}

void Catalog::drop_backup(const sql::QualifiedName& relation) {
  const std::uint32_t generation = get(sql::ObjectKind::Table, relation, {}).generation;
  for (CatalogEntry& entry : entries_) {
    if (!entry.parent.empty() && entry.wider_scope && entry.generation < generation && sql::may_be_same(entry.parent, relation)) {
      entry.existence = Existence::Absent;
    }
  }
}

void Catalog::remove_relation(const sql::QualifiedName& relation) {
  replace_relation(relation, true);
  get(sql::ObjectKind::Table, relation, {}).existence = Existence::Absent;
}

void Catalog::forget_relation(const sql::QualifiedName& relation) {
  CatalogEntry& table = get(sql::ObjectKind::Table, relation, {});
  table.existence = Existence::Unknown;
  table.rows.clear();
  table.fresh = false;
  for (CatalogEntry& entry : entries_) {
    if (!entry.parent.empty() && sql::may_be_same(entry.parent, relation)) entry.existence = Existence::Unknown;
  }
}

void Catalog::remove_schema(const sql::QualifiedName& schema) {
  for (CatalogEntry& entry : entries_) {
    const sql::QualifiedName& holder = entry.parent.empty() ? entry.name : entry.parent;
    if (holder.size() < 2) continue;
    sql::QualifiedName inside = holder;
    inside.parts.pop_back();
    if (!sql::may_be_same(inside, schema)) continue;
    entry.existence = Existence::Absent;
    entry.rows.clear();
  }
}

void Catalog::end_session() {
  for (CatalogEntry& entry : entries_) {
    if (!entry.temporary) continue;
    entry.existence = Existence::Absent;
    entry.rows.clear();
  }
}

void Catalog::begin_run() {
  for (CatalogEntry& entry : entries_) entry.fresh = false;
}

Catalog Catalog::join(const Catalog& left, const Catalog& right) {
  Catalog both = left;
  for (CatalogEntry& entry : both.entries_) {
    const CatalogEntry* other = right.find(entry.kind, entry.name, entry.parent);
    entry.existence = join_existence(entry.existence, other == nullptr ? Existence::Unknown : other->existence);
    entry.fresh = entry.fresh && other != nullptr && other->fresh;
    if (other != nullptr) {
      for (const auto& [source, presence] : other->rows) {
        const auto [own, is_new] = entry.rows.emplace(source, presence);
        if (!is_new) own->second = std::max(own->second, presence);
      }
      entry.generation = std::max(entry.generation, other->generation);
    }
  }
  for (const CatalogEntry& entry : right.entries_) {
    if (left.find(entry.kind, entry.name, entry.parent) != nullptr) continue;
    both.entries_.push_back(entry);
    both.entries_.back().existence = join_existence(Existence::Unknown, entry.existence);
    both.entries_.back().fresh = false;
  }
  return both;
}

}  // namespace hookc
