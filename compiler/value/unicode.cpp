#include "compiler/value/unicode.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utf8proc.h>

#include "compiler/value/special_casing.h"

namespace hookc::unicode {

namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

utf8proc_category_t category(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

std::string encoded(char32_t code_point) {
  std::string out;
  encode(out, code_point);
  return out;
}

}  // namespace

CodePoint decode_sequence(std::string_view bytes, std::size_t offset) {
  const auto lead = static_cast<unsigned char>(bytes[offset]);
  const std::uint32_t size = lead >= 0xF0U && lead < 0xF5U ? 4 : lead >= 0xE0U && lead < 0xF0U ? 3 : lead >= 0xC2U && lead < 0xE0U ? 2 : 0;
  if (size == 0 || offset + size > bytes.size()) return {0xFFFDU, 1};
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::uint32_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[offset + i]);
    if (!is_continuation(byte)) return {0xFFFDU, 1};
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800U) || (size == 4 && (value < 0x10000U || value > 0x10FFFFU));
  return overlong ? CodePoint{0xFFFDU, 1} : CodePoint{value, size};
}

void encode(std::string& out, char32_t code_point) {
  const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code_point < 0x80U) {
    push(code_point);
  } else if (code_point < 0x800U) {
    push(0xC0U | (code_point >> 6U));
    push(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000U) {
    push(0xE0U | (code_point >> 12U));
    push(0x80U | ((code_point >> 6U) & 0x3FU));
    push(0x80U | (code_point & 0x3FU));
  } else {
    push(0xF0U | (code_point >> 18U));
    push(0x80U | ((code_point >> 12U) & 0x3FU));
    push(0x80U | ((code_point >> 6U) & 0x3FU));
    push(0x80U | (code_point & 0x3FU));
  }
}

bool is_ascii(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080U;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof kHighBits; at += sizeof kHighBits, left -= sizeof kHighBits) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if ((word & kHighBits) != 0) return false;
  }
  return std::all_of(at, at + left, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

std::size_t count(std::string_view bytes) {
  std::size_t result = 0;
  for (std::size_t at = 0; at < bytes.size(); at += decode(bytes, at).size) ++result;
  return result;
}

std::vector<std::uint32_t> boundaries(std::string_view bytes) {
  std::vector<std::uint32_t> result;
  result.reserve(bytes.size() + 1);
  for (std::size_t at = 0; at < bytes.size(); at += decode(bytes, at).size) result.push_back(static_cast<std::uint32_t>(at));
  result.push_back(static_cast<std::uint32_t>(bytes.size()));
  return result;
}

std::size_t offset_of(std::string_view bytes, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < bytes.size(); --index) at += decode(bytes, at).size;
  return at;
}

bool is_space(char32_t c) {
  if (c < 0x80U) return c == ' ' || (c >= 0x09U && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1FU);
  return c == 0x85U || c == 0xA0U || c == 0x1680U || (c >= 0x2000U && c <= 0x200AU) || c == 0x2028U || c == 0x2029U || c == 0x202FU || c == 0x205FU ||
         c == 0x3000U;
}

bool is_line_end(char32_t c) { return (c >= 0x0AU && c <= 0x0DU) || (c >= 0x1CU && c <= 0x1EU) || c == 0x85U || c == 0x2028U || c == 0x2029U; }

bool is_printable(char32_t c) {
  if (c == ' ') return true;
  if (c < 0x80U) return c > 0x20U && c < 0x7FU;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS: return false;
    default: return true;
  }
}

