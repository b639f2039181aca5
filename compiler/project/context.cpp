#include "compiler/project/context.h"

#include <algorithm>
#include <array>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/parse/parse.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/text_options.h"
#include "compiler/project/unknowns.h"
#include "compiler/project/yaml_render.h"

namespace hookc {

namespace {

using Impl = DbtContext::Impl;

struct NamedMaker {
  std::string_view name;
  Impl::Maker make;
};

struct NamedMethod {
  std::string_view name;
  Impl::Method method;
};

/// dbt's names that are values.
constexpr std::array kValues{
    NamedMaker{"execute", &Impl::execute_value},
    NamedMaker{"this", &Impl::this_value},
    NamedMaker{"target", &Impl::target_value},
    NamedMaker{"env", &Impl::target_value},
    NamedMaker{"flags", &Impl::flags_value},
    NamedMaker{"model", &Impl::model_value},
    NamedMaker{"graph", &Impl::graph_value},
    NamedMaker{"database", &Impl::database_value},
    NamedMaker{"schema", &Impl::schema_value},
    NamedMaker{"sql", &Impl::sql_value},
    NamedMaker{"compiled_code", &Impl::sql_value},
    NamedMaker{"pre_hooks", &Impl::pre_hooks_value},
    NamedMaker{"post_hooks", &Impl::post_hooks_value},
    NamedMaker{"sql_now", &Impl::sql_now_value},
    NamedMaker{"defer_relation", &Impl::defer_relation_value},
    NamedMaker{"invocation_id", &Impl::invocation_id_value},
    NamedMaker{"run_started_at", &Impl::run_started_at_value},
    NamedMaker{"thread_id", &Impl::thread_id_value},
    NamedMaker{"project_name", &Impl::project_name_value},
    NamedMaker{"dbt_version", &Impl::dbt_version_value},
    NamedMaker{"selected_resources", &Impl::selected_resources_value},
    NamedMaker{"invocation_args_dict", &Impl::invocation_args_value},
    NamedMaker{"dbt_metadata_envs", &Impl::metadata_envs_value},
    NamedMaker{"context", &Impl::context_value},
    NamedMaker{"builtins", &Impl::builtins_value},
    NamedMaker{"api", &Impl::api_value},
    NamedMaker{"column", &Impl::column_value},
    NamedMaker{"validation", &Impl::validation_value},
    NamedMaker{"adapter", &Impl::adapter_value},
    NamedMaker{"exceptions", &Impl::exceptions_value},
    NamedMaker{"modules", &Impl::modules_value},
    NamedMaker{"config", &Impl::config_value},
    NamedMaker{"var", &Impl::var_value},
    NamedMaker{"ref", &Impl::ref_value},
    NamedMaker{"source", &Impl::source_value},
};

/// What on-run-end adds; it shadows everything else.
constexpr std::array kRunEndValues{
    NamedMaker{"results", &Impl::results_value},
    NamedMaker{"models", &Impl::results_value},  // what people write after the guide; dbt itself has `results` alone
    NamedMaker{"schemas", &Impl::schemas_value},
    NamedMaker{"database_schemas", &Impl::database_schemas_value},
};

/// dbt's names that are functions.
constexpr std::array kFunctions{
    NamedMethod{"env_var", &Impl::env_var},
    NamedMethod{"function", &Impl::function_reference},
    NamedMethod{"metric", &Impl::metric},
    NamedMethod{"return", &Impl::return_value},
    NamedMethod{"log", &Impl::log},
    NamedMethod{"print", &Impl::print},
    NamedMethod{"fromjson", &Impl::fromjson},
    NamedMethod{"tojson", &Impl::tojson},
    NamedMethod{"fromyaml", &Impl::fromyaml},
    NamedMethod{"toyaml", &Impl::toyaml},
    NamedMethod{"set", &Impl::make_set},
    NamedMethod{"set_strict", &Impl::make_set_strict},
    NamedMethod{"zip", &Impl::zip},
    NamedMethod{"zip_strict", &Impl::zip_strict},
    NamedMethod{"local_md5", &Impl::local_md5},
    NamedMethod{"diff_of_two_dicts", &Impl::diff_of_two_dicts},
    NamedMethod{"render", &Impl::render},
    NamedMethod{"try_or_compiler_error", &Impl::try_or_compiler_error},
    NamedMethod{"write", &Impl::write},
    NamedMethod{"adapter_macro", &Impl::adapter_macro},
    NamedMethod{"load_agate_table", &Impl::load_agate_table},
    NamedMethod{"submit_python_job", &Impl::submit_python_job},
    NamedMethod{"load_result", &Impl::load_result},
    NamedMethod{"store_result", &Impl::store_result},
    NamedMethod{"store_raw_result", &Impl::store_raw_result},
};

/// dbt's names that are macros of its own package.
constexpr std::array kNativeMacros{
    NamedMethod{"run_query", &Impl::run_query},
    NamedMethod{"statement", &Impl::statement},
    NamedMethod{"noop_statement", &Impl::noop_statement},
    NamedMethod{"is_incremental", &Impl::is_incremental},
    NamedMethod{"should_full_refresh", &Impl::should_full_refresh},
    NamedMethod{"should_store_failures", &Impl::should_store_failures},
    NamedMethod{"load_relation", &Impl::load_relation},
    NamedMethod{"load_cached_relation", &Impl::load_relation},
};

template <class Table>
auto find_row(const Table& table, std::string_view name) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.name == name; });
}

}  // namespace

