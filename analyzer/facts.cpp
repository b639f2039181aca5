#include "analyzer/facts.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analyzer/touched.h"
#include "compiler/base/ascii.h"
#include "compiler/base/parallel.h"
#include "compiler/parse/parse.h"
#include "compiler/project/exploring_host.h"

namespace hookc {

namespace {

/// Budgets of lint; each announces itself, as do those of ExploreOptions. Source: docs/design.md, "Unknown is a value".
constexpr Limits kLintLimits{.max_steps = 100'000, .max_output = 1U << 20U, .max_depth = 200, .max_items = 100'000};

Binding binding_of(const Target* target, sql::Dialect dialect, bool execute, GeneratedNames& names) {
  Binding binding;
  if (dialect != sql::Dialect::Generic) binding.adapter_type = sql::name_of(dialect);
  binding.generated_names = &names;
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

/// A text that stands on a whole folder of models (`+post-hook`) says on the thousandth what it has said on the first ones: so many hooks of one text are
/// looked at like any other. Where the search does not end with one of them, those behind it are looked at on fewer paths, and later on few.
struct Turn {
  std::size_t first;      // the place of a hook among those of its text from which on this holds
  std::size_t end;
  std::size_t max_paths;  // where the search did not end with one of those before
};
constexpr std::array kTurns{Turn{0, 1, ExploreOptions{}.max_paths}, Turn{1, 32, 256}, Turn{32, static_cast<std::size_t>(-1), 16}};

/// Hooks whose templates are the same.
struct HooksOfText {
  std::size_t count = 0;
  bool all_complete = true;  // those of the turns that are over
};

ExploreOptions explore_options_of(const Project& project, std::size_t max_paths) {
  const auto& budgets = project.settings.budgets;
  ExploreOptions options;
  options.max_paths = max_paths;
  if (budgets.paths) options.max_paths = static_cast<std::size_t>(*budgets.paths);
  if (budgets.pieces) options.max_pieces = static_cast<std::size_t>(*budgets.pieces);
  return options;
}

Walk evaluate(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding, const ast::Template& tmpl, Choices& choices) {
  ExploringHost host{sources, project, node, phase, binding, choices};
  EvalOptions options;
  options.limits = limits_of(project);
  options.permissive_undefined = binding.execute == false;
  Evaluator evaluator{sources, host, options};
  EvalOutcome outcome = evaluator.render(tmpl);
  if (std::holds_alternative<EvalError>(outcome)) return {std::move(outcome), evaluator.rendering()};
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
    look_at_hooks();
    return std::move(facts_);
  }

 private:
  struct RelationNames {
    sql::QualifiedName name;
    bool depends = false;  // on an answer: there are other forms of it
    std::vector<sql::QualifiedName> by_target;
  };

  void name_relations() {
    std::vector<const Node*> nodes;
    for (const Node& node : project_.nodes) {
      const bool has_relation = node.enabled && node.type != ResourceType::Operation && node.type != ResourceType::Test && node.type != ResourceType::Other && node.materialized != "ephemeral";
      if (has_relation) nodes.push_back(&node);
    }
    const SourceId source = sources_.add_file("<this>", "{{ this }}");
    const auto tmpl = std::get<ast::TemplatePtr>(parse_template(sources_, source, ParseOptions{}));
    std::vector<RelationNames> names(nodes.size());
    std::vector<std::shared_ptr<GeneratedNames>> learned;
    std::mutex mutex;  // of `learned`
    share_work(nodes.size(), [&] {
      const std::lock_guard lock{mutex};
      return [&, remembered = learned.emplace_back(std::make_shared<GeneratedNames>())](std::size_t i) {
        names[i].name = relation_of(*nodes[i], target_, *tmpl, *remembered, &names[i].depends);
        if (target_ != nullptr || !project_.profile) return;
        for (const Target& target : project_.profile->targets) names[i].by_target.push_back(relation_of(*nodes[i], &target, *tmpl, *remembered, nullptr));
      };
    });
    for (const auto& part : learned) generated_names_.merge(*part);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (names[i].name.empty()) continue;
      if (!names[i].by_target.empty()) facts_.relations_by_target[nodes[i]->unique_id] = std::move(names[i].by_target);
      facts_.relations[name_key(names[i].name)].push_back(nodes[i]);
      names_depend_ = names_depend_ || names[i].depends;
      facts_.relation_names.emplace(nodes[i]->unique_id, std::move(names[i].name));
    }
  }

