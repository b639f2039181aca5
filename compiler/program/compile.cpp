#include "compiler/program/compile.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/overloaded.h"
#include "compiler/project/hosts.h"
#include "compiler/sql/parse.h"

namespace hookc {
namespace {

/// Why a hook waits for the run.
struct Deferral {
  Span site;
  std::string what;
};
using Rendered = std::variant<Rendering, Deferral, Diagnostic>;

class Compiler {
 public:
  Compiler(Sources& sources, const Project& project, const CompileRequest& request, const Target& target, CompileResult& result)
      : sources_(sources), project_(project), request_(request), target_(target), result_(result), places_(project.root) {
    program_.dialect = request.dialect.value_or(sql::dialect_of_adapter(target.type));
  }

  void run();
  [[nodiscard]] Diagnostic dropped(const Hook& hook) const;

 private:
  [[nodiscard]] Binding binding() const;
  Rendered render(const Hook& hook, const Node* node);
  void compile(const Hook& hook);
  void defer(const Hook& hook, CompiledHook& compiled, const Deferral& why);
  std::optional<Deferral> add_steps(const Hook& hook, CompiledHook& compiled, const Rendering& rendering);
  std::optional<Deferral> add_event(const Hook& hook, CompiledHook& compiled, const StepInput& input, const Event& event, std::uint32_t& sent);
  std::optional<Deferral> add_sql(const Hook& hook, CompiledHook& compiled, const StepInput& input, const Text& text, bool via_query, std::uint32_t sent);
  void apply_policy(const Hook& hook, const Text& text, const StatementStep& cut, SqlStep& step);
  void report(const Hook& hook, const Text& text, ByteRange range, std::string error_class, std::string message, std::string help);
  void add_boundary(const Hook& hook, CompiledHook& compiled);
  void describe_program();
  void bind(const std::vector<BoundVariable>& variables);

