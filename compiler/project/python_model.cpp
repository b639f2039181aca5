#include "compiler/project/python_model.h"

#include <array>
#include <string_view>

#include "compiler/base/ascii.h"

namespace hookc {
namespace {

constexpr std::array<std::string_view, 3> kCalls{"dbt.config(", "dbt.ref(", "dbt.source("};
constexpr std::string_view kPrefix = "dbt.";

/// Just after the string that begins at `at`; triple quotes too.
std::size_t skip_string(std::string_view code, std::size_t at) {
  const char quote = code[at];
  const std::string_view triple = code.substr(at, 3);
  const bool is_triple = triple.size() == 3 && triple[1] == quote && triple[2] == quote;
  for (at += is_triple ? 3 : 1; at < code.size();) {
    if (code[at] == '\\') {
      at += 2;
    } else if (is_triple ? code.substr(at, 3) == triple : code[at] == quote) {
      return at + (is_triple ? 3 : 1);
    } else {
      ++at;
    }
  }
  return code.size();
}

std::size_t skip_comment(std::string_view code, std::size_t at) {
  const std::size_t newline = code.find('\n', at);
  return newline == std::string_view::npos ? code.size() : newline;
}

class CallFinder {
 public:
  explicit CallFinder(const Text& text) : text_(text), code_(text.view()) {}

  Text find() {
    for (std::size_t at = 0; at < code_.size();) {
      const char c = code_[at];
      if (c == '#') {
        at = skip_comment(code_, at);
      } else if (c == '"' || c == '\'') {
        at = skip_string(code_, at);
      } else if (begins_call(at)) {
        at = add_call(at);
      } else {
        ++at;
      }
    }
    return out_.take();
  }

 private:
  [[nodiscard]] bool begins_call(std::size_t at) const {
    if (at > 0 && (is_word_character(code_[at - 1]) || code_[at - 1] == '.')) return false;
    for (const std::string_view call : kCalls) {
      if (code_.substr(at).starts_with(call)) return true;
    }
    return false;
  }

  void add(std::size_t begin, std::size_t end) {
    out_.append_slice(text_, ByteRange{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, FrameId{0});
  }

  /// Adds the call at `at`, comments left out; gives the place after it.
  std::size_t add_call(std::size_t at) {
    const Position made = fixed_at(text_.position_at(static_cast<std::uint32_t>(at)));
    out_.append("{{ ", made, FrameId{0});
    std::size_t begin = at + kPrefix.size();
    std::uint32_t depth = 0;
    for (at = begin; at < code_.size();) {
      const char c = code_[at];
      if (c == '#') {
        add(begin, at);
        begin = at = skip_comment(code_, at);
      } else if (c == '"' || c == '\'') {
        at = skip_string(code_, at);
      } else {
        ++at;
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && --depth == 0) break;
      }
    }
    add(begin, at);
    out_.append(" }}", made, FrameId{0});
    return at;
  }

  const Text& text_;
  std::string_view code_;
  TextBuilder out_;
};

}  // namespace

SourceId python_calls(Sources& sources, SourceId file) {
  Text calls = CallFinder{sources.text(file)}.find();
  return sources.add_text(sources.get(file).name, std::move(calls));
}

}  // namespace hookc
