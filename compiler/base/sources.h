// Sources: every text that hookc reads, and the space of positions that bytes can come from.
//
// A Source is a Text with a name. For a file the Text's bytes are their own origin. A template that lives inside another
// text (a YAML scalar, a string of a `config()` call) is a Source whose Text already traces to the bytes of a file, so that
// `locate` answers with a place that a person can open. Nested quoting costs nothing: origins are followed when the Text is made.
// Inputs, derived bytes and holes own regions of the same space, so `describe` can say what a byte is.
// Threads may add to one Sources and read it at the same time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/text.h"

namespace hookc {

enum class SourceId : std::uint32_t {};

/// Half-open byte offsets into the Text of one Source.
struct Span {
  SourceId source{};
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

struct Source {
  std::string name;  // the path as the user would write it, or a description such as `<stdin>`
  Text text;
};

/// A place that a person can open. Lines and columns count from 1, columns in code points.
struct Location {
  std::string file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t end_line = 1;
  std::uint32_t end_column = 1;
  /// Byte offsets in the file, for edits and code frames.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

/// What a position is.
struct Origin {
  enum class Kind : std::uint8_t {
    File,     // a byte of a file, verbatim (or made there, when the position is fixed)
    Input,    // a byte of a value that the world handed in: `name` is its symbol
    Derived,  // made from `inputs` by an operation that does not keep bytes apart (`tojson`, `%`)
    Hole      // stands for a value that is not known: `name` is its symbol
  };
  Kind kind = Kind::File;
  std::string_view name;            // file name or symbol
  std::uint32_t offset = 0;         // in the region
  bool verbatim = true;             // false: made at this place
  std::vector<Position> inputs;     // of a derived byte
};

class Sources {
 public:
  Sources() = default;
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  /// Registers a file's bytes. Throws std::length_error when the space of positions (2 GiB) is exhausted.
  SourceId add_file(std::string name, std::string bytes);
  /// Registers a text whose bytes come from elsewhere.
  SourceId add_text(std::string name, Text text);
  /// A region for the `size` bytes of an input; the same symbol and size give the same region.
  Position add_input(std::string_view symbol, std::uint32_t size);
  /// The fixed position of bytes made from `inputs`; equal inputs give the same position.
  Position add_derived(const std::vector<Position>& inputs);
  /// The fixed position of a hole for `symbol`.
  Position add_hole(std::string_view symbol);

  [[nodiscard]] const Source& get(SourceId id) const {
    const auto index = static_cast<std::size_t>(id);
    return *(*(*sources_)[index / kChunkSize])[index % kChunkSize];
  }
  [[nodiscard]] const Text& text(SourceId id) const { return get(id).text; }
  [[nodiscard]] std::string_view view(Span span) const { return text(span.source).view().substr(span.begin, span.end - span.begin); }
  [[nodiscard]] Text slice(Span span) const { return text(span.source).slice(span.begin, span.end); }
  [[nodiscard]] Origin describe(Position position) const;
  /// The place in a file of a span; nothing when no byte of it comes from a file.
  [[nodiscard]] std::optional<Location> locate(Span span) const;
  /// The place in a file of bytes `range` of `text`, when the first of them comes from one.
  [[nodiscard]] std::optional<Location> locate(const Text& text, ByteRange range) const;
  /// The bytes of the file that `location` names; nothing when it is not registered.
  [[nodiscard]] std::optional<std::string_view> file_bytes(std::string_view file) const;
  /// The bytes that a verbatim position claims, for the provenance law.
  [[nodiscard]] std::optional<std::string_view> bytes_at(Position position, std::uint32_t count) const;

 private:
  struct Region {
    std::uint32_t begin;
    std::uint32_t size;
    Origin::Kind kind;
    std::string name;
    std::vector<Position> inputs;
    Text bytes;                                       // of a file
    mutable std::vector<std::uint32_t> line_starts;   // made when first asked for, under `lines_mutex_`
  };
  // Sources lie in chunks that never move, so that `get`, which every print needs, takes no lock: who knows an id knows what was there when it was made.
  static constexpr std::size_t kChunkSize = 1024;
  static constexpr std::size_t kMaxChunks = 4096;
  using Chunk = std::array<std::unique_ptr<const Source>, kChunkSize>;

  // With `mutex_` held.
  std::uint32_t add_region(Region region);
  SourceId add_source(std::string name, Text text);

  template <class Key, class Add>
  Position find_or_add(std::map<Key, Position, std::less<>>& known, Key key, const Add& add);

  [[nodiscard]] const Region& region_at(std::uint32_t place) const;
  void line_column(const Region& file, std::uint32_t offset, std::uint32_t& line, std::uint32_t& column) const;

  mutable std::shared_mutex mutex_;  // of everything below but the sources that are there
  mutable std::mutex lines_mutex_;
  std::unique_ptr<std::array<std::unique_ptr<Chunk>, kMaxChunks>> sources_ = std::make_unique<std::array<std::unique_ptr<Chunk>, kMaxChunks>>();
  std::size_t source_count_ = 0;
  std::vector<std::unique_ptr<const Region>> regions_;
  std::uint32_t next_place_ = 1;  // place 0 is nobody's: a forgotten position is found out
  std::map<std::string, Position, std::less<>> inputs_;
  std::map<std::string, Position, std::less<>> holes_;
  std::map<std::vector<std::uint32_t>, Position, std::less<>> derived_;
};

}  // namespace hookc
