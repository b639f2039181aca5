// Steps: a text that was rendered for one target, cut into the statements that a run sends.
//
// A hole of a run-time parameter becomes a segment of its own, with the context that it stands in; every other byte keeps the place that it came from.
// A hole of anything else cannot be filled in later: the text is then not for steps, and the hook is deferred.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/eval/rendering.h"
#include "compiler/program/places.h"
#include "compiler/program/program.h"
#include "compiler/sql/statement.h"

namespace hookc {

/// A statement that the target's database does not know: what is sent instead.
struct Replaced {
  std::vector<std::string> statements;
  std::vector<std::string> reports;  // a sentence for each thing that was replaced
};
struct Refused {
  std::string message;
  std::string help;
};
using PolicyAnswer = std::variant<std::monostate, Replaced, Refused>;
/// What becomes of a statement; its ranges are of `sql`.
using StatementPolicy = std::function<PolicyAnswer(std::string_view sql, const sql::Statement& statement, std::string_view hook_id)>;

using Parameters = std::map<std::string, RuntimeParameter, std::less<>>;

struct StepInput {
  const Sources& sources;
  Places& places;
  const Rendering& rendering;
  const Parameters& parameters;
  sql::Dialect dialect = sql::Dialect::Generic;
};

/// What a hole stands for that no parameter fills.
struct OpenHole {
  std::string symbol;
  Span site;
};

/// A statement as a step, and the bytes of the text that it was made of.
struct StatementStep {
  SqlStep step;
  ByteRange range;      // in the text that was cut, leading comments included
  ByteRange statement;  // without them
  std::optional<sql::Unparsable> fault;  // no database can take it; its range is of the text that was cut
};

/// The statements of a text; the first hole that no parameter fills when there is one.
std::variant<std::vector<StatementStep>, OpenHole> make_statement_steps(const StepInput& input, const Text& text, bool via_query);

/// A message as segments.
std::variant<std::vector<Segment>, OpenHole> make_segments(const StepInput& input, const Text& text);

/// Segments as one text in which each parameter is an identifier that no template has (`hookc_parameter_0_`), and back.
std::string placeholder_text(const std::vector<Segment>& segments);
std::vector<Segment> segments_of_placeholders(std::string_view text, const std::vector<Segment>& original, sql::Dialect dialect);

}  // namespace hookc
