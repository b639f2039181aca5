// sha256: the digest of bytes, for checksums in artifacts. Not for secrets.
//
// No library is linked for it: the ones in reach bring megabytes into the start of every command for these sixty lines.
// Source: FIPS 180-4.
#pragma once

#include <string>
#include <string_view>

namespace hookc {

/// 64 hexadecimal digits, lower case.
std::string sha256(std::string_view bytes);

}  // namespace hookc
