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
#include "compiler/project/live_host.h"
#include "runtime/adapter.h"
#include "runtime/parameters.h"
#include "runtime/run_report.h"

namespace hookc {

/// The text of a statement with the values of its parameters, and where in the step's own text each byte stands.
struct FilledText {
  struct Piece {
    std::uint32_t begin;       // in the filled text
    std::uint32_t step_begin;  // in the step's text, where parameters count as empty
    bool is_parameter;
  };
  std::string text;
  std::vector<Piece> pieces;
  [[nodiscard]] std::uint32_t step_offset(std::uint32_t offset) const;
};
FilledText fill(const std::vector<Segment>& segments, const ParameterValues& values);

/// The template bytes that a byte of a step's text came from; an entry without a file when nobody knows.
SourceMapEntry place_of(const SqlStep& step, std::uint32_t step_offset);

/// What one hook has sent so far.
struct Tally {
  std::uint32_t statements = 0;
  std::uint64_t rows_affected = 0;
  std::vector<std::string> substitutions;
};

class Session {
 public:
  Session(Adapter& adapter, sql::Dialect dialect, StatementPolicy policy, ParameterValues values)
      : adapter_(adapter), dialect_(dialect), policy_(std::move(policy)), values_(std::move(values)) {}

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
  Adapter& adapter_;  // outlives the session
  sql::Dialect dialect_;
  StatementPolicy policy_;
  ParameterValues values_;
};

RunFailure failure_of(const AdapterError& error, std::string_view statement);
/// The failure of a template.
RunFailure failure_of(const Diagnostic& diagnostic, const Sources& sources, Places& places);

/// Renders with the database.
class DatabaseHost final : public LiveHost {
 public:
  DatabaseHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding, Session& session, std::string hook)
      : LiveHost(sources, project, node, phase, binding), session_(session), hook_(std::move(hook)) {}

  [[nodiscard]] const Tally& tally() const { return tally_; }
  /// The failure of the query that ended the rendering, if one did.
  [[nodiscard]] const std::optional<RunFailure>& query_failure() const { return failure_; }
  /// The bytes of that query that the database refused.
  [[nodiscard]] const std::optional<Location>& query_place() const { return place_; }

 protected:
  QueryAnswer execute_query(Evaluator& evaluator, const Query& query) override;
  void commit(Evaluator& evaluator, Span site) override;

 private:
  Session& session_;  // outlives the host
  std::string hook_;
  Tally tally_;
  std::optional<RunFailure> failure_;
  std::optional<Location> place_;
};

}  // namespace hookc
