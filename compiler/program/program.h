// Program: hooks compiled for one target, as data. What `hookc compile` writes and `hookc run` executes; it needs no project.
//
// The compiled form is at the level of SQL. A hook is a list of steps: SQL text with parameters, the boundary of a transaction, or a part that
// only a live database can decide (`deferred`), which the interpreter renders when it is reached, exactly as dbt renders a hook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"

namespace hookc {

/// How a run-time value is written where it stands.
enum class ParameterContext : std::uint8_t { InString, Bare };  // inside of '...' (quotes are doubled), or as it is

struct SqlText { std::string text; };
struct SqlParameter { std::string name; ParameterContext context = ParameterContext::InString; };
using Segment = std::variant<SqlText, SqlParameter>;

/// Bytes `begin`.. of a step's text (parameters counted as empty) come from `file` at `offset`, verbatim or made there.
struct SourceMapEntry {
  std::uint32_t begin = 0;
  std::string file;            // empty: an input; `symbol` names it
  std::string symbol;
  std::uint32_t offset = 0;
  std::uint32_t line = 0;
  bool verbatim = true;
};

/// The analyzer's words for a statement, handed in by the command so that the runtime needs no analyzer.
struct StepVerdict {
  std::string rerun = "unknown";
  std::string retry = "unknown";
  std::string reason;
};

struct SqlStep {
  std::vector<Segment> segments;
  std::string kind;            // `insert`, `create table`, ...
  bool via_query = false;      // sent by run_query or statement, not by the hook's own text
  std::vector<SourceMapEntry> source_map;
  StepVerdict verdict;
  std::optional<std::string> substituted_for;  // the statement that the database cannot do
};
struct BoundaryStep { enum class Kind : std::uint8_t { Begin, Commit }; Kind kind; };
struct DeferredStep { std::string reason; std::string file; std::uint32_t line = 0; std::uint32_t column = 0; };
using Step = std::variant<SqlStep, BoundaryStep, DeferredStep>;

enum class HookKind : std::uint8_t { Sql, Parameterised, Conditional, Deferred };
std::string_view name_of(HookKind kind);

struct CompiledHook {
  std::string id;
  HookPhase phase = HookPhase::OnRunStart;
  std::string owner;
  std::string package;
  std::uint32_t order = 0;
  bool transaction = true;
  HookKind kind = HookKind::Sql;
  std::vector<Step> steps;
  std::string file;            // where it is defined
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string template_text;   // what a deferred step renders
  std::string checksum;        // of the template and of everything bound
  std::optional<std::string> sql_file;  // relative to the manifest
  std::string no_sql_reason;   // why there is none
};

}  // namespace hookc
