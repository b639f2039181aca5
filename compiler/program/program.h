// Program: hooks compiled for one target, as data. What `hookc compile` writes and `hookc run` executes; it needs no project.
//
// The compiled form is at the level of SQL. A hook is a list of steps: SQL text with parameters, a message, the boundary of a transaction, or a part
// that only a live database can decide (`deferred`), which the interpreter renders when it is reached, exactly as dbt renders a hook.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/project/hosts.h"
#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"

namespace hookc {

/// How a run-time value is written where it stands.
enum class ParameterContext : std::uint8_t {
  InString,  // inside of quotes: the value is written so that it stays inside
  Bare,      // as it is
  Comment    // inside of a comment, which the value must not end
};
std::string_view name_of(ParameterContext context);

struct SqlText { std::string text; };
struct SqlParameter {
  std::string name;
  ParameterContext context = ParameterContext::InString;
  char quote = '\'';            // of InString
  bool backslash_escapes = false;  // of InString: the database reads `\'` as a quote
};
using Segment = std::variant<SqlText, SqlParameter>;

/// Bytes `begin`.. of a step's text (parameters counted as empty) come from `file` at `offset`, verbatim or made there.
struct SourceMapEntry {
  std::uint32_t begin = 0;
  std::string file;            // empty: no file, `symbol` names the input
  std::string symbol;          // of an input that was printed at the place
  std::uint32_t offset = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool verbatim = true;
};

/// Which of the statements that a hook sends: the `statement`-th of the `sent`-th text (queries in order, its own text last), from 0.
struct StatementIndex {
  std::uint32_t sent = 0;
  std::uint32_t statement = 0;
};
/// The analyzer's words for a statement, handed in by the command so that the runtime needs no analyzer.
struct StepVerdict {
  std::string rerun = "unknown";
  std::string retry = "unknown";
  std::string reason;
};
/// The verdict of a statement of the hook with this id.
using VerdictSource = std::function<StepVerdict(std::string_view hook, const StatementIndex& index)>;

/// What is sent instead of a statement that the database does not know, because hookc.yml says so.
struct Substituted {
  std::vector<std::vector<Segment>> statements;
  std::vector<std::string> reports;  // a sentence for each thing that was replaced
};

struct SqlStep {
  std::vector<Segment> segments;
  std::string kind;            // `insert`, `create table`, ...
  bool via_query = false;      // sent by run_query or statement, not by the hook's own text
  std::vector<SourceMapEntry> source_map;
  std::optional<StatementIndex> index;  // of one that the compiler has made
  std::optional<StepVerdict> verdict;   // nothing: the compiler has not asked for it
  std::optional<Substituted> substituted;  // the database does not know the statement
};
/// What the template says to people while it is rendered: `log`, `print`, `exceptions.warn`.
struct MessageStep {
  enum class Kind : std::uint8_t { Log, Print, Warn };
  Kind kind = Kind::Log;
  std::vector<Segment> segments;
};
/// Begin: a transaction is open from here on, a new one if there is none. Commit: ends the open one, if there is one.
struct BoundaryStep {
  enum class Kind : std::uint8_t { Begin, Commit };
  Kind kind = Kind::Begin;
};
struct DeferredStep {
  std::string reason;          // what forces it: `results`
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};
using Step = std::variant<SqlStep, MessageStep, BoundaryStep, DeferredStep>;

enum class HookKind : std::uint8_t { Sql, Parameterised, Conditional, Deferred };
std::string_view name_of(HookKind kind);
inline constexpr std::size_t kHookKinds = 4;

struct CompiledHook {
  std::string id;
  HookPhase phase = HookPhase::OnRunStart;
  std::string owner;
  std::string package;
  std::uint32_t order = 0;     // in its phase, from 1, in execution order
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

class StoredHooks;

/// What is known of a hook without reading it.
struct HookHead {
  HookPhase phase = HookPhase::OnRunStart;
  HookKind kind = HookKind::Sql;
  bool transaction = true;
  std::string_view owner;      // of a hook of a node; empty for one of a run
};
/// The place of a hook among those of its program.
using HookIndex = std::uint32_t;

struct Program {
  std::string hookc_version;
  std::string project_name;
  std::string profile_name;
  sql::Dialect dialect = sql::Dialect::Generic;
  std::string target_name;
  std::string target_type;
  DictPtr target_fields;       // what `target` shows: no secrets
  std::string command = "run";
  bool full_refresh = false;
  bool substitute_unsupported = false;
  DictPtr vars;
  std::map<std::string, RuntimeParameter, std::less<>> parameters;  // by the names that segments use
  std::vector<BoundVariable> bound_variables;                        // sorted by name, each once
  std::vector<CompiledHook> hooks;                                   // in execution order; none, when they are stored
  std::shared_ptr<const StoredHooks> stored;                         // the hooks of artifacts, which are read one by one; null: this was compiled just now

  [[nodiscard]] HookIndex hook_count() const;
  [[nodiscard]] HookHead head(HookIndex index) const;
  [[nodiscard]] std::string id(HookIndex index) const;
  /// The whole hook; of a compiled program it is lent. std::runtime_error when it is stored and its file cannot be read any more.
  [[nodiscard]] std::shared_ptr<const CompiledHook> hook(HookIndex index) const;
  /// Of the ids and checksums of all hooks, in their order.
  [[nodiscard]] std::string digest() const;
  /// Of a compiled program.
  [[nodiscard]] const CompiledHook* find(std::string_view hook_id) const;
  [[nodiscard]] std::size_t count(HookKind kind) const;
};

/// The head of a hook that was read.
HookHead head_of(const CompiledHook& hook);
/// The digest of hooks and one more.
std::string digest_with(std::string_view digest, const CompiledHook& hook);

/// The value of a parameter as it is written in its context.
std::string written(const SqlParameter& parameter, std::string_view value);

}  // namespace hookc
