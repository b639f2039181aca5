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

struct PlannedNode {
  const Node* node = nullptr;
  std::vector<const CompiledHook*> before_outside;
  std::vector<const CompiledHook*> before_inside;
  std::vector<const CompiledHook*> after_inside;
  std::vector<const CompiledHook*> after_outside;
  [[nodiscard]] std::vector<const CompiledHook*> hooks() const;
};

struct Plan {
  std::vector<const CompiledHook*> start;
  std::vector<PlannedNode> nodes;
  std::vector<const CompiledHook*> end;
  std::set<std::string> selected;        // unique ids
  bool is_nothing = false;               // a selection was asked for and nothing of it is built: dbt then runs no hooks either
  [[nodiscard]] std::size_t hook_count() const;
  [[nodiscard]] std::vector<const CompiledHook*> hooks() const;  // in order
};

/// The plan refers to `project` and `program`.
std::variant<Plan, SelectionError> make_plan(const Project& project, const Program& program, const PlanRequest& request);

}  // namespace hookc
