#include "compiler/value/cycles.h"

#include <unordered_map>
#include <utility>

namespace hookc {
namespace {

const void* key_of(const Value& value) {
  if (const auto* list = value.get_if<ListPtr>()) return list->get();
  if (const auto* dict = value.get_if<DictPtr>()) return dict->get();
  if (const auto* object = value.get_if<ObjectPtr>()) return object->get();
  return nullptr;
}
long use_count(const Value& value) {
  if (const auto* list = value.get_if<ListPtr>()) return list->use_count();
  if (const auto* dict = value.get_if<DictPtr>()) return dict->use_count();
  return value.get_if<ObjectPtr>()->use_count();
}
/// What is late has not been made, so that nothing was put into it.
template <class Visit>
void for_each_held(const Value& value, const Visit& visit) {
  if (const auto* list = value.get_if<ListPtr>()) {
    for (const Value& item : (*list)->items) visit(item);
  } else if (const auto* dict = value.get_if<DictPtr>()) {
    for (const Dict::Entry& entry : (*dict)->unsettled_entries()) visit(entry.value);
  } else if (const auto* object = value.get_if<ObjectPtr>()) {
    (*object)->for_each_held(visit);
  }
}

/// Whether `value` is what `wanted` points at, or holds it somewhere. So much that looking takes too long may.
bool may_reach(const Value& value, const void* wanted) {
  std::size_t left = 10'000;
  std::vector<Value> waiting{value};
  while (!waiting.empty() && left > 0) {
    const Value next = std::move(waiting.back());
    waiting.pop_back();
    if (key_of(next) == wanted) return true;
    for_each_held(next, [&](const Value& held) {
      if (left == 0) return;
      --left;
      if (key_of(held) != nullptr) waiting.push_back(held);
    });
  }
  return left == 0;
}

/// Each container that can be reached from those noted, with how often the others among them hold it: what holds it more often is outside.
class Reachable {
 public:
  void add(Value container) { visit(container, false); }

  void release() {
    for (std::size_t i = 0; i < order_.size(); ++i) {  // grows meanwhile
      for_each_held(nodes_.at(order_[i]).value, [this](const Value& held) { visit(held, true); });
    }
    for (const void* key : order_) {
      const Node& node = nodes_.at(key);
      if (use_count(node.value) > node.holders + 1) keep(key);  // the one is ours
    }
    std::vector<Value> gone;  // not until all are empty
    for (const void* key : order_) {
      Node& node = nodes_.at(key);
      if (node.is_kept) continue;
      if (auto* list = node.value.get_if<ListPtr>()) {
        for (Value& item : (*list)->items) gone.push_back(std::move(item));
        (*list)->items.clear();
      } else if (auto* dict = node.value.get_if<DictPtr>()) {
        for (const Dict::Entry& entry : (*dict)->unsettled_entries()) gone.push_back(entry.value);
        (*dict)->clear();
      }
    }
  }

 private:
  struct Node {
    Value value;
    long holders = 0;
    bool is_kept = false;
  };

  void visit(const Value& value, bool is_held) {
    const void* key = key_of(value);
    if (key == nullptr) return;
    const auto [node, is_new] = nodes_.try_emplace(key);
    if (is_new) {
      node->second.value = value;
      order_.push_back(key);
    }
    if (is_held) ++node->second.holders;
  }

  void keep(const void* key) {
    std::vector<const void*> waiting{key};
    while (!waiting.empty()) {
      Node& node = nodes_.at(waiting.back());
      waiting.pop_back();
      if (std::exchange(node.is_kept, true)) continue;
      for_each_held(node.value, [&](const Value& held) {
        if (const void* next = key_of(held)) waiting.push_back(next);
      });
    }
  }

  std::unordered_map<const void*, Node> nodes_;
  std::vector<const void*> order_;
};

}  // namespace

void Cycles::note(const Value& container, const Value& held) {
  if (key_of(held) == nullptr || !may_reach(held, key_of(container))) return;
  if (const auto* list = container.get_if<ListPtr>()) noted_.emplace_back(std::weak_ptr<List>{*list});
  if (const auto* dict = container.get_if<DictPtr>()) noted_.emplace_back(std::weak_ptr<Dict>{*dict});
}

void Cycles::release() {
  if (noted_.empty()) return;
  {
    Reachable reachable;
    for (const auto& weak : noted_) {
      std::visit([&](const auto& container) {
        if (auto alive = container.lock()) reachable.add(Value{std::move(alive)});
      }, weak);
    }
    reachable.release();
  }
  std::erase_if(noted_, [](const auto& weak) { return std::visit([](const auto& container) { return container.expired(); }, weak); });
}

}  // namespace hookc
