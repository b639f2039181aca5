// DbtContext::Impl: the state of one context, and the makers of its values. Nothing outside of this folder includes this header.
//
// Functions that a template gets refer to the Impl; they do not outlive the host that owns the context.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/project/context.h"
#include "compiler/project/relation.h"

namespace hookc {

struct DbtContext::Impl {
  using Method = Value (Impl::*)(Evaluator&, const Arguments&);
  using Maker = std::optional<Value> (Impl::*)(Evaluator&);

  Impl(Sources& all_sources, const Project& its_project, const Node* its_node, std::optional<HookPhase> its_phase, const Binding& its_binding)
      : sources(all_sources), project(its_project), node(its_node), phase(its_phase), binding(its_binding) {}

  Sources& sources;
  const Project& project;
  const Node* node;  // null: none
  std::optional<HookPhase> phase;
  Binding binding;

  std::vector<Arguments> config_calls;
  std::vector<std::string> references;
  std::vector<ReferenceCall> reference_calls;
  std::map<std::string, RuntimeParameter, std::less<>> parameters;

  std::map<std::string, Value, std::less<>> statement_results;
  std::set<std::string, std::less<>> consumed_results;
  std::map<std::string, ast::TemplatePtr, std::less<>> templates;  // nested texts, parsed once
  std::map<std::string, Value, std::less<>> relations;             // by unique id
  bool is_naming = false;                                          // a `generate_*_name` macro is running
  std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);  // as long as there is somebody to make what is late
  std::vector<AnsweredQuestion> asked_for_name;                    // by that macro

  // ------------------------------------------------------------------------------------------------ what every maker needs
  [[nodiscard]] const std::string& package() const { return node != nullptr ? node->package : project.name; }
  [[nodiscard]] bool is_operation() const { return node == nullptr || node->type == ResourceType::Operation; }
  [[nodiscard]] bool explores() const { return binding.stage == Stage::Explore; }
  /// Whether the names of relations are made when someone looks at them: where each name asks questions, and one evaluator alone will do so.
  [[nodiscard]] bool names_late() const { return explores() || binding.nodes_are_settled; }
  /// Lint wants to know what is reached while dbt parses, although nothing is sent then.
  void note_unsent(Evaluator& evaluator, Query::Kind kind, std::string_view method, const Value& sql) const;
  [[nodiscard]] bool executes(Evaluator& evaluator);
  /// A text that the world handed in under the name `symbol`.
  [[nodiscard]] Value input_text(std::string_view symbol, std::string_view bytes);
  /// Every text in `value` under the symbol of its path.
  [[nodiscard]] Value as_input(std::string_view symbol, const Value& value);
  [[nodiscard]] Value function(std::string name, Method method);
  /// An unknown that a run can print, and remembers it.
  [[nodiscard]] Value parameter(RuntimeParameter parameter);
  /// `text` rendered in the current context, as dbt's `render` does; as it is when it holds no Jinja.
  [[nodiscard]] Text render_text(Evaluator& evaluator, const Text& text);
  [[nodiscard]] std::optional<std::string> adapter_type() const;
  [[nodiscard]] RelationRules rules() const { return relation_rules(adapter_type().value_or("")); }
  void record(Evaluator& evaluator, Event::Kind kind, Text text) const;
  /// Raised with dbt's class of error.
  [[noreturn]] void fail_compilation(Evaluator& evaluator, std::string message) const { evaluator.raise("CompilationError", std::move(message)); }

  // ------------------------------------------------------------------------------------------------ context.cpp
  [[nodiscard]] std::optional<Value> input(Evaluator& evaluator, std::string_view name);
  /// A name of dbt's own, whatever macros there are.
  [[nodiscard]] std::optional<Value> builtin(Evaluator& evaluator, std::string_view name);
  [[nodiscard]] std::vector<std::string> names() const;

