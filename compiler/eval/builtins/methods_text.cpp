// Methods of str.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/eval/builtins/bytes.h"
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

const Text& self_text(const BuiltinCall& call) { return *call[0].get_if<Text>(); }

Value list_of(std::vector<Text> pieces) { return make_list(std::vector<Value>(std::make_move_iterator(pieces.begin()), std::make_move_iterator(pieces.end()))); }

Value method_upper(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Upper); }
Value method_lower(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Lower); }
Value method_title(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Title); }
Value method_capitalize(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Capitalize); }
Value method_swapcase(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Swap); }
Value method_casefold(const BuiltinCall& call) { return map_case(self_text(call), CaseMapping::Fold); }

Value stripped(const BuiltinCall& call, std::string_view method, Side side) {
  if (call[1].is<None>()) return trim(self_text(call), std::nullopt, side);
  if (!call[1].is<Text>()) raise(call, "TypeError", fmt::format("{} arg must be None or str", method));
  return trim(self_text(call), call[1].get_if<Text>()->view(), side);
}

Value method_strip(const BuiltinCall& call) { return stripped(call, "strip", Side::Both); }
Value method_lstrip(const BuiltinCall& call) { return stripped(call, "lstrip", Side::Left); }
Value method_rstrip(const BuiltinCall& call) { return stripped(call, "rstrip", Side::Right); }

/// The separator of split and rsplit; nothing for white space.
std::optional<Text> separator_argument(const BuiltinCall& call) {
  if (call[1].is<None>()) return std::nullopt;
  const Text* separator = call[1].get_if<Text>();
  if (separator == nullptr) raise(call, "TypeError", fmt::format("must be str or None, not {}", type_name(call[1])));
  if (separator->empty()) raise(call, "ValueError", "empty separator");
  return *separator;
}

/// Counts the pieces before they are made: each weighs far more than the bytes that separate them.
void spend_pieces(const BuiltinCall& call, std::size_t pieces) {
  constexpr std::size_t kWeight = 4;
  call.evaluator.spend(pieces * kWeight);
}

void spend_split(const BuiltinCall& call, const std::optional<Text>& separator, std::int64_t limit) {
  const std::string_view bytes = self_text(call).view();
  std::size_t pieces = 1;
  if (!separator) {
    pieces += static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) { return unicode::is_space(static_cast<unsigned char>(c)); }));
  } else {
    for (std::size_t at = find_first(bytes, separator->view()); at != std::string_view::npos; at = find_first(bytes, separator->view(), at + separator->size())) ++pieces;
  }
  spend_pieces(call, limit < 0 ? pieces : std::min(pieces, static_cast<std::size_t>(limit) + 1));
}

Value method_split(const BuiltinCall& call) {
  const std::int64_t limit = size_argument(call, 2);
  const auto separator = separator_argument(call);
  spend_split(call, separator, limit);
  return list_of(separator ? split(self_text(call), separator->view(), limit) : split_blank(self_text(call), limit));
}

Value method_rsplit(const BuiltinCall& call) {
  const std::int64_t limit = size_argument(call, 2);
  const auto separator = separator_argument(call);
  spend_split(call, separator, limit);
  return list_of(separator ? split_from_right(self_text(call), separator->view(), limit) : split_blank_from_right(self_text(call), limit));
}

Value method_splitlines(const BuiltinCall& call) {
  const std::string_view bytes = self_text(call).view();
  spend_pieces(call, static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), [](char c) { return unicode::is_line_end(static_cast<unsigned char>(c)); })));
  return list_of(split_lines(self_text(call), flag_argument(call, 1) ? LineEnds::Kept : LineEnds::Dropped));
}

Value partitioned(const BuiltinCall& call, bool from_right) {
  const Text separator = string_argument(call, 1);
  if (separator.empty()) raise(call, "ValueError", "empty separator");
  const Text& text = self_text(call);
  const std::size_t at = from_right ? find_last(text.view(), separator.view()) : find_first(text.view(), separator.view());
  if (at == std::string_view::npos) {
    return from_right ? make_tuple({Value{Text{}}, Value{Text{}}, Value{text}}) : make_tuple({Value{text}, Value{Text{}}, Value{Text{}}});
  }
  const auto begin = static_cast<std::uint32_t>(at);
  const std::uint32_t end = begin + separator.size();
  return make_tuple({Value{text.slice(0, begin)}, Value{text.slice(begin, end)}, Value{text.slice(end, text.size())}});
}

