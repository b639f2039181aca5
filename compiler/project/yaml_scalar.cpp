#include "compiler/project/yaml_scalar.h"

#include <algorithm>
#include <optional>
#include <string>

#include "compiler/base/ascii.h"
#include "compiler/value/unicode.h"

namespace hookc {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_break(char c) { return c == '\n' || c == '\r'; }

/// Walks the raw bytes and the value side by side; every step fails when the two disagree.
class Tracer {
 public:
  Tracer(const Text& file, std::uint32_t at, std::string_view value) : file_(file), raw_(file.view()), value_(value), at_(at) {}

  bool trace(bool plain);
  [[nodiscard]] std::uint32_t end() const { return at_; }
  Text take() { return builder_.take(); }

 private:
  [[nodiscard]] bool has_raw() const { return at_ < raw_.size(); }
  [[nodiscard]] bool is_done() const { return done_ == value_.size(); }
  [[nodiscard]] std::size_t break_size(std::size_t at) const { return raw_.substr(at).starts_with("\r\n") ? 2 : 1; }

  bool keep(std::uint32_t count);
  bool make(std::string_view bytes, std::size_t place);
  bool make_newline(std::size_t break_at);
  bool fold();
  bool close_quote();
  bool trace_plain();
  bool trace_single();
  bool trace_double();
  bool trace_escape();
  bool trace_empty_block(std::size_t header_end);
  bool trace_block(bool folded);
  [[nodiscard]] std::optional<std::size_t> block_indent(std::size_t at) const;
  bool trace_block_line(std::size_t indent);
  bool trace_block_breaks(std::size_t indent, bool folded);

