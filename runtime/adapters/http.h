// HttpClient: requests to one server over libcurl, one at a time, that another thread can end.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/adapters/curl_api.h"

namespace hookc {

struct HttpSettings {
  std::string user;         // of Basic authentication; empty: none
  std::string password;
  std::string ca_file;      // empty: the system's
  std::string client_certificate;
  std::string client_key;
  bool verifies = true;     // the server's certificate and name
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::seconds silence{30};  // how long a server may send nothing
};

struct HttpResponse {
  long status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
};

struct HttpFailure {
  enum class Reason : std::uint8_t { NotSent, Broken, TimedOut, Refused, Interrupted };  // Broken: the answer did not arrive whole. Refused: TLS
  Reason reason = Reason::Broken;
  std::string message;
};

class HttpClient {
 public:
  HttpClient(std::shared_ptr<const curl::Api> api, HttpSettings settings);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  struct Request {
    std::string method;  // `GET`, `POST`, `DELETE`
    std::string url;
    std::vector<std::string> headers;  // `Name: value`
    std::string body;
    /// The whole request may take no longer; nothing: only the server's silence counts.
    std::optional<std::chrono::milliseconds> limit;
    /// How long the request may go on after an interrupt.
    std::chrono::milliseconds grace{0};
  };
  std::variant<HttpResponse, HttpFailure> send(const Request& request);

  /// Waits; false when an interrupt came.
  bool pause(std::chrono::milliseconds time);
  /// Ends the request, when its grace is over, or pause that is going on, and each one after it until `forget_interrupt`. From any thread.
  void interrupt() noexcept;
  void forget_interrupt() { is_interrupted_ = false; }
  [[nodiscard]] bool is_interrupted() const { return is_interrupted_; }

 private:
  void set_options(const Request& request, HttpResponse& response, curl::Headers* headers, char* error);

  std::shared_ptr<const curl::Api> api_;
  HttpSettings settings_;
  curl::Easy* easy_;
  curl::Multi* multi_;
  std::atomic<bool> is_interrupted_ = false;
};

}  // namespace hookc