Value method_partition(const BuiltinCall& call) { return partitioned(call, false); }
Value method_rpartition(const BuiltinCall& call) { return partitioned(call, true); }

Value method_join(const BuiltinCall& call) {
  if (!call[1].is<Undefined>() && !call[1].is<Unknown>() && !items_of(call.evaluator, call[1].is<ObjectPtr>() ? Value{Text{}} : call[1])) {
    raise(call, "TypeError", "can only join an iterable");
  }
  std::vector<Text> pieces;
  for (const Value& item : items_argument(call, 1)) {
    if (!item.is<Text>() && !item.is<Unknown>()) {
      raise(call, "TypeError", fmt::format("sequence item {}: expected str instance, {} found", pieces.size(), type_name(item)));
    }
    pieces.push_back(call.evaluator.to_text(item));
  }
  return join(call.site(), pieces, self_text(call));
}

Value method_replace(const BuiltinCall& call) {
  const auto checked = [&](std::size_t index) {
    if (!call[index].is<Text>()) raise(call, "TypeError", fmt::format("replace() argument {} must be str, not {}", index, type_name(call[index])));
    return *call[index].get_if<Text>();
  };
  const Text old = checked(1);
  return replace(call.site(), self_text(call), old.view(), checked(2), size_argument(call, 3));
}

/// The bytes of `self[start:end]`; nothing when the start lies behind the end of the text, where not even '' is found.
std::optional<ByteRange> searched_range(const BuiltinCall& call, std::size_t start_index) {
  const std::string_view bytes = self_text(call).view();
  const Value& start = call[start_index];
  const Value& end = call[start_index + 1];
  if (start.is<None>() && end.is<None>()) return ByteRange{0, static_cast<std::uint32_t>(bytes.size())};
  const std::vector<std::uint32_t> bounds = unicode::boundaries(bytes);
  const auto length = static_cast<std::int64_t>(bounds.size()) - 1;
  const auto part = [&](std::size_t index, std::int64_t absent) {
    if (call[index].is<None>()) return absent;
    const auto number = clamped_integer(call[index]);
    if (!number) raise(call, "TypeError", "slice indices must be integers or None or have an __index__ method");
    return *number < 0 ? std::max<std::int64_t>(*number < -length ? 0 : *number + length, 0) : *number;
  };
  const std::int64_t from = part(start_index, 0);
  const std::int64_t until = std::min(part(start_index + 1, length), length);
  if (from > until) return std::nullopt;
  return ByteRange{bounds[static_cast<std::size_t>(from)], bounds[static_cast<std::size_t>(until)]};
}

enum class Direction : std::uint8_t { First, Last };