  Sources& sources_;
  const Project& project_;
  const CompileRequest& request_;
  const Target& target_;
  CompileResult& result_;
  Places places_;
  Program program_;
  std::map<std::string, std::string> bound_;
  std::array<std::uint32_t, 4> orders_{};
  std::string last_outside_;  // owner and phase of the last hook outside of a transaction: its first one ends the open transaction
};

Binding Compiler::binding() const {
  Binding binding;
  binding.execute = true;
  binding.target = &target_;
  binding.which = request_.command;
  binding.full_refresh = request_.full_refresh;
  binding.stage = Stage::Compile;
  return binding;
}

Rendered Compiler::render(const Hook& hook, const Node* node) {
  FixedHost host{sources_, project_, node, hook.phase, binding()};
  Evaluator evaluator{sources_, host, run_options(project_)};
  Rendered rendered = [&]() -> Rendered {
    try {
      EvalOutcome outcome = evaluator.render(*hook.tmpl);
      if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
      return std::move(std::get<Rendering>(outcome));
    } catch (const NeedsDatabase& needs) {
      return Deferral{needs.site, needs.what};
    }
  }();
  bind(host.bound_variables());
  for (const auto& [symbol, parameter] : host.parameters()) program_.parameters.try_emplace(symbol, parameter);
  return rendered;
}

void Compiler::bind(const std::vector<BoundVariable>& variables) {
  for (const BoundVariable& variable : variables) bound_.try_emplace(variable.name, variable.digest);
}

void Compiler::defer(const Hook& hook, CompiledHook& compiled, const Deferral& why) {
  DeferredStep step;
  step.reason = why.what;
  std::optional<Location> location = sources_.locate(why.site);
  if (!location) location = sources_.locate(Span{hook.source, 0, std::min<std::uint32_t>(1, sources_.text(hook.source).size())});
  if (location) {
    step.file = places_.shown(location->file);
    step.line = location->line;
    step.column = location->column;
  }
  compiled.steps.clear();
  compiled.steps.emplace_back(std::move(step));
}

/// dbt begins a transaction before the SQL of a node's hook, unless the hook asks to stand outside; outside, it first ends the open one.
/// DuckDB has no transaction of itself, so dbt-duckdb leaves the latter out.
/// Source: dbt-adapters 1.24, macros/materializations/hooks.sql; dbt-duckdb 1.10, macros/adapters.sql.
void Compiler::add_boundary(const Hook& hook, CompiledHook& compiled) {
  if (hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd) return;
  if (hook.transaction) {
    compiled.steps.emplace_back(BoundaryStep{BoundaryStep::Kind::Begin});
    return;
  }
  const std::string key = fmt::format("{} {}", hook.owner, name_of(hook.phase));
  if (program_.dialect != sql::Dialect::DuckDb && key != last_outside_) compiled.steps.emplace_back(BoundaryStep{BoundaryStep::Kind::Commit});
  last_outside_ = key;
}

/// The byte of `whole` that came from `position`.
std::optional<std::uint32_t> offset_of(const Text& whole, Position position) {
  const std::span<const Run> runs = whole.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::uint32_t size = (i + 1 < runs.size() ? runs[i + 1].begin : whole.size()) - runs[i].begin;
    const std::uint32_t first = place_of(runs[i].position);
    if (is_fixed(position) != is_fixed(runs[i].position)) continue;
    if (is_fixed(position) ? place_of(position) == first : place_of(position) >= first && place_of(position) - first < size) {
      return runs[i].begin + (is_fixed(position) ? 0 : place_of(position) - first);
    }
  }
  return std::nullopt;
}

/// The bytes of the hook's own template that `range` of what it printed came from; all of it when they came from elsewhere.
Span narrow_span(const Sources& sources, const Hook& hook, const Text& text, ByteRange range) {
  const Text& whole = sources.text(hook.source);
  const Span all{hook.source, 0, whole.size()};
  if (range.size() == 0 || range.end > text.size()) return all;
  const auto begin = offset_of(whole, text.position_at(range.begin));
  const auto end = offset_of(whole, text.position_at(range.end - 1));
  return begin && end && *begin <= *end ? Span{hook.source, *begin, *end + 1} : all;
}

/// An error in the SQL of a hook. Its place may be in a macro, which has no Source of its own here, so it is named in words.
void Compiler::report(const Hook& hook, const Text& text, ByteRange range, std::string error_class, std::string message, std::string help) {
  Diagnostic& error = result_.diagnostics.emplace_back();
  error.error_class = std::move(error_class);
  error.message = fmt::format("{}: {}", hook.id, message);
  error.help = std::move(help);
  error.span = narrow_span(sources_, hook, text, range);
  const auto place = sources_.locate(text, range);
  const auto hook_place = sources_.locate(error.span);
  if (place && (!hook_place || place->file != hook_place->file)) error.message += fmt::format(" (at {}:{}:{})", place->file, place->line, place->column);
}

void Compiler::apply_policy(const Hook& hook, const Text& text, const StatementStep& cut, SqlStep& step) {
  if (!request_.policy) return;
  const std::string sent = placeholder_text(step.segments);
  const sql::Script script = sql::parse_sql(sent, program_.dialect);
  if (script.statements.size() != 1) return;
  std::visit(overloaded{
                 [](std::monostate) {},
                 [&](const Replaced& replaced) {
                   Substituted& made = step.substituted.emplace();
                   made.reports = replaced.reports;
                   for (const std::string& statement : replaced.statements) {
                     made.statements.push_back(segments_of_placeholders(statement, step.segments, program_.dialect));
                   }
                 },
                 [&](const Refused& refused) {
                   report(hook, text, cut.statement, "UnsupportedStatement", refused.message, refused.help);
                 },
             },
             request_.policy(sent, script.statements.front(), hook.id));
}

std::optional<Deferral> Compiler::add_sql(const Hook& hook, CompiledHook& compiled, const StepInput& input, const Text& text, bool via_query, std::uint32_t sent) {
  auto cut = make_statement_steps(input, text, via_query);
  if (const auto* open = std::get_if<OpenHole>(&cut)) return Deferral{open->site, open->symbol};
  auto& statements = std::get<std::vector<StatementStep>>(cut);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    SqlStep& step = statements[i].step;
    if (const auto& fault = statements[i].fault) report(hook, text, fault->where, "SqlSyntaxError", fault->message, "");
    step.index = StatementIndex{sent, static_cast<std::uint32_t>(i)};
    if (request_.verdicts) step.verdict = request_.verdicts(hook.id, *step.index);
    apply_policy(hook, text, statements[i], step);
    compiled.steps.emplace_back(std::move(step));
  }
  return std::nullopt;
}

