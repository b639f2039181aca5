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

namespace hookc {
namespace {

using Json = nlohmann::ordered_json;

Json result(std::string_view unique_id, RunStatus status, double seconds, Json message, std::string_view thread, Json response) {
  const bool has_failed = status != RunStatus::Success;
  return Json{{"status", name_of(status)},
              {"timing", Json::array()},
              {"thread_id", thread},
              {"execution_time", seconds},
              {"adapter_response", std::move(response)},
              {"message", std::move(message)},
              {"failures", has_failed ? Json(1) : Json(0)},
              {"unique_id", unique_id},
              {"compiled", nullptr},
              {"compiled_code", nullptr},
              {"relation_name", nullptr},
              {"batch_results", nullptr}};
}

Json message_of(RunStatus status, const std::optional<RunFailure>& failure, const std::string& reason) {
  if (failure) return failure->message;
  if (!reason.empty()) return reason;
  return status == RunStatus::Success ? Json("OK") : Json(nullptr);
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool is_run_hook(const HookOutcome& hook) { return hook.phase == HookPhase::OnRunStart || hook.phase == HookPhase::OnRunEnd; }

Json hook_json(const HookOutcome& hook) {
  Json json{{"hook", hook.hook}, {"status", name_of(hook.status)}, {"execution_time", hook.seconds}, {"statements", hook.statements}, {"rows_affected", hook.rows_affected}};
  if (hook.failure) json["message"] = hook.failure->message;
  return json;
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
    add(dump(result(hook.owner, hook.status, hook.seconds, message_of(hook.status, hook.failure, hook.reason), "main", Json{{"rows_affected", hook.rows_affected}})));
    return;
  }
  hooks_of_node_ += (hooks_of_node_.empty() ? "" : ",") + dump(hook_json(hook));
}

void RunResultsFile::node_ended(const NodeOutcome& node, Progress) {
  Json response = Json::object();
  if (!hooks_of_node_.empty()) response["hooks"] = Json::parse(fmt::format("[{}]", std::exchange(hooks_of_node_, {})));
  Json one = result(node.node, node.status, node.seconds, message_of(node.status, node.failure, node.reason), "Thread-1 (worker)", std::move(response));
  one["failures"] = nullptr;
  add(dump(one));
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
