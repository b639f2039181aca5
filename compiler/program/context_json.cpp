#include "compiler/program/context_json.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/parse/parse.h"
#include "compiler/program/places.h"
#include "compiler/project/dbt_macros.h"
#include "compiler/project/macros.h"
#include "compiler/project/text_options.h"
#include "compiler/value/json.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kResourceTypes{ResourceType::Model,  ResourceType::Seed, ResourceType::Snapshot, ResourceType::Operation, ResourceType::Function,
                                    ResourceType::Source, ResourceType::Test, ResourceType::Other};

Json json_of(const DictPtr& dict) { return dict ? json_from_value(Value{dict}) : Json::object(); }
Json json_of(const std::optional<Text>& text) { return text ? Json(text->str()) : Json(nullptr); }

Json json_of(const Node& node, bool with_code) {
  Json out{{"unique_id", node.unique_id},
           {"resource_type", name_of(node.type)},
           {"name", node.name},
           {"package", node.package},
           {"fqn", node.fqn},
           {"path", node.path},
           {"alias", node.alias},
           {"schema", json_of(node.schema)},
           {"database", json_of(node.database)},
           {"materialized", node.materialized},
           {"enabled", node.enabled},
           {"tags", node.tags},
           {"depends_on", node.depends_on},
           {"source_name", node.source_name},
           {"config", json_of(node.config)}};
  if (with_code) out["raw_code"] = node.raw_code;
  return out;
}

// ---------------------------------------------------------------------------------------------------------------- writing

class ContextWriter {
 public:
  ContextWriter(const Sources& sources, const Project& project) : sources_(sources), project_(project), places_(project.root) {}

  Json packages(bool with_macros);
  Json hooks(const Program& program);
  Json files() {
    Json out = Json::object();
    for (const auto& [name, bytes] : files_) out[name] = bytes;
    return out;
  }

 private:
  std::string file(std::string_view name) {
    const std::string shown = places_.shown(name);
    if (!files_.contains(shown)) files_.emplace(shown, sources_.file_bytes(name).value_or(""));
    return shown;
  }
  Json runs_of(const Text& text);

  const Sources& sources_;
  const Project& project_;
  Places places_;
  std::map<std::string, std::string> files_;
};

Json ContextWriter::packages(bool with_macros) {
  Json out = Json::array();
  for (const Package& package : project_.packages) {
    if (package.is_internal && package.root.empty()) continue;  // hookc brings its own along
    std::set<std::string> files;
    for (const auto& [name, macro] : package.macros) {
      const auto place = sources_.locate(macro.block);
      if (with_macros && place) files.insert(file(place->file));
    }
    out.push_back(Json{{"name", package.name}, {"root", package.is_root}, {"vars", json_of(package.vars)}, {"macro_files", files}});
    if (package.is_internal) out.back()["adapter"] = package.adapter;
  }
  return out;
}

/// Where each part of a template's text comes from: [begin, file, offset, verbatim], or [begin, symbol] of what is in no file.
Json ContextWriter::runs_of(const Text& text) {
  Json runs = Json::array();
  for (const Run& run : text.runs()) {
    const Origin origin = sources_.describe(run.position);
    if (origin.kind == Origin::Kind::File) {
      runs.push_back(Json::array({run.begin, file(origin.name), origin.offset, origin.verbatim}));
    } else {
      runs.push_back(Json::array({run.begin, std::string{origin.name.empty() ? "value" : origin.name}}));
    }
  }
  return runs;
}

Json ContextWriter::hooks(const Program& program) {
  Json out = Json::object();
  for (const Hook& hook : project_.hooks) {
    const CompiledHook* compiled = program.find(hook.id);
    if (compiled == nullptr || compiled->kind != HookKind::Deferred) continue;
    out[hook.id] = Json{{"origin", runs_of(sources_.text(hook.source))}};
  }
  return out;
}

// ---------------------------------------------------------------------------------------------------------------- reading

template <class T>
T field(const Json& json, const char* name) { return json.at(name).get<T>(); }

class ContextReader {
 public:
  ContextReader(Sources& sources, const Program& program) : sources_(sources), program_(program) {}
  std::unique_ptr<Project> read(const Json& json);

 private:
  [[nodiscard]] DictPtr dict_of(std::string_view symbol, const Json& json) const {
    const Value value = value_from_json(sources_, symbol, json);
    const auto* dict = value.get_if<DictPtr>();
    if (dict == nullptr) throw std::runtime_error{fmt::format("`{}` is no mapping", symbol)};
    return *dict;
  }
  [[nodiscard]] std::optional<Text> text_of_json(std::string_view symbol, const Json& json) const {
    if (!json.is_string()) return std::nullopt;
    std::string bytes = json.get<std::string>();
    const Position position = sources_.add_input(symbol, static_cast<std::uint32_t>(bytes.size()));
    return Text{std::move(bytes), position};
  }
  [[nodiscard]] SourceId file_named(const std::string& name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) throw std::runtime_error{fmt::format("the text of `{}` is missing", name)};
    return found->second;
  }
  [[nodiscard]] Node node_of(const Json& json) const;
  [[nodiscard]] Text hook_text(const CompiledHook& hook, const Json& runs) const;
  [[nodiscard]] Hook hook_of(const CompiledHook& compiled, const Json& origin);
  void read_packages(const Json& json);

  Sources& sources_;
  const Program& program_;
  std::map<std::string, SourceId> files_;
  std::unique_ptr<Project> project_ = std::make_unique<Project>();
};

