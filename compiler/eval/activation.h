// Activation: the slots of one running Unit. They live on the evaluation's own stack of slots, or on the heap where a macro or call
// body made inside can outlive the run.
//
// A slot starts as "missing" (an Undefined that says nothing), or as "lazy": its value is looked up in the context at the first read.
#pragma once

#include <cstdint>
#include <memory>
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

/// The stack of slots: Values that never move while they are in use.
class SlotStack {
 public:
  struct Level {
    std::size_t chunk = 0;
    std::size_t used = 0;
  };

  SlotStack() { chunks_.push_back(Chunk{std::make_unique<Value[]>(kFirst), kFirst}); }

  [[nodiscard]] Level level() const { return level_; }

  Value* push(std::size_t count) {
    while (level_.used + count > chunks_[level_.chunk].capacity) {
      if (level_.chunk + 1 == chunks_.size()) {
        const std::size_t capacity = count > kChunk ? count : kChunk;
        chunks_.push_back(Chunk{std::make_unique<Value[]>(capacity), capacity});
      }
      level_ = Level{level_.chunk + 1, 0};
    }
    Value* const slots = chunks_[level_.chunk].values.get() + level_.used;
    level_.used += count;
    return slots;
  }

  /// Gives back what was pushed since `level`, which leaves those slots missing.
  void pop(Level level) {
    while (level_.chunk > level.chunk) {
      clear(0);
      --level_.chunk;
      level_.used = chunks_[level_.chunk].capacity;
    }
    clear(level.used);
  }

 private:
  static constexpr std::size_t kFirst = 48;
  static constexpr std::size_t kChunk = 512;
  struct Chunk {
    std::unique_ptr<Value[]> values;
    std::size_t capacity;
  };
  void clear(std::size_t from) {
    Value* const values = chunks_[level_.chunk].values.get();
    for (std::size_t i = from; i < level_.used; ++i) values[i] = Value{};
    level_.used = from;
  }
  std::vector<Chunk> chunks_;
  Level level_;
};

/// The Undefined of a slot whose context value has not been asked for yet.
Value lazy_slot();
inline bool is_missing(const Value& value) {
  const auto* undefined = value.get_if<Undefined>();
  return undefined != nullptr && !undefined->info;
}
bool is_lazy(const Undefined& undefined);

}  // namespace hookc
