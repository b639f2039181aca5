// Rule: a function from the facts about a hook to findings, with the prose that explains it.
//
// A rule is one file in analyzer/rules and one line in rules.def. Findings point at the narrowest guilty bytes of a rendered text; the bytes' origins say
// where in a file that is, and the frames say through which macros.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts.h"
#include "analyzer/verdict.h"
#include "compiler/base/diagnostic.h"

namespace hookc {

/// Replaces the bytes of a file between two places by `text`.
struct Edit {
  Location where;
  std::string text;
};

struct Fix {
  bool safe = false;
  std::vector<Edit> edits;
};

struct TraceLine {
  std::string macro;
  std::string file;
  std::uint32_t line = 0;
};

struct Finding {
  std::string code;
  std::string name;
  Severity severity = Severity::Error;
  std::string message;
  Location location;
  std::string hook;                            // id
  std::vector<std::string> also;               // ids of other hooks that come to the same bytes
  std::vector<std::vector<std::string>> when;  // each a conjunction of conditions; empty: on every path
  std::vector<TraceLine> trace;                // macro calls, innermost first
  std::optional<Fix> fix;
  std::string help;
};

struct Rule;

/// Where a rule puts what it finds.
class Findings {
 public:
  Findings(const ProjectFacts& facts, const HookFacts& hook, const Rule& rule) : facts_(facts), hook_(hook), rule_(rule) {}

  struct Extra {
    std::optional<Severity> severity;  // other than the rule's
    std::optional<Fix> fix;
    std::string help;
  };
  /// At bytes `range` of a text that `path` printed or sent.
  void add(const PathFacts& path, const Text& text, ByteRange range, std::string message, Extra extra);
  void add(const PathFacts& path, const Text& text, ByteRange range, std::string message) { add(path, text, range, std::move(message), Extra{}); }
  /// At bytes of a template, whatever the path.
  void add(Span span, std::string message, Extra extra);
  void add(Span span, std::string message) { add(span, std::move(message), Extra{}); }
  /// At bytes of a template, on one path, through `frame`.
  void add(const PathFacts& path, Span span, FrameId frame, std::string message, Extra extra);

  [[nodiscard]] const ProjectFacts& facts() const { return facts_; }
  [[nodiscard]] std::vector<Finding>& all() { return findings_; }

 private:
  void push(const PathFacts* path, std::optional<Location> location, std::vector<TraceLine> trace, std::string message, Extra extra);
  [[nodiscard]] std::vector<TraceLine> trace_of(const PathFacts& path, FrameId frame) const;

  const ProjectFacts& facts_;
  const HookFacts& hook_;
  const Rule& rule_;
  std::vector<Finding> findings_;
};

/// What a rule is given: the facts about one hook, the project around it, and what the double run says of its statements.
struct RuleInput {
  const HookFacts& hook;
  const ProjectFacts& project;
  const Verdicts& verdicts;
};

struct Rule {
  std::string_view code;
  std::string_view name;
  Severity severity = Severity::Error;
  std::string_view summary;      // what it finds
  std::string_view rationale;    // why it hurts
  std::string_view example;      // a hook that it finds
  std::string_view better;       // the same, mended
  std::string_view dialects{};   // what differs between databases; empty: nothing does
  void (*check)(const RuleInput& input, Findings& findings) = nullptr;
};

/// All rules, by code.
std::span<const Rule* const> all_rules();
/// By code (`HK101`) or name (`create-without-guard`); null when there is none.
const Rule* find_rule(std::string_view code_or_name);

}  // namespace hookc
