// Filters over text. Each keeps the origins of the bytes that it keeps.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/text_wrap.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

Value filter_upper(const BuiltinCall& call) { return map_case(text_argument(call, 0), CaseMapping::Upper); }
Value filter_lower(const BuiltinCall& call) { return map_case(text_argument(call, 0), CaseMapping::Lower); }
Value filter_capitalize(const BuiltinCall& call) { return map_case(text_argument(call, 0), CaseMapping::Capitalize); }
Value filter_title(const BuiltinCall& call) { return title_words(text_argument(call, 0)); }

Value filter_trim(const BuiltinCall& call) {
  const Text text = text_argument(call, 0);
  if (call[1].is<None>()) return trim(text, std::nullopt, Side::Both);
  if (!call[1].is<Text>()) raise(call, "TypeError", "strip arg must be None or str");
  return trim(text, call[1].get_if<Text>()->view(), Side::Both);
}

Value filter_replace(const BuiltinCall& call) {
  if (const auto* unknown = call[1].get_if<Unknown>()) return call.evaluator.derive_unknown(*unknown, "|replace");
  const Text old = text_argument(call, 1);
  return replace(call.site(), text_argument(call, 0), old.view(), text_argument(call, 2), call[3].is<None>() ? -1 : size_argument(call, 3));
}

Value filter_string(const BuiltinCall& call) {
  if (const auto* unknown = call[0].get_if<Unknown>()) {
    // text, or printed as the same text: the symbol stands for both
    if (unknown->symbol->shape == Symbol::Shape::Text || unknown->symbol->shape == Symbol::Shape::Any) return call[0];
    return call.evaluator.derive_unknown(*unknown, "|string");
  }
  return text_argument(call, 0);
}

Value filter_center(const BuiltinCall& call) { return pad(call.site(), text_argument(call, 0), size_argument(call, 1), " ", Alignment::Center); }

Value filter_indent(const BuiltinCall& call) {
  const Value made = call[1].is<Text>() ? call[1] : multiply(call.site(), Value{call.evaluator.made(" ")}, call[1]);
  const Text& indention = *made.get_if<Text>();
  reject_undefined(call, call[0]);
  const Text* text = call[0].get_if<Text>();
  if (const auto* list = call[0].get_if<ListPtr>(); list != nullptr && !(*list)->is_tuple) {  // `+=` takes the characters of a line end
    raise(call, "AttributeError", "'list' object has no attribute 'splitlines'");
  }
  if (text == nullptr) raise(call, "TypeError", fmt::format("unsupported operand type(s) for +=: '{}' and 'str'", type_name(call[0])));
  const bool blank = truth_argument(call, 3);
  std::vector<Text> lines = split_lines(*text, LineEnds::Dropped);
  // a final line end begins one more, empty line
  const std::vector<Text> kept = split_lines(*text, LineEnds::Kept);
  if (kept.empty() || kept.back().size() != lines.back().size()) lines.emplace_back();
  const Text newline = call.evaluator.made("\n");
  TextBuilder out;
  if (truth_argument(call, 2)) out.append(indention, FrameId{0});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) {
      // the line end that was there keeps its place
      const Text& before = kept[i - 1];
      if (before.view().back() == '\n') {
        out.append_slice(before, ByteRange{before.size() - 1, before.size()}, FrameId{0});
      } else {
        out.append(newline, FrameId{0});
      }
      if (blank || !lines[i].empty()) out.append(indention, FrameId{0});
    }
    out.append(lines[i], FrameId{0});
    check_made(call.site(), out.size());
  }
  Text result = out.take();
  return result == *text ? *text : result;
}

Value filter_truncate(const BuiltinCall& call) {
  const Site site = call.site();
  const auto length_of_argument = [&](std::size_t index) {
    const auto length = length_of(call[index]);
    if (!length) raise(call, "TypeError", fmt::format("object of type '{}' has no len()", type_name(call[index])));
    return Value{static_cast<std::int64_t>(*length)};
  };
  const Value leeway = call[4].is<None>() ? Value{std::int64_t{5}} : call[4];
  const Value end_length = length_of_argument(3);
  if (!is_ordered(site, Ordering::GreaterEqual, call[1], end_length)) raise(call, "AssertionError", fmt::format("expected length >= {}, got {}", display(end_length), display(call[1])));
  if (!is_ordered(site, Ordering::GreaterEqual, leeway, Value{std::int64_t{0}})) raise(call, "AssertionError", fmt::format("expected leeway >= 0, got {}", display(leeway)));
  if (is_ordered(site, Ordering::LessEqual, length_of_argument(0), add(site, call[1], leeway))) return call[0];
  Value kept = slice_of(call.evaluator, site, call[0], Value{None{}}, subtract(site, call[1], end_length), Value{None{}});
  if (!truth_argument(call, 2)) {
    const Text* text = kept.get_if<Text>();
    if (text == nullptr) raise(call, "AttributeError", fmt::format("'{}' object has no attribute 'rsplit'", type_name(kept)));
    kept = split_from_right(*text, " ", 1).front();
  }
  return add(site, kept, call[3]);
}

Value filter_wordcount(const BuiltinCall& call) {
  const Text text = text_argument(call, 0);
  std::int64_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::CodePoint c = unicode::decode(text.view(), at);
    const bool word = c.value == '_' || unicode::is_alpha(c.value) || unicode::is_numeric(c.value);
    if (word && !inside) ++words;
    inside = word;
    at += c.size;
  }
  return Value{words};
}

