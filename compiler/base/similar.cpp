#include "compiler/base/similar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "compiler/base/ascii.h"

namespace hookc {

namespace {

/// Longer names are compared with nothing: they are no slip of the keyboard.
constexpr std::size_t kLongest = 80;
constexpr std::size_t kMostWrong = 3;

/// How many letters may be wrong between names of which the longer has `size` letters.
std::size_t bound_for(std::size_t size) { return std::min(size / 3, kMostWrong); }

/// The distance of the two, in halves: another case of a letter is half a mistake. Anything above `bound` when it is more than that.
std::size_t distance(std::string_view left, std::string_view right, std::size_t bound) {
  const std::size_t too_far = bound + 1;
  using Row = std::array<std::uint16_t, kLongest + 1>;
  std::array<Row, 3> rows;  // NOLINT(cppcoreguidelines-pro-type-member-init): each is filled before it is read
  Row* before = &rows[0];
  Row* above = &rows[1];
  Row* row = &rows[2];
  for (std::size_t j = 0; j <= right.size(); ++j) (*above)[j] = static_cast<std::uint16_t>(2 * j);
  for (std::size_t i = 1; i <= left.size(); ++i) {
    (*row)[0] = static_cast<std::uint16_t>(2 * i);
    std::size_t least = (*row)[0];
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const char a = left[i - 1];
      const char b = right[j - 1];
      const std::size_t change = a == b ? 0U : ascii_lower(a) == ascii_lower(b) ? 1U : 2U;
      std::size_t best = std::min({(*above)[j - 1] + change, (*above)[j] + std::size_t{2}, (*row)[j - 1] + std::size_t{2}});
      if (i > 1 && j > 1 && a == right[j - 2] && left[i - 2] == b) best = std::min(best, (*before)[j - 2] + std::size_t{2});
      (*row)[j] = static_cast<std::uint16_t>(best);
      least = std::min(least, best);
    }
    if (least > bound) return too_far;  // a swap looks two rows back, but costs as much as the change it replaces
    Row* const oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return (*above)[right.size()];
}

std::size_t common_beginning(std::string_view left, std::string_view right) {
  return static_cast<std::size_t>(std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first - left.begin());
}

bool is_same_but_for_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

}  // namespace

std::string_view similar_name(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > kLongest) return {};
  std::string_view best;
  std::size_t best_distance = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate == name) return {};
    const std::size_t longer = std::max(name.size(), candidate.size());
    const std::size_t shorter = std::min(name.size(), candidate.size());
    const bool is_case = is_same_but_for_case(name, candidate);
    std::size_t bound = 2 * bound_for(longer);
    if (!is_case && (longer > kLongest || longer - shorter > bound / 2 || shorter == 0)) continue;
    if (!best.empty()) bound = std::min(bound, best_distance);
    const std::size_t far = is_case ? 1 : distance(name, candidate, bound);
    if (!is_case && far > bound) continue;
    if (best.empty() || far < best_distance) {
      best = candidate;
      best_distance = far;
      continue;
    }
    if (far > best_distance) continue;
    const std::size_t best_beginning = common_beginning(name, best);
    const std::size_t beginning = common_beginning(name, candidate);
    if (beginning > best_beginning || (beginning == best_beginning && candidate < best)) best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view similar = similar_name(name, candidates);
  return similar.empty() ? std::string{} : fmt::format("did you mean `{}`?", similar);
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return did_you_mean(name, std::span<const std::string_view>{views});
}

}  // namespace hookc
