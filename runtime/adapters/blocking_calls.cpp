#include "runtime/adapters/blocking_calls.h"

#include <utility>

namespace hookc {

namespace {

/// Between two cancels of one call.
constexpr std::chrono::milliseconds kCancelPeriod{100};

}  // namespace

BlockingCalls::BlockingCalls() : thread_([shared = shared_] { work(shared); }) {}

BlockingCalls::~BlockingCalls() {
  {
    const std::lock_guard lock{shared_->mutex};
    shared_->ends = true;
  }
  shared_->changed.notify_all();
  if (is_given_up_) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void BlockingCalls::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock{shared->mutex};
  while (true) {
    shared->changed.wait(lock, [&] { return shared->call || shared->ends; });
    if (!shared->call) return;
    lock.unlock();
    shared->call();
    lock.lock();
    shared->call = nullptr;
    shared->changed.notify_all();
  }
}

void BlockingCalls::cancel_until_idle(const std::shared_ptr<Shared>& shared, const std::function<void()>& cancel) {
  std::unique_lock lock{shared->mutex};
  while (shared->call) {
    lock.unlock();
    cancel();
    lock.lock();
    shared->changed.wait_for(lock, kCancelPeriod, [&] { return !shared->call; });
  }
  shared->is_cancelling = false;
  shared->changed.notify_all();
}

BlockingCalls::Outcome BlockingCalls::run(std::function<void()> call, const std::function<void()>& cancel, std::optional<std::chrono::milliseconds> limit,
                                          std::chrono::milliseconds grace) {
  std::unique_lock lock{shared_->mutex};
  shared_->is_interrupted = false;
  shared_->call = std::move(call);
  shared_->changed.notify_all();
  const auto is_over = [&] { return !shared_->call || shared_->is_interrupted; };
  if (limit) {
    shared_->changed.wait_for(lock, *limit, is_over);
  } else {
    shared_->changed.wait(lock, is_over);
  }
  if (!shared_->call) return Outcome::Done;
  const Outcome reason = shared_->is_interrupted ? Outcome::Interrupted : Outcome::TimedOut;
  shared_->is_cancelling = true;
  std::thread{[shared = shared_, cancel] { cancel_until_idle(shared, cancel); }}.detach();
  // A cancel that is still on its way when the call has come back would hit the next one.
  const bool is_back = shared_->changed.wait_for(lock, grace, [&] { return !shared_->call && !shared_->is_cancelling; }) || !shared_->call;
  is_given_up_ = !is_back;
  return is_back ? reason : Outcome::GivenUp;
}

void BlockingCalls::interrupt() noexcept {
  const std::lock_guard lock{shared_->mutex};
  shared_->is_interrupted = static_cast<bool>(shared_->call);
  shared_->changed.notify_all();
}

}  // namespace hookc
