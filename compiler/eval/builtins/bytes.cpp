#include "compiler/eval/builtins/bytes.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/ascii.h"
#include "compiler/eval/evaluator.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

enum class Codec : std::uint8_t { Utf8, Ascii, Latin1 };

Codec codec_of(const Site& site, std::string_view encoding) {
  constexpr std::array<std::pair<std::string_view, Codec>, 16> kCodecs{{
      {"utf-8", Codec::Utf8}, {"utf8", Codec::Utf8}, {"u8", Codec::Utf8}, {"utf", Codec::Utf8}, {"cp65001", Codec::Utf8},
      {"ascii", Codec::Ascii}, {"us-ascii", Codec::Ascii}, {"646", Codec::Ascii}, {"ansi-x3.4-1968", Codec::Ascii},
      {"latin-1", Codec::Latin1}, {"latin1", Codec::Latin1}, {"iso-8859-1", Codec::Latin1}, {"iso8859-1", Codec::Latin1}, {"8859", Codec::Latin1}, {"l1", Codec::Latin1}, {"latin", Codec::Latin1},
  }};
  std::string name;
  for (const char c : encoding) name.push_back(c == '_' || c == ' ' ? '-' : ascii_lower(c));
  const auto* found = std::find_if(kCodecs.begin(), kCodecs.end(), [&name](const auto& row) { return row.first == name; });
  if (found == kCodecs.end()) fail(site.span, "LookupError", fmt::format("unknown encoding: {}", encoding));
  return found->second;
}

std::string backslashed(char32_t c) {
  const auto code = static_cast<std::uint32_t>(c);
  return code < 0x100 ? fmt::format("\\x{:02x}", code) : code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

void append_hex(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += {kDigits[byte >> 4U], kDigits[byte & 0xFU]};
}

constexpr std::size_t kLongestUtf8 = 4;

/// The size of the well-formed character at `at`, or 0; `bad` is then how many bytes count as one mistake.
std::size_t well_formed(std::string_view bytes, std::size_t at, std::size_t& bad) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
  const unsigned char first = byte(0);
  bad = 1;
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? kLongestUtf8 : 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (at + i >= bytes.size()) return 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (i == 1 && first == 0xE0) low = 0xA0;
    if (i == 1 && first == 0xED) high = 0x9F;  // surrogates
    if (i == 1 && first == 0xF0) low = 0x90;
    if (i == 1 && first == 0xF4) high = 0x8F;
    if (byte(i) < low || byte(i) > high) return 0;
    bad = i + 1;
  }
  return size;
}

void append_undecodable(const Site& site, std::string& out, std::string_view bytes, std::string_view errors) {
  if (errors == "ignore") return;
  if (errors == "replace") {
    unicode::encode(out, 0xFFFD);
  } else if (errors == "backslashreplace") {
    for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  } else if (errors == "strict") {
    fail(site.span, "UnicodeDecodeError", fmt::format("byte 0x{:02x} cannot be decoded", static_cast<unsigned char>(bytes.front())));
  } else {
    fail(site.span, "LookupError", fmt::format("unknown error handler name {}", repr_of_bytes(errors)));
  }
}

Value decode_bytes(const Site& site, const Text& bytes, std::string_view encoding, std::string_view errors) {
  const Codec codec = codec_of(site, encoding);
  const std::string_view view = bytes.view();
  std::string out;
  bool is_same = true;
  for (std::size_t at = 0; at < view.size();) {
    std::size_t bad = 1;
    const auto byte = static_cast<unsigned char>(view[at]);
    const std::size_t size = codec == Codec::Utf8 ? well_formed(view, at, bad) : codec == Codec::Latin1 || byte < 0x80 ? 1 : 0;
    if (size == 0) {
      append_undecodable(site, out, view.substr(at, bad), errors);
    } else if (codec == Codec::Latin1) {
      unicode::encode(out, byte);
    } else {
      out += view.substr(at, size);
    }
    is_same = is_same && size > 0 && (codec != Codec::Latin1 || byte < 0x80);
    at += size > 0 ? size : bad;
  }
  return is_same ? Value{bytes} : Value{site.made(std::move(out))};
}

