#include "runtime/ledger/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hookc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kSuffix = ".jsonl";
constexpr int kVersion = 1;

std::string boot_id() {
  std::ifstream stream{"/proc/sys/kernel/random/boot_id"};
  std::string id;
  std::getline(stream, id);
  return id;
}

std::string reason() { return std::generic_category().message(errno); }

std::optional<std::uint64_t> number_of(const fs::path& file) {
  const std::string name = file.filename().string();
  if (!name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end == name.data() || *end != '-') return std::nullopt;
  return number;
}

std::vector<std::pair<std::uint64_t, fs::path>> journal_files(const fs::path& folder) {
  std::vector<std::pair<std::uint64_t, fs::path>> files;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    if (const auto number = number_of(entry->path())) files.emplace_back(*number, entry->path());
  }
  std::ranges::sort(files);
  return files;
}

/// Reads the lines of a journal into a record.
class Reader {
 public:
  explicit Reader(RunRecord& record) : record_(record) {}

  void line(const Json& json) {
    const std::string event = json.value("e", "");
    if (event == "run") {
      if (!record_.header.run.empty()) settle(json.value("boot", ""));
      begin(json);
    } else if (event == "ahead") {
      for (const Json& hook : json.at("hooks")) announced_.insert(hook.get<std::string>());
    } else if (event == "hook") {
      hook(json);
    } else if (event == "step") {
      step(json);
    } else if (event == "done") {
      StepRecord& record = record_.steps[{hook_, json.value("n", 0U)}];
      record.rows = json.value("rows", std::uint64_t{0});
      record.has_answer = json.value("answer", false);
      if (!in_transaction_) record.state = StepState::Done;
    } else if (event == "fail") {
      record_.steps[{hook_, json.value("n", 0U)}].state = StepState::Undone;
      // The transaction that it was part of is undone with it.
      end_transaction(StepState::Undone);
    } else if (event == "begin") {
      in_transaction_ = true;
    } else if (event == "commit") {
      is_committing_ = true;
    } else if (event == "committed") {
      end_transaction(StepState::Done);
    } else if (event == "rolled back") {
      end_transaction(StepState::Undone);
    } else if (event == "unknown") {
      end_transaction(StepState::InDoubt);
    } else if (event == "hook ended") {
      hook_ended(json);
    } else if (event == "node") {
      record_.nodes.push_back({json.value("node", ""), json.value("status", ""), json.value("seconds", 0.0), json.value("error", "")});
    } else if (event == "end") {
      record_.status = json.value("status", "");
      record_.seconds = json.value("seconds", 0.0);
    }
  }

  /// What the end of the process left open, when the next one is of this boot: a transaction that was not committed is undone by the database. After a power failure the last
  /// lines may be missing: a hook that had begun, or was about to, and has not ended may have done more than they say.
  void settle(const std::string& boot) {
    end_transaction(is_committing_ ? StepState::InDoubt : StepState::Undone);
    if (boot == boot_) return;
    for (const HookRecord& hook : record_.hooks) {
      announced_.erase(hook.hook);
      if (hook.status.empty()) record_.lost_hooks.insert(hook.hook);
    }
    record_.lost_hooks.merge(announced_);
    announced_.clear();
    for (auto& [key, step] : record_.steps) {
      if (step.state == StepState::Done || !record_.lost_hooks.contains(key.first)) continue;
      step.state = StepState::InDoubt;
      step.may_be_followed = true;
    }
  }

 private:
  void begin(const Json& json) {
    if (record_.header.run.empty()) {
      record_.header = {json.value("run", ""),  json.value("started_at", ""), json.value("target", ""),
                        json.value("type", ""), json.value("program", ""),    json.value("request", ""), json.value("ledger", "")};
    }
    boot_ = json.value("boot", "");
    record_.status.clear();
  }

  void hook(const Json& json) {
    hook_ = json.value("hook", "");
    auto found = std::ranges::find(record_.hooks, hook_, &HookRecord::hook);
    if (found == record_.hooks.end()) {
      HookRecord fresh;
      fresh.hook = hook_;
      fresh.phase = json.value("phase", "");
      found = record_.hooks.insert(record_.hooks.end(), std::move(fresh));
    }
    ++found->attempts;
    found->status.clear();
    found->error.clear();
  }

  void step(const Json& json) {
    const std::pair key{json.value("hook", hook_), json.value("n", 0U)};
    hook_ = key.first;
    StepRecord& record = record_.steps[key];
    record.checksum = json.value("sum", "");
    // Until a line says otherwise: it was sent, and nobody knows.
    record.state = StepState::InDoubt;
    record.is_with_others = record.may_be_followed = false;
    if (in_transaction_) pending_.push_back(key);
  }

  void hook_ended(const Json& json) {
    const auto found = std::ranges::find(record_.hooks, json.value("hook", ""), &HookRecord::hook);
    if (found == record_.hooks.end()) return;
    found->status = json.value("status", "");
    found->seconds = json.value("seconds", 0.0);
    found->statements = json.value("statements", 0U);
    found->rows = json.value("rows", std::uint64_t{0});
    found->touches_session = json.value("session", false);
    found->error = json.value("error", "");
  }

  void end_transaction(StepState state) {
    for (const auto& key : pending_) {
      record_.steps[key].state = state;
      record_.steps[key].is_with_others = pending_.size() > 1;
    }
    pending_.clear();
    in_transaction_ = false;
    is_committing_ = false;
  }

  RunRecord& record_;
  std::string boot_;                 // of the last process
  std::set<std::string> announced_;  // hooks
  std::string hook_;
  std::vector<std::pair<std::string, std::uint32_t>> pending_;  // steps of the open transaction
  bool in_transaction_ = false;
  bool is_committing_ = false;
};

