#include "compiler/value/text_operations.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "compiler/base/ascii.h"
#include "compiler/base/sources.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

ByteRange range(std::size_t begin, std::size_t end) { return ByteRange{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}; }

/// Byte for byte: the origins stay as they are.
template <class Change>
Text change_bytes(const Text& text, Change change) {
  const std::string_view bytes = text.view();
  const auto differs = std::find_if(bytes.begin(), bytes.end(), [&](char c) { return change(c) != c; });
  if (differs == bytes.end()) return text;
  std::string changed{bytes};
  const auto from = changed.begin() + (differs - bytes.begin());
  std::transform(from, changed.end(), from, change);
  return text.with_bytes(std::move(changed));
}

bool is_cased(char32_t c) { return unicode::is_upper(c) || unicode::is_lower(c) || unicode::is_title(c); }

/// A capital sigma at the end of a word has a small form of its own.
bool is_final_sigma(std::string_view bytes, std::size_t at, char32_t previous) {
  if (!unicode::is_alpha(previous)) return false;
  const std::size_t next = at + unicode::decode(bytes, at).size;
  return next >= bytes.size() || !unicode::is_alpha(unicode::decode(bytes, next).value);
}

/// Each code point becomes what `map(code point, its offset, the one before)` says; those that stay keep their bytes' places.
template <class Map>
Text map_characters(const Text& text, Map map) {
  const std::string_view bytes = text.view();
  TextBuilder out;
  out.reserve(text.size(), text.runs().size());
  char32_t previous = ' ';
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    const bool valid = c.value != 0xFFFDU || c.size != 1;
    const std::string mapped = valid ? map(c.value, at, previous) : std::string{bytes.substr(at, c.size)};
    if (mapped == bytes.substr(at, c.size)) {
      out.append_slice(text, range(at, at + c.size), FrameId{0});
    } else {
      const Position origin = text.position_at(static_cast<std::uint32_t>(at));
      out.append(mapped, c.size == 1 && mapped.size() == 1 ? origin : fixed_at(origin), FrameId{0});
    }
    previous = c.value;
    at += c.size;
  }
  Text result = out.take();
  return result == text ? text : result;
}

std::string lower_at(std::string_view bytes, char32_t c, std::size_t at, char32_t previous) {
  if (c == 0x3A3U && is_final_sigma(bytes, at, previous)) return "\xCF\x82";
  return unicode::to_lower(c);
}

bool begins_word(char32_t previous) {
  return unicode::is_space(previous) || previous == '-' || previous == '(' || previous == '{' || previous == '[' || previous == '<';
}

template <class Matches>
ByteRange trimmed_range(std::string_view bytes, Side side, Matches matches) {
  std::size_t begin = 0;
  if (side != Side::Right) {
    while (begin < bytes.size()) {
      const unicode::CodePoint c = unicode::decode(bytes, begin);
      if (!matches(c.value, bytes.substr(begin, c.size))) break;
      begin += c.size;
    }
  }
  std::size_t end = bytes.size();
  if (side == Side::Left) return range(begin, end);
  while (end > begin) {
    std::size_t last = end - 1;
    while (last > begin && (static_cast<unsigned char>(bytes[last]) & 0xC0U) == 0x80U) --last;
    const unicode::CodePoint c = unicode::decode(bytes, last);
    if (last + c.size != end) last = end - 1;  // stray bytes count one by one
    if (!matches(unicode::decode(bytes, last).value, bytes.substr(last, end - last))) break;
    end = last;
  }
  return range(begin, end);
}

/// The runs of bytes that are no white space.
std::vector<ByteRange> words_of(std::string_view bytes) {
  std::vector<ByteRange> words;
  std::size_t begin = std::string_view::npos;
  for (std::size_t at = 0; at <= bytes.size();) {
    const unicode::CodePoint c = at < bytes.size() ? unicode::decode(bytes, at) : unicode::CodePoint{' ', 1};
    if (unicode::is_space(c.value)) {
      if (begin != std::string_view::npos) words.push_back(range(begin, at));
      begin = std::string_view::npos;
    } else if (begin == std::string_view::npos) {
      begin = at;
    }
    at += c.size;
  }
  return words;
}

}  // namespace

std::size_t find_first(std::string_view bytes, std::string_view wanted, std::size_t from) {
  if (from > bytes.size()) return std::string_view::npos;
  if (wanted.empty()) return from;
  if (wanted.size() > bytes.size() - from) return std::string_view::npos;
  const void* found = memmem(bytes.data() + from, bytes.size() - from, wanted.data(), wanted.size());
  return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
}

