#include "runtime/adapters/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

namespace hookc {

namespace {

AdapterError no_library(const LibraryName& name, std::string message) {
  return adapter_error(AdapterError::Kind::Connection, std::move(message), std::string{name.remedy});
}

}  // namespace

void* Resolver::address_of(const char* name) const { return dlsym(handle_, name); }

std::string path_of(const LibraryName& name) {
  const char* named = std::getenv(name.variable);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return named != nullptr && *named != '\0' ? named : name.file;
}

std::variant<void*, AdapterError> open_library(const LibraryName& name, const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle != nullptr) return handle;
  const char* reason = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
  return no_library(name, fmt::format("the {} library `{}` cannot be loaded: {}", name.title, path, reason == nullptr ? "no reason given" : reason));
}

AdapterError unfit_library(const LibraryName& name, const std::string& path, const char* missing) {
  return no_library(name, fmt::format("`{}` is not a {} library that hookc can use: it has no `{}`", path, name.title, missing));
}

}  // namespace hookc
