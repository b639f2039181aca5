// Filters for HTML and URLs. There is no Markup here: escaped text is plain text.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

std::string_view entity_of(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return "&#39;";
    case '"': return "&#34;";
    default: return {};
  }
}

/// What is escaped is made where the character was.
Text escaped(const Text& text) {
  const std::string_view bytes = text.view();
  TextBuilder out;
  std::uint32_t kept = 0;
  for (std::uint32_t at = 0; at < bytes.size(); ++at) {
    const std::string_view entity = entity_of(bytes[at]);
    if (entity.empty()) continue;
    out.append_slice(text, ByteRange{kept, at}, FrameId{0});
    out.append(entity, fixed_at(text.position_at(at)), FrameId{0});
    kept = at + 1;
  }
  if (kept == 0) return text;
  out.append_slice(text, ByteRange{kept, text.size()}, FrameId{0});
  return out.take();
}

Value filter_escape(const BuiltinCall& call) { return escaped(text_argument(call, 0)); }
Value filter_safe(const BuiltinCall& call) { return text_argument(call, 0); }

bool is_url_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '~';
}

enum class UrlPart : std::uint8_t { Path, Query };

void append_url(TextBuilder& out, const Text& text, UrlPart part) {
  for (std::uint32_t at = 0; at < text.size(); ++at) {
    const char c = text.view()[at];
    if (is_url_safe(c) || (c == '/' && part == UrlPart::Path)) {
      out.append_slice(text, ByteRange{at, at + 1}, FrameId{0});
    } else if (c == ' ' && part == UrlPart::Query) {
      out.append("+", fixed_at(text.position_at(at)), FrameId{0});
    } else {
      out.append(fmt::format("%{:02X}", static_cast<unsigned char>(c)), fixed_at(text.position_at(at)), FrameId{0});
    }
  }
}

Value filter_urlencode(const BuiltinCall& call) {
  TextBuilder out;
  const bool iterable = call[0].is<ListPtr>() || call[0].is<DictPtr>() || call[0].is<Undefined>() ||
                        (call[0].is<ObjectPtr>() && ((*call[0].get_if<ObjectPtr>())->length() || (*call[0].get_if<ObjectPtr>())->type_name() == "generator"));
  if (!iterable) {
    append_url(out, text_argument(call, 0), UrlPart::Path);
    return out.take();
  }
  auto pairs = pairs_of(call, call[0]);
  if (!pairs) {
    auto dict = std::vector<std::pair<Value, Value>>{};
    for (const Value& item : items_argument(call, 0)) {
      const auto parts = items_of(call.evaluator, item);
      if (!parts) raise(call, "TypeError", fmt::format("cannot unpack non-iterable {} object", type_name(item)));
      if (parts->size() < 2) raise(call, "ValueError", fmt::format("not enough values to unpack (expected 2, got {})", parts->size()));
      if (parts->size() > 2) raise(call, "ValueError", "too many values to unpack (expected 2)");
      dict.emplace_back((*parts)[0], (*parts)[1]);
    }
    pairs = std::move(dict);
  }
  const Text ampersand = call.evaluator.made("&");
  const Text equals = call.evaluator.made("=");
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    if (i > 0) out.append(ampersand, FrameId{0});
    append_url(out, call.evaluator.to_text((*pairs)[i].first), UrlPart::Query);
    out.append(equals, FrameId{0});
    append_url(out, call.evaluator.to_text((*pairs)[i].second), UrlPart::Query);
  }
  return out.take();
}

/// What `striptags` knows of entities: those that escape makes, `&nbsp;`, and numeric ones.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t semicolon = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
    const std::string_view name = semicolon == std::string_view::npos ? std::string_view{} : text.substr(at + 1, semicolon - at - 1);
    std::int64_t code = 0;
    if (name == "amp") code = '&';
    else if (name == "lt") code = '<';
    else if (name == "gt") code = '>';
    else if (name == "quot") code = '"';
    else if (name == "apos") code = '\'';
    else if (name == "nbsp") code = 0xA0;
    else if (name.size() > 1 && name.size() < 10 && name[0] == '#') {
      const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
      code = std::strtol(std::string{name.substr(hexadecimal ? 2 : 1)}.c_str(), nullptr, hexadecimal ? 16 : 10);
    }
    if (code > 0 && code <= 0x10FFFF) {
      unicode::encode(out, static_cast<char32_t>(code));
      at = semicolon + 1;
    } else {
      out.push_back(text[at++]);
    }
  }
  return out;
}

/// Takes out `begin` to `end`, again and again, as Markup.striptags does.
std::string without(std::string text, std::string_view begin, std::string_view end) {
  std::string out;
  std::size_t kept = 0;
  for (;;) {
    const std::size_t open = text.find(begin, kept);
    const std::size_t close = open == std::string::npos ? open : text.find(end, open + begin.size());
    if (close == std::string::npos) break;
    out.append(text, kept, open - kept);
    kept = close + end.size();
  }
  return out.append(text, kept, std::string::npos);
}

Value filter_striptags(const BuiltinCall& call) {
  const Text text = text_argument(call, 0);
  const std::string bare = without(without(text.str(), "<!--", "-->"), "<", ">");
  const std::vector<Text> words = split_blank(Text{bare, Position{0}}, -1);
  std::string joined;
  for (const Text& word : words) {
    if (!joined.empty()) joined.push_back(' ');
    joined += word.view();
  }
  return call.evaluator.derived(unescaped(joined), {&text});
}

Value filter_xmlattr(const BuiltinCall& call) {
  reject_undefined(call, call[0]);
  const auto pairs = pairs_of(call, call[0]);
  if (!pairs) raise(call, "AttributeError", fmt::format("'{}' object has no attribute 'items'", type_name(call[0])));
  TextBuilder out;
  const Position made = call.site().position();
  for (const auto& [key, value] : *pairs) {
    if (value.is<None>() || value.is<Undefined>()) continue;
    const Text name = call.evaluator.to_text(key);
    const bool invalid = std::any_of(name.view().begin(), name.view().end(), [](char c) { return c == '/' || c == '>' || c == '=' || unicode::is_space(static_cast<unsigned char>(c)); });
    if (invalid) raise(call, "ValueError", fmt::format("Invalid character in attribute name: {}", repr_of_bytes(name.view())));
    if (out.size() > 0 || truth_argument(call, 1)) out.append(" ", made, FrameId{0});
    out.append(escaped(name), FrameId{0});
    out.append("=\"", made, FrameId{0});
    out.append(escaped(call.evaluator.to_text(value)), FrameId{0});
    out.append("\"", made, FrameId{0});
  }
  return out.take();
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kRows[] = {
    {"e", "escape(s, /)", kPropagate, &filter_escape},
    {"escape", "escape(s, /)", kPropagate, &filter_escape},
    {"forceescape", "forceescape(value)", kPropagate, &filter_escape},
    {"safe", "safe(value)", kPropagate, &filter_safe},
    {"striptags", "striptags(value)", kPropagate, &filter_striptags},
    {"urlencode", "urlencode(value)", kPropagate, &filter_urlencode},
    {"xmlattr", "xmlattr(d, autospace=true)", kPropagate, &filter_xmlattr},
};

}  // namespace

std::span<const Builtin> html_filters() { return kRows; }

}  // namespace hookc
