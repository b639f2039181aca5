#include "runtime/adapters/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hookc {

namespace {

using Clock = std::chrono::steady_clock;
using Reason = HttpFailure::Reason;

/// How long a wait for the server may be, in milliseconds; an interrupt ends it.
constexpr int kIdleStep = 1000;
constexpr int kGraceStep = 50;

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* target) {
  static_cast<HttpResponse*>(target)->body.append(bytes, size * count);
  return size * count;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* target) {
  const std::string_view line{bytes, size * count};
  auto& response = *static_cast<HttpResponse*>(target);
  if (line.starts_with("HTTP/")) response.headers.clear();  // an interim answer came before
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name{line.substr(0, colon)};
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
  response.headers.emplace_back(std::move(name), std::string{value});
  return line.size();
}

Reason reason_of(int code) {
  switch (code) {
    case curl::kNoHost:
    case curl::kNoConnection: return Reason::NotSent;
    case curl::kTimedOut: return Reason::TimedOut;
    case curl::kTlsFailed:
    case curl::kNotVerified:
    case curl::kNoCaFile: return Reason::Refused;
    default: return Reason::Broken;
  }
}

}  // namespace

HttpClient::HttpClient(std::shared_ptr<const curl::Api> api, HttpSettings settings)
    : api_(std::move(api)), settings_(std::move(settings)), easy_(api_->easy_init()), multi_(api_->multi_init()) {}

HttpClient::~HttpClient() {
  api_->multi_cleanup(multi_);
  api_->easy_cleanup(easy_);
}

void HttpClient::set_options(const Request& request, HttpResponse& response, curl::Headers* headers, char* error) {
  const auto set = [&](curl::Option option, auto value) { api_->easy_setopt(easy_, option, value); };
  api_->easy_reset(easy_);  // connections stay open
  set(curl::kErrorBuffer, error);
  set(curl::kUrl, request.url.c_str());
  set(curl::kProtocols, curl::kHttpAndHttps);
  set(curl::kNoSignal, 1L);
  set(curl::kUserAgent, "hookc");
  set(curl::kAcceptEncoding, "");
  set(curl::kHttpHeader, headers);
  set(curl::kWriteFunction, &take_body);
  set(curl::kWriteData, static_cast<void*>(&response));
  set(curl::kHeaderFunction, &take_header);
  set(curl::kHeaderData, static_cast<void*>(&response));
  set(curl::kConnectTimeoutMs, static_cast<long>(settings_.connect_timeout.count()));
  set(curl::kLowSpeedLimit, 1L);
  set(curl::kLowSpeedTime, static_cast<long>(settings_.silence.count()));
  if (request.limit) set(curl::kTimeoutMs, static_cast<long>(request.limit->count()));
  if (request.method == "POST") {
    set(curl::kPostFieldSize, static_cast<std::int64_t>(request.body.size()));
    set(curl::kPostFields, request.body.c_str());
  } else if (request.method != "GET") {
    set(curl::kCustomRequest, request.method.c_str());
  }
  set(curl::kVerifyPeer, settings_.verifies ? 1L : 0L);
  set(curl::kVerifyHost, settings_.verifies ? 2L : 0L);
  if (!settings_.ca_file.empty()) set(curl::kCaInfo, settings_.ca_file.c_str());
  if (!settings_.client_certificate.empty()) set(curl::kSslCert, settings_.client_certificate.c_str());
  if (!settings_.client_key.empty()) set(curl::kSslKey, settings_.client_key.c_str());
  if (!settings_.user.empty()) {
    set(curl::kHttpAuth, curl::kBasic);
    set(curl::kUserName, settings_.user.c_str());
    set(curl::kPassword, settings_.password.c_str());
  }
}

std::variant<HttpResponse, HttpFailure> HttpClient::send(const Request& request) {
  HttpResponse response;
  std::array<char, 512> error{};
  curl::Headers* headers = nullptr;
  for (const std::string& header : request.headers) headers = api_->slist_append(headers, header.c_str());
  set_options(request, response, headers, error.data());
  api_->multi_add_handle(multi_, easy_);
  std::optional<int> result;
  std::optional<Clock::time_point> end;
  while (!result && !(end && Clock::now() >= *end)) {
    if (is_interrupted_ && !end) end = Clock::now() + request.grace;
    int running = 0;
    api_->multi_perform(multi_, &running);
    int left = 0;
    while (const curl::Message* message = api_->multi_info_read(multi_, &left)) {
      if (message->kind == 1) result = message->data.result;
    }
    if (!result && !(is_interrupted_ && !end)) api_->multi_poll(multi_, nullptr, 0, end ? kGraceStep : kIdleStep, nullptr);
  }
  if (result && *result == curl::kOk) api_->easy_getinfo(easy_, curl::kResponseCode, &response.status);
  api_->multi_remove_handle(multi_, easy_);
  api_->easy_reset(easy_);  // it knows places of this call
  api_->slist_free_all(headers);
  if (!result) return HttpFailure{Reason::Interrupted, "interrupted"};
  if (*result == curl::kOk) return response;
  return HttpFailure{reason_of(*result), error[0] != '\0' ? std::string{error.data()} : std::string{api_->easy_strerror(*result)}};
}

bool HttpClient::pause(std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  while (!is_interrupted_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return true;
    api_->multi_poll(multi_, nullptr, 0, static_cast<int>(left), nullptr);
  }
  return false;
}

void HttpClient::interrupt() noexcept {
  is_interrupted_ = true;
  api_->multi_wakeup(multi_);
}

}  // namespace hookc
