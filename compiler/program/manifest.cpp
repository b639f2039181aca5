#include "compiler/program/manifest.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/overloaded.h"
#include "compiler/base/sha256.h"
#include "compiler/value/json.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kPhases{HookPhase::OnRunStart, HookPhase::PreHook, HookPhase::PostHook, HookPhase::OnRunEnd};
constexpr std::array kKinds{HookKind::Sql, HookKind::Parameterised, HookKind::Conditional, HookKind::Deferred};
constexpr std::array kContexts{ParameterContext::InString, ParameterContext::Bare, ParameterContext::Comment};
constexpr std::array<std::string_view, 3> kMessages{"log", "print", "warn"};

/// The enumerator with this name; the JSON exception of a wrong type or value is caught in `program_of`.
template <class Enumerators>
auto named(const Enumerators& all, const std::string& name) {
  for (const auto one : all) {
    if (name_of(one) == name) return one;
  }
  throw std::runtime_error{fmt::format("`{}` is not known here", name)};
}

// ---------------------------------------------------------------------------------------------------------------- writing

Json json_of(const std::vector<Segment>& segments) {
  Json out = Json::array();
  for (const Segment& segment : segments) {
    std::visit(overloaded{
                   [&](const SqlText& text) { out.push_back(text.text); },
                   [&](const SqlParameter& parameter) {
                     Json one{{"parameter", parameter.name}, {"context", name_of(parameter.context)}};
                     if (parameter.quote != '\'') one["quote"] = std::string(1, parameter.quote);
                     if (parameter.backslash_escapes) one["backslash_escapes"] = true;
                     out.push_back(std::move(one));
                   },
               },
               segment);
  }
  return out;
}

Json json_of(const SourceMapEntry& entry) {
  Json out{{"begin", entry.begin}};
  if (!entry.file.empty()) {
    out["file"] = entry.file;
    out["line"] = entry.line;
    out["column"] = entry.column;
    out["offset"] = entry.offset;
  }
  if (!entry.symbol.empty()) out["symbol"] = entry.symbol;
  if (!entry.verbatim) out["made"] = true;
  return out;
}

Json json_of(const Substituted& substituted) {
  Json statements = Json::array();
  for (const auto& statement : substituted.statements) statements.push_back(json_of(statement));
  return Json{{"statements", std::move(statements)}, {"reports", substituted.reports}};
}

Json json_of(const SqlStep& step) {
  Json out{{"step", "sql"}, {"statement", step.kind}};
  if (step.via_query) out["via_query"] = true;
  out["sql"] = json_of(step.segments);
  const StepVerdict verdict = step.verdict.value_or(StepVerdict{});
  out["rerun"] = verdict.rerun;
  out["retry"] = verdict.retry;
  if (!verdict.reason.empty()) out["reason"] = verdict.reason;
  if (step.substituted) out["substituted"] = json_of(*step.substituted);
  Json map = Json::array();
  for (const SourceMapEntry& entry : step.source_map) map.push_back(json_of(entry));
  out["source_map"] = std::move(map);
  return out;
}

Json json_of(const Step& step) {
  return std::visit(overloaded{
                        [](const SqlStep& sql) { return json_of(sql); },
                        [](const MessageStep& message) {
                          return Json{{"step", "message"}, {"kind", kMessages.at(static_cast<std::size_t>(message.kind))}, {"text", json_of(message.segments)}};
                        },
                        [](const BoundaryStep& boundary) {
                          return Json{{"step", "boundary"}, {"transaction", boundary.kind == BoundaryStep::Kind::Begin ? "begin" : "commit"}};
                        },
                        [](const DeferredStep& deferred) {
                          return Json{{"step", "deferred"}, {"reason", deferred.reason}, {"file", deferred.file}, {"line", deferred.line}, {"column", deferred.column}};
                        },
                    },
                    step);
}

Json steps_of(const CompiledHook& hook) {
  Json steps = Json::array();
  for (const Step& step : hook.steps) steps.push_back(json_of(step));
  return steps;
}

Json json_of(const CompiledHook& hook) {
  Json out{{"id", hook.id},     {"phase", name_of(hook.phase)}, {"order", hook.order},     {"owner", hook.owner}, {"package", hook.package},
           {"kind", name_of(hook.kind)}, {"transaction", hook.transaction}, {"file", hook.file}, {"line", hook.line},   {"column", hook.column}};
  if (hook.sql_file) {
    out["sql_file"] = *hook.sql_file;
  } else {
    out["sql_file"] = nullptr;
    out["no_sql_reason"] = hook.no_sql_reason;
  }
  out["checksum"] = hook.checksum;
  out["template"] = hook.template_text;
  out["steps"] = steps_of(hook);
  return out;
}

// ---------------------------------------------------------------------------------------------------------------- reading

std::vector<Segment> segments_of(const Json& json) {
  std::vector<Segment> out;
  for (const Json& one : json) {
    if (one.is_string()) {
      out.emplace_back(SqlText{one.get<std::string>()});
      continue;
    }
    SqlParameter parameter;
    parameter.name = one.at("parameter").get<std::string>();
    parameter.context = named(kContexts, one.at("context").get<std::string>());
    const std::string quote = one.value("quote", std::string{"'"});
    if (quote.size() != 1) throw std::runtime_error{"a quote is one character"};
    parameter.quote = quote.front();
    parameter.backslash_escapes = one.value("backslash_escapes", false);
    out.emplace_back(std::move(parameter));
  }
  return out;
}

