// undeclared: which special names a body mentions before it declares them itself: `loop`, `caller`, `varargs`, `kwargs`, `self`, `super`.
#pragma once

#include <array>
#include <cstddef>

#include "compiler/ast/ast.h"

namespace hookc::ast {

/// Up to three names and what is known of them.
class SpecialNames {
 public:
  template <class... Names>
  explicit SpecialNames(Names... names) : names_{names...}, count_(sizeof...(Names)) {}

  [[nodiscard]] bool contains(NameId name) const {
    const std::size_t at = place_of(name);
    return at < count_ && states_[at] == State::Mentioned;
  }
  void mention(NameId name) {
    const std::size_t at = place_of(name);
    if (at < count_ && states_[at] == State::Unseen) states_[at] = State::Mentioned;
  }
  void declare(NameId name) {
    const std::size_t at = place_of(name);
    if (at < count_ && states_[at] == State::Unseen) states_[at] = State::Declared;
  }
  /// Nothing can change any more.
  [[nodiscard]] bool are_settled() const {
    for (std::size_t at = 0; at < count_; ++at) {
      if (states_[at] == State::Unseen) return false;
    }
    return true;
  }

 private:
  enum class State : unsigned char { Unseen, Mentioned, Declared };
  [[nodiscard]] std::size_t place_of(NameId name) const {
    std::size_t at = 0;
    while (at < count_ && names_[at] != name) ++at;
    return at;
  }
  std::array<NameId, 3> names_;
  std::array<State, 3> states_{};
  std::size_t count_;
};

/// Those of `names` that `body` reads, at any depth but not inside of blocks. A name that is stored first does not count.
SpecialNames undeclared_names(const Body& body, SpecialNames names);

}  // namespace hookc::ast
