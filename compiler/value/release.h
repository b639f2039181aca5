// Release: containers nested a million deep are destroyed without as many stack frames. A destructor of a container opens a Release; where
// destructors are nested too deeply, it hands its children over instead of destroying them, and the outermost one destroys them.
#pragma once

#include "compiler/value/value.h"

namespace hookc {

class Release {
 public:
  Release();
  ~Release();
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;

  /// The children must be handed over.
  [[nodiscard]] bool is_deep() const;
  /// Takes a container; other values may stay where they are.
  void take(Value&& child);
};

}  // namespace hookc
