#include "compiler/program/steps.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "compiler/sql/lexer.h"
#include "compiler/sql/parse.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

constexpr std::uint32_t kMaxDerivation = 64;  // nested derivations that are looked through for holes
constexpr std::string_view kPlaceholder = "hookc_parameter_";

/// Bytes of a text that stand for a parameter.
struct Hole {
  ByteRange range;
  std::string symbol;
};
using HolesOrOpen = std::variant<std::vector<Hole>, OpenHole>;

std::string placeholder_of(const std::string& symbol) {
  auto unknown = std::make_shared<Symbol>();
  unknown->name = symbol;
  return hole_of(Site{}, Unknown{unknown}).str();
}

/// The symbol of a hole among what a derived byte was made of.
std::optional<std::string> derived_hole(const Sources& sources, Position position, std::uint32_t depth) {
  const Origin origin = sources.describe(position);
  if (origin.kind == Origin::Kind::Hole) return std::string{origin.name};
  if (origin.kind != Origin::Kind::Derived || depth >= kMaxDerivation) return std::nullopt;
  for (const Position input : origin.inputs) {
    if (auto symbol = derived_hole(sources, input, depth + 1)) return symbol;
  }
  return std::nullopt;
}

Span site_of(const StepInput& input, FrameId frame) {
  const auto index = static_cast<std::size_t>(frame);
  return index < input.rendering.frames.size() ? input.rendering.frames[index].site : Span{};
}

std::uint32_t run_end(const Text& text, std::size_t run) {
  const std::span<const Run> runs = text.runs();
  return run + 1 < runs.size() ? runs[run + 1].begin : text.size();
}

/// Holes of one run, each the placeholder of its symbol; false when the bytes were changed after they were printed.
bool add_holes(std::vector<Hole>& holes, std::string_view bytes, std::uint32_t begin, const std::string& symbol) {
  const std::string placeholder = placeholder_of(symbol);
  while (!bytes.empty()) {
    if (!bytes.starts_with(placeholder)) return false;
    const auto size = static_cast<std::uint32_t>(placeholder.size());
    holes.push_back(Hole{ByteRange{begin, begin + size}, symbol});
    bytes.remove_prefix(size);
    begin += size;
  }
  return true;
}

/// Consecutive runs of one hole are one hole: printing in pieces leaves several.
HolesOrOpen find_holes(const StepInput& input, const Text& text) {
  std::vector<Hole> holes;
  const std::span<const Run> runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Origin origin = input.sources.describe(runs[i].position);
    if (origin.kind == Origin::Kind::Derived) {
      if (auto symbol = derived_hole(input.sources, runs[i].position, 0)) return OpenHole{*symbol, site_of(input, runs[i].frame)};
      continue;
    }
    if (origin.kind != Origin::Kind::Hole) continue;
    const std::string symbol{origin.name};
    const FrameId frame = runs[i].frame;
    const std::uint32_t begin = runs[i].begin;
    while (i + 1 < runs.size() && runs[i + 1].position == runs[i].position) ++i;
    const std::uint32_t end = run_end(text, i);
    if (!input.parameters.contains(symbol) || !add_holes(holes, text.view().substr(begin, end - begin), begin, symbol)) return OpenHole{symbol, site_of(input, frame)};
  }
  return holes;
}

struct Quotes {
  ParameterContext context = ParameterContext::Bare;
  char quote = '\'';
  bool backslash_escapes = false;
};

/// What quotes the token at `range` has; a prefix (`e'..'`) and dollar quotes keep their own rules.
Quotes quotes_of(std::string_view token, const sql::Token& facts, const sql::DialectTraits& traits) {
  if (facts.type == sql::Tok::QNAME) return Quotes{ParameterContext::InString, token.front() == '[' ? ']' : token.front(), false};
  if (facts.type != sql::Tok::STRING) return {};
  const std::size_t quote = token.find_first_of("'\"$");
  if (quote == std::string_view::npos || token[quote] == '$') return {};
  const bool escape_string = quote > 0 && (token[0] == 'e' || token[0] == 'E') && traits.escape_prefix;
  const bool raw = traits.raw_prefix && quote > 0 && !escape_string;
  return Quotes{ParameterContext::InString, token[quote], (traits.backslash_escapes || escape_string) && !raw};
}

