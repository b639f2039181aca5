// selection: which nodes `--select` and `--exclude` mean, in dbt's words: names, `tag:`, `path:`, `package:`, `resource_type:`, `config.<key>:`, the
// graph operators `+` and `n+`, a comma for "both", a blank for "either".
// Source: docs.getdbt.com, "node selection syntax".
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/project/project.h"

namespace hookc {

struct SelectionError {
  std::string message;
  std::string help;
};
/// Unique ids of the enabled models (ephemeral ones too), seeds and snapshots that are selected; everything when nothing is asked for.
std::variant<std::set<std::string>, SelectionError> select_nodes(const Project& project, const std::vector<std::string>& select, const std::vector<std::string>& exclude);

/// Whether dbt builds the node and runs hooks around it: enabled models that are not ephemeral, seeds, snapshots.
bool is_built(const Node& node);

/// `*` and `?` stand for any characters.
bool matches_glob(std::string_view glob, std::string_view text);

/// The built nodes, each after those that it depends on; otherwise by unique id.
std::vector<const Node*> in_dependency_order(const Project& project);

}  // namespace hookc
