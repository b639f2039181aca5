// The values among dbt's names: target, flags, what the invocation is, what it knows of its results.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "compiler/base/ascii.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/modules/datetime.h"
#include "compiler/project/modules/modules.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/json.h"

namespace hookc {

namespace {

using Shape = Symbol::Shape;

/// Flags that a template can read, beside WHICH and FULL_REFRESH, with what dbt has when nobody sets them.
struct FlagDefault {
  std::string_view name;
  bool value;
};
constexpr std::array kFlagDefaults{
    FlagDefault{"STORE_FAILURES", false}, FlagDefault{"FAIL_FAST", false},    FlagDefault{"EMPTY", false},        FlagDefault{"DEBUG", false},
    FlagDefault{"QUIET", false},          FlagDefault{"WARN_ERROR", false},   FlagDefault{"USE_COLORS", true},    FlagDefault{"PARTIAL_PARSE", true},
    FlagDefault{"STATIC_PARSER", true},   FlagDefault{"WRITE_JSON", true},    FlagDefault{"PRINT", true},         FlagDefault{"INTROSPECT", true},
    FlagDefault{"VERSION_CHECK", true},   FlagDefault{"DEFER", false},        FlagDefault{"FAVOR_STATE", false},  FlagDefault{"CACHE_SELECTED_ONLY", false},
    FlagDefault{"POPULATE_CACHE", true},  FlagDefault{"LOG_CACHE_EVENTS", false}};

/// Commands that render hooks.
constexpr std::array<std::string_view, 8> kCommands{"run", "build", "test", "seed", "snapshot", "compile", "generate", "freshness"};

class FlagsObject final : public Object {
 public:
  explicit FlagsObject(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override { return "Namespace"; }
  [[nodiscard]] Text str() const override { return Text{"<flags>", Position{0}}; }

  [[nodiscard]] std::vector<std::string> member_names() const override {
    std::vector<std::string> names{"WHICH", "FULL_REFRESH"};
    for (const FlagDefault& flag : kFlagDefaults) names.emplace_back(flag.name);
    return names;
  }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name == "WHICH") return which();
    if (name == "FULL_REFRESH") {
      if (impl_.binding.full_refresh) return Value{*impl_.binding.full_refresh};
      return impl_.explores() ? unknown_flag("flags.FULL_REFRESH") : Value{false};
    }
    const auto* const row = std::find_if(kFlagDefaults.begin(), kFlagDefaults.end(), [&](const FlagDefault& flag) { return flag.name == name; });
    if (row == kFlagDefaults.end()) return of_project(name);
    return impl_.explores() ? unknown_flag("flags." + std::string{name}) : Value{row->value};
  }

 private:
  /// `flags:` of dbt_project.yml, which templates see in upper case.
  [[nodiscard]] std::optional<Value> of_project(std::string_view name) const {
    if (impl_.project.flags == nullptr) return std::nullopt;
    if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; })) return std::nullopt;
    const Value* const value = impl_.project.flags->find(ascii_lower(name));
    return value == nullptr ? std::nullopt : std::optional{impl_.as_input("flags." + std::string{name}, *value)};
  }

  [[nodiscard]] Value which() const {
    if (impl_.binding.which) return impl_.input_text("flags.WHICH", *impl_.binding.which);
    if (impl_.binding.stage == Stage::Parse || impl_.binding.execute == false) return impl_.input_text("flags.WHICH", "parse");
    std::vector<Value> domain;
    for (const std::string_view command : kCommands) domain.push_back(impl_.input_text("flags.WHICH", command));
    return make_unknown("flags.WHICH", Shape::Text, std::move(domain));
  }

  DbtContext::Impl& impl_;  // lives as long as the host
};

/// The file name of a DuckDB database without its ending: DuckDB's name of the catalog.
std::string duckdb_catalog(std::string_view path) {
  if (path.empty() || path == ":memory:") return "memory";
  if (path.starts_with("md:") || path.starts_with("motherduck:")) path = path.substr(path.find(':') + 1);
  path = path.substr(0, path.find('?'));
  path = path.substr(path.find_last_of("/\\") + 1);
  return std::string{path.substr(0, path.find('.'))};
}

