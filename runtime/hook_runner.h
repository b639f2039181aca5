// HookRunner: what one hook sends, step by step: statements as they were compiled, and what its template makes of the answers of the database.
#pragma once

#include <optional>

#include "compiler/program/program.h"
#include "compiler/project/hosts.h"
#include "compiler/project/project.h"
#include "runtime/build_models.h"
#include "runtime/run_report.h"
#include "runtime/session.h"

namespace hookc {

/// What failed in a hook, and whether it was its template: a query that the template sends belongs to it.
struct HookFailure {
  RunFailure failure;
  bool in_template = false;
};
using HookResult = std::optional<HookFailure>;

/// Nothing else of the hook is sent, but what begins and ends its transaction.
bool is_one_statement(const CompiledHook& hook);

class HookRunner {
 public:
  /// All that is named outlives it. `binding` is what templates see; it may change between hooks.
  HookRunner(Sources& sources, const Project& project, Session& session, Places& places, const ModelBuilder& builder, const Binding& binding, RunListener& listener)
      : sources_(sources), project_(project), session_(session), places_(places), builder_(builder), binding_(binding), listener_(listener) {}

  /// `node`: whose hook it is; null for one of a run. What was sent is added to `outcome`.
  HookResult run_steps(const CompiledHook& hook, const Node* node, HookOutcome& outcome);

 private:
  HookResult run_deferred(const CompiledHook& hook, const Node* node, HookOutcome& outcome);
  HookResult send_rendered(const CompiledHook& hook, const Rendering& rendering, HookOutcome& outcome);
  std::optional<RunFailure> apply_policy(const CompiledHook& hook, SqlStep& step);
  std::optional<RunFailure> send(const SqlStep& step, HookOutcome& outcome);
  std::optional<RunFailure> cross(const BoundaryStep& boundary);
  void say(const CompiledHook& hook, const Rendering& rendering);
  /// Before what may take long without a statement that is sent.
  void pause() {
    if (Ledger* ledger = session_.ledger()) static_cast<void>(ledger->write_waiting());
    listener_.show();
  }

  Sources& sources_;
  const Project& project_;
  Session& session_;
  Places& places_;
  const ModelBuilder& builder_;
  const Binding& binding_;
  RunListener& listener_;
};

}  // namespace hookc
