// Nodes with one unique id. A project may have a file for each warehouse under one name, as long as no two of them are enabled.
// Source of the semantics: dbt-core, parser/manifest.py and contracts/graph/manifest.py.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/project/load.h"

namespace hookc {
namespace {

Span place_of(const LoadState& state, const NodeDraft& draft) {
  return draft.has_text ? Span{draft.source, 0, 0} : Span{state.packages[draft.package].project_yml_source, 0, 0};
}

void report_twice(LoadState& state, std::size_t first, std::size_t second) {
  const Node& one = state.project.nodes[first];
  const Node& other = state.project.nodes[second];
  state.project.diagnostics.push_back(
      make_diagnostic(Severity::Error, "CompilationError", fmt::format("`{}` is defined twice: in `{}` and in `{}`", one.unique_id, one.path, other.path),
                      place_of(state, state.drafts[second]), "dbt refuses both; rename one of them, or enable one of them only"));
}

/// A unique id of hookc's own for a node that shares dbt's with others: which of them the run has is decided by a target that is not known here.
std::string apart(const Node& node) {
  const std::size_t slash = node.path.rfind('/');
  return fmt::format("{}@{}", node.unique_id, slash == std::string::npos ? node.path : node.path.substr(0, slash));
}

/// Settles the nodes [first, last), which have one unique id.
void settle(LoadState& state, std::size_t first, std::size_t last, std::vector<bool>& dropped) {
  std::vector<Node>& nodes = state.project.nodes;
  std::vector<std::size_t> enabled;
  for (std::size_t i = first; i < last; ++i) {
    if (nodes[i].enabled) enabled.push_back(i);
  }
  const std::size_t kept = enabled.empty() ? first : enabled.front();
  for (std::size_t i = first; i < last; ++i) dropped[i] = i != kept;
  if (enabled.size() < 2) return;
  const bool is_certain = state.project.active_target() != nullptr;
  for (const std::size_t twin : enabled) {
    if (twin == kept) continue;
    if (is_certain) {
      report_twice(state, kept, twin);
    } else {
      nodes[twin].unique_id = apart(nodes[twin]);
      dropped[twin] = false;
    }
  }
}

}  // namespace

void settle_twins(LoadState& state) {
  std::vector<Node>& nodes = state.project.nodes;
  std::vector<bool> dropped(nodes.size(), false);
  bool has_twins = false;
  for (std::size_t first = 0; first < nodes.size();) {
    std::size_t last = first + 1;
    while (last < nodes.size() && nodes[last].unique_id == nodes[first].unique_id) ++last;
    if (last - first > 1) {
      has_twins = true;
      settle(state, first, last, dropped);
    }
    first = last;
  }
  if (!has_twins) return;
  std::vector<std::pair<Node, NodeDraft>> kept;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!dropped[i]) kept.emplace_back(std::move(nodes[i]), std::move(state.drafts[i]));
  }
  std::stable_sort(kept.begin(), kept.end(), [](const auto& left, const auto& right) { return left.first.unique_id < right.first.unique_id; });
  nodes.clear();
  state.drafts.clear();
  for (auto& [node, draft] : kept) {
    nodes.push_back(std::move(node));
    state.drafts.push_back(std::move(draft));
  }
  state.project.index_nodes();
}

}  // namespace hookc
