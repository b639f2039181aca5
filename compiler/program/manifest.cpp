#include "compiler/program/manifest.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/program/hook_json.h"
#include "compiler/program/stored_hooks.h"
#include "compiler/value/json.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kKinds{HookKind::Sql, HookKind::Parameterised, HookKind::Conditional, HookKind::Deferred};

DictPtr dict_of(Sources& sources, std::string_view symbol, const Json& json) {
  const Value value = value_from_json(sources, symbol, json);
  const auto* dict = value.get_if<DictPtr>();
  if (dict == nullptr) throw std::runtime_error{fmt::format("`{}` is no mapping", symbol)};
  return *dict;
}

Program read(Sources& sources, const Json& json) {
  Program program;
  program.hookc_version = json.at("hookc").get<std::string>();
  program.project_name = json.at("project").get<std::string>();
  program.profile_name = json.at("profile").get<std::string>();
  const auto dialect = sql::dialect_named(json.at("dialect").get<std::string>());
  if (!dialect) throw std::runtime_error{fmt::format("dialect `{}` is not known", json["dialect"].get<std::string>())};
  program.dialect = *dialect;
  program.target_name = json.at("target").at("name").get<std::string>();
  program.target_type = json["target"].at("type").get<std::string>();
  program.target_fields = dict_of(sources, "target", json["target"].at("fields"));
  program.command = json.at("command").get<std::string>();
  program.full_refresh = json.at("full_refresh").get<bool>();
  program.substitute_unsupported = json.at("unsupported").get<std::string>() == "substitute";
  program.vars = dict_of(sources, "var", json.at("vars"));
  for (const Json& one : json.at("parameters")) {
    RuntimeParameter parameter{one.at("name").get<std::string>(), std::nullopt};
    if (one.contains("default")) parameter.default_value = one["default"].get<std::string>();
    program.parameters.emplace(one.at("symbol").get<std::string>(), std::move(parameter));
  }
  for (const Json& one : json.at("bound_environment")) {
    program.bound_variables.push_back(BoundVariable{one.at("name").get<std::string>(), one.at("digest").get<std::string>()});
  }
  return program;
}

Json counts_of(const Program& program) {
  Json counts = Json::object();
  for (const HookKind kind : kKinds) counts[std::string{name_of(kind)}] = program.count(kind);
  return counts;
}

}  // namespace

nlohmann::ordered_json manifest_of(const Program& program) {
  Json parameters = Json::array();
  for (const auto& [symbol, parameter] : program.parameters) {
    Json one{{"symbol", symbol}, {"name", parameter.name}};
    if (parameter.default_value) one["default"] = *parameter.default_value;
    parameters.push_back(std::move(one));
  }
  Json bound = Json::array();
  for (const BoundVariable& variable : program.bound_variables) bound.push_back(Json{{"name", variable.name}, {"digest", variable.digest}});
  Json hooks = Json::array();
  for (HookIndex i = 0; i < program.hook_count(); ++i) hooks.push_back(hook_json(*program.hook(i)));
  const auto fields = program.target_fields ? json_from_value(Value{program.target_fields}) : Json::object();
  return Json{{"version", kManifestVersion},
              {"hookc", program.hookc_version},
              {"project", program.project_name},
              {"profile", program.profile_name},
              {"dialect", sql::name_of(program.dialect)},
              {"target", Json{{"name", program.target_name}, {"type", program.target_type}, {"fields", fields}}},
              {"command", program.command},
              {"full_refresh", program.full_refresh},
              {"unsupported", program.substitute_unsupported ? "substitute" : "error"},
              {"vars", program.vars ? json_from_value(Value{program.vars}) : Json::object()},
              {"parameters", std::move(parameters)},
              {"bound_environment", std::move(bound)},
              {"counts", counts_of(program)},
              {"hooks", std::move(hooks)}};
}

std::variant<LoadedManifest, ManifestError> load_manifest(Sources& sources, const std::filesystem::path& file) {
  auto opened = StoredHooks::open(file);
  if (auto* error = std::get_if<ManifestError>(&opened)) return std::move(*error);
  auto& [hooks, rest, problem] = std::get<StoredHooks::Opened>(opened);
  try {
    Json manifest = Json::parse(rest);
    if (!manifest.is_object() || !manifest.contains("version")) return ManifestError{"it is no manifest of hookc: it has no version"};
    if (manifest["version"] != kManifestVersion) {
      return ManifestError{fmt::format("its version is {}, this hookc reads version {}", manifest["version"].dump(), kManifestVersion)};
    }
    if (!problem.empty()) return ManifestError{problem};
    if (!manifest.at("hooks").is_array() || !manifest["hooks"].empty()) return ManifestError{"its `hooks` are no list of hooks"};
    LoadedManifest loaded{read(sources, manifest), Json::object()};
    loaded.program.stored = hooks;
    if (manifest.contains("context")) loaded.context = std::move(manifest["context"]);
    return loaded;
  } catch (const nlohmann::json::parse_error&) {
    return ManifestError{"it is no JSON"};
  } catch (const nlohmann::json::exception& error) {
    return ManifestError{error.what()};
  } catch (const std::runtime_error& error) {
    return ManifestError{error.what()};
  }
}

}  // namespace hookc
