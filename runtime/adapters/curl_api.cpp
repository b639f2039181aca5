#include "runtime/adapters/curl_api.h"

#include "runtime/adapters/library.h"

namespace hookc::curl {

namespace {

constexpr LibraryName kName{"curl", "HOOKC_CURL_LIBRARY", "libcurl.so.4", "install libcurl (`apt-get install libcurl4`), or set HOOKC_CURL_LIBRARY to a libcurl.so.4 of version 7.68 or later"};

void resolve_all(Resolver& resolve, Api& api) {
  resolve(api.global_init, "curl_global_init");
  resolve(api.easy_init, "curl_easy_init");
  resolve(api.easy_reset, "curl_easy_reset");
  resolve(api.easy_cleanup, "curl_easy_cleanup");
  resolve(api.easy_setopt, "curl_easy_setopt");
  resolve(api.easy_getinfo, "curl_easy_getinfo");
  resolve(api.easy_strerror, "curl_easy_strerror");
  resolve(api.slist_append, "curl_slist_append");
  resolve(api.slist_free_all, "curl_slist_free_all");
  resolve(api.multi_init, "curl_multi_init");
  resolve(api.multi_cleanup, "curl_multi_cleanup");
  resolve(api.multi_add_handle, "curl_multi_add_handle");
  resolve(api.multi_remove_handle, "curl_multi_remove_handle");
  resolve(api.multi_perform, "curl_multi_perform");
  resolve(api.multi_poll, "curl_multi_poll");
  resolve(api.multi_wakeup, "curl_multi_wakeup");
  resolve(api.multi_info_read, "curl_multi_info_read");
}

}  // namespace

ApiOrError load_library() {
  auto api = load_api<Api>(kName, &resolve_all);
  if (const auto* loaded = std::get_if<std::shared_ptr<const Api>>(&api)) (*loaded)->global_init(3);  // everything; counted, so that it may be called again
  return api;
}

}  // namespace hookc::curl