  const Text& file_;
  std::string_view raw_;
  std::string_view value_;
  TextBuilder builder_;
  std::uint32_t at_;
  std::size_t done_ = 0;
};

/// The next `count` raw bytes stand in the value as they are.
bool Tracer::keep(std::uint32_t count) {
  if (raw_.substr(at_, count) != value_.substr(done_, count)) return false;
  builder_.append_slice(file_, ByteRange{at_, at_ + count}, FrameId{0});
  at_ += count;
  done_ += count;
  return true;
}

/// The value goes on with `bytes`, which were made at `place`.
bool Tracer::make(std::string_view bytes, std::size_t place) {
  if (value_.substr(done_, bytes.size()) != bytes) return false;
  builder_.append(bytes, fixed_at(file_.position_at(static_cast<std::uint32_t>(place))), FrameId{0});
  done_ += bytes.size();
  return true;
}

bool Tracer::make_newline(std::size_t break_at) {
  const std::size_t newline = break_at + break_size(break_at) - 1;
  if (raw_[newline] != '\n') return make("\n", break_at);
  if (is_done() || value_[done_] != '\n') return false;
  const auto place = static_cast<std::uint32_t>(newline);
  builder_.append_slice(file_, ByteRange{place, place + 1}, FrameId{0});
  ++done_;
  return true;
}

/// At blanks that may end a line of a flow scalar: one break is a blank, more are that many breaks less one.
bool Tracer::fold() {
  std::size_t at = at_;
  while (at < raw_.size() && is_blank(raw_[at])) ++at;
  if (at >= raw_.size() || !is_break(raw_[at])) {
    return at > at_ && keep(static_cast<std::uint32_t>(at - at_));
  }
  const std::size_t first = at;
  at += break_size(at);
  bool several = false;
  for (;;) {
    std::size_t next = at;
    while (next < raw_.size() && is_blank(raw_[next])) ++next;
    if (next >= raw_.size() || !is_break(raw_[next])) {
      at_ = static_cast<std::uint32_t>(next);
      break;
    }
    if (!make_newline(next)) return false;
    several = true;
    at = next + break_size(next);
  }
  return several || make(" ", first);
}

bool Tracer::close_quote() {
  if (!has_raw() || !is_done()) return false;
  ++at_;
  return true;
}

bool Tracer::trace_plain() {
  while (!is_done()) {
    if (!has_raw()) return false;
    const bool moved = is_blank(raw_[at_]) || is_break(raw_[at_]) ? fold() : keep(1);
    if (!moved) return false;
  }
  return true;
}

bool Tracer::trace_single() {
  ++at_;
  while (has_raw()) {
    const char c = raw_[at_];
    if (c == '\'') {
      if (!raw_.substr(at_ + 1).starts_with('\'')) break;
      if (!make("'", at_)) return false;
      at_ += 2;
    } else if (is_blank(c) || is_break(c)) {
      if (!fold()) return false;
    } else if (!keep(1)) {
      return false;
    }
  }
  return close_quote();
}

bool Tracer::trace_escape() {
  if (at_ + 1 >= raw_.size()) return false;
  const std::uint32_t place = at_;
  const char c = raw_[at_ + 1];
  at_ += 2;
  if (is_break(c)) {  // an escaped break joins the lines
    at_ = static_cast<std::uint32_t>(at_ - 1 + break_size(at_ - 1));
    for (;;) {  // further breaks are kept
      std::size_t next = at_;
      while (next < raw_.size() && is_blank(raw_[next])) ++next;
      at_ = static_cast<std::uint32_t>(next);
      if (next >= raw_.size() || !is_break(raw_[next])) return true;
      if (!make_newline(next)) return false;
      at_ = static_cast<std::uint32_t>(next + break_size(next));
    }
  }
  const std::uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  std::string made;
  if (digits != 0) {
    std::uint32_t code = 0;
    for (std::uint32_t i = 0; i < digits; ++i, ++at_) {
      if (!has_raw()) return false;
      const char d = raw_[at_];
      const std::string_view hex = "0123456789abcdef";
      const std::size_t digit = hex.find(ascii_lower(d));
      if (digit == std::string_view::npos) return false;
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    unicode::encode(made, code);
    return make(made, place);
  }
  static constexpr std::string_view kNames = "0abt\tnvfre \"/\\";
  static constexpr std::string_view kBytes{"\0\a\b\t\t\n\v\f\r\x1B \"/\\", 14};
  if (const std::size_t known = kNames.find(c); known != std::string_view::npos) return make(kBytes.substr(known, 1), place);
  if (c == 'N' || c == '_') {  // of which yaml-cpp makes one byte that is no UTF-8
    const char byte = c == 'N' ? '\x85' : '\xA0';
    if (is_done() || value_[done_] != byte) return false;
    unicode::encode(made, static_cast<unsigned char>(byte));
    builder_.append(made, fixed_at(file_.position_at(place)), FrameId{0});
    ++done_;
    return true;
  }
  switch (c) {
    case 'L': unicode::encode(made, 0x2028); break;
    case 'P': unicode::encode(made, 0x2029); break;
    default: return false;
  }
  return make(made, place);
}

bool Tracer::trace_double() {
  ++at_;
  while (has_raw()) {
    const char c = raw_[at_];
    if (c == '"') break;
    bool moved = false;
    if (c == '\\') {
      moved = trace_escape();
    } else if (is_blank(c) || is_break(c)) {
      moved = fold();
    } else {
      moved = keep(1);
    }
    if (!moved) return false;
  }
  return close_quote();
}

/// How many blanks each line loses: what the first line with more than blanks has more of than the value's.
std::optional<std::size_t> Tracer::block_indent(std::size_t at) const {
  const std::size_t first = value_.find_first_not_of(" \n");
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t value_line = first == 0 ? 0 : value_.rfind('\n', first) + 1;  // npos + 1 is 0
  const std::size_t raw_first = raw_.find_first_not_of(" \r\n", at);
  if (raw_first == std::string_view::npos) return std::nullopt;
  const std::size_t raw_line = raw_.find_last_of("\r\n", raw_first) + 1;
  const std::size_t raw_blanks = raw_first - raw_line;
  const std::size_t value_blanks = first - value_line;
  if (raw_blanks < value_blanks) return std::nullopt;
  return raw_blanks - value_blanks;
}

bool Tracer::trace_block_line(std::size_t indent) {
  std::size_t skipped = 0;
  while (skipped < indent && has_raw() && raw_[at_] == ' ') {
    ++at_;
    ++skipped;
  }
  const std::size_t line_end = std::min(raw_.find_first_of("\r\n", at_), raw_.size());
  return keep(static_cast<std::uint32_t>(line_end - at_));
}

/// At the break that ends a line of a block: it and the empty lines that follow, against the blank or the newlines of the value.
bool Tracer::trace_block_breaks(std::size_t indent, bool folded) {
  std::vector<std::size_t> breaks;
  std::size_t at = at_;
  std::size_t after = at_;
  while (at < raw_.size() && is_break(raw_[at])) {
    breaks.push_back(at);
    at += break_size(at);
    after = at;
    std::size_t blanks = 0;
    while (blanks < indent && at < raw_.size() && raw_[at] == ' ') {
      ++blanks;
      ++at;
    }
  }
  if (breaks.empty()) return is_done();
  std::size_t newlines = 0;
  while (done_ + newlines < value_.size() && value_[done_ + newlines] == '\n') ++newlines;
  if (newlines > breaks.size()) return false;
  if (newlines == 0) {
    if (!is_done() && (!folded || breaks.size() != 1 || !make(" ", breaks.front()))) return false;
  } else {
    const bool at_end = done_ + newlines == value_.size();
    const std::size_t first = at_end ? 0 : breaks.size() - newlines;
    for (std::size_t i = 0; i < newlines; ++i) {
      if (!make_newline(breaks[first + i])) return false;
    }
  }
  at_ = static_cast<std::uint32_t>(after);
  return true;
}

/// Nothing but empty lines, of which `+` keeps the breaks.
bool Tracer::trace_empty_block(std::size_t header_end) {
  at_ = static_cast<std::uint32_t>(header_end);
  for (std::size_t at = header_end + break_size(header_end); !is_done();) {
    const std::size_t line_end = raw_.find_first_not_of(' ', at);
    if (line_end == std::string_view::npos || !is_break(raw_[line_end]) || !make_newline(line_end)) return false;
    at = line_end + break_size(line_end);
    at_ = static_cast<std::uint32_t>(at);
  }
  return true;
}

bool Tracer::trace_block(bool folded) {
  const std::size_t header_end = raw_.find_first_of("\r\n", at_);
  if (header_end == std::string_view::npos) {
    at_ = static_cast<std::uint32_t>(raw_.size());
    return is_done();
  }
  const std::size_t body = header_end + break_size(header_end);
  const std::optional<std::size_t> indent = block_indent(body);
  if (!indent) return trace_empty_block(header_end);
  at_ = static_cast<std::uint32_t>(body);
  while (!is_done() && value_[done_] == '\n') {  // empty lines in front
    const std::size_t line_end = raw_.find_first_of("\r\n", at_);
    if (line_end == std::string_view::npos || raw_.find_first_not_of(' ', at_) != line_end || !make_newline(line_end)) return false;
    at_ = static_cast<std::uint32_t>(line_end + break_size(line_end));
  }
  while (!is_done()) {
    if (!has_raw()) return false;
    if (!trace_block_line(*indent)) return false;
    const std::size_t before = done_;
    const std::uint32_t line_end = at_;
    if (!trace_block_breaks(*indent, folded)) return false;
    if (is_done() && done_ == before) at_ = line_end;
  }
  return true;
}

bool Tracer::trace(bool plain) {
  if (plain) return trace_plain();
  if (!has_raw()) return false;
  switch (raw_[at_]) {
    case '\'': return trace_single();
    case '"': return trace_double();
    case '|': return trace_block(false);
    case '>': return trace_block(true);
    default: return false;
  }
}

/// Past `&anchor` and `!tag`, which the parser counts to the scalar.
std::uint32_t skip_properties(std::string_view raw, std::uint32_t at) {
  std::size_t here = at;
  while (here < raw.size() && (raw[here] == '&' || raw[here] == '!')) {
    here = std::min(raw.find_first_of(" \t\r\n", here), raw.size());
    for (;;) {
      here = std::min(raw.find_first_not_of(" \t\r\n", here), raw.size());
      if (here == raw.size() || raw[here] != '#') break;
      here = std::min(raw.find_first_of("\r\n", here), raw.size());
    }
  }
  return static_cast<std::uint32_t>(here);
}

/// Whether the quote that opens at `at` is closed.
bool is_closed(std::string_view raw, std::size_t at) {
  const char quote = raw[at];
  for (std::size_t here = at + 1; here < raw.size(); ++here) {
    if (quote == '"' && raw[here] == '\\') {
      ++here;
    } else if (raw[here] == quote) {
      if (quote == '"' || here + 1 == raw.size() || raw[here + 1] != quote) return true;
      ++here;
    }
  }
  return false;
}

}  // namespace

TracedScalar trace_scalar(const Text& file, std::uint32_t at, std::string_view value, bool plain) {
  const std::uint32_t size = file.size();
  const std::uint32_t begin = skip_properties(file.view(), std::min(at, size));
  Tracer tracer{file, begin, value};
  if (tracer.trace(plain)) return {tracer.take(), begin, std::max(begin, tracer.end()), false};
  const bool is_quoted = begin < size && (file.view()[begin] == '"' || file.view()[begin] == '\'') && !plain;
  const Position place = fixed_at(file.position_at(std::min(begin, size == 0 ? 0 : size - 1)));
  return {Text{std::string{value}, place}, begin, std::min(begin + 1, size), is_quoted && !is_closed(file.view(), begin)};
}

}  // namespace hookc
