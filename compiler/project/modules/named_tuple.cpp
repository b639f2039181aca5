#include "compiler/project/modules/named_tuple.h"

#include "compiler/project/modules/module_object.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

Text NamedTuple::str() const {
  std::string text = type_ + "(";
  for (std::size_t i = 0; i < names_.size(); ++i) text += (i == 0 ? "" : ", ") + names_[i] + "=" + display_repr(values()[i]);
  return Text{text + ")", Position{0}};
}

std::optional<Value> NamedTuple::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return values()[i];
  }
  return std::nullopt;
}

std::optional<Value> NamedTuple::item(Evaluator& evaluator, const Value& key) { return item_of(evaluator, values_, key); }

bool NamedTuple::equals(const Value& other) const {
  const auto tuple = object_as<NamedTuple>(other);
  return is_equal(values_, tuple == nullptr ? other : tuple->values_);
}

std::optional<std::size_t> NamedTuple::hash() const { return hash_value(values_); }

}  // namespace hookc
