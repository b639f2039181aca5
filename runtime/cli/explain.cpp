// hookc explain CODE: a rule's page.
#include <fmt/format.h>

#include "analyzer/rule.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/console.h"

namespace hookc {

namespace {

constexpr std::size_t kColumns = 100;

/// Broken at blanks, so that a line is no longer than a terminal.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    if (column > 0 && column + 1 + word.size() > kColumns) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return out;
}

std::string human_page(const Rule& rule) {
  std::string page = fmt::format("{} {} ({})\n\n", rule.code, rule.name, name_of(rule.severity));
  page += fmt::format("{}\n\n{}\n\n", wrapped(fmt::format("What it finds: {}.", rule.summary)), wrapped(rule.rationale));
  page += fmt::format("It finds:\n  {}\n\nBetter:\n  {}\n\n", rule.example, rule.better);
  if (!rule.dialects.empty()) page += fmt::format("{}\n\n", wrapped(fmt::format("Databases: {}", rule.dialects)));
  return page + fmt::format("To accept one, on its line or above it:\n  -- hookc: allow({}) why it is fine here\n", rule.name);
}

/// The page under docs/rules, which scripts/rule-pages writes.
std::string markdown_page(const Rule& rule) {
  std::string page = fmt::format("# {} {}\n\nSeverity: {}\n\n", rule.code, rule.name, name_of(rule.severity));
  page += fmt::format("## What it finds\n\n{}\n\n## Why it hurts\n\n{}\n\n", wrapped(fmt::format("{}.", rule.summary)), wrapped(rule.rationale));
  page += fmt::format("## A hook that it finds\n\n```\n{}\n```\n\n## Better\n\n```\n{}\n```\n\n", rule.example, rule.better);
  if (!rule.dialects.empty()) page += fmt::format("## Databases\n\n{}\n\n", wrapped(rule.dialects));
  page += fmt::format("## How to accept one\n\nOn its line, or alone on the line above it, with a reason:\n\n```\n-- hookc: allow({}) why it is fine here\n```\n\n", rule.name);
  return page + fmt::format("For a whole project, in `hookc.yml`: `ignore: [{}]`.\n", rule.name);
}

}  // namespace

ExitStatus run_explain(const ExplainOptions& options, const GlobalOptions& globals) {
  const Rule* rule = find_rule(options.code);
  if (rule == nullptr) {
    print_error(make_console(globals), fmt::format("there is no rule `{}`", options.code), "`hookc rules` lists them");
    return ExitStatus::CannotWork;
  }
  write_out(options.format == "markdown" ? markdown_page(*rule) : human_page(*rule));
  return ExitStatus::Clean;
}

}  // namespace hookc
