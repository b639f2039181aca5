// Journal: what a run has done so far, as lines of JSON in a file of its own, and what the lines of an earlier run say.
//
// A line is written before a statement is sent and after it is answered, so that a process that dies leaves at most one statement, or one commit, of which nobody
// knows; that a hook is about to begin is on the disk before its first statement. One file a run, numbered in the order in which runs began, whatever the clock says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hookc {

struct JournalError {
  std::string message;
  std::string help;
};

/// What a run is; the first line of its journal.
struct RunHeader {
  std::string run;            // the invocation id
  std::string started_at;
  std::string target;
  std::string type;           // of the adapter
  std::string program;        // digest of all compiled hooks
  std::string request;        // digest of what was asked for: phases, selections
  std::string table_schema;   // where the ledger's table is; empty: there is none
};

/// Whether a step has taken effect. InDoubt: it was sent, and nobody knows.
enum class StepState : std::uint8_t { New, Done, Undone, InDoubt };

struct StepRecord {
  StepState state = StepState::New;
  bool is_with_others = false;  // in doubt together with other steps: of one transaction, whose commit was not answered
  bool may_be_followed = false; // in doubt, and the steps of its hook that come behind it are too: lines about them may be missing
  bool has_answer = false;      // rows came back
  std::string checksum;         // of the text that was sent
  std::uint64_t rows = 0;
};
struct HookRecord {
  std::string hook;
  std::string phase;
  std::string status;         // empty: it has not ended
  double seconds = 0;
  std::uint32_t attempts = 0;
  std::uint32_t statements = 0;
  std::uint64_t rows = 0;
  bool touches_session = false;  // it made settings or temporary tables that a new session has not
  std::string error;
};
struct NodeRecord {
  std::string node;
  std::string status;
  double seconds = 0;
  std::string error;
};

/// An earlier run, as its journal tells it.
struct RunRecord {
  std::filesystem::path file;
  std::uint64_t number = 0;
  RunHeader header;
  std::vector<HookRecord> hooks;   // in the order in which they began; a hook that began again counts its attempts
  std::vector<NodeRecord> nodes;
  std::map<std::pair<std::string, std::uint32_t>, StepRecord> steps;
  std::string status;              // empty: the run has not ended
  double seconds = 0;
  std::set<std::string> lost_hooks;  // had begun, or were about to, when the machine stopped: lines about them may be missing
  std::uint64_t complete_bytes = 0;
};

/// The journals of a folder, oldest first; files that are not journals are left alone. Nothing when there is no folder.
std::vector<RunRecord> read_journals(const std::filesystem::path& folder);
std::optional<RunRecord> read_journal(const std::filesystem::path& file);

/// Held by the one run that may write into a folder; given back at its end, also by a kill.
class FolderLock {
 public:
  static std::variant<FolderLock, JournalError> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  FolderLock(std::filesystem::path folder, int descriptor) : folder_(std::move(folder)), descriptor_(descriptor) {}
  std::filesystem::path folder_;
  int descriptor_ = -1;
};

class Journal {
 public:
  using JournalOrError = std::variant<Journal, JournalError>;
  /// Begins a file in the folder; or goes on with the one of `resumed`, which was read while the lock was held.
  static JournalOrError open(FolderLock lock, const RunHeader& header, const RunRecord* resumed);
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Adds a line of JSON, which is written together with the next one that cannot wait, or by `write_waiting`: what it says is lost when the process dies before.
  void add(std::string_view line) { (waiting_ += line) += '\n'; }
  /// Writes the lines that wait; false once a write has failed.
  bool write_waiting();
  /// Writes a line of JSON; false once a write has failed, with `error` saying why.
  bool write(std::string_view line);
  /// The same, and the file is on the disk when it comes back.
  bool write_through(std::string_view line);
  /// The same, and the file is on its way to the disk: `wait_for_disk` says when it is there.
  bool write_behind(std::string_view line);
  bool wait_for_disk();
  [[nodiscard]] const std::optional<JournalError>& error() const { return error_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  Journal(FolderLock lock, std::filesystem::path file, int descriptor) : lock_(std::move(lock)), file_(std::move(file)), descriptor_(descriptor) {}
  bool fail(int problem);
  /// The folder, the first time that it is asked: until then the file's name may not be on the disk.
  std::filesystem::path new_in() { return std::exchange(is_named_, true) ? std::filesystem::path{} : lock_.folder(); }

  FolderLock lock_;
  std::filesystem::path file_;
  int descriptor_ = -1;
  bool is_named_ = false;                 // its name is on the disk, or on its way
  std::string waiting_;                   // lines that are not written yet
  std::future<int> on_its_way_;           // to the disk: the number of the error; not valid: nothing is
  std::optional<JournalError> error_;
};

}  // namespace hookc
