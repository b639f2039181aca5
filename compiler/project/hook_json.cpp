// A hook's text may be a JSON object: `{"sql": "...", "transaction": false}`. Its strings keep the places of their bytes.
#include <string>

#include <nlohmann/json.hpp>

#include "compiler/project/config.h"

namespace hookc {
namespace {

constexpr std::string_view kJsonSpaces = " \t\r\n";

/// Reads the members of an object that is known to be valid JSON.
class ObjectReader {
 public:
  explicit ObjectReader(const Text& text) : text_(text), bytes_(text.view()) {}

  void read(HookSpec& hook, bool& has_sql) {
    skip_spaces();
    ++at_;  // {
    for (;;) {
      skip_spaces();
      if (at_ >= bytes_.size() || bytes_[at_] == '}') return;
      if (bytes_[at_] == ',') {
        ++at_;
        continue;
      }
      const Text key = read_string();
      skip_spaces();
      ++at_;  // :
      skip_spaces();
      read_member(key.view(), hook, has_sql);
    }
  }

 private:
  void read_member(std::string_view key, HookSpec& hook, bool& has_sql) {
    if (at_ < bytes_.size() && bytes_[at_] == '"') {
      Text value = read_string();
      if (key != "sql") return;
      hook.sql = std::move(value);
      has_sql = true;
      return;
    }
    const std::uint32_t begin = at_;
    skip_value();
    if (key == "transaction") hook.transaction = bytes_.substr(begin, at_ - begin).starts_with("true");
  }

  void skip_spaces() {
    while (at_ < bytes_.size() && kJsonSpaces.find(bytes_[at_]) != std::string_view::npos) ++at_;
  }

  void skip_value() {
    std::uint32_t depth = 0;
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_];
      if (c == '"') {
        read_string();
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) return;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
  }

  Text read_string() {
    TextBuilder out;
    std::uint32_t begin = ++at_;
    while (at_ < bytes_.size() && bytes_[at_] != '"') {
      if (bytes_[at_] != '\\') {
        ++at_;
        continue;
      }
      out.append_slice(text_, ByteRange{begin, at_}, FrameId{0});
      const std::uint32_t escape = at_;
      at_ += at_ + 1 < bytes_.size() && bytes_[at_ + 1] == 'u' ? 6 : 2;
      const bool is_high_half = bytes_.substr(escape, 3) == "\\ud" && escape + 3 < bytes_.size() &&
                                std::string_view{"89abAB"}.find(bytes_[escape + 3]) != std::string_view::npos;
      if (is_high_half && bytes_.substr(at_, 2) == "\\u") at_ += 6;
      const nlohmann::json made = nlohmann::json::parse("\"" + std::string{bytes_.substr(escape, at_ - escape)} + "\"", nullptr, false);
      if (made.is_string()) out.append(made.get_ref<const std::string&>(), fixed_at(text_.position_at(escape)), FrameId{0});
      begin = at_;
    }
    out.append_slice(text_, ByteRange{begin, std::min<std::uint32_t>(at_, text_.size())}, FrameId{0});
    ++at_;
    return out.take();
  }

  const Text& text_;
  std::string_view bytes_;
  std::uint32_t at_ = 0;
};

}  // namespace

std::optional<HookSpec> decode_hook(const Text& text) {
  HookSpec hook;
  const std::string_view bytes = text.view();
  const std::size_t first = bytes.find_first_not_of(kJsonSpaces);
  const bool may_be_json = first != std::string_view::npos && std::string_view{"{[\"-0123456789tfn"}.find(bytes[first]) != std::string_view::npos;
  if (!may_be_json || !nlohmann::json::accept(bytes)) {
    hook.sql = text;
    return hook;
  }
  if (bytes[first] != '{') return std::nullopt;
  bool has_sql = false;
  ObjectReader{text}.read(hook, has_sql);
  return has_sql ? std::optional{std::move(hook)} : std::nullopt;
}

}  // namespace hookc
