// Rendering: what an evaluation printed, who printed it, and what else it did.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/base/text.h"
#include "compiler/eval/host.h"

namespace hookc {

/// Who printed: a macro call, or a `{{ }}` inside of `parent`. Index 0 of Rendering::frames is the template itself.
struct Frame {
  FrameId parent{};
  std::uint32_t macro = 0;  // the place, from 1 on, of the macro's name for a call; 0 for a print
  Span site;                // the call, or the printed expression
  [[nodiscard]] bool is_call() const { return macro != 0; }
};

/// The name of the macro that a frame calls; empty for a print.
inline std::string_view name_of_macro(const Frame& frame, const std::vector<std::string>& macros) {
  return frame.is_call() ? std::string_view{macros[frame.macro - 1U]} : std::string_view{};
}

/// Something that a template did beside printing, in order.
struct Event {
  enum class Kind : std::uint8_t { Query, Log, Print, Warn, MissingMacro };
  Kind kind = Kind::Log;
  Text text;  // the SQL of a query, the message of the others
  Query::Kind query_kind = Query::Kind::RunQuery;
  std::string method;  // of an AdapterMethod
  Span site;
  FrameId frame{};                  // where it happened
  std::uint32_t output_offset = 0;  // how much had been printed by then
  bool result_used = false;         // someone looked at what the query returned
};

struct Rendering {
  Text text;
  std::vector<Frame> frames;
  std::vector<std::string> macros;  // the names for the frames of calls
  std::vector<Event> events;

  [[nodiscard]] std::string_view macro_of(const Frame& frame) const { return name_of_macro(frame, macros); }
};

}  // namespace hookc
