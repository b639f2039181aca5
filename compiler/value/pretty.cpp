#include "compiler/value/pretty.h"

#include <algorithm>

#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::uint32_t kMaxDepth = 100;

class PrettyPrinter {
 public:
  explicit PrettyPrinter(const Site& site) : site_(site) {}

  void print(const Value& value, std::size_t indent, std::size_t allowance, std::uint32_t level) {
    if (level > kMaxDepth) fail(site_.span, "RecursionError", "maximum recursion depth exceeded");
    const std::string flat = one_line(value, level);
    check_made(site_, out_.size() + flat.size());
    if (unicode::count(flat) + indent + allowance <= kWidth) {
      out_ += flat;
    } else if (const auto* list = value.get_if<ListPtr>(); list != nullptr && !(*list)->items.empty()) {
      items(**list, indent, allowance, level);
    } else if (const auto* dict = value.get_if<DictPtr>(); dict != nullptr && (*dict)->size() > 0) {
      entries(**dict, indent, allowance, level);
    } else if (const Text* text = value.get_if<Text>(); text != nullptr && !text->empty()) {
      string(*text, indent, allowance, level);
    } else {
      out_ += flat;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  std::vector<Dict::Entry> sorted(const Dict& dict) const {
    std::vector<Dict::Entry> entries = dict.entries();
    const auto comparable = [](const Value& a, const Value& b) { return (a.is<Text>() && b.is<Text>()) || (is_number(a) && is_number(b)); };
    std::stable_sort(entries.begin(), entries.end(), [&](const Dict::Entry& a, const Dict::Entry& b) {
      for (const Value* key : {&a.key, &b.key}) {
        if (const auto* undefined = key->get_if<Undefined>()) fail_undefined(site_, *undefined);
      }
      return comparable(a.key, b.key) ? is_ordered(site_, Ordering::Less, a.key, b.key) : type_name(a.key) < type_name(b.key);
    });
    return entries;
  }

  /// repr with the keys of dicts in order.
  std::string one_line(const Value& value, std::uint32_t level) const {
    if (level > kMaxDepth) fail(site_.span, "RecursionError", "maximum recursion depth exceeded");
    std::string out;
    if (const auto* list = value.get_if<ListPtr>()) {
      out = (*list)->is_tuple ? "(" : "[";
      for (std::size_t i = 0; i < (*list)->items.size(); ++i) {
        if (i > 0) out += ", ";
        out += one_line((*list)->items[i], level + 1);
        check_made(site_, out.size());
      }
      return out + ((*list)->is_tuple ? ((*list)->items.size() == 1 ? ",)" : ")") : "]");
    }
    if (const auto* dict = value.get_if<DictPtr>()) {
      out = "{";
      for (const Dict::Entry& entry : sorted(**dict)) {
        if (out.size() > 1) out += ", ";
        out += one_line(entry.key, level + 1) + ": " + one_line(entry.value, level + 1);
        check_made(site_, out.size());
      }
      return out + "}";
    }
    return display_repr(value);
  }

  void new_line(std::size_t indent) {
    out_ += '\n';
    out_.append(indent, ' ');
  }

  void items(const List& list, std::size_t indent, std::size_t allowance, std::uint32_t level) {
    const std::string end = list.is_tuple ? (list.items.size() == 1 ? ",)" : ")") : "]";
    out_ += list.is_tuple ? '(' : '[';
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const bool last = i + 1 == list.items.size();
      print(list.items[i], indent + 1, last ? allowance + end.size() : 1, level + 1);
      if (last) break;
      out_ += ',';
      new_line(indent + 1);
    }
    out_ += end;
  }

  void entries(const Dict& dict, std::size_t indent, std::size_t allowance, std::uint32_t level) {
    const std::vector<Dict::Entry> ordered = sorted(dict);
    out_ += '{';
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      const bool last = i + 1 == ordered.size();
      const std::string key = one_line(ordered[i].key, level + 1);
      out_ += key + ": ";
      print(ordered[i].value, indent + 1 + unicode::count(key) + 2, last ? allowance + 1 : 1, level + 1);
      if (last) break;
      out_ += ',';
      new_line(indent + 1);
    }
    out_ += '}';
  }

  static std::size_t repr_size(std::string_view bytes) { return unicode::count(repr_of_bytes(bytes)); }

  /// A long string as adjacent literals, broken at line ends and blanks.
  void string(const Text& text, std::size_t indent, std::size_t allowance, std::uint32_t level) {
    if (level == 1) {
      ++indent;
      ++allowance;
    }
    const auto width = static_cast<std::int64_t>(kWidth) - static_cast<std::int64_t>(indent);
    const std::vector<Text> lines = split_lines(text, LineEnds::Kept);
    std::vector<std::string> chunks;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool last = i + 1 == lines.size();
      if (static_cast<std::int64_t>(repr_size(lines[i].view())) <= width - (last ? static_cast<std::int64_t>(allowance) : 0)) {
        chunks.push_back(repr_of_bytes(lines[i].view()));
      } else {
        break_line(lines[i].view(), width, last ? static_cast<std::int64_t>(allowance) : 0, chunks);
      }
    }
    if (chunks.size() == 1) {
      out_ += chunks.front();
      return;
    }
    if (level == 1) out_ += '(';
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (i > 0) new_line(indent);
      out_ += chunks[i];
    }
    if (level == 1) out_ += ')';
  }

  static void break_line(std::string_view line, std::int64_t width, std::int64_t allowance, std::vector<std::string>& chunks) {
    std::string_view current = line.substr(0, 0);
    for (std::size_t at = 0; at < line.size();) {
      std::size_t end = at;
      while (end < line.size() && !unicode::is_space(unicode::decode(line, end).value)) end += unicode::decode(line, end).size;
      while (end < line.size() && unicode::is_space(unicode::decode(line, end).value)) end += unicode::decode(line, end).size;
      const std::string_view candidate(current.data(), current.size() + (end - at));
      const bool fits = static_cast<std::int64_t>(repr_size(candidate)) <= width - (end == line.size() ? allowance : 0);
      if (fits) {
        current = candidate;
      } else {
        if (!current.empty()) chunks.push_back(repr_of_bytes(current));
        current = line.substr(at, end - at);
      }
      at = end;
    }
    if (!current.empty()) chunks.push_back(repr_of_bytes(current));
  }

  const Site& site_;
  std::string out_;
};

}  // namespace

std::string pretty_print(const Site& site, const Value& value) {
  PrettyPrinter printer{site};
  printer.print(value, 0, 0, 1);
  return printer.take();
}

}  // namespace hookc