const Value* find_field(const Target& target, std::initializer_list<std::string_view> names) {
  if (target.fields == nullptr) return nullptr;
  for (const std::string_view name : names) {
    const Value* const value = target.fields->find(name);
    if (value != nullptr && !value->is<None>()) return value;
  }
  return nullptr;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------- target

Value DbtContext::Impl::target_field(std::string_view name) {
  const std::string symbol = "target." + std::string{name == "target_name" ? "name" : name};
  if (binding.target == nullptr) {
    if (name == "profile_name" && !project.profile_name.empty()) return input_text(symbol, project.profile_name);
    if (name == "type") {
      if (const std::optional<std::string> type = adapter_type()) return input_text(symbol, *type);
    }
    const bool is_name = symbol == "target.name";
    if (!project.profile || project.profile->targets.empty() || (!is_name && name != "type")) {
      return make_unknown(symbol, name == "threads" || name == "port" ? Shape::Number : Shape::Text);
    }
    std::set<std::string> seen;
    std::vector<Value> domain;
    for (const Target& target : project.profile->targets) {
      const std::string& text = is_name ? target.name : target.type;
      if (seen.insert(text).second) domain.push_back(input_text(symbol, text));
    }
    domain.push_back(other_value("any other " + symbol));
    return make_unknown(symbol, Shape::Text, std::move(domain));
  }
  const Target& target = *binding.target;
  if (symbol == "target.name") return input_text(symbol, target.name);
  if (name == "profile_name") return input_text(symbol, project.profile_name);
  if (name == "type") return input_text(symbol, target.type);
  if (const Value* value = find_field(target, {name})) return as_input(symbol, *value);
  if (name == "database") {
    if (target.type == "duckdb") {
      const Value* const path = find_field(target, {"path"});
      return input_text(symbol, duckdb_catalog(path == nullptr ? std::string_view{} : text_of(*path).value_or("")));
    }
    const Value* const value = find_field(target, {"dbname", "project", "catalog"});
    return value == nullptr ? Value{None{}} : as_input(symbol, *value);
  }
  if (name == "schema") {
    const Value* const value = find_field(target, {"dataset"});
    return value == nullptr ? input_text(symbol, target.type == "duckdb" ? "main" : "") : as_input(symbol, *value);
  }
  if (name == "threads") return Value{std::int64_t{1}};
  return Value{None{}};
}

Value DbtContext::Impl::open_target() {
  Symbol symbol;
  symbol.name = "target";
  symbol.shape = Shape::Mapping;
  symbol.member = [this](const SymbolPtr&, std::string_view attribute) {
    std::string_view name = attribute;
    if (name.size() > 4 && name.starts_with("['") && name.ends_with("']")) name = name.substr(2, name.size() - 4);
    if (name == "get") {
      return make_function("get", [this](Evaluator& evaluator, const Arguments& arguments) {
        if (arguments.positional.empty()) evaluator.raise("TypeError", "get expected at least 1 argument, got 0");
        const std::optional<std::string_view> key = text_of(arguments.positional.front());
        return key ? target_field(*key) : make_unknown("target[..]", Shape::Any);
      });
    }
    return target_field(name);
  };
  return Value{Unknown{std::make_shared<const Symbol>(std::move(symbol))}};
}

std::optional<Value> DbtContext::Impl::modules_value(Evaluator&) {
  return make_modules(binding.stage == Stage::Parse || binding.stage == Stage::Run ? Clock::Running : Clock::Unknown);
}

std::optional<Value> DbtContext::Impl::target_value(Evaluator&) {
  if (binding.target == nullptr) return open_target();
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  if (binding.target->fields != nullptr) {
    for (const Dict::Entry& entry : binding.target->fields->entries()) {
      const std::optional<std::string_view> key = text_of(entry.key);
      if (key) dict.set(*key, as_input("target." + std::string{*key}, entry.value));
    }
  }
  for (const std::string_view name : {"database", "schema", "type", "threads", "name", "target_name", "profile_name"}) {
    if (dict.find(name) == nullptr) dict.set(name, target_field(name));
  }
  return result;
}

// ---------------------------------------------------------------------------------------------------------------- what is rendered

std::optional<Value> DbtContext::Impl::execute_value(Evaluator&) {
  if (binding.execute) return Value{*binding.execute};
  return unknown_flag("execute");
}

std::optional<Value> DbtContext::Impl::this_value(Evaluator& evaluator) { return is_operation() ? Value{None{}} : relation(evaluator, *node); }

std::optional<Value> DbtContext::Impl::database_value(Evaluator& evaluator) {
  if (is_operation()) return target_field("database");
  const RelationPtr own = relation_of(relation(evaluator, *node));
  return own == nullptr ? target_field("database") : own->part(Relation::Part::Database);
}

std::optional<Value> DbtContext::Impl::schema_value(Evaluator& evaluator) {
  if (node == nullptr) return target_field("schema");
  const RelationPtr own = relation_of(relation(evaluator, *node));  // of an operation too: `models:` can configure its schema
  return own == nullptr ? target_field("schema") : own->part(Relation::Part::Schema);
}

std::optional<Value> DbtContext::Impl::sql_value(Evaluator& evaluator) {
  if (is_operation() || binding.stage == Stage::Parse || binding.execute == false) return Value{None{}};
  if (binding.compiled_sql) return input_text("sql", binding.compiled_sql->view());
  // A hole must never be sent to a database.
  if (binding.stage == Stage::Run) fail_compilation(evaluator, "`sql` is the compiled text of `" + node->name + "`, which this run does not have");
  return make_unknown("sql", Shape::Text);
}

Value DbtContext::Impl::hooks_of(std::string_view key) {
  const Value* const hooks = node == nullptr || node->config == nullptr ? nullptr : node->config->find(key);
  const auto* const list = hooks == nullptr ? nullptr : hooks->get_if<ListPtr>();
  std::vector<Value> items;
  if (list != nullptr) {
    for (const Value& hook : (*list)->items) {
      const auto* const dict = hook.get_if<DictPtr>();
      if (dict == nullptr) continue;
      Value copy = make_dict();
      for (const Dict::Entry& entry : (*dict)->entries()) {
        if (!entry.value.is<None>()) (*copy.get_if<DictPtr>())->set(entry.key, entry.value);
      }
      items.push_back(std::move(copy));
    }
  }
  return make_list(std::move(items));
}

std::optional<Value> DbtContext::Impl::pre_hooks_value(Evaluator&) { return hooks_of("pre-hook"); }
std::optional<Value> DbtContext::Impl::post_hooks_value(Evaluator&) { return hooks_of("post-hook"); }

std::optional<Value> DbtContext::Impl::model_value(Evaluator& evaluator) {
  if (node != nullptr) return node_dict(evaluator, *node, ShownAs::Model, true);
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  dict.set("resource_type", input_text("model.resource_type", "operation"));
  dict.set("package_name", input_text("model.package_name", package()));
  return result;
}

/// A part of dbt's manifest, without the nodes that the project has itself; empty without a manifest.
Value DbtContext::Impl::manifest_section(std::string_view name) {
  const auto found = project.manifest ? project.manifest->find(name) : nlohmann::ordered_json::const_iterator{};
  if (!project.manifest || found == project.manifest->end() || !found->is_object()) return make_dict();
  Value result = make_dict();
  for (const auto& [id, entry] : found->items()) {
    if (project.find_node(id) == nullptr) (*result.get_if<DictPtr>())->set(input_text("graph.key", id), value_from_json(sources, "graph", entry));
  }
  return result;
}

std::optional<Value> DbtContext::Impl::graph_value(Evaluator& evaluator) {
  Value result = make_dict();
  if (binding.stage == Stage::Parse || binding.execute == false) return result;  // dbt has none yet while it parses
  if (explores()) return unknown_graph("graph");
  Dict& dict = **result.get_if<DictPtr>();
  Value nodes = manifest_section("nodes");
  Value tables = manifest_section("sources");
  Value functions = manifest_section("functions");
  for (const Node& one : project.nodes) {
    if (!one.enabled) continue;
    Value& into = one.type == ResourceType::Source ? tables : one.type == ResourceType::Function ? functions : nodes;
    evaluator.spend(1);
    (*into.get_if<DictPtr>())->set(input_text("graph.key", one.unique_id), node_dict(evaluator, one, ShownAs::InGraph, true));
  }
  for (const std::string_view key : {"exposures", "groups", "metrics"}) dict.set(key, manifest_section(key));
  if (has_functions(project.dbt_version)) dict.set("functions", functions);
  dict.set("nodes", nodes);
  dict.set("sources", tables);
  for (const std::string_view key : {"semantic_models", "saved_queries"}) dict.set(key, manifest_section(key));
  if (project.dbt_version >= DbtVersion::V1_12) dict.set("unit_tests", manifest_section("unit_tests"));
  return result;
}

// ---------------------------------------------------------------------------------------------------------------- the invocation

std::optional<Value> DbtContext::Impl::flags_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<FlagsObject>(*this)}}; }

