#include "compiler/program/stored_hooks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "compiler/program/hook_json.h"
#include "compiler/program/json_reader.h"

namespace hookc {
namespace {

constexpr std::size_t kWindow = std::size_t{64} << 10U;
constexpr std::uint64_t kMaxManifest = std::uint64_t{256} << 20U;

/// The bytes from `offset` on, `size` of them or those until the end of the file.
std::string read_at(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(descriptor, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::runtime_error{fmt::format("it cannot be read: {}", std::generic_category().message(errno))};
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

/// Parts a manifest, piece by piece, into the objects of its list `hooks` and the rest.
class Parting {
 public:
  using Take = std::function<void(std::uint64_t offset, const std::string& hook)>;
  explicit Parting(Take take) : take_(std::move(take)) {}

  void feed(std::string_view piece) {
    std::size_t at = 0;
    while (at < piece.size()) {
      if (is_between_) {
        between(piece[at], offset_ + at);
        ++at;
        continue;
      }
      const std::size_t begin = at;
      while (at < piece.size() && !is_between_ && !is_hook_over_) at = in_text_ ? end_of_text(piece, at) : step(piece, at);
      (is_hook_ ? hook_ : rest_) += piece.substr(begin, at - begin);
      if (std::exchange(is_hook_over_, false)) {
        is_hook_ = false;
        is_between_ = true;
        take_(hook_begin_, hook_);
        hook_.clear();
      }
    }
    offset_ += piece.size();
  }
  /// The manifest without its hooks; nothing, when what stands between them makes it no JSON.
  [[nodiscard]] std::string rest() && { return is_wrong_ ? std::string{} : std::move(rest_); }

 private:
  /// A byte of the list that is no part of a hook.
  void between(char c, std::uint64_t offset) {
    if (is_json_blank(c)) return;
    if (c == ',') {
      if (!std::exchange(wants_comma_, false)) is_wrong_ = true;
      return;
    }
    is_between_ = false;
    if (c == '{') {
      if (std::exchange(wants_comma_, true)) is_wrong_ = true;
      is_hook_ = true;
      hook_begin_ = offset;
      hook_ = c;
      depth_ = 3;
      return;
    }
    // The end of the list; or something that is no hook, which stays in it and is complained of there.
    rest_ += c;
    in_text_ = c == '"';
    if (c == ']') --depth_;
    if (c == '[') ++depth_;
  }

  /// Behind the string that goes on at `at`, or behind the piece.
  std::size_t end_of_text(std::string_view piece, std::size_t at) {
    const std::size_t begin = at;
    while (at < piece.size() && in_text_) {
      if (std::exchange(is_escaped_, false)) {
        ++at;
        continue;
      }
      while (at < piece.size() && piece[at] != '"' && piece[at] != '\\') ++at;
      if (at == piece.size()) break;
      if (piece[at] == '"') in_text_ = false;
      is_escaped_ = piece[at++] == '\\';
    }
    if (depth_ == 1 && last_text_.size() < 16) last_text_ += piece.substr(begin, std::min<std::size_t>(at - begin, 16));
    return at;
  }

  /// Behind the byte at `at`, which stands outside of strings.
  std::size_t step(std::string_view piece, std::size_t at) {
    switch (piece[at]) {
      case '"':
        in_text_ = true;
        last_text_.clear();
        break;
      case ':':
        if (depth_ == 1) key_ = last_text_;
        break;
      case ',':
        if (depth_ == 1) key_.clear();
        break;
      case '{': ++depth_; break;
      case '[':
        ++depth_;
        is_between_ = depth_ == 2 && key_ == "hooks\"";
        break;
      case '}':
      case ']':
        if (depth_ > 0) --depth_;
        is_hook_over_ = is_hook_ && depth_ == 2;
        break;
      default: break;
    }
    return at + 1;
  }

  Take take_;
  std::string rest_;
  std::string hook_;
  std::string last_text_;  // the beginning of the last string, with the quote that ends it
  std::string key_;        // of the whole manifest, whose value is read
  std::uint64_t offset_ = 0;
  std::uint64_t hook_begin_ = 0;
  std::size_t depth_ = 0;
  bool in_text_ = false;
  bool is_escaped_ = false;
  bool is_hook_ = false;
  bool is_hook_over_ = false;
  bool is_between_ = false;   // in the list, and in none of its hooks
  bool wants_comma_ = false;
  bool is_wrong_ = false;
};

}  // namespace

StoredHooks::~StoredHooks() { close(descriptor_); }

std::variant<StoredHooks::Opened, ManifestError> StoredHooks::open(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return ManifestError{fmt::format("it cannot be opened: {}", std::generic_category().message(errno))};
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): its constructor is nobody else's
  const std::shared_ptr<StoredHooks> hooks{new StoredHooks{descriptor}};
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return ManifestError{"it is no file"};
  if (static_cast<std::uint64_t>(status.st_size) > kMaxManifest) return ManifestError{fmt::format("it has more than {} MiB", kMaxManifest >> 20U)};
  Opened opened;
  Parting parting{[&](std::uint64_t offset, const std::string& bytes) {
    if (!opened.problem.empty()) return;
    try {
      hooks->add(offset, bytes);
    } catch (const std::runtime_error& error) {
      opened.problem = error.what();
    }
  }};
  try {
    for (std::uint64_t offset = 0;;) {
      const std::string piece = read_at(descriptor, offset, kWindow);
      if (piece.empty()) break;
      parting.feed(piece);
      offset += piece.size();
    }
  } catch (const std::runtime_error& error) {
    return ManifestError{error.what()};
  }
  opened.rest = std::move(parting).rest();
  opened.hooks = hooks;
  return opened;
}

void StoredHooks::add(std::uint64_t offset, const std::string& bytes) {
  const CompiledHook hook = check_hook(bytes);
  digest_ = digest_with(digest_, hook);
  const HookHead head = head_of(hook);
  Entry entry;
  entry.offset = offset;
  entry.hash = std::hash<std::string_view>{}(bytes);
  entry.size = static_cast<std::uint32_t>(bytes.size());
  entry.phase = head.phase;
  entry.kind = head.kind;
  entry.transaction = head.transaction;
  if (!head.owner.empty()) {
    if (owners_.back() != head.owner) owners_.emplace_back(head.owner);
    entry.owner = static_cast<std::uint32_t>(owners_.size() - 1);
  }
  entries_.push_back(entry);
}

HookHead StoredHooks::head(std::size_t index) const {
  const Entry& entry = entries_.at(index);
  return HookHead{entry.phase, entry.kind, entry.transaction, owners_.at(entry.owner)};
}

std::string_view StoredHooks::bytes_of(const Entry& entry) const {
  const bool is_there = entry.offset >= window_begin_ && entry.offset + entry.size <= window_begin_ + window_.size();
  if (!is_there) {
    window_ = read_at(descriptor_, entry.offset, std::max<std::size_t>(entry.size, kWindow));
    window_begin_ = entry.offset;
  }
  const std::string_view bytes = std::string_view{window_}.substr(entry.offset - window_begin_, entry.size);
  if (std::hash<std::string_view>{}(bytes) != entry.hash) throw std::runtime_error{"the manifest was changed while it was run"};
  return bytes;
}

CompiledHook StoredHooks::read(std::size_t index) const {
  const Entry& entry = entries_.at(index);
  return read_hook(bytes_of(entry));
}

std::string StoredHooks::id(std::size_t index) const { return read_hook_id(bytes_of(entries_.at(index))); }

}  // namespace hookc
