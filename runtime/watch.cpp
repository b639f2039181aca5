#include "runtime/watch.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace hookc {

namespace {

using Clock = std::chrono::steady_clock;

/// How often a statement that should end is interrupted again: one that had not quite begun misses the first time.
constexpr std::chrono::milliseconds kAgain{50};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

/// The signal does what it does without us.
void die_of(int signal) {
  static_cast<void>(std::signal(signal, SIG_DFL));
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  static_cast<void>(raise(signal));
}

}  // namespace

Watch::Watch() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  thread_ = std::thread{[this] { work(); }};
}

Watch::~Watch() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  wake();
  thread_.join();
  close(signals_);
  close(wake_);
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Watch::wake() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_, &one, sizeof one));
}

void Watch::set_adapter(Adapter* adapter) {
  const std::lock_guard lock{mutex_};
  adapter_ = adapter;
}

void Watch::arm(std::optional<std::chrono::milliseconds> limit) {
  has_timed_out_ = false;
  {
    const std::lock_guard lock{mutex_};
    is_armed_ = true;
    deadline_.reset();
    if (limit) deadline_ = Clock::now() + *limit;
  }
  // The thread sleeps until a signal comes, unless there is a time to look at, or a signal has come already.
  if (limit || signal_ != 0) wake();
}

void Watch::disarm() {
  const std::lock_guard lock{mutex_};
  is_armed_ = false;
  deadline_.reset();
}

void Watch::work() {
  while (true) {
    int wait = -1;
    {
      const std::lock_guard lock{mutex_};
      if (ends_) return;
      if (is_armed_ && (signal_ != 0 || has_timed_out_)) {
        wait = static_cast<int>(kAgain.count());
      } else if (is_armed_ && deadline_) {
        wait = static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now()).count()));
      }
    }
    std::array<pollfd, 2> waits{pollfd{signals_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
    poll(waits.data(), waits.size(), wait);
    std::uint64_t count = 0;
    static_cast<void>(!read(wake_, &count, sizeof count));
    signalfd_siginfo info{};
    const bool has_signal = read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info);
    const std::lock_guard lock{mutex_};
    if (has_signal) {
      if (signal_ != 0 || adapter_ == nullptr) die_of(static_cast<int>(info.ssi_signo));
      signal_ = static_cast<int>(info.ssi_signo);
    }
    if (is_armed_ && deadline_ && Clock::now() >= *deadline_) has_timed_out_ = true;
    if (is_armed_ && adapter_ != nullptr && (signal_ != 0 || has_timed_out_)) adapter_->interrupt();
  }
}

}  // namespace hookc
