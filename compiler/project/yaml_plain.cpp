#include "compiler/project/yaml_plain.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

namespace hookc {
namespace {

constexpr std::string_view kAny = "?";     // yaml-cpp's tags of what has none: of plain scalars and collections,
constexpr std::string_view kText = "!";    // and of what is quoted, or a block
constexpr std::size_t kLongestKey = 128;   // far below what yaml-cpp takes for one
constexpr std::size_t kDeepest = 64;

/// Blanks and breaks of other kinds than ' ' and '\n' have rules of their own, a byte order mark too.
bool has_other_blanks(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\t' || c == '\r' || c == '\0') return true;
    if (c != '\xC2' && c != '\xE2' && c != '\xEF') continue;
    const std::string_view rest = bytes.substr(i);
    for (const std::string_view other : {"\xC2\x85", "\xC2\xA0", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"}) {
      if (rest.starts_with(other)) return true;
    }
  }
  return false;
}

/// What begins a plain scalar and nothing else.
bool begins_plain(char c) { return std::string_view{" \n-?:,[]{}#&*!|>'\"%@`"}.find(c) == std::string_view::npos; }

bool is_null(std::string_view plain) { return plain == "~" || plain == "null" || plain == "Null" || plain == "NULL"; }

class PlainReader {
 public:
  PlainReader(std::string_view bytes, YAML::EventHandler& events) : bytes_(bytes), events_(events) {}

  bool read() {
    if (has_other_blanks(bytes_) || !to_content() || is_end_) return false;
    events_.OnDocumentStart(mark(at_));
    if (!block(Properties{at_})) return false;
    events_.OnDocumentEnd();
    return is_end_;
  }

 private:
  /// Of a node: where it begins, and its anchor.
  struct Properties {
    std::size_t begin;
    YAML::anchor_t anchor = YAML::NullAnchor;
  };
  struct Scalar {
    std::string value;
    bool is_plain = false;
  };
  enum class Where : std::uint8_t { Key, Block, Flow, FlowKey };

  static YAML::Mark mark(std::size_t at) {
    YAML::Mark result;
    result.pos = static_cast<int>(at);
    return result;
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : '\n'; }
  [[nodiscard]] bool is_dash() const { return peek() == '-' && (peek(1) == ' ' || peek(1) == '\n'); }
  [[nodiscard]] bool ends_key() const { return peek() == ':' && (peek(1) == ' ' || peek(1) == '\n'); }
  [[nodiscard]] std::size_t line_end() const { return std::min(bytes_.find('\n', at_), bytes_.size()); }
  void next_line() { at_ = std::min(line_end() + 1, bytes_.size()); }
  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }
  /// Nothing more stands in this line but a comment.
  [[nodiscard]] bool is_line_done() const { return peek() == '\n' || (peek() == '#' && (at_ == 0 || bytes_[at_ - 1] == ' ')); }

  /// From the beginning of a line to the next that holds something.
  bool to_content() {
    for (;;) {
      const std::size_t line = at_;
      skip_blanks();
      column_ = at_ - line;
      is_end_ = at_ >= bytes_.size();
      if (is_end_) return true;
      if (peek() == '\n') ++at_;
      else if (peek() == '#') next_line();
      else return column_ != 0 || !(bytes_.substr(at_).starts_with("---") || bytes_.substr(at_).starts_with("..."));
    }
  }
  bool finish_line() {
    skip_blanks();
    if (!is_line_done()) return false;
    next_line();
    return to_content();
  }

  /// A mapping or a list in a block, which begins here.
  bool block(Properties of) { return is_dash() ? list(of, column_) : mapping(of, column_); }

  /// What follows in the lines below a `-` or a `key:` in this column.
  bool below(Properties of, std::size_t column, bool is_value) {
    if (!is_end_ && column_ > column) {
      if (of.anchor == YAML::NullAnchor) of.begin = at_;
      if (is_dash() || begins_mapping()) return block(of);
      return peek() == '[' || peek() == '{' ? flow(of, column) && finish_line() : scalar_in_block(of, column);
    }
    if (!is_end_ && is_value && column_ == column && is_dash()) return of.anchor == YAML::NullAnchor && list(Properties{at_}, column);
    if (of.anchor != YAML::NullAnchor) return false;
    events_.OnNull(mark(at_), YAML::NullAnchor);
    return true;
  }

  bool list(Properties of, std::size_t column) {
    if (++depth_ > kDeepest) return false;
    events_.OnSequenceStart(mark(of.begin), std::string{kAny}, of.anchor, YAML::EmitterStyle::Block);
    while (!is_end_ && column_ == column && is_dash()) {
      ++at_;
      if (!node(column, false)) return false;
    }
    events_.OnSequenceEnd();
    --depth_;
    return is_end_ || column_ <= column;
  }

