// The questions that str answers about its characters: isdigit, isupper and their kin.
#include "compiler/eval/builtins/support.h"
#include "compiler/eval/builtins/tables.h"
#include "compiler/value/identifiers.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

std::string_view self_bytes(const BuiltinCall& call) { return call[0].get_if<Text>()->view(); }

/// Every character fulfils `holds`, and there is at least one.
template <class Holds>
Value all_characters(const BuiltinCall& call, Holds holds) {
  const std::string_view bytes = self_bytes(call);
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    if (!holds(c.value)) return Value{false};
    at += c.size;
  }
  return Value{!bytes.empty()};
}

bool is_word_letter(char32_t c) { return unicode::is_alpha(c) || unicode::is_numeric(c) || unicode::is_digit(c); }

Value method_isalnum(const BuiltinCall& call) { return all_characters(call, is_word_letter); }
Value method_isalpha(const BuiltinCall& call) { return all_characters(call, unicode::is_alpha); }
Value method_isdecimal(const BuiltinCall& call) { return all_characters(call, unicode::is_decimal); }
Value method_isdigit(const BuiltinCall& call) { return all_characters(call, unicode::is_digit); }
Value method_isnumeric(const BuiltinCall& call) { return all_characters(call, unicode::is_numeric); }
Value method_isspace(const BuiltinCall& call) { return all_characters(call, unicode::is_space); }
Value method_isascii(const BuiltinCall& call) { return Value{unicode::is_ascii(self_bytes(call))}; }

Value method_isprintable(const BuiltinCall& call) {
  return Value{self_bytes(call).empty() || *all_characters(call, unicode::is_printable).get_if<bool>()};
}

Value method_isidentifier(const BuiltinCall& call) { return Value{!self_bytes(call).empty() && is_identifier(self_bytes(call))}; }

Value method_islower(const BuiltinCall& call) { return Value{is_all(self_bytes(call), LetterCase::Lower)}; }
Value method_isupper(const BuiltinCall& call) { return Value{is_all(self_bytes(call), LetterCase::Upper)}; }

Value method_istitle(const BuiltinCall& call) {
  const std::string_view bytes = self_bytes(call);
  bool any = false;
  bool inside = false;
  for (std::size_t at = 0; at < bytes.size();) {
    const unicode::CodePoint c = unicode::decode(bytes, at);
    const bool upper = unicode::is_upper(c.value) || unicode::is_title(c.value);
    const bool lower = unicode::is_lower(c.value);
    if ((upper && inside) || (lower && !inside)) return Value{false};
    inside = upper || lower;
    any = any || inside;
    at += c.size;
  }
  return Value{any};
}

constexpr auto kPropagate = Builtin::Unknowns::Propagate;

constexpr Builtin kRows[] = {
    {"isalnum", "isalnum(self, /)", kPropagate, &method_isalnum},
    {"isalpha", "isalpha(self, /)", kPropagate, &method_isalpha},
    {"isascii", "isascii(self, /)", kPropagate, &method_isascii},
    {"isdecimal", "isdecimal(self, /)", kPropagate, &method_isdecimal},
    {"isdigit", "isdigit(self, /)", kPropagate, &method_isdigit},
    {"isidentifier", "isidentifier(self, /)", kPropagate, &method_isidentifier},
    {"islower", "islower(self, /)", kPropagate, &method_islower},
    {"isnumeric", "isnumeric(self, /)", kPropagate, &method_isnumeric},
    {"isprintable", "isprintable(self, /)", kPropagate, &method_isprintable},
    {"isspace", "isspace(self, /)", kPropagate, &method_isspace},
    {"istitle", "istitle(self, /)", kPropagate, &method_istitle},
    {"isupper", "isupper(self, /)", kPropagate, &method_isupper},
};

}  // namespace

std::span<const Builtin> text_predicates() { return kRows; }

}  // namespace hookc
