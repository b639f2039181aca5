// Plan: which hooks a run executes, around which nodes, in dbt's order.
// Source: dbt-core 1.12, task/runnable.py; dbt-adapters 1.24, macros/materializations (pre-hooks outside, then inside of the transaction; post-hooks inside, then outside).
#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/program/program.h"
#include "compiler/project/project.h"
#include "runtime/selection.h"

namespace hookc {

struct PlanRequest {
  std::set<HookPhase> phases;            // empty: all
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  std::vector<std::string> hooks;        // globs over ids; empty: all
  std::vector<std::string> no_hooks;
  bool with_nodes_without_hooks = false; // they are built
};

using HookIndices = std::vector<HookIndex>;

struct PlannedNode {
  const Node* node = nullptr;
  HookIndices before_outside;
  HookIndices before_inside;
  HookIndices after_inside;
  HookIndices after_outside;
  [[nodiscard]] HookIndices hooks() const;
};

struct Plan {
  HookIndices start;
  std::vector<PlannedNode> nodes;
  HookIndices end;
  std::set<std::string> selected;        // unique ids
  bool is_nothing = false;               // a selection was asked for and nothing of it is built: dbt then runs no hooks either
  [[nodiscard]] std::size_t hook_count() const;
  [[nodiscard]] HookIndices hooks() const;  // in order
};

/// The plan refers to `project`, and to hooks of `program` by their places.
std::variant<Plan, SelectionError> make_plan(const Project& project, const Program& program, const PlanRequest& request);

}  // namespace hookc
