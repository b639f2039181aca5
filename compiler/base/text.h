// Text: immutable bytes that remember where each came from.
//
// A Text is not a string with an optional map: the map is total, so `position_at(i)` is defined for every byte. Two Texts
// compare equal when their bytes do. Offsets are bytes, never characters. Copying a Text copies a handle.
#pragma once

#include <algorithm>
#include <cassert>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/position.h"

namespace hookc {

/// A half-open range of byte offsets.
struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(ByteRange, ByteRange) = default;
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
};

/// Consecutive bytes of one origin and one frame. It ends where the next run begins.
struct Run {
  std::uint32_t begin;
  Position position;
  FrameId frame;
};

class Text {
 public:
  Text() = default;
  /// All of `bytes` from `position` on (or made at it, if it is fixed).
  Text(std::string bytes, Position position);

  [[nodiscard]] std::string_view view() const { return data_ ? std::string_view{data_->bytes} : std::string_view{}; }
  [[nodiscard]] std::uint32_t size() const { return data_ ? static_cast<std::uint32_t>(data_->bytes.size()) : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::string str() const { return std::string{view()}; }
  /// Sorted by `begin`, the first begins at 0; empty only for the empty Text.
  [[nodiscard]] std::span<const Run> runs() const { return data_ ? data_->runs() : std::span<const Run>{}; }
  /// The run that holds byte `offset`, which must be inside the Text.
  [[nodiscard]] const Run& run_at(std::uint32_t offset) const;
  /// Where byte `offset` came from (its own place for a verbatim run). For `offset == size()` of a non-empty Text: just after the last byte.
  [[nodiscard]] Position position_at(std::uint32_t offset) const;
  /// Whether each byte came from somewhere. Names that our own code made came from nowhere until they are printed.
  [[nodiscard]] bool is_placed() const {
    if (!data_) return true;
    return data_->many.empty() ? place_of(data_->only.position) != 0 : are_placed(data_->many);
  }
  [[nodiscard]] FrameId frame_at(std::uint32_t offset) const { return run_at(offset).frame; }
  /// The bytes of `range` with their origins and frames. The whole range returns the same handle.
  [[nodiscard]] Text slice(ByteRange range) const;
  [[nodiscard]] Text slice(std::uint32_t begin, std::uint32_t end) const { return slice(ByteRange{begin, end}); }
  /// Other bytes of the same length, each with the origin and frame of the byte in whose place it is.
  [[nodiscard]] Text with_bytes(std::string bytes) const;

  friend bool operator==(const Text& left, const Text& right) { return left.view() == right.view(); }
  friend std::strong_ordering operator<=>(const Text& left, const Text& right) { return left.view() <=> right.view(); }

 private:
  friend class TextBuilder;
  /// Most Texts have one run, which takes no memory of its own.
  struct Data {
    std::string bytes;
    Run only;
    std::vector<Run> many;  // all of them, when there are several
    [[nodiscard]] std::span<const Run> runs() const { return many.empty() ? std::span<const Run>{&only, 1} : std::span<const Run>{many}; }
  };
  explicit Text(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  [[nodiscard]] static bool are_placed(const std::vector<Run>& runs);
  std::shared_ptr<const Data> data_;
};

/// The one place where Texts are put together: output, captures, `~`, filters all append here.
class TextBuilder {
 public:
  /// A point of the output to cut or roll back to. Marks nest like calls.
  struct Mark {
    std::uint32_t offset;
    std::uint32_t runs;
    bool is_closed;
  };

  /// Throws std::length_error when a text may not be made of so many runs, which `append` does too.
  static void check_pieces(std::size_t runs) {
    if (runs > kMaxRuns) refuse_pieces();
  }
  void reserve(std::size_t bytes, std::size_t runs);
  void append(std::string_view bytes, Position position, FrameId frame) {
    if (bytes.empty()) return;
    const std::uint32_t begin = size_;
    if (is_closed_ || runs_.back().frame != frame || advance(runs_.back().position, begin - runs_.back().begin) != position) {
      if (begin >= kMaxRuns) check_pieces(runs_.size() + 1);  // there are no more runs than bytes
      runs_.push_back(Run{begin, position, frame});
      is_closed_ = false;
    }
    if (bytes.size() > bytes_.size() - begin) make_room(bytes.size());
    std::memcpy(bytes_.data() + begin, bytes.data(), bytes.size());
    size_ = begin + static_cast<std::uint32_t>(bytes.size());
  }
  /// `text` with its origins; runs without a frame get `frame` (origin is who wrote a byte, frame is who printed it first).
  void append(const Text& text, FrameId frame) { append_slice(text, ByteRange{0, text.size()}, frame); }
  void append_slice(const Text& text, ByteRange range, FrameId frame) {
    assert(range.begin <= range.end && range.end <= text.size());
    if (range.begin == range.end) return;
    if (!text.data_->many.empty()) return append_runs(text, range, frame);
    const Run& only = text.data_->only;
    append(text.view().substr(range.begin, range.size()), advance(only.position, range.begin), only.frame == FrameId{0} ? frame : only.frame);
  }

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

  /// From here on runs are new ones, so that what came before can be restored exactly.
  Mark mark() {
    return Mark{size_, static_cast<std::uint32_t>(runs_.size()), std::exchange(is_closed_, true)};
  }
  /// Takes what was appended since the mark out of the builder.
  Text cut(Mark mark);
  void rollback(Mark mark);
  /// The whole content; the builder is empty afterwards.
  Text take();

 private:
  /// A piece of one byte takes twelve more to say where it came from.
  static constexpr std::size_t kMaxRuns = 8U << 20U;
  [[noreturn]] static void refuse_pieces();
  void append_runs(const Text& text, ByteRange range, FrameId frame);
  void make_room(std::size_t more);
  std::string bytes_;        // the first `size_` of them are in use, so that an append is a copy
  std::uint32_t size_ = 0;
  std::vector<Run> runs_;
  bool is_closed_ = true;    // there is no run yet, or the last one belongs to what was before a mark: none is extended
};

}  // namespace hookc