std::optional<Value> native_macro(DbtContext::Impl& impl, std::string_view name) {
  const auto* const row = find_row(kNativeMacros, name);
  if (row == kNativeMacros.end()) return std::nullopt;
  return impl.function(std::string{name}, row->method);
}

const std::vector<std::string_view>& native_macro_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const NamedMethod& row : kNativeMacros) all.push_back(row.name);
    return all;
  }();
  return names;
}

// ---------------------------------------------------------------------------------------------------------------- Impl

std::optional<Value> DbtContext::Impl::builtin(Evaluator& evaluator, std::string_view name) {
  if (const auto* const row = find_row(kValues, name); row != kValues.end()) return (this->*row->make)(evaluator);
  if (name == "function" && !has_functions(project.dbt_version)) return std::nullopt;
  if (const auto* const row = find_row(kFunctions, name); row != kFunctions.end()) return function(std::string{name}, row->method);
  return std::nullopt;
}

std::optional<Value> DbtContext::Impl::input(Evaluator& evaluator, std::string_view name) {
  if (phase == HookPhase::OnRunEnd) {
    if (const auto* const row = find_row(kRunEndValues, name); row != kRunEndValues.end()) return (this->*row->make)(evaluator);
  }
  if (std::optional<Value> macro = macro_or_package(evaluator, name)) return macro;
  if (std::optional<Value> value = builtin(evaluator, name)) return value;
  if (std::optional<Value> value = find_global(name)) return value;
  if (may_be_package(evaluator, name)) return package_namespace(name);
  return std::nullopt;
}

std::vector<std::string> DbtContext::Impl::names() const {
  std::set<std::string> all;
  for (const NamedMaker& row : kValues) all.emplace(row.name);
  for (const NamedMethod& row : kFunctions) all.emplace(row.name);
  for (const NamedMethod& row : kNativeMacros) all.emplace(row.name);
  for (const std::string_view name : global_names()) all.emplace(name);
  if (phase == HookPhase::OnRunEnd) {
    for (const NamedMaker& row : kRunEndValues) all.emplace(row.name);
  }
  for (const Package& one : project.packages) {
    all.insert(one.is_internal ? "dbt" : one.name);
    if (one.name != package() && !one.is_root && !one.is_internal) continue;
    for (const auto& [name, macro] : one.macros) all.insert(name);
  }
  return {all.begin(), all.end()};
}

bool DbtContext::Impl::executes(Evaluator& evaluator) {
  if (is_naming) return false;
  if (binding.execute) return *binding.execute;
  return evaluator.truth(unknown_flag("execute"));
}

Value DbtContext::Impl::input_text(std::string_view symbol, std::string_view bytes) {
  return make_text(std::string{bytes}, sources.add_input(symbol, static_cast<std::uint32_t>(bytes.size())));
}

