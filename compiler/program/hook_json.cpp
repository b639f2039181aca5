#include "compiler/program/hook_json.h"

#include <array>
#include <bitset>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/overloaded.h"
#include "compiler/base/sha256.h"
#include "compiler/program/json_reader.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kPhases{HookPhase::OnRunStart, HookPhase::PreHook, HookPhase::PostHook, HookPhase::OnRunEnd};
constexpr std::array kKinds{HookKind::Sql, HookKind::Parameterised, HookKind::Conditional, HookKind::Deferred};
constexpr std::array kContexts{ParameterContext::InString, ParameterContext::Bare, ParameterContext::Comment};
constexpr std::array<std::string_view, 3> kMessages{"log", "print", "warn"};

/// The enumerator with this name.
template <class Enumerators>
auto named(const Enumerators& all, std::string_view name) {
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

Json hook_json_of(const CompiledHook& hook) {
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

std::vector<Segment> segments_of(JsonReader json) {
  std::vector<Segment> out;
  json.array([&] {
    if (json.is_text()) {
      out.emplace_back(SqlText{json.text()});
      return;
    }
    const JsonObject one{json.skip()};
    SqlParameter parameter;
    parameter.name = one.at("parameter").text();
    parameter.context = named(kContexts, one.at("context").text());
    if (auto quote = one.find("quote")) {
      const std::string text = quote->text();
      if (text.size() != 1) throw std::runtime_error{"a quote is one character"};
      parameter.quote = text.front();
    }
    if (auto escapes = one.find("backslash_escapes")) parameter.backslash_escapes = escapes->flag();
    out.emplace_back(std::move(parameter));
  });
  return out;
}

std::string text_or_nothing(const JsonObject& object, std::string_view key) {
  auto found = object.find(key);
  return found ? found->text() : std::string{};
}

SourceMapEntry entry_of(const JsonObject& json) {
  const auto number = [&](std::string_view key) {
    auto found = json.find(key);
    return found ? found->number() : 0U;
  };
  auto made = json.find("made");
  return SourceMapEntry{json.at("begin").number(), text_or_nothing(json, "file"), text_or_nothing(json, "symbol"), number("offset"), number("line"), number("column"), !(made && made->flag())};
}

SqlStep sql_step_of(const JsonObject& json) {
  SqlStep step;
  step.kind = json.at("statement").text();
  if (auto via_query = json.find("via_query")) step.via_query = via_query->flag();
  step.segments = segments_of(json.at("sql"));
  step.verdict = StepVerdict{json.at("rerun").text(), json.at("retry").text(), text_or_nothing(json, "reason")};
  if (auto substituted = json.find("substituted")) {
    const JsonObject object{substituted->skip()};
    Substituted& made = step.substituted.emplace();
    JsonReader statements = object.at("statements");
    statements.array([&] { made.statements.push_back(segments_of(JsonReader{statements.skip()})); });
    JsonReader reports = object.at("reports");
    reports.array([&] { made.reports.push_back(reports.text()); });
  }
  JsonReader map = json.at("source_map");
  map.array([&] { step.source_map.push_back(entry_of(JsonObject{map.skip()})); });
  return step;
}

MessageStep message_step_of(const JsonObject& json) {
  const std::string name = json.at("kind").text();
  for (std::size_t i = 0; i < kMessages.size(); ++i) {
    if (kMessages.at(i) == name) return MessageStep{static_cast<MessageStep::Kind>(i), segments_of(json.at("text"))};
  }
  throw std::runtime_error{fmt::format("`{}` is no kind of message", name)};
}

Step step_of(const JsonObject& json) {
  const std::string kind = json.at("step").text();
  if (kind == "sql") return sql_step_of(json);
  if (kind == "message") return message_step_of(json);
  if (kind == "boundary") return BoundaryStep{json.at("transaction").text() == "begin" ? BoundaryStep::Kind::Begin : BoundaryStep::Kind::Commit};
  if (kind == "deferred") return DeferredStep{json.at("reason").text(), json.at("file").text(), json.at("line").number(), json.at("column").number()};
  throw std::runtime_error{fmt::format("`{}` is no kind of step", kind)};
}

/// All but its template and its steps.
CompiledHook head_of_hook(const JsonObject& json) {
  CompiledHook hook;
  hook.id = json.at("id").text();
  hook.phase = named(kPhases, json.at("phase").text());
  hook.order = json.at("order").number();
  hook.owner = json.at("owner").text();
  hook.package = json.at("package").text();
  hook.kind = named(kKinds, json.at("kind").text());
  hook.transaction = json.at("transaction").flag();
  hook.file = json.at("file").text();
  hook.line = json.at("line").number();
  hook.column = json.at("column").number();
  if (JsonReader sql_file = json.at("sql_file"); sql_file.is_text()) hook.sql_file = sql_file.text();
  hook.no_sql_reason = text_or_nothing(json, "no_sql_reason");
  hook.checksum = json.at("checksum").text();
  return hook;
}

std::string checksum_of(std::string_view tmpl, std::string_view steps) { return sha256(fmt::format("[{},{}]", tmpl, steps)); }

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// It is of what compile writes, without blanks. Who has written the manifest anew with other escapes has changed nothing.
bool fits(const std::string& checksum, std::string_view tmpl, std::string_view steps) {
  if (checksum_of(without_blanks(tmpl), without_blanks(steps)) == checksum) return true;
  const Json parsed_template = Json::parse(tmpl, nullptr, false);
  const Json parsed_steps = Json::parse(steps, nullptr, false);
  return !parsed_template.is_discarded() && !parsed_steps.is_discarded() && checksum_of(dump(parsed_template), dump(parsed_steps)) == checksum;
}

}  // namespace

Json hook_json(const CompiledHook& hook) { return hook_json_of(hook); }

std::string checksum_of(const CompiledHook& hook) { return checksum_of(dump(Json(hook.template_text)), dump(steps_of(hook))); }

std::string read_hook_id(std::string_view bytes) { return JsonObject{bytes}.at("id").text(); }

CompiledHook read_hook(std::string_view bytes) {
  const JsonObject json{bytes};
  CompiledHook hook = head_of_hook(json);
  hook.template_text = json.at("template").text();
  JsonReader steps = json.at("steps");
  steps.array([&] { hook.steps.push_back(step_of(JsonObject{steps.skip()})); });
  return hook;
}

CompiledHook check_hook(std::string_view bytes) {
  const JsonObject json{bytes};
  CompiledHook hook = head_of_hook(json);
  if (!fits(hook.checksum, json.at("template").skip(), json.at("steps").skip())) {
    throw std::runtime_error{fmt::format("hook `{}` was changed after it was compiled: its checksum does not fit", hook.id)};
  }
  return hook;
}

}  // namespace hookc
