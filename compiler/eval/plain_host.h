// PlainHost: the host of plain Jinja: a context of values, the globals of Jinja, and no database.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/eval/host.h"

namespace hookc {

/// A value that shares no list or dict with `value`, so that what one evaluation changes does not reach the next. Objects are shared. Containers within
/// containers are followed, once each, to a depth of 200.
Value deep_copy(const Value& value);

class PlainHost : public Host {
 public:
  /// The template sees the context's own lists and dicts, as in Jinja: what it changes in them stays changed.
  explicit PlainHost(DictPtr context) : context_(std::move(context)) {}

  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] std::vector<std::string> names() const override;
  /// There is no database: raises.
  Value query(Evaluator& evaluator, const Query& query) override;
  /// There are no unknowns: never asked.
  std::size_t choose(Evaluator& evaluator, const Question& question) override;

 private:
  DictPtr context_;
};

}  // namespace hookc