Node ContextReader::node_of(const Json& json) const {
  Node node;
  node.unique_id = field<std::string>(json, "unique_id");
  const auto type = field<std::string>(json, "resource_type");
  const auto* const known = std::ranges::find(kResourceTypes, type, [](ResourceType one) { return name_of(one); });
  node.type = known == kResourceTypes.end() ? ResourceType::Other : *known;
  node.name = field<std::string>(json, "name");
  node.package = field<std::string>(json, "package");
  node.fqn = field<std::vector<std::string>>(json, "fqn");
  node.path = field<std::string>(json, "path");
  node.alias = field<std::string>(json, "alias");
  node.schema = text_of_json(node.unique_id + ".schema", json.at("schema"));
  node.database = text_of_json(node.unique_id + ".database", json.at("database"));
  node.materialized = field<std::string>(json, "materialized");
  node.enabled = field<bool>(json, "enabled");
  node.tags = field<std::vector<std::string>>(json, "tags");
  node.depends_on = field<std::vector<std::string>>(json, "depends_on");
  node.source_name = field<std::string>(json, "source_name");
  node.config = dict_of(node.unique_id + ".config", json.at("config"));
  node.raw_code = json.value("raw_code", std::string{});
  return node;
}

void ContextReader::read_packages(const Json& json) {
  bool has_internal = false;
  for (const Json& one : json) {
    Package& package = project_->packages.emplace_back();
    package.is_internal = one.contains("adapter");
    package.adapter = one.value("adapter", "");
    has_internal = has_internal || package.is_internal;
    package.name = field<std::string>(one, "name");
    package.is_root = field<bool>(one, "root");
    package.vars = dict_of("var", one.at("vars"));
    for (const Json& name : one.at("macro_files")) add_macros(sources_, file_named(name.get<std::string>()), package, project_->diagnostics);
  }
  if (!has_internal) project_->packages.push_back(make_dbt_package(sources_));
}

Text ContextReader::hook_text(const CompiledHook& hook, const Json& runs) const {
  TextBuilder builder;
  const std::string_view bytes = hook.template_text;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Json& run = runs[i];
    const auto begin = run.at(0).get<std::uint32_t>();
    const auto end = i + 1 < runs.size() ? runs[i + 1].at(0).get<std::uint32_t>() : static_cast<std::uint32_t>(bytes.size());
    if (begin > end || end > bytes.size()) throw std::runtime_error{fmt::format("the origins of hook `{}` do not fit its text", hook.id)};
    const auto name = run.at(1).get<std::string>();
    if (run.size() < 4) {
      builder.append(bytes.substr(begin, end - begin), sources_.add_input(name, end - begin), FrameId{0});
      continue;
    }
    const Text& file = sources_.text(file_named(name));
    const auto offset = run.at(2).get<std::uint32_t>();
    const bool verbatim = run.at(3).get<bool>();
    if (offset > file.size() || (verbatim && end - begin > file.size() - offset)) throw std::runtime_error{fmt::format("the origins of hook `{}` leave `{}`", hook.id, name)};
    const Position position = file.position_at(offset);
    builder.append(bytes.substr(begin, end - begin), verbatim ? position : fixed_at(position), FrameId{0});
  }
  return builder.take();
}

Hook ContextReader::hook_of(const CompiledHook& compiled, const Json& origin) {
  Hook hook;
  hook.id = compiled.id;
  hook.phase = compiled.phase;
  hook.owner = compiled.owner;
  hook.package = compiled.package;
  hook.transaction = compiled.transaction;
  hook.source = sources_.add_text(compiled.id, hook_text(compiled, origin));
  auto parsed = parse_template(sources_, hook.source, dbt_text_options());
  if (auto* tmpl = std::get_if<ast::TemplatePtr>(&parsed)) {
    hook.tmpl = *tmpl;
  } else {
    hook.problem = std::get<Diagnostic>(parsed);
  }
  return hook;
}

/// hookc.yml's policies and its ledger: a run of artifacts keeps to them. What is not set is not written.
void add_run_settings(Json& json, const Project& project) {
  const Project::Settings& settings = project.settings;
  json["dbt_version"] = name_of(project.dbt_version);
  json["start_failure_skips_nodes"] = project.start_failure_skips_nodes;
  if (project.flags) json["flags"] = json_of(project.flags);
  if (settings.ledger_in_database) json["ledger_schema"] = settings.ledger_schema;
  for (const PolicySetting& policy : settings.policies) {
    Json one{{"match", policy.match}};
    if (policy.on_error) one["on_error"] = static_cast<int>(*policy.on_error);
    if (policy.retries) one["retries"] = *policy.retries;
    if (policy.timeout_seconds) one["timeout"] = *policy.timeout_seconds;
    json["policies"].push_back(std::move(one));
  }
}

