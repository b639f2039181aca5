#include "compiler/value/release.h"

#include <vector>

namespace hookc {

namespace {

constexpr unsigned kMaxDepth = 64;

// Per thread, because a destructor can be told nothing: how many containers are being destroyed, and what waits for the outermost one.
thread_local unsigned depth = 0;
thread_local std::vector<Value>* waiting = nullptr;

bool is_container(const Value& value) { return value.is<ListPtr>() || value.is<DictPtr>() || value.is<ObjectPtr>(); }

}  // namespace

Release::Release() { ++depth; }

Release::~Release() {
  if (depth == 1 && waiting != nullptr) {
    while (!waiting->empty()) {
      const Value next = std::move(waiting->back());
      waiting->pop_back();
    }
    delete waiting;  // made by take(); no owner could outlive the thread's other variables
    waiting = nullptr;
  }
  --depth;
}

bool Release::is_deep() const { return depth > kMaxDepth; }

void Release::take(Value&& child) {
  if (!is_container(child)) return;
  if (waiting == nullptr) waiting = new std::vector<Value>;
  waiting->push_back(std::move(child));
}

List::~List() {
  Release release;
  if (release.is_deep()) {
    for (Value& item : items) release.take(std::move(item));
  }
  items.clear();
}

Dict::~Dict() {
  Release release;
  if (release.is_deep()) {
    for (Entry& entry : entries_) {
      release.take(std::move(entry.key));
      release.take(std::move(entry.value));
    }
  }
  entries_.clear();
}

}  // namespace hookc
