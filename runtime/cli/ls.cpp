#include "runtime/cli/ls.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/console.h"

namespace hookc {
namespace {

constexpr std::size_t kMaxExcerpt = 100;  // columns of a hook's text on its line

std::optional<Location> place_of(const Hook& hook, const Sources& sources) {
  return sources.locate(Span{hook.source, 0, sources.text(hook.source).size()});
}

/// The text on one line, cut where it is long.
std::string excerpt(std::string_view text) {
  std::string line;
  bool is_cut = false;
  bool after_blank = false;
  for (const char c : text) {
    if (std::string_view{" \t\r\n\f\v"}.find(c) != std::string_view::npos) {
      after_blank = true;
      continue;
    }
    const bool begins_character = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    is_cut = begins_character && line.size() >= kMaxExcerpt;
    if (is_cut) break;
    if (after_blank && !line.empty()) line += ' ';
    after_blank = false;
    line += c;
  }
  return line.empty() ? "(empty)" : line + (is_cut ? " ..." : "");
}

std::string paint(std::string_view text, std::string_view code, bool color) {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
}

void list_hook(const Hook& hook, const Sources& sources, bool color, std::string& out) {
  const std::string place = [&] {
    const std::optional<Location> at = place_of(hook, sources);
    return at ? fmt::format("{}:{}:{}", at->file, at->line, at->column) : std::string{name_of(hook.place)};
  }();
  out += fmt::format("{}  {}\n", paint(hook.id, hook.enabled ? "1" : "2", color), paint(place, "36", color));
  out += fmt::format("    {}\n", excerpt(sources.text(hook.source).view()));
  out += fmt::format("    {}: {}\n", hook.enabled ? "runs" : "does not run", hook.why);
  if (hook.frozen) out += "    rendered while dbt parses: a run does not render it anew\n";
  if (hook.problem) out += fmt::format("    {}: {}\n", paint("error", "31", color), hook.problem->message);
}

}  // namespace

std::string list_hooks(const Project& project, const Sources& sources, bool color) {
  std::string out;
  for (const Hook& hook : project.hooks) list_hook(hook, sources, color, out);
  const auto enabled = std::count_if(project.hooks.begin(), project.hooks.end(), [](const Hook& hook) { return hook.enabled; });
  out += fmt::format("{} hook{}, {} of them run\n", project.hooks.size(), project.hooks.size() == 1 ? "" : "s", enabled);
  return out;
}

namespace {

/// The name that dbt shows while it runs a run hook: its number counts over all packages, that of the id within one. Null for hooks of nodes and for
/// run hooks that are not enabled.
nlohmann::ordered_json shown_name(const Project& project, const Hook& hook) {
  const auto counts = [&](const Hook& other) {
    const Node* node = project.find_node(other.owner);
    return other.phase == hook.phase && node != nullptr && node->enabled;
  };
  const bool is_run_hook = hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd;
  if (!is_run_hook || !counts(hook)) return nullptr;
  const auto here = std::find_if(project.hooks.begin(), project.hooks.end(), [&](const Hook& other) { return &other == &hook; });
  return fmt::format("{}.{}.{}", hook.package, name_of(hook.phase), std::count_if(project.hooks.begin(), here, counts));
}

}  // namespace

std::string hooks_as_json(const Project& project, const Sources& sources) {
  nlohmann::ordered_json hooks = nlohmann::ordered_json::array();
  for (const Hook& hook : project.hooks) {
    const Location at = place_of(hook, sources).value_or(Location{});
    hooks.push_back({{"id", hook.id},
                     {"phase", name_of(hook.phase)},
                     {"name", shown_name(project, hook)},
                     {"owner", hook.owner},
                     {"package", hook.package},
                     {"order", hook.order},
                     {"where", name_of(hook.place)},
                     {"file", at.file},
                     {"line", at.line},
                     {"column", at.column},
                     {"text", sources.text(hook.source).view()},
                     {"transaction", hook.transaction},
                     {"enabled", hook.enabled},
                     {"why", hook.why}});
  }
  const nlohmann::ordered_json document{{"version", 1}, {"hooks", std::move(hooks)}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

ExitStatus run_ls(const LsOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  const std::optional<OpenedProject> opened = open_project(options.path, options.target, globals, console);
  if (!opened) return ExitStatus::CannotWork;
  const Project& project = *opened->project;
  const Sources& sources = *opened->sources;
  print_diagnostics(console, project.diagnostics, sources);
  if (project.packages.empty()) return ExitStatus::CannotWork;
  write_out(options.format == "json" ? hooks_as_json(project, sources) : list_hooks(project, sources, console.color_out));
  Diagnostics refusals;
  for (const Hook& hook : project.hooks) {
    if (hook.refusal) refusals.push_back(*hook.refusal);
  }
  print_diagnostics(console, refusals, sources);
  const bool is_refused = !refusals.empty() || std::any_of(project.diagnostics.begin(), project.diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::Error;
  });
  return is_refused ? ExitStatus::Findings : ExitStatus::Clean;
}

}  // namespace hookc
