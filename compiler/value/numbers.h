// Numbers: Python's integers (64 bits inline, more as an Object, see big_int.h) and floats, read and printed as Python does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// An integer literal of any size. `digits` has neither prefix nor underscores, and only digits of `base` (2, 8, 10 or 16).
Value parse_integer_literal(std::string_view digits, int base);
/// A float literal without underscores: `1.5`, `1e400` (infinity).
Value parse_float_literal(std::string_view text);

/// Python's repr of a float: the shortest digits that read back, `1e+16`, `-0.0`, `inf`.
std::string float_repr(double value);

/// bool, int or big int.
bool is_integer(const Value& value);
/// is_integer or float.
bool is_number(const Value& value);
/// The value of a bool or an int that fits; nothing otherwise.
std::optional<std::int64_t> small_integer(const Value& value);
/// The integer as a machine word, clamped to its range as Python clamps slice bounds and counts; nothing for non-integers.
std::optional<std::int64_t> clamped_integer(const Value& value);
/// A number as a float; nothing for what is none. OverflowError for big integers that do not fit.
std::optional<double> float_of(const Site& site, const Value& value);
/// Decimal digits of an integer (any size).
std::string integer_digits(const Value& value);

/// Python's int(text, base): blanks around, underscores between digits, prefixes where the base allows; nothing when it would raise ValueError.
std::optional<Value> integer_from_text(std::string_view text, int base);
/// Python's float(text): also `inf`, `nan`, underscores; nothing when it would raise ValueError.
std::optional<double> float_from_text(std::string_view text);
/// Python's int(number): truncates. OverflowError for infinity, ValueError for NaN.
Value integer_from_float(const Site& site, double value);

}  // namespace hookc
