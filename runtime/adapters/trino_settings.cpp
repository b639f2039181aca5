#include "runtime/adapters/trino_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "runtime/adapters/target_fields.h"

namespace hookc::trino {

namespace {

/// A header of the user's own of this length may be a token.
constexpr std::size_t kShortestToken = 12;

class SettingsReader {
 public:
  explicit SettingsReader(const Target& target) : fields_(target) {}
  std::variant<Settings, AdapterError> read();

 private:
  [[nodiscard]] std::optional<int> number(std::string_view name, std::optional<AdapterError>& error) const;
  std::optional<AdapterError> each(std::string_view name, const std::function<void(std::string key, std::string value)>& take) const;
  std::optional<AdapterError> read_way_in();
  std::optional<AdapterError> read_session();
  std::optional<AdapterError> read_numbers();
  [[nodiscard]] std::optional<AdapterError> check() const;

  TargetFields fields_;
  Settings settings_;
  bool is_https_ = false;
};

std::optional<int> SettingsReader::number(std::string_view name, std::optional<AdapterError>& error) const {
  const auto written = fields_.text(name);
  if (!written) return std::nullopt;
  int value = 0;
  const auto [end, problem] = std::from_chars(written->data(), written->data() + written->size(), value);
  if (problem == std::errc{} && end == written->data() + written->size() && value >= 0) return value;
  error = unfit_target(fmt::format("`{}` is not a number", name));
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::each(std::string_view name, const std::function<void(std::string key, std::string value)>& take) const {
  const Value* value = fields_.find(name);
  if (value == nullptr || value->is<None>()) return std::nullopt;
  const auto* dict = value->get_if<DictPtr>();
  if (dict == nullptr) return unfit_target(fmt::format("`{}` is not a mapping", name));
  for (const Dict::Entry& entry : (*dict)->entries()) {
    auto key = scalar_text(entry.key);
    auto written = scalar_text(entry.value);
    if (!key || !written) return unfit_target(fmt::format("`{}` of `{}` is not a plain value", key.value_or("a name"), name));
    take(std::move(*key), std::move(*written));
  }
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::read_way_in() {
  const std::string way = fields_.text("method").value_or("none");
  const std::string user = fields_.text("user").value_or("");
  settings_.user = fields_.text("impersonation_user").value_or(user);
  if (way == "none") {
    is_https_ = fields_.text("http_scheme").value_or("http") == "https";
  } else if (way == "ldap") {
    is_https_ = true;
    settings_.http.user = user;
    settings_.http.password = fields_.text("password").value_or("");
    settings_.secrets.push_back(settings_.http.password);
  } else if (way == "jwt") {
    is_https_ = true;
    const std::string token = fields_.text("jwt_token").value_or("");
    if (token.empty()) return unfit_target("it has no `jwt_token`");
    settings_.headers.push_back("Authorization: Bearer " + token);
    settings_.secrets.push_back(token);
  } else if (way == "certificate") {
    is_https_ = true;
    settings_.http.client_certificate = fields_.text("client_certificate").value_or("");
    settings_.http.client_key = fields_.text("client_private_key").value_or("");
  } else {
    return unfit_target(fmt::format("hookc does not have the `{}` way of signing in", way), "use a target with `method: ldap`, `jwt`, `certificate` or `none`");
  }
  if (settings_.user.empty() && way != "jwt") return unfit_target("it has no `user`");
  if (const Value* cert = fields_.find("cert"); cert != nullptr && !cert->is<None>()) {
    if (const auto* verifies = cert->get_if<bool>()) {
      settings_.http.verifies = *verifies;
    } else {
      settings_.http.ca_file = fields_.text("cert").value_or("");
    }
  }
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::read_session() {
  settings_.catalog = fields_.text("database").value_or("");
  settings_.schema = fields_.text("schema").value_or("");
  if (auto error = each("session_properties", [&](std::string key, std::string value) { settings_.session[std::move(key)] = std::move(value); })) return error;
  const auto add_header = [&](const std::string& key, const std::string& value) {
    settings_.headers.push_back(fmt::format("{}: {}", key, value));
    if (value.size() >= kShortestToken) settings_.secrets.push_back(value);
  };
  if (auto error = each("http_headers", add_header)) return error;
  const auto role = [](std::string_view name) {
    const bool is_whole = name == "ALL" || name == "NONE" || name.starts_with("ROLE{");
    return is_whole ? std::string{name} : fmt::format("ROLE{{{}}}", name);
  };
  if (const auto one = fields_.text("roles")) {
    settings_.roles["system"] = role(*one);
  } else if (auto error = each("roles", [&](std::string key, const std::string& value) { settings_.roles[std::move(key)] = role(value); })) {
    return error;
  }
  if (const auto zone = fields_.text("timezone")) settings_.headers.push_back("X-Trino-Time-Zone: " + *zone);
  if (const Value* tags = fields_.find("client_tags"); tags != nullptr) {
    if (const auto* list = tags->get_if<ListPtr>()) {
      std::string all;
      for (const Value& tag : (*list)->items) all += (all.empty() ? "" : ",") + scalar_text(tag).value_or("");
      settings_.headers.push_back("X-Trino-Client-Tags: " + all);
    }
  }
  return std::nullopt;
}

std::optional<AdapterError> SettingsReader::read_numbers() {
  std::optional<AdapterError> error;
  if (const auto retries = number("retries", error)) settings_.retries = *retries;
  if (const auto seconds = number("connect_timeout", error)) settings_.http.connect_timeout = std::chrono::seconds{*seconds};
  if (const auto seconds = number("request_timeout", error)) settings_.http.silence = std::chrono::seconds{*seconds};
  const auto port = number("port", error);
  const std::string host = *fields_.text("host");
  const bool is_bare_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
  settings_.base = fmt::format("{}://{}:{}", is_https_ ? "https" : "http", is_bare_ipv6 ? "[" + host + "]" : host, port.value_or(is_https_ ? 443 : 8080));
  return error;
}

/// A line break in a header would begin another one.
std::optional<AdapterError> SettingsReader::check() const {
  const auto is_plain = [](std::string_view text) { return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }); };
  bool is_fine = is_plain(settings_.base) && is_plain(settings_.user) && is_plain(settings_.catalog) && is_plain(settings_.schema);
  for (const std::string& header : settings_.headers) is_fine = is_fine && is_plain(header);
  if (is_fine) return std::nullopt;
  return unfit_target("one of its fields has a control character");
}

std::variant<Settings, AdapterError> SettingsReader::read() {
  if (!fields_.text("host")) return unfit_target("it has no `host`");
  if (auto error = read_way_in()) return std::move(*error);
  if (auto error = read_session()) return std::move(*error);
  if (auto error = read_numbers()) return std::move(*error);
  if (auto error = check()) return std::move(*error);
  return std::move(settings_);
}

}  // namespace

std::variant<Settings, AdapterError> read_settings(const Target& target) { return SettingsReader{target}.read(); }

std::string origin_of(std::string_view url) {
  const std::size_t authority = std::min(url.find("://"), url.size());
  const std::size_t end = std::min(url.find('/', std::min(authority + 3, url.size())), url.size());
  std::string origin{url.substr(0, end)};
  std::ranges::transform(origin, origin.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view own_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.erase(origin.size() - own_port.size());
  return origin;
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string url_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace hookc::trino