std::string text_or(const Arguments& arguments, std::size_t index, std::string_view name, std::string_view absent) {
  const Value* value = index < arguments.positional.size() ? &arguments.positional[index] : arguments.keyword_if(name);
  if (value == nullptr) return std::string{absent};
  const auto text = text_of(*value);
  if (!text) fail(arguments.site, "TypeError", fmt::format("decode() argument '{}' must be str, not {}", name, type_name(*value)));
  return std::string{*text};
}

void check_arguments(const Arguments& arguments, std::size_t most, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : arguments.keyword) {
    if (std::find(names.begin(), names.end(), name) == names.end()) fail(arguments.site, "TypeError", fmt::format("'{}' is an invalid keyword argument", name));
  }
  if (arguments.positional.size() + arguments.keyword.size() > most) fail(arguments.site, "TypeError", fmt::format("more than {} arguments are given", most));
}

}  // namespace

Text Bytes::str() const {
  const bool has_single = view().find('\'') != std::string_view::npos;
  const char quote = has_single && view().find('"') == std::string_view::npos ? '"' : '\'';
  std::string out{"b"};
  out.push_back(quote);
  for (const char c : view()) {
    switch (c) {
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\\': out += "\\\\"; break;
      default:
        if (c == quote) {
          out += {'\\', c};
        } else if (c < ' ' || c > '~') {
          out += "\\x";
          append_hex(out, c);
        } else {
          out.push_back(c);
        }
    }
    check_made(Site{}, out.size());
  }
  out.push_back(quote);
  return Text{std::move(out), fixed_at(Position{0})};
}

std::optional<Value> Bytes::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  const std::string shown = fmt::format("<built-in method {} of bytes object at {}>", name, kAddress);
  if (name == "decode") {
    return make_function("decode", [bytes = bytes_](Evaluator& evaluator, const Arguments& arguments) {
      check_arguments(arguments, 2, {"encoding", "errors"});
      const std::string encoding = text_or(arguments, 0, "encoding", "utf-8");
      return decode_bytes(Site{arguments.site, &evaluator.sources()}, bytes, encoding, text_or(arguments, 1, "errors", "strict"));
    }, shown);
  }
  if (name == "hex") {
    return make_function("hex", [bytes = bytes_](Evaluator& evaluator, const Arguments& arguments) {
      check_arguments(arguments, 0, {});
      std::string out;
      for (const char c : bytes.view()) append_hex(out, c);
      return Value{evaluator.made(std::move(out))};
    }, shown);
  }
  if (name == "index" || name == "find") {
    return make_function(std::string{name}, [bytes = bytes_, raises = name == "index"](Evaluator& /*evaluator*/, const Arguments& arguments) {
      check_arguments(arguments, 1, {});
      if (arguments.positional.empty()) fail(arguments.site, "TypeError", "what to look for is missing");
      const Value& wanted = arguments.positional.front();
      const auto* object = wanted.get_if<ObjectPtr>();
      const auto* part = object == nullptr ? nullptr : dynamic_cast<const Bytes*>(object->get());
      const auto byte = clamped_integer(wanted);
      if (part == nullptr && !byte) fail(arguments.site, "TypeError", fmt::format("argument should be integer or bytes-like object, not '{}'", hookc::type_name(wanted)));
      if (byte && (*byte < 0 || *byte > 0xFF)) fail(arguments.site, "ValueError", "byte must be in range(0, 256)");
      const std::size_t at = part != nullptr ? bytes.view().find(part->view()) : bytes.view().find(static_cast<char>(static_cast<unsigned char>(*byte)));
      if (at == std::string_view::npos && raises) fail(arguments.site, "ValueError", "subsection not found");
      return Value{at == std::string_view::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at)};
    }, shown);
  }
  return std::nullopt;
}

std::optional<Value> Bytes::item(Evaluator& /*evaluator*/, const Value& key) {
  const auto index = clamped_integer(key);
  const auto size = static_cast<std::int64_t>(bytes_.size());
  if (!index || *index >= size || *index < -size) return std::nullopt;
  return Value{std::int64_t{static_cast<unsigned char>(view()[static_cast<std::size_t>(*index < 0 ? *index + size : *index)])}};
}

