// ModuleObject, ClassObject: what `modules` is made of: dicts of names, and types that can be called.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

/// A module as dbt hands it out: a dict of what it exports. The values are made when they are asked for: some are read from the system.
class ModuleObject final : public Object {
 public:
  /// The value of one of the names.
  using Member = std::function<Value(Evaluator&, std::string_view name)>;
  /// `names` live as long as the program.
  ModuleObject(std::span<const std::string_view> names, Member member) : names_(names), member_(std::move(member)) {}
  [[nodiscard]] std::string type_name() const override { return "dict"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] std::vector<std::string> member_names() const override { return {names_.begin(), names_.end()}; }
  /// The methods of a dict.
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return names_.size(); }
  [[nodiscard]] bool is_mapping() const override { return true; }

 private:
  std::span<const std::string_view> names_;
  Member member_;
};

/// A type: calling it makes a value of it; its attributes are class methods, constants, and methods without their object.
class ClassObject final : public Object {
 public:
  using Member = std::function<std::optional<Value>(Evaluator&, std::string_view name)>;
  ClassObject(std::string name, Function::Body body, Member member) : name_(std::move(name)), body_(std::move(body)), member_(std::move(member)) {}
  [[nodiscard]] std::string type_name() const override { return "type"; }
  [[nodiscard]] Text str() const override { return Text{"<class '" + name_ + "'>", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    return member_ ? member_(evaluator, name) : std::nullopt;
  }

 private:
  std::string name_;
  Function::Body body_;
  Member member_;
};

/// A function that gives an unknown when one of its arguments is one.
Value module_function(std::string name, Function::Body body);

/// The object of class T behind a value; null for others.
template <class T>
std::shared_ptr<T> object_as(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : std::dynamic_pointer_cast<T>(*object);
}

template <class T, class... Parts>
Value make_object(Parts&&... parts) {
  return Value{ObjectPtr{std::make_shared<T>(std::forward<Parts>(parts)...)}};
}

}  // namespace hookc
