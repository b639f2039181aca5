// installed_dbt: dbt's own macro library, read from an installed dbt and taken unchanged instead of hookc's own macros.
//
// The library is a package for each adapter (`dbt/include/postgres`) and one for all (`dbt/include/global_project`, which is called `dbt`). Macros that ask the
// database (`run_query`, `statement`, `load_relation`, ..) stay hookc's own: lint, compile and run each have an answer of their own to them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hookc {

/// The folder of `global_project` in a site-packages folder, a virtual environment, or a folder that holds dbt/include; nothing when there is none.
std::optional<std::filesystem::path> find_dbt_include(const std::filesystem::path& folder);

/// The adapter and those whose macros it takes over, the most specific first.
std::vector<std::string> adapter_line(std::optional<std::string> adapter);

}  // namespace hookc