/// Where the bytes at `offset` of a text stand.
Quotes context_at(std::string_view text, const sql::Tokens& tokens, std::uint32_t offset, const sql::DialectTraits& traits) {
  const auto after = std::ranges::upper_bound(tokens, offset, {}, [](const sql::Token& token) { return token.range.begin; });
  if (after == tokens.begin()) return Quotes{ParameterContext::Comment};
  const sql::Token& token = *std::prev(after);
  if (offset >= token.range.end) return Quotes{ParameterContext::Comment};
  return quotes_of(text.substr(token.range.begin, token.range.size()), token, traits);
}

void add_text(std::vector<Segment>& segments, std::string_view bytes) {
  if (!bytes.empty()) segments.emplace_back(SqlText{std::string{bytes}});
}

class StepMaker {
 public:
  StepMaker(const StepInput& input, const Text& text, std::vector<Hole> holes)
      : input_(input), text_(text), holes_(std::move(holes)), traits_(sql::traits_of(input.dialect)), tokens_(sql::lex(text.view(), traits_)) {}

  [[nodiscard]] std::vector<StatementStep> statements(bool via_query) const;
  [[nodiscard]] std::vector<Segment> segments(ByteRange range) const;

 private:
  [[nodiscard]] ByteRange with_comments(std::uint32_t from, ByteRange statement) const;
  [[nodiscard]] std::vector<SourceMapEntry> source_map(ByteRange range) const;
  [[nodiscard]] SourceMapEntry place_of(std::uint32_t offset, const Run& run) const;
  [[nodiscard]] bool is_hole(std::uint32_t offset) const;

  const StepInput& input_;
  const Text& text_;
  std::vector<Hole> holes_;
  const sql::DialectTraits& traits_;
  sql::Tokens tokens_;
};

/// The statement from `from` on, without blanks around it: comments before it belong to it.
ByteRange StepMaker::with_comments(std::uint32_t from, ByteRange statement) const {
  for (const sql::Token& token : tokens_) {
    if (token.range.begin >= statement.begin) break;
    if (token.type == sql::Tok::SEMI && token.range.begin >= from) from = token.range.end;
  }
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  const std::string_view text = text_.view();
  while (from < statement.begin && kBlanks.find(text[from]) != std::string_view::npos) ++from;
  return ByteRange{from, statement.end};
}

std::vector<StatementStep> StepMaker::statements(bool via_query) const {
  std::vector<StatementStep> steps;
  std::uint32_t from = 0;
  for (const sql::Statement& statement : sql::parse_sql(text_, input_.dialect).statements) {
    const ByteRange range = with_comments(from, statement.range);
    from = statement.range.end;
    StatementStep& made = steps.emplace_back();
    made.range = range;
    made.statement = statement.range;
    if (const auto* fault = std::get_if<sql::Unparsable>(&statement.node)) made.fault = *fault;
    made.step.segments = segments(range);
    made.step.kind = sql::kind_name(statement);
    made.step.via_query = via_query;
    made.step.source_map = source_map(range);
  }
  return steps;
}

std::vector<Segment> StepMaker::segments(ByteRange range) const {
  std::vector<Segment> out;
  std::uint32_t at = range.begin;
  for (const Hole& hole : holes_) {
    if (hole.range.begin < range.begin || hole.range.end > range.end) continue;
    add_text(out, text_.view().substr(at, hole.range.begin - at));
    const Quotes quotes = context_at(text_.view(), tokens_, hole.range.begin, traits_);
    out.emplace_back(SqlParameter{hole.symbol, quotes.context, quotes.quote, quotes.backslash_escapes});
    at = hole.range.end;
  }
  add_text(out, text_.view().substr(at, range.end - at));
  return out;
}

bool StepMaker::is_hole(std::uint32_t offset) const {
  return std::ranges::any_of(holes_, [&](const Hole& hole) { return hole.range.begin <= offset && offset < hole.range.end; });
}