/// The index of `self.find(sub)` in code points, or -1.
std::int64_t found_at(const BuiltinCall& call, Direction direction) {
  const Text wanted = string_argument(call, 1);
  const auto range = searched_range(call, 2);
  if (!range) return -1;
  const std::string_view bytes = self_text(call).view();
  const std::string_view part = bytes.substr(range->begin, range->size());
  const std::size_t at = direction == Direction::First ? find_first(part, wanted.view()) : find_last(part, wanted.view());
  if (at == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(unicode::count(bytes.substr(0, range->begin + at)));
}

std::int64_t found_or_raise(const BuiltinCall& call, Direction direction) {
  const std::int64_t at = found_at(call, direction);
  if (at < 0) raise(call, "ValueError", "substring not found");
  return at;
}

Value method_find(const BuiltinCall& call) { return Value{found_at(call, Direction::First)}; }
Value method_rfind(const BuiltinCall& call) { return Value{found_at(call, Direction::Last)}; }
Value method_index(const BuiltinCall& call) { return Value{found_or_raise(call, Direction::First)}; }
Value method_rindex(const BuiltinCall& call) { return Value{found_or_raise(call, Direction::Last)}; }

Value method_count(const BuiltinCall& call) {
  const Text wanted = string_argument(call, 1);
  const auto range = searched_range(call, 2);
  if (!range) return Value{std::int64_t{0}};
  const std::string_view part = self_text(call).view().substr(range->begin, range->size());
  if (wanted.empty()) return Value{static_cast<std::int64_t>(unicode::count(part)) + 1};
  std::int64_t count = 0;
  for (std::size_t at = find_first(part, wanted.view()); at != std::string_view::npos; at = find_first(part, wanted.view(), at + wanted.size())) ++count;
  return Value{count};
}

template <class Matches>
Value matches_any(const BuiltinCall& call, std::string_view method, Matches matches) {
  const auto range = searched_range(call, 2);
  const std::string_view part = range ? self_text(call).view().substr(range->begin, range->size()) : std::string_view{};
  const auto one = [&](const Value& candidate, std::string_view what) {
    const auto wanted = text_of(candidate);
    if (!wanted) raise(call, "TypeError", fmt::format("{}{} must be {}str, not {}", method, what, what.empty() ? "" : "a ", type_name(candidate)));
    return range && matches(part, *wanted);
  };
  if (const auto* list = call[1].get_if<ListPtr>(); list != nullptr && (*list)->is_tuple) {
    return Value{std::any_of((*list)->items.begin(), (*list)->items.end(), [&](const Value& item) { return one(item, ""); })};
  }
  if (!call[1].is<Text>()) raise(call, "TypeError", fmt::format("{} first arg must be str or a tuple of str, not {}", method, type_name(call[1])));
  return Value{one(call[1], "")};
}

Value method_startswith(const BuiltinCall& call) {
  return matches_any(call, "startswith", [](std::string_view text, std::string_view prefix) { return text.starts_with(prefix); });
}

Value method_endswith(const BuiltinCall& call) {
  return matches_any(call, "endswith", [](std::string_view text, std::string_view suffix) { return text.ends_with(suffix); });
}

Value method_removeprefix(const BuiltinCall& call) {
  const Text prefix = string_argument(call, 1);
  const Text& text = self_text(call);
  return text.view().starts_with(prefix.view()) ? text.slice(prefix.size(), text.size()) : text;
}

Value method_removesuffix(const BuiltinCall& call) {
  const Text suffix = string_argument(call, 1);
  const Text& text = self_text(call);
  return text.view().ends_with(suffix.view()) ? text.slice(0, text.size() - suffix.size()) : text;
}

Value padded(const BuiltinCall& call, Alignment alignment) {
  const std::int64_t width = size_argument(call, 1);
  if (!call[2].is<Text>()) raise(call, "TypeError", fmt::format("The fill character must be a unicode character, not {}", type_name(call[2])));
  const Text& fill = *call[2].get_if<Text>();
  if (unicode::count(fill.view()) != 1) raise(call, "TypeError", "The fill character must be exactly one character long");
  return pad(call.site(), self_text(call), width, fill.view(), alignment);
}

Value method_center(const BuiltinCall& call) { return padded(call, Alignment::Center); }
Value method_ljust(const BuiltinCall& call) { return padded(call, Alignment::Left); }
Value method_rjust(const BuiltinCall& call) { return padded(call, Alignment::Right); }

Value method_zfill(const BuiltinCall& call) {
  const Text& text = self_text(call);
  const std::int64_t width = size_argument(call, 1);
  const bool sign = !text.empty() && (text.view().front() == '-' || text.view().front() == '+');
  if (!sign) return pad(call.site(), text, width, "0", Alignment::Right);
  const Text digits = pad(call.site(), text.slice(1, text.size()), width - 1, "0", Alignment::Right);
  return add(call.site(), Value{text.slice(0, 1)}, Value{digits});
}

Value method_expandtabs(const BuiltinCall& call) {
  const Text& text = self_text(call);
  const std::int64_t size = word_argument(call, 1);
  TextBuilder out;
  std::int64_t column = 0;
  for (std::uint32_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text.view(), at);
    if (c.value == '\t') {
      const std::int64_t blanks = size > 0 ? size - column % size : 0;
      check_made(call.site(), out.size() + static_cast<std::uint64_t>(blanks));
      out.append(std::string(static_cast<std::size_t>(blanks), ' '), fixed_at(text.position_at(at)), FrameId{0});
      column += blanks;
    } else {
      out.append_slice(text, ByteRange{at, at + c.size}, FrameId{0});
      column = c.value == '\n' || c.value == '\r' ? 0 : column + 1;
    }
    at += c.size;
  }
  return out.take();
}

