#include "compiler/project/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/project/yaml.h"
#include "compiler/value/json.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::uint32_t kMaxDepth = 200;

std::vector<const Dict::Entry*> entries_of(const Dict& dict, bool sort_keys) {
  std::vector<const Dict::Entry*> entries;
  for (const Dict::Entry& entry : dict.entries()) entries.push_back(&entry);
  if (sort_keys) {
    std::stable_sort(entries.begin(), entries.end(), [](const Dict::Entry* a, const Dict::Entry* b) { return display(a->key) < display(b->key); });
  }
  return entries;
}

/// One code point of UTF-8 at `at`; bytes that are none stand for themselves.
std::pair<char32_t, std::uint32_t> code_point(std::string_view text, std::uint32_t at) {
  const auto byte = [&](std::uint32_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  std::uint32_t size = 1;
  if (first >= 0xF0U) size = 4;
  else if (first >= 0xE0U) size = 3;
  else if (first >= 0xC0U) size = 2;
  if (size == 1 || at + size > text.size()) return {first, 1};
  auto point = static_cast<char32_t>(first & (0xFFU >> (size + 1)));
  for (std::uint32_t i = 1; i < size; ++i) point = (point << 6U) | (byte(at + i) & 0x3FU);
  return {point, size};
}

std::string escape_of(char32_t point) {
  switch (point) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: break;
  }
  if (point >= 0x20 && point < 0x7F) return {};
  if (point <= 0xFFFF) return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(point));
  const std::uint32_t rest = static_cast<std::uint32_t>(point) - 0x10000U;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
}

class Writer {
 public:
  Writer(Evaluator& evaluator, bool sort_keys) : evaluator_(evaluator), site_{evaluator.site(), &evaluator.sources()}, sort_keys_(sort_keys) {}

  void json(const Value& value, std::uint32_t depth) {
    check(depth);
    if (const auto* text = value.get_if<Text>()) {
      string(*text);
    } else if (const auto* unknown = value.get_if<Unknown>()) {
      const bool is_bare = unknown->symbol->shape == Symbol::Shape::Number;
      if (is_bare) out_.append(hole_of(site_, *unknown), FrameId{0});
      else string(hole_of(site_, *unknown));
    } else if (const auto* list = value.get_if<ListPtr>()) {
      made("[");
      bool is_first = true;
      for (const Value& item : (*list)->items) {
        if (!std::exchange(is_first, false)) made(", ");
        json(item, depth + 1);
      }
      made("]");
    } else if (const auto* dict = value.get_if<DictPtr>()) {
      made("{");
      bool is_first = true;
      for (const Dict::Entry* entry : entries_of(**dict, sort_keys_)) {
        if (!std::exchange(is_first, false)) made(", ");
        key(entry->key);
        made(": ");
        json(entry->value, depth + 1);
      }
      made("}");
    } else {
      made(to_json(site_, value, JsonStyle{}));
    }
  }

  void yaml(const Value& value, std::uint32_t indent, bool is_item, std::uint32_t depth) {
    check(depth);
    const std::string blanks(indent, ' ');
    bool is_first = is_item;
    const auto* list = value.get_if<ListPtr>();
    const auto* dict = value.get_if<DictPtr>();
    if (list != nullptr && !(*list)->items.empty()) {
      for (const Value& item : (*list)->items) {
        if (!std::exchange(is_first, false)) made(blanks);
        made("- ");
        nested(item, indent + 2, true, depth);
      }
    } else if (dict != nullptr && (*dict)->size() > 0) {
      for (const Dict::Entry* entry : entries_of(**dict, sort_keys_)) {
        if (!std::exchange(is_first, false)) made(blanks);
        scalar(entry->key);
        const auto* below = entry->value.get_if<ListPtr>();
        const bool is_block = (below != nullptr && !(*below)->items.empty()) || (entry->value.is<DictPtr>() && (*entry->value.get_if<DictPtr>())->size() > 0);
        made(is_block ? ":\n" : ": ");
        nested(entry->value, below != nullptr ? indent : indent + 2, !is_block, depth);
      }
    } else {
      scalar(value);
      made("\n");
    }
  }

