// jinja: what the fuzz targets of templates and expressions share. Bytes are parsed and evaluated, on all paths that the unknowns of the context
// open, under small limits; what comes out must keep the provenance law.
#pragma once

#include <cstdint>
#include <string_view>

namespace hookc {

enum class JinjaKind : std::uint8_t { Template, Expression };

void fuzz_jinja(JinjaKind kind, std::string_view bytes);

}  // namespace hookc
