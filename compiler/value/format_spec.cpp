// append_formatted: what a format specification does to a string, an integer and a float.
#include "compiler/value/format_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "compiler/value/big_int.h"
#include "compiler/value/decimal.h"
#include "compiler/value/format.h"
#include "compiler/value/number_format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

bool is_align(char32_t c) { return c == '<' || c == '>' || c == '^' || c == '='; }

std::int64_t read_number(const Site& site, std::string_view spec, std::size_t& at) {
  std::int64_t value = 0;
  for (; at < spec.size() && spec[at] >= '0' && spec[at] <= '9'; ++at) {
    value = value * 10 + (spec[at] - '0');
    if (value > (std::int64_t{1} << 40U)) fail(site.span, "ValueError", "Too many decimal digits in format string");
  }
  return value;
}

[[noreturn]] void fail_code(const Site& site, const FormatSpec& spec, std::string_view type) {
  std::string code;
  unicode::encode(code, spec.type);
  fail(site.span, "ValueError", fmt::format("Unknown format code '{}' for object of type '{}'", code, type));
}

struct Padding {
  std::size_t before = 0;
  std::size_t after = 0;
};

Padding padding_for(const FormatSpec& spec, std::size_t length, char default_align) {
  const auto width = static_cast<std::size_t>(spec.width);
  if (width <= length) return {};
  const std::size_t missing = width - length;
  switch (spec.align == 0 ? default_align : spec.align) {
    case '<': return {0, missing};
    case '^': return {missing / 2, missing - missing / 2};
    default: return {missing, 0};
  }
}

void append_fill(TextBuilder& out, const Site& site, char32_t fill, std::size_t count) {
  if (count == 0) return;
  check_made(site, count * 4 + out.size());
  std::string one;
  unicode::encode(one, fill);
  std::string bytes;
  bytes.reserve(one.size() * count);
  for (std::size_t i = 0; i < count; ++i) bytes += one;
  out.append(bytes, site.position(), FrameId{0});
}

void append_text(TextBuilder& out, const Site& site, Text text, const FormatSpec& spec) {
  if (spec.sign != 0) fail(site.span, "ValueError", "Sign not allowed in string format specifier");
  if (spec.coerce_zero) fail(site.span, "ValueError", "Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate) fail(site.span, "ValueError", "Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=') fail(site.span, "ValueError", "'=' alignment not allowed in string format specifier");
  if (spec.grouping != 0) fail(site.span, "ValueError", fmt::format("Cannot specify '{}' with 's'.", spec.grouping));
  if (spec.type != 0 && spec.type != 's') fail_code(site, spec, "str");
  if (spec.precision >= 0) {
    const std::size_t end = unicode::offset_of(text.view(), static_cast<std::size_t>(spec.precision));
    text = text.slice(0, static_cast<std::uint32_t>(end));
  }
  const Padding padding = padding_for(spec, unicode::count(text.view()), '<');
  append_fill(out, site, spec.fill, padding.before);
  out.append(text, FrameId{0});
  append_fill(out, site, spec.fill, padding.after);
}

/// Puts separators into digits, with leading zeros up to `width` characters.
std::string grouped(std::string digits, char separator, std::size_t group, std::size_t width) {
  const auto size_with = [group](std::size_t count) { return count + (count - 1) / group; };
  while (size_with(digits.size()) < width) digits.insert(digits.begin(), '0');
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % group == 0) result.push_back(separator);
    result.push_back(digits[i]);
  }
  return result;
}

/// Sign, prefix, whole digits and the rest of a number, aligned and grouped.
void append_number(TextBuilder& out, const Site& site, const FormatSpec& spec, bool negative, std::string_view prefix, std::string whole, std::string_view rest,
                   std::size_t group) {
  std::string head = negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
  head += prefix;
  if (spec.grouping != 0) {
    const auto width = static_cast<std::size_t>(spec.width);
    const std::size_t other = head.size() + rest.size();
    const bool zeros = spec.fill == '0' && spec.align == '=';
    whole = grouped(std::move(whole), spec.grouping, group, zeros && width > other ? width - other : 0);
  }
  const std::size_t length = head.size() + whole.size() + rest.size();
  const Padding padding = padding_for(spec, length, '>');
  if (spec.align == '=') {
    out.append(head, site.position(), FrameId{0});
    append_fill(out, site, spec.fill, padding.before);
    head.clear();
  } else {
    append_fill(out, site, spec.fill, padding.before);
  }
  out.append(fmt::format("{}{}{}", head, whole, rest), site.position(), FrameId{0});
  append_fill(out, site, spec.fill, padding.after);
}

