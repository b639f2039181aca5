#include "compiler/value/site.h"

namespace hookc {

Position Site::position() const {
  if (sources == nullptr) return fixed_at(Position{0});
  const Text& text = sources->text(span.source);
  if (text.empty()) return fixed_at(Position{0});
  return fixed_at(text.position_at(span.begin < text.size() ? span.begin : text.size() - 1));
}

}  // namespace hookc
