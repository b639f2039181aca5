#include "runtime/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/eval/evaluator.h"
#include "compiler/sql/parse.h"

namespace hookc {

std::uint32_t FilledText::step_offset(std::uint32_t offset) const {
  const auto after = std::ranges::upper_bound(pieces, offset, {}, &Piece::begin);
  if (after == pieces.begin()) return 0;
  const Piece& piece = *std::prev(after);
  return piece.is_parameter ? piece.step_begin : piece.step_begin + (offset - piece.begin);
}

FilledText fill(const std::vector<Segment>& segments, const ParameterValues& values) {
  FilledText filled;
  std::uint32_t step_offset = 0;
  for (const Segment& segment : segments) {
    const auto begin = static_cast<std::uint32_t>(filled.text.size());
    std::visit(overloaded{
                   [&](const SqlText& text) {
                     filled.pieces.push_back({begin, step_offset, false});
                     filled.text += text.text;
                     step_offset += static_cast<std::uint32_t>(text.text.size());
                   },
                   [&](const SqlParameter& parameter) {
                     filled.pieces.push_back({begin, step_offset, true});
                     const auto value = values.find(parameter.name);
                     filled.text += written(parameter, value == values.end() ? std::string_view{} : std::string_view{value->second});
                   },
               },
               segment);
  }
  return filled;
}

namespace {

/// The step's text between two offsets.
std::string text_between(const SqlStep& step, std::uint32_t begin, std::uint32_t end) {
  std::string all;
  for (const Segment& segment : step.segments) {
    if (const auto* text = std::get_if<SqlText>(&segment)) all += text->text;
  }
  const auto size = static_cast<std::uint32_t>(all.size());
  begin = std::min(begin, size);
  return all.substr(begin, std::min(end, size) - begin);
}

/// Moves a place behind `text`, which stands there.
void move_behind(SourceMapEntry& place, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  place.offset += static_cast<std::uint32_t>(text.size());
}

void set_place(RunFailure& failure, const SourceMapEntry& place) {
  failure.file = place.file;
  failure.line = place.line;
  failure.column = place.column;
}

}  // namespace

SourceMapEntry place_of(const SqlStep& step, std::uint32_t step_offset) {
  const auto& map = step.source_map;
  auto after = std::ranges::upper_bound(map, step_offset, {}, &SourceMapEntry::begin);
  if (after != map.begin()) {
    SourceMapEntry place = *std::prev(after);
    if (place.verbatim && !place.file.empty()) move_behind(place, text_between(step, place.begin, step_offset));
    if (!place.file.empty()) return place;
  }
  const auto with_file = std::ranges::find_if(map, [](const SourceMapEntry& entry) { return !entry.file.empty(); });
  return with_file == map.end() ? SourceMapEntry{} : *with_file;
}

RunFailure failure_of(const AdapterError& error, std::string_view statement) {
  RunFailure failure;
  failure.message = error.message;
  failure.help = error.help;
  failure.statement = statement;
  return failure;
}

RunFailure failure_of(const Diagnostic& diagnostic, const Sources& sources, Places& places) {
  RunFailure failure;
  failure.message = diagnostic.message;
  failure.help = diagnostic.help;
  failure.trace = diagnostic.trace;
  if (const auto location = sources.locate(diagnostic.span)) {
    failure.file = places.shown(location->file);
    failure.line = location->line;
    failure.column = location->column;
  }
  return failure;
}

std::optional<RunFailure> Session::send(const SqlStep& step, Tally& tally) {
  const auto execute = [&](const std::vector<Segment>& segments, bool is_original) -> std::optional<RunFailure> {
    const FilledText filled = fill(segments, values_);
    const Result result = adapter_.execute(filled.text, Fetch::Nothing);
    ++tally.statements;
    if (const auto* error = std::get_if<AdapterError>(&result)) {
      RunFailure failure = failure_of(*error, filled.text);
      set_place(failure, place_of(step, is_original && error->position ? filled.step_offset(*error->position) : 0));
      return failure;
    }
    tally.rows_affected += std::get<ResultSet>(result).rows_affected;
    return std::nullopt;
  };
  if (!step.substituted) return execute(step.segments, true);
  for (const auto& segments : step.substituted->statements) {
    if (auto failure = execute(segments, false)) return failure;
  }
  tally.substitutions.insert(tally.substitutions.end(), step.substituted->reports.begin(), step.substituted->reports.end());
  return std::nullopt;
}

Result Session::send_text(std::string_view sql, Fetch fetch, std::string_view hook, Tally& tally) {
  const sql::Script script = sql::parse_sql(sql, dialect_);
  if (script.statements.empty()) return ResultSet{};
  Result last = ResultSet{};
  const auto execute = [&](std::string_view text, bool is_last) {
    last = adapter_.execute(text, is_last ? fetch : Fetch::Nothing);
    ++tally.statements;
    if (const auto* set = std::get_if<ResultSet>(&last)) tally.rows_affected += set->rows_affected;
    return std::holds_alternative<ResultSet>(last);
  };
  for (std::size_t i = 0; i < script.statements.size(); ++i) {
    const sql::Statement& statement = script.statements[i];
    const bool is_last = i + 1 == script.statements.size();
    const PolicyAnswer answer = policy_ ? policy_(sql, statement, hook) : PolicyAnswer{};
    if (const auto* refused = std::get_if<Refused>(&answer)) {
      AdapterError error;
      error.kind = AdapterError::Kind::Unsupported;
      error.message = refused->message;
      error.help = refused->help;
      error.position = statement.range.begin;
      return error;
    }
    if (const auto* replaced = std::get_if<Replaced>(&answer)) {
      for (std::size_t k = 0; k < replaced->statements.size(); ++k) {
        if (!execute(replaced->statements[k], is_last && k + 1 == replaced->statements.size())) return last;
      }
      tally.substitutions.insert(tally.substitutions.end(), replaced->reports.begin(), replaced->reports.end());
      continue;
    }
    if (execute(sql.substr(statement.range.begin, statement.range.size()), is_last)) continue;
    auto& error = std::get<AdapterError>(last);
    if (error.position) *error.position += statement.range.begin;
    return last;
  }
  return last;
}

std::optional<AdapterError> Session::begin() {
  if (!adapter_.capabilities().transactions || adapter_.in_transaction()) return std::nullopt;
  return adapter_.begin();
}

std::optional<AdapterError> Session::commit() { return adapter_.in_transaction() ? adapter_.commit() : std::nullopt; }

void Session::rollback() {
  // What failed has been reported; a failing rollback leaves nothing that could be done about it.
  if (adapter_.in_transaction()) static_cast<void>(adapter_.rollback());
}

// ---------------------------------------------------------------------------------------------------------------- DatabaseHost

namespace {

TablePtr table_from(const ResultSet& set) {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const ResultColumn& column : set.columns) {
    names.push_back(column.name);
    types.emplace_back(name_of(column.kind));
  }
  std::vector<std::vector<Value>> rows;
  for (const auto& cells : set.rows) {
    std::vector<Value>& row = rows.emplace_back();
    for (const Cell& cell : cells) row.push_back(to_value(cell, Position{0}));
  }
  return Table::make(std::move(names), std::move(rows), std::move(types));
}

}  // namespace

