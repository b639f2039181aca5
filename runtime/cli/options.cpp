#include "runtime/cli/options.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

namespace hookc {

namespace {

constexpr const char* kHumanOrJson = "how the result is written: human or json";
constexpr const char* kTarget = "a target of profiles.yml (default: the profile's own)";

void add_globals(CLI::App& app, GlobalOptions& globals) {
  app.add_option("--project-dir", globals.project_dir, "the folder of dbt_project.yml (default: PATH, or the working directory, or one above it)")
      ->type_name("DIR")
      ->group("Everywhere");
  app.add_option("--profiles-dir", globals.profiles_dir, "the folder of profiles.yml (default: DBT_PROFILES_DIR, the project, ~/.dbt)")
      ->type_name("DIR")
      ->group("Everywhere");
  app.add_option("--vars", globals.vars, "variables of the project, as YAML or JSON; they win over the project's own")
      ->type_name("YAML")
      ->group("Everywhere");
  app.add_option("--manifest", globals.manifest, "dbt's target/manifest.json of the project: its graph is taken, and where it disagrees is said")
      ->type_name("FILE")
      ->group("Everywhere");
  app.add_option("--dbt-macros", globals.dbt_macros, "the site-packages folder of an installed dbt: its macros are taken instead of hookc's own")
      ->type_name("DIR")
      ->group("Everywhere");
  app.add_option("--dbt-compat", globals.dbt_compat, "the release of dbt to behave like: 1.8, 1.9, 1.10, 1.11 or 1.12 (default)")
      ->type_name("V")
      ->group("Everywhere");
  app.add_option("--color", globals.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->group("Everywhere");
  app.add_flag("--quiet", globals.quiet, "print the result and errors only")->group("Everywhere");
}

void add_format(CLI::App& app, std::string& format) {
  app.add_option("--format", format, kHumanOrJson)->check(CLI::IsMember({"human", "json"}))->type_name("F");
}

CLI::App* add_lint(CLI::App& app, LintOptions& options) {
  CLI::App* lint = app.add_subcommand("lint", "find what is wrong with hooks, on every path through their templates");
  lint->add_option("path", options.paths, "projects, folders or files; `-` reads one hook from standard input")->type_name("PATH");
  lint->add_option("--target", options.targets, "look at this target only; may be repeated (default: all)")->type_name("T")->allow_extra_args(false);
  lint->add_option("--dialect", options.dialect, "the SQL dialect where no target tells it: postgres, snowflake, duckdb, ...")->type_name("D");
  lint->add_option("--format", options.format, "how the result is written: human, json, sarif, github, gitlab or junit")
      ->check(CLI::IsMember({"human", "json", "sarif", "github", "gitlab", "junit"}))
      ->type_name("F");
  lint->add_option("--rules", options.rules, "only these rules, by code or name")->delimiter(',')->type_name("C,..")->allow_extra_args(false);
  lint->add_option("--ignore", options.ignored, "without these rules")->delimiter(',')->type_name("C,..")->allow_extra_args(false);
  lint->add_option("--fail-on", options.fail_on, "the least severity that gives exit status 1 (default: warning)")
      ->check(CLI::IsMember({"info", "warning", "error"}))
      ->type_name("S");
  lint->add_flag("--statements", options.statements, "add each statement's verdict to the JSON");
  lint->add_flag("--fix", options.fix, "put safe fixes into the files, and report what is left");
  lint->add_flag("--unsafe-fixes", options.unsafe_fixes, "with --fix or --diff: those fixes too that change what a hook does");
  lint->add_flag("--diff", options.diff, "show what --fix would change, and change nothing");
  lint->add_option("--baseline", options.baseline, "leave out the findings that this file knows")->type_name("FILE");
  lint->add_option("--write-baseline", options.write_baseline, "write the findings to this file, for --baseline")->type_name("FILE");
  lint->footer(
      "Examples:\n"
      "  hookc lint                                      the project around the working directory\n"
      "  hookc lint models/marts --fail-on error         the hooks of one folder\n"
      "  hookc lint --target prod --format json          one target, for a program\n"
      "  echo 'grant select on t to public' | hookc lint - --dialect postgres");
  return lint;
}

CLI::App* add_compile(CLI::App& app, CompileOptions& options) {
  CLI::App* compile = app.add_subcommand("compile", "turn hooks into SQL artifacts for one target");
  compile->add_option("path", options.path, "the project")->type_name("PATH");
  compile->add_option("--target", options.target, kTarget)->type_name("T");
  compile->add_option("--command", options.command, "the dbt command that hooks see as flags.WHICH (default: run)")
      ->check(CLI::IsMember({"run", "build", "seed", "snapshot", "test"}))
      ->type_name("C");
  compile->add_flag("--full-refresh", options.full_refresh, "flags.FULL_REFRESH is true");
  compile->add_option("--out", options.out, "where the artifacts go (default: target/hookc in the project)")->type_name("DIR");
  compile->add_option("--detach", options.detach, "also make a project under which dbt builds the same models without the hooks, for hookc to run them")->type_name("DIR");
  compile->add_flag("--strict", options.strict, "fail when a hook needs the database to be known");
  compile->add_flag("--check", options.check, "write nothing; fail when the artifacts that are there differ");
  compile->footer(
      "Examples:\n"
      "  hookc compile --target prod                     target/hookc/manifest.json and one .sql file for each hook\n"
      "  hookc compile --target prod --strict            refuse hooks that only a live database decides\n"
      "  hookc compile --target prod --check             in a pipeline: are the committed artifacts up to date?");
  return compile;
}

CLI::App* add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "execute hooks on the target's database, in dbt's order");
  run->add_option("path", options.path, "the project")->type_name("PATH");
  run->add_option("--artifacts", options.artifacts, "run what `hookc compile` wrote to this folder")->type_name("DIR");
  run->add_option("--target", options.target, kTarget)->type_name("T");
  run->add_option("--phase", options.phases, "only this phase; may be repeated")
      ->check(CLI::IsMember({"on-run-start", "pre-hook", "post-hook", "on-run-end"}))
      ->type_name("P")
      ->allow_extra_args(false);
  run->add_option("--select", options.select, "only these nodes, in dbt's selection syntax; may be repeated")
      ->type_name("NODES")
      ->allow_extra_args(false);
  run->add_option("--exclude", options.exclude, "without these nodes; may be repeated")->type_name("NODES")->allow_extra_args(false);
  run->add_option("--hooks", options.hooks, "only hooks whose id (see `hookc ls`) matches; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  run->add_option("--no-hooks", options.no_hooks, "without hooks whose id matches; may be repeated")->type_name("GLOB")->allow_extra_args(false);
  run->add_option("--results", options.results, "dbt's run_results.json, which on-run-end hooks see as `results`")->type_name("FILE");
  run->add_flag("--build-models", options.build_models, "build the project's models too, so that node hooks run around them");
  run->add_flag("--full-refresh", options.full_refresh, "flags.FULL_REFRESH is true");
  run->add_flag("--dry-run", options.dry_run, "say what would be executed, and execute nothing");
  run->add_flag("--resume", options.resume, "go on with the last run, which broke off: what it has done is not done again");
  run->add_flag("--same-run", options.same_run, "these phases belong to the run before: its invocation_id, its run_started_at");
  run->add_option("--doubtful", options.doubtful, "with --resume: what to think of a step of which nobody knows whether it took effect")
      ->check(CLI::IsMember({"done", "repeat"}))
      ->type_name("W");
  run->add_option("--log-format", options.log_format, "how progress is written: text, or json (one object a line, on standard output)")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("F");
  run->add_flag("--fail-fast", options.fail_fast, "stop at the first hook that fails");
  run->footer(
      "Examples:\n"
      "  hookc run --target prod --build-models          the whole lifecycle: hooks and models\n"
      "  hookc run --artifacts target/hookc --target prod --results target/run_results.json --phase on-run-end\n"
      "  hookc run --hooks 'on-run-start.*' --dry-run    what would the hooks of the start do?");
  return run;
}

CLI::App* add_verify(CLI::App& app, VerifyOptions& options) {
  CLI::App* verify = app.add_subcommand("verify", "run every hook twice on a scratch database, and compare the states");
  verify->add_option("path", options.path, "the project")->type_name("PATH");
  verify->add_option("--target", options.target, kTarget)->type_name("T");
  add_format(*verify, options.format);
  verify->footer(
      "The target's own database is only read: the project's sources are copied from it, up to a hundred rows each. On PostgreSQL the\n"
      "scratch database is made on the target's server, and dropped again; the user needs CREATEDB.\n"
      "Example:\n  hookc verify --target dev");
  return verify;
}

CLI::App* add_history(CLI::App& app, HistoryOptions& options) {
  CLI::App* history = app.add_subcommand("history", "past runs: recent, failed, slow");
  history->add_option("path", options.path, "the project")->type_name("PATH");
  history->add_option("--artifacts", options.artifacts, "of the runs of these artifacts")->type_name("DIR");
  history->add_flag("--failed", options.failed, "only runs that failed or broke off");
  history->add_flag("--slow", options.slow, "the longest first");
  history->add_option("--slower-than", options.slower_than, "only runs that took longer")->type_name("SECONDS")->check(CLI::NonNegativeNumber);
  history->add_option("--limit", options.limit, "at most so many (default 20)")->type_name("N")->check(CLI::PositiveNumber);
  add_format(*history, options.format);
  return history;
}

CLI::App* add_ls(CLI::App& app, LsOptions& options) {
  CLI::App* ls = app.add_subcommand("ls", "list hooks in execution order: where each is defined, and why it does or does not run");
  ls->add_option("path", options.path, "the project")->type_name("PATH");
  ls->add_option("--target", options.target, kTarget)->type_name("T");
  add_format(*ls, options.format);
  return ls;
}

CLI::App* add_explain(CLI::App& app, ExplainOptions& options) {
  CLI::App* explain = app.add_subcommand("explain", "what a rule finds, why, and what to do about it");
  explain->add_option("code", options.code, "the rule's code or name")->required()->type_name("CODE");
  explain->add_option("--format", options.format, "how the page is written: human or markdown")->check(CLI::IsMember({"human", "markdown"}))->type_name("F");
  explain->footer("Example:\n  hookc explain HK201");
  return explain;
}

CLI::App* add_rules(CLI::App& app, RulesOptions& options) {
  CLI::App* rules = app.add_subcommand("rules", "list the rules");
  add_format(*rules, options.format);
  return rules;
}

CLI::App* add_render(CLI::App& app, RenderOptions& options) {
  CLI::App* render = app.add_subcommand("render", "render a Jinja template, without dbt's context");
  render->add_option("file", options.file, "the template (default: standard input)")->type_name("FILE");
  render->add_option("--context", options.context, "the template's names and their values")->type_name("JSON");
  render->add_flag("--batch", options.batch, "a template as JSON on each line of standard input, a result on each of standard output");
  render->footer("Example:\n  echo 'hello {{ name }}' | hookc render --context '{\"name\": \"world\"}'\n"
                 "A line of a batch:\n  {\"id\": 1, \"kind\": \"render\", \"source\": \"{{ x }}\", \"context\": {\"x\": 2}, \"env\": {\"trim_blocks\": true}}\n"
                 "Its kind is one of render, expression, native (the repr of what dbt makes of the text in YAML), compile_ok and syntax_error.");
  return render;
}

/// The commands of this build, each with where its options go.
class Commands {
 public:
  explicit Commands(CLI::App& app) {
    offer(add_lint(app, lint_), lint_);
    offer(add_compile(app, compile_), compile_);
    offer(add_run(app, run_), run_);
    offer(add_verify(app, verify_), verify_);
    offer(add_ls(app, ls_), ls_);
    offer(add_history(app, history_), history_);
    offer(add_explain(app, explain_), explain_);
    offer(add_rules(app, rules_), rules_);
    offer(add_render(app, render_), render_);
    for (const auto& offered : offered_) add_globals(*offered.app, globals_);
    add_globals(app, globals_);
  }
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  [[nodiscard]] std::optional<Invocation> chosen() const {
    for (const auto& offered : offered_) {
      if (offered.app->parsed()) return Invocation{globals_, offered.options()};
    }
    return std::nullopt;
  }