std::optional<Deferral> Compiler::add_event(const Hook& hook, CompiledHook& compiled, const StepInput& input, const Event& event, std::uint32_t& sent) {
  const auto message = [&](MessageStep::Kind kind) -> std::optional<Deferral> {
    auto segments = make_segments(input, event.text);
    if (const auto* open = std::get_if<OpenHole>(&segments)) return Deferral{open->site, open->symbol};
    compiled.steps.emplace_back(MessageStep{kind, std::move(std::get<std::vector<Segment>>(segments))});
    return std::nullopt;
  };
  switch (event.kind) {
    case Event::Kind::Query:
      if (event.query_kind == Query::Kind::AdapterMethod) return Deferral{event.site, fmt::format("adapter.{}", event.method)};
      return add_sql(hook, compiled, input, event.text, true, sent++);
    case Event::Kind::Log: return event.method == "info" ? message(MessageStep::Kind::Log) : std::nullopt;
    case Event::Kind::Print: return message(MessageStep::Kind::Print);
    case Event::Kind::Warn: return message(MessageStep::Kind::Warn);
    case Event::Kind::MissingMacro: return Deferral{event.site, fmt::format("{}: its package is not installed", event.text.view())};
  }
  return std::nullopt;
}

std::optional<Deferral> Compiler::add_steps(const Hook& hook, CompiledHook& compiled, const Rendering& rendering) {
  const StepInput input{sources_, places_, rendering, program_.parameters, program_.dialect};
  std::uint32_t sent = 0;
  for (const Event& event : rendering.events) {
    if (auto why = add_event(hook, compiled, input, event, sent)) return why;
  }
  const bool is_run_hook = hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd;
  const Text text = is_run_hook ? decode_run_hook(sources_, rendering.text) : rendering.text;
  if (sql::is_blank(text.view(), program_.dialect)) return std::nullopt;
  add_boundary(hook, compiled);
  return add_sql(hook, compiled, input, text, false, sent);
}

HookKind kind_of(const CompiledHook& hook) {
  const auto parameterised = [](const std::vector<Segment>& segments) {
    return std::ranges::any_of(segments, [](const Segment& segment) { return std::holds_alternative<SqlParameter>(segment); });
  };
  bool has_parameters = false;
  for (const Step& step : hook.steps) {
    if (std::holds_alternative<DeferredStep>(step)) return HookKind::Deferred;
    if (const auto* sql = std::get_if<SqlStep>(&step)) has_parameters = has_parameters || parameterised(sql->segments);
    if (const auto* message = std::get_if<MessageStep>(&step)) has_parameters = has_parameters || parameterised(message->segments);
  }
  return has_parameters ? HookKind::Parameterised : HookKind::Sql;
}

void Compiler::compile(const Hook& hook) {
  CompiledHook compiled;
  compiled.id = hook.id;
  compiled.phase = hook.phase;
  compiled.owner = hook.owner;
  compiled.package = hook.package;
  compiled.order = ++orders_.at(static_cast<std::size_t>(hook.phase));
  compiled.transaction = hook.transaction;
  const Text& text = sources_.text(hook.source);
  compiled.template_text = text.str();
  if (const auto place = sources_.locate(Span{hook.source, 0, std::min<std::uint32_t>(1, text.size())})) {
    compiled.file = places_.shown(place->file);
    compiled.line = place->line;
    compiled.column = place->column;
  }
  std::visit(overloaded{
                 [&](const Rendering& rendering) {
                   if (const auto why = add_steps(hook, compiled, rendering)) defer(hook, compiled, *why);
                 },
                 [&](const Deferral& why) { defer(hook, compiled, why); },
                 [&](const Diagnostic& error) { result_.diagnostics.push_back(error); },
             },
             render(hook, project_.find_node(hook.owner)));
  compiled.kind = kind_of(compiled);
  program_.hooks.push_back(std::move(compiled));
}