std::size_t find_last(std::string_view bytes, std::string_view wanted) {
  constexpr std::size_t kShort = 32;  // comparing at each place costs less than turning both round
  if (wanted.size() < kShort || wanted.size() > bytes.size()) return bytes.rfind(wanted);
  const std::string reversed{bytes.rbegin(), bytes.rend()};
  const std::size_t found = find_first(reversed, std::string{wanted.rbegin(), wanted.rend()});
  return found == std::string_view::npos ? found : bytes.size() - found - wanted.size();
}

Text map_case(const Text& text, CaseMapping mapping) {
  const std::string_view bytes = text.view();
  if (unicode::is_ascii(bytes)) {
    if (mapping == CaseMapping::Upper) return change_bytes(text, [](char c) { return ascii_upper(c); });
    if (mapping == CaseMapping::Lower || mapping == CaseMapping::Fold) return change_bytes(text, [](char c) { return ascii_lower(c); });
  }
  return map_characters(text, [&](char32_t c, std::size_t at, char32_t previous) {
    switch (mapping) {
      case CaseMapping::Upper: return unicode::to_upper(c);
      case CaseMapping::Lower: return lower_at(bytes, c, at, previous);
      case CaseMapping::Title: return is_cased(at == 0 ? U' ' : previous) ? lower_at(bytes, c, at, previous) : unicode::to_title(c);
      case CaseMapping::Capitalize: return at == 0 ? unicode::to_title(c) : lower_at(bytes, c, at, previous);
      case CaseMapping::Swap: return unicode::is_upper(c) ? lower_at(bytes, c, at, previous) : unicode::is_lower(c) ? unicode::to_upper(c) : [&] {
        std::string same;
        unicode::encode(same, c);
        return same;
      }();
      case CaseMapping::Fold: return unicode::fold(c);
    }
    return std::string{};
  });
}

Text title_words(const Text& text) {
  const std::string_view bytes = text.view();
  std::size_t rest = 0;  // of the word, which Jinja2 lowers by itself
  return map_characters(text, [&](char32_t c, std::size_t at, char32_t previous) {
    if (!begins_word(previous)) return lower_at(bytes.substr(rest), c, at - rest, at == rest ? U' ' : previous);
    rest = at + unicode::decode(bytes, at).size;
    return unicode::to_upper(c);
  });
}

Text trim(const Text& text, std::optional<std::string_view> chars, Side side) {
  if (!chars) return text.slice(trimmed_range(text.view(), side, [](char32_t c, std::string_view) { return unicode::is_space(c); }));
  std::vector<char32_t> set;
  for (std::size_t at = 0; at < chars->size(); at += unicode::decode(*chars, at).size) set.push_back(unicode::decode(*chars, at).value);
  return text.slice(trimmed_range(text.view(), side, [&set](char32_t c, std::string_view) { return std::find(set.begin(), set.end(), c) != set.end(); }));
}

namespace {

Text replaced(const Site& site, const Text& text, std::string_view old, const Text& with, std::int64_t count) {
  const std::string_view bytes = text.view();
  TextBuilder out;
  std::size_t kept = 0;
  std::size_t search = 0;
  for (std::int64_t done = 0; count < 0 || done < count; ++done) {
    const std::size_t found = find_first(bytes, old, search);
    if (found == std::string_view::npos) break;
    out.append_slice(text, range(kept, found), FrameId{0});
    out.append(with, FrameId{0});
    check_made(site, out.size());
    kept = found + old.size();
    search = kept;
    if (old.empty()) {
      if (found == bytes.size()) break;
      search += unicode::decode(bytes, found).size;
    }
  }
  if (kept == 0 && out.size() == 0) {
    // nothing was found, or nothing but empty matches replaced by nothing
    if (bytes.empty() || search == 0 || old.empty()) return text;
  }
  out.append_slice(text, range(kept, bytes.size()), FrameId{0});
  return out.take();
}

/// What stands for something unknown keeps its bytes; its symbol says what will be done to it, in the words of `describe`.
template <class Describe>
Text noted_in_holes(const Site& site, const Text& text, const Describe& describe) {
  const auto hole_at = [&](Position position) {
    if (!is_fixed(position) || place_of(position) == 0) return std::string{};
    const Origin origin = site.sources->describe(position);
    return origin.kind == Origin::Kind::Hole ? std::string{origin.name} : std::string{};
  };
  const std::span<const Run> runs = text.runs();
  if (std::none_of(runs.begin(), runs.end(), [&](const Run& run) { return !hole_at(run.position).empty(); })) return text;
  const std::string what = describe();
  TextBuilder out;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ByteRange bytes{runs[i].begin, i + 1 < runs.size() ? runs[i + 1].begin : text.size()};
    const std::string symbol = hole_at(runs[i].position);
    if (symbol.empty()) {
      out.append_slice(text, bytes, FrameId{0});
    } else {
      out.append(text.view().substr(bytes.begin, bytes.size()), site.sources->add_hole(symbol + what), runs[i].frame);
    }
  }
  return out.take();
}

}  // namespace