SourceMapEntry StepMaker::place_of(std::uint32_t offset, const Run& run) const {
  SourceMapEntry entry;
  const Position position = text_.position_at(offset);
  const Origin origin = input_.sources.describe(position);
  std::optional<Location> location;
  if (origin.kind == Origin::Kind::File) {
    entry.verbatim = origin.verbatim;
    location = input_.sources.locate(text_, ByteRange{offset, offset + 1});
  } else {
    entry.verbatim = false;
    if (origin.kind == Origin::Kind::Input) entry.symbol = origin.name;
    location = input_.sources.locate(site_of(input_, run.frame));
  }
  if (!location) return entry;
  entry.file = input_.places.shown(location->file);
  entry.offset = location->begin;
  entry.line = location->line;
  entry.column = location->column;
  return entry;
}

std::vector<SourceMapEntry> StepMaker::source_map(ByteRange range) const {
  std::vector<SourceMapEntry> entries;
  std::uint32_t skipped = 0;  // bytes of holes, which count as empty
  const std::span<const Run> runs = text_.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t begin = std::max(runs[i].begin, range.begin);
    const std::uint32_t end = std::min(run_end(text_, i), range.end);
    if (begin >= end) continue;
    if (is_hole(begin)) {
      skipped += end - begin;
      continue;
    }
    SourceMapEntry entry = place_of(begin, runs[i]);
    entry.begin = begin - range.begin - skipped;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

std::variant<std::vector<StatementStep>, OpenHole> make_statement_steps(const StepInput& input, const Text& text, bool via_query) {
  HolesOrOpen holes = find_holes(input, text);
  if (auto* open = std::get_if<OpenHole>(&holes)) return std::move(*open);
  return StepMaker{input, text, std::move(std::get<std::vector<Hole>>(holes))}.statements(via_query);
}

std::variant<std::vector<Segment>, OpenHole> make_segments(const StepInput& input, const Text& text) {
  HolesOrOpen holes = find_holes(input, text);
  if (auto* open = std::get_if<OpenHole>(&holes)) return std::move(*open);
  std::vector<Segment> segments;
  std::uint32_t at = 0;
  for (const Hole& hole : std::get<std::vector<Hole>>(holes)) {
    add_text(segments, text.view().substr(at, hole.range.begin - at));
    segments.emplace_back(SqlParameter{.name = hole.symbol, .context = ParameterContext::Bare});
    at = hole.range.end;
  }
  add_text(segments, text.view().substr(at));
  return segments;
}

std::string placeholder_text(const std::vector<Segment>& segments) {
  std::string text;
  std::size_t parameters = 0;
  for (const Segment& segment : segments) {
    if (const auto* fixed = std::get_if<SqlText>(&segment)) {
      text += fixed->text;
    } else {
      text += fmt::format("{}{}_", kPlaceholder, parameters++);
    }
  }
  return text;
}

std::vector<Segment> segments_of_placeholders(std::string_view text, const std::vector<Segment>& original, sql::Dialect dialect) {
  std::vector<std::string> names;
  for (const Segment& segment : original) {
    if (const auto* parameter = std::get_if<SqlParameter>(&segment)) names.push_back(parameter->name);
  }
  const sql::DialectTraits& traits = sql::traits_of(dialect);
  const sql::Tokens tokens = sql::lex(text, traits);
  std::vector<Segment> segments;
  std::size_t at = 0;
  for (std::size_t next = text.find(kPlaceholder); next != std::string_view::npos; next = text.find(kPlaceholder, next + 1)) {
    std::size_t which = 0;
    const char* const digits = text.data() + next + kPlaceholder.size();
    const auto [end, error] = std::from_chars(digits, text.data() + text.size(), which);
    if (error != std::errc{} || end == text.data() + text.size() || *end != '_' || which >= names.size()) continue;
    add_text(segments, text.substr(at, next - at));
    const Quotes quotes = context_at(text, tokens, static_cast<std::uint32_t>(next), traits);
    segments.emplace_back(SqlParameter{names[which], quotes.context, quotes.quote, quotes.backslash_escapes});
    at = static_cast<std::size_t>(end - text.data()) + 1;
  }
  add_text(segments, text.substr(at));
  return segments;
}

}  // namespace hookc
