#include "compiler/ast/symbols.h"

#include <limits>

namespace hookc::ast {

std::uint16_t UnitSlots::slot(std::uint32_t level, std::string_view name, bool is_own) {
  const auto next = static_cast<std::uint16_t>(names.size());
  const auto [found, is_new] = slots_.try_emplace({level, name, is_own}, next);
  if (!is_new) return found->second;
  if (names.size() >= std::numeric_limits<std::uint16_t>::max()) {
    overflowed = true;
    return 0;
  }
  names.emplace_back(name);
  return next;
}

Unit UnitSlots::finish() const { return {static_cast<std::uint16_t>(names.size()), captured, names}; }

const Variable* Symbols::find_here(std::string_view name) const {
  for (const Symbols* at = this; at != nullptr; at = at->base_) {
    if (const auto found = at->refs_.find(name); found != at->refs_.end()) return &found->second;
  }
  return nullptr;
}

const Variable* Symbols::find(std::string_view name) const {
  for (const Symbols* at = this; at != nullptr; at = at->parent_) {
    if (const Variable* found = at->find_here(name)) return found;
  }
  return nullptr;
}

bool Symbols::stores(std::string_view name) const {
  for (const Symbols* at = this; at != nullptr; at = at->base_) {
    if (at->stores_.contains(name)) return true;
  }
  return false;
}

const Variable& Symbols::define(std::string_view name, Load load) {
  const Variable variable{&unit_, unit_.slot(level_, name, is_own_)};
  loads_[variable.slot] = load;
  return refs_[name] = variable;
}

void Symbols::load(std::string_view name) {
  if (find(name) == nullptr) define(name, {Load::Kind::Resolve, {}, name});
}

void Symbols::store(std::string_view name) {
  stores_.insert(name);
  if (find_here(name) != nullptr) return;
  const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
  define(name, outer != nullptr ? Load{Load::Kind::Alias, *outer, name} : Load{Load::Kind::Undefined, {}, name});
}

Variable Symbols::declare(std::string_view name, Load::Kind kind) {
  stores_.insert(name);
  return define(name, {kind, {}, name});
}

void Symbols::borrow(std::string_view name, Variable variable) {
  stores_.insert(name);
  refs_[name] = variable;
}

void Symbols::merge(const std::vector<const Symbols*>& branches) {
  std::set<std::string_view> stored_in_branch;
  for (const Symbols* branch : branches) {
    for (const std::string_view name : branch->stores_) {
      if (!stores(name)) stored_in_branch.insert(name);
    }
  }
  for (const Symbols* branch : branches) {
    for (const auto& [name, variable] : branch->refs_) refs_[name] = variable;
    for (const auto& [slot, load] : branch->loads_) loads_[slot] = load;
    stores_.insert(branch->stores_.begin(), branch->stores_.end());
  }
  // Stored in a branch that may not run: until then it is what it was outside.
  for (const std::string_view name : stored_in_branch) {
    const Variable* target = find(name);
    const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
    if (target == nullptr) continue;
    loads_[target->slot] = outer != nullptr ? Load{Load::Kind::Alias, *outer, name} : Load{Load::Kind::Resolve, {}, name};
  }
}

std::vector<std::pair<std::string_view, Variable>> Symbols::stored() const {
  std::map<std::string_view, Variable> all;
  for (const Symbols* at = this; at != nullptr; at = at->parent_) {
    for (const std::string_view name : at->stores_) {
      if (const Variable* found = find(name); found != nullptr) all.try_emplace(name, *found);
    }
  }
  return {all.begin(), all.end()};
}

}  // namespace hookc::ast
