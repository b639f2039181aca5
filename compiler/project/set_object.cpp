#include "compiler/project/set_object.h"

#include <algorithm>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

Value make_set(Evaluator& evaluator, const Value& items) {
  auto result = std::make_shared<SetObject>();
  for (const Value& item : evaluator.iterate(items)) result->add(evaluator, item);
  return Value{ObjectPtr{std::move(result)}};
}

void SetObject::add(Evaluator& evaluator, const Value& item) {
  check_hashable(Site{evaluator.site(), &evaluator.sources()}, item);
  if (!has(item)) items_.set(item, Value{true});
}

std::vector<Value> SetObject::values() const {
  std::vector<Value> result;
  for (const Dict::Entry& entry : items_.entries()) result.push_back(entry.key);
  return result;
}

Text SetObject::str() const {
  if (items_.size() == 0) return Text{"set()", Position{0}};
  TextBuilder out;
  bool is_first = true;
  for (const Dict::Entry& entry : items_.entries()) {
    out.append(std::exchange(is_first, false) ? "{" : ", ", Position{0}, FrameId{0});
    append_repr(out, Site{}, entry.key);
  }
  out.append("}", Position{0}, FrameId{0});
  return out.take();
}

std::optional<std::vector<Value>> SetObject::iterate(Evaluator&) { return values(); }

bool SetObject::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto set = object == nullptr ? nullptr : std::dynamic_pointer_cast<SetObject>(*object);
  if (set == nullptr || set->items_.size() != items_.size()) return false;
  const std::vector<Value> mine = values();
  return std::all_of(mine.begin(), mine.end(), [&](const Value& item) { return set->has(item); });
}

std::optional<Value> SetObject::attribute(Evaluator&, std::string_view name) {
  const auto self = shared_from_this();
  if (name == "add") {
    return make_function("add", [self](Evaluator& evaluator, const Arguments& arguments) {
      self->add(evaluator, bind_arguments(arguments, "add", {{"item"}})[0]);
      return Value{None{}};
    });
  }
  if (name == "discard" || name == "remove") {
    return make_function(std::string{name}, [self, must = name == "remove"](Evaluator&, const Arguments& arguments) {
      const Value item = bind_arguments(arguments, "remove", {{"item"}})[0];
      if (!self->items_.erase(item) && must) fail(arguments.site, "KeyError", display_repr(item));
      return Value{None{}};
    });
  }
  if (name == "update" || name == "union") {
    return make_function(std::string{name}, [self, in_place = name == "update"](Evaluator& evaluator, const Arguments& arguments) {
      auto result = in_place ? self : std::make_shared<SetObject>();
      if (!in_place) {
        for (const Value& item : self->values()) result->add(evaluator, item);
      }
      for (const Value& other : arguments.positional) {
        for (const Value& item : evaluator.iterate(other)) result->add(evaluator, item);
      }
      return in_place ? Value{None{}} : Value{ObjectPtr{result}};
    });
  }
  if (name == "intersection" || name == "difference") {
    return make_function(std::string{name}, [self, keeps = name == "intersection"](Evaluator& evaluator, const Arguments& arguments) {
      auto others = std::make_shared<SetObject>();
      for (const Value& other : arguments.positional) {
        for (const Value& item : evaluator.iterate(other)) others->add(evaluator, item);
      }
      auto result = std::make_shared<SetObject>();
      for (const Value& item : self->values()) {
        if (others->has(item) == keeps) result->add(evaluator, item);
      }
      return Value{ObjectPtr{result}};
    });
  }
  if (name == "issubset" || name == "issuperset") {
    return make_function(std::string{name}, [self, below = name == "issubset"](Evaluator& evaluator, const Arguments& arguments) {
      auto other = std::make_shared<SetObject>();
      for (const Value& item : evaluator.iterate(bind_arguments(arguments, "issubset", {{"other"}})[0])) other->add(evaluator, item);
      const SetObject& part = below ? *self : *other;
      const SetObject& whole = below ? *other : *self;
      const std::vector<Value> items = part.values();
      return Value{std::all_of(items.begin(), items.end(), [&](const Value& item) { return whole.has(item); })};
    });
  }
  if (name == "copy") {
    return make_function("copy", [self](Evaluator& evaluator, const Arguments&) { return make_set(evaluator, Value{ObjectPtr{self}}); });
  }
  return std::nullopt;
}

}  // namespace hookc