Value DbtContext::Impl::as_input(std::string_view symbol, const Value& value) {
  if (const auto* text = value.get_if<Text>()) return input_text(symbol, text->view());
  if (const auto* list = value.get_if<ListPtr>()) {
    std::vector<Value> items;
    for (const Value& item : (*list)->items) items.push_back(as_input(std::string{symbol} + "[" + std::to_string(items.size()) + "]", item));
    return (*list)->is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
  }
  if (const auto* dict = value.get_if<DictPtr>()) {
    Value copy = make_dict();
    for (const Dict::Entry& entry : (*dict)->entries()) {
      const std::optional<std::string_view> key = text_of(entry.key);
      (*copy.get_if<DictPtr>())->set(entry.key, as_input(key ? std::string{symbol} + "." + std::string{*key} : std::string{symbol}, entry.value));
    }
    return copy;
  }
  return value;
}

Value DbtContext::Impl::function(std::string name, Method method) {
  return make_function(std::move(name), [this, method](Evaluator& evaluator, const Arguments& arguments) { return (this->*method)(evaluator, arguments); });
}

Value DbtContext::Impl::parameter(RuntimeParameter parameter) {
  const std::string plain = parameter.name;
  // Two defaults for one variable are two parameters: which one holds is known when the variable is read.
  for (std::size_t copy = 2;; ++copy) {
    const auto [known, is_new] = parameters.emplace(parameter.name, parameter);
    if (is_new || known->second.default_value == parameter.default_value) break;
    parameter.name = plain + " #" + std::to_string(copy);
  }
  return make_unknown(parameter.name, Symbol::Shape::Text);
}

Text DbtContext::Impl::render_text(Evaluator& evaluator, const Text& text) {
  if (!has_jinja(text.view())) return text;
  const std::string key = text.str();
  auto known = templates.find(key);
  if (known == templates.end()) {
    const SourceId source = sources.add_text("<nested text>", text);
    std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(sources, source, dbt_text_options());
    if (auto* problem = std::get_if<Diagnostic>(&parsed)) throw EvalError{*std::move(problem)};
    known = templates.emplace(key, std::get<ast::TemplatePtr>(std::move(parsed))).first;
  }
  return evaluator.render_nested(known->second);
}

std::optional<std::string> DbtContext::Impl::adapter_type() const {
  if (binding.target != nullptr) return binding.target->type;
  if (project.profile && !project.profile->targets.empty()) {
    const std::string& first = project.profile->targets.front().type;
    const auto& targets = project.profile->targets;
    if (std::all_of(targets.begin(), targets.end(), [&](const Target& target) { return target.type == first; })) return first;
  }
  if (binding.adapter_type) return binding.adapter_type;
  if (project.settings.dialect && *project.settings.dialect != "generic") return project.settings.dialect;
  return std::nullopt;
}

void DbtContext::Impl::record(Evaluator& evaluator, Event::Kind kind, Text text) const {
  Event event;
  event.kind = kind;
  event.text = std::move(text);
  evaluator.record(std::move(event));
}

// ---------------------------------------------------------------------------------------------------------------- DbtContext

DbtContext::DbtContext(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding)
    : impl_(std::make_unique<Impl>(sources, project, node, phase, binding)) {}

DbtContext::~DbtContext() = default;

std::optional<Value> DbtContext::input(Evaluator& evaluator, std::string_view name) { return impl_->input(evaluator, name); }
std::vector<std::string> DbtContext::names() const { return impl_->names(); }
const std::vector<Arguments>& DbtContext::config_calls() const { return impl_->config_calls; }
const std::vector<std::string>& DbtContext::references() const { return impl_->references; }
const std::vector<ReferenceCall>& DbtContext::reference_calls() const { return impl_->reference_calls; }
const std::map<std::string, RuntimeParameter, std::less<>>& DbtContext::parameters() const { return impl_->parameters; }
const Binding& DbtContext::binding() const { return impl_->binding; }
const Project& DbtContext::project() const { return impl_->project; }
const Node* DbtContext::node() const { return impl_->node; }
std::optional<std::string> DbtContext::adapter_type() const { return impl_->adapter_type(); }
Value DbtContext::relation(Evaluator& evaluator, const Node& node) { return impl_->relation(evaluator, node); }
void DbtContext::note_answer(const Question& question, std::size_t answer) {
  if (impl_->is_naming) impl_->asked_for_name.emplace_back(question, answer);
}
const ProjectMacro* DbtContext::find_macro(std::string_view name) const { return impl_->find_macro(name); }

}  // namespace hookc
