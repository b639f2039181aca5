// hookc verify: runs a project's hooks twice on a scratch database, and compares the states and what lint says.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "analyzer/facts.h"
#include "analyzer/verdict.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/common.h"
#include "runtime/cli/compiling.h"
#include "runtime/verify/scratch.h"
#include "runtime/verify/verify.h"

namespace hookc {

namespace {

/// What lint says of a hook's statements, as one.
struct StaticVerdict {
  Outcome rerun = Outcome::Idempotent;
  Outcome retry = Outcome::Idempotent;
  bool accepted = true;  // all that is not idempotent carries a run key
};

int badness(Outcome outcome) {
  switch (outcome) {
    case Outcome::Idempotent: return 0;
    case Outcome::Unknown: return 1;
    case Outcome::Drifts: return 2;
    case Outcome::FailsAgain: return 3;
  }
  return 1;
}

std::map<std::string, StaticVerdict> static_verdicts(Sources& sources, const Project& project, sql::Dialect dialect, const Target& target) {
  const ProjectFacts facts = collect_facts(sources, project, dialect, &target);
  std::map<std::string, StaticVerdict> verdicts;
  const auto worse = [](Outcome a, Outcome b) { return badness(a) < badness(b) ? b : a; };
  for (std::size_t h = 0; h < facts.hooks.size(); ++h) {
    const HookFacts& hook = facts.hooks[h];
    const Verdicts all = run_twice(facts, h);
    StaticVerdict& verdict = verdicts[hook.hook->id];
    for (std::size_t p = 0; p < hook.executing.size(); ++p) {
      for (std::size_t s = 0; s < hook.executing[p].sent.size(); ++s) {
        for (std::size_t i = 0; i < hook.executing[p].sent[s].script.statements.size(); ++i) {
          const Verdict& one = all.of(p, s, i);
          verdict.rerun = worse(verdict.rerun, one.rerun);
          verdict.retry = worse(verdict.retry, one.retry);
          if (one.rerun != Outcome::Idempotent) verdict.accepted = verdict.accepted && one.accepted;
        }
      }
    }
  }
  return verdicts;
}

/// Lint is sure of more than the database shows.
bool disagrees(const RealVerdict& real, Outcome said) {
  const bool is_bad = real.word == RealVerdict::Word::Drifts || real.word == RealVerdict::Word::FailsAgain;
  return is_bad && said == Outcome::Idempotent;
}

bool is_finding(const HookVerification& hook, const StaticVerdict& lint) {
  if (hook.failed_at_once) return true;
  for (const RealVerdict* real : {&hook.rerun, &hook.retry}) {
    if (real->word == RealVerdict::Word::FailsAgain) return true;
    if (real->word == RealVerdict::Word::Drifts && !lint.accepted) return true;
  }
  return false;
}

class Verification {
 public:
  Verification(const VerifyOptions& options, const Console& console) : options_(options), console_(console) {}

  ExitStatus run(const GlobalOptions& globals) {
    std::unique_ptr<Scratch> scratch;
    std::optional<AdapterError> problem;
    CompileWanted wanted{options_.path, options_.target, "run", false};
    wanted.retarget = [&](const Project& project, const Target& target) -> std::optional<Target> {
      AdapterOptions adapter_options;
      adapter_options.duckdb_library = project.settings.duckdb_library;
      adapter_options.base_directory = project.root;
      auto made = make_scratch(target, adapter_options);
      if (auto* error = std::get_if<AdapterError>(&made)) {
        problem = std::move(*error);
        return std::nullopt;
      }
      scratch = std::move(std::get<std::unique_ptr<Scratch>>(made));
      return scratch->target();
    };
    auto compiled = open_and_compile(wanted, globals, console_);
    if (problem) return cannot(*problem);
    if (!compiled || scratch == nullptr) return ExitStatus::CannotWork;
    scratch->copy_sources(*compiled->opened.project);
    bool refused = false;
    auto session = scratch->session([&] { refused = true; });
    if (const auto* error = std::get_if<AdapterError>(&session)) return cannot(*error);
    Adapter& adapter = *std::get<std::unique_ptr<Adapter>>(session);
    if (const std::string schema = schema_of(scratch->target()); !schema.empty()) {
      if (const auto error = adapter.ensure_schema(schema)) return cannot(*error);
    }
    auto verified = verify_program(*compiled->opened.sources, *compiled->opened.project, compiled->program, adapter, [&] { return std::exchange(refused, false); });
    if (const auto* refusal = std::get_if<RunRefusal>(&verified)) {
      print_error(console_, refusal->failure.message, refusal->failure.help);
      return ExitStatus::CannotWork;
    }
    report_ = std::move(std::get<VerifyReport>(verified));
    report_.notes.insert(report_.notes.begin(), scratch->notes().begin(), scratch->notes().end());
    lint_ = static_verdicts(*compiled->opened.sources, *compiled->opened.project, compiled->program.dialect, scratch->target());
    write_out(options_.format == "json" ? json() : text());
    return std::ranges::any_of(report_.hooks, [&](const HookVerification& hook) { return is_finding(hook, lint_[hook.hook]); }) ? ExitStatus::Findings : ExitStatus::Clean;
  }

