#include "compiler/eval/frames.h"

#include <algorithm>
#include <utility>

namespace hookc {

namespace {
constexpr std::size_t kFirstSlots = 64;  // a power of two; most hooks have not half as many frames
}

void FrameTable::reset() {
  frames_.clear();
  macros_.clear();
  keys_.clear();
  frames_.reserve(kFirstSlots / 2);
  keys_.reserve(kFirstSlots / 2);
  frames_.push_back(Frame{});
  keys_.push_back(Key{});
  slots_.assign(std::max(slots_.size(), kFirstSlots), 0);
}

void FrameTable::move_to(Rendering& rendering) {
  rendering.frames = std::exchange(frames_, {});
  rendering.macros = std::exchange(macros_, {});
}

std::size_t FrameTable::place(const Key& key) const {
  const std::size_t mask = slots_.size() - 1;
  // Expressions lie at multiples of their size: fold the high bits in.
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(key.site));  // only its identity counts
  std::size_t at = static_cast<std::size_t>((address >> 3U) * 0x9E37'79B9'7F4A'7C15ULL >> 32U) + static_cast<std::size_t>(key.parent) * 31U;
  for (;; ++at) {
    const std::uint32_t frame = slots_[at & mask];
    if (frame == 0) return at & mask;
    const Key& known = keys_[frame];
    if (known.site == key.site && known.callee == key.callee && known.parent == key.parent) return at & mask;
  }
}

FrameId FrameTable::at(const Span* site, FrameId parent, const void* callee, std::string_view macro) {
  const Key key{site, callee, parent};
  std::size_t at = place(key);
  if (slots_[at] != 0) return FrameId{slots_[at]};
  if (frames_.size() * 2 > slots_.size()) {
    grow();
    at = place(key);
  }
  const auto id = static_cast<std::uint32_t>(frames_.size());
  frames_.push_back(Frame{parent, macro.empty() ? 0 : add_name(macro), *site});
  keys_.push_back(key);
  slots_[at] = id;
  return FrameId{id};
}

std::uint32_t FrameTable::add_name(std::string_view macro) {
  macros_.emplace_back(macro);
  return static_cast<std::uint32_t>(macros_.size());
}

void FrameTable::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t frame = 1; frame < keys_.size(); ++frame) slots_[place(keys_[frame])] = frame;
}

}  // namespace hookc
