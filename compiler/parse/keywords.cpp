#include "compiler/parse/keywords.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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

/// How many letters have to be changed, added or left out to make one of the other.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

Tok tag_kind(std::string_view name, const ParseOptions& options) {
  static const auto kByName = [] {
    std::unordered_map<std::string_view, const Tag*> map;
    for (const Tag& tag : kTags) map.emplace(tag.name, &tag);
    return map;
  }();
  const auto found = kByName.find(name);
  if (found == kByName.end() || !is_on(found->second->from, options)) return Tok::TAG;
  return found->second->kind;
}

std::string_view tag_name(Tok kind) {
  const auto* const found = std::find_if(kTags.begin(), kTags.end(), [kind](const Tag& tag) { return tag.kind == kind; });
  return found == kTags.end() ? std::string_view{} : found->name;
}

std::string_view similar_tag(std::string_view name, const ParseOptions& options) {
  constexpr std::size_t kLongestTag = 20;
  if (name.size() > kLongestTag) return {};
  std::string_view best;
  std::size_t best_distance = name.size() > 4 ? 3 : 2;  // fewer changes than this are a slip
  for (const Tag& tag : kTags) {
    if (!is_on(tag.from, options)) continue;
    const std::size_t distance = edit_distance(name, tag.name);
    if (distance < best_distance) {
      best = tag.name;
      best_distance = distance;
    }
  }
  return best;
}

Tok operator_word(std::string_view name) {
  if (name.size() < 2 || name.size() > 4) return Tok::NAME;
  if (name == "if") return Tok::IF;
  if (name == "else") return Tok::ELSE;
  if (name == "in") return Tok::IN;
  if (name == "is") return Tok::IS;
  if (name == "not") return Tok::NOT_IN;
  if (name == "and") return Tok::AND;
  if (name == "or") return Tok::OR;
  return Tok::NAME;
}

bool is_constant_word(std::string_view name) {
  if (name.size() < 4 || name.size() > 5) return false;
  return name == "true" || name == "True" || name == "false" || name == "False" || name == "none" || name == "None";
}

}  // namespace hookc
