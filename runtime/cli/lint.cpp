// hookc lint: findings in projects, in single files of them, or in one hook's text from standard input.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "analyzer/analyze.h"
#include "analyzer/report/report.h"
#include "compiler/parse/parse.h"
#include "compiler/project/text_options.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"

namespace hookc {

namespace {

namespace fs = std::filesystem;

/// A project to lint, and which of its files were asked for (all, when none is named).
struct Selection {
  std::set<fs::path> files;
  bool whole = false;
};

constexpr std::size_t kMaxFolders = 100'000;

bool is_skipped_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == "dbt_packages" || name == "dbt_modules" || name == "target" || name == "node_modules" || (name.size() > 1 && name.front() == '.');
}

/// The projects below a folder that is none itself.
std::vector<fs::path> projects_below(const fs::path& folder) {
  std::vector<fs::path> roots;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::recursive_directory_iterator entry{folder, fs::directory_options::skip_permission_denied, error}, end; entry != end && seen < kMaxFolders; entry.increment(error)) {
    if (error) break;
    ++seen;
    if (entry->is_directory(error) && is_skipped_folder(entry->path())) entry.disable_recursion_pending();
    if (entry->path().filename() == "dbt_project.yml") roots.push_back(entry->path().parent_path());
  }
  std::sort(roots.begin(), roots.end());
  return roots;
}

/// What the paths of the command line come to, by project folder; nothing when one of them is no part of any project (it has been said then).
std::optional<std::map<fs::path, Selection>> select(const std::vector<std::string>& paths, const Console& console) {
  std::map<fs::path, Selection> selected;
  for (const std::string& name : paths) {
    const fs::path path = name;
    std::error_code error;
    if (!fs::exists(path, error)) {
      print_error(console, fmt::format("there is no `{}`", name), "pass a dbt project's folder, or files in one");
      return std::nullopt;
    }
    if (fs::is_directory(path, error)) {
      if (fs::exists(path / "dbt_project.yml", error)) {
        selected[path].whole = true;
        continue;
      }
      const std::vector<fs::path> below = projects_below(path);
      for (const fs::path& root : below) selected[root].whole = true;
      if (!below.empty()) continue;
    }
    const auto root = find_project_root(path);
    if (!root) {
      print_error(console, fmt::format("`{}` is not in a dbt project: there is no dbt_project.yml at or above it", name), "run hookc in a dbt project, or pass its folder");
      return std::nullopt;
    }
    selected[*root].files.insert(fs::weakly_canonical(path, error));
  }
  return selected;
}

bool is_selected(const Selection& selection, const Finding& finding) {
  if (selection.whole) return true;
  std::error_code error;
  const std::string file = fs::weakly_canonical(finding.location.file, error).string();
  return std::any_of(selection.files.begin(), selection.files.end(), [&](const fs::path& wanted) {
    const std::string prefix = wanted.string();
    return file == prefix || (file.size() > prefix.size() && file.starts_with(prefix) && file[prefix.size()] == '/');
  });
}

std::optional<Severity> severity_named(const std::string& name) {
  for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error}) {
    if (name == name_of(severity)) return severity;
  }
  return std::nullopt;
}

class Lint {
 public:
  Lint(const LintOptions& options, const GlobalOptions& globals, const Console& console) : options_(options), globals_(globals), console_(console) {}

  ExitStatus run() {
    if (!check_options()) return ExitStatus::CannotWork;
    if (options_.paths.size() == 1 && options_.paths.front() == "-") {
      lint_text();
    } else {
      const auto selected = select(options_.paths.empty() ? std::vector<std::string>{globals_.project_dir.value_or(".")} : options_.paths, console_);
      if (!selected) return ExitStatus::CannotWork;
      for (const auto& [root, selection] : *selected) {
        if (!lint_project(root, selection)) return ExitStatus::CannotWork;
      }
    }
    return finish();
  }

 private:
  bool check_options() {
    if (options_.dialect) {
      dialect_ = sql::dialect_named(*options_.dialect);
      if (!dialect_) {
        print_error(console_, fmt::format("there is no dialect `{}`", *options_.dialect), "known are duckdb, postgres, snowflake, bigquery, redshift, databricks, spark, trino, mysql, sqlite, clickhouse, sqlserver, generic");
        return false;
      }
    }
    for (const auto* names : {&options_.rules, &options_.ignored}) {
      for (const std::string& name : *names) {
        if (find_rule(name) != nullptr) continue;
        print_error(console_, fmt::format("there is no rule `{}`", name), "`hookc rules` lists them");
        return false;
      }
    }
    return true;
  }

