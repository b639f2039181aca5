#include "compiler/base/parallel.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace hookc {

namespace {

/// More would cost memory and bring little: much of reading a project has an order.
constexpr std::size_t kMaxThreads = 8;
/// An evaluation may use 5 MiB (Limits::max_stack), wherever it runs. std::thread has no way to ask for it.
constexpr std::size_t kStackBytes = 16U << 20U;

class Work {
 public:
  Work(std::size_t count, const std::function<WorkPart()>& make_worker) : count_(count), make_worker_(make_worker) {}

  void run() {
    try {
      const WorkPart worker = make_worker_();
      for (std::size_t i = next_++; i < count_; i = next_++) worker(i);
    } catch (...) {
      const std::lock_guard lock{mutex_};
      if (!failure_) failure_ = std::current_exception();
      next_ = count_;
    }
  }

  /// When all threads are done: what went wrong first.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::size_t count_;
  const std::function<WorkPart()>& make_worker_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // of `failure_`
  std::exception_ptr failure_;
};

extern "C" void* run_work(void* work) {
  static_cast<Work*>(work)->run();
  return nullptr;
}

}  // namespace

void share_work(std::size_t count, const std::function<WorkPart()>& make_worker) {
  if (count == 0) return;
  Work work{count, make_worker};
  std::vector<pthread_t> helpers(std::min({count, kMaxThreads, std::size_t{std::max(1U, std::thread::hardware_concurrency())}}) - 1);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  std::size_t started = 0;
  while (started < helpers.size() && pthread_create(&helpers[started], &attributes, run_work, &work) == 0) ++started;  // fewer threads do it too
  pthread_attr_destroy(&attributes);
  work.run();
  for (std::size_t i = 0; i < started; ++i) pthread_join(helpers[i], nullptr);
  work.rethrow();
}

}  // namespace hookc