Text replace(const Site& site, const Text& text, std::string_view old, const Text& with, std::int64_t count) {
  const Text made = replaced(site, text, old, with, count);
  if (site.sources == nullptr) return made;
  return noted_in_holes(site, made, [&] { return " | replace(" + repr_of_bytes(old) + ", " + repr_of_bytes(with.view()) + ")"; });
}

std::vector<Text> split(const Text& text, std::string_view separator, std::int64_t limit) {
  const std::string_view bytes = text.view();
  std::vector<Text> pieces;
  std::size_t begin = 0;
  for (std::int64_t done = 0; limit < 0 || done < limit; ++done) {
    const std::size_t found = find_first(bytes, separator, begin);
    if (found == std::string_view::npos) break;
    pieces.push_back(text.slice(range(begin, found)));
    begin = found + separator.size();
  }
  pieces.push_back(text.slice(range(begin, bytes.size())));
  return pieces;
}

std::vector<Text> split_from_right(const Text& text, std::string_view separator, std::int64_t limit) {
  const std::string_view bytes = text.view();
  std::vector<Text> pieces;
  std::size_t end = bytes.size();
  for (std::int64_t done = 0; (limit < 0 || done < limit) && end >= separator.size(); ++done) {
    const std::size_t found = find_last(bytes.substr(0, end), separator);
    if (found == std::string_view::npos) break;
    pieces.push_back(text.slice(range(found + separator.size(), end)));
    end = found;
  }
  pieces.push_back(text.slice(range(0, end)));
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

std::vector<Text> split_blank(const Text& text, std::int64_t limit) {
  const std::vector<ByteRange> words = words_of(text.view());
  std::vector<Text> pieces;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (limit >= 0 && static_cast<std::int64_t>(i) == limit) {
      pieces.push_back(text.slice(words[i].begin, text.size()));
      break;
    }
    pieces.push_back(text.slice(words[i]));
  }
  return pieces;
}

std::vector<Text> split_blank_from_right(const Text& text, std::int64_t limit) {
  const std::vector<ByteRange> words = words_of(text.view());
  std::vector<Text> pieces;
  for (std::size_t i = words.size(); i > 0; --i) {
    if (limit >= 0 && static_cast<std::int64_t>(words.size() - i) == limit) {
      pieces.push_back(text.slice(0, words[i - 1].end));
      break;
    }
    pieces.push_back(text.slice(words[i - 1]));
  }
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

std::vector<Text> split_lines(const Text& text, LineEnds ends) {
  const std::string_view bytes = text.view();
  std::vector<Text> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    std::size_t next = at + c.size;
    if (unicode::is_line_end(c.value)) {
      if (c.value == '\r' && next < bytes.size() && bytes[next] == '\n') ++next;
      lines.push_back(text.slice(range(begin, ends == LineEnds::Kept ? next : at)));
      begin = next;
    }
    at = next;
  }
  if (begin < bytes.size()) lines.push_back(text.slice(range(begin, bytes.size())));
  return lines;
}

Text join(const Site& site, const std::vector<Text>& pieces, const Text& separator) {
  if (pieces.size() == 1) return pieces.front();
  TextBuilder out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out.append(separator, FrameId{0});
    out.append(pieces[i], FrameId{0});
    check_made(site, out.size());
  }
  return out.take();
}

Text pad(const Site& site, const Text& text, std::int64_t width, std::string_view fill, Alignment alignment) {
  const auto length = static_cast<std::int64_t>(unicode::count(text.view()));
  if (width <= length) return text;
  const std::int64_t missing = width - length;
  check_made(site, static_cast<std::uint64_t>(missing) * fill.size());
  const std::int64_t left = alignment == Alignment::Left ? 0 : alignment == Alignment::Right ? missing : missing / 2 + (missing & width & 1);
  const auto fill_of = [fill](std::int64_t count) {
    std::string bytes;
    for (std::int64_t i = 0; i < count; ++i) bytes += fill;
    return bytes;
  };
  TextBuilder out;
  out.append(fill_of(left), site.position(), FrameId{0});
  out.append(text, FrameId{0});
  out.append(fill_of(missing - left), site.position(), FrameId{0});
  return out.take();
}

}  // namespace hookc
