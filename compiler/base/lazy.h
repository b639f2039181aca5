// Lazy: a part of an immutable thing that is made when it is first asked for, by whichever thread asks first.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace hookc {

template <class T>
class Lazy {
 public:
  Lazy() = default;
  // A copy of a thing remembers what the original had made.
  Lazy(const Lazy& other) : value_(other.known()) {}
  Lazy& operator=(const Lazy& other) {
    if (this != &other) value_ = other.known();
    return *this;
  }
  // Nobody else knows of a thing that is moved.
  Lazy(Lazy&& other) noexcept : value_(std::move(other.value_)) {}
  Lazy& operator=(Lazy&& other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Lazy() = default;

  /// What `make()`, a shared_ptr, gave the first time. `make` must not ask for the same part.
  template <class Make>
  const std::shared_ptr<T>& get(const Make& make) const {
    const std::lock_guard lock{mutex_};
    if (value_ == nullptr) value_ = make();
    return value_;
  }

 private:
  std::shared_ptr<T> known() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }
  mutable std::mutex mutex_;
  mutable std::shared_ptr<T> value_;
};

}  // namespace hookc
