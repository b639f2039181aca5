// JsonReader: reads JSON from front to back, each value once and where it is wanted, without a tree of it: for documents of which there is much.
//
// Anything that is no JSON, and every value of another kind than the one that is asked for, is a std::runtime_error that names the place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookc {

constexpr bool is_json_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class JsonReader {
 public:
  explicit JsonReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_text() { return peek() == '"'; }
  [[nodiscard]] bool is_null() { return peek() == 'n'; }
  std::string text();
  std::uint32_t number();
  bool flag();
  /// Any value, read over; its bytes come back.
  std::string_view skip();
  /// Nothing but blanks may follow.
  void end();

  /// Calls `member` for each key of an object; it reads the value.
  template <class Member>
  void object(Member member) {
    expect('{');
    if (take('}')) return;
    do {
      const std::string key = text();
      expect(':');
      member(std::string_view{key});
    } while (take(','));
    expect('}');
  }
  /// Calls `element` for each element of an array; it reads the value.
  template <class Element>
  void array(Element element) {
    expect('[');
    if (take(']')) return;
    do {
      element();
    } while (take(','));
    expect(']');
  }

 private:
  char peek() {
    while (at_ < bytes_.size() && is_json_blank(bytes_[at_])) ++at_;
    return at_ < bytes_.size() ? bytes_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at_ == bytes_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char c);
  void word(std::string_view word);
  void escape(std::string& out);
  std::uint32_t four_digits();
  void skip_text();
  void skip_nested();
  [[noreturn]] void fail(std::string_view wanted) const;

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// The members of an object, each read when it is asked for.
class JsonObject {
 public:
  /// `bytes` outlive it.
  explicit JsonObject(std::string_view bytes);
  [[nodiscard]] std::optional<JsonReader> find(std::string_view key) const;
  /// std::runtime_error when there is none.
  [[nodiscard]] JsonReader at(std::string_view key) const;

 private:
  std::vector<std::pair<std::string, std::string_view>> members_;
};

/// JSON without the blanks between its tokens.
std::string without_blanks(std::string_view json);

}  // namespace hookc
