#include "compiler/program/json_reader.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "compiler/value/unicode.h"

namespace hookc {
namespace {

constexpr std::size_t kMaxDepth = 64;

}  // namespace

void JsonReader::fail(std::string_view wanted) const {
  if (at_ >= bytes_.size()) throw std::runtime_error{fmt::format("it ends where {} should be", wanted)};
  throw std::runtime_error{fmt::format("`{}` stands where {} should be", bytes_.substr(at_, 10), wanted)};
}

void JsonReader::expect(char c) {
  if (!take(c)) fail(fmt::format("`{}`", c));
}

void JsonReader::word(std::string_view word) {
  if (!bytes_.substr(at_).starts_with(word)) fail(fmt::format("`{}`", word));
  at_ += word.size();
}

std::uint32_t JsonReader::four_digits() {
  std::uint32_t value = 0;
  const char* begin = bytes_.data() + at_;
  if (bytes_.size() - at_ < 4) fail("four hexadecimal digits");
  const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
  if (error != std::errc{} || end != begin + 4) fail("four hexadecimal digits");
  at_ += 4;
  return value;
}

void JsonReader::escape(std::string& out) {
  const char c = at_ < bytes_.size() ? bytes_[at_++] : '\0';
  switch (c) {
    case '"':
    case '\\':
    case '/': out += c; return;
    case 'b': out += '\b'; return;
    case 'f': out += '\f'; return;
    case 'n': out += '\n'; return;
    case 'r': out += '\r'; return;
    case 't': out += '\t'; return;
    case 'u': break;
    default: fail("an escaped character");
  }
  std::uint32_t code_point = four_digits();
  if (code_point >= 0xD800U && code_point < 0xDC00U) {
    word("\\u");
    const std::uint32_t low = four_digits();
    if (low < 0xDC00U || low > 0xDFFFU) fail("the second half of a surrogate pair");
    code_point = 0x10000U + ((code_point - 0xD800U) << 10U) + (low - 0xDC00U);
  } else if (code_point >= 0xDC00U && code_point < 0xE000U) {
    fail("the first half of a surrogate pair");
  }
  unicode::encode(out, code_point);
}

std::string JsonReader::text() {
  expect('"');
  std::string out;
  while (true) {
    const std::size_t begin = at_;
    while (at_ < bytes_.size() && bytes_[at_] != '"' && bytes_[at_] != '\\' && static_cast<unsigned char>(bytes_[at_]) >= 0x20U) ++at_;
    out += bytes_.substr(begin, at_ - begin);
    if (at_ == bytes_.size() || (bytes_[at_] != '"' && bytes_[at_] != '\\')) fail("the end of a string");
    if (bytes_[at_++] == '"') return out;
    escape(out);
  }
}

void JsonReader::skip_text() {
  expect('"');
  while (true) {
    const std::size_t quote = bytes_.find('"', at_);
    if (quote == std::string_view::npos) {
      at_ = bytes_.size();
      fail("the end of a string");
    }
    std::size_t escapes = 0;
    while (quote - escapes > at_ && bytes_[quote - escapes - 1] == '\\') ++escapes;
    at_ = quote + 1;
    if (escapes % 2 == 0) return;
  }
}

std::uint32_t JsonReader::number() {
  peek();
  std::uint32_t value = 0;
  const char* begin = bytes_.data() + at_;
  const auto [end, error] = std::from_chars(begin, bytes_.data() + bytes_.size(), value);
  if (error != std::errc{} || end == begin) fail("a number");
  at_ += static_cast<std::size_t>(end - begin);
  return value;
}

bool JsonReader::flag() {
  const bool value = peek() == 't';
  word(value ? "true" : "false");
  return value;
}

std::string_view JsonReader::skip() {
  const char first = peek();
  const std::size_t begin = at_;
  if (first == '"') {
    skip_text();
  } else if (first == '{' || first == '[') {
    skip_nested();
  } else {
    const auto is_inside = [](char c) { return !is_json_blank(c) && c != ',' && c != '}' && c != ']' && c != ':' && c != '"' && c != '{' && c != '['; };
    while (at_ < bytes_.size() && is_inside(bytes_[at_])) ++at_;
    if (at_ == begin) fail("a value");
  }
  return bytes_.substr(begin, at_ - begin);
}

/// An object or an array, up to the bracket that ends it. What stands in it is looked at when it is read.
void JsonReader::skip_nested() {
  std::size_t depth = 0;
  do {
    if (at_ >= bytes_.size()) fail("the end of a list or an object");
    const char c = bytes_[at_];
    if (c == '"') {
      skip_text();
      continue;
    }
    ++at_;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) fail("less nesting");
    if (c == '}' || c == ']') --depth;
  } while (depth > 0);
}

void JsonReader::end() {
  if (peek() != '\0' || at_ < bytes_.size()) fail("the end");
}

JsonObject::JsonObject(std::string_view bytes) {
  JsonReader reader{bytes};
  members_.reserve(16);
  reader.object([&](std::string_view key) { members_.emplace_back(key, reader.skip()); });
  reader.end();
}

std::optional<JsonReader> JsonObject::find(std::string_view key) const {
  const auto found = std::ranges::find(members_, key, &std::pair<std::string, std::string_view>::first);
  return found == members_.end() ? std::nullopt : std::optional{JsonReader{found->second}};
}

JsonReader JsonObject::at(std::string_view key) const {
  const auto found = find(key);
  if (!found) throw std::runtime_error{fmt::format("`{}` is missing", key)};
  return *found;
}

std::string without_blanks(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  std::size_t at = 0;
  while (at < json.size()) {
    const std::size_t begin = at;
    if (json[at] == '"') {
      for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
      at = std::min(at + 1, json.size());
    } else {
      while (at < json.size() && json[at] != '"' && !is_json_blank(json[at])) ++at;
    }
    out += json.substr(begin, at - begin);
    while (at < json.size() && is_json_blank(json[at])) ++at;
  }
  return out;
}

}  // namespace hookc
