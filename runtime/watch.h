// Watch: a thread that interrupts the statement that runs, when its time is up or the process is told to end (SIGINT, SIGTERM).
//
// It must be made before any other thread is, and before the database is opened: signals are held back in all threads and taken by this one alone. A second signal
// ends the process at once.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "runtime/adapter.h"

namespace hookc {

class Watch {
 public:
  Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  /// The session whose statements are interrupted; null before there is one, and after. It outlives the watch, or is taken back.
  void set_adapter(Adapter* adapter);
  /// A statement begins; it is interrupted after `limit`, and when a signal comes.
  void arm(std::optional<std::chrono::milliseconds> limit);
  void disarm();
  /// The statement that was armed last ran out of time.
  [[nodiscard]] bool has_timed_out() const { return has_timed_out_; }
  /// The signal that asked the process to end; 0: none did.
  [[nodiscard]] int signal() const { return signal_; }

 private:
  void work();
  void wake() const;

  int signals_ = -1;  // a signalfd
  int wake_ = -1;     // an eventfd
  std::mutex mutex_;
  Adapter* adapter_ = nullptr;
  bool is_armed_ = false;
  bool ends_ = false;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::atomic<bool> has_timed_out_ = false;
  std::atomic<int> signal_ = 0;
  std::thread thread_;
};

}  // namespace hookc
