#include "runtime/run_results.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <system_error>

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

}  // namespace

std::string run_results_json(const Program& program, const RunReport& report, const RunIdentity& identity) {
  std::map<std::string_view, std::string_view> owners;
  for (const CompiledHook& hook : program.hooks) owners.emplace(hook.id, hook.owner);
  const auto owner_of = [&](const HookOutcome& hook) {
    const auto found = owners.find(hook.hook);
    return found == owners.end() ? std::string_view{hook.hook} : found->second;
  };
  std::multimap<std::string_view, const HookOutcome*> of_nodes;  // by node
  for (const HookOutcome& hook : report.hooks) {
    if (!is_run_hook(hook)) of_nodes.emplace(owner_of(hook), &hook);
  }
  // As text, one result after the other: there may be many.
  std::string results;
  const auto add = [&](const Json& one) { results += (results.empty() ? "" : ",") + dump(one); };
  const auto add_hooks = [&](HookPhase phase) {
    for (const HookOutcome& hook : report.hooks) {
      if (hook.phase != phase) continue;
      add(result(owner_of(hook), hook.status, hook.seconds, message_of(hook.status, hook.failure, hook.reason), "main", Json{{"rows_affected", hook.rows_affected}}));
    }
  };
  add_hooks(HookPhase::OnRunStart);
  for (const NodeOutcome& node : report.nodes) {
    Json hooks = Json::array();
    const auto [begin, end] = of_nodes.equal_range(node.node);
    for (auto hook = begin; hook != end; ++hook) hooks.push_back(hook_json(*hook->second));
    Json response = Json::object();
    if (!hooks.empty()) response["hooks"] = std::move(hooks);
    Json one = result(node.node, node.status, node.seconds, message_of(node.status, node.failure, node.reason), "Thread-1 (worker)", std::move(response));
    one["failures"] = nullptr;
    add(one);
  }
  add_hooks(HookPhase::OnRunEnd);
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
  return fmt::format("{{\"metadata\":{},\"results\":[{}],\"elapsed_time\":{},\"args\":{}}}\n", dump(metadata), results, dump(report.seconds), dump(arguments));
}

std::optional<ResultsError> write_run_results(const std::filesystem::path& file, const std::string& json) {
  std::filesystem::path beside = file;
  beside += ".tmp";
  const auto refuse = [&] {
    const std::string why = std::generic_category().message(errno);
    static_cast<void>(unlink(beside.c_str()));
    return ResultsError{fmt::format("`{}` cannot be written: {}", file.string(), why), "make the project's target folder writable"};
  };
  const int descriptor = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse();
  std::size_t done = 0;
  while (done < json.size()) {
    const ssize_t written = write(descriptor, json.data() + done, json.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      close(descriptor);
      return refuse();
    }
    done += static_cast<std::size_t>(written);
  }
  if (close(descriptor) != 0 || rename(beside.c_str(), file.c_str()) != 0) return refuse();
  return std::nullopt;
}

}  // namespace hookc
