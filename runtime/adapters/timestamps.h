// timestamps: the ways in which databases write a point in time, as Python's `str` writes it.
#pragma once

#include <string>
#include <string_view>

namespace hookc {

/// `2024-01-31 13:05:09.5+02`, also with `T` between date and time, as `2024-01-31 11:05:09.500000+00:00`: six digits of a fraction or none, UTC when there is an offset,
/// `UTC` or `Z`. A text of another shape (a zone by name, `infinity`, a year before Christ) stays as it is.
std::string python_timestamp(std::string_view text);

}  // namespace hookc
