#include "compiler/parse/keywords.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "compiler/base/similar.h"

namespace hookc {
namespace {

enum class From : std::uint8_t { Jinja, Do, LoopControls, Dbt, DbtFile };

struct Tag {
  std::string_view name;
  Tok kind;
  From from;
};

constexpr std::array kTags{
    Tag{"if", Tok::TAG_IF, From::Jinja},
    Tag{"elif", Tok::TAG_ELIF, From::Jinja},
    Tag{"else", Tok::TAG_ELSE, From::Jinja},
    Tag{"endif", Tok::TAG_ENDIF, From::Jinja},
    Tag{"for", Tok::TAG_FOR, From::Jinja},
    Tag{"endfor", Tok::TAG_ENDFOR, From::Jinja},
    Tag{"set", Tok::TAG_SET, From::Jinja},
    Tag{"endset", Tok::TAG_ENDSET, From::Jinja},
    Tag{"macro", Tok::TAG_MACRO, From::Jinja},
    Tag{"endmacro", Tok::TAG_ENDMACRO, From::Jinja},
    Tag{"call", Tok::TAG_CALL, From::Jinja},
    Tag{"endcall", Tok::TAG_ENDCALL, From::Jinja},
    Tag{"do", Tok::TAG_DO, From::Do},
    Tag{"filter", Tok::TAG_FILTER, From::Jinja},
    Tag{"endfilter", Tok::TAG_ENDFILTER, From::Jinja},
    Tag{"with", Tok::TAG_WITH, From::Jinja},
    Tag{"endwith", Tok::TAG_ENDWITH, From::Jinja},
    Tag{"print", Tok::TAG_PRINT, From::Jinja},
    Tag{"include", Tok::TAG_INCLUDE, From::Jinja},
    Tag{"import", Tok::TAG_IMPORT, From::Jinja},
    Tag{"from", Tok::TAG_FROM, From::Jinja},
    Tag{"extends", Tok::TAG_EXTENDS, From::Jinja},
    Tag{"block", Tok::TAG_BLOCK, From::Jinja},
    Tag{"endblock", Tok::TAG_ENDBLOCK, From::Jinja},
    Tag{"autoescape", Tok::TAG_AUTOESCAPE, From::Jinja},
    Tag{"endautoescape", Tok::TAG_ENDAUTOESCAPE, From::Jinja},
    Tag{"break", Tok::TAG_BREAK, From::LoopControls},
    Tag{"continue", Tok::TAG_CONTINUE, From::LoopControls},
    Tag{"materialization", Tok::TAG_MATERIALIZATION, From::Dbt},
    Tag{"endmaterialization", Tok::TAG_ENDMATERIALIZATION, From::Dbt},
    Tag{"test", Tok::TAG_TEST, From::Dbt},
    Tag{"endtest", Tok::TAG_ENDTEST, From::Dbt},
    Tag{"data_test", Tok::TAG_DATA_TEST, From::DbtFile},
    Tag{"enddata_test", Tok::TAG_ENDDATA_TEST, From::DbtFile},
    Tag{"docs", Tok::TAG_DOCS, From::Dbt},
    Tag{"enddocs", Tok::TAG_ENDDOCS, From::Dbt},
    Tag{"snapshot", Tok::TAG_SNAPSHOT, From::DbtFile},
    Tag{"endsnapshot", Tok::TAG_ENDSNAPSHOT, From::DbtFile},
};

/// Where a tag's search begins in the table of places.
constexpr std::size_t place_of(std::string_view name) {
  if (name.empty()) return 0;
  return (static_cast<std::size_t>(name.front()) * 7U + static_cast<std::size_t>(name.back()) * 31U + name.size() * 5U) % 128U;
}

/// Open addressing: the number of a tag and 1, or 0.
constexpr auto kTagPlaces = [] {
  std::array<std::uint8_t, 128> places{};
  for (std::size_t tag = 0; tag < kTags.size(); ++tag) {
    std::size_t at = place_of(kTags[tag].name);
    while (places[at] != 0) at = (at + 1) % places.size();
    places[at] = static_cast<std::uint8_t>(tag + 1);
  }
  return places;
}();

bool is_on(From from, const ParseOptions& options) {
  switch (from) {
    case From::Jinja: return true;
    case From::Do: return options.do_tag;
    case From::LoopControls: return options.loop_controls;
    case From::Dbt: return options.dbt_tags;
    case From::DbtFile: return options.dbt_tags && options.dbt_file_blocks;
  }
  return true;
}

}  // namespace

Tok tag_kind(std::string_view name, const ParseOptions& options) {
  for (std::size_t at = place_of(name); kTagPlaces[at] != 0; at = (at + 1) % kTagPlaces.size()) {
    const Tag& tag = kTags[kTagPlaces[at] - 1U];
    if (tag.name == name) return is_on(tag.from, options) ? tag.kind : Tok::TAG;
  }
  return Tok::TAG;
}

std::string_view tag_name(Tok kind) {
  const auto* const found = std::find_if(kTags.begin(), kTags.end(), [kind](const Tag& tag) { return tag.kind == kind; });
  return found == kTags.end() ? std::string_view{} : found->name;
}

std::string_view similar_tag(std::string_view name, const ParseOptions& options) {
  std::vector<std::string_view> names;
  for (const Tag& tag : kTags) {
    if (is_on(tag.from, options)) names.push_back(tag.name);
  }
  return similar_name(name, names);
}

Tok operator_word(std::string_view name) {
  if (name.size() < 2 || name.size() > 4) return Tok::NAME;
  switch (name.front()) {
    case 'a': return name == "and" ? Tok::AND : Tok::NAME;
    case 'e': return name == "else" ? Tok::ELSE : Tok::NAME;
    case 'i': return name == "if" ? Tok::IF : name == "in" ? Tok::IN : name == "is" ? Tok::IS : Tok::NAME;
    case 'n': return name == "not" ? Tok::NOT_IN : Tok::NAME;
    case 'o': return name == "or" ? Tok::OR : Tok::NAME;
    default: return Tok::NAME;
  }
}

bool is_constant_word(std::string_view name) {
  if (name.size() < 4 || name.size() > 5) return false;
  switch (name.front()) {
    case 't':
    case 'T': return name.substr(1) == "rue";
    case 'f':
    case 'F': return name.substr(1) == "alse";
    case 'n':
    case 'N': return name.substr(1) == "one";
    default: return false;
  }
}

}  // namespace hookc