  Text take() { return out_.take(); }

 private:
  void nested(const Value& value, std::uint32_t indent, bool is_item, std::uint32_t depth) { yaml(value, indent, is_item, depth + 1); }

  void check(std::uint32_t depth) {
    evaluator_.spend(1);
    if (depth > kMaxDepth) evaluator_.raise("LimitError", fmt::format("a value is nested more than {} deep", kMaxDepth));
  }

  void made(std::string_view bytes) { out_.append(bytes, site_.position(), FrameId{0}); }

  void string(const Text& text) {
    made("\"");
    const std::string_view bytes = text.view();
    std::uint32_t kept = 0;
    for (std::uint32_t at = 0; at < bytes.size();) {
      const auto [point, size] = code_point(bytes, at);
      const std::string escape = escape_of(point);
      if (!escape.empty()) {
        out_.append_slice(text, ByteRange{kept, at}, FrameId{0});
        out_.append(escape, fixed_at(text.position_at(at)), FrameId{0});
        kept = at + size;
      }
      at += size;
    }
    out_.append_slice(text, ByteRange{kept, text.size()}, FrameId{0});
    made("\"");
  }

  void key(const Value& value) {
    if (const auto* text = value.get_if<Text>()) return string(*text);
    if (value.is<Unknown>()) return string(evaluator_.to_text(value));
    const bool is_plain = value.is<std::int64_t>() || value.is<double>() || value.is<bool>() || value.is<None>();
    if (!is_plain) evaluator_.raise("TypeError", "keys must be str, int, float, bool or None, not " + type_name(value));
    made("\"" + to_json(site_, value, JsonStyle{}) + "\"");
  }

  void scalar(const Value& value) {
    if (value.is<None>()) return made("null");
    if (const auto* flag = value.get_if<bool>()) return made(*flag ? "true" : "false");
    if (const auto* list = value.get_if<ListPtr>(); list != nullptr && (*list)->items.empty()) return made("[]");
    if (value.is<DictPtr>()) return made("{}");
    if (const auto* unknown = value.get_if<Unknown>()) return out_.append(hole_of(site_, *unknown), FrameId{0});
    const auto* text = value.get_if<Text>();
    if (text == nullptr) {
      if (value.is<ObjectPtr>()) evaluator_.raise("RepresenterError", "cannot represent an object of type " + type_name(value));
      return made(display(value));
    }
    const std::string_view bytes = text->view();
    if (bytes.find('\n') != std::string_view::npos) return string(*text);
    const bool is_plain = !bytes.empty() && !resolve_plain_scalar(bytes) && bytes.find_first_of(":#{}[],&*!|>'\"%@`") == std::string_view::npos &&
                          bytes.front() != ' ' && bytes.back() != ' ' && bytes.front() != '-' && bytes.front() != '?';
    if (is_plain) return out_.append(*text, FrameId{0});
    made("'");
    std::uint32_t kept = 0;
    for (std::uint32_t at = 0; at < bytes.size(); ++at) {
      if (bytes[at] != '\'') continue;
      out_.append_slice(*text, ByteRange{kept, at + 1}, FrameId{0});
      out_.append("'", fixed_at(text->position_at(at)), FrameId{0});
      kept = at + 1;
    }
    out_.append_slice(*text, ByteRange{kept, text->size()}, FrameId{0});
    made("'");
  }

  Evaluator& evaluator_;
  Site site_;
  bool sort_keys_;
  TextBuilder out_;
};

}  // namespace

Text json_text(Evaluator& evaluator, const Value& value, bool sort_keys) {
  Writer writer{evaluator, sort_keys};
  writer.json(value, 0);
  return writer.take();
}

Text yaml_text(Evaluator& evaluator, const Value& value, bool sort_keys) {
  Writer writer{evaluator, sort_keys};
  writer.yaml(value, 0, false, 0);
  return writer.take();
}

}  // namespace hookc
