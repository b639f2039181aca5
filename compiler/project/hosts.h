// Hosts: who answers a dbt template. One for each of hookc's jobs; what they share is a DbtContext, what differs is what a query and a question
// that the template cannot answer itself come to.
//   ParseHost      the loader: `execute` is false, nothing is sent, an open question takes its last answer
//   FixedHost      compile: the target is fixed; what needs the database ends the rendering with NeedsDatabase
//   ExploringHost  lint: every answer, one path at a time (eval/explore.h); declared in exploring_host.h
//   LiveHost       run: the base of the host that asks the database; declared in live_host.h
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/host.h"
#include "compiler/project/context.h"

namespace hookc {

/// The template cannot be rendered further without the database (or the run). Not an EvalError, so that nothing in an evaluation catches it.
struct NeedsDatabase {
  Span site;
  std::string what;  // `run_query(..)`, `adapter.get_relation`, `results`
};

/// A host whose names are dbt's.
class ContextHost : public Host {
 public:
  ContextHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding)
      : context_(sources, project, node, phase, binding) {}

  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override { return context_.input(evaluator, name); }
  [[nodiscard]] std::vector<std::string> names() const override { return context_.names(); }
  [[nodiscard]] DbtContext& context() { return context_; }
  [[nodiscard]] const std::vector<Arguments>& config_calls() const { return context_.config_calls(); }
  [[nodiscard]] const std::vector<std::string>& references() const { return context_.references(); }
  [[nodiscard]] const std::vector<ReferenceCall>& reference_calls() const { return context_.reference_calls(); }

 protected:
  /// Records a request as an event of the rendering; gives its number.
  static std::size_t record_query(Evaluator& evaluator, const Query& query);

 private:
  DbtContext context_;
};

class ParseHost final : public ContextHost {
 public:
  /// `execute` of the binding is taken as false.
  ParseHost(Sources& sources, const Project& project, const Node* node, const Binding& binding);

  Value query(Evaluator& evaluator, const Query& query) override;
  std::size_t choose(Evaluator& evaluator, const Question& question) override;
  /// A question was open (no target, say), so the outcome is one of several.
  [[nodiscard]] bool guessed() const { return guessed_; }

 private:
  bool guessed_ = false;
};

/// What compiling bound though it can change until the run: an environment variable that was tested.
struct BoundVariable {
  std::string name;
  std::string digest;   // of the value; `unset` when there was none
};

class FixedHost final : public ContextHost {
 public:
  /// The target of the binding must be set; `execute` is taken as true.
  FixedHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding);

  /// SQL that is sent is an event; what it returns raises NeedsDatabase when it is used.
  Value query(Evaluator& evaluator, const Query& query) override;
  std::size_t choose(Evaluator& evaluator, const Question& question) override;
  [[nodiscard]] const std::vector<BoundVariable>& bound_variables() const { return bound_; }
  /// Printed as holes that bear these names.
  [[nodiscard]] const std::map<std::string, RuntimeParameter, std::less<>>& parameters() { return context().parameters(); }

 private:
  std::vector<BoundVariable> bound_;
};

/// The digest that BoundVariable keeps of a value: compare it at run time.
std::string variable_digest(std::optional<std::string_view> value);

}  // namespace hookc