void Compiler::describe_program() {
  program_.hookc_version = HOOKC_VERSION;
  program_.project_name = project_.name;
  program_.profile_name = project_.profile_name;
  program_.target_name = target_.name;
  program_.target_type = target_.type;
  program_.target_fields = target_.fields;
  program_.command = request_.command;
  program_.full_refresh = request_.full_refresh;
  program_.substitute_unsupported = project_.settings.substitute_unsupported;
  program_.vars = project_.vars;
  for (const auto& [name, digest] : bound_) program_.bound_variables.push_back(BoundVariable{name, digest});
}

bool has_error(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Error; });
}

/// What dbt leaves out without a word. A hook of an installed package cannot be mended here, so that is only said.
Diagnostic Compiler::dropped(const Hook& hook) const {
  Diagnostic diagnostic;
  diagnostic.severity = hook.package == project_.name ? Severity::Error : Severity::Warning;
  diagnostic.error_class = "CompilationError";
  diagnostic.message = fmt::format("dbt never runs `{}`: {}", hook.id, hook.why);
  diagnostic.help = "leave `transaction: false` out, when the hook is meant to run";
  diagnostic.span = Span{hook.source, 0, sources_.text(hook.source).size()};
  return diagnostic;
}

void Compiler::run() {
  for (const Hook& hook : project_.hooks) {
    if (hook.problem) {
      result_.diagnostics.push_back(*hook.problem);
    } else if (hook.is_dropped) {
      result_.diagnostics.push_back(dropped(hook));
    } else if (hook.enabled && hook.tmpl != nullptr) {
      compile(hook);
    }
  }
  if (has_error(result_.diagnostics)) return;
  describe_program();
  result_.program = std::move(program_);
}

std::string target_names(const Profile& profile) {
  std::string names;
  for (const Target& target : profile.targets) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", target.name);
  return names;
}

/// Why there is no target to compile for.
Diagnostic no_target(const Project& project) {
  Diagnostic error;
  error.error_class = "TargetError";
  if (!project.profile) {
    error.message = fmt::format("no profile `{}` was found", project.profile_name);
    error.help = "put a profiles.yml beside dbt_project.yml or into ~/.dbt, or name its folder with --profiles-dir";
  } else if (project.target_name) {
    error.message = fmt::format("profile `{}` has no target `{}`", project.profile->name, *project.target_name);
    error.help = fmt::format("its targets are {}", target_names(*project.profile));
  } else {
    error.message = fmt::format("profile `{}` names no target", project.profile->name);
    error.help = fmt::format("name one with --target: {}", target_names(*project.profile));
  }
  return error;
}

}  // namespace

EvalOptions run_options(const Project& project) {
  constexpr std::uint64_t kLintSteps = 100'000;
  constexpr std::uint64_t kLintOutput = 1U << 20U;
  constexpr std::uint64_t kMostFactor = 1'000'000;
  constexpr std::uint64_t kMostOutput = 1U << 30U;  // offsets in a Text have 32 bits
  const std::uint64_t factor = std::clamp<std::uint64_t>(project.settings.limit_factor, 1, kMostFactor);
  EvalOptions options;
  options.limits.max_steps = kLintSteps * factor;
  options.limits.max_output = std::min(kLintOutput * factor, kMostOutput);
  return options;
}

Text decode_run_hook(Sources& sources, const Text& rendered) {
  const std::string_view text = rendered.view();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return rendered;
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("sql") || !json["sql"].is_string()) return rendered;
  std::vector<Position> inputs;
  for (const Run& run : rendered.runs()) inputs.push_back(run.position);
  return Text{json["sql"].get<std::string>(), sources.add_derived(inputs)};
}

CompileResult compile_project(Sources& sources, const Project& project, const CompileRequest& request) {
  CompileResult result;
  std::ranges::copy_if(project.diagnostics, std::back_inserter(result.diagnostics), [](const Diagnostic& d) { return d.severity == Severity::Error; });
  const Target* target = project.active_target();
  if (target == nullptr) {
    result.diagnostics.push_back(no_target(project));
    return result;
  }
  result.diagnostics.insert(result.diagnostics.end(), target->problems.begin(), target->problems.end());
  Compiler{sources, project, request, *target, result}.run();
  return result;
}

}  // namespace hookc
