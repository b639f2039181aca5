// names: the names of a template, by number. To resolve a name it is looked for in many scopes, and numbers are compared sooner than texts.
// Internal to parsing and to the resolution of names: the AST carries the numbers only until its slots are filled in.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"

namespace hookc::ast {

/// Gives each name its number.
class Names {
 public:
  Names() {
    entries_.reserve(kFirstPlaces / 2);
    places_.resize(kFirstPlaces);
    for (const std::string_view name : {"loop", "caller", "kwargs", "varargs", "self", "super"}) add(name);  // as NameId numbers them
    uses_special_.fill(false);
  }

  /// The bytes must outlive this object: those of a source do.
  NameId add(std::string_view name) {
    const std::uint64_t hash = hash_of(name);
    std::size_t at = hash & (places_.size() - 1);
    for (; places_[at] != 0; at = (at + 1) & (places_.size() - 1)) {
      const Entry& entry = entries_[places_[at] - 1];
      if (entry.hash == hash && entry.name == name) return use(places_[at] - 1);
    }
    entries_.push_back({hash, name});
    places_[at] = static_cast<std::uint32_t>(entries_.size());
    const NameId made = use(entries_.size() - 1);
    if (entries_.size() * 2 > places_.size()) grow();
    return made;
  }
  /// A name that stands nowhere.
  NameId add_made(std::string name) { return add(made_.emplace_back(std::move(name))); }

  [[nodiscard]] std::string_view text(NameId id) const { return entries_[static_cast<std::size_t>(id)].name; }
  /// Whether the template has one of the names to which Jinja gives a meaning.
  [[nodiscard]] bool has(NameId special) const { return uses_special_.at(static_cast<std::size_t>(special)); }

 private:
  static constexpr std::size_t kFirstPlaces = 128;
  struct Entry {
    std::uint64_t hash;
    std::string_view name;
  };

  static std::uint64_t hash_of(std::string_view name) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
    std::uint64_t hash = name.size();
    for (; !name.empty(); name.remove_prefix(std::min(name.size(), sizeof hash))) {
      std::uint64_t part = 0;
      std::memcpy(&part, name.data(), std::min(name.size(), sizeof part));
      hash = (hash ^ part) * kOdd;
      hash ^= hash >> 32U;
    }
    return hash;
  }
  NameId use(std::size_t at) {
    if (at < uses_special_.size()) uses_special_.at(at) = true;
    return static_cast<NameId>(at);
  }
  void grow() {
    places_.assign(places_.size() * 2, 0);
    for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
      std::size_t at = entries_[entry].hash & (places_.size() - 1);
      while (places_[at] != 0) at = (at + 1) & (places_.size() - 1);
      places_[at] = static_cast<std::uint32_t>(entry + 1);
    }
  }

  std::vector<Entry> entries_;          // by number
  std::vector<std::uint32_t> places_;   // open addressing, at most half full: a number and 1, or 0
  std::deque<std::string> made_;
  std::array<bool, 6> uses_special_{};
};

/// What a scope knows of its names. A scope of a hook has a handful, which are found soonest by looking through them; a scope with many is indexed.
template <class T>
class NameMap {
 public:
  /// Null when there is no such name. The pointer is valid until the next name is added.
  [[nodiscard]] const T* find(NameId name) const {
    if ((filter_ & bit_of(name)) == 0) return nullptr;
    const std::size_t at = place_of(name);
    return at < entries_.size() ? &entries_[at].second : nullptr;
  }
  /// What is known of `name`; added when it is new.
  T& operator[](NameId name) {
    if (const T* known = find(name)) return const_cast<T&>(*known);  // it is ours
    filter_ |= bit_of(name);
    if (entries_.empty()) entries_.reserve(kLookedThrough / 2);
    entries_.emplace_back(name, T{});
    if (entries_.size() > kLookedThrough) index_new();
    return entries_.back().second;
  }
  /// In the order in which they were added.
  [[nodiscard]] const std::vector<std::pair<NameId, T>>& entries() const { return entries_; }

 private:
  static constexpr std::size_t kLookedThrough = 12;

  static std::uint64_t bit_of(NameId name) { return std::uint64_t{1} << (static_cast<std::uint32_t>(name) % 64U); }
  /// The number of entries when there is no such name.
  [[nodiscard]] std::size_t place_of(NameId name) const {
    if (index_) {
      const auto found = index_->find(name);
      return found != index_->end() ? found->second : entries_.size();
    }
    std::size_t at = 0;
    while (at < entries_.size() && entries_[at].first != name) ++at;
    return at;
  }
  void index_new() {
    if (!index_) index_ = std::make_unique<std::unordered_map<NameId, std::uint32_t>>();
    for (std::size_t at = index_->size(); at < entries_.size(); ++at) index_->emplace(entries_[at].first, static_cast<std::uint32_t>(at));
  }

  std::uint64_t filter_ = 0;  // most scopes do not have the name that is looked for
  std::vector<std::pair<NameId, T>> entries_;
  std::unique_ptr<std::unordered_map<NameId, std::uint32_t>> index_;
};

}  // namespace hookc::ast
