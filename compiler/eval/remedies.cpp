#include "compiler/eval/remedies.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "compiler/base/similar.h"
#include "compiler/eval/builtins/builtins.h"

namespace hookc {

namespace {

/// A word of another language, and how Jinja says it.
struct Idiom {
  std::string_view word;
  std::string_view jinja;  // code; or a sentence, where one is needed
};

constexpr Idiom kNames[]{
    {"null", "none"},
    {"NULL", "none"},
    {"Null", "none"},
    {"nil", "none"},
    {"undefined", "x is defined"},
    {"TRUE", "true"},
    {"FALSE", "false"},
    {"len", "x | length"},
    {"str", "x | string"},
    {"int", "x | int"},
    {"float", "x | float"},
    {"bool", "x | as_bool"},
    {"list", "x | list"},
    {"tuple", "(a, b)"},
    {"abs", "x | abs"},
    {"round", "x | round"},
    {"sum", "x | sum"},
    {"min", "x | min"},
    {"max", "x | max"},
    {"sorted", "x | sort"},
    {"reversed", "x | reverse"},
    {"any", "x | select | list | length > 0"},
    {"all", "x | reject | list | length == 0"},
    {"map", "x | map('filter')"},
    {"filter", "x | select('test')"},
    {"join", "x | join(', ')"},
    {"upper", "x | upper"},
    {"lower", "x | lower"},
    {"trim", "x | trim"},
    {"replace", "x | replace('a', 'b')"},
    {"coalesce", "x | default('y', true)"},
    {"nvl", "x | default('y', true)"},
    {"ifnull", "x | default('y', true)"},
    {"isinstance", "x is string"},
    {"type", "x is string"},
    {"format", "'%s' | format(x)"},
    {"enumerate", "loop.index0"},
    {"hasattr", "x.name is defined"},
    {"getattr", "x[name]"},
    {"concat", "a ~ b"},
};

constexpr Idiom kFilters[]{
    {"len", "length"},        {"size", "length"},          {"str", "string"},        {"text", "string"},          {"lowercase", "lower"},
    {"uppercase", "upper"},   {"strip", "trim"},           {"sorted", "sort"},       {"order", "sort"},           {"reversed", "reverse"},
    {"distinct", "unique"},   {"to_json", "tojson"},       {"json", "tojson"},       {"to_string", "string"},     {"integer", "int"},
    {"number", "float"},      {"coalesce", "default"},     {"ifnull", "default"},    {"nvl", "default"},          {"average", "x | sum / x | length"},
    {"flatten", "x | sum(start=[])"}, {"split", "x.split(',')"}, {"startswith", "x.startswith('a')"}, {"endswith", "x.endswith('a')"}, {"lstrip", "x.lstrip()"},
    {"rstrip", "x.rstrip()"}, {"concat", "a ~ b"},         {"append", "a + [b]"},    {"contains", "b in a"},      {"keys", "x.keys()"},
    {"values", "x.values()"}, {"where", "selectattr"},     {"pluck", "x | map(attribute='name')"}, {"regex_replace", "modules.re.sub('a', 'b', x)"}, {"titlecase", "title"},
};

constexpr Idiom kTests[]{
    {"null", "none"},         {"nil", "none"},             {"None_", "none"},        {"str", "string"},           {"text", "string"},
    {"int", "integer"},       {"bool", "boolean"},         {"dict", "mapping"},      {"list", "x is sequence and x is not string"},
    {"tuple", "x is sequence"}, {"array", "x is sequence and x is not string"},      {"empty", "x | length == 0"}, {"blank", "x | trim == ''"},
    {"truthy", "if x"},       {"falsy", "if not x"},       {"contains", "b in a"},   {"startswith", "x.startswith('a')"}, {"match", "modules.re.match('a', x)"},
    {"not_none", "is not none"}, {"exists", "defined"},    {"set", "defined"},
};

constexpr Idiom kMembers[]{
    {"length", "x | length"},   {"len", "x | length"},        {"size", "x | length"},        {"push", "x.append(y)"},       {"add", "x.append(y)"},
    {"contains", "y in x"},     {"includes", "y in x"},       {"has_key", "y in x"},         {"has", "y in x"},             {"toUpperCase", "x.upper()"},
    {"toLowerCase", "x.lower()"}, {"substr", "x[0:3]"},       {"substring", "x[0:3]"},       {"slice", "x[0:3]"},           {"trim", "x | trim"},
    {"map", "x | map('filter')"}, {"filter", "x | select('test')"}, {"first", "x | first"},  {"last", "x | last"},          {"join", "x | join(', ')"},
    {"sum", "x | sum"},         {"unique", "x | unique"},     {"toString", "x | string"},    {"iteritems", "x.items()"},    {"indexOf", "x.index(y)"},
    {"startsWith", "x.startswith('a')"}, {"endsWith", "x.endswith('a')"}, {"replaceAll", "x.replace('a', 'b')"}, {"concat", "x + y"},
};

std::string idiom_for(std::string_view name, std::span<const Idiom> idioms) {
  const auto found = std::find_if(idioms.begin(), idioms.end(), [&](const Idiom& idiom) { return idiom.word == name; });
  if (found == idioms.end()) return {};
  return fmt::format("Jinja writes `{}`", found->jinja);
}

std::string help_for(std::string_view name, std::span<const Idiom> idioms, const std::vector<std::string_view>& known) {
  std::string idiom = idiom_for(name, idioms);
  return idiom.empty() ? did_you_mean(name, std::span<const std::string_view>{known}) : idiom;
}

}  // namespace

std::string help_for_filter(std::string_view name) { return help_for(name, kFilters, filter_names()); }
std::string help_for_test(std::string_view name) { return help_for(name, kTests, test_names()); }

std::string help_for_name(std::string_view name, const std::vector<std::string>& known) {
  std::vector<std::string_view> names(known.begin(), known.end());
  for (const std::string_view constant : {"true", "false", "none"}) names.push_back(constant);
  return help_for(name, kNames, names);
}

std::string help_for_member(std::string_view type, std::string_view name, const std::vector<std::string>& known) {
  const bool is_container = type == "list" || type == "tuple" || type == "str" || type == "dict";
  const std::vector<std::string_view> names(known.begin(), known.end());
  return help_for(name, is_container ? std::span<const Idiom>{kMembers} : std::span<const Idiom>{}, names);
}

}  // namespace hookc