/// The current moment in SQL; dbt has it from before `dbt.current_timestamp()`.
std::optional<Value> DbtContext::Impl::sql_now_value(Evaluator&) {
  const std::string type = adapter_type().value_or("");
  const bool is_function = type == "snowflake" || type == "bigquery" || type == "spark" || type == "databricks";
  return input_text("sql_now", type == "redshift" ? "getdate()" : is_function ? "current_timestamp()" : "now()");
}

std::optional<Value> DbtContext::Impl::defer_relation_value(Evaluator&) { return is_operation() ? std::nullopt : std::optional{Value{None{}}}; }

std::optional<Value> DbtContext::Impl::invocation_id_value(Evaluator& evaluator) {
  if (binding.invocation_id) return input_text("invocation_id", binding.invocation_id->view());
  if (binding.stage == Stage::Run) fail_compilation(evaluator, "this run has no `invocation_id`");
  if (binding.stage == Stage::Parse) return input_text("invocation_id", "00000000-0000-0000-0000-000000000000");
  return parameter(RuntimeParameter{"invocation_id", std::nullopt});
}

std::optional<Value> DbtContext::Impl::run_started_at_value(Evaluator& evaluator) {
  if (binding.run_started_at) {
    if (std::optional<Value> parsed = datetime_from_iso(evaluator, binding.run_started_at->view())) return parsed;
    return Value{*binding.run_started_at};
  }
  if (binding.stage == Stage::Parse || binding.stage == Stage::Run) return datetime_now();
  parameters.emplace("run_started_at", RuntimeParameter{"run_started_at", std::nullopt});
  return make_unknown("run_started_at", Shape::Object);
}

