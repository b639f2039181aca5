// Signature: a builtin's parameters, read once from the text of its row.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

struct Signature {
  struct Parameter {
    std::string name;
    std::optional<Value> default_value;
    bool positional_only = false;
  };
  std::string function;  // for messages: `str.split`
  std::vector<Parameter> parameters;
  std::size_t required = 0;  // of the parameters, from the first
  std::size_t positional = SIZE_MAX;  // how many may be given by position: those before a lone `*`
  bool takes_rest = false;      // `*args`
  bool takes_keywords = false;  // `**kwargs`
};

/// Most parameters that a builtin can have; a longer signature is our own mistake.
inline constexpr std::size_t kMaxParameters = 8;

/// Reads `trim(value, chars=none)`. Malformed text is our own mistake.
Signature parse_signature(std::string_view text);

/// The arguments of one call, bound.
struct BoundArguments {
  std::array<Value, kMaxParameters> values;  // one for each parameter
  std::size_t rest_begin = 0;                // of `*args` in the positional arguments
  std::vector<std::pair<std::string, Value>> keywords;
};

/// Binds as Python does; TypeError in Python's words. Without an operand the first parameter is an argument, too (globals).
void bind(const Signature& signature, const Value* operand, const Arguments& arguments, BoundArguments& bound);

}  // namespace hookc
