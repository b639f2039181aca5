#include <span>

#include <fmt/format.h>

#include "analyzer/reach.h"
#include "analyzer/rules/support.h"
#include "compiler/base/ascii.h"

namespace hookc {

namespace {

struct Outside {
  std::string_view symbol;   // begins with
  std::string_view part;     // holds
  Severity severity;
  std::string_view what;
};
/// Values that people or databases write. What dbt makes itself (ids, names, statuses, times) has no quotes.
constexpr Outside kOutside[] = {
    {"results", "message", Severity::Error, "an error message"},   {"results", "adapter_response", Severity::Error, "a database's answer"},
    {"results", "compiled_code", Severity::Error, "SQL text"},      {"results", "raw_code", Severity::Error, "SQL text"},
    {"results", "description", Severity::Warning, "a description"}, {"graph", "description", Severity::Warning, "a description"},
    {"graph", "raw_code", Severity::Error, "SQL text"},             {"graph", "compiled_code", Severity::Error, "SQL text"},
    {"model", "description", Severity::Warning, "a description"},   {"model", "raw_code", Severity::Error, "SQL text"},
    {"invocation_args_dict", "invocation_command", Severity::Warning, "what somebody typed"},
    {"invocation_args_dict", "vars", Severity::Warning, "what somebody typed"},    {"invocation_args_dict", "select", Severity::Warning, "what somebody typed"},
    {"invocation_args_dict", "exclude", Severity::Warning, "what somebody typed"}, {"invocation_args_dict", "args", Severity::Warning, "what somebody typed"}, {"flags.INVOCATION_COMMAND", "", Severity::Warning, "what somebody typed"},
    {"env_var(", "", Severity::Warning, "an environment variable"}, {"var(", "", Severity::Warning, "a variable that the caller sets"},
    {"run_query", "", Severity::Info, "a value of the database"},   {"load_result", "", Severity::Info, "a value of the database"}};

/// `replace("'", ...)`: an argument that is a quote, however it is written.
bool replaces_quotes(std::string_view symbol) {
  for (std::size_t at = symbol.find("replace("); at != std::string_view::npos; at = symbol.find("replace(", at + 1)) {
    const std::string_view arguments = symbol.substr(at + 8);
    if (arguments.starts_with("\"'\"") || arguments.starts_with("'\\''")) return true;
  }
  return false;
}

bool is_escaped(std::string_view symbol) {
  return replaces_quotes(symbol) || symbol.find("tojson") != std::string_view::npos || symbol.find("| length") != std::string_view::npos ||
         symbol.find("| int") != std::string_view::npos || symbol.find("| float") != std::string_view::npos || symbol.find("| e") != std::string_view::npos || symbol.find("strftime") != std::string_view::npos;
}

/// The symbol takes this part: `.message`, `['message']`, `.get('message')`.
bool has_part(std::string_view symbol, std::string_view part) {
  if (part.empty()) return true;
  for (std::size_t at = symbol.find(part); at != std::string_view::npos; at = symbol.find(part, at + 1)) {
    const char before = at == 0 ? ' ' : symbol[at - 1];
    const bool ends = at + part.size() == symbol.size() || !is_word_character(symbol[at + part.size()]);
    if (ends && (before == '.' || before == '\'' || before == '"')) return true;
  }
  return false;
}

/// Parts of a database's answer that are numbers, ids and codes, whatever the adapter.
constexpr std::string_view kPlainAnswers[] = {"rows_affected", "num_rows", "bytes_processed", "bytes_billed", "slot_ms", "query_id", "job_id", "code", "project_id", "location"};

bool is_plain_answer(std::string_view symbol) {
  return has_part(symbol, "adapter_response") && std::any_of(std::begin(kPlainAnswers), std::end(kPlainAnswers), [&](std::string_view part) { return has_part(symbol, part); });
}

const Outside* outside_of(std::string_view symbol) {
  if (symbol.empty() || is_escaped(symbol) || is_plain_answer(symbol)) return nullptr;
  const auto* const found = std::find_if(std::begin(kOutside), std::end(kOutside), [&](const Outside& row) { return symbol.starts_with(row.symbol) && has_part(symbol, row.part); });
  return found == std::end(kOutside) ? nullptr : found;
}

/// `| replace("'", "''")` behind the name, the call or the filter that printed the byte. Unsafe: where the value's quotes are doubled already, they are doubled twice.
std::optional<Fix> doubled(const Sources& sources, const PathFacts& path, FrameId frame) {
  const auto index = static_cast<std::size_t>(frame);
  if (index == 0 || index >= path.rendering.frames.size() || path.rendering.frames[index].is_call()) return std::nullopt;
  const Span site = path.rendering.frames[index].site;
  const Text text = sources.slice(site);
  const bool is_joined = text.view().find_first_of("~+%") != std::string_view::npos || text.view().find(" if ") != std::string_view::npos;
  if (is_joined) return std::nullopt;
  auto fix = insert_after(sources, text, ByteRange{0, text.size()}, " | replace(\"'\", \"''\")");
  if (fix) fix->safe = false;
  return fix;
}

/// Part of a relation's name as dbt generates it: an identifier, in which nobody puts quotes.
bool is_generated_name(const PathFacts& path, FrameId frame) {
  const std::vector<Frame>& frames = path.rendering.frames;
  for (auto at = static_cast<std::size_t>(frame); at != 0 && at < frames.size(); at = static_cast<std::size_t>(frames[at].parent)) {
    const std::string_view macro = path.rendering.macro_of(frames[at]);
    if (macro.ends_with("generate_schema_name") || macro.ends_with("generate_database_name") || macro.ends_with("generate_alias_name")) return true;
  }
  return false;
}

/// The same, where a macro has taken the name apart: `{{ schema }}` of the hook's own relation.
bool is_in_own_name(const RuleInput& input, std::string_view bytes) {
  if (!bytes.starts_with("hole_")) return false;
  const std::string lower = ascii_lower(bytes);
  const auto holds = [&](const sql::QualifiedName& name) { return std::any_of(name.parts.begin(), name.parts.end(), [&](const sql::Identifier& part) { return ascii_lower(part.value).find(lower) != std::string::npos; }); };
  return holds(input.hook.this_name) || std::any_of(input.hook.further_names.begin(), input.hook.further_names.end(), holds);
}

/// The call whose default the run is; nothing when it is none, or when its quotes are doubled where it is printed.
std::optional<std::string_view> unescaped_default(const RuleInput& input, const PathFacts& path, const Text& text, const Run& run, std::uint32_t end) {
  const Sources& sources = *input.project.sources;
  const Origin origin = sources.describe(run.position);
  if (origin.kind != Origin::Kind::File || is_fixed(run.position)) return std::nullopt;
  const DefaultPlace* place = default_at(input.project, input.hook, origin);
  if (place == nullptr) return std::nullopt;
  const auto frame = static_cast<std::size_t>(text.frame_at(run.begin));
  if (frame < path.rendering.frames.size() && is_escaped(sources.view(path.rendering.frames[frame].site))) return std::nullopt;
  const std::string_view bytes = text.view().substr(run.begin, end - run.begin);
  const auto& own = input.hook.this_name.parts;
  if (std::any_of(own.begin(), own.end(), [&](const sql::Identifier& part) { return equal_ignoring_case(part.value, bytes); })) return std::nullopt;  // the name that the model has by it
  return place->call;
}

/// The first byte of each run inside of a string literal.
void check_text(const RuleInput& input, const PathFacts& path, const SentSql& sent, Findings& findings) {
  const Sources& sources = *input.project.sources;
  const std::span<const Run> runs = sent.text.runs();
  for (const ByteRange literal : sql::string_literals(sent.text.view(), input.project.dialect)) {
    if (sent.text.view()[literal.begin] == '$') continue;  // a quote does not end it
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : sent.text.size();
      if (runs[i].begin <= literal.begin || runs[i].begin >= literal.end) continue;
      std::string_view symbol = symbol_at(sources, sent.text, runs[i].begin);
      if (symbol.empty()) symbol = unescaped_default(input, path, sent.text, runs[i], std::min(end, literal.end)).value_or(std::string_view{});
      const Outside* outside = outside_of(symbol);
      if (outside == nullptr || is_generated_name(path, sent.text.frame_at(runs[i].begin)) || is_in_own_name(input, sent.text.view().substr(runs[i].begin, std::min(end, literal.end) - runs[i].begin))) continue;
      findings.add(path, sent.text, ByteRange{runs[i].begin, std::min(end, literal.end)}, fmt::format("`{}` is {}: a quote in it ends the string", symbol, outside->what),
                   {.severity = outside->severity, .fix = doubled(sources, path, sent.text.frame_at(runs[i].begin)), .help = "double its quotes: `| replace(\"'\", \"''\")`"});
    }
  }
}

void check(const RuleInput& input, Findings& findings) {
  for_each_sent(input, [&](const PathFacts& path, const SentSql& sent) { check_text(input, path, sent, findings); });
}

}  // namespace

extern const Rule unescaped_interpolation;
const Rule unescaped_interpolation{
    .code = "HK501",
    .name = "unescaped-interpolation",
    .severity = Severity::Warning,
    .summary = "a value from outside is printed between quotes, and its own quotes are not doubled",
    .rationale =
        "One apostrophe in an error message, a variable or a description ends the string: the hook fails just when something went wrong, or runs what "
        "the value says.",
    .example = "insert into audit.errors values ('{{ result.message }}')",
    .better = "insert into audit.errors values ('{{ result.message | replace(\"'\", \"''\") }}')",
    .check = check};

}  // namespace hookc
