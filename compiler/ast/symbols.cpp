#include "compiler/ast/symbols.h"

#include <algorithm>
#include <limits>
#include <map>

namespace hookc::ast {

std::uint16_t UnitSlots::slot(std::uint32_t level, NameId name, bool is_own) {
  std::uint32_t& last = last_of_name_[name];
  for (std::uint32_t at = last; at != 0; at = given_[at - 1].before) {
    if (given_[at - 1].level == level && given_[at - 1].is_own == is_own) return static_cast<std::uint16_t>(at - 1);
  }
  if (names.size() >= std::numeric_limits<std::uint16_t>::max()) {
    overflowed = true;
    return 0;
  }
  given_.push_back({level, is_own, last});
  names.push_back(name);
  last = static_cast<std::uint32_t>(given_.size());
  return static_cast<std::uint16_t>(given_.size() - 1);
}

Unit UnitSlots::finish(const Names& all) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const NameId name : names) texts.emplace_back(all.text(name));
  return {static_cast<std::uint16_t>(names.size()), captured, std::move(texts)};
}

const Variable* Symbols::find_here(NameId name) const {
  for (const Symbols* at = this; at != nullptr; at = at->base_) {
    if (const Known* known = at->names_.find(name); known != nullptr && known->has_variable) return &known->variable;
  }
  return nullptr;
}

const Variable* Symbols::find(NameId name) const {
  for (const Symbols* at = this; at != nullptr; at = at->parent_) {
    if (const Variable* found = at->find_here(name)) return found;
  }
  return nullptr;
}

bool Symbols::stores(NameId name) const {
  for (const Symbols* at = this; at != nullptr; at = at->base_) {
    if (const Known* known = at->names_.find(name); known != nullptr && known->is_stored) return true;
  }
  return false;
}

void Symbols::define(NameId name, Load load) {
  Known& known = names_[name];
  known.has_variable = known.has_load = true;
  known.variable = {&unit_, unit_.slot(level_, name, is_own_)};
  known.load = load;
}

void Symbols::load(NameId name) {
  if (find(name) == nullptr) define(name, {Load::Kind::Resolve, {}});
}

void Symbols::store(NameId name) {
  names_[name].is_stored = true;
  if (find_here(name) != nullptr) return;
  const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
  define(name, outer != nullptr ? Load{Load::Kind::Alias, *outer} : Load{Load::Kind::Undefined, {}});
}

void Symbols::declare(NameId name, Load::Kind kind) {
  names_[name].is_stored = true;
  define(name, {kind, {}});
}

void Symbols::borrow(NameId name, Variable variable) {
  Known& known = names_[name];
  known.is_stored = known.has_variable = true;
  known.variable = variable;
}

void Symbols::merge(std::initializer_list<const Symbols*> branches) {
  std::vector<NameId> stored_in_branch;
  for (const Symbols* branch : branches) {
    for (const auto& [name, there] : branch->names_.entries()) {
      if (there.is_stored && !stores(name)) stored_in_branch.push_back(name);
    }
  }
  for (const Symbols* branch : branches) {
    for (const auto& [name, there] : branch->names_.entries()) {
      Known& here = names_[name];
      if (there.has_variable) {
        here.has_variable = true;
        here.variable = there.variable;
      }
      if (there.has_load) {
        here.has_load = true;
        here.load = there.load;
      }
      here.is_stored = here.is_stored || there.is_stored;
    }
  }
  // Stored in a branch that may not run: until then it is what it was outside.
  for (const NameId name : stored_in_branch) {
    const Variable* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
    Known& here = names_[name];
    here.has_load = true;
    here.load = outer != nullptr ? Load{Load::Kind::Alias, *outer} : Load{Load::Kind::Resolve, {}};
  }
}

std::vector<Symbols::Start> Symbols::loads() const {
  std::vector<Start> starts;
  for (const auto& [name, known] : names_.entries()) {
    if (!known.has_load) continue;
    const Variable* variable = find_here(name);  // of a branch's name, perhaps the one that the scope around the branch has
    if (variable != nullptr) starts.push_back({variable->slot, known.load, name});
  }
  std::sort(starts.begin(), starts.end(), [](const Start& left, const Start& right) { return left.slot < right.slot; });
  return starts;
}

std::vector<std::pair<NameId, Variable>> Symbols::stored() const {
  std::map<NameId, Variable> all;
  for (const Symbols* at = this; at != nullptr; at = at->parent_) {
    for (const auto& [name, known] : at->names_.entries()) {
      if (!known.is_stored) continue;
      if (const Variable* found = find(name); found != nullptr) all.try_emplace(name, *found);
    }
  }
  return {all.begin(), all.end()};
}

}  // namespace hookc::ast
