// Where dbt runs the hooks of a node: inside of the node's transaction, and, where its materialization asks for them, outside.
#pragma once

#include <string_view>

namespace hookc {

/// Whether dbt ever runs a hook with `transaction: false` of a node of this materialization; where it does not, it says nothing. `adapter`: a target's type.
/// Source: the adapters' own materialization macros (dbt-adapters 1.24, dbt-spark, dbt-athena, dbt-databricks).
bool runs_hooks_outside(std::string_view materialization, std::string_view adapter);

}  // namespace hookc