QueryAnswer DatabaseHost::execute_query(Evaluator& evaluator, const Query& query) {
  const Fetch fetch = query.fetch ? Fetch::Rows : Fetch::Nothing;
  const Result result = session_.send_text(query.sql.view(), fetch, hook_, tally_);
  if (const auto* error = std::get_if<AdapterError>(&result)) {
    failure_ = failure_of(*error, query.sql.view());
    const std::uint32_t at = std::min(error->position.value_or(0), query.sql.empty() ? 0 : query.sql.size() - 1);
    if (!query.sql.empty()) place_ = evaluator.sources().locate(query.sql, ByteRange{at, at + 1});
    Diagnostic diagnostic;
    diagnostic.error_class = "DatabaseError";
    diagnostic.message = error->message;
    diagnostic.help = error->help;
    diagnostic.span = query.site;
    throw EvalError{std::move(diagnostic)};
  }
  const auto& set = std::get<ResultSet>(result);
  QueryAnswer answer;
  if (query.fetch) answer.table = table_from(set);
  answer.rows_affected = static_cast<std::int64_t>(set.rows_affected);
  return answer;
}

void DatabaseHost::commit(Evaluator& evaluator, Span site) {
  const auto error = session_.commit();
  if (!error) return;
  Diagnostic diagnostic;
  diagnostic.error_class = "DatabaseError";
  diagnostic.message = error->message;
  diagnostic.help = error->help;
  diagnostic.span = site;
  static_cast<void>(evaluator);
  throw EvalError{std::move(diagnostic)};
}

}  // namespace hookc
