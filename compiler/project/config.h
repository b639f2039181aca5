// config: layers of configuration and how they are put together. Hooks are appended, tags too; some mappings are updated; everything else is replaced.
// Source of the semantics: dbt-core, context/context_config.py and hooks.py; dbt-common, contracts/config/base.py.
#pragma once

#include "compiler/project/load.h"
#include "compiler/project/yaml_render.h"

namespace hookc {

struct ProjectLevel {
  bool is_section = false;     // the one right under `models:`
  bool renders_hooks = false;  // `functions:`: dbt renders their hooks while it reads the file, unlike those of other nodes
};

/// One level of `models:` and its kin in dbt_project.yml. A key may have a `+`; a mapping without one is a deeper level and is not read here.
ConfigLayer project_layer(LoadState& state, const YamlNode& level, const YamlNames& names, ProjectLevel kind);
/// `config:` of a properties file, of a node or of one of its versions. Only hooks of nodes that are spelled with underscores keep their Jinja.
ConfigLayer properties_layer(LoadState& state, const YamlNode& config, const YamlNames& names, bool is_version);
/// Adds what one `config(...)` said to what the calls before it said. A hook that is no string literal is marked as frozen.
void add_config_call(Sources& sources, const Arguments& call, ConfigLayer& layer, Diagnostics& diagnostics);
/// Puts `above` on top of `base`.
void merge_layer(ConfigLayer& base, const ConfigLayer& above);

/// The hook that a JSON object in a text describes (what `after_commit` makes); the text itself when it is none. Nothing for JSON that is no object.
std::optional<HookSpec> decode_hook(const Text& text);

}  // namespace hookc
