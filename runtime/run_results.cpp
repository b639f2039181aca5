#include "runtime/run_results.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/json_line.h"

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

struct Shown {
  std::string_view unique_id;
  RunStatus status = RunStatus::Success;
  double seconds = 0;
  const std::optional<RunFailure>& failure;
  std::string_view reason;
};

void add_message(JsonLine& line, const Shown& shown) {
  if (shown.failure) {
    line.text("message", shown.failure->message);
  } else if (!shown.reason.empty()) {
    line.text("message", shown.reason);
  } else if (shown.status == RunStatus::Success) {
    line.text("message", "OK");
  } else {
    line.null("message");
  }
}

/// `response`: what the adapter has answered, as JSON. A node has no number of failures.
std::string result(const Shown& shown, std::string_view thread, std::string_view response, bool is_node) {
  JsonLine line;
  line.text("status", name_of(shown.status)).json("timing", "[]").text("thread_id", thread).number("execution_time", shown.seconds).json("adapter_response", response);
  add_message(line, shown);
  if (is_node) {
    line.null("failures");
  } else {
    line.number("failures", std::uint64_t{shown.status == RunStatus::Success ? 0U : 1U});
  }
  line.text("unique_id", shown.unique_id).null("compiled").null("compiled_code").null("relation_name").null("batch_results");
  return std::string{line.close()};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool is_run_hook(const HookOutcome& hook) { return hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd; }

std::string hook_json(const HookOutcome& hook) {
  JsonLine line;
  line.text("hook", hook.hook).text("status", name_of(hook.status)).number("execution_time", hook.seconds).number("statements", std::uint64_t{hook.statements}).number("rows_affected", hook.rows_affected);
  if (hook.failure) line.text("message", hook.failure->message);
  return std::string{line.close()};
}

constexpr std::size_t kPiece = std::size_t{64} << 10U;

}  // namespace

RunResultsFile::RunResultsFile(std::filesystem::path file) : file_(std::move(file)), beside_(file_), waiting_(R"({"results":[)") {
  beside_ += ".tmp";
  descriptor_ = open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor_ < 0) problem_ = errno;
}

RunResultsFile::~RunResultsFile() {
  if (descriptor_ >= 0) give_up(0);
}

void RunResultsFile::give_up(int problem) {
  if (problem_ == 0) problem_ = problem;
  if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  static_cast<void>(unlink(beside_.c_str()));
}

void RunResultsFile::write() {
  std::string_view rest = waiting_;
  while (descriptor_ >= 0 && !rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      give_up(errno);
    }
  }
  waiting_.clear();
}

void RunResultsFile::add(std::string_view result) {
  if (!std::exchange(is_first_, false)) waiting_ += ',';
  waiting_ += result;
  if (waiting_.size() > kPiece) write();
}

void RunResultsFile::hook_ended(const HookOutcome& hook, Progress) {
  if (is_run_hook(hook)) {
    add(result({hook.owner, hook.status, hook.seconds, hook.failure, hook.reason}, "main", JsonLine{}.number("rows_affected", hook.rows_affected).close(), false));
    return;
  }
  if (!hooks_of_node_.empty()) hooks_of_node_ += ',';
  hooks_of_node_ += hook_json(hook);
}

void RunResultsFile::node_ended(const NodeOutcome& node, Progress) {
  const std::string hooks = std::exchange(hooks_of_node_, {});
  const std::string response = hooks.empty() ? "{}" : fmt::format(R"({{"hooks":[{}]}})", hooks);
  add(result({node.node, node.status, node.seconds, node.failure, node.reason}, "Thread-1 (worker)", response, true));
}

std::optional<ResultsError> RunResultsFile::finish(const Program& program, const RunIdentity& identity, double seconds) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto fraction = (now - std::chrono::floor<std::chrono::seconds>(now)).count();
  const std::string generated = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), fraction);
  const Json metadata{{"dbt_schema_version", "https://schemas.getdbt.com/dbt/run-results/v6.json"},
                      {"dbt_version", "1.12.0"},
                      {"generated_at", generated},
                      {"invocation_id", identity.invocation_id},
                      {"invocation_started_at", identity.started_at},
                      {"env", Json::object()}};
  const Json arguments{{"which", program.command}, {"invocation_command", "hookc run"}, {"target", program.target_name}};
  waiting_ += fmt::format("],\"metadata\":{},\"elapsed_time\":{},\"args\":{}}}\n", dump(metadata), dump(seconds), dump(arguments));
  write();
  if (descriptor_ >= 0 && (close(std::exchange(descriptor_, -1)) != 0 || rename(beside_.c_str(), file_.c_str()) != 0)) give_up(errno);
  if (problem_ == 0) return std::nullopt;
  return ResultsError{fmt::format("`{}` cannot be written: {}", file_.string(), std::generic_category().message(problem_)), "make the project's target folder writable"};
}

}  // namespace hookc
