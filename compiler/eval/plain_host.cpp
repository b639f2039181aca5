#include "compiler/eval/plain_host.h"

#include <map>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"

namespace hookc {

namespace {

constexpr int kMaxCopyDepth = 200;

/// Copies containers; one that is met twice is one in the copy too.
class Copier {
 public:
  Value copy(const Value& value, int depth_left) {
    if (depth_left == 0) return value;
    if (const auto* list = value.get_if<ListPtr>()) return copy_list(*list, depth_left);
    if (const auto* dict = value.get_if<DictPtr>()) return copy_dict(*dict, depth_left);
    return value;
  }

 private:
  Value copy_list(const ListPtr& list, int depth_left) {
    const bool shared = list.use_count() > 1;  // by others, or by another place of the same value
    if (shared) {
      if (const auto known = copies_.find(list.get()); known != copies_.end()) return known->second;
    }
    auto made = std::make_shared<List>();
    made->is_tuple = list->is_tuple;
    if (shared) copies_.emplace(list.get(), Value{made});
    made->items.reserve(list->items.size());
    for (const Value& item : list->items) made->items.push_back(copy(item, depth_left - 1));
    return Value{std::move(made)};
  }
  Value copy_dict(const DictPtr& dict, int depth_left) {
    const bool shared = dict.use_count() > 1;
    if (shared) {
      if (const auto known = copies_.find(dict.get()); known != copies_.end()) return known->second;
    }
    auto made = std::make_shared<Dict>();
    if (shared) copies_.emplace(dict.get(), Value{made});
    for (const Dict::Entry& entry : dict->entries()) made->set(entry.key, copy(entry.value, depth_left - 1));
    return Value{std::move(made)};
  }
  std::map<const void*, Value> copies_;
};

}  // namespace

Value deep_copy(const Value& value) {
  if (!value.is<ListPtr>() && !value.is<DictPtr>()) return value;
  return Copier{}.copy(value, kMaxCopyDepth);
}

std::optional<Value> PlainHost::input(Evaluator&, std::string_view name) {
  if (context_) {
    if (const Value* found = std::as_const(*context_).find(name)) return *found;
  }
  return find_global(name);
}

std::vector<std::string> PlainHost::names() const {
  std::vector<std::string> names;
  for (const std::string_view name : global_names()) names.emplace_back(name);
  if (!context_) return names;
  for (const Dict::Entry& entry : context_->entries()) {
    if (const auto name = text_of(entry.key)) names.emplace_back(*name);
  }
  return names;
}

Value PlainHost::query(Evaluator& evaluator, const Query&) { evaluator.raise("TypeError", "there is no database in plain Jinja"); }

std::size_t PlainHost::choose(Evaluator&, const Question&) { return 0; }

}  // namespace hookc
