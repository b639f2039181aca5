// StoredHooks: the hooks of a manifest on disk, each read when it is wanted: what is kept of one is where it stands, however long it is.
//
// The file stays open: a compile that puts another one in its place changes nothing for who reads this one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/program/program.h"

namespace hookc {

/// What is wrong with a manifest, in words.
struct ManifestError {
  std::string message;
};

class StoredHooks {
 public:
  /// The hooks of a manifest, and its other bytes with an empty list in their place. Each hook is read once and held against its checksum; what is wrong with the first bad one is kept in
  /// `problem`: a manifest of another version is to be told so first.
  struct Opened {
    std::shared_ptr<const StoredHooks> hooks;
    std::string rest;
    std::string problem;
  };
  static std::variant<Opened, ManifestError> open(const std::filesystem::path& file);

  StoredHooks(const StoredHooks&) = delete;
  StoredHooks& operator=(const StoredHooks&) = delete;
  ~StoredHooks();

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] HookHead head(std::size_t index) const;
  [[nodiscard]] std::string id(std::size_t index) const;
  [[nodiscard]] const std::string& digest() const { return digest_; }
  /// std::runtime_error when the file cannot be read any more, or was changed in its place.
  [[nodiscard]] CompiledHook read(std::size_t index) const;

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint64_t hash = 0;   // of its bytes
    std::uint32_t size = 0;
    std::uint32_t owner = 0;  // in `owners_`
    HookPhase phase = HookPhase::OnRunStart;
    HookKind kind = HookKind::Sql;
    bool transaction = true;
  };
  explicit StoredHooks(int descriptor) : descriptor_(descriptor) {}
  void add(std::uint64_t offset, const std::string& bytes);
  [[nodiscard]] std::string_view bytes_of(const Entry& entry) const;

  int descriptor_;
  std::string digest_;
  std::vector<Entry> entries_;
  std::vector<std::string> owners_{std::string{}};  // of hooks of nodes, each once where they follow each other; hooks of runs, each its own owner, have the first
  mutable std::string window_;                       // the part of the file that was read last: hooks are mostly wanted in their order
  mutable std::uint64_t window_begin_ = 0;
};

}  // namespace hookc
