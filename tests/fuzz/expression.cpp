// Fuzz target: one expression.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/jinja.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hookc::fuzz_jinja(hookc::JinjaKind::Expression, {reinterpret_cast<const char*>(data), size});  // bytes are bytes
  return 0;
}
