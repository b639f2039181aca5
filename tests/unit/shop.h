// Shop: a project made by hand, and templates rendered in it by each of the hosts.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/eval/explore.h"
#include "compiler/parse/parse.h"
#include "compiler/project/dbt_macros.h"
#include "compiler/project/exploring_host.h"
#include "compiler/project/hosts.h"
#include "compiler/project/live_host.h"
#include "compiler/project/macros.h"
#include "compiler/project/text_options.h"

namespace hookc {

inline Value text(std::string bytes) { return make_text(std::move(bytes), Position{0}); }

inline DictPtr dict_of(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  auto dict = std::make_shared<Dict>();
  for (const auto& [key, value] : entries) dict->set(key, value);
  return dict;
}

/// A project made by hand: two targets, one incremental model, a seed, a source, the package `helpers`.
struct Shop {
  Sources sources;
  Project project;
  Diagnostics problems;

  Shop() {
    project.name = "shop";
    project.profile_name = "shop";
    project.environment = std::map<std::string, std::string>{{"REGION", "eu"}, {"DBT_ENV_SECRET_KEY", "hidden"}, {"DBT_ENV_CUSTOM_ENV_TEAM", "data"}};
    Profile profile;
    profile.name = "shop";
    profile.default_target = "dev";
    profile.targets.push_back(target("dev"));
    profile.targets.push_back(target("prod"));
    project.profile = std::move(profile);
    add_package("shop", true, {{"schema_suffix", text("x_{{ target.name }}")}, {"limit", Value{std::int64_t{5}}}, {"helpers", Value{dict_of({{"color", text("blue")}})}}});
    add_package("helpers", false, {{"color", text("red")}, {"size", text("big")}});
    project.packages.push_back(make_dbt_package(sources));
    project.cli_vars = std::make_shared<Dict>();
    project.vars = project.packages.front().vars;
    add_node("model.shop.orders", ResourceType::Model, "orders", "incremental");
    add_node("model.shop.staged", ResourceType::Model, "staged", "ephemeral");
    add_node("seed.shop.codes", ResourceType::Seed, "codes", "seed");
    add_node("source.shop.raw.events", ResourceType::Source, "events", "");
    project.nodes.back().source_name = "raw";
  }

  static Target target(const std::string& name) {
    Target result;
    result.name = name;
    result.type = "duckdb";
    result.fields = dict_of({{"schema", text("analytics")}, {"path", text("data/shop.duckdb")}, {"threads", Value{std::int64_t{4}}}});
    return result;
  }

  void add_package(const std::string& name, bool is_root, std::initializer_list<std::pair<std::string_view, Value>> vars) {
    Package package;
    package.name = name;
    package.is_root = is_root;
    package.vars = dict_of(vars);
    project.packages.push_back(std::move(package));
  }

  void add_node(const std::string& id, ResourceType type, const std::string& name, const std::string& materialized) {
    Node node;
    node.unique_id = id;
    node.type = type;
    node.name = name;
    node.alias = name;
    node.package = "shop";
    node.path = "models/" + name + ".sql";
    node.materialized = materialized;
    node.config = dict_of({{"materialized", text(materialized)}, {"meta", Value{dict_of({{"owner", text("ann")}})}}});
    project.nodes.push_back(std::move(node));
    project.index_nodes();
  }

  Package& package(std::string_view name) {
    return *std::find_if(project.packages.begin(), project.packages.end(), [&](const Package& one) { return one.name == name; });
  }

  void macros(std::string_view name, std::string body) { add_macros(sources, sources.add_file("macros/" + std::string{name} + ".sql", std::move(body)), package(name), problems); }

  [[nodiscard]] const Node& node(std::string_view id) const {
    const Node* const found = project.find_node(id);
    if (found == nullptr) throw std::runtime_error{"no node " + std::string{id}};
    return *found;
  }
  [[nodiscard]] const Node& orders() const { return node("model.shop.orders"); }

  ast::TemplatePtr parse(const std::string& source) {
    auto parsed = parse_template(sources, sources.add_file("hook", source), dbt_text_options());
    if (auto* problem = std::get_if<Diagnostic>(&parsed)) throw std::runtime_error{problem->message};
    return std::get<ast::TemplatePtr>(parsed);
  }

  Binding bound() const {
    Binding binding;
    binding.target = &project.profile->targets.front();
    binding.which = "run";
    binding.full_refresh = false;
    return binding;
  }
};

inline std::string render(Shop& shop, Host& host, const std::string& source, EvalOptions options = {}) {
  Evaluator evaluator{shop.sources, host, options};
  const EvalOutcome outcome = evaluator.render(*shop.parse(source));
  if (const auto* error = std::get_if<EvalError>(&outcome)) return error->diagnostic.error_class + ": " + error->diagnostic.message;
  return std::get<Rendering>(outcome).text.str();
}

/// Answers of a database that holds two orders.
class FakeHost final : public LiveHost {
 public:
  using LiveHost::LiveHost;
  std::vector<std::string> sent;

 protected:
  QueryAnswer execute_query(Evaluator&, const Query& query) override {
    sent.push_back(query.sql.str());
    QueryAnswer answer;
    if (query.fetch) {
      answer.table = query.sql.view().find("nothing") != std::string_view::npos
                         ? Table::make({}, {})
                         : Table::make({"id", "name", "id"}, {{Value{std::int64_t{1}}, text("one"), Value{None{}}}, {Value{std::int64_t{2}}, Value{None{}}, Value{None{}}}});
    }
    answer.message = "INSERT 0 2";
    answer.rows_affected = 2;
    return answer;
  }
  void commit(Evaluator&, Span) override { sent.emplace_back("commit"); }
};

inline std::string live(Shop& shop, const std::string& source, const Node* node = nullptr) {
  FakeHost host{shop.sources, shop.project, node, std::nullopt, shop.bound()};
  return render(shop, host, source);
}

inline std::string parsed(Shop& shop, const std::string& source) {
  ParseHost host{shop.sources, shop.project, &shop.orders(), shop.bound()};
  return render(shop, host, source);
}

/// What compiling gives, or what it needs.
inline std::string compiled(Shop& shop, const std::string& source, const Node* node = nullptr, std::optional<HookPhase> phase = std::nullopt) {
  FixedHost host{shop.sources, shop.project, node, phase, shop.bound()};
  try {
    return render(shop, host, source);
  } catch (const NeedsDatabase& need) {
    return "needs " + need.what;
  }
}

inline Exploration explored(Shop& shop, const std::string& source, const Binding& binding, const Node* node = nullptr, std::optional<HookPhase> phase = std::nullopt) {
  const ast::TemplatePtr tmpl = shop.parse(source);
  return explore([&](Choices& choices) {
    ExploringHost host{shop.sources, shop.project, node, phase, binding, choices};
    Evaluator evaluator{shop.sources, host, EvalOptions{}};
    return evaluator.render(*tmpl);
  });
}

/// The outcomes of all paths, sorted, with the error's message in place of a text.
inline std::vector<std::string> outcomes(const Exploration& exploration) {
  std::vector<std::string> all;
  for (const Path& path : exploration.paths) {
    const auto* error = std::get_if<EvalError>(&path.outcome);
    all.push_back(error != nullptr ? "error: " + error->diagnostic.message : std::get<Rendering>(path.outcome).text.str());
  }
  std::sort(all.begin(), all.end());
  return all;
}

inline Binding open_binding() {
  Binding binding;
  binding.execute = true;
  binding.open_vars = true;
  binding.open_environment = true;
  return binding;
}

using Texts = std::vector<std::string>;

}  // namespace hookc
