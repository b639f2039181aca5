#include "compiler/value/text_wrap.h"

#include <algorithm>

#include "compiler/value/unicode.h"

namespace hookc {

namespace {

/// A half-open range of characters.
struct Chunk {
  std::size_t begin;
  std::size_t end;
  [[nodiscard]] std::size_t size() const { return end - begin; }
};

class Wrapper {
 public:
  Wrapper(const Text& text, const WrapOptions& options) : text_(text), options_(options), bounds_(unicode::boundaries(text.view())) {
    for (std::size_t i = 0; i + 1 < bounds_.size(); ++i) chars_.push_back(unicode::decode(text.view(), bounds_[i]).value);
    cut_chunks();
  }

  std::vector<Text> lines() {
    std::vector<Text> result;
    std::size_t next = 0;
    while (next < chunks_.size()) {
      if (!result.empty() && is_blank(chunks_[next])) ++next;
      std::vector<Chunk> line;
      std::size_t used = 0;
      while (next < chunks_.size() && used + chunks_[next].size() <= options_.width) {
        used += chunks_[next].size();
        line.push_back(chunks_[next++]);
      }
      if (next < chunks_.size() && chunks_[next].size() > options_.width) next = take_long_word(next, used, line);
      if (!line.empty() && is_blank(line.back())) line.pop_back();
      if (!line.empty()) result.push_back(text_.slice(bounds_[line.front().begin], bounds_[line.back().end]));
    }
    return result;
  }

 private:
  /// Breaks a word that is longer than a line; gives the index of the chunk to go on with.
  std::size_t take_long_word(std::size_t next, std::size_t used, std::vector<Chunk>& line) {
    Chunk& chunk = chunks_[next];
    if (!options_.break_long_words) {
      if (!line.empty()) return next;
      line.push_back(chunk);
      return next + 1;
    }
    std::size_t end = chunk.begin + (options_.width - used);  // of a full line this takes an empty piece, which the blank before it hides behind
    if (options_.break_on_hyphens) {
      for (std::size_t at = end; at > chunk.begin + 1; --at) {
        if (chars_[at - 1] != '-') continue;
        const auto word = chars_.begin() + static_cast<std::ptrdiff_t>(chunk.begin);
        if (std::any_of(word, chars_.begin() + static_cast<std::ptrdiff_t>(at - 1), [](char32_t c) { return c != '-'; })) end = at;
        break;
      }
    }
    line.push_back(Chunk{chunk.begin, end});
    chunk.begin = end;
    return next;
  }

  static bool is_wrap_blank(char32_t c) { return c == ' ' || (c >= 0x09U && c <= 0x0DU); }
  static bool is_word(char32_t c) { return c == '_' || unicode::is_alpha(c) || unicode::is_numeric(c); }
  static bool is_letter(char32_t c) { return c == '_' || (is_word(c) && !unicode::is_decimal(c)); }
  static bool is_word_mark(char32_t c) { return is_word(c) || std::u32string_view{U"!\"'&.,?"}.find(c) != std::u32string_view::npos; }

  [[nodiscard]] bool is_blank(const Chunk& chunk) const {
    return std::all_of(chars_.begin() + static_cast<std::ptrdiff_t>(chunk.begin), chars_.begin() + static_cast<std::ptrdiff_t>(chunk.end), unicode::is_space);
  }
  [[nodiscard]] char32_t at(std::size_t index) const { return index < chars_.size() ? chars_[index] : 0; }

  /// The end of two hyphens or more between words, or `begin` when there are none.
  [[nodiscard]] std::size_t dash_end(std::size_t begin) const {
    if (begin == 0 || !is_word_mark(at(begin - 1))) return begin;
    std::size_t end = begin;
    while (at(end) == '-') ++end;
    return end - begin >= 2 && is_word(at(end)) ? end : begin;
  }

  /// A break is allowed after the hyphen at `index`: it joins letters.
  [[nodiscard]] bool breaks_after(std::size_t index, std::size_t begin) const {
    if (at(index) != '-' || index < begin + 2) return false;
    const bool before = (is_letter(at(index - 1)) && is_letter(at(index - 2))) ||
                        (index >= begin + 3 && is_word_mark(at(index - 1)) && at(index - 2) == '-' && is_letter(at(index - 3)));
    const std::size_t second = at(index + 2) == '-' ? index + 3 : index + 2;
    return before && is_letter(at(index + 1)) && is_letter(at(second));
  }

  void cut_chunks() {
    for (std::size_t begin = 0; begin < chars_.size();) {
      std::size_t end = begin;
      if (is_wrap_blank(chars_[begin])) {
        while (end < chars_.size() && is_wrap_blank(chars_[end])) ++end;
      } else if (options_.break_on_hyphens && dash_end(begin) > begin) {
        end = dash_end(begin);
      } else {
        end = word_end(begin);
      }
      chunks_.push_back(Chunk{begin, end});
      begin = end;
    }
  }

  [[nodiscard]] std::size_t word_end(std::size_t begin) const {
    std::size_t end = begin + 1;
    for (; end < chars_.size() && !is_wrap_blank(chars_[end]); ++end) {
      if (!options_.break_on_hyphens) continue;
      if (breaks_after(end - 1, begin) || dash_end(end) > end) break;
    }
    return end;
  }

  const Text& text_;
  const WrapOptions& options_;
  std::vector<std::uint32_t> bounds_;
  std::vector<char32_t> chars_;
  std::vector<Chunk> chunks_;
};

}  // namespace

std::vector<Text> wrap_line(const Text& text, const WrapOptions& options) { return Wrapper{text, options}.lines(); }

}  // namespace hookc
