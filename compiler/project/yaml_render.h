// yaml_render: Jinja in YAML values, rendered natively: `"{{ 4 + 1 }}"` may become a number. dbt renders configuration files this way before
// it looks at them; hooks are exempt.
// Source of the semantics: dbt-core, config/renderer.py; dbt-common, clients/jinja.py (native environment).
#pragma once

#include <optional>
#include <string_view>

#include "compiler/base/diagnostic.h"
#include "compiler/project/project.h"
#include "compiler/project/yaml.h"
#include "compiler/value/value.h"

namespace hookc {

/// What the names mean in one kind of file.
struct YamlNames {
  const Project* project = nullptr;  // for the environment; set always
  DictPtr vars;                      // what `var` finds; null: nothing
  const Target* target = nullptr;    // null: `target` is not known
  bool may_read_secrets = false;     // profiles.yml and packages.yml
};

/// The value of one scalar, or why it cannot be rendered.
using RenderedScalar = std::variant<Value, Diagnostic>;
RenderedScalar render_scalar(Sources& sources, const Text& text, const YamlNames& names);

/// The whole tree. A value that cannot be rendered is left out of its mapping or list and reported with `severity`.
Value render_yaml(Sources& sources, const YamlNode& node, const YamlNames& names, Severity severity, Diagnostics& diagnostics);

/// Whether there is any Jinja in it.
bool has_jinja(std::string_view text);

}  // namespace hookc
