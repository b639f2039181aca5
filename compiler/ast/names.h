// NameMap: what a scope knows of its names. A scope of a hook has a handful, which are found soonest by looking through them; a scope with many is indexed.
// Internal to the resolution of names: the names are those of the AST, which outlives the map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hookc::ast {

template <class T>
class NameMap {
 public:
  /// Null when there is no such name. The pointer is valid until the next name is added.
  [[nodiscard]] const T* find(std::string_view name) const {
    const std::size_t at = place_of(name);
    return at < entries_.size() ? &entries_[at].second : nullptr;
  }
  /// What is known of `name`; added when it is new.
  T& operator[](std::string_view name) {
    const std::size_t at = place_of(name);
    if (at < entries_.size()) return entries_[at].second;
    entries_.emplace_back(name, T{});
    if (entries_.size() > kLookedThrough) index_new();
    return entries_.back().second;
  }
  /// In the order in which they were added.
  [[nodiscard]] const std::vector<std::pair<std::string_view, T>>& entries() const { return entries_; }

 private:
  static constexpr std::size_t kLookedThrough = 12;

  /// The number of entries when there is no such name.
  [[nodiscard]] std::size_t place_of(std::string_view name) const {
    if (entries_.size() > kLookedThrough) {
      const auto found = index_.find(name);
      return found != index_.end() ? found->second : entries_.size();
    }
    std::size_t at = 0;
    while (at < entries_.size() && entries_[at].first != name) ++at;
    return at;
  }
  void index_new() {
    for (std::size_t at = index_.size(); at < entries_.size(); ++at) index_.emplace(entries_[at].first, static_cast<std::uint32_t>(at));
  }

  std::vector<std::pair<std::string_view, T>> entries_;
  std::unordered_map<std::string_view, std::uint32_t> index_;
};

}  // namespace hookc::ast