FieldAccess sandboxed_access(const BuiltinCall& call) {
  return FieldAccess{[&call](const Value& object, std::string_view name) { return call.evaluator.get_attribute(object, name); },
                     [&call](const Value& object, const Value& key) { return call.evaluator.get_item(object, key); }};
}

Value method_format(const BuiltinCall& call) { return str_format(call.site(), self_text(call), call.rest, call.keywords, sandboxed_access(call)); }

Value method_format_map(const BuiltinCall& call) {
  const auto pairs = pairs_of(call, call[1]);
  if (!pairs) {  // which matters when a field is looked up
    FieldAccess access = sandboxed_access(call);
    access.named = [&call](std::string_view) -> Value {
      reject_undefined(call, call[1]);
      raise(call, "TypeError", fmt::format("'{}' object is not a mapping", type_name(call[1])));
    };
    return str_format(call.site(), self_text(call), {}, {}, access);
  }
  std::vector<std::pair<std::string, Value>> keyword;
  for (const auto& [key, value] : *pairs) {
    if (const auto name = text_of(key)) keyword.emplace_back(std::string{*name}, value);
  }
  return str_format(call.site(), self_text(call), {}, keyword, sandboxed_access(call));
}

/// str.translate over a dict of code points: strings, code points or None.
Value method_translate(const BuiltinCall& call) {
  const Text& text = self_text(call);
  const auto* object = call[1].get_if<ObjectPtr>();
  const bool has_items = call[1].is<Text>() || call[1].is<ListPtr>() || call[1].is<DictPtr>() || call[1].is<Undefined>() ||
                         (object != nullptr && ((*object)->is_sequence() || (*object)->is_mapping()));
  if (!has_items && !text.empty()) raise(call, "TypeError", fmt::format("'{}' object is not subscriptable", type_name(call[1])));
  TextBuilder out;
  for (std::uint32_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text.view(), at);
    const auto mapped = item_of(call.evaluator, call[1], Value{static_cast<std::int64_t>(c.value)});
    if (!mapped) {
      out.append_slice(text, ByteRange{at, at + c.size}, FrameId{0});
    } else if (const Text* with = mapped->get_if<Text>()) {
      out.append(*with, FrameId{0});
    } else if (const auto code = clamped_integer(*mapped); code && *code >= 0 && *code <= 0x10FFFF) {
      std::string bytes;
      unicode::encode(bytes, static_cast<char32_t>(*code));
      out.append(bytes, fixed_at(text.position_at(at)), FrameId{0});
    } else if (code) {
      raise(call, "ValueError", "character mapping must be in range(0x110000)");
    } else if (!mapped->is<None>()) {
      raise(call, "TypeError", "character mapping must return integer, None or str");
    }
    check_made(call.site(), out.size());
    at += c.size;
  }
  return out.take();
}

Value method_encode(const BuiltinCall& call) { return encode_text(call.site(), self_text(call), string_argument(call, 1).view(), string_argument(call, 2).view()); }

