// python_model: what a Python model says to dbt. dbt reads its calls of `dbt.config`, `dbt.ref` and `dbt.source`, and takes literals only.
// Source of the semantics: dbt-core, parser/models.py.
#pragma once

#include "compiler/base/sources.h"

namespace hookc {

/// A template that makes the calls of a Python file: `dbt.config(pre_hook="a")` becomes `{{ config(pre_hook="a") }}`. Bytes keep their places.
SourceId python_calls(Sources& sources, SourceId file);

}  // namespace hookc