/// repr without the sign, or `g` that keeps a digit after the point: a float without a type.
std::string plain_float(double magnitude, std::int64_t precision) {
  if (precision < 0 || !std::isfinite(magnitude)) return float_repr(magnitude);
  const int digits = precision == 0 ? 1 : static_cast<int>(precision);
  std::string scientific = float_digits(magnitude, 'e', digits - 1, false);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  const auto strip = [](std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  if (exponent < -4 || exponent >= digits - 1) return strip(scientific.substr(0, e)) + scientific.substr(e);
  std::string fixed = strip(float_digits(magnitude, 'f', std::max(digits - 1 - exponent, 0), false));
  return fixed.find('.') == std::string::npos ? fixed + ".0" : fixed;
}

void append_float(TextBuilder& out, const Site& site, double value, const FormatSpec& spec, std::string_view type) {
  constexpr std::int64_t kMaxPrecision = 100'000;
  if (spec.precision > kMaxPrecision) fail(site.span, "LimitError", fmt::format("a precision of more than {} digits", kMaxPrecision));
  static constexpr std::u32string_view kKinds = U"eEfFgGn%";
  if (spec.type != 0 && kKinds.find(spec.type) == std::u32string_view::npos) fail_code(site, spec, type);
  if (spec.type == 'n' && spec.grouping != 0) fail(site.span, "ValueError", fmt::format("Cannot specify '{}' with 'n'.", spec.grouping));
  const bool percent = spec.type == '%';
  const double magnitude = std::fabs(percent ? value * 100.0 : value);
  const int precision = spec.precision < 0 ? 6 : static_cast<int>(spec.precision);
  const char kind = percent ? 'f' : spec.type == 'n' ? 'g' : static_cast<char>(spec.type);
  std::string digits = spec.type == 0 ? plain_float(magnitude, spec.precision) : float_digits(magnitude, kind, precision, spec.alternate);
  if (percent) digits.push_back('%');
  bool negative = is_negative(Value{value});
  if (spec.coerce_zero && negative && digits.find_first_of("123456789") == std::string::npos) negative = false;
  const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
  append_number(out, site, spec, negative, "", digits.substr(0, whole), std::string_view{digits}.substr(whole), 3);
}

void append_integer(TextBuilder& out, const Site& site, const Value& value, const FormatSpec& spec) {
  const char32_t type = spec.type == 0 ? U'd' : spec.type;
  static constexpr std::u32string_view kFloats = U"eEfFgG%";
  if (kFloats.find(type) != std::u32string_view::npos) return append_float(out, site, *float_of(site, value), spec, "int");
  if (spec.precision >= 0) fail(site.span, "ValueError", "Precision not allowed in integer format specifier");
  if (spec.coerce_zero) fail(site.span, "ValueError", "Negative zero coercion (z) not allowed in integer format specifier");
  if ((type == 'c' || type == 'n') && spec.grouping != 0) {
    fail(site.span, "ValueError", fmt::format("Cannot specify '{}' with '{}'.", spec.grouping, static_cast<char>(type)));
  }
  if (type == 'c') {
    if (spec.sign != 0) fail(site.span, "ValueError", "Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) fail(site.span, "ValueError", "Alternate form (#) not allowed with integer format specifier 'c'");
    const auto code = clamped_integer(value);
    if (*code < 0 || *code > 0x10FFFF) fail(site.span, "OverflowError", "%c arg not in range(0x110000)");
    std::string bytes;
    unicode::encode(bytes, static_cast<char32_t>(*code));
    FormatSpec plain = spec;
    plain.type = 0;
    if (plain.align == 0 || plain.align == '=') plain.align = '>';
    return append_text(out, site, site.made(std::move(bytes)), plain);
  }
  const int base = type == 'd' || type == 'n' ? 10 : type == 'x' || type == 'X' ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 0;
  if (base == 0) fail_code(site, spec, "int");
  if (base != 10 && spec.grouping == ',') fail(site.span, "ValueError", fmt::format("Cannot specify ',' with '{}'.", static_cast<char>(type)));
  const std::string_view prefix = !spec.alternate || base == 10 ? "" : type == 'x' ? "0x" : type == 'X' ? "0X" : base == 8 ? "0o" : "0b";
  append_number(out, site, spec, is_negative(value), prefix, magnitude_digits(site, value, base, type == 'X'), "", base == 10 ? 3 : 4);
}

}  // namespace

FormatSpec parse_format_spec(const Site& site, std::string_view text, std::string_view type_name) {
  FormatSpec spec;
  std::size_t at = 0;
  bool fill_given = false;
  if (!text.empty()) {
    const unicode::CodePoint first = unicode::decode(text, 0);
    if (first.size < text.size() && is_align(unicode::decode(text, first.size).value)) {
      spec.fill = first.value;
      spec.align = text[first.size];
      at = first.size + 1;
      fill_given = true;
    } else if (is_align(first.value)) {
      spec.align = text[0];
      at = 1;
    }
  }
  const auto take = [&](char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  };
  if (take('+')) spec.sign = '+';
  else if (take('-')) spec.sign = '-';
  else if (take(' ')) spec.sign = ' ';
  spec.coerce_zero = take('z');
  spec.alternate = take('#');
  if (!fill_given && take('0')) {
    spec.fill = '0';
    if (spec.align == 0 && type_name != "str") spec.align = '=';
  }
  spec.width = read_number(site, text, at);
  if (take(',')) spec.grouping = ',';
  if (take('_')) {
    if (spec.grouping != 0) fail(site.span, "ValueError", "Cannot specify both ',' and '_'.");
    spec.grouping = '_';
  }
  if (take(',')) fail(site.span, "ValueError", spec.grouping == ',' ? "Cannot specify ',' with ','." : "Cannot specify both ',' and '_'.");
  if (take('.')) {
    const std::size_t digits = at;
    spec.precision = read_number(site, text, at);
    if (at == digits) fail(site.span, "ValueError", "Format specifier missing precision");
  }
  if (at < text.size()) {
    const unicode::CodePoint type = unicode::decode(text, at);
    if (at + type.size != text.size()) {
      fail(site.span, "ValueError", fmt::format("Invalid format specifier '{}' for object of type '{}'", text, type_name));
    }
    spec.type = type.value;
  }
  return spec;
}

void append_formatted(TextBuilder& out, const Site& site, const Value& value, std::string_view spec_text) {
  if (spec_text.empty() || value.is<Unknown>()) return append_str(out, site, value);
  const std::string type = type_name(value);
  if (const Text* text = value.get_if<Text>()) return append_text(out, site, str_of(site, *text), parse_format_spec(site, spec_text, type));
  if (const auto* real = value.get_if<double>()) return append_float(out, site, *real, parse_format_spec(site, spec_text, type), "float");
  if (const DecimalNumber* decimal = as_decimal(value)) {
    FormatSpec spec = parse_format_spec(site, spec_text, type);
    if (spec.type == 0 && spec.precision < 0) {  // all of its digits
      spec.type = U'f';
      spec.precision = std::max<std::int64_t>(0, -decimal->exponent());
    }
    const bool is_fixed = spec.type == U'f' || spec.type == U'F';
    return append_float(out, site, is_fixed && spec.precision >= 0 ? decimal->rounded(spec.precision)->nearest() : decimal->nearest(), spec, "decimal.Decimal");
  }
  if (is_integer(value)) return append_integer(out, site, value, parse_format_spec(site, spec_text, type));
  if (const auto* object = value.get_if<ObjectPtr>()) {
    if (const auto text = (*object)->formatted(site, spec_text)) return out.append(*text, FrameId{0});
  }
  fail(site.span, "TypeError", fmt::format("unsupported format string passed to {}.__format__", type));
}

}  // namespace hookc
