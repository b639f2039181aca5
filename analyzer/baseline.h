// Baseline: the findings that a project had when it began to be linted. They are not reported again, wherever their lines have moved.
//
// A finding is known by its code, its file and the text of its line. Of equal ones as many are known as there were.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule.h"

namespace hookc {

/// As JSON; files are relative to the folder of `path`, so that it can be committed.
std::string write_baseline(const std::vector<Finding>& findings, const std::filesystem::path& path);

/// Takes known findings out and returns how many; nothing when `json` is no baseline.
std::optional<std::size_t> apply_baseline(std::string_view json, const std::filesystem::path& path, std::vector<Finding>& findings);

}  // namespace hookc
