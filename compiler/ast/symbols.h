// symbols: what one scope knows of its names, and the slots of the Unit that it is in. Internal to the resolution of names.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/ast/names.h"

namespace hookc::ast {

/// The slots of a Unit while they are being given out.
struct UnitSlots {
  UnitSlots* outer = nullptr;
  bool captured = false;
  bool overflowed = false;
  std::vector<NameId> names;

  /// Scopes of the same nesting share the slot of a name, as Python's locals under Jinja do; `is_own` keeps one of them apart.
  std::uint16_t slot(std::uint32_t level, NameId name, bool is_own);
  /// All slots have been given out.
  [[nodiscard]] Unit finish(const Names& all);

 private:
  /// Whose a slot is; `before` is the one given out before it for the same name, counted from 1, or 0.
  struct Given {
    std::uint32_t level;
    bool is_own;
    std::uint32_t before;
  };
  std::vector<Given> given_;             // by slot
  NameMap<std::uint32_t> last_of_name_;  // as `before`
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

  void load(NameId name);
  void store(NameId name);
  void declare(NameId name, Load::Kind kind = Load::Kind::Parameter);
  /// Another scope's variable under this name, which that scope takes care of.
  void borrow(NameId name, Variable variable);
  /// What the branches of one `if` have done to the names.
  void merge(std::initializer_list<const Symbols*> branches);

  /// Valid until a name is added.
  [[nodiscard]] const Variable* find(NameId name) const;
  /// How the variables of this scope start, by slot.
  struct Start {
    std::uint16_t slot = 0;
    Load load;
    NameId name;
  };
  [[nodiscard]] std::vector<Start> loads() const;
  /// All that is stored here and around, each once.
  [[nodiscard]] std::vector<std::pair<NameId, Variable>> stored() const;

 private:
  [[nodiscard]] const Variable* find_here(NameId name) const;
  [[nodiscard]] bool stores(NameId name) const;
  void define(NameId name, Load load);

  /// What is known of a name here.
  struct Known {
    bool has_variable = false;
    bool has_load = false;
    bool is_stored = false;
    Variable variable;
    Load load;
  };

  const Symbols* parent_;
  const Symbols* base_ = nullptr;
  UnitSlots& unit_;
  std::uint32_t level_;
  bool is_own_ = false;
  NameMap<Known> names_;
};

}  // namespace hookc::ast
