// hookc render: pure Jinja, without a project or a database.
#include <cerrno>
#include <exception>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/plain_host.h"
#include "compiler/eval/remedies.h"
#include "compiler/parse/parse.h"
#include "compiler/project/modules/modules.h"
#include "compiler/project/native_render.h"
#include "compiler/value/json.h"
#include "compiler/value/repr.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/console.h"

namespace hookc {

namespace {

using Json = nlohmann::ordered_json;

enum class Kind : std::uint8_t { Render, Native, Expression, Compile };

/// What is asked for in one line of a batch.
struct Request {
  Kind kind = Kind::Render;
  std::string source;
  Json context;
  ParseOptions parse;
};

/// A request that cannot be understood.
struct BadRequest {
  std::string message;
};

/// Plain Jinja with `modules`, as dbt's contexts have it.
class RenderHost final : public PlainHost {
 public:
  using PlainHost::PlainHost;
  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override {
    std::optional<Value> found = PlainHost::input(evaluator, name);
    return !found && name == "modules" ? make_modules(Clock::Running) : found;
  }
};

Diagnostic failure(std::string error_class, std::string message) {
  Diagnostic diagnostic;
  diagnostic.error_class = std::move(error_class);
  diagnostic.message = std::move(message);
  return diagnostic;
}

void check_builtins(ParseOptions& options) {
  options.find_filter = find_filter;
  options.find_test = find_test;
  options.compute = compute_constant;
  options.filter_help = help_for_filter;
  options.test_help = help_for_test;
}

DictPtr context_of(Sources& sources, const Json& context) {
  auto dict = std::make_shared<Dict>();
  for (const auto& [name, value] : context.items()) dict->set(name, value_from_json(sources, name, value));
  return dict;
}

/// The repr of the value.
std::variant<Text, Diagnostic> render_value(Sources& sources, SourceId source, const Request& request) {
  RenderHost host(context_of(sources, request.context));
  std::variant<Value, Diagnostic> outcome = render_native(sources, source, host, request.parse, Limits{});
  if (auto* problem = std::get_if<Diagnostic>(&outcome)) return std::move(*problem);
  return Text{display_repr(std::get<Value>(outcome)), Position{0}};
}

std::variant<Text, Diagnostic> render_source(Sources& sources, SourceId source, const Request& request) {
  if (request.kind == Kind::Native) return render_value(sources, source, request);
  auto parsed = request.kind == Kind::Expression ? parse_expression(sources, source, request.parse) : parse_template(sources, source, request.parse);
  if (auto* problem = std::get_if<Diagnostic>(&parsed)) return std::move(*problem);
  if (request.kind == Kind::Compile) return Text{};
  RenderHost host(context_of(sources, request.context));
  Evaluator evaluator(sources, host, EvalOptions{});
  EvalOutcome outcome = evaluator.render(*std::get<ast::TemplatePtr>(parsed));
  if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
  return std::move(std::get<Rendering>(outcome).text);
}

// ---------------------------------------------------------------------------------------------------------------------------- batch

void read_extensions(const Json& extensions, ParseOptions& into) {
  if (!extensions.is_array()) throw BadRequest{"`extensions` is not a list"};
  for (const Json& extension : extensions) {
    if (extension == "jinja2.ext.do")
      into.do_tag = true;
    else if (extension == "jinja2.ext.loopcontrols")
      into.loop_controls = true;
    else
      throw BadRequest{"extension " + extension.dump() + " is not known"};
  }
}

void read_environment(const Json& environment, ParseOptions& into) {
  if (!environment.is_object()) throw BadRequest{"`env` is not an object"};
  for (const auto& [name, value] : environment.items()) {
    if (name == "extensions") {
      read_extensions(value, into);
      continue;
    }
    if (name == "sandboxed") continue;  // it always is
    if (!value.is_boolean()) throw BadRequest{"environment option `" + name + "` is not known, or not true or false"};
    const bool wanted = value.get<bool>();
    if (name == "trim_blocks")
      into.trim_blocks = wanted;
    else if (name == "lstrip_blocks")
      into.lstrip_blocks = wanted;
    else if (name == "keep_trailing_newline")
      into.keep_trailing_newline = wanted;
    else if (wanted)
      throw BadRequest{"environment option `" + name + "` is not known"};
  }
}

Request read_request(const Json& line) {
  if (!line.is_object()) throw BadRequest{"the line is not an object"};
  Request request;
  request.parse.do_tag = request.parse.loop_controls = request.parse.dbt_tags = false;
  check_builtins(request.parse);
  if (!line.contains("source") || !line["source"].is_string()) throw BadRequest{"`source` is missing, or is no string"};
  request.source = line["source"].get<std::string>();
  request.context = line.value("context", Json::object());
  if (request.context.is_null()) request.context = Json::object();
  if (!request.context.is_object()) throw BadRequest{"`context` is not an object"};
  if (line.contains("env")) read_environment(line["env"], request.parse);
  const std::string kind = line.contains("kind") && line["kind"].is_string() ? line["kind"].get<std::string>() : "render";
  if (kind == "expression")
    request.kind = Kind::Expression;
  else if (kind == "native")
    request.kind = Kind::Native;
  else if (kind == "syntax_error" || kind == "compile_ok")
    request.kind = Kind::Compile;
  else if (kind != "render")
    throw BadRequest{"kind `" + kind + "` is not known"};
  return request;
}

Json answer_of(const std::variant<Text, Diagnostic>& outcome) {
  Json answer;
  if (const auto* text = std::get_if<Text>(&outcome)) {
    answer["ok"] = true;
    answer["output"] = text->str();
    return answer;
  }
  const auto& diagnostic = std::get<Diagnostic>(outcome);
  answer["ok"] = false;
  answer["error"] = {{"class", diagnostic.error_class}, {"message", diagnostic.message}, {"line", nullptr}};
  if (diagnostic.template_line != 0 && diagnostic.template_line != kNoTemplateLine) answer["error"]["line"] = diagnostic.template_line;
  return answer;
}

Json answer_line(const std::string& line) {
  Json id;
  std::variant<Text, Diagnostic> outcome;
  try {
    const Json parsed = Json::parse(line, nullptr, false);
    if (parsed.is_discarded()) throw BadRequest{"the line is not JSON"};
    if (parsed.is_object() && parsed.contains("id") && parsed["id"].is_primitive()) id = parsed["id"];
    const Request request = read_request(parsed);
    Sources sources;
    const SourceId source = sources.add_file("<template>", request.source);
    outcome = render_source(sources, source, request);
  } catch (const BadRequest& bad) {
    outcome = failure("ValueError", bad.message);
  } catch (const EvalError& error) {
    outcome = error.diagnostic;
  } catch (const std::exception& error) {
    outcome = failure("LimitError", error.what());
  }
  Json answer;
  answer["id"] = std::move(id);
  answer.update(answer_of(outcome));
  return answer;
}

void run_batch(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    out << answer_line(line).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
    if (!out) throw std::system_error{errno, std::generic_category(), "standard output cannot be written"};
  }
}

// ----------------------------------------------------------------------------------------------------------------------------- single

ExitStatus render_one(const RenderOptions& options, const Console& console) {
  Request request;
  check_builtins(request.parse);
  request.context = Json::parse(options.context.value_or("{}"), nullptr, false);
  if (!request.context.is_object()) {
    print_error(console, "`--context` is not a JSON object");
    return ExitStatus::CannotWork;
  }
  const std::string file = options.file.value_or("-");
  Sources sources;
  const SourceId source = sources.add_file(file == "-" ? "<stdin>" : file, read_input(file));
  const auto outcome = render_source(sources, source, request);
  if (const auto* diagnostic = std::get_if<Diagnostic>(&outcome)) {
    print_diagnostics(console, {*diagnostic}, sources);
    return ExitStatus::CannotWork;
  }
  write_out(std::get<Text>(outcome).view());
  return ExitStatus::Clean;
}

}  // namespace

/// A template, its context or its file that is no good is status 2; in a batch it is an answer, and the status is 0.
ExitStatus run_render(const RenderOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  if (options.batch) {
    std::ios::sync_with_stdio(false);
    run_batch(std::cin, std::cout);
    return ExitStatus::Clean;
  }
  try {
    return render_one(options, console);
  } catch (const EvalError& error) {
    print_error(console, error.diagnostic.message);
    return ExitStatus::CannotWork;
  }
}

}  // namespace hookc
