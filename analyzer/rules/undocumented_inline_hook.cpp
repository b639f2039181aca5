#include <fmt/format.h>

#include "analyzer/rules/support.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

constexpr std::size_t kMaxWords = 40;

std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool is_part = is_word_character(c);
    words += is_part && !inside ? 1 : 0;
    inside = is_part;
  }
  return words;
}

bool has_comment(std::string_view text) { return text.find("--") != std::string_view::npos || text.find("{#") != std::string_view::npos || text.find("/*") != std::string_view::npos; }

void check(const RuleInput& input, Findings& findings) {
  const std::string_view text = input.project.sources->text(input.hook.hook->source).view();
  const std::size_t words = words_in(text);
  if (words <= kMaxWords || has_comment(text)) return;
  findings.add(whole_hook(input), fmt::format("{} words, and not one that says what they are for", words),
               {.severity = std::nullopt, .fix = std::nullopt, .help = "put a comment into the hook, or make it a macro with a name and a description"});
}

}  // namespace

extern const Rule undocumented_inline_hook;
const Rule undocumented_inline_hook{
    .code = "HK602",
    .name = "undocumented-inline-hook",
    .severity = Severity::Info,
    .summary = "a long hook in a config says nowhere what it is for",
    .rationale = "A hook of this length is a program. One line of comment, or a macro with a name, tells the next reader what it is meant to do.",
    .example = "post_hook=\"merge into audit.loads t using (select ...) s on ... when matched then update set ... when not matched then insert ...\"",
    .better = "post_hook=\"{{ record_load() }}\"",
    .check = check};

}  // namespace hookc
