// symbols: what one scope knows of its names, and the slots of the Unit that it is in. Internal to the resolution of names.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"

namespace hookc::ast {

/// The slots of a Unit while they are being given out.
struct UnitSlots {
  UnitSlots* outer = nullptr;
  bool captured = false;
  bool overflowed = false;
  std::vector<std::string> names;

  /// Scopes of the same nesting share the slot of a name, as Python's locals under Jinja do; `is_own` keeps one of them apart.
  std::uint16_t slot(std::uint32_t level, std::string_view name, bool is_own);
  [[nodiscard]] Unit finish() const;

 private:
  std::map<std::tuple<std::uint32_t, std::string_view, bool>, std::uint16_t> slots_;
};

struct Variable {
  UnitSlots* unit = nullptr;
  std::uint16_t slot = 0;
};

/// How a variable starts on entry to its scope.
struct Load {
  enum class Kind : std::uint8_t { Parameter, Resolve, Alias, Undefined, Self, Super };
  Kind kind = Kind::Undefined;
  Variable from;          // of an Alias
  std::string_view name;  // of a Resolve
};

/// The names of a scope. A branch of an `if` looks at its scope through one of its own, which is merged afterwards.
class Symbols {
 public:
  Symbols(const Symbols* parent, UnitSlots& unit, std::uint32_t level) : parent_(parent), unit_(unit), level_(level) {}
  [[nodiscard]] Symbols inner(UnitSlots& unit) const { return {this, unit, level_ + 1}; }
  [[nodiscard]] Symbols branch() const {
    Symbols made{parent_, unit_, level_};
    made.base_ = this;
    return made;
  }
  /// Slots that no other scope of the same nesting has.
  void keep_apart() { is_own_ = true; }

  void load(std::string_view name);
  void store(std::string_view name);
  Variable declare(std::string_view name, Load::Kind kind = Load::Kind::Parameter);
  /// Another scope's variable under this name, which that scope takes care of.
  void borrow(std::string_view name, Variable variable);
  /// What the branches of one `if` have done to the names.
  void merge(const std::vector<const Symbols*>& branches);

  [[nodiscard]] const Variable* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::uint16_t, Load>& loads() const { return loads_; }
  /// All that is stored here and around, by name.
  [[nodiscard]] std::vector<std::pair<std::string_view, Variable>> stored() const;

 private:
  [[nodiscard]] const Variable* find_here(std::string_view name) const;
  [[nodiscard]] bool stores(std::string_view name) const;
  const Variable& define(std::string_view name, Load load);

  const Symbols* parent_;
  const Symbols* base_ = nullptr;
  UnitSlots& unit_;
  std::uint32_t level_;
  bool is_own_ = false;
  std::map<std::string_view, Variable> refs_;
  std::map<std::uint16_t, Load> loads_;
  std::set<std::string_view> stores_;
};

}  // namespace hookc::ast
