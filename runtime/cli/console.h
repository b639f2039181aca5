// Console: how commands speak. Results go to standard output, everything else to standard error.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/diagnostic.h"
#include "runtime/cli/options.h"

namespace hookc {

struct Console {
  bool color_out = false;
  bool color_err = false;
  bool quiet = false;
  bool is_terminal = false;  // standard error is one: progress may be shown there
};
/// `--color`; by default a terminal that is not dumb, unless NO_COLOR is set.
Console make_console(const GlobalOptions& globals);

/// Writes all of it. Throws std::system_error when that fails (a full disk, a closed pipe).
void write_out(std::string_view text);
/// Writes to standard error; what fails there is nobody's business.
void write_err(std::string_view text);
/// `error: MESSAGE`, and the remedy when there is one.
void print_error(const Console& console, std::string_view message, std::string_view help = {});
void print_diagnostics(const Console& console, const Diagnostics& diagnostics, const Sources& sources);
/// Whether one of them is an error.
bool has_errors(const Diagnostics& diagnostics);

/// The bytes of a file; `-` is standard input. Throws std::system_error.
std::string read_input(const std::string& path);

}  // namespace hookc
