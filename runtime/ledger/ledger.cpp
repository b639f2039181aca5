#include "runtime/ledger/ledger.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "compiler/base/json_line.h"

namespace hookc {
namespace {

constexpr std::string_view kTable = "hookc_ledger";
constexpr std::size_t kMaxMessage = 2'000;  // bytes of an error's message that the journal keeps
/// How long the hooks of one announcement shall take, and how many they are at most. A power failure leaves those of two in doubt; where the table knows what is done, nearly none.
constexpr std::chrono::milliseconds kAnnounced{200};
constexpr std::chrono::milliseconds kAnnouncedWithTable{1'000};
constexpr std::size_t kMaxAnnounced = 1'000;

JsonLine event(std::string_view name) { return std::move(JsonLine{}.text("e", name)); }

JournalError table_error(const AdapterError& error) {
  return {fmt::format("the ledger's table cannot be used: {}", error.message), error.help.empty() ? "check `ledger-schema` of hookc.yml, and that the target's user may create a table there" : error.help};
}

}  // namespace

std::variant<Ledger, JournalError> Ledger::open(FolderLock lock, const RunHeader& header, const RunRecord* resumed, Doubt doubt, Adapter& adapter) {
  auto journal = Journal::open(std::move(lock), header, resumed);
  if (auto* error = std::get_if<JournalError>(&journal)) return std::move(*error);
  Ledger ledger{std::move(std::get<Journal>(journal)), header, doubt};
  if (resumed != nullptr) ledger.resumed_ = *resumed;
  if (!header.table_schema.empty()) {
    if (auto error = ledger.open_table(adapter)) return std::move(*error);
  }
  return ledger;
}

std::optional<JournalError> Ledger::open_table(Adapter& adapter) {
  const std::string& schema = header_.table_schema;
  if (!adapter.capabilities().transactions) return JournalError{"the target's database has no transactions, so a ledger in it proves nothing", "leave `ledger: database` out of hookc.yml"};
  if (const auto error = adapter.ensure_schema(schema)) return table_error(*error);
  table_ = fmt::format("{}.{}", quote_name(schema), kTable);
  const Result made = adapter.execute(fmt::format("create table if not exists {} (run_id varchar(36) not null, hook varchar(1000) not null, step integer not null, checksum varchar(64) not null, "
                                                  "recorded_at timestamp not null, primary key (run_id, hook, step))",
                                                  table_),
                                      Fetch::Nothing);
  if (const auto* error = std::get_if<AdapterError>(&made)) return table_error(*error);
  if (!resumed_) return std::nullopt;
  const Result found = adapter.execute(fmt::format("select hook, step from {} where run_id = {}", table_, quote_literal(header_.run)), Fetch::Rows);
  if (const auto* error = std::get_if<AdapterError>(&found)) return table_error(*error);
  for (const auto& row : std::get<ResultSet>(found).rows) {
    const auto* step = std::get_if<std::int64_t>(&row.at(1));
    if (step != nullptr) in_table_.emplace(to_text(row.at(0)).value_or(""), static_cast<std::uint32_t>(*step));
  }
  return std::nullopt;
}

bool Ledger::has_done_hook(std::string_view hook) const {
  if (!resumed_) return false;
  const auto found = std::ranges::find(resumed_->hooks, hook, &HookRecord::hook);
  // What it did to the session is to be done again.
  if (found == resumed_->hooks.end() || found->status != "success" || found->touches_session) return false;
  const auto is_undone = [&](const auto& step) { return step.first.first == hook && step.second.state != StepState::Done && !in_table_.contains(step.first); };
  return std::ranges::none_of(resumed_->steps, is_undone);
}

bool Ledger::has_done_node(std::string_view node) const {
  if (!resumed_) return false;
  const auto last = std::find_if(resumed_->nodes.rbegin(), resumed_->nodes.rend(), [&](const NodeRecord& one) { return one.node == node; });
  return last != resumed_->nodes.rend() && last->status == "success";
}

StepRecord Ledger::find(const std::string& hook, std::uint32_t step, bool is_in_table) const {
  if (!resumed_) return {};
  const auto found = resumed_->steps.find({hook, step});
  StepRecord record = found == resumed_->steps.end() ? StepRecord{} : found->second;
  if (has_table() && is_in_table) {
    // The database knows: the row and the effect are there together, or neither is.
    if (in_table_.contains({hook, step})) {
      record.state = StepState::Done;
    } else if (record.state == StepState::Done) {
      record.state = StepState::InDoubt;  // the journal saw the commit, and the row is not there: the database is an older one
    } else if (record.state != StepState::New) {
      record.state = StepState::Undone;
    }
    return record;
  }
  if (record.state == StepState::New && resumed_->lost_hooks.contains(hook)) {
    record.state = StepState::InDoubt;
    record.may_be_followed = true;
  }
  return record;
}

Doubt Ledger::answer_for(const StepRecord& step) {
  if (answer_ == Answer::Unused) {
    answer_ = step.is_with_others ? Answer::UsedForTransaction : Answer::UsedForStep;
    return doubt_;
  }
  return answer_ == Answer::UsedForTransaction && step.is_with_others ? doubt_ : Doubt::Stop;
}

bool Ledger::is_beside(HookIndex one, HookIndex other) const {
  const HookHead head = program_->head(one);
  const HookHead others = program_->head(other);
  const bool are_of_nodes = !head.owner.empty() && !others.owner.empty();
  return (head.phase == others.phase && head.owner == others.owner) || (are_of_nodes && !builds_);
}

void Ledger::announce_next(HookIndex hook) {
  using namespace std::chrono;
  const auto now = steady_clock::now();
  if (at_ > announced_at_) {
    const auto taken = static_cast<std::size_t>(std::max<milliseconds::rep>(1, duration_cast<milliseconds>(now - announced_when_).count()));
    const milliseconds wanted = has_table() ? kAnnouncedWithTable : kAnnounced;
    ahead_ = std::clamp<std::size_t>((at_ - announced_at_) * static_cast<std::size_t>(wanted.count()) / taken, 1, std::min(ahead_ * 8, kMaxAnnounced));
  }
  announced_at_ = at_;
  announced_when_ = now;
  std::vector<std::string> ids;
  for (; ids.size() < ahead_ && announced_ < order_.size() && is_beside(order_[announced_], hook); ++announced_) ids.push_back(program_->id(order_[announced_]));
  journal_.write_behind(event("ahead").texts("hooks", ids).close());
}

void Ledger::be_announced(HookIndex hook) {
  const auto found = std::find(order_.begin() + static_cast<std::ptrdiff_t>(at_), order_.end(), hook);
  if (found == order_.end()) return;  // it is none of the run's: whoever runs it has not said so
  at_ = static_cast<std::size_t>(found - order_.begin());
  if (at_ >= announced_) {
    announced_ = at_;
    announce_next(hook);
  }
  if (at_ >= on_disk_) {
    journal_.wait_for_disk();
    on_disk_ = announced_;
  }
  const bool has_next = announced_ < order_.size() && is_beside(order_[announced_], hook);
  if (has_next && on_disk_ == announced_ && (announced_ - at_ - 1) * 2 <= ahead_) announce_next(hook);
}

void Ledger::hook_begins(HookIndex index, const CompiledHook& hook) {
  be_announced(index);
  journal_.add(event("hook").text("hook", hook.id).text("phase", name_of(hook.phase)).text("owner", hook.owner).text("checksum", hook.checksum).close());
}

void Ledger::hook_ended(const HookOutcome& outcome) {
  JsonLine line = event("hook ended");
  line.text("hook", outcome.hook).text("status", name_of(outcome.status)).number("seconds", outcome.seconds).number("statements", std::uint64_t{outcome.statements}).number("rows", outcome.rows_affected);
  if (outcome.touches_session) line.flag("session", true);
  if (outcome.failure) line.text("error", std::string_view{outcome.failure->message}.substr(0, kMaxMessage));
  journal_.add(line.close());
}

void Ledger::node_ended(const NodeOutcome& outcome) {
  JsonLine line = event("node");
  line.text("node", outcome.node).text("status", name_of(outcome.status)).number("seconds", outcome.seconds);
  if (outcome.failure) line.text("error", std::string_view{outcome.failure->message}.substr(0, kMaxMessage));
  if (builds_) {
    journal_.write_through(line.close());
  } else {
    journal_.add(line.close());  // its hooks were announced: what the disk does not know of them is in doubt
  }
}

void Ledger::run_ended(std::string_view status, double seconds) { journal_.write_through(event("end").text("status", status).number("seconds", seconds).close()); }

bool Ledger::step_begins(const std::string& hook, std::uint32_t step, std::string_view checksum) {
  ++steps_;
  is_announced_ = is_announced_ && !checksum.empty();  // a build has none
  return journal_.write(event("step").text("hook", hook).number("n", std::uint64_t{step}).text("sum", checksum).close());
}

void Ledger::step_done(std::uint32_t step, const ResultSet& set, double seconds) {
  JsonLine line = event("done");
  line.number("n", std::uint64_t{step}).number("rows", set.rows_affected).number("seconds", seconds);
  if (!set.rows.empty()) line.flag("answer", true);
  if (!set.query_id.empty()) line.text("query", set.query_id);
  journal_.add(line.close());
}

void Ledger::step_failed(std::uint32_t step, const AdapterError& error, double seconds) {
  if (error.is_unanswered) return;  // it stays in doubt
  JsonLine line = event("fail");
  line.number("n", std::uint64_t{step}).text("kind", name_of(error.kind)).text("code", error.code).number("seconds", seconds);
  if (!error.query_id.empty()) line.text("query", error.query_id);
  journal_.write(line.close());
}

void Ledger::transaction_begins() {
  steps_ = recorded_ = 0;
  is_announced_ = true;
  journal_.add(R"({"e":"begin"})");
}
bool Ledger::transaction_commits() {
  constexpr std::string_view kLine = R"({"e":"commit"})";
  // Where the table has a row for each step, it is the table that is asked what became of them; and a hook that was announced and has not ended is in doubt with all its steps.
  return is_announced_ || (has_table() && recorded_ >= steps_) ? journal_.write(kLine) : journal_.write_through(kLine);
}
void Ledger::transaction_ended(Ending ending) {
  rows_.clear();
  switch (ending) {
    case Ending::Committed: journal_.add(R"({"e":"committed"})"); return;
    case Ending::RolledBack: journal_.add(R"({"e":"rolled back"})"); return;
    case Ending::Unknown: journal_.write(R"({"e":"unknown"})"); return;
  }
}

std::variant<bool, AdapterError> Ledger::is_recorded(Adapter& adapter, std::string_view hook, std::uint32_t step) const {
  Result found = adapter.execute(fmt::format("select step from {} where run_id = {} and hook = {} and step = {}", table_, quote_literal(header_.run), quote_literal(hook), step), Fetch::Rows);
  if (auto* error = std::get_if<AdapterError>(&found)) return std::move(*error);
  return !std::get<ResultSet>(found).rows.empty();
}

std::optional<AdapterError> Ledger::write_rows(Adapter& adapter) {
  if (rows_.empty()) return std::nullopt;
  std::string sql = fmt::format("insert into {} values ", table_);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    sql += fmt::format("{}({}, {}, {}, {}, cast(current_timestamp as timestamp))", i == 0 ? "" : ", ", quote_literal(header_.run), quote_literal(row.hook), row.step, quote_literal(row.checksum));
  }
  rows_.clear();
  Result result = adapter.execute(sql, Fetch::Nothing);
  if (auto* error = std::get_if<AdapterError>(&result)) {
    error->message = "the ledger's rows cannot be written: " + error->message;
    error->position.reset();
    return std::move(*error);
  }
  return std::nullopt;
}

}  // namespace hookc
