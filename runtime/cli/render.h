// render: the command `hookc render`: pure Jinja, without a project or a database.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace hookc {

struct RenderOptions {
  std::optional<std::string> file;          // the template; absent or `-`: from `in`
  std::optional<std::string> context_json;  // a JSON object
  bool batch = false;                       // JSON Lines in, JSON Lines out
};

/// The exit status: 0, or 2 when a template, its context or the file is no good (in a batch that is an answer, and the status is 0).
int run_render(const RenderOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace hookc