/// The table of str.translate: from a dict, or from the characters of two strings and those of a third, which go.
Value method_maketrans(const BuiltinCall& call) {
  auto table = std::make_shared<Dict>();
  const auto key_of = [](char32_t c) { return Value{static_cast<std::int64_t>(c)}; };
  if (call[2].is<Undefined>()) {
    if (!call[1].is<DictPtr>()) raise(call, "TypeError", "if you give only one argument to maketrans it must be a dict");
    const auto pairs = pairs_of(call, call[1]);
    for (const auto& [key, value] : *pairs) {
      const auto text = text_of(key);
      if (text && unicode::count(*text) != 1) raise(call, "ValueError", "string keys in translate table must be of length 1");
      if (!text && !is_integer(key)) raise(call, "TypeError", "keys in translate table must be strings or integers");
      table->set(text ? key_of(unicode::decode(*text, 0).value) : key, value);
    }
    return Value{std::move(table)};
  }
  const Text from = string_argument(call, 1);
  const Text to = string_argument(call, 2);
  const std::vector<std::uint32_t> from_bounds = unicode::boundaries(from.view());
  const std::vector<std::uint32_t> to_bounds = unicode::boundaries(to.view());
  if (from_bounds.size() != to_bounds.size()) raise(call, "ValueError", "the first two maketrans arguments must have equal length");
  call.evaluator.spend(from_bounds.size());
  for (std::size_t i = 0; i + 1 < from_bounds.size(); ++i) {
    table->set(key_of(unicode::decode(from.view(), from_bounds[i]).value), key_of(unicode::decode(to.view(), to_bounds[i]).value));
  }
  if (call[3].is<Undefined>()) return Value{std::move(table)};
  const Text gone = string_argument(call, 3);
  for (std::size_t at = 0; at < gone.size(); at += unicode::decode(gone.view(), at).size) table->set(key_of(unicode::decode(gone.view(), at).value), Value{None{}});
  return Value{std::move(table)};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;
constexpr auto kHandled = Builtin::Unknowns::Handled;

constexpr Builtin kRows[] = {
    {"capitalize", "capitalize(self, /)", kPropagate, &method_capitalize},
    {"casefold", "casefold(self, /)", kPropagate, &method_casefold},
    {"center", "center(self, width, fillchar=' ', /)", kPropagate, &method_center},
    {"count", "count(self, sub, start=none, end=none, /)", kPropagate, &method_count},
    {"encode", "encode(self, encoding='utf-8', errors='strict')", kPropagate, &method_encode},
    {"endswith", "endswith(self, suffix, start=none, end=none, /)", kPropagate, &method_endswith},
    {"expandtabs", "expandtabs(self, tabsize=8)", kPropagate, &method_expandtabs},
    {"find", "find(self, sub, start=none, end=none, /)", kPropagate, &method_find},
    {"format", "format(self, *args, **kwargs)", kHandled, &method_format},
    {"format_map", "format_map(self, mapping, /)", kPropagate, &method_format_map},
    {"index", "index(self, sub, start=none, end=none, /)", kPropagate, &method_index},
    {"join", "join(self, iterable, /)", kPropagate, &method_join},
    {"ljust", "ljust(self, width, fillchar=' ', /)", kPropagate, &method_ljust},
    {"lower", "lower(self, /)", kPropagate, &method_lower},
    {"lstrip", "lstrip(self, chars=none, /)", kPropagate, &method_lstrip},
    {"maketrans", "maketrans(self, x, y=undefined, z=undefined, /)", kPropagate, &method_maketrans},
    {"partition", "partition(self, sep, /)", kPropagate, &method_partition},
    {"removeprefix", "removeprefix(self, prefix, /)", kPropagate, &method_removeprefix},
    {"removesuffix", "removesuffix(self, suffix, /)", kPropagate, &method_removesuffix},
    {"replace", "replace(self, old, new, count=-1, /)", kPropagate, &method_replace},
    {"rfind", "rfind(self, sub, start=none, end=none, /)", kPropagate, &method_rfind},
    {"rindex", "rindex(self, sub, start=none, end=none, /)", kPropagate, &method_rindex},
    {"rjust", "rjust(self, width, fillchar=' ', /)", kPropagate, &method_rjust},
    {"rpartition", "rpartition(self, sep, /)", kPropagate, &method_rpartition},
    {"rsplit", "rsplit(self, sep=none, maxsplit=-1)", kPropagate, &method_rsplit},
    {"rstrip", "rstrip(self, chars=none, /)", kPropagate, &method_rstrip},
    {"split", "split(self, sep=none, maxsplit=-1)", kPropagate, &method_split},
    {"splitlines", "splitlines(self, keepends=false)", kPropagate, &method_splitlines},
    {"startswith", "startswith(self, prefix, start=none, end=none, /)", kPropagate, &method_startswith},
    {"strip", "strip(self, chars=none, /)", kPropagate, &method_strip},
    {"swapcase", "swapcase(self, /)", kPropagate, &method_swapcase},
    {"title", "title(self, /)", kPropagate, &method_title},
    {"translate", "translate(self, table, /)", kPropagate, &method_translate},
    {"upper", "upper(self, /)", kPropagate, &method_upper},
    {"zfill", "zfill(self, width, /)", kPropagate, &method_zfill},
};

}  // namespace

std::span<const Builtin> text_methods() { return kRows; }

}  // namespace hookc
