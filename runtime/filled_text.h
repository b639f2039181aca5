// FilledText: the text of a compiled statement with the values of its parameters, and the way back from its bytes to the template's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/program/program.h"
#include "runtime/parameters.h"

namespace hookc {

/// The text of a statement with the values of its parameters, and where in the step's own text each byte stands.
struct FilledText {
  struct Piece {
    std::uint32_t begin;       // in the filled text
    std::uint32_t step_begin;  // in the step's text, where parameters count as empty
    bool is_parameter;
  };
  std::string text;
  std::vector<Piece> pieces;
  [[nodiscard]] std::uint32_t step_offset(std::uint32_t offset) const;
};
FilledText fill(const std::vector<Segment>& segments, const ParameterValues& values);

/// The template bytes that a byte of a step's text came from; an entry without a file when nobody knows.
SourceMapEntry place_of(const SqlStep& step, std::uint32_t step_offset);

}  // namespace hookc
