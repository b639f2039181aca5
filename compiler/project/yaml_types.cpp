// The implicit types of YAML 1.1, as PyYAML's safe loader resolves and constructs them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "compiler/base/ascii.h"
#include "compiler/project/yaml.h"
#include "compiler/value/numbers.h"

namespace hookc {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

std::string without_underscores(std::string_view text) {
  std::string result{text};
  std::erase(result, '_');
  return result;
}

bool any_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// `1:30:05`: digits in base 60. `fraction` may follow the last part.
std::optional<double> sexagesimal(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double total = 0;
  bool first = true;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (!all_of(part, [](char c) { return is_digit(c) || c == '_'; })) return std::nullopt;
    if (!first && (part.size() > 2 || part.find('_') != std::string_view::npos || (part.size() == 2 && part.front() > '5'))) return std::nullopt;
    double digits = 0;
    for (const char c : part) {
      if (is_digit(c)) digits = digits * 10 + (c - '0');
    }
    total = total * 60 + digits;
    if (colon == std::string_view::npos) return first ? std::nullopt : std::optional{total};
    first = false;
    text.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

Value negated(Value value, bool negative) {
  if (!negative) return value;
  if (const auto* integer = value.get_if<std::int64_t>()) return Value{-*integer};
  if (const auto* number = value.get_if<double>()) return Value{-*number};
  return value;
}

Value integer_of(std::string_view digits, int base, bool negative) {
  std::string clean = without_underscores(digits);
  if (clean.empty()) clean = "0";
  Value magnitude = parse_integer_literal(clean, base);
  if (!negative || magnitude.is<std::int64_t>()) return negated(std::move(magnitude), negative);
  if (base == 10) {
    if (std::optional<Value> big = integer_from_text("-" + clean, 10)) return *big;
  }
  return magnitude;
}

std::optional<Value> resolve_integer(std::string_view text) {
  bool negative = false;
  if (text.front() == '-' || text.front() == '+') {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.starts_with("0b") && all_of(text.substr(2), [](char c) { return c == '0' || c == '1' || c == '_'; }))
    return integer_of(text.substr(2), 2, negative);
  if (text.starts_with("0x") && all_of(text.substr(2), [](char c) { return is_hex(c) || c == '_'; })) return integer_of(text.substr(2), 16, negative);
  if (text == "0") return Value{std::int64_t{0}};
  if (text.starts_with('0')) {
    if (all_of(text.substr(1), [](char c) { return (c >= '0' && c <= '7') || c == '_'; })) return integer_of(text.substr(1), 8, negative);
    return std::nullopt;
  }
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  if (all_of(text, [](char c) { return is_digit(c) || c == '_'; })) return integer_of(text, 10, negative);
  if (const std::optional<double> total = sexagesimal(text); total && *total < 9e15) {
    return negated(Value{static_cast<std::int64_t>(*total)}, negative);
  }
  return std::nullopt;
}

/// The part after the digits and the dot: digits, then an exponent that must have a sign.
bool is_fraction(std::string_view text, bool must_have_digits) {
  std::size_t at = 0;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) ++at;
  if (must_have_digits && (at == 0 || text.front() == '_')) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  if (at + 1 >= text.size() || (text[at + 1] != '+' && text[at + 1] != '-')) return false;
  return all_of(text.substr(at + 2), is_digit);
}

std::optional<Value> resolve_float(std::string_view text) {
  const std::string_view whole = text;
  bool negative = false;
  const bool has_sign = text.front() == '-' || text.front() == '+';
  if (has_sign) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (any_of(text, {".inf", ".Inf", ".INF"})) return negated(Value{std::numeric_limits<double>::infinity()}, negative);
  if (!has_sign && any_of(text, {".nan", ".NaN", ".NAN"})) return Value{std::numeric_limits<double>::quiet_NaN()};
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, dot);
  const std::string_view after = text.substr(dot + 1);
  if (before.find(':') != std::string_view::npos) {
    const std::optional<double> total = sexagesimal(before);
    const bool digits = std::all_of(after.begin(), after.end(), [](char c) { return is_digit(c) || c == '_'; });
    if (!total || !digits) return std::nullopt;
    return negated(Value{*total + float_from_text("0." + without_underscores(after) + "0").value_or(0)}, negative);
  }
  const bool starts_with_digit = !before.empty() && is_digit(before.front()) && all_of(before, [](char c) { return is_digit(c) || c == '_'; });
  const bool matches = starts_with_digit ? is_fraction(after, false) : before.empty() && !has_sign && is_fraction(after, true);
  if (!matches) return std::nullopt;
  const std::optional<double> value = float_from_text(without_underscores(whole));
  return value ? std::optional<Value>{Value{*value}} : std::nullopt;
}

}  // namespace

std::optional<Value> resolve_tagged_scalar(std::string_view tag, std::string_view text) {
  if (tag == "null") return Value{None{}};
  if (tag == "bool") {
    const std::string word = ascii_lower(text);
    if (any_of(word, {"yes", "true", "on"})) return Value{true};
    if (any_of(word, {"no", "false", "off"})) return Value{false};
    return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  std::optional<Value> plain = resolve_plain_scalar(text);
  if (tag == "int") return plain && !plain->is<None>() && !plain->is<bool>() && !plain->is<double>() ? plain : std::nullopt;
  if (const auto* integer = plain ? plain->get_if<std::int64_t>() : nullptr) return Value{static_cast<double>(*integer)};
  if (plain && plain->is<double>()) return plain;
  const std::optional<double> number = float_from_text(without_underscores(text));
  return number ? std::optional<Value>{Value{*number}} : std::nullopt;
}

std::optional<Value> resolve_plain_scalar(std::string_view text) {
  if (text.empty() || any_of(text, {"~", "null", "Null", "NULL"})) return Value{None{}};
  const char first = text.front();
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (std::optional<Value> integer = resolve_integer(text)) return integer;
    return resolve_float(text);
  }
  if (any_of(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) return Value{true};
  if (any_of(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) return Value{false};
  return std::nullopt;
}

}  // namespace hookc
