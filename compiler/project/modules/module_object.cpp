#include "compiler/project/modules/module_object.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/value/repr.h"

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

Text ModuleObject::str() const {
  std::string shown;
  for (const std::string_view name : names_) shown += fmt::format("{}'{}': <{} at {}>", shown.empty() ? "" : ", ", name, name, kAddress);
  return Text{"{" + shown + "}", Position{0}};
}

std::optional<Value> ModuleObject::attribute(Evaluator& evaluator, std::string_view name) {
  Value dict = make_dict();
  if (find_method(dict, name) == nullptr) return std::nullopt;
  for (const std::string_view exported : names_) (*dict.get_if<DictPtr>())->set(exported, member_(evaluator, exported));
  return attribute_of(evaluator, dict, name);
}

std::optional<Value> ModuleObject::item(Evaluator& evaluator, const Value& key) {
  const auto name = text_of(key);
  if (!name || std::find(names_.begin(), names_.end(), *name) == names_.end()) return std::nullopt;
  return member_(evaluator, *name);
}

std::optional<std::vector<Value>> ModuleObject::iterate(Evaluator& /*evaluator*/) {
  std::vector<Value> names;
  names.reserve(names_.size());
  for (const std::string_view name : names_) names.push_back(make_name(name));
  return names;
}

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