  // ------------------------------------------------------------------------------------------------ macro_lookup.cpp
  [[nodiscard]] const ProjectMacro* find_macro(std::string_view name) const;
  [[nodiscard]] const ProjectMacro* find_internal_macro(std::string_view name) const;
  [[nodiscard]] const ProjectMacro* find_macro_in(std::string_view package, std::string_view name) const;
  [[nodiscard]] std::optional<Value> macro_or_package(Evaluator& evaluator, std::string_view name);
  [[nodiscard]] Value macro_value(const ProjectMacro& macro) const;
  [[nodiscard]] Value package_namespace(std::string_view name);
  [[nodiscard]] bool is_missing_package(std::string_view name) const;
  /// Whether an undefined name is used as the name of a package, in a project of which some are missing.
  [[nodiscard]] bool may_be_package(const Evaluator& evaluator, std::string_view name) const;
  /// `config` of the adapter, of `ref` and of `source`: the project's settings.
  [[nodiscard]] Value project_config(Evaluator& evaluator);
  /// A macro of a package that is not installed: calling it gives an unknown.
  [[nodiscard]] Value missing_macro(std::string_view package, std::string_view name);
  Value dispatch(Evaluator& evaluator, const Arguments& arguments);
  [[nodiscard]] std::vector<std::string> dispatch_prefixes(Evaluator& evaluator);

  // ------------------------------------------------------------------------------------------------ context_values.cpp
  std::optional<Value> execute_value(Evaluator& evaluator);
  std::optional<Value> this_value(Evaluator& evaluator);
  std::optional<Value> target_value(Evaluator& evaluator);
  std::optional<Value> flags_value(Evaluator& evaluator);
  std::optional<Value> model_value(Evaluator& evaluator);
  std::optional<Value> graph_value(Evaluator& evaluator);
  Value function_reference(Evaluator& evaluator, const Arguments& arguments);
  Value metric(Evaluator& evaluator, const Arguments& arguments);
  [[nodiscard]] Value manifest_section(std::string_view name);
  std::optional<Value> database_value(Evaluator& evaluator);
  std::optional<Value> schema_value(Evaluator& evaluator);
  std::optional<Value> sql_value(Evaluator& evaluator);
  std::optional<Value> pre_hooks_value(Evaluator& evaluator);
  std::optional<Value> post_hooks_value(Evaluator& evaluator);
  std::optional<Value> sql_now_value(Evaluator& evaluator);
  std::optional<Value> defer_relation_value(Evaluator& evaluator);
  std::optional<Value> invocation_id_value(Evaluator& evaluator);
  std::optional<Value> run_started_at_value(Evaluator& evaluator);
  std::optional<Value> thread_id_value(Evaluator& evaluator);
  std::optional<Value> project_name_value(Evaluator& evaluator);
  std::optional<Value> dbt_version_value(Evaluator& evaluator);
  std::optional<Value> selected_resources_value(Evaluator& evaluator);
  std::optional<Value> invocation_args_value(Evaluator& evaluator);
  std::optional<Value> metadata_envs_value(Evaluator& evaluator);
  std::optional<Value> results_value(Evaluator& evaluator);
  std::optional<Value> schemas_value(Evaluator& evaluator);
  std::optional<Value> database_schemas_value(Evaluator& evaluator);
  [[nodiscard]] Value target_field(std::string_view name);
  [[nodiscard]] Value open_target();
  [[nodiscard]] Value hooks_of(std::string_view key);
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> environment_with_prefix(std::string_view prefix) const;

  // ------------------------------------------------------------------------------------------------ node_values.cpp
  /// The one that is rendered as `model`, which has no nones; any as an item of `graph`.
  enum class ShownAs : std::uint8_t { Model, InGraph };
  [[nodiscard]] DictPtr shown_node(const Node& shown, ShownAs as);
  [[nodiscard]] DictPtr make_shown_node(const Node& shown, ShownAs as);
  [[nodiscard]] Value node_entry(const Node& shown, ShownAs as, const Relation* own, const Dict::Entry& entry);
  /// The node as `model` and `graph.nodes` show it.
  [[nodiscard]] Value shown_reference(const NodeReference& one, const std::string& prefix, ShownAs as);
  [[nodiscard]] Value node_dict(Evaluator& evaluator, const Node& shown, ShownAs as, bool with_relation);

