// Boost.Test: the command line, as written and as data.
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "runtime/cli/options.h"

namespace hookc {
namespace {

/// What standard output and standard error got while it lived.
class Captured {
 public:
  Captured() : out_before_(std::cout.rdbuf(out_.rdbuf())), err_before_(std::cerr.rdbuf(err_.rdbuf())) {}
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() {
    std::cout.rdbuf(out_before_);
    std::cerr.rdbuf(err_before_);
  }
  [[nodiscard]] std::string out() const { return out_.str(); }
  [[nodiscard]] std::string err() const { return err_.str(); }

 private:
  std::ostringstream out_;
  std::ostringstream err_;
  std::streambuf* out_before_;
  std::streambuf* err_before_;
};

std::variant<Invocation, ExitStatus> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "hookc");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

Invocation accepted(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<Invocation>(parsed), "the command line was refused");
  return std::get<Invocation>(std::move(parsed));
}

void check_refused(std::vector<const char*> words, std::string_view message) {
  const Captured captured;
  const auto parsed = parse(std::move(words));
  const auto* status = std::get_if<ExitStatus>(&parsed);
  BOOST_REQUIRE(status != nullptr);
  BOOST_TEST((*status == ExitStatus::CannotWork));
  BOOST_TEST(captured.out() == "");
  BOOST_TEST(captured.err().find(message) != std::string::npos, captured.err());
}

std::string shown_on_output(std::vector<const char*> words) {
  const Captured captured;
  const auto parsed = parse(std::move(words));
  const auto* status = std::get_if<ExitStatus>(&parsed);
  BOOST_REQUIRE(status != nullptr);
  BOOST_TEST((*status == ExitStatus::Clean));
  BOOST_TEST(captured.err() == "");
  return captured.out();
}

BOOST_AUTO_TEST_CASE(the_version_and_help_go_to_standard_output) {
  BOOST_TEST(shown_on_output({"--version"}) == "hookc " HOOKC_VERSION "\n");
  BOOST_TEST(shown_on_output({"--help"}).find("Examples:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_command_and_wrong_words_are_usage_errors) {
  check_refused({}, "Subcommands:");
  check_refused({"frobnicate"}, "frobnicate");
  check_refused({"--frobnicate"}, "--frobnicate");
}

BOOST_AUTO_TEST_CASE(lint_takes_lists_repeated_or_with_commas) {
  const Invocation invocation = accepted({"lint", "--rules", "HK101,HK102", "--rules", "HK103", "--target", "dev", "a", "--target", "prod", "-"});
  const auto& lint = std::get<LintOptions>(invocation.command);
  BOOST_TEST((lint.rules == std::vector<std::string>{"HK101", "HK102", "HK103"}));
  BOOST_TEST((lint.targets == std::vector<std::string>{"dev", "prod"}));
  BOOST_TEST((lint.paths == std::vector<std::string>{"a", "-"}));
  BOOST_TEST(lint.format == "human");
  BOOST_TEST(!lint.fail_on.has_value());
}

BOOST_AUTO_TEST_CASE(words_outside_of_a_list_are_refused_with_the_list) {
  check_refused({"lint", "--format", "xml"}, "xml not in {human,json,sarif,github,gitlab,junit}");
  check_refused({"lint", "--fail-on", "never"}, "never not in");
  check_refused({"lint", "--color", "pink"}, "pink not in");
}

BOOST_AUTO_TEST_CASE(global_options_are_taken_before_and_after_the_command) {
  for (const auto& words :
       {std::vector<const char*>{"--project-dir", "p", "--quiet", "lint"}, std::vector<const char*>{"lint", "--quiet", "--project-dir", "p"}}) {
    const Invocation invocation = accepted(words);
    BOOST_TEST(invocation.globals.project_dir.value_or("") == "p");
    BOOST_TEST(invocation.globals.quiet);
    BOOST_TEST(invocation.globals.color == "auto");
    BOOST_TEST(!invocation.globals.vars.has_value());
  }
}

BOOST_AUTO_TEST_CASE(run_takes_phases_and_globs) {
  const Invocation invocation =
      accepted({"run", "proj", "--phase", "on-run-start", "--phase", "on-run-end", "--hooks", "a.*", "--build-models", "--vars", "{x: 1}"});
  const auto& run = std::get<RunOptions>(invocation.command);
  BOOST_TEST((run.phases == std::vector<std::string>{"on-run-start", "on-run-end"}));
  BOOST_TEST((run.hooks == std::vector<std::string>{"a.*"}));
  BOOST_TEST(run.path.value_or("") == "proj");
  BOOST_TEST(run.build_models);
  BOOST_TEST(!run.dry_run);
  BOOST_TEST(invocation.globals.vars.value_or("") == "{x: 1}");
  check_refused({"run", "--phase", "post"}, "post not in");
}

BOOST_AUTO_TEST_CASE(explain_needs_its_code) {
  BOOST_TEST(std::get<ExplainOptions>(accepted({"explain", "HK201"}).command).code == "HK201");
  check_refused({"explain"}, "code is required");
}

/// The commands that `hookc --help` names.
std::vector<std::string> commands_in_help() {
  std::istringstream lines{shown_on_output({"--help"})};
  std::vector<std::string> commands;
  bool is_listing = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Subcommands:")) is_listing = true;
    else if (is_listing && !line.starts_with("  ")) is_listing = false;
    else if (is_listing && line.size() > 2 && line[2] != ' ') commands.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return commands;
}

/// Which of the CommandOptions a command makes.
std::size_t kind_of_command(const std::string& command) {
  std::vector<const char*> words{command.c_str()};
  if (command == "explain") words.push_back("HK201");
  return accepted(words).command.index();
}

BOOST_AUTO_TEST_CASE(help_names_each_command_that_there_is_and_no_other) {
  const std::vector<std::string> commands = commands_in_help();
  BOOST_TEST(commands.size() == std::variant_size_v<CommandOptions>);
  std::set<std::size_t> kinds;
  for (const std::string& command : commands) BOOST_TEST(kinds.insert(kind_of_command(command)).second, command);
  BOOST_TEST(kinds.size() == std::variant_size_v<CommandOptions>);
}

BOOST_AUTO_TEST_CASE(every_command_has_its_own_help) {
  for (const std::string& command : commands_in_help()) {
    const std::string own = shown_on_output({command.c_str(), "--help"});
    BOOST_TEST(own.find("Usage: hookc " + command) != std::string::npos, own);
    BOOST_TEST(own.find("--project-dir") != std::string::npos);
  }
}

}  // namespace
}  // namespace hookc