  AnalyzeOptions analyze_options(const Project& project) const {
    AnalyzeOptions analyze;
    analyze.rules = options_.rules;
    analyze.ignored = options_.ignored;
    analyze.ignored.insert(analyze.ignored.end(), project.settings.ignored_rules.begin(), project.settings.ignored_rules.end());
    analyze.statements = options_.statements;
    return analyze;
  }

  void analyze_one(Sources& sources, const Project& project, const Target* target, const Selection& selection) {
    AnalyzeOptions analyze_with = analyze_options(project);
    analyze_with.target = target;
    Report report = analyze(sources, project, dialect_for(project, dialect_, target), analyze_with);
    std::erase_if(report.findings, [&](const Finding& finding) { return !is_selected(selection, finding); });
    if (options_.format == "human") write_findings(out_, report, sources, console_.color_out);
    reports_.push_back(std::move(report));
    if (project.settings.fail_on && !options_.fail_on) fail_on_ = severity_named(*project.settings.fail_on).value_or(Severity::Warning);
  }

  bool lint_project(const fs::path& root, const Selection& selection) {
    auto opened = open_project(root.string(), std::nullopt, globals_, console_);
    if (!opened) return false;
    const Project& project = *opened->project;
    if (options_.targets.empty()) {
      analyze_one(*opened->sources, project, nullptr, selection);
      return true;
    }
    for (const std::string& name : options_.targets) {
      const Target* target = project.profile ? project.profile->find(name) : nullptr;
      if (target == nullptr) {
        std::vector<std::string> known;
        if (project.profile) {
          for (const Target& each : project.profile->targets) known.push_back(each.name);
        }
        print_error(console_, fmt::format("profile `{}` has no target `{}`", project.profile_name, name), known.empty() ? "no profiles.yml was found" : fmt::format("it has {}", fmt::join(known, ", ")));
        return false;
      }
      analyze_one(*opened->sources, project, target, selection);
    }
    return true;
  }

  /// One hook's text, with no project around it: the post-hook of a model that nothing is known of.
  void lint_text() {
    Sources sources;
    Project project;
    project.name = "stdin";
    project.root = ".";
    project.vars = std::make_shared<Dict>();
    project.cli_vars = std::make_shared<Dict>();
    Package package;
    package.name = "stdin";
    package.is_root = true;
    package.vars = std::make_shared<Dict>();
    project.packages.push_back(std::move(package));
    Node node;
    node.unique_id = "model.stdin.this_model";
    node.name = node.alias = "this_model";
    node.package = "stdin";
    node.fqn = {"stdin", "this_model"};
    node.path = "<stdin>";
    node.config = std::make_shared<Dict>();
    project.nodes.push_back(std::move(node));
    Hook hook;
    hook.id = "stdin";
    hook.phase = HookPhase::PostHook;
    hook.owner = "model.stdin.this_model";
    hook.package = "stdin";
    hook.source = sources.add_file("<stdin>", read_input("-"));
    auto parsed = parse_template(sources, hook.source, dbt_text_options());
    if (auto* tmpl = std::get_if<ast::TemplatePtr>(&parsed)) hook.tmpl = *tmpl;
    else hook.problem = std::get<Diagnostic>(parsed);
    project.hooks.push_back(std::move(hook));
    Selection all;
    all.whole = true;
    analyze_one(sources, project, nullptr, all);
  }

  ExitStatus finish() {
    const Report all = merge_reports(std::move(reports_));
    if (options_.format == "json") write_json(out_, all, options_.statements);
    else if (!console_.quiet) write_summary(out_, all, console_.color_out);
    write_out(out_.str());
    if (options_.fail_on) fail_on_ = severity_named(*options_.fail_on).value_or(Severity::Warning);
    const bool found = std::any_of(all.findings.begin(), all.findings.end(), [&](const Finding& finding) { return finding.severity >= fail_on_; });
    return found ? ExitStatus::Findings : ExitStatus::Clean;
  }

  const LintOptions& options_;
  const GlobalOptions& globals_;
  const Console& console_;
  std::optional<sql::Dialect> dialect_;
  Severity fail_on_ = Severity::Warning;
  std::vector<Report> reports_;
  std::ostringstream out_;
};

}  // namespace

ExitStatus run_lint(const LintOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  return Lint{options, globals, console}.run();
}

}  // namespace hookc