  /// What `{{ this }}` prints in a hook of the node. `depends`, when it is wanted: whether it prints something else on other paths.
  sql::QualifiedName relation_of(const Node& node, const Target* target, const ast::Template& tmpl, GeneratedNames& remembered, bool* depends) const {
    Choices choices;
    const Walk walk = evaluate(sources_, project_, &node, HookPhase::PostHook, binding_of(target, facts_.dialect, true, remembered), tmpl, choices);
    if (depends != nullptr) *depends = !choices.answers().empty();
    const auto* rendering = std::get_if<Rendering>(&walk.outcome);
    return rendering == nullptr ? sql::QualifiedName{} : sql::parse_name(rendering->text.view(), facts_.dialect);
  }

  void look_at_hooks() {
    std::vector<const Hook*> hooks;
    std::vector<std::size_t> first_of_owner;  // hooks of one owner are one part of the work: they need the same names
    std::vector<std::size_t> nth;             // of its text
    std::vector<HooksOfText*> same;           // beside the hooks; null for one without a template
    std::unordered_map<std::string_view, HooksOfText> of_text;
    for (const Hook& hook : project_.hooks) {
      if (!hook.enabled && !hook.problem) continue;
      if (hooks.empty() || hooks.back()->owner != hook.owner) first_of_owner.push_back(hooks.size());
      hooks.push_back(&hook);
      same.push_back(hook.tmpl == nullptr ? nullptr : &of_text[sources_.text(hook.tmpl->source).view()]);
      nth.push_back(same.back() == nullptr ? 0 : same.back()->count++);
    }
    facts_.hooks.resize(hooks.size());
    std::vector<std::vector<sql::QualifiedName>> touched(hooks.size());
    for (const Turn& turn : kTurns) {
      share_work(first_of_owner.size(), [&] {
        return [&, remembered = std::make_shared<GeneratedNames>(generated_names_)](std::size_t part) {
          const std::size_t end = part + 1 < first_of_owner.size() ? first_of_owner[part + 1] : hooks.size();
          for (std::size_t i = first_of_owner[part]; i < end; ++i) {
            if (nth[i] < turn.first || nth[i] >= turn.end) continue;
            facts_.hooks[i] = look_at(*hooks[i], same[i] == nullptr || same[i]->all_complete ? ExploreOptions{}.max_paths : turn.max_paths, *remembered);
            for (const PathFacts& path : facts_.hooks[i].executing) add_touched_names(sources_, path, touched[i]);
          }
        };
      });
      for (std::size_t i = 0; i < hooks.size(); ++i) {
        if (same[i] != nullptr && nth[i] < turn.end && !facts_.hooks[i].complete) same[i]->all_complete = false;
      }
    }
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      for (sql::QualifiedName& name : touched[i]) {
        std::vector<TouchingHook>& all = facts_.touching[name_key(name)];
        all.push_back(TouchingHook{i, std::move(name)});
      }
    }
  }

  HookFacts look_at(const Hook& hook, std::size_t max_paths, GeneratedNames& remembered) const {
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
    const ExploreOptions options = explore_options_of(project_, max_paths);
    facts.executing = paths_of(hook, owner, true, options, facts, remembered);
    if (names_depend_ && !facts.this_name.empty()) add_further_names(facts);
    facts.parsing = paths_of(hook, owner, false, options, facts, remembered);
    return facts;
  }

