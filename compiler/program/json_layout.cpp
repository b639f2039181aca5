#include "compiler/program/json_layout.h"

#include <nlohmann/json.hpp>

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMaxLine = 140;

std::string on_one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Takes from `room` what the text has at least; whether it was enough. A tree that is too large is left early: it is asked for again at each of its levels.
bool may_fit(const Json& json, std::size_t& room) {
  const auto take = [&](std::size_t bytes) {
    const bool is_enough = bytes <= room;
    room -= is_enough ? bytes : room;
    return is_enough;
  };
  if (json.is_string()) return take(json.get_ref<const std::string&>().size() + 2);
  if (!take(1)) return false;
  if (!json.is_structured()) return true;
  for (const auto& entry : json.items()) {
    if (json.is_object() && !take(entry.key().size() + 3)) return false;
    if (!may_fit(entry.value(), room)) return false;
  }
  return true;
}

void write(std::string& out, const Json& json, std::size_t indent) {
  std::size_t room = kMaxLine;
  std::string line = json.is_structured() && !may_fit(json, room) ? std::string{} : on_one_line(json);
  if (!json.is_structured() || json.empty() || (!line.empty() && indent + line.size() <= kMaxLine)) {
    out += line;
    return;
  }
  const std::string margin(indent + 1, ' ');
  const bool is_object = json.is_object();
  out += is_object ? "{\n" : "[\n";
  std::size_t left = json.size();
  for (const auto& entry : json.items()) {
    out += margin;
    if (is_object) out += on_one_line(entry.key()) + ": ";
    write(out, entry.value(), indent + 1);
    out += --left > 0 ? ",\n" : "\n";
  }
  out += std::string(indent, ' ');
  out += is_object ? "}" : "]";
}

}  // namespace

std::string layout(const nlohmann::ordered_json& json) {
  std::string out;
  write(out, json, 0);
  out += '\n';
  return out;
}

}  // namespace hookc
