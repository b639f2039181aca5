// Project: a dbt project as far as hooks are concerned, read from disk: its packages, macros, nodes, hooks in the order in which dbt runs them.
//
// Loading evaluates what dbt evaluates while it parses (the `config()` calls of a model, with `execute` false) and nothing more: no database, no
// compile. Everything that came out of a file keeps its bytes' origins, so a hook's text can be traced through YAML quoting or a string in a `config()` call.
// Source of the semantics: dbt-core 1.12 (hooks: docs.getdbt.com, "pre-hook & post-hook", "on-run-start & on-run-end").
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compiler/ast/ast.h"
#include "compiler/base/diagnostic.h"
#include "compiler/base/lazy.h"
#include "compiler/project/dbt_version.h"
#include "compiler/value/value.h"

namespace hookc {

enum class HookPhase : std::uint8_t { OnRunStart, PreHook, PostHook, OnRunEnd };
/// dbt's spelling: `on-run-start`, `pre-hook`, ...
std::string_view name_of(HookPhase phase);

/// One output of profiles.yml. Values keep their origins; passwords are left out of `fields` (as dbt leaves them out of `target`).
struct Target {
  std::string name;
  std::string type;      // adapter type: `duckdb`, `postgres`, `snowflake`, ...
  DictPtr fields;         // what `{{ target }}` shows
  DictPtr connection;     // everything, secrets included: for the adapter alone
  Span span;
  Diagnostics problems;   // fields that could not be rendered and are left out: an environment variable that is not set
};

struct Profile {
  std::string name;
  std::string default_target;  // the profile's `target:`, or `default`
  std::vector<Target> targets;
  [[nodiscard]] const Target* find(std::string_view target) const;
};

/// A macro, materialization or generic test. Its block is cut out of the file while loading and parsed when it is first called, so that a
/// package of a thousand macros costs nothing, and a broken macro harms nobody else.
struct ProjectMacro {
  /// What parsing gave: either both pointers, or the problem.
  struct Body {
    ast::CallablePtr callable;
    ast::TemplatePtr owner;    // the block alone
    std::optional<Diagnostic> problem;
  };
  std::string package;
  std::string name;            // as templates call it: `grant_all`, `materialization_mine_default`, `test_is_even`
  Span block;                  // all of it, in the file's Source
  Span head;                   // its opening tag, in the file's Source
  SourceId source{};           // the block alone; spans of its body index this one

  /// Parses the block the first time.
  [[nodiscard]] const Body& body(Sources& sources) const;

  Lazy<const Body> parsed;  // what `body` remembers
};

/// A package: the root project, an installed one, or one of `dbt`'s own macros: hookc's, or those of an installed dbt.
struct Package {
  std::string name;
  std::filesystem::path root;
  bool is_root = false;
  bool is_internal = false;                       // `dbt`, or an adapter's: searched after all others, and known as `dbt` only
  std::string adapter;                            // whose macros an internal one has: `postgres`; empty: those of all
  DictPtr vars;                                   // `vars:` of its dbt_project.yml
  std::map<std::string, ProjectMacro, std::less<>> macros;
};

enum class ResourceType : std::uint8_t { Model, Seed, Snapshot, Operation, Function, Source, Test, Other };
std::string_view name_of(ResourceType type);

/// What a template has called `ref` or `source` with.
struct NodeReference {
  bool is_source = false;
  std::string package;                 // of a ref: empty when it was not given; of a source: its name
  std::string name;
  std::optional<std::string> version;
  bool has_number = false;             // the version was given as one
};

struct Node {
  std::string unique_id;       // `model.pkg.name`, `source.pkg.schema.table`, `operation.pkg.pkg-on-run-start-0`
  ResourceType type = ResourceType::Model;
  std::string name;
  std::string package;
  std::vector<std::string> fqn;
  std::string path;            // as the user would write it, relative to the project
  std::string alias;           // identifier of the relation
  std::optional<Text> schema;  // custom schema as configured; nothing: the target's
  std::optional<Text> database;
  std::string materialized;    // `view`, `table`, `incremental`, `ephemeral`, `seed`, `snapshot`, or a project's own
  bool enabled = true;
  DictPtr config;              // resolved, with dbt's keys
  ast::TemplatePtr tmpl;       // the model's own text; null for seeds, sources
  std::string raw_code;
  std::vector<std::string> tags;
  std::vector<std::string> depends_on;  // unique ids that `ref` and `source` resolved to while parsing
  std::vector<NodeReference> references;  // calls of `ref` and `source` while parsing, in order, hooks after the text
  std::string source_name;     // of a source
  bool has_config_problem = false;  // `config()` could not be evaluated; a diagnostic says why

