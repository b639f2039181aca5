#include "compiler/base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "compiler/base/code_frame.h"

namespace hookc {

namespace {

/// Macros that call each other in turn are folded up to this many of them.
constexpr std::size_t kLongestRound = 4;
/// So many times the same has to come to be folded.
constexpr std::size_t kFoldedFrom = 3;

std::string painted(bool color, std::string_view code, std::string_view text) { return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text}; }

std::string place_name(const Location& at) { return fmt::format("{}:{}:{}", for_terminal(at.file), at.line, at.column); }

/// How many times the first `size` calls from `begin` on come, one round after the other.
std::size_t rounds_at(const std::vector<CallLine>& calls, std::size_t begin, std::size_t size) {
  std::size_t rounds = 1;
  const auto at = [&](std::size_t offset) { return calls.begin() + static_cast<std::ptrdiff_t>(offset); };
  while (begin + (rounds + 1) * size <= calls.size() && std::equal(at(begin), at(begin + size), at(begin + rounds * size))) ++rounds;
  return rounds;
}

std::string line_of(const CallLine& call) {
  return call.place.empty() ? fmt::format("  in {}()\n", for_terminal(call.macro)) : fmt::format("  in {}() called at {}\n", for_terminal(call.macro), call.place);
}

}  // namespace

std::string format_calls(const std::vector<CallLine>& calls) {
  std::string out;
  for (std::size_t i = 0; i < calls.size();) {
    std::size_t size = 1;
    while (size <= kLongestRound && rounds_at(calls, i, size) < kFoldedFrom) ++size;
    if (size > kLongestRound) {
      out += line_of(calls[i++]);
      continue;
    }
    const std::size_t more = rounds_at(calls, i, size) - 1;
    std::string names;
    for (std::size_t j = i; j < i + size; ++j) {
      out += line_of(calls[j]);
      names += fmt::format("{}`{}`", names.empty() ? "" : ", ", for_terminal(calls[j].macro));
    }
    out += size == 1 ? fmt::format("  ... {} more calls of {}\n", more, names) : fmt::format("  ... {} more rounds of {}\n", more, names);
    i += (more + 1) * size;
  }
  return out;
}

std::string format_diagnostic(const Diagnostic& diagnostic, const Sources& sources, bool color) {
  std::optional<Location> location = sources.locate(diagnostic.span);
  for (const TraceEntry& entry : diagnostic.trace) {
    if (location) break;
    location = sources.locate(entry.span);  // the nearest call that is written in a file
  }
  std::string out;
  if (location) out += place_name(*location) + ": ";
  out += fmt::format("{}: {}\n", painted(color, color_of(diagnostic.severity), name_of(diagnostic.severity)), for_terminal(diagnostic.message));
  std::vector<FrameMark> marks;
  if (location) marks.push_back({*location, {}, true});
  std::string elsewhere;
  for (const Label& label : diagnostic.labels) {
    const auto at = sources.locate(label.span);
    if (at && location && at->file == location->file) {
      marks.push_back({*at, label.text, false});
    } else if (at) {
      elsewhere += fmt::format("{}: {}\n", place_name(*at), for_terminal(label.text)) + code_frame(*at, sources, {}, color);
    }
  }
  out += code_frame(marks, sources, color) + elsewhere;
  std::vector<CallLine> calls;
  for (const TraceEntry& entry : diagnostic.trace) {
    const auto at = sources.locate(entry.span);
    calls.push_back({entry.macro, at ? place_name(*at) : std::string{}});
  }
  out += format_calls(calls);
  if (!diagnostic.help.empty()) out += fmt::format("  {} {}\n", painted(color, "1;32", "help:"), for_terminal(diagnostic.help));
  return out;
}

}  // namespace hookc