std::optional<Value> DbtContext::Impl::thread_id_value(Evaluator&) {
  return input_text("thread_id", phase == HookPhase::PreHook || phase == HookPhase::PostHook ? "Thread-1 (worker)" : "MainThread");
}

std::optional<Value> DbtContext::Impl::project_name_value(Evaluator&) { return input_text("project_name", project.name); }
std::optional<Value> DbtContext::Impl::dbt_version_value(Evaluator&) { return input_text("dbt_version", release_of(project.dbt_version)); }

std::optional<Value> DbtContext::Impl::selected_resources_value(Evaluator&) {
  if (binding.selected_resources) return as_input("selected_resources", *binding.selected_resources);
  if (binding.stage == Stage::Parse || binding.stage == Stage::Run) return make_list({});
  return unknown_list("selected_resources", [](std::string name) { return make_unknown(std::move(name), Shape::Text); });
}

std::optional<Value> DbtContext::Impl::invocation_args_value(Evaluator&) {
  if (binding.invocation_args) return as_input("invocation_args_dict", *binding.invocation_args);
  if (binding.stage == Stage::Parse || binding.stage == Stage::Run) {
    Value result = make_dict();
    Dict& dict = **result.get_if<DictPtr>();
    dict.set("which", input_text("invocation_args_dict.which", binding.which.value_or("parse")));
    dict.set("vars", as_input("invocation_args_dict.vars", Value{project.cli_vars ? project.cli_vars : std::make_shared<Dict>()}));
    if (binding.target != nullptr) dict.set("target", input_text("invocation_args_dict.target", binding.target->name));
    return result;
  }
  return unknown_mapping("invocation_args_dict", [](std::string name) { return make_unknown(std::move(name), Shape::Any); });
}

std::vector<std::pair<std::string, std::string>> DbtContext::Impl::environment_with_prefix(std::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> found;
  if (project.environment) {
    for (const auto& [name, value] : *project.environment) {
      if (name.starts_with(prefix)) found.emplace_back(name, value);
    }
    return found;
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line{*entry};
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos && line.starts_with(prefix)) found.emplace_back(line.substr(0, sign), line.substr(sign + 1));
  }
  return found;
}

std::optional<Value> DbtContext::Impl::metadata_envs_value(Evaluator&) {
  constexpr std::string_view kPrefix = "DBT_ENV_CUSTOM_ENV_";
  if (binding.stage == Stage::Compile || explores()) {
    return unknown_mapping("dbt_metadata_envs", [](std::string name) { return make_unknown(std::move(name), Shape::Text); });
  }
  Value result = make_dict();
  for (const auto& [name, value] : environment_with_prefix(kPrefix)) {
    (*result.get_if<DictPtr>())->set(input_text("dbt_metadata_envs", name.substr(kPrefix.size())), input_text("dbt_metadata_envs." + name, value));
  }
  return result;
}

// ---------------------------------------------------------------------------------------------------------------- on-run-end

std::optional<Value> DbtContext::Impl::results_value(Evaluator&) {
  if (binding.stage == Stage::Parse || binding.execute == false) return std::nullopt;
  if (binding.results) return *binding.results;
  if (binding.stage == Stage::Run) return make_list({});
  return unknown_results("results");
}

std::optional<Value> DbtContext::Impl::schemas_value(Evaluator&) {
  if (binding.stage == Stage::Parse || binding.execute == false) return std::nullopt;
  if (binding.schemas) return as_input("schemas", *binding.schemas);
  if (binding.stage == Stage::Run) return make_list({});
  return unknown_list("schemas", [](std::string name) { return make_unknown(std::move(name), Shape::Text); });
}

std::optional<Value> DbtContext::Impl::database_schemas_value(Evaluator&) {
  if (binding.stage == Stage::Parse || binding.execute == false) return std::nullopt;
  if (binding.database_schemas) return as_input("database_schemas", *binding.database_schemas);
  if (binding.stage == Stage::Run) return make_list({});
  return unknown_list("database_schemas", [](const std::string& name) {
    return make_tuple({make_unknown(name + "[0]", Shape::Text), make_unknown(name + "[1]", Shape::Text)});
  });
}

}  // namespace hookc
