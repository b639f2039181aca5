#include <fmt/format.h>

#include "analyzer/reach.h"
#include "analyzer/rules/support.h"
#include "compiler/ast/children.h"

namespace hookc {

namespace {

/// `{{ name }}` in the text: from its first bracket to its last.
std::optional<std::string_view> curlies_in(std::string_view text) {
  const std::size_t open = std::min(text.find("{{"), text.find("{%"));
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t close = text.find(text[open + 1] == '{' ? "}}" : "%}", open + 2);
  if (close == std::string_view::npos) return std::nullopt;
  return text.substr(open, close + 2 - open);
}

bool is_sent(const HookFacts& hook, std::string_view part) {
  return std::any_of(hook.executing.begin(), hook.executing.end(), [&](const PathFacts& path) {
    return std::any_of(path.sent.begin(), path.sent.end(), [&](const SentSql& sent) { return sent.text.view().find(part) != std::string_view::npos; });
  });
}

/// `'a {{ x }} b'` as `('a ' ~ (x) ~ ' b')`.
std::optional<std::string> joined(std::string_view literal) {
  if (literal.size() < 2 || (literal.front() != '\'' && literal.front() != '"') || literal.back() != literal.front()) return std::nullopt;
  const std::string quote{literal.front()};
  std::string out = "(";
  std::string_view rest = literal;
  while (true) {
    const std::size_t open = rest.find("{{");
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find("}}", open);
    if (close == std::string_view::npos) return std::nullopt;
    std::string_view inner = rest.substr(open + 2, close - open - 2);
    while (!inner.empty() && inner.front() == ' ') inner.remove_prefix(1);
    while (!inner.empty() && inner.back() == ' ') inner.remove_suffix(1);
    if (inner.empty() || inner.find_first_of("\\'\"") != std::string_view::npos) return std::nullopt;
    out += std::string{rest.substr(0, open)} + quote + " ~ (" + std::string{inner} + ") ~ " + quote;
    rest.remove_prefix(close + 2);
  }
  if (rest.find("{%") != std::string_view::npos) return std::nullopt;
  return out + std::string{rest} + ")";
}

void check(const RuleInput& input, Findings& findings) {
  const Sources& sources = *input.project.sources;
  for (const ReachedBody& body : reached_bodies(input.project, input.hook)) {
    ast::walk(*body.body, [&](const ast::Expr& expr) {
      const auto* constant = std::get_if<ast::Constant>(&expr.node);
      const auto text = constant == nullptr ? std::nullopt : text_of(constant->value);
      const auto curlies = text ? curlies_in(*text) : std::nullopt;
      if (!curlies || !is_sent(input.hook, *curlies)) return;
      Findings::Extra extra;
      extra.help = "this is an expression already: join the parts with `~`";
      if (auto text_of_fix = joined(sources.view(expr.span))) {
        if (const auto where = sources.locate(expr.span)) extra.fix = Fix{true, {Edit{*where, *std::move(text_of_fix)}}};
      }
      findings.add(expr.span, fmt::format("`{}` is sent as it stands: nothing is rendered inside of a string", *curlies), std::move(extra));
    });
  }
}

}  // namespace

extern const Rule nested_or_literal_curlies;
const Rule nested_or_literal_curlies{
    .code = "HK204",
    .name = "nested-or-literal-curlies",
    .severity = Severity::Error,
    .summary = "`{{ }}` inside a string of an expression: it reaches the database as it stands",
    .rationale =
        "Inside of `{{ }}` and `{% %}` everything is an expression already. Curly brackets in a string there are two characters each, and nobody "
        "renders them.",
    .example = "{{ log_event('loaded {{ this }}') }}",
    .better = "{{ log_event('loaded ' ~ this) }}",
    .check = check};

}  // namespace hookc