  /// What `model` and `graph.nodes` show of the node under every target; evaluations work on copies.
  Lazy<Dict> shown_as_model, shown_in_graph;
};

/// Where a hook's text stands.
enum class HookPlace : std::uint8_t { ProjectYml, PropertiesYml, ConfigCall };
std::string_view name_of(HookPlace place);

struct Hook {
  std::string id;              // what `ls` prints and globs match: `on-run-start.<package>.<index>`, `<model>.post-hook.<index>` (unique within the project)
  HookPhase phase = HookPhase::OnRunStart;
  std::string owner;           // the node's unique id; for run hooks the operation's: `operation.<pkg>.<pkg>-on-run-start-<k>`
  std::string package;         // whose macros are looked up first
  std::uint32_t order = 0;     // position in execution order within its phase and owner, from 0
  HookPlace place = HookPlace::ProjectYml;
  SourceId source{};           // the hook's template: its Text traces to the file
  ast::TemplatePtr tmpl;       // null when it does not parse: `problem` says why
  std::optional<Diagnostic> problem;
  /// Why dbt refuses the whole project for this hook's sake: what rendering it while parsing ends in. Only what is certain.
  std::optional<Diagnostic> refusal;
  bool transaction = true;
  bool enabled = true;
  bool is_dropped = false;     // not enabled because of `transaction: false`: dbt leaves it out without a word
  std::string why;             // why it does or does not run, for `ls`
  /// The expression in a `config()` call that was evaluated while parsing, when the hook is not a plain string literal: `post_hook=grant_all()`.
  std::optional<Span> frozen;
};

/// What the failure of a hook means. Default: as in dbt: of a node's hook, its node fails; of on-run-start, no node is run.
enum class OnError : std::uint8_t { Default, Abort, SkipModel, Continue, Warn };

/// An entry of hookc.yml's `hooks`.
struct PolicySetting {
  std::string match;                     // a glob over ids of hooks
  std::optional<OnError> on_error;
  std::optional<std::uint32_t> retries;
  std::optional<double> timeout_seconds;
};

struct Project {
  std::filesystem::path root;
  std::string name;
  std::string profile_name;
  std::optional<Profile> profile;          // nothing: no profiles.yml was found
  std::optional<std::string> target_name;  // asked for, else the profile's default; nothing: open
  std::vector<Package> packages;           // the root first, then by name, internal ones last, `dbt` the very last
  DbtVersion dbt_version = kNewestDbt;     // whose behaviour is followed
  bool start_failure_skips_nodes = true;   // a failed hook of on-run-start: the flag `skip_nodes_if_on_run_start_fails`
  DictPtr flags;                            // `flags:` of the root's dbt_project.yml; null: none
  DictPtr vars;                             // of the root project, the command line's already merged
  DictPtr cli_vars;
  std::map<std::string, std::vector<std::string>, std::less<>> dispatch;  // macro_namespace -> search_order
  std::vector<Node> nodes;                 // by unique id
  std::vector<Hook> hooks;                 // in dbt's execution order: on-run-start, nodes in dependency order (pre, post), on-run-end
  std::optional<std::map<std::string, std::string>> environment;  // what `env_var` reads; nothing: the process's
  std::set<std::string, std::less<>> documented_macros;  // named with a description under `macros:` of a properties file of the root project
  std::vector<std::string> installed_packages_missing;  // named in packages.yml, not there
  Diagnostics diagnostics;                 // what could not be read
  struct Settings {                        // hookc.yml
    std::optional<std::string> dialect;
    bool substitute_unsupported = false;
    struct RuleName {
      std::string name;                                                       // code or name, as written: whoever knows the rules checks it
      Span span;
    };
    std::vector<RuleName> selected_rules;                                     // empty: all
    std::vector<RuleName> ignored_rules;
    std::vector<std::pair<RuleName, Severity>> severities;
    struct PathRules {
      std::string glob;                                                       // over paths relative to the project
      std::vector<RuleName> ignored_rules;
    };
    std::vector<PathRules> per_path;
    std::vector<std::string> log_tables;                                      // globs over the parts of a relation's name
    std::vector<std::string> run_keys;                                        // further symbols that tell one run from another: `var('batch_id')`
    struct Budgets {                                                          // of one hook in lint; nothing: lint's own
      std::optional<std::uint64_t> paths, pieces, steps, output;              // pieces: prints and calls of all paths together; output in bytes
    } budgets;
    std::optional<std::string> fail_on;
    std::optional<std::filesystem::path> duckdb_library;  // relative to the project
    std::optional<std::filesystem::path> dbt_macros;      // the folder of an installed dbt
    std::optional<DbtVersion> dbt_version;
    std::uint64_t limit_factor = 1'000;    // of lint's budgets, for compile and run
    bool ledger_in_database = false;       // `ledger: database`
    std::string ledger_schema;             // of its table; empty: the target's
    std::vector<PolicySetting> policies;   // `hooks`
  } settings;

