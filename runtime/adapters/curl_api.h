// CurlApi: the part of libcurl that hookc uses, and the library that provides it: one request at a time, which another thread can end.
//
// hookc declares these functions itself, so that it is built without libcurl and starts without it: the library is opened when the first session is.
// Source: libcurl's documentation; the functions and numbers are part of its stable binary interface (libcurl.so.4), `curl_multi_wakeup` since 7.68.
#pragma once

#include <memory>
#include <variant>

#include "runtime/adapter.h"

namespace hookc::curl {

struct Easy;
struct Multi;
struct Headers;  // curl_slist

enum Option : int {
  kConnectTimeoutMs = 156, kLowSpeedLimit = 19, kLowSpeedTime = 20, kTimeoutMs = 155, kNoSignal = 99, kVerifyPeer = 64, kVerifyHost = 81, kHttpAuth = 107, kProtocols = 181,
  kWriteData = 10001, kUrl = 10002, kErrorBuffer = 10010, kPostFields = 10015, kUserAgent = 10018, kHttpHeader = 10023, kSslCert = 10025, kHeaderData = 10029,
  kCustomRequest = 10036, kCaInfo = 10065, kSslKey = 10087, kAcceptEncoding = 10102, kUserName = 10173, kPassword = 10174,
  kWriteFunction = 20011, kHeaderFunction = 20079, kPostFieldSize = 30120
};
inline constexpr int kResponseCode = 0x200002;  // CURLINFO_RESPONSE_CODE
enum Code : int { kOk = 0, kNoHost = 6, kNoConnection = 7, kTimedOut = 28, kTlsFailed = 35, kNotVerified = 60, kNoCaFile = 77 };
inline constexpr long kBasic = 1;
inline constexpr long kHttpAndHttps = 3;

struct Message {
  int kind;  // 1: the transfer is done
  Easy* easy;
  union {
    void* whatever;
    int result;
  } data;
};

struct Api {
  int (*global_init)(long flags);
  Easy* (*easy_init)();
  void (*easy_reset)(Easy*);
  void (*easy_cleanup)(Easy*);
  int (*easy_setopt)(Easy*, int option, ...);
  int (*easy_getinfo)(Easy*, int info, ...);
  const char* (*easy_strerror)(int code);
  Headers* (*slist_append)(Headers*, const char*);
  void (*slist_free_all)(Headers*);
  Multi* (*multi_init)();
  int (*multi_cleanup)(Multi*);
  int (*multi_add_handle)(Multi*, Easy*);
  int (*multi_remove_handle)(Multi*, Easy*);
  int (*multi_perform)(Multi*, int* running);
  int (*multi_poll)(Multi*, void* extra, unsigned count, int timeout_ms, int* ready);
  int (*multi_wakeup)(Multi*);
  Message* (*multi_info_read)(Multi*, int* left);
};

using ApiOrError = std::variant<std::shared_ptr<const Api>, AdapterError>;

/// Opens the library: HOOKC_CURL_LIBRARY, else the system's libcurl.so.4.
ApiOrError load_library();

}  // namespace hookc::curl
