// Repr: Python's str() and repr() of values, with origins: the bytes of strings keep theirs, what is made (quotes, brackets, digits) comes from the site.
#pragma once

#include <string>
#include <string_view>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// What stands for the address of an object where Python prints one.
inline constexpr std::string_view kAddress = "0x7f0000000000";

/// str(value). A string is returned as the same handle.
Text str_of(const Site& site, const Value& value);
/// repr(value): what a value prints as inside of a list.
Text repr_of(const Site& site, const Value& value);
/// ascii(value): repr with everything beyond ASCII escaped.
Text ascii_repr_of(const Site& site, const Value& value);
/// Appends str(value) with frame 0, without a Text in between.
void append_str(TextBuilder& out, const Site& site, const Value& value);
void append_repr(TextBuilder& out, const Site& site, const Value& value);

/// What an unknown prints: an identifier-shaped placeholder whose bytes say which symbol they stand for.
Text hole_of(const Site& site, const Unknown& unknown);

/// repr of bytes as a Python string, for messages: `'it'`, `"it's"`.
std::string repr_of_bytes(std::string_view bytes);
/// str(value) for messages, where origins do not matter.
std::string display(const Value& value);
/// repr(value) for messages.
std::string display_repr(const Value& value);

}  // namespace hookc
