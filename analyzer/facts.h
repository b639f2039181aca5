// Facts: everything that rules know about a hook: all its paths, what each sends, its node, its neighbours.
//
// A hook is looked at twice: with `execute` true (only there does SQL reach a database) and with `execute` false (what dbt evaluates while it parses).
// Rules read facts and add findings; they do not evaluate, parse or look at files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/lazy.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/explore.h"
#include "compiler/project/project.h"
#include "compiler/sql/dialect.h"
#include "compiler/sql/parse.h"

namespace hookc {

/// SQL that a path sends, in the order of sending.
struct SentSql {
  Text text;
  sql::Script script;
  bool via_query = false;   // by run_query, statement, adapter.execute; otherwise it is the hook's own text
  bool result_used = false; // of a query: something looked at what came back
  Span site;                // of the query's call
};

/// One way through a hook.
struct PathFacts {
  Answers answers;
  Rendering rendering;                  // what was printed, up to an error
  std::optional<EvalError> error;       // why it did not get to the end
  std::vector<SentSql> sent;

  /// The answers in words, `execute` left out; empty: on every path.
  [[nodiscard]] std::vector<std::string> when() const;
  /// Whether the answers say so, in these words.
  [[nodiscard]] bool says(std::string_view condition) const;
};

struct DefaultPlace;
struct ReachedBody;

struct HookFacts {
  const Hook* hook = nullptr;
  const Node* node = nullptr;           // the owner, for pre- and post-hooks
  sql::QualifiedName this_name;         // of the node's relation, as `{{ this }}` prints it; empty for run hooks
  std::vector<sql::QualifiedName> further_names;  // what else it prints, where the name depends on the path
  std::vector<PathFacts> executing;     // execute = true
  std::vector<PathFacts> parsing;       // execute = false
  bool complete = true;
  std::string stopped_by;               // the budget that ended the search
  Lazy<const std::vector<ReachedBody>> reached;    // what `reached_bodies` and
  Lazy<const std::vector<DefaultPlace>> defaults;  // `default_at` (reach.h) remember
};

/// A hook that touches an object (touched.h), and what it calls it.
struct TouchingHook {
  std::size_t hook = 0;  // its index
  sql::QualifiedName name;
};

/// All hooks of a project, and what their names mean.
struct ProjectFacts {
  const Project* project = nullptr;
  Sources* sources = nullptr;
  sql::Dialect dialect = sql::Dialect::Generic;
  std::vector<HookFacts> hooks;                                              // in execution order, disabled ones left out
  std::map<std::string, std::vector<TouchingHook>, std::less<>> touching;    // by name_key, in execution order
  std::map<std::string, std::vector<const Node*>, std::less<>> relations;    // by name_key: nodes whose relation bears it
  std::map<std::string, sql::QualifiedName, std::less<>> relation_names;     // by unique id: the relation as it prints, for models, seeds, snapshots, sources
  std::map<std::string, std::vector<sql::QualifiedName>, std::less<>> relations_by_target;  // what else it is called: the relation under each target of the profile
};

/// Evaluates every hook of the project on all its paths.
/// `target`: the one that is fixed; null when it is open.
ProjectFacts collect_facts(Sources& sources, const Project& project, sql::Dialect dialect, const Target* target);

/// Its last part in lower case: names of different keys mean different objects.
std::string name_key(const sql::QualifiedName& name);

/// The hooks that touch what `name` may mean, as indexes, in execution order: of those before the hook `around`, and of those behind it, the nearest `most`.
std::vector<std::size_t> hooks_touching(const ProjectFacts& facts, const sql::QualifiedName& name, std::size_t around, std::size_t most);

/// Whether `name` may mean the node's relation: under an open target, any of the profile's targets, or a schema that begins with the target's.
bool is_name_of(const ProjectFacts& facts, const Node& node, const sql::QualifiedName& name);

/// Whether nothing speaks against it: the last part is the node's, and before it stands what its target may well be called.
bool could_be_name_of(const ProjectFacts& facts, const Node& node, const sql::QualifiedName& name);

/// The nodes that `name` may mean: its last part is their identifier and the rest does not contradict.
std::vector<const Node*> nodes_named(const ProjectFacts& facts, const sql::QualifiedName& name);

}  // namespace hookc
