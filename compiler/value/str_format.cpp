// str_format: replacement fields of `'..'.format(..)`.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

class FieldFormatter {
 public:
  FieldFormatter(const Site& site, std::span<const Value> positional, std::span<const std::pair<std::string, Value>> keyword, const FieldAccess& access)
      : site_(site), positional_(positional), keyword_(keyword), access_(access) {}

  Text run(const Text& format, int depth) {
    if (depth < 0) fail(site_.span, "ValueError", "Max string recursion exceeded");
    const std::string_view bytes = format.view();
    TextBuilder out;
    std::size_t at = 0;
    while (at < bytes.size()) {
      const std::size_t brace = std::min(bytes.find_first_of("{}", at), bytes.size());
      out.append_slice(format, range(at, brace), FrameId{0});
      if (brace == bytes.size()) break;
      if (brace + 1 < bytes.size() && bytes[brace + 1] == bytes[brace]) {
        out.append_slice(format, range(brace, brace + 1), FrameId{0});
        at = brace + 2;
        continue;
      }
      if (bytes[brace] == '}') fail(site_.span, "ValueError", "Single '}' encountered in format string");
      if (brace + 1 == bytes.size()) fail(site_.span, "ValueError", "Single '{' encountered in format string");
      const std::size_t end = end_of_field(bytes, brace + 1);
      field(out, format, brace + 1, end, depth);
      check_made(site_, out.size());
      at = end + 1;
    }
    return out.take();
  }

 private:
  static ByteRange range(std::size_t begin, std::size_t end) { return ByteRange{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}; }

  std::size_t end_of_field(std::string_view bytes, std::size_t at) {
    int open = 1;
    bool in_name = true;
    for (; at < bytes.size(); ++at) {
      if (bytes[at] == ':' || bytes[at] == '!') in_name = false;
      if (bytes[at] == '[' && in_name) {
        // whatever stands inside of an index is part of the key
        at = bytes.find(']', at);
        if (at == std::string_view::npos) break;
      } else if (bytes[at] == '{') {
        ++open;
      } else if (bytes[at] == '}' && --open == 0) {
        return at;
      }
    }
    fail(site_.span, "ValueError", "expected '}' before end of string");
  }

  void field(TextBuilder& out, const Text& format, std::size_t begin, std::size_t end, int depth) {
    const std::string_view bytes = format.view().substr(0, end);
    std::size_t name_end = begin;
    for (bool in_index = false; name_end < end; ++name_end) {
      const char c = bytes[name_end];
      if (c == '[') in_index = true;
      if (c == ']') in_index = false;
      if (!in_index && (c == ':' || c == '!')) break;
      if (c == '{') fail(site_.span, "ValueError", "unexpected '{' in field name");
    }
    Value value = look_up(bytes.substr(begin, name_end - begin));
    std::size_t at = name_end;
    if (at < end && bytes[at] == '!') {
      if (at + 1 >= end) fail(site_.span, "ValueError", "end of string while looking for conversion specifier");
      value = converted(bytes[at + 1], value);
      at += 2;
      if (at < end && bytes[at] != ':') fail(site_.span, "ValueError", "expected ':' after conversion specifier");
    }
    if (at >= end) return append_formatted(out, site_, value, "");
    Text spec = format.slice(range(at + 1, end));
    if (spec.view().find_first_of("{}") != std::string_view::npos) spec = run(spec, depth - 1);
    append_formatted(out, site_, value, spec.view());
  }

  Value converted(char conversion, const Value& value) {
    switch (conversion) {
      case 's': return Value{str_of(site_, value)};
      case 'r': return Value{repr_of(site_, value)};
      case 'a': return Value{ascii_repr_of(site_, value)};
      default: fail(site_.span, "ValueError", fmt::format("Unknown conversion specifier {}", conversion));
    }
  }

  /// The sandbox formats with `string.Formatter`, which numbers and checks only fields that are nothing but a number or empty.
  Value first_part(std::string_view name, bool is_whole) {
    const bool automatic = is_whole && name.empty();
    if (automatic || all_digits(name)) {
      if (is_whole) {
        if (automatic ? numbering_ == Numbering::Manual : numbering_ == Numbering::Automatic) {
          fail(site_.span, "ValueError", automatic ? "cannot switch from manual field specification to automatic field numbering"
                                                   : "cannot switch from automatic field numbering to manual field specification");
        }
        numbering_ = automatic ? Numbering::Automatic : Numbering::Manual;
      }
      const auto given = automatic ? std::int64_t{0} : clamped_integer(parse_integer_literal(name, 10)).value_or(0);
      const std::size_t index = automatic ? next_++ : static_cast<std::size_t>(given);
      if (index >= positional_.size()) fail(site_.span, "IndexError", fmt::format("Replacement index {} out of range for positional args tuple", index));
      return positional_[index];
    }
    for (const auto& [key, value] : keyword_) {
      if (key == name) return value;
    }
    if (access_.named) return access_.named(name);
    fail(site_.span, "KeyError", repr_of_bytes(name));
  }

  Value look_up(std::string_view path) {
    const std::size_t first = std::min(path.find_first_of(".["), path.size());
    Value value = first_part(path.substr(0, first), first == path.size());
    for (std::size_t at = first; at < path.size();) {
      if (path[at] == '.') {
        const std::size_t end = std::min(path.find_first_of(".[", at + 1), path.size());
        if (end == at + 1) fail(site_.span, "ValueError", "Empty attribute in format string");
        value = access_.attribute(value, path.substr(at + 1, end - at - 1));
        at = end;
      } else if (path[at] == '[') {
        const std::size_t close = path.find(']', at);
        if (close == std::string_view::npos) fail(site_.span, "ValueError", "Missing ']' in format string");
        const std::string_view key = path.substr(at + 1, close - at - 1);
        if (key.empty()) fail(site_.span, "ValueError", "Empty attribute in format string");
        value = access_.item(value, all_digits(key) ? parse_integer_literal(key, 10) : make_name(key));
        at = close + 1;
      } else {
        fail(site_.span, "ValueError", "Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  enum class Numbering : std::uint8_t { Unused, Automatic, Manual };
  const Site& site_;
  std::span<const Value> positional_;
  std::span<const std::pair<std::string, Value>> keyword_;
  const FieldAccess& access_;
  Numbering numbering_ = Numbering::Unused;
  std::size_t next_ = 0;
};

}  // namespace

Text str_format(const Site& site, const Text& format, std::span<const Value> positional, std::span<const std::pair<std::string, Value>> keyword,
                const FieldAccess& access) {
  return FieldFormatter{site, positional, keyword, access}.run(format, 2);
}

}  // namespace hookc