  bool mapping(Properties of, std::size_t column) {
    if (++depth_ > kDeepest) return false;
    events_.OnMapStart(mark(of.begin), std::string{kAny}, of.anchor, YAML::EmitterStyle::Block);
    do {
      const std::size_t begin = at_;
      Scalar key;
      if (!scalar(Where::Key, key) || !ends_key() || at_ - begin > kLongestKey || !add(Properties{begin}, std::move(key))) return false;
      ++at_;
      if (!node(column, true)) return false;
    } while (!is_end_ && column_ == column && !is_dash());
    events_.OnMapEnd();
    --depth_;
    return is_end_ || column_ <= column;
  }

  /// Behind the `-` or `:` of what stands in this column, to the beginning of what comes next.
  bool node(std::size_t column, bool is_value) {
    skip_blanks();
    Properties of{at_};
    if (peek() == '*') return alias() && finish_line();
    if (peek() == '&') {
      ++at_;
      const std::string_view name = anchor_name();
      if (name.empty()) return false;
      of.anchor = anchors_[name] = ++last_anchor_;
      skip_blanks();
    }
    if (is_line_done()) return finish_line() && below(of, column, is_value);
    switch (peek()) {
      case '|':
      case '>': return block_scalar(of, column);
      case '[':
      case '{': return flow(of, column) && finish_line();
      default: break;
    }
    if (!is_value && of.anchor == YAML::NullAnchor && begins_mapping()) {
      column_ = at_ - (bytes_.rfind('\n', at_) + 1);  // npos + 1 is 0
      return mapping(of, column_);
    }
    return scalar_in_block(of, column);
  }

  bool scalar_in_block(Properties of, std::size_t column) {
    Scalar value;
    return scalar(Where::Block, value, column) && add(of, std::move(value)) && finish_line();
  }

  /// Whether a key stands here: `- name: x`.
  bool begins_mapping() {
    const std::size_t begin = at_;
    Scalar key;
    const bool is_key = scalar(Where::Key, key) && ends_key();
    at_ = begin;
    return is_key;
  }

