#include "runtime/results.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/eval/evaluator.h"
#include "compiler/value/json.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

/// One element of `results`. Its `node` is the one of `graph.nodes`, looked up when it is asked for: most hooks only count.
class ResultObject final : public Object, public std::enable_shared_from_this<ResultObject> {
 public:
  ResultObject(Sources& sources, NodeResult result) : sources_(sources), result_(std::move(result)) {}

  [[nodiscard]] std::string type_name() const override { return "RunResult"; }
  [[nodiscard]] Text str() const override { return Text{fmt::format("RunResult(status='{}', node='{}')", result_.status, result_.unique_id), Position{0}}; }

  [[nodiscard]] std::vector<std::string> member_names() const override {
    std::vector<std::string> names(std::begin(kFields), std::end(kFields));
    names.emplace_back("to_dict");
    return names;
  }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "to_dict") return make_function("to_dict", [self = shared_from_this()](Evaluator& caller, const Arguments&) { return self->as_dict(caller); });
    return field(evaluator, name);
  }
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override {
    const auto name = text_of(key);
    return name ? field(evaluator, *name) : std::nullopt;
  }

 private:
  static constexpr std::string_view kFields[] = {"status", "timing", "thread_id", "execution_time", "adapter_response", "message", "failures", "node", "batch_results", "unique_id"};

  [[nodiscard]] Value input(std::string_view name, const std::string& bytes) const {
    return make_text(bytes, sources_.add_input(fmt::format("results.{}", name), static_cast<std::uint32_t>(bytes.size())));
  }

  std::optional<Value> field(Evaluator& evaluator, std::string_view name) const {
    if (name == "status") return input(name, result_.status);
    if (name == "message") return result_.message.empty() ? Value{None{}} : input(name, result_.message);
    if (name == "thread_id") return input(name, result_.thread_id);
    if (name == "execution_time") return Value{result_.execution_time};
    if (name == "unique_id") return input(name, result_.unique_id);
    if (name == "node") return node(evaluator);
    if (name == "timing") return detail(name, make_list({}));
    if (name == "adapter_response") return detail(name, make_dict());
    if (name == "failures" || name == "batch_results") return detail(name, Value{None{}});
    return std::nullopt;
  }

  [[nodiscard]] Value detail(std::string_view name, Value fallback) const {
    if (result_.details == nullptr) return fallback;
    const auto found = result_.details->find(std::string{name});
    return found == result_.details->end() ? fallback : value_from_json(sources_, fmt::format("results.{}", name), *found);
  }

  [[nodiscard]] Value node(Evaluator& evaluator) const {
    const auto graph = evaluator.host().input(evaluator, "graph");
    if (graph) {
      const Value nodes = evaluator.get_item(*graph, make_name("nodes"));
      if (const auto* dict = nodes.get_if<DictPtr>()) {
        if (const Value* found = (*dict)->find(result_.unique_id)) return *found;
      }
    }
    // A node that the project no longer has: what its id says.
    Value known = make_dict();
    Dict& dict = **known.get_if<DictPtr>();
    const std::string& id = result_.unique_id;
    dict.set("unique_id", input("node.unique_id", id));
    dict.set("resource_type", input("node.resource_type", id.substr(0, id.find('.'))));
    dict.set("name", input("node.name", id.substr(id.rfind('.') + 1)));
    return known;
  }

  Value as_dict(Evaluator& evaluator) const {
    Value out = make_dict();
    for (const std::string_view name : kFields) (*out.get_if<DictPtr>())->set(name, field(evaluator, name).value_or(Value{None{}}));
    return out;
  }

  Sources& sources_;  // outlives every evaluation
  NodeResult result_;
};

NodeResult result_of(const Json& json) {
  NodeResult result;
  result.unique_id = json.at("unique_id").get<std::string>();
  result.status = json.at("status").get<std::string>();
  if (json.contains("message") && json["message"].is_string()) result.message = json["message"].get<std::string>();
  if (json.contains("thread_id") && json["thread_id"].is_string()) result.thread_id = json["thread_id"].get<std::string>();
  if (json.contains("execution_time") && json["execution_time"].is_number()) result.execution_time = json["execution_time"].get<double>();
  result.details = std::make_shared<const Json>(json);
  return result;
}

}  // namespace

std::variant<std::vector<NodeResult>, ResultsError> read_run_results(const std::filesystem::path& file) {
  const std::string help = "name the run_results.json that dbt wrote to its target folder";
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return ResultsError{fmt::format("there is no file `{}`", file.string()), help};
  std::ifstream stream{file, std::ios::binary};
  const Json json = Json::parse(stream, nullptr, false);
  if (!stream.good() && !stream.eof()) return ResultsError{fmt::format("`{}` cannot be read", file.string()), help};
  if (!json.is_object() || !json.contains("results") || !json["results"].is_array()) return ResultsError{fmt::format("`{}` is no run_results.json: it has no list of `results`", file.string()), help};
  std::vector<NodeResult> results;
  try {
    for (const Json& one : json["results"]) results.push_back(result_of(one));
  } catch (const Json::exception& wrong) {
    return ResultsError{fmt::format("result {} of `{}` cannot be used: {}", results.size() + 1, file.string(), wrong.what()), help};
  }
  return results;
}

Value results_value(Sources& sources, const std::vector<NodeResult>& results) {
  std::vector<Value> items;
  for (const NodeResult& result : results) {
    if (result.thread_id == "main" && result.status != "error") continue;
    items.emplace_back(ObjectPtr{std::make_shared<ResultObject>(sources, result)});
  }
  return make_list(std::move(items));
}

}  // namespace hookc
