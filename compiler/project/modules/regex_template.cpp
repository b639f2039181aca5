#include "compiler/project/modules/regex_template.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// Reads a template, bytes of which are kept as they are.
class Reader {
 public:
  using Part = std::variant<Text, std::size_t>;
  Reader(Evaluator& evaluator, const Regex& regex, const Text& pattern) : evaluator_(evaluator), regex_(regex), pattern_(pattern), bytes_(pattern.view()) {}

  std::vector<Part> run() {
    std::uint32_t kept = 0;
    while (at_ < bytes_.size()) {
      if (bytes_[at_] != '\\') {
        ++at_;
        continue;
      }
      keep(kept, at_);
      escape();
      kept = at_;
    }
    keep(kept, at_);
    return std::move(parts_);
  }

 private:
  void keep(std::uint32_t begin, std::uint32_t end) {
    if (begin < end) parts_.emplace_back(pattern_.slice(begin, end));
  }
  [[noreturn]] void raise(std::string_view message, std::size_t byte) const {
    raise_regex_error(evaluator_, code_points(bytes_), message, unicode::count(bytes_.substr(0, byte)));
  }
  [[nodiscard]] char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }

  void put_character(std::uint32_t begin, char32_t c) {
    std::string made;
    unicode::encode(made, c);
    parts_.emplace_back(Text{std::move(made), fixed_at(pattern_.position_at(begin))});
  }
  void put_group(std::size_t number, std::size_t position) {
    if (number > regex_.groups()) raise(fmt::format("invalid group reference {}", number), position);
    parts_.emplace_back(number);
  }

  void escape() {
    const std::uint32_t begin = at_++;
    if (at_ == bytes_.size()) raise("bad escape (end of pattern)", begin);
    const char c = bytes_[at_++];
    if (c == 'g') return named_group(begin);
    if (c == '0') {
      for (int i = 0; i < 2 && is_octal(peek()); ++i) ++at_;
      return put_character(begin, octal(begin) & 0xFFU);
    }
    if (is_digit(c)) return numbered_group(begin);
    constexpr std::string_view kLetters{"abfnrtv\\"};
    constexpr std::string_view kMeanings{"\a\b\f\n\r\t\v\\"};
    if (const std::size_t known = kLetters.find(c); known != std::string_view::npos) return put_character(begin, static_cast<char32_t>(kMeanings[known]));
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) raise(fmt::format("bad escape \\{}", c), begin);
    keep(begin, at_);
  }

  [[nodiscard]] char32_t octal(std::uint32_t begin) const {
    char32_t value = 0;
    for (std::uint32_t i = begin + 1; i < at_; ++i) value = value * 8 + static_cast<char32_t>(bytes_[i] - '0');
    return value;
  }

  void numbered_group(std::uint32_t begin) {
    if (is_digit(peek())) {
      ++at_;
      if (is_octal(bytes_[begin + 1]) && is_octal(bytes_[begin + 2]) && is_octal(peek())) {
        ++at_;
        const char32_t value = octal(begin);
        if (value > 0377) raise(fmt::format("octal escape value {} outside of range 0-0o377", bytes_.substr(begin, at_ - begin)), begin);
        return put_character(begin, value);
      }
    }
    std::size_t number = 0;
    for (std::uint32_t i = begin + 1; i < at_; ++i) number = number * 10 + static_cast<std::size_t>(bytes_[i] - '0');
    put_group(number, begin + 1);
  }

  void named_group(std::uint32_t begin) {
    if (peek() != '<') raise("missing <", at_);
    ++at_;
    const std::size_t start = at_;
    const std::size_t close = bytes_.find('>', at_);
    if (close == std::string_view::npos) raise(start == bytes_.size() ? "missing group name" : "missing >, unterminated name", start);
    const std::string_view name = bytes_.substr(start, close - start);
    if (name.empty()) raise("missing group name", start);
    at_ = static_cast<std::uint32_t>(close) + 1;
    if (is_group_name(code_points(name))) {
      const auto number = regex_.group_named(name);
      if (!number) evaluator_.raise("IndexError", fmt::format("unknown group name {}", repr_of_bytes(name)));
      return put_group(*number, begin);
    }
    if (!std::all_of(name.begin(), name.end(), is_digit)) raise(fmt::format("bad character in group name {}", repr_of_bytes(name)), start);
    constexpr std::size_t kMost = std::size_t{1} << 30U;
    std::size_t number = 0;
    for (const char c : name) number = std::min(number * 10 + static_cast<std::size_t>(c - '0'), kMost);
    put_group(number, start);
  }

  Evaluator& evaluator_;
  const Regex& regex_;
  const Text& pattern_;
  std::string_view bytes_;
  std::uint32_t at_ = 0;
  std::vector<Part> parts_;
};

}  // namespace

RegexTemplate::RegexTemplate(Evaluator& evaluator, const Regex& regex, const Text& pattern) : parts_(Reader{evaluator, regex, pattern}.run()) {}

void RegexTemplate::append(TextBuilder& out, const Text& text, const MatchGroups& groups) const {
  for (const auto& part : parts_) {
    if (const Text* bytes = std::get_if<Text>(&part)) {
      out.append(*bytes, FrameId{0});
    } else if (const auto& range = groups[std::get<std::size_t>(part)]) {
      out.append_slice(text, *range, FrameId{0});
    }
  }
}

}  // namespace hookc
