// The inputs of the comparison with peers: templates and contexts, the same bytes for everybody.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hookc::bench {

struct Input {
  std::string name;
  std::string source;   // of the template
  std::string context;  // JSON
};

/// What stands in `folder`, and the large ones, which are made. Throws std::runtime_error when a file cannot be read.
std::vector<Input> make_inputs(const std::filesystem::path& folder);

}  // namespace hookc::bench
