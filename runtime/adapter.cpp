#include "runtime/adapter.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "compiler/base/overloaded.h"
#include "compiler/value/decimal.h"
#include "compiler/value/numbers.h"

namespace hookc {

namespace {

/// A number of so many digits that it is none to Python's default context stays the text that it is.
Value decimal_value(const std::string& digits, Position position) { return decimal_from_text(digits).value_or(make_text(digits, position)); }

std::string doubled(std::string_view text, char quote) {
  std::string out{quote};
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out += quote;
}

}  // namespace

AdapterError adapter_error(AdapterError::Kind kind, std::string message, std::string help) {
  AdapterError error;
  error.kind = kind;
  error.message = std::move(message);
  error.help = std::move(help);
  return error;
}

std::optional<AdapterError> find_nul_byte(std::string_view sql) {
  const std::size_t nul = sql.find('\0');
  if (nul == std::string_view::npos) return std::nullopt;
  AdapterError error = adapter_error(AdapterError::Kind::Syntax, "the SQL holds a NUL byte");
  error.position = static_cast<std::uint32_t>(nul);
  return error;
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::string_view kHidden = "***";
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size())) text.replace(at, secret.size(), kHidden);
  }
  return text;
}

std::string_view name_of(AdapterError::Kind kind) {
  switch (kind) {
    case AdapterError::Kind::Connection: return "connection";
    case AdapterError::Kind::Syntax: return "syntax";
    case AdapterError::Kind::Missing: return "missing";
    case AdapterError::Kind::Exists: return "exists";
    case AdapterError::Kind::Constraint: return "constraint";
    case AdapterError::Kind::Permission: return "permission";
    case AdapterError::Kind::Conflict: return "conflict";
    case AdapterError::Kind::Interrupted: return "interrupted";
    case AdapterError::Kind::Unsupported: return "unsupported";
    case AdapterError::Kind::Other: return "other";
  }
  return "other";
}

std::size_t memory_of(const std::vector<Cell>& row) {
  std::size_t bytes = sizeof row + row.size() * sizeof(Cell);
  for (const Cell& cell : row) {
    if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->capacity();
    if (const auto* decimal = std::get_if<Decimal>(&cell)) bytes += decimal->digits.capacity();
  }
  return bytes;
}

AdapterError result_too_large(std::size_t rows) {
  AdapterError error;
  error.kind = AdapterError::Kind::Unsupported;
  error.message = fmt::format("the result is too large for a template: {} rows take more than {} MiB, and there are more", rows, kMaxResultBytes >> 20U);
  error.help = "count or filter in the query, and fetch what the template needs";
  return error;
}

bool is_transient(AdapterError::Kind kind) { return kind == AdapterError::Kind::Conflict || kind == AdapterError::Kind::Connection; }

std::string_view name_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::Boolean: return "Boolean";
    case ColumnKind::Integer: return "Integer";
    case ColumnKind::Number: return "Number";
    case ColumnKind::Text: return "Text";
    case ColumnKind::Date: return "Date";
    case ColumnKind::DateTime: return "DateTime";
  }
  return "Text";
}

std::string describe(const AdapterError& error) {
  std::string out = error.message;
  if (!error.code.empty()) out += fmt::format(" ({})", error.code);
  if (!error.help.empty()) out += fmt::format("\n  help: {}", error.help);
  return out;
}

Value to_value(const Cell& cell, ColumnKind kind, Position position) {
  return std::visit(overloaded{
                        [](std::monostate) { return Value{None{}}; },
                        [](bool value) { return Value{value}; },
                        [](std::int64_t value) { return Value{value}; },
                        [&](double value) { return kind == ColumnKind::Number && std::isfinite(value) ? decimal_value(float_repr(value), position) : Value{value}; },
                        [&](const Decimal& value) { return decimal_value(value.digits, position); },
                        [&](const std::string& value) { return make_text(value, position); },
                    },
                    cell);
}

std::optional<std::string> to_text(const Cell& cell) {
  using Printed = std::optional<std::string>;
  return std::visit(overloaded{
                        [](std::monostate) { return Printed{}; },
                        [](bool value) { return Printed{value ? "true" : "false"}; },
                        [](std::int64_t value) { return Printed{std::to_string(value)}; },
                        [](double value) { return Printed{fmt::format("{}", value)}; },
                        [](const Decimal& value) { return Printed{value.digits}; },
                        [](const std::string& value) { return Printed{value}; },
                    },
                    cell);
}

std::string quote_name(std::string_view name) { return doubled(name, '"'); }
std::string quote_literal(std::string_view text) { return doubled(text, '\''); }

std::string quote_name(std::string_view name, sql::Dialect dialect) { return doubled(name, sql::traits_of(dialect).double_quote_is_name ? '"' : '`'); }

std::string quote_literal(std::string_view text, sql::Dialect dialect) {
  if (!sql::traits_of(dialect).backslash_escapes) return quote_literal(text);
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') escaped += c;
    escaped += c;
  }
  return quote_literal(escaped);
}

}  // namespace hookc
