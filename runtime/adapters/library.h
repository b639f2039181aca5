// Library: a database's client library, opened by name at run time and never closed: threads of it may outlive the last session.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/adapter.h"

namespace hookc {

/// Finds functions by name, and keeps the first name that is not there.
class Resolver {
 public:
  explicit Resolver(void* handle) : handle_(handle) {}

  template <class Function>
  void operator()(Function*& function, const char* name) {
    // The loader gives functions as object pointers; POSIX promises that this conversion is meaningful.
    function = reinterpret_cast<Function*>(address_of(name));
    if (function == nullptr && missing_ == nullptr) missing_ = name;
  }
  [[nodiscard]] const char* missing() const { return missing_; }

 private:
  void* address_of(const char* name) const;

  void* handle_;
  const char* missing_ = nullptr;
};

struct LibraryName {
  std::string_view title;     // of messages: `PostgreSQL`
  const char* variable;       // of the environment: names another file
  const char* file;           // on the system's library path
  std::string_view remedy;    // how to install it
};

/// Opens the library at a path; an error of kind Connection, with the remedy, when it cannot be loaded.
std::variant<void*, AdapterError> open_library(const LibraryName& name, const std::string& path);
/// The file that the environment names, else the one on the system's library path.
std::string path_of(const LibraryName& name);
/// The library lacks a function.
AdapterError unfit_library(const LibraryName& name, const std::string& path, const char* missing);

/// Opens the library and finds the functions of an Api, a struct of function pointers.
template <class Api>
std::variant<std::shared_ptr<const Api>, AdapterError> load_api(const LibraryName& name, void (*resolve_all)(Resolver&, Api&)) {
  const std::string path = path_of(name);
  auto opened = open_library(name, path);
  if (auto* error = std::get_if<AdapterError>(&opened)) return std::move(*error);
  auto api = std::make_shared<Api>();
  Resolver resolve{std::get<void*>(opened)};
  resolve_all(resolve, *api);
  if (resolve.missing() != nullptr) return unfit_library(name, path, resolve.missing());
  return std::shared_ptr<const Api>{std::move(api)};
}

}  // namespace hookc
