#include "compiler/project/modules/module_object.h"

#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

/// The first unknown among the arguments; null when all are known.
const Unknown* unknown_argument(const Arguments& arguments) {
  for (const Value& value : arguments.positional) {
    if (const auto* unknown = value.get_if<Unknown>()) return unknown;
  }
  for (const auto& [name, value] : arguments.keyword) {
    if (const auto* unknown = value.get_if<Unknown>()) return unknown;
  }
  return nullptr;
}

}  // namespace

Value ClassObject::call(Evaluator& evaluator, const Arguments& arguments) {
  if (const Unknown* unknown = unknown_argument(arguments)) return evaluator.derive_unknown(*unknown, " | " + name_);
  return body_(evaluator, arguments);
}

Value module_function(std::string name, Function::Body body) {
  std::string label = " | " + name;
  return make_function(std::move(name), [label = std::move(label), body = std::move(body)](Evaluator& evaluator, const Arguments& arguments) {
    if (const Unknown* unknown = unknown_argument(arguments)) return evaluator.derive_unknown(*unknown, label);
    return body(evaluator, arguments);
  });
}

}  // namespace hookc
