// DbtVersion: the release of dbt whose behaviour hookc follows, and what differs between releases as far as hooks are concerned.
// Source of the differences: dbt-core, contracts/project.py (ProjectFlags) and task/run.py (safe_run_hooks) of each release branch.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hookc {

enum class DbtVersion : std::uint8_t { V1_8, V1_9, V1_10, V1_11, V1_12 };
inline constexpr DbtVersion kNewestDbt = DbtVersion::V1_12;

/// `1.8`, .. `1.12`.
std::string_view name_of(DbtVersion version);
/// The release by its name, a patch release too: `1.9`, `1.9.4`; nothing for any other text.
std::optional<DbtVersion> dbt_version_named(std::string_view name);
/// What `{{ dbt_version }}` prints: the last patch release known to hookc.
std::string_view release_of(DbtVersion version);

/// The flag `skip_nodes_if_on_run_start_fails` where dbt_project.yml does not set it.
inline bool skips_nodes_after_failed_start(DbtVersion version) { return version >= DbtVersion::V1_12; }
/// Whether projects have `functions:`, nodes with hooks of their own.
inline bool has_functions(DbtVersion version) { return version >= DbtVersion::V1_11; }

}  // namespace hookc
