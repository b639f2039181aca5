// Context: the names that dbt gives to a template, and their values.
//
// Which values a name has depends on when a template is rendered: while dbt parses (`execute` false, stand-ins instead of the database), or at run time. One
// DbtContext is made for one template of one node; it answers Host::input and resolves macros as dbt does (the node's package, the root
// project, packages by name, `dbt`). It does not decide what a query answers: that is the host's part (hosts.h). What it asks of `Host::query`:
//   RunQuery        the table;
//   Statement       what `load_result` gives: a mapping of `response`, `data` and `table`;
//   AdapterExecute  a pair of response and table;  AddQuery: a pair;
//   AdapterMethod   what the method returns.
// Source of the semantics: dbt-core 1.12, core/dbt/context.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/host.h"
#include "compiler/project/generated_names.h"
#include "compiler/project/project.h"

namespace hookc {

/// Whose rendering it is. It decides what a name is that has no value: dbt's own default, a run-time parameter, or a symbol.
enum class Stage : std::uint8_t {
  Parse,    // the loader, as dbt parses
  Compile,  // what is known when the target is fixed; the rest is left to the run
  Explore,  // lint: everything that is not known is a symbol
  Run       // everything is known
};

/// What is known when a template is rendered. Everything that is not set is unknown (a symbol) under a host that explores, and an error or dbt's own default elsewhere.
struct Binding {
  std::optional<bool> execute;                        // nothing: open
  const Target* target = nullptr;                     // null: open; its domain is the profile's targets and "any other"
  std::optional<std::string> which;                   // flags.WHICH: `run`, `build`, ...
  std::optional<bool> full_refresh;
  std::optional<bool> is_incremental;                 // nothing: a question for the database
  std::optional<Text> invocation_id;                  // nothing: a run-time parameter
  std::optional<Text> run_started_at;                 // ISO 8601 with zone; nothing: a run-time parameter
  std::optional<Value> results;                       // on-run-end
  bool open_vars = false;                             // a var without a value is unknown, not an error
  bool open_environment = false;                      // so is an environment variable that is not set
  Stage stage = Stage::Parse;                         // set by the hosts of hosts.h
  bool nodes_are_settled = false;                     // while parsing: their configuration is merged, only what this one depends on can still change
  std::optional<std::string> adapter_type;            // of an open target, where a dialect was asked for
  std::optional<Value> schemas;                       // on-run-end
  std::optional<Value> database_schemas;              // on-run-end
  std::optional<Value> selected_resources;
  std::optional<Value> invocation_args;               // invocation_args_dict
  std::optional<Text> compiled_sql;                   // `sql` of the node
  GeneratedNames* generated_names = nullptr;          // shared by the explorations of one project; null: nothing is remembered
};

/// A name that is printed at run time: `invocation_id`, `run_started_at`, `env_var('X')`.
struct RuntimeParameter {
  std::string name;
  std::optional<std::string> default_value;
};

/// One `ref(...)` or `source(...)`, as it was written.
struct ReferenceCall {
  bool is_source = false;
  bool is_function = false;
  std::string package;         // of a ref: empty when it was not given; of a source: its name
  std::string name;
  std::optional<std::string> version;
  bool has_number = false;     // the version was given as one
  Span site;
};

/// The node that a reference means, seen from `package`: in the package that is named, else in that package, the root project, any other. Null when there is none.
const Node* resolve_reference(const Project& project, std::string_view package, const ReferenceCall& call);

class DbtContext {
 public:
  /// `node`: whose template it is; null for none. `phase`: of the hook, when it is one.
  DbtContext(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding);
  ~DbtContext();
  DbtContext(const DbtContext&) = delete;
  DbtContext& operator=(const DbtContext&) = delete;

  /// The value of a context name, macros included; nothing when dbt has no such name in this phase.
  std::optional<Value> input(Evaluator& evaluator, std::string_view name);
  /// All names that `input` answers, for "did you mean".
  [[nodiscard]] std::vector<std::string> names() const;

  /// What a template recorded with `config(...)`, in call order; each is the keywords of one call or its dict.
  [[nodiscard]] const std::vector<Arguments>& config_calls() const;
  /// Unique ids of what `ref` and `source` resolved to.
  [[nodiscard]] const std::vector<std::string>& references() const;
  /// The same calls as they were written, also those that resolved to nothing (the loader resolves them when all nodes are there).
  [[nodiscard]] const std::vector<ReferenceCall>& reference_calls() const;
  /// Run-time parameters that were handed out as unknowns, by the name of their symbol.
  [[nodiscard]] const std::map<std::string, RuntimeParameter, std::less<>>& parameters() const;
  [[nodiscard]] const Binding& binding() const;
  [[nodiscard]] const Project& project() const;
  [[nodiscard]] const Node* node() const;

  /// The adapter type of the target: `duckdb`; nothing when the target is open and the profile does not say.
  [[nodiscard]] std::optional<std::string> adapter_type() const;
  /// The relation of a node as the target and the project's `generate_*_name` macros make it.
  Value relation(Evaluator& evaluator, const Node& node);
  /// To be told of every question that a host which explores has answered.
  void note_answer(const Question& question, std::size_t answer);
  /// The macro that `name` means here, without a package; null when there is none.
  [[nodiscard]] const ProjectMacro* find_macro(std::string_view name) const;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookc
