// yaml_plain: the YAML that most files are written in, read without yaml-cpp, which takes some 300 ns for each byte.
//
// It is no second reader of YAML: it knows the plainest forms alone (mappings and lists in blocks, scalars without escapes and empty lines, block scalars, flow
// lists and mappings of scalars, anchors, aliases) and tells of them by yaml-cpp's own events. Whatever else it meets, and everything that is wrong, is left to yaml-cpp.
#pragma once

#include <string_view>

namespace YAML {
class EventHandler;
}

namespace hookc {

/// Reads a document, as yaml-cpp would. False: it is not as plain as that, and the events so far mean nothing.
bool read_plain_yaml(std::string_view bytes, YAML::EventHandler& events);

}  // namespace hookc