bool is_alpha(char32_t c) {
  const utf8proc_category_t kind = category(c);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(char32_t c) { return c < 0x80U ? c >= '0' && c <= '9' : category(c) == UTF8PROC_CATEGORY_ND; }

bool is_digit(char32_t c) {
  // superscripts, subscripts and circled digits have a digit value without being decimal
  const bool other = c == 0xB2U || c == 0xB3U || c == 0xB9U || c == 0x2070U || (c >= 0x2074U && c <= 0x2079U) || (c >= 0x2080U && c <= 0x2089U) ||
                     (c >= 0x2460U && c <= 0x2468U) || (c >= 0x2474U && c <= 0x247CU) || (c >= 0x2488U && c <= 0x2490U) || c == 0x24EAU ||
                     (c >= 0x24F5U && c <= 0x24FDU) || c == 0x24FFU || (c >= 0x2776U && c <= 0x277EU) || (c >= 0x2780U && c <= 0x2788U) ||
                     (c >= 0x278AU && c <= 0x2792U);
  return other || is_decimal(c);
}

bool is_numeric(char32_t c) {
  static constexpr std::u32string_view kIdeographs = U"〇一七万三九二五亖亿兆八六十千卅卌四壱壹弌弍弎弐弑弒百廿廾仟伍佰仨什京仂亿億兩両两零肆陆陸柒漆玖拾貮貳貰贰參叁叄叅参萬陌";
  const utf8proc_category_t kind = category(c);
  return kind == UTF8PROC_CATEGORY_ND || kind == UTF8PROC_CATEGORY_NL || kind == UTF8PROC_CATEGORY_NO || kIdeographs.find(c) != std::u32string_view::npos;
}

bool is_upper(char32_t c) {
  if (c < 0x80U) return c >= 'A' && c <= 'Z';
  return category(c) == UTF8PROC_CATEGORY_LU || (c >= 0x2160U && c <= 0x216FU) || (c >= 0x24B6U && c <= 0x24CFU);
}

bool is_lower(char32_t c) {
  if (c < 0x80U) return c >= 'a' && c <= 'z';
  return category(c) == UTF8PROC_CATEGORY_LL || c == 0xAAU || c == 0xBAU || (c >= 0x2170U && c <= 0x217FU) || (c >= 0x24D0U && c <= 0x24E9U);
}

bool is_title(char32_t c) { return category(c) == UTF8PROC_CATEGORY_LT; }

int digit_value(char32_t c) {
  if (c < 0x80U) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
  if (!is_decimal(c)) return -1;
  // Decimal digits come in runs of ten; the mathematical ones (U+1D7CE on) follow each other without a gap.
  if (c >= 0x1D7CEU && c <= 0x1D7FFU) return static_cast<int>((c - 0x1D7CEU) % 10);
  const char32_t low = c & 0xFU;
  return static_cast<int>(low >= 6 && is_decimal(c - low + 6) && !is_decimal(c - low) ? low - 6 : low);
}

std::string to_upper(char32_t c) {
  if (c < 0x80U) return std::string(1, static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c));
  if (const SpecialCase* special = find_special_case(c); special != nullptr && !special->upper.empty()) return std::string{special->upper};
  return encoded(static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
}

std::string to_lower(char32_t c) {
  if (c < 0x80U) return std::string(1, static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  if (c == 0x130U) return "i\xCC\x87";
  return encoded(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
}

std::string to_title(char32_t c) {
  if (c < 0x80U) return to_upper(c);
  if (const SpecialCase* special = find_special_case(c); special != nullptr && !special->title.empty()) return std::string{special->title};
  return encoded(static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
}

std::string fold(char32_t c) {
  if (c < 0x80U) return to_lower(c);
  std::array<utf8proc_int32_t, 8> folded{};
  int last_class = UTF8PROC_BOUNDCLASS_START;
  const utf8proc_ssize_t size = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded.data(), static_cast<utf8proc_ssize_t>(folded.size()),
                                                        UTF8PROC_CASEFOLD, &last_class);
  if (size <= 0 || static_cast<std::size_t>(size) > folded.size()) return encoded(c);
  std::string out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) encode(out, static_cast<char32_t>(folded[i]));
  return out;
}

}  // namespace hookc::unicode
