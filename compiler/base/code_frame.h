// CodeFrame: lines of a file with marks under what somebody should look at, for a terminal.
//
// Marks stand where a terminal puts the characters: wide ones take two columns, combining ones none, tabs go to the next multiple of four. Nothing in a file
// reaches the terminal as a command: controls, bytes that are no UTF-8 and characters that nobody can see are shown as what they are. Lines that are too long are
// cut around the mark.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "compiler/base/sources.h"

namespace hookc {

/// What is marked, and what stands behind the mark.
struct FrameMark {
  Location location;
  std::string text;
  bool is_primary = true;  // `^`; others are `-`
};

/// The lines of the marks, which are all in the file of the first one; empty when the file is not known.
std::string code_frame(std::span<const FrameMark> marks, const Sources& sources, bool color);
std::string code_frame(const Location& location, const Sources& sources, std::string_view label, bool color);

/// Text that did not come from us, for a terminal: newlines and tabs stay, everything that would be a command is shown instead.
std::string for_terminal(std::string_view text);

}  // namespace hookc
