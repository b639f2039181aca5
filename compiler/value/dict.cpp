// Dict: entries in order, and from nine on an index of open addressing with linear probing (slots hold entry + 1; 0 is empty).
#include <functional>

#include "compiler/value/operators.h"
#include "compiler/value/value.h"

namespace hookc {

namespace {

constexpr std::size_t kIndexFrom = 9;
constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

std::size_t hash_bytes(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

/// The integers hash to themselves; without mixing, multiples of the table's size would all collide.
std::size_t slot_of(std::size_t hash, std::size_t size) { return ((hash ^ (hash >> 29U)) * 0x9E37'79B9'7F4A'7C15ULL >> 20U) & (size - 1); }

template <class Matches>
std::size_t probe(const std::vector<Dict::Entry>& entries, const std::vector<std::uint32_t>& index, std::size_t hash, Matches matches) {
  if (index.empty()) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].hash == hash && matches(entries[i].key)) return i;
    }
    return kAbsent;
  }
  for (std::size_t slot = slot_of(hash, index.size()); index[slot] != 0; slot = (slot + 1) & (index.size() - 1)) {
    const Dict::Entry& entry = entries[index[slot] - 1];
    if (entry.hash == hash && matches(entry.key)) return index[slot] - 1;
  }
  return kAbsent;
}

void insert_slot(std::vector<std::uint32_t>& index, std::size_t hash, std::size_t entry) {
  std::size_t slot = slot_of(hash, index.size());
  while (index[slot] != 0) slot = (slot + 1) & (index.size() - 1);
  index[slot] = static_cast<std::uint32_t>(entry + 1);
}

std::size_t hash_of_key(const Value& key) { return hash_value(key).value_or(0); }

}  // namespace

std::size_t Dict::locate(std::size_t hash, const Value& key) const {
  return probe(entries_, index_, hash, [&key](const Value& other) { return is_equal(other, key); });
}

Value* Dict::find(const Value& key) {
  if (const Text* text = key.get_if<Text>()) return find(text->view());
  fill();
  return settled(locate(hash_of_key(key), key));
}

Value* Dict::find(std::string_view key) {
  fill();
  if (index_.empty()) {  // comparing a handful of sizes is cheaper than hashing
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Text* text = entries_[i].key.get_if<Text>();
      if (text != nullptr && text->view() == key) return settled(i);
    }
    return nullptr;
  }
  const std::size_t at = probe(entries_, index_, hash_bytes(key), [key](const Value& other) {
    const Text* text = other.get_if<Text>();
    return text != nullptr && text->view() == key;
  });
  return settled(at);
}

void Dict::set(Value key, Value value) {
  fill();
  const std::size_t hash = hash_of_key(key);
  if (const std::size_t at = locate(hash, key); at != kAbsent) {
    if (late_ != nullptr && at < late_->waiting.size()) late_->waiting[at] = false;
    entries_[at].value = std::move(value);
    return;
  }
  entries_.push_back(Entry{hash, std::move(key), std::move(value)});
  if (entries_.size() * 2 > index_.size() && entries_.size() >= kIndexFrom) {
    rebuild_index();
  } else if (!index_.empty()) {
    insert_slot(index_, hash, entries_.size() - 1);
  }
}

void Dict::set(std::string_view key, Value value) { set(make_name(key), std::move(value)); }

bool Dict::erase(const Value& key) {
  fill();
  if (late_ != nullptr) settle();  // what waits is known by its place
  const std::size_t at = locate(hash_of_key(key), key);
  if (at == kAbsent) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  rebuild_index();
  return true;
}

void Dict::clear() {
  entries_.clear();
  index_.clear();
  late_.reset();
  make_all_.reset();
}

Dict Dict::made_late(std::function<Dict()> make) {
  Dict dict;
  dict.make_all_ = std::make_unique<const std::function<Dict()>>(std::move(make));
  return dict;
}

void Dict::become_made() {
  auto make = std::move(make_all_);  // it may look into this dict, which is empty then
  try {
    *this = (*make)();
  } catch (...) {
    make_all_ = std::move(make);
    throw;
  }
}

void Dict::set_late(Make make) {
  fill();
  if (late_ != nullptr) settle();
  late_ = std::make_unique<Late>(Late{std::make_shared<const Make>(std::move(make)), std::vector<bool>(entries_.size(), true)});
}

/// Makes every value that waits.
void Dict::settle() {
  for (std::size_t i = 0; late_ != nullptr && i < late_->waiting.size(); ++i) settled(i);
  late_.reset();
}

Value* Dict::settle_at(std::size_t at) {
  if (at == kAbsent) return nullptr;
  if (late_ == nullptr || at >= late_->waiting.size() || !late_->waiting[at]) return &entries_[at].value;
  const std::shared_ptr<const Make> make = late_->make;  // it may look into this dict, and even change it
  const Entry entry = entries_[at];
  late_->waiting[at] = false;
  Value made;
  try {
    made = (*make)(entry);
  } catch (...) {
    if (late_ != nullptr && at < late_->waiting.size()) late_->waiting[at] = true;
    throw;
  }
  const std::size_t now = locate(entry.hash, entry.key);
  if (now == kAbsent) return nullptr;
  entries_[now].value = std::move(made);
  return &entries_[now].value;
}

void Dict::rebuild_index() {
  index_.clear();
  if (entries_.size() < kIndexFrom) return;
  std::size_t size = 32;
  while (size < entries_.size() * 4) size *= 2;
  index_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) insert_slot(index_, entries_[i].hash, i);
}

}  // namespace hookc
