#include "analyzer/facts.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/touched.h"
#include "compiler/parse/parse.h"
#include "compiler/project/exploring_host.h"

namespace hookc {

namespace {

/// Budgets of lint; each announces itself. Source: docs/design.md, "Unknown is a value".
constexpr std::size_t kMaxPaths = 256;
constexpr Limits kLintLimits{.max_steps = 100'000, .max_output = 1U << 20U, .max_depth = 200, .max_items = 100'000};

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Binding binding_of(const Target* target, bool execute) {
  Binding binding;
  binding.execute = execute;
  binding.target = target;
  binding.open_vars = true;
  binding.open_environment = true;
  return binding;
}

/// Lint's budgets, with those that hookc.yml sets.
Limits limits_of(const Project& project) {
  const auto& budgets = project.settings.budgets;
  Limits limits = kLintLimits;
  if (budgets.steps) limits.max_steps = *budgets.steps;
  if (budgets.output) limits.max_output = *budgets.output;
  return limits;
}

EvalOutcome evaluate(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding, const ast::Template& tmpl, Choices& choices,
                     Rendering* until_error) {
  ExploringHost host{sources, project, node, phase, binding, choices};
  EvalOptions options;
  options.limits = limits_of(project);
  options.permissive_undefined = binding.execute == false;
  Evaluator evaluator{sources, host, options};
  EvalOutcome outcome = evaluator.render(tmpl);
  if (std::holds_alternative<EvalError>(outcome) && until_error != nullptr) *until_error = evaluator.rendering();
  return outcome;
}

void add_sent(PathFacts& path, sql::Dialect dialect) {
  for (const Event& event : path.rendering.events) {
    if (event.kind != Event::Kind::Query || event.text.empty()) continue;
    SentSql sent;
    sent.text = event.text;
    sent.script = sql::parse_sql(event.text, dialect);
    sent.via_query = true;
    sent.result_used = event.result_used;
    sent.site = event.site;
    path.sent.push_back(std::move(sent));
  }
  if (path.error || sql::is_blank(path.rendering.text.view(), dialect)) return;  // a hook that raises sends nothing of its own
  SentSql own;
  own.text = path.rendering.text;
  own.script = sql::parse_sql(own.text, dialect);
  path.sent.push_back(std::move(own));
}

class Collector {
 public:
  Collector(Sources& sources, const Project& project, sql::Dialect dialect, const Target* target) : sources_(sources), project_(project), target_(target) {
    facts_.project = &project;
    facts_.sources = &sources;
    facts_.dialect = dialect;
  }

  ProjectFacts collect() {
    name_relations();
    for (const Hook& hook : project_.hooks) {
      if (hook.enabled || hook.problem) facts_.hooks.push_back(look_at(hook));
    }
    for (std::size_t i = 0; i < facts_.hooks.size(); ++i) {
      std::set<std::string> names;
      for (const PathFacts& path : facts_.hooks[i].executing) names.merge(touched_names(path));
      for (const std::string& name : names) facts_.hooks_by_name[name].push_back(i);
    }
    return std::move(facts_);
  }

 private:
  /// What `{{ this }}` prints in a hook of the node.
  sql::QualifiedName relation_of(const Node& node, const Target* target) {
    if (!this_template_) {
      const SourceId source = sources_.add_file("<this>", "{{ this }}");
      auto parsed = parse_template(sources_, source, ParseOptions{});
      this_template_ = std::get<ast::TemplatePtr>(std::move(parsed));
    }
    Choices choices;
    const EvalOutcome outcome = evaluate(sources_, project_, &node, HookPhase::PostHook, binding_of(target, true), *this_template_, choices, nullptr);
    const auto* rendering = std::get_if<Rendering>(&outcome);
    return rendering == nullptr ? sql::QualifiedName{} : sql::parse_name(rendering->text.view(), facts_.dialect);
  }

