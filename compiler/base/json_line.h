// JsonLine: one flat JSON object on one line, written as it is filled: for logs, of which there are many lines and each is small.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hookc {

/// Adds the text as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

class JsonLine {
 public:
  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& texts(std::string_view name, std::span<const std::string> values);
  JsonLine& number(std::string_view name, std::uint64_t value);
  JsonLine& number(std::string_view name, double value);
  JsonLine& flag(std::string_view name, bool value);
  JsonLine& null(std::string_view name);
  /// A value that is JSON already.
  JsonLine& json(std::string_view name, std::string_view value);
  /// The whole line, without a newline; nothing is added after it.
  std::string_view close();

 private:
  void key(std::string_view name);
  std::string out_;
};

}  // namespace hookc