 private:
  ExitStatus cannot(const AdapterError& error) const {
    print_error(console_, error.message, error.help);
    return ExitStatus::CannotWork;
  }

  std::string json() {
    nlohmann::ordered_json hooks = nlohmann::ordered_json::array();
    for (const HookVerification& hook : report_.hooks) {
      const StaticVerdict& lint = lint_[hook.hook];
      const auto real = [](const RealVerdict& verdict) { return nlohmann::ordered_json{{"verdict", name_of(verdict.word)}, {"reason", verdict.reason}}; };
      hooks.push_back({{"hook", hook.hook}, {"rerun", real(hook.rerun)}, {"retry", real(hook.retry)}, {"lint", {{"rerun", name_of(lint.rerun)}, {"retry", name_of(lint.retry)}, {"accepted", lint.accepted}}},
                       {"finding", is_finding(hook, lint)}});
    }
    return nlohmann::ordered_json{{"version", 1}, {"hooks", std::move(hooks)}, {"notes", report_.notes}}.dump(2) + "\n";
  }

  std::string text() {
    std::size_t width = 4;
    for (const HookVerification& hook : report_.hooks) width = std::max(width, hook.hook.size());
    std::string out = fmt::format("{:<{}}  {:<12}  {:<12}  {}\n", "hook", width, "rerun", "retry", "lint");
    std::size_t findings = 0;
    std::size_t verified = 0;
    for (const HookVerification& hook : report_.hooks) {
      const StaticVerdict& lint = lint_[hook.hook];
      out += fmt::format("{:<{}}  {:<12}  {:<12}  {}\n", hook.hook, width, name_of(hook.rerun.word), name_of(hook.retry.word), name_of(lint.rerun));
      const RealVerdict& real = hook.rerun.reason.empty() ? hook.retry : hook.rerun;
      if (!real.reason.empty()) out += fmt::format("  {}{}\n", real.reason, real.word == RealVerdict::Word::Drifts && lint.accepted ? " (accepted: it carries a run key)" : "");
      if (disagrees(hook.rerun, lint.rerun) || disagrees(hook.retry, lint.retry)) out += "  lint says that it can be repeated: this is a mistake of lint, or the hook depends on something outside\n";
      findings += is_finding(hook, lint) ? 1 : 0;
      verified += hook.rerun.word != RealVerdict::Word::NotVerified ? 1 : 0;
    }
    for (const std::string& note : report_.notes) out += fmt::format("note: {}\n", note);
    return out + fmt::format("{} of {} hooks verified, {} cannot be repeated\n", verified, report_.hooks.size(), findings);
  }

  const VerifyOptions& options_;
  const Console& console_;
  VerifyReport report_;
  std::map<std::string, StaticVerdict> lint_;
};

}  // namespace

ExitStatus run_verify(const VerifyOptions& options, const GlobalOptions& globals) {
  const Console console = make_console(globals);
  return Verification{options, console}.run(globals);
}

}  // namespace hookc
