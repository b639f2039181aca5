// Context: the names that dbt gives to a template, and their values.
//
// Which values a name has depends on when a template is rendered: while dbt parses (`execute` false, stand-ins instead of the database), or at run time. One
// DbtContext is made for one template of one node; it answers Host::input and resolves macros as dbt does (the node's package, the root
// project, packages by name, `dbt`). It does not decide what a query answers: that is the host's part (hosts.h).
// Source of the semantics: dbt-core 1.12, core/dbt/context.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/eval/host.h"
#include "compiler/project/project.h"

namespace hookc {

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
};

/// A name that is printed at run time: `invocation_id`, `run_started_at`, `env_var('X')`.
struct RuntimeParameter {
  std::string name;
  std::optional<std::string> default_value;
};

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

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookc
