// What tests of values begin with: values in few letters, a file to take texts from, and what an error says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/base/sources.h"
#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

inline Value integer(std::int64_t value) { return Value{value}; }
inline Value real(double value) { return Value{value}; }
inline Value text(std::string_view bytes) { return make_name(bytes); }

/// A file `source.sql` to take texts from, and a site at its first byte.
struct World {
  Sources sources;
  SourceId file;
  Site site;
  explicit World(std::string bytes = "select 1") : file(sources.add_file("source.sql", std::move(bytes))), site{Span{file, 0, 1}, &sources} {}

  [[nodiscard]] Text whole() const { return sources.text(file); }
  /// The bytes that the file has where each byte of `made` claims to be from; `.` for what was made at its place.
  [[nodiscard]] std::string claimed(const Text& made) const {
    std::string result;
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      const Position position = made.position_at(i);
      const Origin origin = sources.describe(position);
      result.push_back(is_fixed(position) ? '.' : sources.text(file).view()[origin.offset]);
    }
    return result;
  }
};

template <class Body>
std::string error_of(Body body) {
  try {
    body();
  } catch (const EvalError& error) {
    return error.diagnostic.error_class + ": " + error.diagnostic.message;
  }
  return "no error";
}

}  // namespace hookc
