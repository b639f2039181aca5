#include "analyzer/assigned.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "compiler/base/ascii.h"
#include "compiler/sql/parse.h"

namespace hookc {

using sql::QualifiedName;

namespace {

/// Maps a value onto one that a second application leaves alone. Source: rules catalogue, "UPDATE analysis".
constexpr std::array<std::string_view, 21> kIdempotentMaps{"max", "min", "lower", "upper", "trim", "ltrim", "rtrim", "btrim", "coalesce", "nvl", "ifnull", "greatest",
                                                           "least", "abs", "round", "floor", "ceil", "trunc", "initcap", "nullif", "cast"};

/// Maps of which any chain is idempotent, because each leaves alone what another of its family made.
constexpr std::array<std::string_view, 6> kTextMaps{"lower", "upper", "trim", "ltrim", "rtrim", "btrim"};
constexpr std::array<std::string_view, 5> kNumberMaps{"abs", "round", "floor", "ceil", "trunc"};

}  // namespace

bool is_old_value(const QualifiedName& read, const QualifiedName& column) {
  if (read.size() > 1 && (read.parts.front().value == "excluded" || read.parts.front().value == "source")) return false;
  return !read.empty() && !column.empty() && sql::same_identifier(read.parts.back(), column.parts.back());
}

bool reads_old_value(const sql::Scan& scan, const QualifiedName& column) {
  return std::any_of(scan.columns.begin(), scan.columns.end(), [&](const QualifiedName& read) { return is_old_value(read, column); });
}

bool is_idempotent_map(const Text& text, sql::Dialect dialect, const sql::Expression& value, const QualifiedName& column) {
  const auto is_one_of = [](std::string_view name, const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto all_in = [&](const auto& family) { return std::all_of(value.scan.calls.begin(), value.scan.calls.end(), [&](const sql::Call& call) { return is_one_of(call.name.last(), family); }); };
  if (value.shape != sql::Shape::Cast && (value.shape != sql::Shape::Call || value.scan.calls.empty())) return false;
  if (value.shape == sql::Shape::Call && !is_one_of(value.scan.calls.front().name.last(), kIdempotentMaps)) return false;
  const bool chain = value.shape == sql::Shape::Call && (all_in(kTextMaps) || all_in(kNumberMaps));
  return std::all_of(value.arguments.begin(), value.arguments.end(), [&](ByteRange range) {
    const sql::Expression argument = sql::scan_expression(text.view(), range, dialect);
    if (!reads_old_value(argument.scan, column) || argument.shape == sql::Shape::Column) return true;
    return chain && is_idempotent_map(text, dialect, argument, column);
  });
}

bool fills_null(std::string_view value, const QualifiedName& column) {
  std::string text;
  for (const char c : ascii_lower(value)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  const std::string name{column.last()};
  return !name.empty() && text.starts_with("case when " + name + " is null then ") && text.ends_with(" else " + name + " end") && text.find(" when ", 6) == std::string::npos;
}

std::string comparable(std::string_view literal) {
  std::string text{literal};
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  else text = ascii_lower(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? fmt::format("{}", number) : text;
}

}  // namespace hookc
