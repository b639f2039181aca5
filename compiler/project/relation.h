// Relation: dbt's name of a table or view, as templates see it. Printing gives the dotted path, quoted as the adapter quotes.
//
// A part of the path is a string, none, or an unknown (the schema of a target that is not fixed prints as a hole). Parts keep the origins
// that they came with; the quotes and dots are made where the relation was made. Relations never change: `include` and its kin give new ones.
// A part can be made when someone looks at it: what a node is called may depend on questions that a hook which does not print the name need not ask.
// Source of the semantics: dbt-adapters 1.24, BaseRelation and the adapters' policies.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/value/site.h"
#include "compiler/value/value.h"

namespace hookc {

/// One answer for each of database, schema and identifier.
struct RelationPolicy {
  bool database = true;
  bool schema = true;
  bool identifier = true;
  friend bool operator==(const RelationPolicy&, const RelationPolicy&) = default;
};

/// How an adapter writes the path of a relation.
struct RelationRules {
  RelationPolicy quote;
  RelationPolicy include;
  char quote_character = '"';
  std::uint32_t max_name_length = 0;  // of `relation_max_name_length`; 0: the adapter has no such method
};

/// The rules of an adapter type; the base adapter's for one that is not known.
RelationRules relation_rules(std::string_view adapter_type);

class Relation final : public Object, public std::enable_shared_from_this<Relation> {
 public:
  struct Path {
    Value database{None{}};
    Value schema{None{}};
    Value identifier{None{}};
  };
  enum class Part : std::uint8_t { Database, Schema, Identifier };
  /// Makes a part of the path; nothing while it cannot be known, which then is asked again.
  using MakePart = std::function<std::optional<Value>(Part)>;

  [[nodiscard]] std::vector<std::string> member_names() const override;
  /// `type`: `table`, `view`, `cte`, ...; empty when it is not known. `site` is where quotes and dots are made.
  Relation(Path path, std::string type, RelationRules rules, const Site& site);
  /// Each part is made when it is first looked at; what `make` throws comes out of the look.
  Relation(MakePart make, std::string type, RelationRules rules, const Site& site);

  /// None for what cannot be known yet.
  [[nodiscard]] Value part(Part part) const;
  [[nodiscard]] Path path() const { return Path{part(Part::Database), part(Part::Schema), part(Part::Identifier)}; }
  [[nodiscard]] const std::string& type() const { return type_; }
  [[nodiscard]] const RelationRules& rules() const { return rules_; }
  /// The path as SQL writes it; made once.
  [[nodiscard]] Text rendered() const;

  [[nodiscard]] std::string type_name() const override { return "Relation"; }
  [[nodiscard]] Text str() const override { return rendered(); }
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override;

 private:
  [[nodiscard]] std::optional<Value> flag(std::string_view name) const;
  [[nodiscard]] std::optional<Value> method(std::string_view name);
  [[nodiscard]] Value copy(Path path, std::string type, RelationRules rules) const;
  [[nodiscard]] Value incorporate(Evaluator& evaluator, const Arguments& arguments) const;
  [[nodiscard]] Value information_schema(Evaluator& evaluator, const Arguments& arguments) const;

  MakePart make_;
  mutable std::array<std::optional<Value>, 3> parts_;  // those that are known
  std::string type_;
  RelationRules rules_;
  Site site_;
  mutable std::optional<Text> rendered_;
};

using RelationPtr = std::shared_ptr<Relation>;

/// The relation behind a value; null when it is none.
RelationPtr relation_of(const Value& value);

/// `api.Relation` (and `adapter.Relation`): `create(...)`, the names of types.
ObjectPtr make_relation_class(RelationRules rules);

}  // namespace hookc
