// Progress: what people and programs read of a run while it happens, and the summary at its end.
#pragma once

#include <exception>
#include <filesystem>
#include <string>
#include <utility>

#include "compiler/base/sources.h"
#include "runtime/cli/console.h"
#include "runtime/run_report.h"

namespace hookc {

/// Lines in dbt's manner on standard error.
class TextProgress final : public RunListener {
 public:
  TextProgress(const Console& console, const Sources& sources, std::filesystem::path project) : console_(console), sources_(sources), project_(std::move(project)) {}
  TextProgress(const TextProgress&) = delete;
  TextProgress& operator=(const TextProgress&) = delete;
  ~TextProgress() override { show(); }
  void hook_begins(const CompiledHook& hook, Progress progress) override;
  void hook_ended(const HookOutcome& outcome, Progress progress) override;
  void node_begins(const NodeOutcome& node, Progress progress) override;
  void node_ended(const NodeOutcome& outcome, Progress progress) override;
  void message(std::string_view hook, MessageStep::Kind kind, std::string_view text) override;
  void show() override;

 private:
  void line(Progress progress, std::string_view what, std::string_view status, std::string_view code, double seconds);
  void failure(const RunFailure& failure);
  void reason(const std::string& reason);

  Console console_;
  const Sources& sources_;          // for code frames
  std::filesystem::path project_;   // places are relative to it
  std::string last_reason_;         // many hooks in a row are skipped for one reason, which is said once
  std::string waiting_;             // to be shown
};

/// One JSON object a line on standard output.
class JsonProgress final : public RunListener {
 public:
  void hook_begins(const CompiledHook& hook, Progress progress) override;
  void hook_ended(const HookOutcome& outcome, Progress progress) override;
  void node_begins(const NodeOutcome& node, Progress progress) override;
  void node_ended(const NodeOutcome& outcome, Progress progress) override;
  void message(std::string_view hook, MessageStep::Kind kind, std::string_view text) override;
  void show() override;

 private:
  void add(std::string_view event);

  std::string waiting_;               // to be shown
  std::exception_ptr failure_;        // of showing it; thrown at the next event, where a run may end
};

/// The failure with its place, code frame and remedy.
std::string describe_failure(const RunFailure& failure, const Sources& sources, const std::filesystem::path& project, bool color);

std::string summary_text(const RunReport& report, bool color);
std::string summary_json(const RunReport& report);

}  // namespace hookc
