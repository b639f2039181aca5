#include "runtime/cli/progress.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/code_frame.h"
#include "compiler/base/diagnostic.h"
#include "compiler/base/json_line.h"

namespace hookc {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 80;       // of a line of progress, without its end
constexpr std::size_t kMaxWaiting = 65'536;   // bytes that are kept back
constexpr std::size_t kMaxStatement = 2'000;  // bytes of SQL that are shown

std::string paint(std::string_view text, std::string_view code, bool color) { return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text}; }

std::string indented(std::string_view text, std::string_view margin) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += fmt::format("{}{}\n", margin, for_terminal(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string_view status_word(RunStatus status) {
  switch (status) {
    case RunStatus::Success: return "OK";
    case RunStatus::Warn: return "WARN";
    case RunStatus::Error: return "ERROR";
    case RunStatus::Skipped: return "SKIP";
  }
  return "ERROR";
}

std::string_view status_color(RunStatus status) {
  switch (status) {
    case RunStatus::Success: return "32";
    case RunStatus::Warn: return "33";
    case RunStatus::Error: return "31";
    case RunStatus::Skipped: return "33";
  }
  return "31";
}

std::string_view name_of_message(MessageStep::Kind kind) {
  switch (kind) {
    case MessageStep::Kind::Log: return "log";
    case MessageStep::Kind::Print: return "print";
    case MessageStep::Kind::Warn: return "warning";
  }
  return "log";
}

/// The file under the name that it was read by; artifacts keep names relative to the project.
Location location_of(const RunFailure& failure, const Sources& sources, const std::filesystem::path& project) {
  Location location;
  const std::string inside = (project / failure.file).lexically_normal().string();
  location.file = sources.file_bytes(inside) ? inside : failure.file;
  location.line = location.end_line = failure.line;
  location.column = failure.column;
  location.end_column = failure.column + 1;
  if (const auto bytes = sources.file_bytes(location.file)) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < failure.line && at != std::string_view::npos; ++line) at = bytes->find('\n', at) == std::string_view::npos ? std::string_view::npos : bytes->find('\n', at) + 1;
    if (at != std::string_view::npos) {
      const auto continues = [&](std::size_t offset) { return offset < bytes->size() && (static_cast<unsigned char>((*bytes)[offset]) & 0xC0U) == 0x80U; };
      for (std::uint32_t column = 1; column < failure.column && at < bytes->size(); ++column) {  // columns are code points
        do ++at;
        while (continues(at));
      }
      location.begin = static_cast<std::uint32_t>(std::min(at, bytes->size()));
      location.end = static_cast<std::uint32_t>(std::min<std::size_t>(location.begin + 1, bytes->size()));
    }
  }
  return location;
}

Json json_of(const RunFailure& failure) {
  Json out{{"message", failure.message}};
  if (!failure.help.empty()) out["help"] = failure.help;
  if (!failure.file.empty()) {
    out["file"] = failure.file;
    out["line"] = failure.line;
    out["column"] = failure.column;
  }
  if (!failure.statement.empty()) out["statement"] = failure.statement.substr(0, kMaxStatement);
  return out;
}

