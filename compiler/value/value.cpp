#include "compiler/value/value.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/base/overloaded.h"
#include "compiler/base/similar.h"
#include "compiler/value/repr.h"

namespace hookc {

void Value::share(const Value& other) noexcept {
  kind_ = other.kind_;
  shares_ = true;
  other.visit([this]<class T>(const T& held) { std::construct_at(&(this->*member_of<T>()), held); });
}

void Value::release() noexcept {
  visit([this]<class T>(const T&) { std::destroy_at(&(this->*member_of<T>())); });
}

const Value* Arguments::keyword_if(std::string_view name) const {
  const auto found = std::find_if(keyword.begin(), keyword.end(), [name](const auto& one) { return one.first == name; });
  return found == keyword.end() ? nullptr : &found->second;
}

std::optional<Value> Object::attribute(Evaluator& /*evaluator*/, std::string_view /*name*/) { return std::nullopt; }
std::optional<Value> Object::item(Evaluator& /*evaluator*/, const Value& /*key*/) { return std::nullopt; }
std::optional<std::vector<Value>> Object::iterate(Evaluator& /*evaluator*/) { return std::nullopt; }

std::optional<Text> Object::formatted(const Site& /*site*/, std::string_view /*spec*/) const { return std::nullopt; }

Value Object::call(Evaluator& /*evaluator*/, const Arguments& arguments) {
  fail(arguments.site, "TypeError", fmt::format("'{}' object is not callable", type_name()));
}

bool Object::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  return object != nullptr && object->get() == this;
}

std::optional<std::size_t> Object::hash() const { return std::hash<const Object*>{}(this); }

Text Function::str() const { return Text{shown_.empty() ? fmt::format("<function {}>", name_) : shown_, fixed_at(Position{0})}; }

Value make_text(std::string bytes, Position position) { return Value{Text{std::move(bytes), position}}; }
Value make_name(std::string_view bytes) { return Value{Text{std::string{bytes}, fixed_at(Position{0})}}; }
Value make_list(std::vector<Value> items) { return Value{std::make_shared<List>(std::move(items), false)}; }
Value make_tuple(std::vector<Value> items) { return Value{std::make_shared<List>(std::move(items), true)}; }
Value make_dict() { return Value{std::make_shared<Dict>()}; }
Value make_function(std::string name, Function::Body body) { return Value{ObjectPtr{std::make_shared<Function>(std::move(name), std::move(body))}}; }

Value make_function(std::string name, Function::Body body, std::string shown) {
  return Value{ObjectPtr{std::make_shared<Function>(std::move(name), std::move(body), std::move(shown))}};
}

Value make_undefined(std::string name) {
  Undefined::Info info;
  info.name = std::move(name);
  info.sought = Undefined::Sought::Context;
  return Value{Undefined{std::make_shared<const Undefined::Info>(std::move(info))}};
}

Value make_undefined(std::string name, std::string message, Undefined::Kind kind) {
  return Value{Undefined{std::make_shared<const Undefined::Info>(Undefined::Info{std::move(name), std::move(message), kind})}};
}

std::optional<std::string_view> text_of(const Value& value) {
  const Text* text = value.get_if<Text>();
  if (text == nullptr) return std::nullopt;
  return text->view();
}

std::string type_name(const Value& value) {
  return value.visit(overloaded{[](const Undefined&) { return std::string{"Undefined"}; },
                               [](None) { return std::string{"NoneType"}; },
                               [](bool) { return std::string{"bool"}; },
                               [](std::int64_t) { return std::string{"int"}; },
                               [](double) { return std::string{"float"}; },
                               [](const Text&) { return std::string{"str"}; },
                               [](const ListPtr& list) { return std::string{list->is_tuple ? "tuple" : "list"}; },
                               [](const DictPtr&) { return std::string{"dict"}; },
                               [](const ObjectPtr& object) { return object->type_name(); },
                               [](const Unknown&) { return std::string{"unknown"}; }});
}

void fail_keyword(Span site, std::string message, std::string_view name, const std::vector<std::string>& parameters) {
  UnknownKeyword error;
  error.diagnostic.error_class = "TypeError";
  error.diagnostic.message = std::move(message);
  error.diagnostic.span = site;
  error.diagnostic.help = did_you_mean(name, parameters);
  if (std::find(parameters.begin(), parameters.end(), name) != parameters.end()) {
    error.diagnostic.help = fmt::format("`{}` is given by its position already", name);
  } else if (error.diagnostic.help.empty()) {
    error.diagnostic.help = parameters.empty() ? "it takes no arguments by name" : fmt::format("it takes `{}`", fmt::join(parameters, "`, `"));
  }
  error.name = std::string{name};
  throw error;
}

void fail(Span site, std::string error_class, std::string message) {
  Diagnostic diagnostic;
  diagnostic.error_class = std::move(error_class);
  diagnostic.message = std::move(message);
  diagnostic.span = site;
  throw EvalError{std::move(diagnostic)};
}

}  // namespace hookc
