// FrameTable: who printed what. One frame a (site, parent): a print or call in a loop is one frame however often it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/base/text.h"
#include "compiler/eval/rendering.h"

namespace hookc {

class FrameTable {
 public:
  /// The frame of a print (no `callee`) or of a call of a macro at `site`. Sites and callees are told apart by their place in the AST.
  FrameId at(const Span* site, FrameId parent, const void* callee, std::string_view macro);
  [[nodiscard]] const std::vector<Frame>& all() const { return frames_; }
  [[nodiscard]] const Frame& get(FrameId id) const { return frames_[static_cast<std::size_t>(id)]; }
  /// Forgets all frames but the template's own; before the first use, too.
  void reset();
  /// The frames; the table is to be reset afterwards.
  std::vector<Frame> take();

 private:
  struct Slot {
    const Span* site = nullptr;
    const void* callee = nullptr;
    std::uint32_t parent = 0;
    std::uint32_t frame = 0;  // 0: free
  };
  [[nodiscard]] std::size_t place(const Span* site, const void* callee, std::uint32_t parent) const;
  void grow();
  std::vector<Frame> frames_;
  std::vector<Slot> slots_;
};

}  // namespace hookc
