// Format: Python's two ways of formatting, `'..' % arguments` and `'..'.format(..)`. Bytes of the format string and of strings that are put in unchanged keep
// their origins; what is made (digits, padding) comes from the site.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// `format % arguments`: a tuple is the list of arguments, a dict serves `%(name)s`.
Text percent_format(const Site& site, const Text& format, const Value& arguments);

/// Looks up `.name` or `[key]` in a field of str.format, through the sandbox.
struct FieldAccess {
  std::function<Value(const Value& object, std::string_view name)> attribute;
  std::function<Value(const Value& object, const Value& key)> item;
  std::function<Value(std::string_view name)> named = {};  // a name that is no keyword argument; KeyError without it
};

/// `format.format(*positional, **keyword)`.
Text str_format(const Site& site, const Text& format, std::span<const Value> positional, std::span<const std::pair<std::string, Value>> keyword,
                const FieldAccess& access);
/// `format(value, spec)`: Python's format-specification mini-language.
void append_formatted(TextBuilder& out, const Site& site, const Value& value, std::string_view spec);

}  // namespace hookc
