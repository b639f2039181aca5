// dbt_macros: the macros that every dbt project can call without defining them (`dbt.type_string()`, `before_begin(sql)`), written for
// hookc in Jinja. They form the package `dbt`, the last one of a project, so that a project's own macro of the same name wins.
#pragma once

#include "compiler/base/sources.h"
#include "compiler/project/project.h"

namespace hookc {

/// The package `dbt`. Adapters' variants carry the adapter as a prefix (`snowflake__type_string`) and are found by dispatch.
/// The macros' texts are registered as sources named `<dbt>/...`.
Package make_dbt_package(Sources& sources);

}  // namespace hookc