  // ------------------------------------------------------------------------------------------------ objects
  std::optional<Value> context_value(Evaluator& evaluator);     // objects.cpp
  std::optional<Value> ref_value(Evaluator& evaluator);
  std::optional<Value> source_value(Evaluator& evaluator);
  std::optional<Value> builtins_value(Evaluator& evaluator);
  std::optional<Value> api_value(Evaluator& evaluator);
  std::optional<Value> column_value(Evaluator& evaluator);
  std::optional<Value> validation_value(Evaluator& evaluator);
  std::optional<Value> adapter_value(Evaluator& evaluator);     // adapter_object.cpp
  std::optional<Value> exceptions_value(Evaluator& evaluator);  // exceptions_object.cpp
  std::optional<Value> modules_value(Evaluator& evaluator);
  std::optional<Value> config_value(Evaluator& evaluator);      // config_object.cpp
  std::optional<Value> var_value(Evaluator& evaluator);         // variables.cpp

  // ------------------------------------------------------------------------------------------------ functions
  Value env_var(Evaluator& evaluator, const Arguments& arguments);            // variables.cpp
  Value var(Evaluator& evaluator, const Arguments& arguments);
  [[nodiscard]] const Value* find_var(std::string_view name) const;
  Value return_value(Evaluator& evaluator, const Arguments& arguments);       // context_functions.cpp
  Value log(Evaluator& evaluator, const Arguments& arguments);
  Value print(Evaluator& evaluator, const Arguments& arguments);
  Value fromjson(Evaluator& evaluator, const Arguments& arguments);
  Value tojson(Evaluator& evaluator, const Arguments& arguments);
  Value fromyaml(Evaluator& evaluator, const Arguments& arguments);
  Value toyaml(Evaluator& evaluator, const Arguments& arguments);
  Value make_set(Evaluator& evaluator, const Arguments& arguments);
  Value make_set_strict(Evaluator& evaluator, const Arguments& arguments);
  Value zip(Evaluator& evaluator, const Arguments& arguments);
  Value zip_strict(Evaluator& evaluator, const Arguments& arguments);
  Value local_md5(Evaluator& evaluator, const Arguments& arguments);
  Value diff_of_two_dicts(Evaluator& evaluator, const Arguments& arguments);
  Value render(Evaluator& evaluator, const Arguments& arguments);
  Value try_or_compiler_error(Evaluator& evaluator, const Arguments& arguments);
  Value write(Evaluator& evaluator, const Arguments& arguments);
  Value adapter_macro(Evaluator& evaluator, const Arguments& arguments);
  Value load_agate_table(Evaluator& evaluator, const Arguments& arguments);
  Value submit_python_job(Evaluator& evaluator, const Arguments& arguments);
  Value ref(Evaluator& evaluator, const Arguments& arguments);                // references.cpp
  Value source(Evaluator& evaluator, const Arguments& arguments);
  Value relation(Evaluator& evaluator, const Node& of);
  [[nodiscard]] std::optional<Value> relation_part(Evaluator& evaluator, const Node& of, const std::string& symbol, const Site& site, Relation::Part part);
  [[nodiscard]] Value refer(Evaluator& evaluator, const ReferenceCall& call);
  [[nodiscard]] Value current_relation(Evaluator& evaluator);
  /// What `quoting:` of a node's configuration changes.
  void apply_quoting(const Node& of, RelationRules& rules) const;
  using MakeValue = std::function<Value()>;
  [[nodiscard]] Value generated_name(Evaluator& evaluator, std::string_view macro, const Node& of, const MakeValue& custom, const MakeValue& fallback);
  Value run_query(Evaluator& evaluator, const Arguments& arguments);          // statements.cpp
  Value statement(Evaluator& evaluator, const Arguments& arguments);
  Value noop_statement(Evaluator& evaluator, const Arguments& arguments);
  Value load_result(Evaluator& evaluator, const Arguments& arguments);
  Value store_result(Evaluator& evaluator, const Arguments& arguments);
  Value store_raw_result(Evaluator& evaluator, const Arguments& arguments);
  Value is_incremental(Evaluator& evaluator, const Arguments& arguments);
  Value should_full_refresh(Evaluator& evaluator, const Arguments& arguments);
  Value should_store_failures(Evaluator& evaluator, const Arguments& arguments);
  Value load_relation(Evaluator& evaluator, const Arguments& arguments);
};

/// The functions that dbt defines as macros of its package `dbt`, so that a project can have its own.
std::optional<Value> native_macro(DbtContext::Impl& impl, std::string_view name);
const std::vector<std::string_view>& native_macro_names();

}  // namespace hookc
