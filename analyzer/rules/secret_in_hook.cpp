#include <fmt/format.h>

#include <algorithm>

#include "analyzer/rules/support.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

constexpr std::string_view kSecretWords[] = {"password", "passwd", "pwd", "secret", "secret_key", "secret_access_key", "aws_secret_key", "aws_secret_access_key", "access_token", "auth_token", "api_key", "apikey", "private_key", "client_secret", "sas_token", "azure_sas_token", "account_key", "master_symmetric_key", "identified"};

/// The word before the literal, without `=`, `=>`, `by` and blanks between them.
std::string word_before(std::string_view text, std::size_t at) {
  const auto skip = [&] { while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\n' || text[at - 1] == '=' || text[at - 1] == '>' || text[at - 1] == ':')) --at; };
  const auto word = [&] {
    std::string out;
    while (at > 0 && (is_word_character(text[at - 1]) || text[at - 1] == '.')) out.insert(out.begin(), ascii_lower(text[--at]));
    std::replace(out.begin(), out.end(), '.', '_');  // `s3.secret.key`
    return out;
  };
  skip();
  std::string found = word();
  if (found != "by") return found;
  skip();
  return word();
}

/// What a longer word says too: `s3_secret_access_key`, `snowflake_password`.
constexpr std::string_view kSecretEnds[] = {"_password", "_secret_access_key", "_secret_key", "_access_token", "_auth_token", "_api_key", "_private_key", "_client_secret"};

bool is_secret_word(std::string_view word) {
  return std::find(std::begin(kSecretWords), std::end(kSecretWords), word) != std::end(kSecretWords) || std::any_of(std::begin(kSecretEnds), std::end(kSecretEnds), [&](std::string_view end) { return word.ends_with(end); });
}

/// `AKIA` and sixteen capitals or digits; the head of a PEM file; `aws_secret_access_key=` inside of a longer credential.
bool looks_like_key(std::string_view text) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  for (const std::string_view mark : {std::string_view{"aws_secret_access_key="}, std::string_view{"AccountKey="}, std::string_view{"password="}}) {
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos && at + mark.size() < text.size() && is_word_character(text[at + mark.size()]) && text.find("hole_", at) == std::string_view::npos) return true;
  }
  const std::size_t key = text.find("AKIA");
  if (key == std::string_view::npos || key + 20 > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(key), text.begin() + static_cast<std::ptrdiff_t>(key + 20), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// Nobody's secret: empty, stars, a placeholder in angle brackets.
bool is_placeholder(std::string_view value) {
  return value.empty() || value.front() == '<' || value.front() == '*' || value == "xxx" || value == "changeme";
}

/// The variable's name says what it holds.
bool names_secret(std::string_view symbol) {
  if (!symbol.starts_with("env_var(")) return false;
  for (const std::string_view word : {std::string_view{"PASSWORD"}, std::string_view{"SECRET"}, std::string_view{"TOKEN"}, std::string_view{"PRIVATE_KEY"}, std::string_view{"API_KEY"}}) {
    if (symbol.find(word) != std::string_view::npos) return true;
  }
  return false;
}

void check_text(const RuleInput& input, const PathFacts& path, const SentSql& sent, Findings& findings) {
  const Findings::Extra extra{.severity = std::nullopt, .fix = std::nullopt, .help = "keep it out of dbt: use a role, an integration or a stage that an administrator has made"};
  const std::string_view text = sent.text.view();
  for (const ByteRange literal : sql::string_literals(text, input.project.dialect)) {
    const std::string_view value = literal.size() < 2 ? std::string_view{} : text.substr(literal.begin + 1, literal.size() - 2);
    const bool from_file = is_verbatim(*input.project.sources, sent.text, literal);
    const bool is_secret = from_file && !is_placeholder(value) && (is_secret_word(word_before(text, literal.begin)) || looks_like_key(value));
    if (is_secret) findings.add(path, sent.text, literal, "this looks like a secret, and stands in the open", extra);
  }
  for (const Run& run : sent.text.runs()) {
    const std::string_view symbol = symbol_at(*input.project.sources, sent.text, run.begin);
    if (names_secret(symbol)) findings.add(path, sent.text, ByteRange{run.begin, run.begin + 1}, fmt::format("`{}` becomes part of the SQL, and of every log of it", symbol), extra);
  }
}

void check(const RuleInput& input, Findings& findings) {
  for_each_sent(input, [&](const PathFacts& path, const SentSql& sent) { check_text(input, path, sent, findings); });
}

}  // namespace

extern const Rule secret_in_hook;
const Rule secret_in_hook{
    .code = "HK502",
    .name = "secret-in-hook",
    .severity = Severity::Error,
    .summary = "a password, a key or a credential is part of the SQL that a hook sends",
    .rationale = "The text of a hook stands in the repository, in the manifest, in the logs of dbt and in the query history of the database.",
    .example = "on-run-start: \"create user if not exists loader password = 'S3cure!pass'\"",
    .better = "-- let whoever administers the database make the user; grant roles in hooks only",
    .check = check};

}  // namespace hookc
