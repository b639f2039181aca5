// Position: where a byte came from, in one concatenated space of all bytes that can have an origin.
//
// Files, inputs (values that the world hands in), derived bytes and holes each own a region of the space (see sources.h). A
// position is 31 bits of place and one flag. Without the flag, byte i of a run comes from place + i, verbatim. With it, every
// byte of the run was *made* at that one place: a number printed there, an escape decoded there, a hole.
#pragma once

#include <cstdint>

namespace hookc {

enum class Position : std::uint32_t {};

inline constexpr std::uint32_t kFixedBit = 0x8000'0000U;
inline constexpr std::uint32_t kMaxPlace = kFixedBit - 1;

constexpr std::uint32_t place_of(Position position) { return static_cast<std::uint32_t>(position) & kMaxPlace; }
constexpr bool is_fixed(Position position) { return (static_cast<std::uint32_t>(position) & kFixedBit) != 0; }
constexpr Position fixed_at(Position position) { return Position{static_cast<std::uint32_t>(position) | kFixedBit}; }

/// The position `count` bytes further on; a fixed position stays where it is.
constexpr Position advance(Position position, std::uint32_t count) {
  return is_fixed(position) ? position : Position{static_cast<std::uint32_t>(position) + count};
}

/// Which `{{ }}` or macro call printed a byte: an index into Rendering::frames. 0: not printed yet.
enum class FrameId : std::uint32_t {};

}  // namespace hookc
