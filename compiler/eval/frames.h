// FrameTable: who printed what. One frame a (site, parent): a print or call in a loop is one frame however often it runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/base/text.h"
#include "compiler/eval/rendering.h"

namespace hookc {

class FrameTable {
 public:
  /// The frame of a print (no `callee`) or of a call of a macro at `site`. Sites and callees are told apart by their place in the AST.
  FrameId at(const Span* site, FrameId parent, const void* callee, std::string_view macro);
  /// How many there are, with the template's own.
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  [[nodiscard]] const Frame& get(FrameId id) const { return frames_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] std::string_view macro_of(const Frame& frame) const { return name_of_macro(frame, macros_); }
  /// Forgets all frames but the template's own; before the first use, too.
  void reset();
  /// Hands the frames over; the table is to be reset afterwards.
  void move_to(Rendering& rendering);

 private:
  struct Key {  // of the frame at the same place
    const Span* site = nullptr;
    const void* callee = nullptr;
    FrameId parent{};
  };
  [[nodiscard]] std::size_t place(const Key& key) const;
  [[gnu::noinline]] std::uint32_t add_name(std::string_view macro);  // calls are few beside prints
  void grow();
  std::vector<Frame> frames_;
  std::vector<std::string> macros_;
  std::vector<Key> keys_;
  std::vector<std::uint32_t> slots_;  // open addressing; 0: free
};

}  // namespace hookc
