// Pretty: Python's pprint.pformat at its default width of 80.
#pragma once

#include <string>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

std::string pretty_print(const Site& site, const Value& value);

}  // namespace hookc
