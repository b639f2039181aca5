// Activation: the slots of one running Unit. They live on the evaluation's own stack of slots, or on the heap where a macro or call
// body made inside can outlive the run.
//
// A slot starts as "missing" (an Undefined that says nothing), or as "lazy": its value is looked up in the context at the first read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "compiler/value/value.h"

namespace hookc {

struct HeapActivation;

struct Activation {
  Value* slots = nullptr;
  std::uint16_t count = 0;
  /// Names that are not defined give permissive undefined values here (text that dbt renders while it parses).
  bool permissive = false;
  Activation* parent = nullptr;    // kept alive by whoever runs this one
  HeapActivation* heap = nullptr;  // the owner, when it lives on the heap
};

struct HeapActivation final : std::enable_shared_from_this<HeapActivation> {
  Activation activation;
  std::vector<Value> slots;
  std::shared_ptr<HeapActivation> parent;

  HeapActivation(std::uint16_t slot_count, bool permissive, std::shared_ptr<HeapActivation> outer) : slots(slot_count), parent(std::move(outer)) {
    activation = Activation{slots.data(), slot_count, permissive, parent ? &parent->activation : nullptr, this};
  }
};
using ClosurePtr = std::shared_ptr<HeapActivation>;

/// The stack of slots: Values that never move while they are in use. All above the top are missing.
class SlotStack {
 public:
  struct Level {
    std::size_t chunk = 0;
    Value* top = nullptr;
  };

  SlotStack() : level_{0, first_.data()}, end_(first_.data() + first_.size()) {}
  SlotStack(const SlotStack&) = delete;
  SlotStack& operator=(const SlotStack&) = delete;

  [[nodiscard]] Level level() const { return level_; }

  Value* push(std::size_t count) {
    while (count > static_cast<std::size_t>(end_ - level_.top)) open_next(count);
    return std::exchange(level_.top, level_.top + count);
  }

  /// Gives back what was pushed since `level`, which leaves those slots missing.
  void pop(Level level) {
    while (level_.chunk > level.chunk) close_last();
    clear(level.top);
  }

 private:
  static constexpr std::size_t kFirst = 48;
  static constexpr std::size_t kChunk = 512;
  struct Chunk {
    std::unique_ptr<Value[]> values;
    std::size_t capacity;
  };
  [[nodiscard]] Value* begin_of(std::size_t chunk) { return chunk == 0 ? first_.data() : more_[chunk - 1].values.get(); }
  [[nodiscard]] Value* end_of(std::size_t chunk) { return begin_of(chunk) + (chunk == 0 ? first_.size() : more_[chunk - 1].capacity); }
  void open_next(std::size_t count) {
    if (level_.chunk == more_.size()) {
      const std::size_t capacity = count > kChunk ? count : kChunk;
      more_.push_back(Chunk{std::make_unique<Value[]>(capacity), capacity});
    }
    const std::size_t next = level_.chunk + 1;
    level_ = Level{next, begin_of(next)};
    end_ = end_of(next);
  }
  void close_last() {
    clear(begin_of(level_.chunk));
    const std::size_t before = level_.chunk - 1;
    level_ = Level{before, end_of(before)};  // how far it was used is not known
    end_ = level_.top;
  }
  void clear(Value* from) {
    for (Value* slot = from; slot != level_.top; ++slot) slot->reset();
    level_.top = from;
  }
  std::array<Value, kFirst> first_;
  std::vector<Chunk> more_;  // behind the first
  Level level_;
  Value* end_;  // of the chunk of `level_`
};

/// The Undefined of a slot whose context value has not been asked for yet.
Value lazy_slot();
inline bool is_missing(const Value& value) {
  const auto* undefined = value.get_if<Undefined>();
  return undefined != nullptr && !undefined->info;
}
bool is_lazy(const Undefined& undefined);

}  // namespace hookc