std::string dump(const Json& event) { return event.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string describe_failure(const RunFailure& failure, const Sources& sources, const std::filesystem::path& project, bool color) {
  std::string out;
  const bool has_place = !failure.file.empty() && failure.line > 0;
  const Location location = location_of(failure, sources, project);
  if (has_place) out += fmt::format("  at {}:{}:{}\n", location.file, failure.line, failure.column);
  out += indented(failure.message, "  ");
  if (has_place) out += code_frame(location, sources, "", color);
  std::vector<CallLine> calls;
  for (const TraceEntry& call : failure.trace) {
    if (const auto place = sources.locate(call.span)) calls.push_back({call.macro, fmt::format("{}:{}:{}", for_terminal(place->file), place->line, place->column)});
  }
  out += format_calls(calls);
  if (!failure.statement.empty()) {
    const bool is_cut = failure.statement.size() > kMaxStatement;
    out += fmt::format("  the statement:\n{}", indented(failure.statement.substr(0, kMaxStatement), "    | "));
    if (is_cut) out += "    | ...\n";
  }
  if (!failure.help.empty()) out += fmt::format("  {} {}\n", paint("help:", "1;32", color), for_terminal(failure.help));
  return out;
}

// ---------------------------------------------------------------------------------------------------------------- text

void TextProgress::line(Progress progress, std::string_view what, std::string_view status, std::string_view code, double seconds) {
  if (console_.quiet) return;
  std::string text = fmt::format("{} of {} {} {} ", progress.number, progress.total, status, what);
  if (text.size() < kWidth) text.resize(kWidth, '.');
  waiting_ += fmt::format("{} [{}]\n", text, paint(fmt::format("{} in {:.2f}s", status, seconds), code, console_.color_err));
  if (waiting_.size() > kMaxWaiting) show();
}

void TextProgress::failure(const RunFailure& failure) { waiting_ += describe_failure(failure, sources_, project_, console_.color_err); }

void TextProgress::reason(const std::string& reason) {
  if (!reason.empty() && reason != last_reason_ && !console_.quiet) waiting_ += fmt::format("  {}\n", reason);
  last_reason_ = reason;
}

void TextProgress::hook_begins(const CompiledHook& hook, Progress progress) {
  // On a terminal the line of what runs now is overwritten by the line of its end.
  if (console_.is_terminal && !console_.quiet) waiting_ += fmt::format("{} of {} START hook: {} [RUN]\r\x1b[K", progress.number, progress.total, hook.id);
}

void TextProgress::hook_ended(const HookOutcome& outcome, Progress progress) {
  line(progress, fmt::format("hook: {}", outcome.hook), status_word(outcome.status), status_color(outcome.status), outcome.seconds);
  if (outcome.failure) failure(*outcome.failure);
  reason(outcome.reason);
  if (console_.quiet) return;
  for (const std::string& report : outcome.substitutions) waiting_ += fmt::format("  {}: {}\n", paint("substituted", "35", console_.color_err), report);
}

void TextProgress::node_begins(const NodeOutcome&, Progress) {}

void TextProgress::node_ended(const NodeOutcome& outcome, Progress progress) {
  line(progress, outcome.what, status_word(outcome.status), status_color(outcome.status), outcome.seconds);
  // A hook that failed has been described with its own line.
  if (outcome.failure && !outcome.is_by_hook) failure(*outcome.failure);
  reason(outcome.reason);
}

void TextProgress::message(std::string_view hook, MessageStep::Kind kind, std::string_view text) {
  if (console_.quiet && kind != MessageStep::Kind::Print) return;
  waiting_ += fmt::format("{} ({}): {}\n", name_of_message(kind), hook, text);
}

void TextProgress::show() {
  if (waiting_.empty()) return;
  write_err(waiting_);
  waiting_.clear();
}

// ---------------------------------------------------------------------------------------------------------------- JSON

void JsonProgress::add(std::string_view event) {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  (waiting_ += event) += '\n';
  if (waiting_.size() > kMaxWaiting) show();
}

void JsonProgress::show() {
  if (waiting_.empty() || failure_ != nullptr) return;
  try {
    write_out(waiting_);
  } catch (const std::system_error&) {
    failure_ = std::current_exception();
  }
  waiting_.clear();
}

void JsonProgress::hook_begins(const CompiledHook& hook, Progress progress) {
  add(JsonLine{}.text("event", "hook_begins").text("hook", hook.id).text("phase", name_of(hook.phase)).number("number", std::uint64_t{progress.number}).number("total", std::uint64_t{progress.total}).close());
}

void JsonProgress::hook_ended(const HookOutcome& outcome, Progress progress) {
  Json event{{"event", "hook_ended"}, {"hook", outcome.hook}, {"phase", name_of(outcome.phase)}, {"status", name_of(outcome.status)}, {"seconds", outcome.seconds},
             {"statements", outcome.statements}, {"rows_affected", outcome.rows_affected}, {"number", progress.number}, {"total", progress.total}};
  if (!outcome.substitutions.empty()) event["substitutions"] = outcome.substitutions;
  if (!outcome.reason.empty()) event["reason"] = outcome.reason;
  if (outcome.failure) event["failure"] = json_of(*outcome.failure);
  add(dump(event));
}

void JsonProgress::node_begins(const NodeOutcome& node, Progress progress) {
  add(JsonLine{}.text("event", "node_begins").text("node", node.node).number("number", std::uint64_t{progress.number}).number("total", std::uint64_t{progress.total}).close());
}

void JsonProgress::node_ended(const NodeOutcome& outcome, Progress progress) {
  Json event{{"event", "node_ended"}, {"node", outcome.node}, {"what", outcome.what}, {"status", name_of(outcome.status)}, {"seconds", outcome.seconds},
             {"number", progress.number}, {"total", progress.total}};
  if (!outcome.reason.empty()) event["reason"] = outcome.reason;
  if (outcome.failure) event["failure"] = json_of(*outcome.failure);
  add(dump(event));
}

void JsonProgress::message(std::string_view hook, MessageStep::Kind kind, std::string_view text) {
  add(JsonLine{}.text("event", "message").text("hook", hook).text("kind", name_of_message(kind)).text("text", text).close());
}

// ---------------------------------------------------------------------------------------------------------------- summary

std::string summary_text(const RunReport& report, bool color) {
  if (report.is_nothing) return "nothing to do: no node is selected, so no hook is run either\n";
  const std::size_t failed = report.hooks_with(RunStatus::Error);
  std::string out = fmt::format("hooks: {} executed, {} skipped, {} substituted, {} failed\n", report.hooks_with(RunStatus::Success) + report.hooks_with(RunStatus::Warn) + failed,
                                report.hooks_with(RunStatus::Skipped), report.substituted, failed);
  if (report.has_nodes()) {
    out += fmt::format("nodes: {} succeeded, {} skipped, {} failed\n", report.nodes_with(RunStatus::Success), report.nodes_with(RunStatus::Skipped), report.nodes_with(RunStatus::Error));
  }
  for (const RunReport::Failed& one : report.failed) out += fmt::format("  {} {}: {}\n", one.is_warning ? paint("warning", "33", color) : paint("failed", "31", color), one.what, one.message);
  if (report.failed_more > 0) out += fmt::format("  and {} more\n", report.failed_more);
  if (!report.end_reason.empty()) out += fmt::format("  the run ended early: {}\n", report.end_reason);
  if (report.was_aborted) out += "  the run ended there: a template of on-run-start failed, so nothing after it was run\n";
  out += fmt::format("{} in {:.2f}s (invocation {})\n", report.has_failed() ? paint("finished with errors", "31", color) : paint("finished", "32", color), report.seconds, report.invocation_id);
  return out;
}

std::string summary_json(const RunReport& report) {
  const Json event{{"event", "run_ended"},
                   {"invocation_id", report.invocation_id},
                   {"status", report.has_failed() ? "error" : "success"},
                   {"nothing_selected", report.is_nothing},
                   {"aborted", report.was_aborted || !report.end_reason.empty()},
                   {"seconds", report.seconds},
                   {"hooks", Json{{"succeeded", report.hooks_with(RunStatus::Success)}, {"skipped", report.hooks_with(RunStatus::Skipped)}, {"failed", report.hooks_with(RunStatus::Error)}, {"substituted", report.substituted}}},
                   {"nodes", Json{{"succeeded", report.nodes_with(RunStatus::Success)}, {"skipped", report.nodes_with(RunStatus::Skipped)}, {"failed", report.nodes_with(RunStatus::Error)}}}};
  return dump(event) + "\n";
}

}  // namespace hookc
