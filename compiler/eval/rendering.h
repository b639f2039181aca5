// Rendering: what an evaluation printed, who printed it, and what else it did.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/base/text.h"
#include "compiler/eval/host.h"

namespace hookc {

/// Who printed: a macro call, or a `{{ }}` inside of `parent`. Index 0 of Rendering::frames is the template itself.
struct Frame {
  FrameId parent{};
  std::string macro;  // the macro's name for a call, empty for a print
  Span site;          // the call, or the printed expression
};

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
  std::vector<Event> events;
};

}  // namespace hookc
