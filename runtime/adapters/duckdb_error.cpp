#include "runtime/adapters/duckdb_error.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

namespace hookc::duckdb {

namespace {

using Kind = AdapterError::Kind;

struct Details {
  std::string type;
  std::string message;
  std::string subtype;
  std::optional<std::uint32_t> position;
};

std::string field(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::uint32_t> number(const std::string& digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// The JSON may stand behind a prefix such as `Parser Error: `.
Details read_details(std::string_view text) {
  const std::size_t brace = text.find('{');
  if (brace != std::string_view::npos) {
    const auto json = nlohmann::json::parse(text.substr(brace), nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.contains("exception_message")) {
      return {field(json, "exception_type"), field(json, "exception_message"), field(json, "error_subtype"), number(field(json, "position"))};
    }
  }
  const std::size_t colon = text.find(" Error: ");
  if (colon == std::string_view::npos) return {{}, std::string{text}, {}, std::nullopt};
  return {std::string{text.substr(0, colon)}, std::string{text.substr(colon + 8)}, {}, std::nullopt};
}

bool mentions(const Details& details, std::string_view words) { return details.message.find(words) != std::string::npos; }

Kind kind_by_number(const Details& details, std::uint32_t type) {
  switch (type) {
    case 14:  // parser
    case 22: return Kind::Syntax;
    case 18: return Kind::Constraint;
    case 10: return mentions(details, "onflict") ? Kind::Conflict : Kind::Other;  // transaction
    case 29: return Kind::Interrupted;
    case 34: return Kind::Permission;
    case 11: return Kind::Unsupported;
    case 21:                                                                                           // connection
    case 30: return Kind::Connection;                                                                  // fatal: the instance is of no use any more
    case 28: return mentions(details, "Could not set lock on file") ? Kind::Connection : Kind::Other;  // input, output
    case 13: return mentions(details, "write-write conflict") ? Kind::Conflict : Kind::Other;          // catalog
    default: return Kind::Other;
  }
}

Kind kind_of(const Details& details, std::uint32_t type) {
  if (details.subtype == "MISSING_ENTRY" || details.subtype == "COLUMN_NOT_FOUND") return Kind::Missing;
  if (details.subtype == "ENTRY_ALREADY_EXISTS") return Kind::Exists;
  return kind_by_number(details, type);
}

}  // namespace

AdapterError error_from(std::string_view text, std::uint32_t type, std::size_t sent_bytes) {
  Details details = read_details(text);
  AdapterError error;
  error.kind = kind_of(details, type);
  error.message = std::move(details.message);
  error.code = std::move(details.type);
  if (details.position && *details.position <= sent_bytes) error.position = details.position;
  return error;
}

}  // namespace hookc::duckdb
