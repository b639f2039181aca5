// cycles: values that hold themselves (`{% do l.append(l) %}`). Nothing else would ever free them: they are shared, and each is held by another.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

/// Containers into which something was put that holds them, directly or not. They are not kept alive; those that are left when this object ends are released.
class Cycles {
 public:
  Cycles() = default;
  Cycles(const Cycles&) = delete;
  Cycles& operator=(const Cycles&) = delete;
  ~Cycles() { release(); }

  /// `held` is put into `container`, a list or a dict. Only what closes a cycle is kept in mind.
  void note(const Value& container, const Value& held);
  /// Empties those that only they themselves hold, and what only they hold with them. What anybody else can reach stays as it is.
  void release();

 private:
  std::vector<std::variant<std::weak_ptr<List>, std::weak_ptr<Dict>>> noted_;
};

}  // namespace hookc
