#include "compiler/value/repr.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

constexpr std::uint32_t kMaxDepth = 200;

/// Containers on the way from the outermost to the one being printed. It is one per thread because an Object's own repr() starts anew, and a
/// namespace can hold itself.
thread_local std::vector<const void*> open_containers;

struct OpenContainer {
  explicit OpenContainer(const void* container) {
    if (open_containers.size() >= kMaxDepth) fail(Span{}, "RecursionError", "maximum recursion depth exceeded while getting the repr of an object");
    open_containers.push_back(container);
  }
  ~OpenContainer() { open_containers.pop_back(); }
  OpenContainer(const OpenContainer&) = delete;
  OpenContainer& operator=(const OpenContainer&) = delete;
};

bool is_open(const void* container) { return std::find(open_containers.begin(), open_containers.end(), container) != open_containers.end(); }

/// Appends `text`; runs of nobody's place were made by code that knew no site, and get this one.
void append_placed(TextBuilder& out, const Text& text, Position made) {
  const std::span<const Run> runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
    const bool nobody = place_of(runs[i].position) == 0;
    out.append(text.view().substr(runs[i].begin, end - runs[i].begin), nobody ? made : runs[i].position, runs[i].frame);
  }
}

Text placed(const Text& text, Position made) {
  if (text.is_placed()) return text;
  TextBuilder out;
  append_placed(out, text, made);
  return out.take();
}

char quote_for(std::string_view bytes) { return bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos ? '"' : '\''; }

enum class Printable : std::uint8_t { Unicode, Ascii };

/// What one code point becomes inside of a repr; empty when it stays as it is.
std::string escape_of(char32_t c, char quote, Printable kept) {
  switch (c) {
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  if (c == static_cast<unsigned char>(quote)) return std::string{'\\', quote};
  if (unicode::is_printable(c) && (kept == Printable::Unicode || c < 0x80U)) return {};
  const auto code = static_cast<std::uint32_t>(c);
  if (code < 0x100U) return fmt::format("\\x{:02x}", code);
  if (code < 0x10000U) return fmt::format("\\u{:04x}", code);
  return fmt::format("\\U{:08x}", code);
}

void append_quoted(TextBuilder& out, const Text& original, Position made) {
  const Text text = placed(original, made);
  const std::string_view bytes = text.view();
  const char quote = quote_for(bytes);
  const std::string_view quotes(&quote, 1);
  out.append(quotes, made, FrameId{0});
  std::uint32_t kept = 0;
  for (std::uint32_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    const std::string escape = c.value == 0xFFFDU && c.size == 1 ? fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes[at])) : escape_of(c.value, quote, Printable::Unicode);
    if (!escape.empty()) {
      out.append_slice(text, ByteRange{kept, at}, FrameId{0});
      out.append(escape, fixed_at(text.position_at(at)), FrameId{0});
      kept = at + c.size;
    }
    at += c.size;
  }
  out.append_slice(text, ByteRange{kept, text.size()}, FrameId{0});
  out.append(quotes, made, FrameId{0});
}

struct Printer {
  TextBuilder& out;
  const Site& site;
  Position made;

  void literal(std::string_view bytes) { out.append(bytes, made, FrameId{0}); }

  void items(const List& list) {
    if (is_open(&list)) return literal(list.is_tuple ? "(...)" : "[...]");
    const OpenContainer open{&list};
    literal(list.is_tuple ? "(" : "[");
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) literal(", ");
      repr(list.items[i]);
    }
    literal(list.is_tuple ? (list.items.size() == 1 ? ",)" : ")") : "]");
  }

  void entries(const Dict& dict) {
    if (is_open(&dict)) return literal("{...}");
    const OpenContainer open{&dict};
    literal("{");
    for (std::size_t i = 0; i < dict.entries().size(); ++i) {
      if (i > 0) literal(", ");
      repr(dict.entries()[i].key);
      literal(": ");
      repr(dict.entries()[i].value);
    }
    literal("}");
  }

  /// What str() and repr() have in common.
  void other(const Value& value) {
    check_made(site, out.size());
    value.visit(overloaded{[this](const Undefined&) { literal("Undefined"); },
                          [this](None) { literal("None"); },
                          [this](bool truth) { literal(truth ? "True" : "False"); },
                          [this](std::int64_t number) { literal(std::to_string(number)); },
                          [this](double number) { literal(float_repr(number)); },
                          [this](const Text& text) { append_quoted(out, text, made); },
                          [this](const ListPtr& list) { items(*list); },
                          [this](const DictPtr& dict) { entries(*dict); },
                          [this](const ObjectPtr& object) {
                            const OpenContainer open{object.get()};
                            append_placed(out, object->repr(), made);
                          },
                          [this](const Unknown& unknown) { out.append(hole_of(site, unknown), FrameId{0}); }});
  }

  void repr(const Value& value) { other(value); }

  void str(const Value& value) {
    if (const Text* text = value.get_if<Text>()) {
      if (text->is_placed()) {
        out.append(*text, FrameId{0});
      } else {
        append_placed(out, *text, made);
      }
    } else if (const auto* object = value.get_if<ObjectPtr>()) {
      const OpenContainer open{object->get()};
      append_placed(out, (*object)->str(), made);
    } else if (!value.is<Undefined>()) {
      other(value);
    }
  }
};

}  // namespace

void append_str(TextBuilder& out, const Site& site, const Value& value) { Printer{out, site, site.position()}.str(value); }
void append_repr(TextBuilder& out, const Site& site, const Value& value) { Printer{out, site, site.position()}.repr(value); }

Text str_of(const Site& site, const Value& value) {
  if (const Text* text = value.get_if<Text>(); text != nullptr && (text->empty() || text->is_placed())) return *text;
  if (value.is<Undefined>()) return {};
  TextBuilder out;
  append_str(out, site, value);
  return out.take();
}

Text repr_of(const Site& site, const Value& value) {
  TextBuilder out;
  append_repr(out, site, value);
  return out.take();
}

Text ascii_repr_of(const Site& site, const Value& value) {
  const Text plain = repr_of(site, value);
  TextBuilder out;
  std::uint32_t kept = 0;
  const std::string_view bytes = plain.view();
  for (std::uint32_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    if (c.value >= 0x80U) {
      out.append_slice(plain, ByteRange{kept, at}, FrameId{0});
      out.append(escape_of(c.value, '\'', Printable::Ascii), fixed_at(plain.position_at(at)), FrameId{0});
      kept = at + c.size;
    }
    at += c.size;
  }
  out.append_slice(plain, ByteRange{kept, plain.size()}, FrameId{0});
  return out.take();
}

Text hole_of(const Site& site, const Unknown& unknown) {
  std::string bytes = "hole_";
  for (const char c : unknown.symbol->name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (word) {
      bytes.push_back(c);
    } else if (bytes.back() != '_') {
      bytes.push_back('_');
    }
  }
  constexpr std::size_t kMaxIdentifier = 60;
  bytes.resize(std::min(bytes.size(), kMaxIdentifier));
  while (bytes.size() > 1 && bytes.back() == '_') bytes.pop_back();
  return Text{std::move(bytes), site.sources == nullptr ? fixed_at(Position{0}) : site.sources->add_hole(unknown.symbol->name)};
}

std::string repr_of_bytes(std::string_view bytes) { return display_repr(make_name(bytes)); }
std::string display(const Value& value) { return str_of(Site{}, value).str(); }
std::string display_repr(const Value& value) { return repr_of(Site{}, value).str(); }

}  // namespace hookc
