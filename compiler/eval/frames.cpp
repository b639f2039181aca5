#include "compiler/eval/frames.h"

#include <algorithm>
#include <utility>

namespace hookc {

namespace {
constexpr std::size_t kFirstSlots = 32;  // a power of two
}

void FrameTable::reset() {
  frames_.clear();
  frames_.reserve(kFirstSlots / 2);
  frames_.push_back(Frame{});
  slots_.assign(std::max(slots_.size(), kFirstSlots), Slot{});
}

std::vector<Frame> FrameTable::take() { return std::exchange(frames_, {}); }

std::size_t FrameTable::place(const Span* site, const void* callee, std::uint32_t parent) const {
  const std::size_t mask = slots_.size() - 1;
  // Expressions lie at multiples of their size: fold the high bits in.
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(site));  // only its identity counts
  std::size_t at = static_cast<std::size_t>((address >> 3U) * 0x9E37'79B9'7F4A'7C15ULL >> 32U) + parent * 31U;
  for (;; ++at) {
    const Slot& slot = slots_[at & mask];
    if (slot.frame == 0 || (slot.site == site && slot.callee == callee && slot.parent == parent)) return at & mask;
  }
}

FrameId FrameTable::at(const Span* site, FrameId parent, const void* callee, std::string_view macro) {
  const auto outer = static_cast<std::uint32_t>(parent);
  std::size_t at = place(site, callee, outer);
  if (slots_[at].frame != 0) return FrameId{slots_[at].frame};
  if (frames_.size() * 2 > slots_.size()) {
    grow();
    at = place(site, callee, outer);
  }
  const auto id = static_cast<std::uint32_t>(frames_.size());
  frames_.emplace_back(parent, std::string{macro}, *site);
  slots_[at] = Slot{site, callee, outer, id};
  return FrameId{id};
}

void FrameTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.frame != 0) slots_[place(slot.site, slot.callee, slot.parent)] = slot;
  }
}

}  // namespace hookc
