// BlockingCalls: calls of a client library that has no way to wait with a limit, made on a thread of their own, so that the caller can cancel them and, when
// the library does not come back even then, go on without it.
//
// One call at a time. What a call uses it must own: after it was given up it may still run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace hookc {

class BlockingCalls {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Outcome : std::uint8_t {
    Done,         // it came back by itself
    Interrupted,  // it came back after `interrupt`
    TimedOut,     // it came back after its limit
    GivenUp       // it did not come back within the grace after either; no further call can be made
  };

  BlockingCalls();
  BlockingCalls(const BlockingCalls&) = delete;
  BlockingCalls& operator=(const BlockingCalls&) = delete;
  ~BlockingCalls();

  /// Makes the call. After an interrupt, or at the limit, `cancel` is called on another thread, again and again (a cancel that comes before the statement is on its way is
  /// lost), until the call comes back or `grace` is over.
  Outcome run(std::function<void()> call, const std::function<void()>& cancel, std::optional<std::chrono::milliseconds> limit, std::chrono::milliseconds grace);
  /// Ends the call that runs; no effect while idle. From any thread.
  void interrupt() noexcept;

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void()> call;  // empty: idle
    bool is_interrupted = false;
    bool is_cancelling = false;
    bool ends = false;
  };
  static void work(const std::shared_ptr<Shared>& shared);
  static void cancel_until_idle(const std::shared_ptr<Shared>& shared, const std::function<void()>& cancel);

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  bool is_given_up_ = false;
  std::thread thread_;
};

}  // namespace hookc
