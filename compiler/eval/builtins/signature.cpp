#include "compiler/eval/builtins/signature.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/value/numbers.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

std::string_view stripped(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Value default_of(std::string_view text) {
  if (text == "none") return Value{None{}};
  if (text == "true") return Value{true};
  if (text == "false") return Value{false};
  if (text == "undefined") return Value{};
  if (text.front() == '\'') return make_name(text.substr(1, text.size() - 2));
  if (text.find('.') != std::string_view::npos) return parse_float_literal(text);
  if (text.front() == '-') return Value{-*small_integer(parse_integer_literal(text.substr(1), 10))};
  return parse_integer_literal(text, 10);
}

/// The parts between commas, which strings may contain.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  bool in_string = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '\'') in_string = !in_string;
    if (i < text.size() && (in_string || text[i] != ',')) continue;
    if (const std::string_view part = stripped(text.substr(begin, i - begin)); !part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

std::string plural(std::size_t count) { return count == 1 ? "argument" : "arguments"; }

[[noreturn]] void fail_count(const Signature& signature, const Arguments& arguments, std::size_t given) {
  const std::size_t most = signature.positional;
  const std::string takes = signature.required == most ? fmt::format("{} positional {}", most, plural(most))
                                                       : fmt::format("from {} to {} positional arguments", signature.required, most);
  fail(arguments.site, "TypeError", fmt::format("{}() takes {} but {} {} given", signature.function, takes, given, given == 1 ? "was" : "were"));
}

/// `own`: how many of the parameters are the operand before `|`, `is` or the dot, which nobody names.
[[noreturn]] void fail_unexpected(const Signature& signature, std::size_t own, const Arguments& arguments, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = own; i < signature.parameters.size(); ++i) {
    if (!signature.parameters[i].positional_only) names.push_back(signature.parameters[i].name);
  }
  fail_keyword(arguments.site, fmt::format("{}() got an unexpected keyword argument {}", signature.function, repr_of_bytes(name)), name, names);
}

void bind_keywords(const Signature& signature, std::size_t own, const Arguments& arguments, BoundArguments& bound, std::uint32_t& filled) {
  for (const auto& [name, value] : arguments.keyword) {
    const auto found = std::find_if(signature.parameters.begin(), signature.parameters.end(), [&key = name](const Signature::Parameter& parameter) {
      return parameter.name == key && !parameter.positional_only;
    });
    if (found == signature.parameters.end()) {
      if (!signature.takes_keywords) fail_unexpected(signature, own, arguments, name);
      bound.keywords.emplace_back(name, value);
      continue;
    }
    const auto index = static_cast<std::size_t>(found - signature.parameters.begin());
    if ((filled & (1U << index)) != 0) fail(arguments.site, "TypeError", fmt::format("{}() got multiple values for argument {}", signature.function, repr_of_bytes(name)));
    filled |= 1U << index;
    bound.values[index] = value;
  }
}

[[noreturn]] void fail_missing(const Signature& signature, const Arguments& arguments, std::uint32_t filled) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
    if ((filled & (1U << i)) == 0 && !signature.parameters[i].default_value) names.push_back(repr_of_bytes(signature.parameters[i].name));
  }
  const std::string last = names.back();
  names.pop_back();
  const std::string list = names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
  fail(arguments.site, "TypeError",
       fmt::format("{}() missing {} required positional {}: {}", signature.function, names.size() + 1, plural(names.size() + 1), list));
}

}  // namespace

Signature parse_signature(std::string_view text) {
  Signature signature;
  const std::size_t open = text.find('(');
  assert(open != std::string_view::npos && text.back() == ')' && "a signature is `name(parameters)`");
  signature.function = std::string{text.substr(0, open)};
  for (const std::string_view part : parts_of(text.substr(open + 1, text.size() - open - 2))) {
    if (part == "/") {
      for (Signature::Parameter& parameter : signature.parameters) parameter.positional_only = true;
    } else if (part.substr(0, 2) == "**") {
      signature.takes_keywords = true;
    } else if (part == "*") {
      signature.positional = signature.parameters.size();
    } else if (part.front() == '*') {
      signature.takes_rest = true;
    } else if (const std::size_t equals = part.find('='); equals != std::string_view::npos) {
      signature.parameters.push_back({std::string{part.substr(0, equals)}, default_of(part.substr(equals + 1)), false});
    } else {
      signature.parameters.push_back({std::string{part}, std::nullopt, false});
      signature.required = signature.parameters.size();
    }
  }
  assert(signature.parameters.size() <= kMaxParameters);
  signature.positional = std::min(signature.positional, signature.parameters.size());
  return signature;
}

void bind(const Signature& signature, const Value* operand, const Arguments& arguments, BoundArguments& bound) {
  const std::size_t own = operand != nullptr ? 1 : 0;
  const std::size_t count = signature.parameters.size();
  const std::size_t given = arguments.positional.size() + own;
  if (given > signature.positional && !signature.takes_rest) fail_count(signature, arguments, given);
  std::uint32_t filled = 0;
  const std::size_t direct = std::min(given, count);
  for (std::size_t i = 0; i < direct; ++i) {
    bound.values[i] = i < own ? *operand : arguments.positional[i - own];
    filled |= 1U << i;
  }
  bound.rest_begin = direct - std::min(own, direct);
  if (!arguments.keyword.empty()) bind_keywords(signature, own, arguments, bound, filled);
  for (std::size_t i = 0; i < count; ++i) {
    if ((filled & (1U << i)) != 0) continue;
    if (!signature.parameters[i].default_value) fail_missing(signature, arguments, filled);
    bound.values[i] = *signature.parameters[i].default_value;
  }
}

}  // namespace hookc
