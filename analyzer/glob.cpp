#include "analyzer/glob.h"

#include <vector>

#include "compiler/base/ascii.h"

namespace hookc {

bool glob_matches(std::string_view glob, std::string_view text) {
  // reached[i]: the part of the glob before the current place matches the first i characters. One pass a character of the glob, whatever the stars.
  std::vector<bool> reached(text.size() + 1, false);
  reached[0] = true;
  for (std::size_t at = 0; at < glob.size(); ++at) {
    if (glob[at] == '*') {
      const bool any = at + 1 < glob.size() && glob[at + 1] == '*';
      if (any) {
        ++at;
        if (at + 1 < glob.size() && glob[at + 1] == '/') ++at;  // `**/x` is `x` too
      }
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (reached[i] && (any || text[i] != '/')) reached[i + 1] = true;
      }
      continue;
    }
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (reached[i] && (glob[at] == '?' ? text[i] != '/' : ascii_lower(glob[at]) == ascii_lower(text[i]))) next[i + 1] = true;
    }
    reached = std::move(next);
  }
  return reached[text.size()];
}

}  // namespace hookc
