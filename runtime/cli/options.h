// Options: the command line as data. `parse_command_line` is the only place that knows how it is written; commands see these structures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hookc {

enum class ExitStatus : std::uint8_t {
  Clean = 0,
  Findings = 1,   // or a failed hook
  CannotWork = 2  // usage, an unreadable project, no connection
};

/// Taken by every command.
struct GlobalOptions {
  std::optional<std::string> project_dir;
  std::optional<std::string> profiles_dir;
  std::optional<std::string> vars;  // YAML or JSON
  std::optional<std::string> manifest;    // a manifest.json of dbt's
  std::optional<std::string> dbt_macros;  // the folder of an installed dbt
  std::optional<std::string> dbt_compat;  // 1.8 .. 1.12
  std::string color = "auto";       // auto, always, never
  bool quiet = false;
};

struct LintOptions {
  std::vector<std::string> paths;  // files or folders; `-` is standard input
  std::vector<std::string> targets;
  std::optional<std::string> dialect;
  std::string format = "human";  // human, json, sarif, github, gitlab, junit
  std::vector<std::string> rules;
  std::vector<std::string> ignored;
  std::optional<std::string> fail_on;  // info, warning, error; nothing: hookc.yml's, else warning
  bool statements = false;
  bool fix = false;           // put safe fixes into the files
  bool unsafe_fixes = false;  // and those that change what a hook does
  bool diff = false;          // show what would be put in, and write nothing
  std::optional<std::string> baseline;        // a file of findings that are known
  std::optional<std::string> write_baseline;  // where to write one
};

struct CompileOptions {
  std::optional<std::string> path;
  std::optional<std::string> target;
  std::string command = "run";  // dbt's command, which hooks see as flags.WHICH
  bool full_refresh = false;
  std::optional<std::string> out;  // nothing: target/hookc in the project
  std::optional<std::string> detach;  // the folder of a project without hooks
  bool strict = false;
  bool check = false;
};

struct RunOptions {
  std::optional<std::string> path;
  std::optional<std::string> artifacts;
  std::optional<std::string> target;
  std::vector<std::string> phases;
  std::vector<std::string> select;     // nodes, in dbt's words
  std::vector<std::string> exclude;
  std::vector<std::string> hooks;  // globs over the ids that `ls` prints
  std::vector<std::string> no_hooks;
  std::optional<std::string> results;  // a run_results.json
  std::string log_format = "text";     // text, json
  bool build_models = false;
  bool dry_run = false;
  bool resume = false;
  bool same_run = false;
  std::optional<std::string> doubtful;  // done, repeat
  bool fail_fast = false;
  bool full_refresh = false;
};

struct VerifyOptions {
  std::optional<std::string> path;
  std::optional<std::string> target;
  std::string format = "human";  // human, json
};

struct LsOptions {
  std::optional<std::string> path;
  std::optional<std::string> target;
  std::string format = "human";  // human, json
};

struct HistoryOptions {
  std::optional<std::string> path;
  std::optional<std::string> artifacts;
  bool failed = false;
  bool slow = false;                  // longest first
  std::optional<double> slower_than;  // seconds
  std::size_t limit = 20;
  std::string format = "human";       // human, json
};

struct ExplainOptions {
  std::string code;
  std::string format = "human";  // human, markdown
};

struct RulesOptions {
  std::string format = "human";  // human, json
};

struct RenderOptions {
  std::optional<std::string> file;     // nothing or `-`: standard input
  std::optional<std::string> context;  // a JSON object
  bool batch = false;
};

using CommandOptions = std::variant<LintOptions, CompileOptions, RunOptions, VerifyOptions, LsOptions, HistoryOptions, ExplainOptions, RulesOptions, RenderOptions>;

struct Invocation {
  GlobalOptions globals;
  CommandOptions command;
};

/// The command that was asked for; or the exit status, when help, the version or a usage error has been printed instead.
std::variant<Invocation, ExitStatus> parse_command_line(int argc, const char* const* argv);

}  // namespace hookc
