// require: a claim that no input may break. A violation aborts, as the sanitizers do, in every build.
#pragma once

#include <cstdlib>
#include <iostream>

namespace hookc {

inline void require(bool holds, const char* claim) {
  if (holds) return;
  std::cerr << "violated: " << claim << '\n';
  std::abort();
}

}  // namespace hookc
