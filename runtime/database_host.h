// DatabaseHost: what a template sees that is rendered while the hooks run: its queries are sent in the run's session.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "compiler/project/live_host.h"
#include "runtime/run_report.h"
#include "runtime/session.h"

namespace hookc {

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
