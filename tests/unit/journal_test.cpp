// Boost.Test: what a journal holds of a run, and who may write and read it.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "runtime/ledger/journal.h"
#include "tests/unit/folder.h"

namespace hookc {
namespace {

FolderLock lock_of(const fs::path& folder) {
  auto lock = FolderLock::take(folder);
  if (const auto* error = std::get_if<JournalError>(&lock)) BOOST_FAIL(error->message);
  return std::move(std::get<FolderLock>(lock));
}

Journal journal_in(const fs::path& folder, const std::string& run, const RunRecord* resumed = nullptr) {
  RunHeader header;
  header.run = run;
  header.target = "dev";
  auto journal = Journal::open(lock_of(folder), header, resumed);
  if (const auto* error = std::get_if<JournalError>(&journal)) BOOST_FAIL(error->message);
  return std::move(std::get<Journal>(journal));
}

RunRecord only_journal(const fs::path& folder) {
  const auto runs = read_journals(folder);
  BOOST_REQUIRE_EQUAL(runs.size(), 1U);
  return runs.front();
}

StepState state_of(const RunRecord& run, const std::string& hook, std::uint32_t step) {
  const auto found = run.steps.find({hook, step});
  return found == run.steps.end() ? StepState::New : found->second.state;
}

constexpr std::string_view kHook = R"({"e":"hook","hook":"h","phase":"on-run-start"})";
std::string step_line(int number) { return R"({"e":"step","hook":"h","n":)" + std::to_string(number) + R"(,"sum":"s"})"; }
std::string done_line(int number) { return R"({"e":"done","n":)" + std::to_string(number) + R"(,"rows":1})"; }

BOOST_AUTO_TEST_CASE(step_that_was_answered_is_done_and_the_one_after_it_in_doubt) {
  const Folder folder;
  {
    Journal journal = journal_in(folder.path(), "r");
    for (const std::string& line : {std::string{kHook}, step_line(0), done_line(0), step_line(1)}) journal.write(line);
  }
  const RunRecord run = only_journal(folder.path());
  BOOST_CHECK(state_of(run, "h", 0) == StepState::Done);
  BOOST_CHECK(state_of(run, "h", 1) == StepState::InDoubt);
  BOOST_CHECK(state_of(run, "h", 2) == StepState::New);
  BOOST_CHECK(run.status.empty());
}

BOOST_AUTO_TEST_CASE(steps_of_a_transaction_are_done_only_with_its_commit) {
  for (const auto& [last, expected] : {std::pair{"", StepState::Undone}, {R"({"e":"commit"})", StepState::InDoubt}, {R"({"e":"unknown"})", StepState::InDoubt}, {R"({"e":"committed"})", StepState::Done},
                                       {R"({"e":"rolled back"})", StepState::Undone}}) {
    const Folder folder;
    {
      Journal journal = journal_in(folder.path(), "r");
      for (const std::string& line : {std::string{kHook}, std::string{R"({"e":"begin"})"}, step_line(0), done_line(0), step_line(1), done_line(1)}) journal.write(line);
      if (*last != '\0') journal.write(last);
    }
    const RunRecord run = only_journal(folder.path());
    BOOST_CHECK_MESSAGE(state_of(run, "h", 0) == expected && state_of(run, "h", 1) == expected, "after `" << last << "`");
    BOOST_CHECK_EQUAL(run.steps.at({"h", 0}).is_with_others, true);
  }
}

BOOST_AUTO_TEST_CASE(torn_last_line_counts_for_nothing_and_is_cut_off_when_the_run_goes_on) {
  const Folder folder;
  {
    Journal journal = journal_in(folder.path(), "r");
    for (const std::string& line : {std::string{kHook}, step_line(0)}) journal.write(line);
    std::ofstream{journal.file(), std::ios::app} << R"({"e":"done","n":0,"ro)";
  }
  const RunRecord run = only_journal(folder.path());
  BOOST_CHECK(state_of(run, "h", 0) == StepState::InDoubt);
  {
    Journal journal = journal_in(folder.path(), "r", &run);
    for (const std::string& line : {std::string{kHook}, step_line(0), done_line(0)}) journal.write(line);
  }
  const RunRecord again = only_journal(folder.path());
  BOOST_CHECK(state_of(again, "h", 0) == StepState::Done);
  BOOST_CHECK_EQUAL(again.hooks.at(0).attempts, 2U);
}

BOOST_AUTO_TEST_CASE(two_runs_at_once_are_kept_apart_and_the_holder_is_named) {
  const Folder folder;
  const FolderLock first = lock_of(folder.path());
  const auto second = FolderLock::take(folder.path());
  const auto* error = std::get_if<JournalError>(&second);
  BOOST_REQUIRE(error != nullptr);
  BOOST_CHECK_EQUAL(error->message, "another run of this project goes on (process " + std::to_string(::getpid()) + ")");
}

BOOST_AUTO_TEST_CASE(lock_is_given_back) {
  const Folder folder;
  { const FolderLock first = lock_of(folder.path()); }
  BOOST_CHECK(std::holds_alternative<FolderLock>(FolderLock::take(folder.path())));
}

BOOST_AUTO_TEST_CASE(journals_are_in_the_order_in_which_runs_began_and_other_files_are_left_alone) {
  const Folder folder;
  for (const char* run : {"zz", "aa", "mm"}) journal_in(folder.path(), run);
  folder.write("notes.jsonl", "{}\n");
  folder.write("000009-bad.jsonl", "[1]\nnot json\n{\"e\":\"run\",\"run\":7}\n");
  std::vector<std::string> order;
  for (const RunRecord& run : read_journals(folder.path())) order.push_back(run.header.run);
  BOOST_TEST(order == (std::vector<std::string>{"zz", "aa", "mm"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_read_a_journal) {
  const Folder folder;
  const Journal journal = journal_in(folder.path(), "r");
  BOOST_CHECK(fs::status(journal.file()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

BOOST_AUTO_TEST_CASE(folder_that_cannot_be_made_is_said) {
  const Folder folder;
  folder.write("file", "");
  const auto lock = FolderLock::take(folder.path() / "file" / "below");
  BOOST_REQUIRE(std::holds_alternative<JournalError>(lock));
  BOOST_CHECK(std::get<JournalError>(lock).message.find("cannot be made") != std::string::npos);
}

}  // namespace
}  // namespace hookc