  std::string_view anchor_name() {
    const std::size_t begin = at_;
    while (peek() == '_' || peek() == '-' || (peek() >= '0' && peek() <= '9') || (peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z')) ++at_;
    return peek() == ' ' || peek() == '\n' ? bytes_.substr(begin, at_ - begin) : std::string_view{};
  }

  bool alias() {
    const std::size_t begin = at_++;
    const auto known = anchors_.find(anchor_name());
    if (known == anchors_.end()) return false;
    events_.OnAlias(mark(begin), known->second);
    return true;
  }

  bool add(Properties of, Scalar scalar) {
    if (scalar.is_plain && is_null(scalar.value)) events_.OnNull(mark(of.begin), of.anchor);
    else events_.OnScalar(mark(of.begin), std::string{scalar.is_plain ? kAny : kText}, of.anchor, scalar.value);
    return true;
  }

  /// Between the items of a flow list, lines may end, and go on if they are indented more than what stands in `column`.
  bool skip_flow_blanks(std::size_t column) {
    skip_blanks();
    while (at_ < bytes_.size() && peek() == '\n') {
      if (!goes_on(column)) return false;
    }
    return at_ < bytes_.size();
  }

  bool flow_scalar(Where where) {
    const Properties of{at_};
    Scalar value;
    return scalar(where, value) && add(of, std::move(value));
  }

  bool flow_entry(std::size_t column) {
    if (!flow_scalar(Where::FlowKey) || !ends_key()) return false;
    ++at_;
    return skip_flow_blanks(column) && flow_scalar(Where::Flow);
  }

  /// A list or a mapping of scalars.
  bool flow(Properties of, std::size_t column) {
    const bool is_list = peek() == '[';
    const char closing = is_list ? ']' : '}';
    if (is_list) events_.OnSequenceStart(mark(of.begin), std::string{kAny}, of.anchor, YAML::EmitterStyle::Flow);
    else events_.OnMapStart(mark(of.begin), std::string{kAny}, of.anchor, YAML::EmitterStyle::Flow);
    ++at_;
    if (!skip_flow_blanks(column)) return false;
    while (peek() != closing) {
      if (!(is_list ? flow_scalar(Where::Flow) : flow_entry(column)) || !skip_flow_blanks(column)) return false;
      if (peek() == closing) break;
      if (peek() != ',') return false;
      ++at_;
      if (!skip_flow_blanks(column)) return false;
    }
    ++at_;
    if (is_list) events_.OnSequenceEnd();
    else events_.OnMapEnd();
    return true;
  }

  // ------------------------------------------------------------------------------------------------------------------- scalars

  /// In a block, one that belongs to what stands in `column` goes on in further lines that are indented more. What follows it is for the caller to look at.
  bool scalar(Where where, Scalar& result, std::size_t column = 0) {
    if (peek() == '\'' || peek() == '"') return quoted(where, result, column);
    if (!begins_plain(peek()) || !plain(where, result)) return false;
    while (where == Where::Block && peek() == '\n' && goes_on(column)) {
      Scalar line;
      if (!plain(where, line)) return false;
      result.value += ' ' + line.value;
    }
    return true;
  }

  /// At the end of a line: whether the next one is indented more, and holds something. Then goes to what it holds.
  bool goes_on(std::size_t column) {
    const std::size_t line = at_ + 1;
    const std::size_t begin = std::min(bytes_.find_first_not_of(' ', line), bytes_.size());
    if (begin >= bytes_.size() || begin - line <= column || bytes_[begin] == '\n' || bytes_[begin] == '#') return false;
    at_ = begin;
    return true;
  }

  bool plain(Where where, Scalar& result) {
    const std::size_t begin = at_;
    std::size_t end = at_;
    for (;; ++at_) {
      const char c = peek();
      if (c == '\n') break;
      if (c == ':' && (peek(1) == ' ' || peek(1) == '\n')) {
        if (where != Where::Key && where != Where::FlowKey) return false;  // a mapping where there can be none
        break;
      }
      if (c == '#' && bytes_[at_ - 1] == ' ') break;
      if (where == Where::Flow || where == Where::FlowKey) {
        if (c == ',' || c == ']' || c == '}') break;
        if (std::string_view{"[{:?#\"'"}.find(c) != std::string_view::npos) return false;  // some of them are plain, for some readers
      }
      if (c != ' ') end = at_ + 1;
    }
    result.value = bytes_.substr(begin, end - begin);
    result.is_plain = true;
    return (where != Where::Key && where != Where::FlowKey) || end == at_;  // `key :` is for yaml-cpp
  }

  bool quoted(Where where, Scalar& result, std::size_t column) {
    const char quote = peek();
    const char* const ends = quote == '"' ? "\"\\\n" : "'\n";
    for (++at_;;) {
      const std::size_t stop = bytes_.find_first_of(ends, at_);
      if (stop == std::string_view::npos || bytes_[stop] == '\\') return false;
      result.value += bytes_.substr(at_, stop - at_);
      at_ = stop;
      if (peek() == '\n') {
        while (result.value.ends_with(' ')) result.value.pop_back();
        if (where != Where::Block || !goes_on(column)) return false;
        result.value += ' ';
        continue;
      }
      ++at_;
      if (quote == '"' || peek() != '\'') return true;
      result.value += '\'';
      ++at_;
    }
  }

  /// After `|` or `>`: lines that are indented alike, or, after `|`, further. Empty lines between them are of the text, those behind it are not.
  bool block_scalar(Properties of, std::size_t column) {
    const bool is_folded = peek() == '>';
    ++at_;
    const bool is_stripped = peek() == '-';
    if (is_stripped) ++at_;
    skip_blanks();
    if (peek() != '\n') return false;
    next_line();
    std::size_t indent = 0;
    std::size_t empty_lines = 0;
    std::string value;
    for (std::size_t end = 0; at_ < bytes_.size(); at_ = end + 1) {
      end = line_end();
      if (end == bytes_.size()) return false;  // a last line without a break
      const std::size_t blanks = std::min(bytes_.find_first_not_of(' ', at_), bytes_.size()) - at_;
      if (at_ + blanks >= end) {
        if (blanks > column + 1 && blanks > indent) return false;  // blanks that may be of the text
        ++empty_lines;
        continue;
      }
      if (value.empty()) {
        if (empty_lines != 0) return false;
        if (blanks > column) indent = blanks;
      }
      if (blanks < indent || indent == 0) break;
      if (is_folded && blanks != indent) return false;
      if (!value.empty()) value += is_folded && empty_lines == 0 ? std::string(1, ' ') : std::string(empty_lines + (is_folded ? 0 : 1), '\n');
      empty_lines = 0;
      value += bytes_.substr(at_ + indent, end - at_ - indent);
    }
    if (value.empty()) return false;
    if (!is_stripped) value += '\n';
    add(of, Scalar{std::move(value)});
    return to_content();
  }

  std::string_view bytes_;
  YAML::EventHandler& events_;
  std::size_t at_ = 0;
  std::size_t column_ = 0;  // of what begins the line
  bool is_end_ = false;
  std::size_t depth_ = 0;
  std::map<std::string_view, YAML::anchor_t, std::less<>> anchors_;
  YAML::anchor_t last_anchor_ = YAML::NullAnchor;
};

}  // namespace

bool read_plain_yaml(std::string_view bytes, YAML::EventHandler& events) { return PlainReader{bytes, events}.read(); }

}  // namespace hookc
