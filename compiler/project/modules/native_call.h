// NativeCall: the arguments of a function that Python writes in C: bound, checked and refused in the words of that kind of function.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

struct NativeSignature {
  std::string_view function;  // `replace`; empty for constructors, whose messages have no name
  std::initializer_list<std::string_view> parameters;
  std::size_t required = 0;    // of the parameters, from the first
  std::size_t positional = 99; // how many can be given by position
};

class NativeCall {
 public:
  NativeCall(Evaluator& evaluator, const Arguments& arguments, const NativeSignature& signature);

  [[nodiscard]] Evaluator& evaluator() const { return evaluator_; }
  [[nodiscard]] Site site() const { return Site{evaluator_.site(), &evaluator_.sources()}; }
  [[nodiscard]] bool has(std::size_t index) const { return values_[index].has_value(); }
  /// None when it was not given.
  [[nodiscard]] const Value& operator[](std::size_t index) const { return has(index) ? *values_[index] : none_; }
  /// A C `int`.
  [[nodiscard]] std::int64_t integer(std::size_t index, std::int64_t absent) const;
  [[nodiscard]] Text text(std::size_t index, std::string_view function) const;

 private:
  Evaluator& evaluator_;
  std::vector<std::optional<Value>> values_;
  Value none_{None{}};
};

/// An integer that fits a C `int`; TypeError or OverflowError otherwise.
std::int64_t c_integer(Evaluator& evaluator, const Value& value);

/// A method of a type of Python's, written in C++.
template <class T>
class MethodRow {
 public:
  using WithArguments = Value (*)(Evaluator& evaluator, const std::shared_ptr<T>& self, const Arguments& arguments);
  using WithoutArguments = Value (*)(Evaluator& evaluator, const std::shared_ptr<T>& self);
  constexpr MethodRow(std::string_view method, WithArguments written) : name(method), with_(written) {}
  /// A method that takes no arguments, and refuses all.
  constexpr MethodRow(std::string_view method, WithoutArguments written) : name(method), without_(written) {}

  Value call(Evaluator& evaluator, const std::shared_ptr<T>& self, const Arguments& arguments) const {
    if (with_ != nullptr) return with_(evaluator, self, arguments);
    NativeCall{evaluator, arguments, {.function = name, .parameters = {}}};
    return without_(evaluator, self);
  }

  std::string_view name;

 private:
  WithArguments with_ = nullptr;
  WithoutArguments without_ = nullptr;
};

}  // namespace hookc