  void name_relations() {
    for (const Node& node : project_.nodes) {
      if (node.type == ResourceType::Operation || node.type == ResourceType::Test || node.type == ResourceType::Other || node.materialized == "ephemeral") continue;
      sql::QualifiedName name = relation_of(node, target_);
      if (name.empty()) continue;
      if (target_ == nullptr && project_.profile) {
        for (const Target& target : project_.profile->targets) facts_.relations_by_target[node.unique_id].push_back(relation_of(node, &target));
      }
      facts_.relations[lower(name.last())].push_back(&node);
      facts_.relation_names.emplace(node.unique_id, std::move(name));
    }
  }

  HookFacts look_at(const Hook& hook) {
    HookFacts facts;
    facts.hook = &hook;
    const bool of_node = hook.phase == HookPhase::PreHook || hook.phase == HookPhase::PostHook;
    if (of_node) facts.node = project_.find_node(hook.owner);
    if (facts.node != nullptr) {
      const auto name = facts_.relation_names.find(facts.node->unique_id);
      if (name != facts_.relation_names.end()) facts.this_name = name->second;
    }
    if (hook.tmpl == nullptr) return facts;
    const Node* owner = facts.node != nullptr ? facts.node : project_.find_node(hook.owner);
    facts.executing = paths_of(hook, owner, true, facts);
    facts.parsing = paths_of(hook, owner, false, facts);
    return facts;
  }

  std::vector<PathFacts> paths_of(const Hook& hook, const Node* owner, bool execute, HookFacts& facts) {
    const Binding binding = binding_of(target_, execute);
    std::vector<Rendering> until_error;  // of the runs, in their order
    const Exploration exploration = explore(
        [&](Choices& choices) {
          until_error.emplace_back();
          return evaluate(sources_, project_, owner, hook.phase, binding, *hook.tmpl, choices, &until_error.back());
        },
        ExploreOptions{static_cast<std::size_t>(project_.settings.budgets.paths.value_or(kMaxPaths))});
    if (!exploration.complete) {
      facts.complete = false;
      facts.stopped_by = exploration.stopped_by;
    }
    std::vector<PathFacts> paths;
    for (std::size_t i = 0; i < exploration.paths.size(); ++i) {
      const Path& path = exploration.paths[i];
      PathFacts one;
      one.answers = path.answers;
      for (const Answer& answer : path.answers) {
        if (answer.question.symbol->name != "execute") one.when.push_back(answer.text);
      }
      if (const auto* rendering = std::get_if<Rendering>(&path.outcome)) one.rendering = *rendering;
      if (const auto* error = std::get_if<EvalError>(&path.outcome)) {
        one.error = *error;
        if (i < until_error.size()) one.rendering = until_error[i];
        if (error->diagnostic.error_class == "LimitError") {
          facts.complete = false;
          facts.stopped_by = error->diagnostic.message;
        }
      }
      if (execute) add_sent(one, facts_.dialect);  // while dbt parses, nothing is sent
      paths.push_back(std::move(one));
    }
    return paths;
  }

  Sources& sources_;
  const Project& project_;
  const Target* target_;
  ProjectFacts facts_;
  ast::TemplatePtr this_template_;
};

}  // namespace

ProjectFacts collect_facts(Sources& sources, const Project& project, sql::Dialect dialect, const Target* target) { return Collector{sources, project, dialect, target}.collect(); }

std::vector<const Node*> nodes_named(const ProjectFacts& facts, const sql::QualifiedName& name) {
  std::vector<const Node*> nodes;
  if (name.empty()) return nodes;
  const auto found = facts.relations.find(lower(name.last()));
  if (found == facts.relations.end()) return nodes;
  for (const Node* node : found->second) {
    const auto relation = facts.relation_names.find(node->unique_id);
    bool same = relation != facts.relation_names.end() && sql::may_be_same(relation->second, name);
    if (const auto others = facts.relations_by_target.find(node->unique_id); others != facts.relations_by_target.end()) {
      same = same || std::any_of(others->second.begin(), others->second.end(), [&](const sql::QualifiedName& other) { return sql::may_be_same(other, name); });
    }
    if (same) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace hookc
