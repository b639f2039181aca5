#include "runtime/session.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "compiler/base/sha256.h"
#include "compiler/sql/parse.h"

namespace hookc {

namespace {

void set_place(RunFailure& failure, const SourceMapEntry& place) {
  failure.file = place.file;
  failure.line = place.line;
  failure.column = place.column;
}

/// Whether the SQL holds the lower-case `word`, in letters of any case.
bool mentions(std::string_view sql, std::string_view word) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
  return !std::ranges::search(sql, word, same).empty();
}
bool is_begin(std::string_view kind) { return kind == "begin"; }
bool is_end(std::string_view kind, std::string_view sql) { return kind == "commit" || (kind == "rollback" && !mentions(sql, " to ")); }

/// Whether a statement that stands alone may be put into a transaction together with the ledger's row.
bool fits_transaction(std::string_view kind, std::string_view sql) {
  for (const std::string_view verb : {"insert", "update", "delete", "merge", "grant", "revoke", "truncate", "comment", "substitute", "alter table", "create table", "create view", "create schema",
                                      "create or replace", "drop table", "drop view", "drop schema"}) {
    if (kind.starts_with(verb)) return true;
  }
  const bool is_index = kind == "create index" || kind == "drop index";
  return is_index && !mentions(sql, "concurrently");
}

/// Whether the database undoes it with its transaction, also where DDL ends one.
bool changes_rows_only(std::string_view kind) { return kind == "insert" || kind == "update" || kind == "delete" || kind == "merge" || kind == "select" || kind == "copy"; }

AdapterError stopped_step(std::string message, std::string help) { return adapter_error(AdapterError::Kind::Other, std::move(message), std::move(help)); }

AdapterError journal_failure(const Ledger& ledger) {
  const auto& error = ledger.error();
  return error ? stopped_step(error->message, error->help) : stopped_step("the journal cannot be written", "");
}

AdapterError in_doubt(std::string_view hook, std::uint32_t step) {
  return stopped_step(fmt::format("step {} of `{}` was sent before the run broke off, and whether it took effect is not known; doing it twice is not harmless", step + 1, hook),
                      "look at the database, then resume with `--doubtful done` (it took effect) or `--doubtful repeat` (it did not)");
}

AdapterError other_text(std::string_view hook, std::uint32_t step) {
  return stopped_step(fmt::format("step {} of `{}` was done with another text than it has now", step + 1, hook), "what the hook reads has changed since; begin a new run, without --resume");
}

AdapterError lost_temporary(std::string_view hook, std::uint32_t step) {
  return stopped_step(fmt::format("step {} of `{}` made a temporary table, which went with the session of the run that broke off", step + 1, hook), "begin a new run, without --resume");
}

AdapterError lost_answer(std::string_view hook, std::uint32_t step) {
  return stopped_step(fmt::format("step {} of `{}` was done before the run broke off, and the rows that it answered with are needed again", step + 1, hook),
                      "begin a new run without --resume, or resume with `--doubtful repeat` if doing it twice is harmless");
}

/// 100 ms, doubled each time, half a minute at most.
std::chrono::milliseconds pause_before(std::uint32_t tries) { return std::chrono::milliseconds{std::min<std::int64_t>(30'000, std::int64_t{100} << std::min(tries, 10U))}; }

}  // namespace

RunFailure failure_of(const AdapterError& error, std::string_view statement) {
  RunFailure failure;
  failure.message = error.message;
  failure.help = error.help;
  failure.statement = statement;
  return failure;
}

RunFailure failure_of(const Diagnostic& diagnostic, const Sources& sources, Places& places) {
  RunFailure failure;
  failure.message = diagnostic.message;
  failure.help = diagnostic.help;
  failure.trace = diagnostic.trace;
  if (const auto location = sources.locate(diagnostic.span)) {
    failure.file = places.shown(location->file);
    failure.line = location->line;
    failure.column = location->column;
  }
  return failure;
}

std::optional<RunFailure> Session::send(const SqlStep& step, Tally& tally) {
  const auto execute = [&](const std::vector<Segment>& segments, bool is_original) -> std::optional<RunFailure> {
    const FilledText filled = fill(segments, values_);
    const Result result = deliver(Outgoing{filled.text, Fetch::Nothing, is_original ? std::string_view{step.kind} : "substitute", &step, false}, tally);
    if (const auto* error = std::get_if<AdapterError>(&result)) {
      RunFailure failure = failure_of(*error, filled.text);
      set_place(failure, place_of(step, is_original && error->position ? filled.step_offset(*error->position) : 0));
      return failure;
    }
    tally.rows_affected += std::get<ResultSet>(result).rows_affected;
    return std::nullopt;
  };
  if (!step.substituted) return execute(step.segments, true);
  for (const auto& segments : step.substituted->statements) {
    if (auto failure = execute(segments, false)) return failure;
  }
  tally.substitutions.insert(tally.substitutions.end(), step.substituted->reports.begin(), step.substituted->reports.end());
  return std::nullopt;
}

Result Session::send_text(std::string_view sql, Fetch fetch, std::string_view hook, Tally& tally) {
  const sql::Script script = sql::parse_sql(sql, dialect_);
  if (script.statements.empty()) return ResultSet{};
  Result last = ResultSet{};
  const auto execute = [&](std::string_view text, bool is_last, std::string_view kind, bool only_reads) {
    last = deliver(Outgoing{text, is_last ? fetch : Fetch::Nothing, kind, nullptr, only_reads}, tally);
    if (const auto* set = std::get_if<ResultSet>(&last)) tally.rows_affected += set->rows_affected;
    return std::holds_alternative<ResultSet>(last);
  };
  for (std::size_t i = 0; i < script.statements.size(); ++i) {
    const sql::Statement& statement = script.statements[i];
    const bool is_last = i + 1 == script.statements.size();
    const PolicyAnswer answer = policy_ ? policy_(sql, statement, hook) : PolicyAnswer{};
    if (const auto* refused = std::get_if<Refused>(&answer)) {
      AdapterError error;
      error.kind = AdapterError::Kind::Unsupported;
      error.message = refused->message;
      error.help = refused->help;
      error.position = statement.range.begin;
      return error;
    }
    if (const auto* replaced = std::get_if<Replaced>(&answer)) {
      for (std::size_t k = 0; k < replaced->statements.size(); ++k) {
        if (!execute(replaced->statements[k], is_last && k + 1 == replaced->statements.size(), "substitute", false)) return last;
      }
      tally.substitutions.insert(tally.substitutions.end(), replaced->reports.begin(), replaced->reports.end());
      continue;
    }
    const auto* query = std::get_if<sql::Query>(&statement.node);
    const bool only_reads = query != nullptr && !may_have_effects(*query);
    if (execute(sql.substr(statement.range.begin, statement.range.size()), is_last, sql::kind_name(statement), only_reads)) continue;
    auto& error = std::get<AdapterError>(last);
    if (error.position) *error.position += statement.range.begin;
    return last;
  }
  return last;
}

std::optional<AdapterError> Session::begin() {
  if (!adapter_.capabilities().transactions || adapter_.in_transaction()) return std::nullopt;
  if (!write_waiting()) return journal_failure(*ledger_);
  auto error = adapter_.begin();
  is_ended_by_text_ = false;
  if (!error && ledger_ != nullptr) ledger_->transaction_begins();
  return error;
}

/// Writes what must stand in the ledger before a commit is sent; rolls back when it cannot.
std::optional<AdapterError> Session::prepare_commit() {
  if (ledger_ == nullptr) return std::nullopt;
  auto error = ledger_->write_rows(adapter_);
  if (!error && ledger_->transaction_commits()) return std::nullopt;
  if (!error) {
    error = journal_failure(*ledger_);
    if (adapter_.in_transaction()) {
      static_cast<void>(adapter_.rollback());
    } else {
      static_cast<void>(adapter_.execute("rollback", Fetch::Nothing));
    }
  }
  note_failure(*error);
  return error;
}

std::optional<AdapterError> Session::commit() {
  if (!adapter_.in_transaction()) return std::nullopt;
  if (!is_ended_by_text_) {
    if (auto error = prepare_commit()) return error;
  }
  if (!write_waiting()) return journal_failure(*ledger_);
  auto error = adapter_.commit();
  if (error) {
    note_failure(*error);
  } else if (ledger_ != nullptr) {
    ledger_->transaction_ended(Ending::Committed);
  }
  return error;
}

void Session::rollback() {
  // What failed has been reported; a failing rollback leaves nothing that could be done about it.
  if (!adapter_.in_transaction()) return;
  static_cast<void>(write_waiting());
  static_cast<void>(adapter_.rollback());
  if (ledger_ != nullptr) ledger_->transaction_ended(Ending::RolledBack);
}

// ---------------------------------------------------------------------------------------------------------------- what is written down

void Session::begin_steps(std::string id, HookPolicy policy, bool is_only_step) {
  is_only_step_ = is_only_step;
  id_ = std::move(id);
  hook_policy_ = policy;
  next_step_ = 0;
}

Result Session::guarded(std::string_view sql, Fetch fetch) {
  if (!write_waiting()) return journal_failure(*ledger_);
  if (watch_ == nullptr) return adapter_.execute(sql, fetch);
  watch_->arm(hook_policy_.timeout);
  Result result = adapter_.execute(sql, fetch);
  watch_->disarm();
  auto* error = std::get_if<AdapterError>(&result);
  if (error == nullptr || error->kind != AdapterError::Kind::Interrupted) return result;
  if (is_stopped()) {
    error->message = fmt::format("the statement was cancelled: the process was told to end (signal {})", watch_->signal());
  } else if (watch_->has_timed_out()) {
    error->message = fmt::format("the statement was cancelled after {} seconds", static_cast<double>(hook_policy_.timeout->count()) / 1000);
    error->help = "raise `timeout` of the hook in hookc.yml";
  }
  return result;
}

Result Session::send_plain(std::string_view sql, Fetch fetch) {
  Result result = guarded(sql, fetch);
  if (const auto* error = std::get_if<AdapterError>(&result)) note_failure(*error);
  return result;
}

std::optional<AdapterError> Session::build_begins() {
  commits_by_build_ = ledger_ != nullptr && is_transaction_open() && !adapter_.capabilities().ddl_in_transaction;
  return commits_by_build_ ? prepare_commit() : std::nullopt;
}

void Session::build_succeeded() {
  if (!std::exchange(commits_by_build_, false)) return;
  ledger_->transaction_ended(Ending::Committed);
  ledger_->transaction_begins();
}

std::optional<AdapterError> Session::record_step(const std::string& id) {
  if (ledger_ == nullptr) return std::nullopt;
  if (!ledger_->step_begins(id, 0, "")) return journal_failure(*ledger_);
  if (ledger_->has_table() && adapter_.in_transaction()) ledger_->record(id, 0, "");
  ledger_->step_done(0, ResultSet{}, 0);
  return std::nullopt;
}

/// After an error the adapter has rolled back what was open; or the answer never came, and nobody knows.
void Session::note_failure(const AdapterError& error) {
  is_lost_ = is_lost_ || error.is_unanswered || error.kind == AdapterError::Kind::Connection;
  has_own_transaction_ = false;
  if (ledger_ != nullptr) ledger_->transaction_ended(error.is_unanswered || commits_by_build_ ? Ending::Unknown : Ending::RolledBack);
  commits_by_build_ = false;
}

Result Session::attempt(const Outgoing& out, const NumberedStep& step) {
  if (step.in_own_transaction) {
    if (auto error = begin()) return std::move(*error);
  }
  if (step.ends_transaction) {
    if (auto error = prepare_commit()) return std::move(*error);
  }
  Result result = guarded(out.sql, out.fetch);
  if (std::holds_alternative<AdapterError>(result)) return result;
  if (step.ends_transaction) {
    ledger_->transaction_ended(Ending::Committed);
    ledger_->transaction_begins();
  } else if (ledger_->has_table() && is_transaction_open()) {
    ledger_->record(id_, step.number, step.checksum);
  }
  if (step.in_own_transaction) {
    if (auto error = commit()) return std::move(*error);
  }
  return result;
}

/// What a hook's text begins and ends itself.
Result Session::deliver_boundary(const Outgoing& out, Tally& tally) {
  const bool begins = out.kind == "begin";
  const bool ends = is_end(out.kind, out.sql);
  if (out.kind == "commit" && is_transaction_open()) {
    if (auto error = prepare_commit()) return std::move(*error);
  }
  ++tally.statements;
  Result result = guarded(out.sql, out.fetch);
  if (const auto* error = std::get_if<AdapterError>(&result)) {
    note_failure(*error);
  } else if (begins && !adapter_.in_transaction()) {
    has_own_transaction_ = true;
    ledger_->transaction_begins();
  } else if (ends) {
    if (!has_own_transaction_ && adapter_.in_transaction()) is_ended_by_text_ = true;
    has_own_transaction_ = false;
    ledger_->transaction_ended(out.kind == "rollback" ? Ending::RolledBack : Ending::Committed);
  }
  return result;
}

bool Session::may_repeat(const Outgoing& out, InDoubtWith with) const {
  if (out.step == nullptr || !is_repeatable(out.sql, dialect_, with)) return false;
  if (out.step->verdict) return out.step->verdict->retry == "idempotent";
  return verdicts_ && out.step->index && verdicts_(id_, *out.step->index).retry == "idempotent";
}

std::optional<Result> Session::settled(const Outgoing& out, const NumberedStep& step, bool is_in_table, Tally& tally) {
  const StepRecord known = ledger_->find(id_, step.number, is_in_table);
  if (known.state != StepState::Done && known.state != StepState::InDoubt) return std::nullopt;
  if (!known.checksum.empty() && known.checksum != step.checksum) return other_text(id_, step.number);
  if (known.state == StepState::InDoubt) {
    const InDoubtWith with = known.is_with_others || (known.may_be_followed && !is_only_step_) ? InDoubtWith::Others : InDoubtWith::Nothing;
    if (may_repeat(out, with)) return std::nullopt;
    switch (ledger_->answer_for(known)) {
      case Doubt::Repeat: return std::nullopt;
      case Doubt::Stop: return in_doubt(id_, step.number);
      case Doubt::IsDone: break;
    }
  }
  if (makes_temporary(out.sql, dialect_)) return lost_temporary(id_, step.number);
  if (out.fetch == Fetch::Rows && known.has_answer) {
    if (ledger_->answer_for(known) == Doubt::Repeat) return std::nullopt;
    return lost_answer(id_, step.number);
  }
  ++tally.done_before;
  if (known.state == StepState::InDoubt) {
    if (!ledger_->step_begins(id_, step.number, step.checksum)) return journal_failure(*ledger_);
    ledger_->step_done(step.number, ResultSet{}, 0);
  }
  ResultSet set;
  set.rows_affected = known.rows;
  return set;
}

Result Session::deliver_step(const Outgoing& out, Tally& tally) {
  const Capabilities can = adapter_.capabilities();
  NumberedStep step;
  step.number = next_step_++;
  step.checksum = sha256(out.sql);
  const bool is_atomic = can.ddl_in_transaction || changes_rows_only(out.kind);
  step.in_own_transaction = ledger_->has_table() && !is_transaction_open() && !adapter_.in_transaction() && is_atomic && fits_transaction(out.kind, out.sql);
  step.ends_transaction = !is_atomic && is_transaction_open();
  if (auto answer = settled(out, step, step.in_own_transaction || (is_atomic && is_transaction_open()), tally)) {
    is_unsettled_ = std::holds_alternative<AdapterError>(*answer);
    if (is_unsettled_ && has_own_transaction_) {
      static_cast<void>(adapter_.execute("rollback", Fetch::Nothing));
      note_failure(std::get<AdapterError>(*answer));
    }
    return std::move(*answer);
  }
  for (std::uint32_t tries = 0;; ++tries) {
    if (!ledger_->step_begins(id_, step.number, step.checksum)) return journal_failure(*ledger_);
    ++tally.statements;
    const bool stands_alone = !is_transaction_open();
    const auto begin = std::chrono::steady_clock::now();
    Result result = attempt(out, step);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto* error = std::get_if<AdapterError>(&result);
    if (error == nullptr) {
      ledger_->step_done(step.number, std::get<ResultSet>(result), seconds);
      return result;
    }
    ledger_->step_failed(step.number, *error, seconds);
    if (!stands_alone || step.in_own_transaction) note_failure(*error);
    is_lost_ = is_lost_ || error->is_unanswered || error->kind == AdapterError::Kind::Connection;
    // Only what the database says it has not done, or what a second time does no harm, is sent again, and only where nothing before it was undone too.
    if (!stands_alone || !is_transient(error->kind) || tries >= hook_policy_.retries || is_stopped()) return result;
    if (error->kind == AdapterError::Kind::Conflict) {
      std::this_thread::sleep_for(pause_before(tries));
      continue;
    }
    if (auto answer = reopen(out, &step, std::move(*error), tries)) {
      if (std::holds_alternative<ResultSet>(*answer)) ledger_->step_done(step.number, std::get<ResultSet>(*answer), seconds);
      return std::move(*answer);
    }
  }
}

/// After a lost connection: nothing, when there is a new one and the statement is to be sent again; else its answer.
std::optional<Result> Session::reopen(const Outgoing& out, const NumberedStep* step, AdapterError lost, std::uint32_t& tries) {
  const auto give_up = [&](std::string_view why) -> Result {
    lost.help += fmt::format("{}{}", lost.help.empty() ? "" : "; ", why);
    return std::move(lost);
  };
  if (has_session_state_) return give_up("it was not opened anew, because settings, temporary tables or locks of the session went with it");
  const bool table_knows = step != nullptr && step->in_own_transaction;
  const bool is_harmless = !lost.is_unanswered || table_knows || out.only_reads || may_repeat(out, InDoubtWith::Nothing);
  if (!is_harmless) return give_up("it was not opened anew, because the statement may have taken effect and doing it twice is not harmless");
  static_cast<void>(write_waiting());
  while (true) {
    std::this_thread::sleep_for(pause_before(tries));
    if (is_stopped()) return give_up("the process was told to end");
    const auto error = adapter_.reconnect();
    if (!error) break;
    if (!is_transient(error->kind) || ++tries >= hook_policy_.retries) return give_up(fmt::format("it could not be opened anew: {}", error->message));
  }
  is_lost_ = false;
  if (ledger_ != nullptr) ledger_->session_is_new();
  if (!table_knows) return std::nullopt;
  // The row and the effect are there together, or neither is.
  auto recorded = ledger_->is_recorded(adapter_, id_, step->number);
  if (auto* error = std::get_if<AdapterError>(&recorded)) {
    note_failure(*error);
    return std::move(*error);
  }
  if (!std::get<bool>(recorded)) return std::nullopt;
  return ResultSet{};
}

Result Session::deliver(const Outgoing& out, Tally& tally) {
  AdapterError error;
  if (is_stopped()) {
    error.kind = AdapterError::Kind::Interrupted;
    error.message = fmt::format("not sent: the process was told to end (signal {})", watch_->signal());
    return error;
  }
  if (is_lost_) {
    error.kind = AdapterError::Kind::Connection;
    error.message = "not sent: the connection was lost earlier in the run";
    return error;
  }
  tally.touches_session = tally.touches_session || is_session_setting(out.kind) || (out.kind.starts_with("create") && makes_temporary(out.sql, dialect_));
  const bool leaves_state = !out.only_reads && !is_begin(out.kind) && leaves_in_session(out.kind, out.sql, dialect_);
  Result result = ledger_ == nullptr || is_session_setting(out.kind) || (out.fetch == Fetch::Rows && out.only_reads) ? deliver_unwritten(out, tally) : deliver_written(out, tally);
  // Also where it has failed: a text may have done half of what it does.
  has_session_state_ = has_session_state_ || leaves_state;
  return result;
}

Result Session::deliver_unwritten(const Outgoing& out, Tally& tally) {
  for (std::uint32_t tries = 0;; ++tries) {
    ++tally.statements;
    const bool stands_alone = !is_transaction_open();
    Result result = guarded(out.sql, out.fetch);
    auto* error = std::get_if<AdapterError>(&result);
    if (error == nullptr) return result;
    note_failure(*error);
    const bool is_lost = error->kind == AdapterError::Kind::Connection && stands_alone && tries < hook_policy_.retries && !is_stopped();
    if (!is_lost) return result;
    if (auto answer = reopen(out, nullptr, std::move(*error), tries)) return std::move(*answer);
  }
}

Result Session::deliver_written(const Outgoing& out, Tally& tally) {
  return is_begin(out.kind) || is_end(out.kind, out.sql) ? deliver_boundary(out, tally) : deliver_step(out, tally);
}

}  // namespace hookc
