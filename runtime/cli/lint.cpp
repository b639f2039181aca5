// hookc lint: findings in projects, in single files of them, or in one hook's text from standard input.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "analyzer/analyze.h"
#include "analyzer/baseline.h"
#include "analyzer/report/report.h"
#include "compiler/base/similar.h"
#include "compiler/parse/parse.h"
#include "compiler/project/dbt_macros.h"
#include "compiler/project/load.h"
#include "compiler/project/text_options.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/fixing.h"

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
  // pre-commit passes every changed file that looks like SQL or YAML, and says by this variable that it is the caller: most of a repository may be no dbt project
  const bool is_for_pre_commit = std::getenv("PRE_COMMIT") != nullptr;
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
    if (!root && is_for_pre_commit) continue;
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

/// The remedy for a rule that does not exist.
std::string rule_meant_by(const std::string& name) {
  std::vector<std::string> known;
  for (const Rule* rule : all_rules()) known.emplace_back(rule->name);
  std::string meant = did_you_mean(name, known);
  return meant.empty() ? "`hookc rules` lists them" : meant;
}

class Lint {
 public:
  Lint(const LintOptions& options, const GlobalOptions& globals, const Console& console) : options_(options), globals_(globals), console_(console) {}

  ExitStatus run() {
    if (!check_options()) return ExitStatus::CannotWork;
    if (options_.paths.size() == 1 && options_.paths.front() == "-") {
      if (!lint_text()) return ExitStatus::CannotWork;
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
        print_error(console_, fmt::format("there is no rule `{}`", name), rule_meant_by(name));
        return false;
      }
    }
    const bool is_text = options_.paths.size() == 1 && options_.paths.front() == "-";
    if (options_.diff && options_.format != "human") {
      print_error(console_, fmt::format("`--diff` writes a diff, and not `{}`", options_.format), "leave one of them out");
      return false;
    }
    if (options_.unsafe_fixes && !options_.fix && !options_.diff) {
      print_error(console_, "`--unsafe-fixes` alone changes nothing", "add `--fix`, or `--diff` to see them first");
      return false;
    }
    if ((options_.fix || options_.diff) && (is_text || !options_.targets.empty())) {
      print_error(console_, is_text ? "a hook from standard input has no file to fix" : "fixes are for all targets", "pass the project or files of it, without `--target`");
      return false;
    }
    return true;
  }

  AnalyzeOptions analyze_options(const Project& project) const {
    AnalyzeOptions analyze;
    analyze.rules = options_.rules;
    if (analyze.rules.empty()) {
      for (const auto& rule : project.settings.selected_rules) analyze.rules.push_back(rule.name);
    }
    analyze.ignored = options_.ignored;
    for (const auto& rule : project.settings.ignored_rules) analyze.ignored.push_back(rule.name);
    analyze.statements = options_.statements;
    return analyze;
  }

  /// Whether all rules that hookc.yml names are some; the others have been said then.
  bool check_settings(const OpenedProject& opened) const {
    const Project::Settings& settings = opened.project->settings;
    Diagnostics unknown;
    const auto check = [&](const Project::Settings::RuleName& rule) {
      if (find_rule(rule.name) == nullptr) unknown.push_back(make_diagnostic(Severity::Error, "SettingsError", fmt::format("there is no rule `{}`", rule.name), rule.span, rule_meant_by(rule.name)));
    };
    std::for_each(settings.selected_rules.begin(), settings.selected_rules.end(), check);
    std::for_each(settings.ignored_rules.begin(), settings.ignored_rules.end(), check);
    for (const auto& [rule, severity] : settings.severities) check(rule);
    for (const auto& rules : settings.per_path) std::for_each(rules.ignored_rules.begin(), rules.ignored_rules.end(), check);
    print_diagnostics(console_, unknown, *opened.sources);
    return unknown.empty();
  }

  Report report_of(Sources& sources, const Project& project, const Target* target) const {
    AnalyzeOptions analyze_with = analyze_options(project);
    analyze_with.target = target;
    const ChosenDialect chosen = dialect_for(project, dialect_, target);
    Report report = analyze(sources, project, chosen.dialect, analyze_with);
    if (chosen.dialect != sql::Dialect::Generic && !chosen.guessed_from.empty()) {
      report.notes.push_back(fmt::format("no profile says which database this is; {}: its dialect is taken", chosen.guessed_from));
    }
    return report;
  }

  /// Takes in what was asked for of a report; nothing when the baseline cannot be read.
  bool add(Report report, const Selection& selection, const OpenedProject& opened) {
    std::erase_if(report.findings, [&](const Finding& finding) { return !is_selected(selection, finding); });
    if (options_.baseline) {
      std::ifstream in{*options_.baseline, std::ios::binary};
      std::ostringstream json;
      json << in.rdbuf();
      const auto known = in ? apply_baseline(json.str(), *options_.baseline, report.findings) : std::nullopt;
      if (!known) {
        print_error(console_, fmt::format("`{}` is no baseline", *options_.baseline), "write one with --write-baseline");
        return false;
      }
      if (*known > 0) report.notes.push_back(fmt::format("{} finding{} of the baseline not shown", *known, *known == 1 ? "" : "s"));
    }
    if (options_.format == "human" && !options_.write_baseline && !options_.diff) write_findings(out_, report, *opened.sources, console_.color_out);
    reports_.push_back(std::move(report));
    const auto& fail_on = opened.project->settings.fail_on;
    if (fail_on && !options_.fail_on) fail_on_ = severity_named(*fail_on).value_or(Severity::Warning);
    return true;
  }

  bool lint_project(const fs::path& root, const Selection& selection) {
    auto opened = open_project(root.string(), std::nullopt, globals_, console_);
    if (!opened) return false;
    if (!check_settings(*opened)) return false;
    if (options_.fix || options_.diff) return fix_project(root, selection, std::move(*opened));
    const Project& project = *opened->project;
    if (options_.targets.empty()) return add(report_of(*opened->sources, project, nullptr), selection, *opened);
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
      if (!add(report_of(*opened->sources, project, target), selection, *opened)) return false;
    }
    return true;
  }

  /// Fixes are judged with all targets open, and every file of them is linted again before it is written.
  bool fix_project(const fs::path& root, const Selection& selection, OpenedProject opened) {
    std::optional<OpenedProject> changed;
    FixRequest request;
    request.unsafe = options_.unsafe_fixes;
    request.is_wanted = [&](const Finding& finding) { return is_selected(selection, finding); };
    request.lint_with = [&](const ReplacedFiles& files) -> std::optional<Report> {
      changed = open_changed_project(root.string(), files, globals_, console_);
      if (!changed) return std::nullopt;
      return report_of(*changed->sources, *changed->project, nullptr);
    };
    Report before = report_of(*opened.sources, *opened.project, nullptr);
    const Fixed fixed = find_fixes(*opened.sources, before, request);
    if (options_.diff) {
      for (const auto& [file, bytes] : fixed.files) diff_ += unified_diff(file, opened.sources->file_bytes(file).value_or(""), bytes);
      before.notes.push_back(fmt::format("{} finding{} can be fixed", fixed.count, fixed.count == 1 ? "" : "s"));
      return add(std::move(before), selection, opened);
    }
    for (const auto& [file, bytes] : fixed.files) {
      std::ofstream file_out{file, std::ios::binary | std::ios::trunc};
      file_out << bytes;
      if (!file_out.flush()) {
        print_error(console_, fmt::format("`{}` cannot be written", file));
        return false;
      }
    }
    auto after = request.lint_with({});
    if (!after) return false;
    after->notes.push_back(fmt::format("{} finding{} fixed", fixed.count, fixed.count == 1 ? "" : "s"));
    return add(std::move(*after), selection, *changed);
  }

  /// One hook's text, with no project around it: the post-hook of a model that nothing is known of.
  bool lint_text() {
    const OpenedProject opened{std::make_unique<Sources>(), std::make_unique<Project>()};
    Sources& sources = *opened.sources;
    Project& project = *opened.project;
    project.name = "stdin";
    project.root = ".";
    project.vars = std::make_shared<Dict>();
    project.cli_vars = std::make_shared<Dict>();
    Package package;
    package.name = "stdin";
    package.is_root = true;
    package.vars = std::make_shared<Dict>();
    project.packages.push_back(std::move(package));
    project.packages.push_back(make_dbt_package(sources));
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
    project.index_nodes();
    return add(report_of(sources, project, nullptr), all, opened);
  }

  ExitStatus finish() {
    const Report all = merge_reports(std::move(reports_));
    if (options_.write_baseline) {
      std::ofstream file{*options_.write_baseline, std::ios::binary | std::ios::trunc};
      file << write_baseline(all.findings, *options_.write_baseline);
      if (!file.flush()) {
        print_error(console_, fmt::format("`{}` cannot be written", *options_.write_baseline));
        return ExitStatus::CannotWork;
      }
      if (!console_.quiet) write_out(fmt::format("{} finding{} written to {}\n", all.findings.size(), all.findings.size() == 1 ? "" : "s", *options_.write_baseline));
      return ExitStatus::Clean;
    }
    if (options_.diff) {
      out_ << diff_;
      for (const std::string& note : all.notes) write_err(fmt::format("note: {}\n", note));
    } else if (options_.format == "json") write_json(out_, all, options_.statements);
    else if (options_.format == "sarif") write_sarif(out_, all);
    else if (options_.format == "github") write_github(out_, all);
    else if (options_.format == "gitlab") write_gitlab(out_, all);
    else if (options_.format == "junit") write_junit(out_, all);
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
  std::string diff_;
};

}  // namespace

ExitStatus run_lint(const LintOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  return Lint{options, globals, console}.run();
}

}  // namespace hookc
