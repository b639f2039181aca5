// Materialization: what the build of a model does to its relation, between its pre-hooks and its post-hooks.
#pragma once

#include "analyzer/catalog.h"
#include "analyzer/facts.h"

namespace hookc {

enum class BuildEffect : std::uint8_t {
  Replaces,      // a new relation every time: table, view
  Refills,       // the rows are new, the relation is kept: seed
  Keeps,         // the relation and its rows are kept: incremental, snapshot
  None,          // there is no relation: ephemeral
  Unknown        // a materialization of the project's own
};

/// `path`: of a hook of this node, whose answers (`is_incremental()`) say how the node was built; null when nothing is said.
BuildEffect build_effect_of(const Node& node, const PathFacts* path);

/// Adapters whose `table` builds under another name and renames, so that names of the schema (indexes) stay taken until the backup is dropped.
/// Source: dbt-adapters, global project, materializations/models/table.sql.
bool swaps_by_rename(sql::Dialect dialect);

/// An index's name is one of the schema's; elsewhere it belongs to its table and goes with it.
bool index_names_belong_to_schema(sql::Dialect dialect);

void apply_build(const ProjectFacts& facts, const Node& node, const PathFacts* path, Catalog& catalog);

/// The SQL that a node's text holds outside of its tags.
std::string sql_of(const Sources& sources, const Node& node);

/// The model is a container: its own SELECT never has a row (`where 1 = 0`, `where false`, `limit 0`), and hooks fill it.
bool makes_no_rows(const Sources& sources, const Node& node);

/// A query says that it has no rows, in these words.
bool yields_nothing(std::string_view sql);

/// Whether one run can take both paths: nothing that both were asked has two answers. Questions about a node are shared by hooks of that node only.
bool can_run_together(const PathFacts& left, const PathFacts& right, bool same_node);

}  // namespace hookc