/// The bytes of the file are on the disk when it comes back; its name too, where it is new in this folder. The number of the error; 0: there is none.
int bring_to_disk(int descriptor, const fs::path& folder) {
  if (fdatasync(descriptor) != 0) return errno;
  if (folder.empty()) return 0;
  // Where the file system has written the name with the file, there is nothing left to wait for.
  if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
    fsync(directory);
    close(directory);
  }
  return 0;
}

JournalError cannot_write(const fs::path& file, const std::string& why) {
  return {fmt::format("the journal `{}` cannot be written: {}", file.string(), why), "what a run has done must be written down before it goes on; make room, or name another project folder"};
}

}  // namespace

std::optional<RunRecord> read_journal(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) return std::nullopt;
  RunRecord record;
  record.file = file;
  record.number = number_of(file).value_or(0);
  Reader reader{record};
  for (std::string line; std::getline(stream, line);) {
    if (stream.eof()) break;  // without its newline: the process died while it wrote it
    record.complete_bytes += line.size() + 1;
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_object()) {
      try {
        reader.line(json);
      } catch (const Json::exception&) {
        return std::nullopt;  // a field of another kind than ours: no journal
      }
    }
  }
  reader.settle(boot_id());
  if (record.header.run.empty()) return std::nullopt;
  return record;
}

std::vector<RunRecord> read_journals(const fs::path& folder) {
  std::vector<RunRecord> records;
  for (const auto& [number, file] : journal_files(folder)) {
    if (auto record = read_journal(file)) records.push_back(std::move(*record));
  }
  return records;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : folder_(std::move(other.folder_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::variant<FolderLock, JournalError> FolderLock::take(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return JournalError{fmt::format("the folder `{}` of the ledger cannot be made: {}", folder.string(), error.message()), "make the project's target folder writable"};
  const fs::path file = folder / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return JournalError{fmt::format("`{}` cannot be opened: {}", file.string(), reason()), "make the project's target folder writable"};
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    std::string holder(32, '\0');
    const ssize_t size = pread(descriptor, holder.data(), holder.size(), 0);
    holder.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    close(descriptor);
    return JournalError{fmt::format("another run of this project goes on{}", holder.empty() ? "" : fmt::format(" (process {})", holder)), "wait for its end; two runs at once would do each other's hooks twice"};
  }
  FolderLock lock{folder, descriptor};
  const std::string pid = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, pid.data(), pid.size(), 0) < 0) return cannot_write(file, reason());
  return lock;
}

Journal::Journal(Journal&& other) noexcept
    : lock_(std::move(other.lock_)),
      file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      is_named_(other.is_named_),
      waiting_(std::move(other.waiting_)),
      on_its_way_(std::move(other.on_its_way_)),
      error_(std::move(other.error_)) {}

Journal::~Journal() {
  if (on_its_way_.valid()) on_its_way_.wait();  // it uses the descriptor
  if (descriptor_ >= 0) close(descriptor_);
}

Journal::JournalOrError Journal::open(FolderLock lock, const RunHeader& header, const RunRecord* resumed) {
  const fs::path folder = lock.folder();
  const auto files = journal_files(folder);
  const fs::path file = resumed != nullptr ? resumed->file : folder / fmt::format("{:06}-{}{}", files.empty() ? 1 : files.back().first + 1, header.run.substr(0, 8), kSuffix);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | (resumed == nullptr ? O_EXCL : 0), 0600);
  if (descriptor < 0) return cannot_write(file, reason());
  Journal journal{std::move(lock), file, descriptor};
  if (resumed != nullptr && ftruncate(descriptor, static_cast<off_t>(resumed->complete_bytes)) != 0) return cannot_write(file, reason());
  const Json line{{"e", "run"},
                  {"version", kVersion},
                  {"run", header.run},
                  {"started_at", header.started_at},
                  {"target", header.target},
                  {"type", header.type},
                  {"program", header.program},
                  {"request", header.request},
                  {"ledger", header.table_schema},
                  {"resumed", resumed != nullptr},
                  {"boot", boot_id()},
                  {"pid", getpid()}};
  // It need not be on the disk yet: nothing is sent before the first announcement is.
  if (!journal.write(line.dump())) return *journal.error();
  return journal;
}

bool Journal::fail(int problem) {
  if (!error_) error_ = cannot_write(file_, std::generic_category().message(problem));
  return false;
}

bool Journal::write(std::string_view line) {
  add(line);
  return write_waiting();
}

bool Journal::write_waiting() {
  if (error_) return false;
  std::string_view rest = waiting_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  waiting_.clear();
  return true;
}

bool Journal::write_through(std::string_view line) {
  if (!write(line) || !wait_for_disk()) return false;
  const int problem = bring_to_disk(descriptor_, new_in());
  return problem == 0 || fail(problem);
}

bool Journal::write_behind(std::string_view line) {
  if (!write(line) || !wait_for_disk()) return false;
  const fs::path folder = new_in();
  try {
    on_its_way_ = std::async(std::launch::async, bring_to_disk, descriptor_, folder);
  } catch (const std::system_error&) {  // there is no thread to be had
    on_its_way_ = std::async(std::launch::deferred, bring_to_disk, descriptor_, folder);
  }
  return true;
}

bool Journal::wait_for_disk() {
  if (!on_its_way_.valid()) return !error_;
  const int problem = on_its_way_.get();
  return problem == 0 ? !error_ : fail(problem);
}

}  // namespace hookc