SqlStep sql_step_of(const Json& json) {
  SqlStep step;
  step.kind = json.at("statement").get<std::string>();
  step.via_query = json.value("via_query", false);
  step.segments = segments_of(json.at("sql"));
  step.verdict = StepVerdict{json.at("rerun").get<std::string>(), json.at("retry").get<std::string>(), json.value("reason", std::string{})};
  if (json.contains("substituted")) {
    Substituted& substituted = step.substituted.emplace();
    for (const Json& statement : json["substituted"].at("statements")) substituted.statements.push_back(segments_of(statement));
    substituted.reports = json["substituted"].at("reports").get<std::vector<std::string>>();
  }
  for (const Json& entry : json.at("source_map")) {
    step.source_map.push_back(SourceMapEntry{entry.at("begin").get<std::uint32_t>(), entry.value("file", std::string{}), entry.value("symbol", std::string{}),
                                             entry.value("offset", 0U), entry.value("line", 0U), entry.value("column", 0U), !entry.value("made", false)});
  }
  return step;
}

Step step_of(const Json& json) {
  const std::string kind = json.at("step").get<std::string>();
  if (kind == "sql") return sql_step_of(json);
  if (kind == "message") {
    const std::string name = json.at("kind").get<std::string>();
    for (std::size_t i = 0; i < kMessages.size(); ++i) {
      if (kMessages.at(i) == name) return MessageStep{static_cast<MessageStep::Kind>(i), segments_of(json.at("text"))};
    }
    throw std::runtime_error{fmt::format("`{}` is no kind of message", name)};
  }
  if (kind == "boundary") {
    return BoundaryStep{json.at("transaction").get<std::string>() == "begin" ? BoundaryStep::Kind::Begin : BoundaryStep::Kind::Commit};
  }
  if (kind == "deferred") {
    return DeferredStep{json.at("reason").get<std::string>(), json.at("file").get<std::string>(), json.at("line").get<std::uint32_t>(), json.at("column").get<std::uint32_t>()};
  }
  throw std::runtime_error{fmt::format("`{}` is no kind of step", kind)};
}

std::string checksum_of(const Json& tmpl, const Json& steps) {
  const auto dump = [](const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); };
  return sha256(fmt::format("[{},{}]", dump(tmpl), dump(steps)));
}

CompiledHook hook_of(const Json& json) {
  CompiledHook hook;
  hook.id = json.at("id").get<std::string>();
  hook.phase = named(kPhases, json.at("phase").get<std::string>());
  hook.order = json.at("order").get<std::uint32_t>();
  hook.owner = json.at("owner").get<std::string>();
  hook.package = json.at("package").get<std::string>();
  hook.kind = named(kKinds, json.at("kind").get<std::string>());
  hook.transaction = json.at("transaction").get<bool>();
  hook.file = json.at("file").get<std::string>();
  hook.line = json.at("line").get<std::uint32_t>();
  hook.column = json.at("column").get<std::uint32_t>();
  if (json.at("sql_file").is_string()) hook.sql_file = json["sql_file"].get<std::string>();
  hook.no_sql_reason = json.value("no_sql_reason", std::string{});
  hook.checksum = json.at("checksum").get<std::string>();
  hook.template_text = json.at("template").get<std::string>();
  for (const Json& step : json.at("steps")) hook.steps.push_back(step_of(step));
  if (checksum_of(json["template"], json["steps"]) != hook.checksum) throw std::runtime_error{fmt::format("hook `{}` was changed after it was compiled: its checksum does not fit", hook.id)};
  return hook;
}

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

std::string checksum_of(const CompiledHook& hook) { return checksum_of(Json(hook.template_text), steps_of(hook)); }

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
  for (const CompiledHook& hook : program.hooks) hooks.push_back(json_of(hook));
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

std::variant<LoadedManifest, ManifestError> load_manifest(Sources& sources, std::string_view bytes) {
  std::vector<CompiledHook> hooks;
  std::string key;  // of the whole manifest, that is read
  Json version;
  const auto take = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth == 1 && event == Json::parse_event_t::key) key = parsed.get_ref<const std::string&>();
    if (depth == 1 && event == Json::parse_event_t::value && key == "version") version = parsed;
    const bool is_hook = depth == 2 && event == Json::parse_event_t::object_end && key == "hooks";
    if (is_hook && version == kManifestVersion) hooks.push_back(hook_of(parsed));
    return !is_hook;
  };
  try {
    Json manifest = Json::parse(bytes, take);
    if (!manifest.is_object() || !manifest.contains("version")) return ManifestError{"it is no manifest of hookc: it has no version"};
    if (manifest["version"] != kManifestVersion) {
      return ManifestError{fmt::format("its version is {}, this hookc reads version {}", manifest["version"].dump(), kManifestVersion)};
    }
    if (!manifest.at("hooks").is_array() || !manifest["hooks"].empty()) return ManifestError{"its `hooks` are no list of hooks"};
    LoadedManifest loaded{read(sources, manifest), Json::object()};
    loaded.program.hooks = std::move(hooks);
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
