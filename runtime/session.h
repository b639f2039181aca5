// Session: an adapter as hooks use it: statements with their parameters filled in, statements that the database does not know replaced or refused, and
// errors that point at template bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/program/places.h"
#include "compiler/program/steps.h"
#include "runtime/adapter.h"
#include "runtime/filled_text.h"
#include "runtime/ledger/ledger.h"
#include "runtime/policies.h"
#include "runtime/repeatable.h"
#include "runtime/watch.h"
#include "runtime/parameters.h"
#include "runtime/run_report.h"

namespace hookc {

/// What one hook has sent so far.
struct Tally {
  std::uint32_t statements = 0;
  std::uint32_t done_before = 0;           // that were not sent: the run that goes on had done them
  std::uint64_t rows_affected = 0;
  bool touches_session = false;
  std::vector<std::string> substitutions;
};

class Session {
 public:
  /// `ledger` and `watch` may be null: nothing is written down, nothing interrupted. They outlive the session. `verdicts` is asked for those of steps that have none; it may be null.
  Session(Adapter& adapter, sql::Dialect dialect, StatementPolicy policy, ParameterValues values, Ledger* ledger, Watch* watch, VerdictSource verdicts)
      : adapter_(adapter), dialect_(dialect), policy_(std::move(policy)), values_(std::move(values)), ledger_(ledger), watch_(watch), verdicts_(std::move(verdicts)) {}

  /// The statements that follow are those of this hook, or of a build; they are numbered from 0. `is_only_step`: there is one.
  void begin_steps(std::string id, HookPolicy policy, bool is_only_step);
  /// A statement of a build: no parameters, not numbered.
  Result send_plain(std::string_view sql, Fetch fetch);
  /// Around a build: where DDL ends a transaction, the build commits what the hooks before it have done.
  std::optional<AdapterError> build_begins();
  void build_succeeded();
  /// A row of the ledger for what the open transaction does beside hooks: the build of a node.
  std::optional<AdapterError> record_step(const std::string& id);
  [[nodiscard]] Ledger* ledger() { return ledger_; }
  /// A step could not be settled: nothing more may be sent, lest there be two doubts and one answer.
  [[nodiscard]] bool is_unsettled() const { return is_unsettled_; }
  /// The process was told to end.
  [[nodiscard]] bool is_stopped() const { return watch_ != nullptr && watch_->signal() != 0; }

  [[nodiscard]] Adapter& adapter() { return adapter_; }
  [[nodiscard]] sql::Dialect dialect() const { return dialect_; }
  [[nodiscard]] const ParameterValues& values() const { return values_; }
  [[nodiscard]] const StatementPolicy& policy() const { return policy_; }

  /// A statement of a compiled hook.
  std::optional<RunFailure> send(const SqlStep& step, Tally& tally);
  /// A text that a template sends while it is rendered: each of its statements; the last one's rows come back.
  Result send_text(std::string_view sql, Fetch fetch, std::string_view hook, Tally& tally);
  /// What a message says.
  [[nodiscard]] std::string message(const MessageStep& step) const { return fill(step.segments, values_).text; }

  /// Nothing happens where there is a transaction already (or none, for `commit` and `rollback`), or the database has none.
  std::optional<AdapterError> begin();
  std::optional<AdapterError> commit();
  void rollback();

 private:
  /// A statement on its way.
  struct Outgoing {
    std::string_view sql;
    Fetch fetch = Fetch::Nothing;
    std::string_view kind;           // as `sql::kind_name` says it; `substitute` for what hookc wrote itself
    const SqlStep* step = nullptr;   // that it is, or stands in for; null: a template has sent it
    bool only_reads = false;
  };
  /// A statement that is written down.
  struct NumberedStep {
    std::uint32_t number = 0;
    std::string checksum;
    bool in_own_transaction = false;  // begun and committed for this one, so that the ledger's row is written with it
    bool ends_transaction = false;    // the database commits what is open before it executes this one
  };

  /// Sends a text, once what has been done before is written down.
  Result guarded(std::string_view sql, Fetch fetch);
  [[nodiscard]] bool write_waiting() { return ledger_ == nullptr || ledger_->write_waiting(); }
  Result deliver(const Outgoing& out, Tally& tally);
  /// A statement that every run sends again: it sets something in the session, or only looks.
  Result deliver_unwritten(const Outgoing& out, Tally& tally);
  /// Sends a statement, written down before and after; or does not, when the run that goes on has done it.
  Result deliver_written(const Outgoing& out, Tally& tally);
  Result deliver_boundary(const Outgoing& out, Tally& tally);
  Result deliver_step(const Outgoing& out, Tally& tally);
  /// What is known of a step decides: the answer when it is not to be sent.
  std::optional<Result> settled(const Outgoing& out, const NumberedStep& step, bool is_in_table, Tally& tally);
  Result attempt(const Outgoing& out, const NumberedStep& step);
  std::optional<Result> reopen(const Outgoing& out, const NumberedStep* step, AdapterError lost, std::uint32_t& tries);
  /// Sending it again, done or not, leaves the same.
  [[nodiscard]] bool may_repeat(const Outgoing& out, InDoubtWith with) const;
  std::optional<AdapterError> prepare_commit();
  void note_failure(const AdapterError& error);
  /// Statements belong to a transaction: the session's own, unless a text has ended it, or one that a text has begun.
  [[nodiscard]] bool is_transaction_open() const { return has_own_transaction_ || (adapter_.in_transaction() && !is_ended_by_text_); }

  Adapter& adapter_;  // outlives the session
  sql::Dialect dialect_;
  StatementPolicy policy_;
  ParameterValues values_;
  Ledger* ledger_;
  Watch* watch_;
  VerdictSource verdicts_;
  std::string id_;                      // of the hook whose statements are sent
  HookPolicy hook_policy_;
  std::uint32_t next_step_ = 0;
  bool is_only_step_ = false;
  bool has_own_transaction_ = false;    // one that a hook's text has begun
  bool is_ended_by_text_ = false;       // a hook's text has ended the transaction that `begin` began
  bool is_unsettled_ = false;
  bool commits_by_build_ = false;       // the build that goes on ends the transaction that was open before it
  bool is_lost_ = false;                // the connection: nothing more is sent
  bool has_session_state_ = false;      // statements have left something in the session that a new one would not have
};

RunFailure failure_of(const AdapterError& error, std::string_view statement);
/// The failure of a template.
RunFailure failure_of(const Diagnostic& diagnostic, const Sources& sources, Places& places);

}  // namespace hookc
