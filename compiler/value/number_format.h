// Number formats: the digits of floats and integers as `%` and str.format print them, without sign or padding.
#pragma once

#include <string>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// `kind` is one of e E f F g G; precision as printf has it; `alternate` keeps the point and trailing zeros. The value is not negative.
std::string float_digits(double value, char kind, int precision, bool alternate);
/// Digits of the absolute value in base 2, 8, 10 or 16 (upper: hexadecimal in capitals), without prefix.
std::string magnitude_digits(const Site& site, const Value& integer, int base, bool upper);
bool is_negative(const Value& number);

}  // namespace hookc
