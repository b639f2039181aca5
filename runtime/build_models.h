// ModelBuilder: builds a project's nodes on the target, in the simplest form of dbt's materializations, so that hooks can run around them on an empty machine.
//
// `view` and `table` are `create or replace .. as`; `incremental` inserts into what is there, after deleting the rows with the same `unique_key`; seeds are read
// by the database from their CSV files. It is no substitute for dbt: there are no tests, contracts, grants, documentation or strategies.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/project/project.h"
#include "runtime/session.h"

namespace hookc {

/// A node's relation, as the project's `generate_*_name` macros make it.
struct NodeRelation {
  std::string database;
  std::string schema;
  std::string identifier;
  std::string rendered;      // as SQL writes it
};

class ModelBuilder {
 public:
  /// All of them outlive the builder. `binding` is the run's.
  ModelBuilder(Sources& sources, const Project& project, Session& session, Places& places, Binding binding)
      : sources_(sources), project_(project), session_(session), places_(places), binding_(std::move(binding)) {}

  /// Whether hookc has the node's materialization on the database.
  [[nodiscard]] static bool can_build(const Node& node, sql::Dialect dialect);
  /// The first node of `nodes` that cannot be built, with the reason; asked before anything is executed.
  [[nodiscard]] std::optional<RunFailure> find_unbuildable(const std::vector<const Node*>& nodes) const;
  /// Creates the schemas of the nodes and learns which relations there are.
  std::optional<RunFailure> prepare(const std::vector<const Node*>& nodes);
  /// `table model analytics.fct_orders`
  std::string describe(const Node& node);
  const NodeRelation& relation(const Node& node);
  std::optional<RunFailure> build(const Node& node);
  /// The SQL of a model that was built: what its hooks see as `sql`.
  [[nodiscard]] std::optional<Text> compiled_sql(const Node& node) const;

 private:
  struct Compiled {
    Text text;                 // of the model alone
    std::string sql;           // with the ephemeral models that it reads
    std::uint32_t prefix = 0;  // bytes that `sql` has in front of the model's own, but for a `with` that both begin with
  };
  using CompiledOrFailure = std::variant<Compiled, RunFailure>;

  std::variant<Text, RunFailure> render(const Node& node);
  CompiledOrFailure compile(const Node& node);
  std::optional<RunFailure> add_ephemeral(const Node& node, std::string& ctes, std::vector<std::string>& done, std::uint32_t depth);
  std::optional<RunFailure> create(const Node& node, const Compiled& compiled, bool is_view);
  std::optional<RunFailure> insert(const Node& node, const Compiled& compiled);
  std::optional<RunFailure> load_seed(const Node& node);
  std::optional<RunFailure> drop_other_kind(const Node& node, bool is_view);
  std::optional<RunFailure> send(std::string_view sql, const Compiled* compiled, std::uint32_t prefix);
  std::optional<RunFailure> learn_relations();
  [[nodiscard]] std::string key_of(const NodeRelation& relation) const;
  bool inserts(const Node& node);

  Sources& sources_;
  const Project& project_;
  Session& session_;
  Places& places_;
  Binding binding_;
  std::map<std::string, NodeRelation, std::less<>> relations_;  // by unique id
  std::map<std::string, bool> existing_;                         // is it a view? by key_of
  std::map<std::string, Text, std::less<>> built_;
};

}  // namespace hookc