  /// A name that a project makes up by target has as many forms as the paths that ask for it: what `{{ this }}` has printed is the node's, too.
  void add_further_names(HookFacts& facts) const {
    constexpr std::size_t kMost = 8;
    for (const PathFacts& path : facts.executing) {
      const std::vector<std::size_t> printed = prints_of_this(path.rendering.frames);
      if (std::ranges::all_of(printed, [](std::size_t print) { return print == 0; })) continue;
      for (const SentSql& sent : path.sent) {
        const std::span<const Run> runs = sent.text.runs();
        const auto print_at = [&](std::size_t run) {
          const auto frame = static_cast<std::size_t>(sent.text.frame_at(runs[run].begin));
          return frame < printed.size() ? printed[frame] : 0;
        };
        for (std::size_t i = 0; i < runs.size() && facts.further_names.size() < kMost; ++i) {
          const std::size_t print = print_at(i);
          if (print == 0) continue;
          const std::uint32_t begin = runs[i].begin;
          while (i + 1 < runs.size() && print_at(i + 1) == print) ++i;
          const std::uint32_t end = i + 1 < runs.size() ? runs[i + 1].begin : sent.text.size();
          add_further_name(facts, sql::parse_name(sent.text.view().substr(begin, end - begin), facts_.dialect));
        }
      }
    }
  }
  /// For each frame the print of `this` that it is a part of, by its first frame: making the name calls macros at the same site. 0 for none.
  std::vector<std::size_t> prints_of_this(const std::vector<Frame>& frames) const {
    std::vector<std::size_t> printed(frames.size(), 0);
    for (std::size_t i = 1; i < frames.size(); ++i) {  // a frame stands after its parent
      const Span site = frames[i].site;
      if (sources_.view(site) != "this") {
        printed[i] = printed[static_cast<std::size_t>(frames[i].parent)];
        continue;
      }
      const auto first = std::find_if(frames.begin() + 1, frames.end(), [&](const Frame& other) { return other.site.source == site.source && other.site.begin == site.begin; });
      printed[i] = static_cast<std::size_t>(first - frames.begin());
    }
    return printed;
  }
  static void add_further_name(HookFacts& facts, sql::QualifiedName name) {
    if (name.empty() || sql::may_be_same(name, facts.this_name)) return;
    if (std::any_of(facts.further_names.begin(), facts.further_names.end(), [&](const sql::QualifiedName& known) { return sql::same_name(known, name); })) return;
    facts.further_names.push_back(std::move(name));
  }

  std::vector<PathFacts> paths_of(const Hook& hook, const Node* owner, bool execute, const ExploreOptions& options, HookFacts& facts, GeneratedNames& remembered) const {
    const Binding binding = binding_of(target_, facts_.dialect, execute, remembered);
    Exploration exploration = explore([&](Choices& choices) { return evaluate(sources_, project_, owner, hook.phase, binding, *hook.tmpl, choices); }, options);
    if (!exploration.complete) {
      facts.complete = false;
      facts.stopped_by = exploration.stopped_by;
    }
    std::vector<PathFacts> paths;
    paths.reserve(exploration.paths.size());
    for (Path& path : exploration.paths) {
      PathFacts one;
      one.answers = std::move(path.answers);
      if (auto* rendering = std::get_if<Rendering>(&path.outcome)) one.rendering = std::move(*rendering);
      if (auto* error = std::get_if<EvalError>(&path.outcome)) {
        one.rendering = std::move(path.until_error);
        if (error->diagnostic.error_class == "LimitError") {
          facts.complete = false;
          facts.stopped_by = error->diagnostic.message;
        }
        one.error = std::move(*error);
      }
      if (execute) add_sent(one, facts_.dialect);
      else one.rendering.text = {};  // while dbt parses, nothing is sent
      one.rendering.frames.shrink_to_fit();  // there are many paths
      paths.push_back(std::move(one));
    }
    return paths;
  }

  Sources& sources_;
  const Project& project_;
  const Target* target_;
  GeneratedNames generated_names_;  // of all nodes that have a relation
  ProjectFacts facts_;
  bool names_depend_ = false;  // some relation has other names on other paths
};

}  // namespace

std::vector<std::string> PathFacts::when() const {
  std::vector<std::string> words;
  for (const Answer& answer : answers) {
    if (answer.question.symbol->name != "execute") words.push_back(answer.text);
  }
  return words;
}

bool PathFacts::says(std::string_view condition) const {
  return std::any_of(answers.begin(), answers.end(), [&](const Answer& answer) { return answer.text == condition; });
}

ProjectFacts collect_facts(Sources& sources, const Project& project, sql::Dialect dialect, const Target* target) { return Collector{sources, project, dialect, target}.collect(); }

std::string name_key(const sql::QualifiedName& name) {
  return ascii_lower(name.last());  // quoted or not, it may be the same object
}

std::vector<std::size_t> hooks_touching(const ProjectFacts& facts, const sql::QualifiedName& name, std::size_t around, std::size_t most) {
  std::vector<std::size_t> hooks;
  const auto found = facts.touching.find(name_key(name));
  if (found == facts.touching.end()) return hooks;
  const std::vector<TouchingHook>& all = found->second;
  const auto own = std::ranges::lower_bound(all, around, {}, &TouchingHook::hook);
  const auto add = [&](const TouchingHook& one) {
    if ((hooks.empty() || hooks.back() != one.hook) && sql::may_be_same(one.name, name)) hooks.push_back(one.hook);
  };
  for (auto before = own; before != all.begin() && hooks.size() < most;) add(*--before);
  std::ranges::reverse(hooks);
  const std::size_t end = hooks.size() + most + 1;  // the hook itself is one more
  for (auto behind = own; behind != all.end() && hooks.size() < end; ++behind) add(*behind);
  return hooks;
}

