#include "analyzer/verdict.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "analyzer/catalog.h"
#include "analyzer/effects.h"
#include "analyzer/materialization.h"
#include "analyzer/touched.h"

namespace hookc {

namespace {

/// Other hooks have this many ways looked at; more are taken to be like the first ones.
constexpr std::size_t kMaxNeighbourPaths = 16;
/// And this many other hooks, the nearest ones in execution order.
constexpr std::size_t kMaxNeighbours = 200;

/// Hooks of one text do the same at every node: of each text this many are looked at, the nearest ones.
constexpr std::size_t kMaxAlike = 4;

/// The hooks that touch one of the names, and the hook itself, in execution order: the nearest, few of each text.
std::vector<std::size_t> nearest_sharing(const ProjectFacts& facts, std::size_t hook, const std::vector<sql::QualifiedName>& names) {
  std::set<std::size_t> sharing{hook};
  for (const sql::QualifiedName& name : names) {
    for (const std::size_t other : hooks_touching(facts, name, hook, kMaxNeighbours)) sharing.insert(other);
  }
  std::vector<std::size_t> near(sharing.begin(), sharing.end());
  const auto distance = [hook](std::size_t other) { return other < hook ? hook - other : other - hook; };
  std::ranges::stable_sort(near, {}, distance);
  std::map<std::string_view, std::size_t> alike;
  std::erase_if(near, [&](std::size_t other) { return ++alike[facts.sources->text(facts.hooks[other].hook->source).view()] > kMaxAlike; });
  if (near.size() > kMaxNeighbours) near.resize(kMaxNeighbours);
  std::ranges::sort(near);
  return near;
}

bool is_before_build(const HookFacts& hook) { return hook.hook->phase == HookPhase::PreHook; }

/// One path of one hook in its surroundings, run twice.
class DoubleRun {
 public:
  DoubleRun(const ProjectFacts& facts, std::size_t hook, const PathFacts& path) : facts_(facts), hook_(facts.hooks[hook]), path_(path) {
    std::vector<sql::QualifiedName> names;
    add_touched_names(*facts.sources, path, names);
    for (const std::size_t i : nearest_sharing(facts, hook, names)) neighbours_.push_back(&facts.hooks[i]);
    for (const sql::QualifiedName& name : names) {
      for (const Node* node : nodes_named(facts, name)) {
        const bool has_hooks = std::any_of(neighbours_.begin(), neighbours_.end(), [&](const HookFacts* other) { return other->node == node; });
        if (!has_hooks && std::find(lone_builds_.begin(), lone_builds_.end(), node) == lone_builds_.end()) lone_builds_.push_back(node);
      }
    }
  }

  std::vector<std::vector<Verdict>> run() {
    run_once(false);
    catalog_.end_session();
    catalog_.begin_run();
    run_once(true);
    return verdicts_;
  }

 private:
  void run_once(bool record) {
    bool built_alone = false;
    const Node* building = nullptr;
    bool built = false;
    const auto leave = [&] {
      if (building != nullptr && !built) build(*building);
      if (building != nullptr) finish(*building);
      building = nullptr;
      built = false;
    };
    for (const HookFacts* hook : neighbours_) {
      if (hook->node != building) leave();
      if (hook->hook->phase != HookPhase::OnRunStart && !built_alone) {
        for (const Node* node : lone_builds_) {
          build(*node);
          finish(*node);
        }
        built_alone = true;
      }
      if (hook->node != nullptr) building = hook->node;
      if (building != nullptr && !is_before_build(*hook) && !built) {
        build(*building);
        built = true;
      }
      apply(*hook, record);
    }
    leave();
  }

  void build(const Node& node) {
    const bool own = hook_.node == &node;
    apply_build(facts_, node, own ? &path_ : nullptr, catalog_);
  }
  void finish(const Node& node) {
    const auto name = facts_.relation_names.find(node.unique_id);
    if (name != facts_.relation_names.end()) catalog_.drop_backup(name->second);
  }

  void apply(const HookFacts& hook, bool record) {
    if (&hook == &hook_) return apply_path(path_, catalog_, record ? &verdicts_ : nullptr);
    std::vector<const PathFacts*> possible;
    for (const PathFacts& path : hook.executing) {
      if (possible.size() == kMaxNeighbourPaths) break;
      if (can_run_together(path, path_, hook.node != nullptr && hook.node == hook_.node)) possible.push_back(&path);
    }
    if (possible.empty()) return;
    // Most hooks have one path: the catalog, which has a row for each of their inserts, is copied only where ways part.
    std::optional<Catalog> joined;
    for (std::size_t i = 0; i + 1 < possible.size(); ++i) {
      Catalog after = catalog_;
      apply_path(*possible[i], after, nullptr);
      joined = joined ? Catalog::join(*joined, after) : std::move(after);
    }
    apply_path(*possible.back(), catalog_, nullptr);
    if (joined) catalog_ = Catalog::join(*joined, catalog_);
  }

  void apply_path(const PathFacts& path, Catalog& catalog, std::vector<std::vector<Verdict>>* verdicts) const {
    for (const SentSql& sent : path.sent) {
      std::vector<Verdict> row;
      for (std::size_t i = 0; i < sent.script.statements.size(); ++i) row.push_back(apply_statement(facts_, path, sent, i, catalog));
      if (verdicts != nullptr) verdicts->push_back(std::move(row));
    }
  }

  const ProjectFacts& facts_;
  const HookFacts& hook_;
  const PathFacts& path_;
  std::vector<const HookFacts*> neighbours_;  // in execution order, the hook itself among them
  std::vector<const Node*> lone_builds_;      // nodes without hooks whose relations are written to
  Catalog catalog_;
  std::vector<std::vector<Verdict>> verdicts_;
};

}  // namespace

Verdicts run_twice(const ProjectFacts& facts, std::size_t hook) {
  Verdicts verdicts;
  for (const PathFacts& path : facts.hooks[hook].executing) verdicts.paths_.push_back(DoubleRun{facts, hook, path}.run());
  return verdicts;
}

}  // namespace hookc