Value filter_wordwrap(const BuiltinCall& call) {
  reject_undefined(call, call[3]);
  if (!call[3].is<None>() && !call[3].is<Text>()) raise(call, "AttributeError", fmt::format("'{}' object has no attribute 'join'", type_name(call[3])));
  reject_undefined(call, call[0]);
  if (!call[0].is<Text>()) raise(call, "AttributeError", fmt::format("'{}' object has no attribute 'splitlines'", type_name(call[0])));
  const Text separator = call[3].is<None>() ? call.evaluator.made("\n") : string_argument(call, 3);
  const Text text = string_argument(call, 0);
  if (text.empty()) return text;
  reject_undefined(call, call[1]);
  if (const double* real = call[1].get_if<double>(); real != nullptr && *real <= 0) {
    raise(call, "ValueError", fmt::format("invalid width {} (must be > 0)", float_repr(*real)));
  }
  const std::int64_t width = integer_argument(call, 1);
  if (width <= 0) raise(call, "ValueError", fmt::format("invalid width {} (must be > 0)", width));
  const WrapOptions options{static_cast<std::size_t>(width), truth_argument(call, 2), truth_argument(call, 4)};
  std::vector<Text> paragraphs;
  for (const Text& line : split_lines(text, LineEnds::Dropped)) paragraphs.push_back(join(call.site(), wrap_line(line, options), separator));
  return join(call.site(), paragraphs, separator);
}

Value filter_format(const BuiltinCall& call) {
  if (!call.rest.empty() && !call.keywords.empty()) raise(call, "FilterArgumentError", "can't handle positional and keyword arguments at the same time");
  const Text format = text_argument(call, 0);
  if (call.keywords.empty()) return percent_format(call.site(), format, make_tuple({call.rest.begin(), call.rest.end()}));
  auto dict = std::make_shared<Dict>();
  set_keywords(call, *dict);
  return percent_format(call.site(), format, Value{dict});
}

Value filter_join(const BuiltinCall& call) {
  const AttributePath path{call, call[2]};
  const Text separator = text_argument(call, 1);
  std::vector<Text> pieces;
  for (Value& item : items_argument(call, 0)) pieces.push_back(call.evaluator.to_text(path.empty() ? item : path.get(call, std::move(item))));
  return join(call.site(), pieces, separator);
}

/// The type of Python's `reversed(value)`.
std::string reversed_type(const Value& value) {
  const std::string type = type_name(value);
  if (type == "list") return "list_reverseiterator";
  if (type == "dict" || type == "dict_keys") return "dict_reversekeyiterator";
  if (type == "dict_values") return "dict_reversevalueiterator";
  if (type == "dict_items") return "dict_reverseitemiterator";
  return type == "range" ? "range_iterator" : "reversed";
}

Value filter_reverse(const BuiltinCall& call) {
  if (call[0].is<Text>()) return slice_of(call.evaluator, call.site(), call[0], Value{None{}}, Value{None{}}, Value{std::int64_t{-1}});
  std::vector<Value> items;
  if (call[0].is<Unknown>()) {
    items = items_argument(call, 0);
  } else {
    std::optional<std::vector<Value>> known;
    try {
      known = items_of(call.evaluator, call[0]);
    } catch (const EvalError& error) {
      if (error.diagnostic.error_class != "TypeError") throw;  // Jinja2 takes this one for an operand that is no sequence
    }
    if (!known) raise(call, "FilterArgumentError", "argument must be iterable");
    items = std::move(*known);
    call.evaluator.spend(items.size());
  }
  std::reverse(items.begin(), items.end());
  if (as_iterator(call[0])) return make_list(std::move(items));
  return Value{ObjectPtr{std::make_shared<ItemsIterator>(reversed_type(call[0]), std::move(items))}};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;
constexpr auto kOperand = Builtin::Unknowns::Operand;
constexpr auto kHandled = Builtin::Unknowns::Handled;

constexpr Builtin kRows[] = {
    {"capitalize", "capitalize(s)", kPropagate, &filter_capitalize},
    {"center", "center(value, width=80)", kPropagate, &filter_center},
    {"format", "format(value, *args, **kwargs)", kOperand, &filter_format},
    {"indent", "indent(s, width=4, first=false, blank=false)", kPropagate, &filter_indent},
    {"join", "join(value, d='', attribute=none)", kOperand, &filter_join},
    {"lower", "lower(s)", kPropagate, &filter_lower},
    {"replace", "replace(s, old, new, count=none)", kOperand, &filter_replace},
    {"reverse", "reverse(value)", kPropagate, &filter_reverse},
    {"string", "string(object)", kHandled, &filter_string},
    {"title", "title(s)", kPropagate, &filter_title},
    {"trim", "trim(value, chars=none)", kPropagate, &filter_trim},
    {"truncate", "truncate(s, length=255, killwords=false, end='...', leeway=none)", kPropagate, &filter_truncate},
    {"upper", "upper(s)", kPropagate, &filter_upper},
    {"wordcount", "wordcount(s)", kPropagate, &filter_wordcount},
    {"wordwrap", "wordwrap(s, width=79, break_long_words=true, wrapstring=none, break_on_hyphens=true)", kPropagate, &filter_wordwrap},
};

}  // namespace

std::span<const Builtin> text_filters() { return kRows; }

}  // namespace hookc