std::optional<std::vector<Value>> Bytes::iterate(Evaluator& evaluator) {
  evaluator.spend(bytes_.size());
  std::vector<Value> items;
  items.reserve(bytes_.size());
  for (const char c : view()) items.emplace_back(std::int64_t{static_cast<unsigned char>(c)});
  return items;
}

std::optional<Value> Bytes::slice(const Slice& slice) const {
  TextBuilder out;
  std::int64_t at = slice.start;
  for (std::size_t left = slice.size; left > 0; --left, at += slice.step) {
    const auto byte = static_cast<std::uint32_t>(at);
    out.append_slice(bytes_, ByteRange{byte, byte + 1}, FrameId{0});
  }
  return make_bytes(out.take());
}

bool Bytes::equals(const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto* bytes = object == nullptr ? nullptr : dynamic_cast<const Bytes*>(object->get());
  return bytes != nullptr && bytes->view() == view();
}

std::optional<Value> Bytes::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto* bytes = object == nullptr ? nullptr : dynamic_cast<const Bytes*>(object->get());
  if (op == "+" && bytes != nullptr && side == OperandSide::Left) {
    const Value joined = add(site, Value{bytes_}, Value{bytes->bytes_});
    return make_bytes(*joined.get_if<Text>());
  }
  if (op == "in" && side == OperandSide::Right) {
    if (bytes != nullptr) return Value{view().find(bytes->view()) != std::string_view::npos};
    const auto byte = clamped_integer(other);
    if (!byte) fail(site.span, "TypeError", fmt::format("a bytes-like object is required, not '{}'", hookc::type_name(other)));
    if (*byte < 0 || *byte > 0xFF) fail(site.span, "ValueError", "byte must be in range(0, 256)");
    return Value{view().find(static_cast<char>(static_cast<unsigned char>(*byte))) != std::string_view::npos};
  }
  if (op == "*" && is_integer(other)) {
    const Value repeated = multiply(site, Value{bytes_}, other);
    return make_bytes(*repeated.get_if<Text>());
  }
  return std::nullopt;
}

std::optional<std::strong_ordering> Bytes::order(const Site& /*site*/, const Value& other) const {
  const auto* object = other.get_if<ObjectPtr>();
  const auto* bytes = object == nullptr ? nullptr : dynamic_cast<const Bytes*>(object->get());
  if (bytes == nullptr) return std::nullopt;
  return view() <=> bytes->view();
}

Value make_bytes(Text bytes) { return Value{ObjectPtr{std::make_shared<Bytes>(std::move(bytes))}}; }

Value encode_text(const Site& site, const Text& text, std::string_view encoding, std::string_view errors) {
  const Codec codec = codec_of(site, encoding);
  TextBuilder out;
  for (std::uint32_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text.view(), at);
    const bool is_surrogate = c.value >= 0xD800 && c.value < 0xE000;
    const bool fits = codec == Codec::Utf8 ? !is_surrogate : c.value < (codec == Codec::Ascii ? 0x80U : 0x100U);
    if (fits && (codec == Codec::Utf8 || c.value < 0x80)) {
      out.append_slice(text, ByteRange{at, at + c.size}, FrameId{0});
    } else if (fits) {
      out.append(std::string(1, static_cast<char>(static_cast<unsigned char>(c.value))), fixed_at(text.position_at(at)), FrameId{0});
    } else if (errors == "strict") {
      fail(site.span, "UnicodeEncodeError", fmt::format("character {} cannot be encoded", backslashed(c.value)));
    } else if (errors == "replace" || errors == "backslashreplace" || errors == "xmlcharrefreplace") {
      const std::string made = errors == "replace" ? "?" : errors == "backslashreplace" ? backslashed(c.value) : fmt::format("&#{};", static_cast<std::uint32_t>(c.value));
      out.append(made, fixed_at(text.position_at(at)), FrameId{0});
    } else if (errors != "ignore") {
      fail(site.span, "LookupError", fmt::format("unknown error handler name {}", repr_of_bytes(errors)));
    }
    at += c.size;
  }
  return make_bytes(out.take());
}

}  // namespace hookc
