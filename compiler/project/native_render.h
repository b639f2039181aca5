// native_render: templates that give values, as dbt's native environment renders them: `"{{ var('limit') }}"` stays a number.
// Source of the semantics: dbt-common, clients/jinja.py (NativeSandboxEnvironment, quoted_native_concat).
#pragma once

#include <variant>

#include "compiler/base/diagnostic.h"
#include "compiler/eval/evaluator.h"
#include "compiler/parse/parse.h"

namespace hookc {

/// The value of the template: what it prints when that is one thing, which `as_bool`, `as_number` and `as_native` read as Python's literal; the text of several
/// things, and of what Jinja computes while it compiles. Errors are Jinja's; JinjaRenderingError where a literal is of the wrong type, and UndefinedError for a
/// value that is undefined, which dbt would hand on.
std::variant<Value, Diagnostic> render_native(Sources& sources, SourceId source, Host& host, const ParseOptions& parsing, const Limits& limits);

}  // namespace hookc