 private:
  struct Offered {
    CLI::App* app;
    std::function<CommandOptions()> options;
  };
  template <class Options>
  void offer(CLI::App* app, const Options& options) {
    offered_.push_back({app, [&options] { return CommandOptions{options}; }});
  }

  GlobalOptions globals_;
  LintOptions lint_;
  CompileOptions compile_;
  RunOptions run_;
  VerifyOptions verify_;
  LsOptions ls_;
  HistoryOptions history_;
  ExplainOptions explain_;
  RulesOptions rules_;
  RenderOptions render_;
  std::vector<Offered> offered_;
};

}  // namespace

std::variant<Invocation, ExitStatus> parse_command_line(int argc, const char* const* argv) {
  CLI::App app{"hookc: a compiler, a linter and a runner for the operational hooks of dbt projects", "hookc"};
  app.set_version_flag("--version", "hookc " HOOKC_VERSION);
  app.require_subcommand(0, 1);  // none at all is answered with the help
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return "error: " + std::string{error.what()} + "\n  help: see `" + failed->get_display_name() + " --help`\n";
  });
  app.footer(
      "Exit status: 0 clean, 1 findings or a failed hook, 2 hookc could not do its work.\n"
      "Standard output carries the result, standard error everything else.\n\n"
      "Examples:\n"
      "  hookc lint                                      find what is wrong with the project's hooks\n"
      "  hookc compile --target prod                     write them as SQL artifacts\n"
      "  hookc run --target prod                         execute them\n"
      "  hookc <command> --help                          more of each");
  const Commands commands{app};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Zero is help or the version, on standard output; all else is a usage error, on standard error.
    return app.exit(error) == 0 ? ExitStatus::Clean : ExitStatus::CannotWork;
  }
  if (auto invocation = commands.chosen()) return *std::move(invocation);
  std::cerr << app.help();
  return ExitStatus::CannotWork;
}

}  // namespace hookc
