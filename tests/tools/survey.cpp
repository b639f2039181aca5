// hookc_survey PROJECT: what hookc makes of a dbt project, as one line of JSON: files read, macros and those that cannot be parsed, hooks, hooks that were
// evaluated on all paths, the share of their bytes that stand for something unknown, seconds, memory. With --errors it says which evaluations failed, and why;
// with --dbt-macros DIR the macros of an installed dbt are taken, and counted too; with --renderings TARGET it prints, instead of all that, what each hook is
// rendered to on each path under this target, and which bytes stand for something unknown (tests/dbt/renderings.py).
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "analyzer/facts.h"
#include "compiler/project/project.h"

namespace {

using namespace hookc;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The template itself ends this path: `exceptions.raise_compiler_error(..)`.
bool is_deliberate(const Sources& sources, const Diagnostic& diagnostic) { return sources.view(diagnostic.span).find("exceptions.") != std::string_view::npos; }

struct Counts {
  std::size_t hooks = 0, complete = 0, evaluated = 0, paths = 0, bytes = 0, holes = 0;
  std::map<std::string, std::size_t> errors;
};

void count_bytes(const Sources& sources, const Text& text, Counts& counts) {
  const auto& runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : static_cast<std::uint32_t>(text.size());
    counts.bytes += end - runs[i].begin;
    if (sources.describe(runs[i].position).kind == Origin::Kind::Hole) counts.holes += end - runs[i].begin;
  }
}

Counts count(const Sources& sources, const ProjectFacts& facts) {
  Counts counts;
  for (const HookFacts& hook : facts.hooks) {
    ++counts.hooks;
    counts.paths += hook.executing.size() + hook.parsing.size();
    if (hook.complete) ++counts.complete;
    bool is_evaluated = hook.complete && !hook.hook->problem;
    for (const PathFacts& path : hook.executing) {
      for (const SentSql& sent : path.sent) count_bytes(sources, sent.text, counts);
      if (!path.error || is_deliberate(sources, path.error->diagnostic)) continue;
      is_evaluated = false;
      ++counts.errors[path.error->diagnostic.error_class + ": " + path.error->diagnostic.message];
    }
    if (is_evaluated) ++counts.evaluated;
  }
  return counts;
}

/// [begin, end) of the bytes that stand for something unknown.
nlohmann::json holes_of(const Sources& sources, const Text& text) {
  nlohmann::json holes = nlohmann::json::array();
  const auto& runs = text.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : static_cast<std::uint32_t>(text.size());
    if (sources.describe(runs[i].position).kind == Origin::Kind::Hole) holes.push_back({runs[i].begin, end});
  }
  return holes;
}

/// A row for each path of each hook.
nlohmann::json renderings_of(const Sources& sources, const ProjectFacts& facts) {
  nlohmann::json rows = nlohmann::json::array();
  for (const HookFacts& hook : facts.hooks) {
    for (const PathFacts& path : hook.executing) {
      if (path.error) continue;
      const Text& text = path.rendering.text;
      rows.push_back({{"hook", hook.hook->id}, {"owner", hook.hook->owner}, {"phase", name_of(hook.hook->phase)}, {"order", hook.hook->order}, {"text", text.view()}, {"holes", holes_of(sources, text)}});
    }
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 2), argv + argc);
  const bool shows_errors = std::find(arguments.begin(), arguments.end(), "--errors") != arguments.end();
  const auto library = std::find(arguments.begin(), arguments.end(), "--dbt-macros");
  if (argc < 2) {
    std::cerr << "usage: hookc_survey PROJECT [--errors] [--dbt-macros DIR] [--renderings TARGET]\n";
    return 2;
  }
  nlohmann::ordered_json row{{"project", argv[1]}};
  try {
    const auto start = Clock::now();
    Sources sources;
    LoadOptions options;
    options.project_dir = argv[1];
    if (library != arguments.end() && library + 1 != arguments.end()) options.dbt_macros = *(library + 1);
    const auto project = load_project(sources, options);
    const double loaded = seconds_since(start);
    if (const auto wanted = std::find(arguments.begin(), arguments.end(), "--renderings"); wanted != arguments.end() && wanted + 1 != arguments.end()) {
      const Target* target = project->profile ? project->profile->find(*(wanted + 1)) : nullptr;
      if (target == nullptr) throw std::runtime_error{"there is no target `" + *(wanted + 1) + "`"};
      const ProjectFacts facts = collect_facts(sources, *project, sql::dialect_of_adapter(target->type), target);
      std::cout << renderings_of(sources, facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
      return 0;
    }
    std::size_t macros = 0;
    std::size_t broken = 0;
    nlohmann::json problems = nlohmann::json::array();
    for (const Package& package : project->packages) {
      if (package.is_internal && !options.dbt_macros) continue;
      for (const auto& [name, macro] : package.macros) {
        ++macros;
        const auto& problem = macro.body(sources).problem;
        if (!problem) continue;
        ++broken;
        problems.push_back(package.name + "." + name + ": " + problem->message);
      }
    }
    const ProjectFacts facts = collect_facts(sources, *project, sql::dialect_named(project->settings.dialect.value_or("generic")).value_or(sql::Dialect::Generic), nullptr);
    const Counts counts = count(sources, facts);
    const auto errors = std::count_if(project->diagnostics.begin(), project->diagnostics.end(), [](const Diagnostic& one) { return one.severity == Severity::Error; });
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    row.update(nlohmann::ordered_json{{"nodes", project->nodes.size()},
                                      {"macros", macros},
                                      {"broken_macros", broken},
                                      {"errors", errors},
                                      {"hooks", project->hooks.size()},
                                      {"enabled", counts.hooks},
                                      {"complete", counts.complete},
                                      {"evaluated", counts.evaluated},
                                      {"paths", counts.paths},
                                      {"bytes", counts.bytes},
                                      {"holes", counts.holes},
                                      {"load_seconds", loaded},
                                      {"seconds", seconds_since(start)},
                                      {"mib", usage.ru_maxrss / 1024}});
    if (shows_errors) {
      row["problems"] = problems;
      row["failures"] = counts.errors;
      nlohmann::json said = nlohmann::json::array();
      for (const Diagnostic& one : project->diagnostics) {
        const auto at = sources.locate(one.span);
        if (one.severity == Severity::Error) said.push_back((at ? at->file + ":" + std::to_string(at->line) + ": " : "") + one.message);
      }
      row["diagnostics"] = said;
    }
  } catch (const std::exception& error) {
    row["internal_error"] = error.what();
  }
  std::cout << row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  return row.contains("internal_error") ? 1 : 0;
}