namespace {

/// What an open target prints: the parts of a relation's name that the target gives.
constexpr std::string_view kTargetHoles[] = {"hole_target_schema", "hole_target_database", "hole_target_dbname", "hole_target_dataset", "hole_target_project", "hole_target_catalog"};

/// What stands behind the target's part: `_marts` of `{{ target.schema }}_marts`; nothing where no target is in it.
std::optional<std::string_view> behind_target(std::string_view part) {
  for (const std::string_view hole : kTargetHoles) {
    if (part.starts_with(hole)) return part.substr(hole.size());
  }
  return std::nullopt;
}

/// `relation` and `name` have the same last part. Do the parts before it agree, as far as `agrees` sees it?
template <typename Agrees>
bool agree(const sql::QualifiedName& relation, const sql::QualifiedName& name, const Agrees& agrees) {
  const std::size_t shared = std::min(relation.size(), name.size());
  return shared > 1 && sql::same_identifier(relation.parts.back(), name.parts.back()) &&
         std::equal(relation.parts.end() - static_cast<std::ptrdiff_t>(shared), relation.parts.end() - 1, name.parts.end() - static_cast<std::ptrdiff_t>(shared),
                    [&](const sql::Identifier& one, const sql::Identifier& two) { return sql::same_identifier(one, two) || agrees(one.value, two.value); });
}

/// `analytics_marts.orders` for a model whose schema is the target's with `_marts` behind it, and `marts.orders`, as many projects name it in production. A part that is the target's alone may be anything.
bool fills_in_target(std::string_view relation, std::string_view name) {
  const auto custom = behind_target(relation);
  if (custom && custom->size() > 2 && custom->front() == '_' && equal_ignoring_case(custom->substr(1), name)) return true;
  return custom && !behind_target(name) && name.size() > custom->size() && ascii_lower(name).ends_with(ascii_lower(*custom));
}

/// Something besides the last part is told by both: a schema, or what stands behind the target's.
bool tells_place(const sql::QualifiedName& relation, const sql::QualifiedName& name) {
  const std::size_t shared = std::min(relation.size(), name.size());
  for (std::size_t back = 2; back <= shared; ++back) {
    const std::string& part = relation.parts[relation.size() - back].value;
    const auto custom = behind_target(part);
    if (custom ? custom->size() > 2 : !part.empty()) return true;
  }
  return false;
}

/// `{{ target.schema }}.orders` for a source in a schema of its own.
bool leaves_open(std::string_view relation, std::string_view name) {
  const auto behind = behind_target(name);
  return behind && behind->empty() && !behind_target(relation);
}

}  // namespace

bool is_name_of(const ProjectFacts& facts, const Node& node, const sql::QualifiedName& name) {
  const auto relation = facts.relation_names.find(node.unique_id);
  if (relation == facts.relation_names.end() || name.empty()) return false;
  if (sql::may_be_same(relation->second, name) || (tells_place(relation->second, name) && agree(relation->second, name, fills_in_target))) return true;
  const auto others = facts.relations_by_target.find(node.unique_id);
  return others != facts.relations_by_target.end() && std::any_of(others->second.begin(), others->second.end(), [&](const sql::QualifiedName& other) { return sql::may_be_same(other, name); });
}

bool could_be_name_of(const ProjectFacts& facts, const Node& node, const sql::QualifiedName& name) {
  const auto relation = facts.relation_names.find(node.unique_id);
  return relation != facts.relation_names.end() && agree(relation->second, name, fills_in_target);
}

std::vector<const Node*> nodes_named(const ProjectFacts& facts, const sql::QualifiedName& name) {
  std::vector<const Node*> nodes;
  if (name.empty()) return nodes;
  const auto found = facts.relations.find(name_key(name));
  if (found == facts.relations.end()) return nodes;
  for (const Node* node : found->second) {
    if (is_name_of(facts, *node, name)) nodes.push_back(node);
  }
  if (!nodes.empty()) return nodes;
  for (const Node* node : found->second) {  // what the target holds may well be the source's own place
    if (node->type == ResourceType::Source && agree(facts.relation_names.at(node->unique_id), name, leaves_open)) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace hookc