void read_run_settings(const Json& json, Project& project) {
  Project::Settings& settings = project.settings;
  project.dbt_version = dbt_version_named(json.value("dbt_version", "")).value_or(kNewestDbt);
  project.start_failure_skips_nodes = json.value("start_failure_skips_nodes", true);
  settings.ledger_in_database = json.contains("ledger_schema");
  settings.ledger_schema = json.value("ledger_schema", "");
  if (!json.contains("policies")) return;
  for (const Json& one : json["policies"]) {
    PolicySetting& policy = settings.policies.emplace_back();
    policy.match = one.at("match").get<std::string>();
    if (one.contains("on_error")) policy.on_error = static_cast<OnError>(std::clamp(one["on_error"].get<int>(), 0, static_cast<int>(OnError::Warn)));
    if (one.contains("retries")) policy.retries = one["retries"].get<std::uint32_t>();
    if (one.contains("timeout")) policy.timeout_seconds = one["timeout"].get<double>();
  }
}

/// What `graph` shows of dbt's manifest.
Json graph_of(const Json& manifest) {
  Json graph = Json::object();
  for (const char* section : {"nodes", "sources", "exposures", "functions", "groups", "metrics", "semantic_models", "saved_queries", "unit_tests"}) {
    if (manifest.contains(section)) graph[section] = manifest[section];
  }
  return graph;
}

std::unique_ptr<Project> ContextReader::read(const Json& json) {
  project_->name = program_.project_name;
  project_->profile_name = program_.profile_name;
  project_->target_name = program_.target_name;
  project_->vars = program_.vars;
  project_->cli_vars = dict_of("var", json.at("cli_vars"));
  project_->settings.substitute_unsupported = program_.substitute_unsupported;
  project_->settings.limit_factor = field<std::uint64_t>(json, "limit_factor");
  read_run_settings(json, *project_);
  if (json.contains("flags")) project_->flags = dict_of("flags", json["flags"]);
  Profile& profile = project_->profile.emplace();
  profile.name = program_.profile_name;
  profile.default_target = program_.target_name;
  Target& target = profile.targets.emplace_back();
  target.name = program_.target_name;
  target.type = program_.target_type;
  target.fields = program_.target_fields;
  target.connection = program_.target_fields;
  for (const auto& [name, bytes] : json.at("files").items()) files_.emplace(name, sources_.add_file(name, bytes.get<std::string>()));
  for (const auto& [name, order] : json.at("dispatch").items()) project_->dispatch.emplace(name, order.get<std::vector<std::string>>());
  if (json.contains("manifest")) project_->manifest = std::make_shared<const Json>(json["manifest"]);
  const Json& hooks = json.at("hooks");
  if (!hooks.empty()) read_packages(json.at("packages"));
  for (const Json& node : json.at("nodes")) project_->nodes.push_back(node_of(node));
  project_->index_nodes();
  project_->quoting = dict_of("quoting", json.at("quoting"));
  for (HookIndex i = 0; !hooks.empty() && i < program_.hook_count(); ++i) {
    if (program_.head(i).kind != HookKind::Deferred) continue;
    const auto compiled = program_.hook(i);
    if (const auto found = hooks.find(compiled->id); found != hooks.end()) project_->hooks.push_back(hook_of(*compiled, found->at("origin")));
  }
  return std::move(project_);
}

}  // namespace

nlohmann::ordered_json context_of(const Sources& sources, const Project& project, const Program& program) {
  const bool any_deferred = program.count(HookKind::Deferred) > 0;
  ContextWriter writer{sources, project};
  Json nodes = Json::array();
  for (const Node& node : project.nodes) {
    // An operation is a hook, which nothing but the `graph` of a template asks for.
    if (any_deferred || node.type != ResourceType::Operation) nodes.push_back(json_of(node, any_deferred));
  }
  Json dispatch = Json::object();
  for (const auto& [name, order] : project.dispatch) dispatch[name] = order;
  Json packages = writer.packages(any_deferred);
  Json hooks = writer.hooks(program);
  Json context{{"cli_vars", json_of(project.cli_vars)}, {"limit_factor", project.settings.limit_factor}, {"dispatch", std::move(dispatch)}, {"quoting", json_of(project.quoting ? project.quoting : std::make_shared<Dict>())}, {"packages", std::move(packages)},
              {"nodes", std::move(nodes)},             {"hooks", std::move(hooks)},                     {"files", writer.files()}};
  add_run_settings(context, project);
  if (any_deferred && project.manifest) context["manifest"] = graph_of(*project.manifest);
  return context;
}

std::variant<std::unique_ptr<Project>, ManifestError> project_of(Sources& sources, const nlohmann::ordered_json& context, const Program& program) {
  try {
    return ContextReader{sources, program}.read(context);
  } catch (const nlohmann::json::exception& error) {
    return ManifestError{error.what()};
  } catch (const std::runtime_error& error) {
    return ManifestError{error.what()};
  } catch (const std::length_error& error) {
    return ManifestError{error.what()};
  }
}

}  // namespace hookc
