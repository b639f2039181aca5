// ExploringHost: what lint renders with. Everything that nobody fixed is a symbol; its questions are answered by the path that is being explored.
#pragma once

#include <map>
#include <string>

#include "compiler/eval/explore.h"
#include "compiler/project/hosts.h"

namespace hookc {

class ExploringHost final : public ContextHost {
 public:
  /// `choices` belong to one path and outlive the host.
  ExploringHost(Sources& sources, const Project& project, const Node* node, std::optional<HookPhase> phase, const Binding& binding, Choices& choices);

  /// SQL that is sent is an event; what it returns is an unknown table.
  Value query(Evaluator& evaluator, const Query& query) override;
  std::size_t choose(Evaluator& evaluator, const Question& question) override;

 private:
  [[nodiscard]] std::string next_name(std::string_view function);
  Value adapter_method(Evaluator& evaluator, const Query& query);

  Choices& choices_;
  std::map<std::string, std::size_t, std::less<>> calls_;  // of each function, so that two queries are two symbols
};

}  // namespace hookc