  /// Indices of `nodes` by name, made by `index_nodes`.
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> node_names;
  /// `quoting:` of the root's dbt_project.yml; null: none.
  DictPtr quoting;
  /// What dbt's manifest.json has of the graph: `nodes`, `sources`, `exposures`, ..; null without one.
  std::shared_ptr<const nlohmann::ordered_json> manifest;

  /// To be called when `nodes` has changed.
  void index_nodes();
  [[nodiscard]] const Node* find_node(std::string_view unique_id) const;
  [[nodiscard]] const Package* find_package(std::string_view package) const;
  /// The target that `target_name` names; null when the profile does not have it, or there is none.
  [[nodiscard]] const Target* active_target() const;
  /// The environment variable as the project sees it.
  [[nodiscard]] std::optional<std::string> environment_value(std::string_view variable) const;
};

struct LoadOptions {
  std::filesystem::path project_dir;
  std::optional<std::filesystem::path> profiles_dir;   // else DBT_PROFILES_DIR, the project's folder, ~/.dbt
  std::optional<std::string> target;
  DictPtr cli_vars;                                     // of --vars
  std::optional<std::string> profile;
  /// Names that `env_var` reads; null: the process's environment.
  std::optional<std::map<std::string, std::string>> environment;
  /// The folder of an installed dbt, whose macros are taken instead of hookc's own (see installed_dbt.h).
  std::optional<std::filesystem::path> dbt_macros;
  /// A manifest.json that dbt has written for the project.
  std::optional<std::filesystem::path> manifest;
  /// Nothing: hookc.yml's, else the newest.
  std::optional<DbtVersion> dbt_version;
  /// Bytes to read instead of a file's own, by its name as the user would write it: what a fix would make of it.
  std::map<std::string, std::string, std::less<>> replaced_files;
};

/// Reads a project. What cannot be read is a diagnostic and the rest is read all the same; nothing is only returned when there is no
/// readable dbt_project.yml, and `diagnostics` of the result then says so.
std::unique_ptr<Project> load_project(Sources& sources, const LoadOptions& options);

/// Reads of a project what a session needs: its profile, which `options` must name, and hookc.yml.
std::unique_ptr<Project> load_connection(Sources& sources, const LoadOptions& options);

}  // namespace hookc
