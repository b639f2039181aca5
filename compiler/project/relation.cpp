#include "compiler/project/relation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/eval/evaluator.h"
#include "compiler/project/signature.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

struct AdapterRules {
  std::string_view adapter;
  RelationRules rules;
};

constexpr RelationPolicy kNone{false, false, false};
constexpr RelationPolicy kNoDatabase{false, true, true};

/// Where an adapter differs from the base adapter. Source: the `relation.py` of each adapter.
constexpr std::array kAdapterRules{
    AdapterRules{"bigquery", {{}, {}, '`'}},           AdapterRules{"snowflake", {kNone, {}, '"'}},
    AdapterRules{"databricks", {{}, {}, '`'}},         AdapterRules{"spark", {kNone, kNoDatabase, '`'}},
    AdapterRules{"clickhouse", {{}, kNoDatabase, '`'}}, AdapterRules{"mysql", {{}, kNoDatabase, '`'}},
    AdapterRules{"mysql5", {{}, kNoDatabase, '`'}},    AdapterRules{"mariadb", {{}, kNoDatabase, '`'}},
    AdapterRules{"oracle", {kNone, kNoDatabase, '"'}}, AdapterRules{"hive", {kNone, kNoDatabase, '`'}},
    AdapterRules{"impala", {kNone, kNoDatabase, '`'}}, AdapterRules{"glue", {kNone, kNoDatabase, '`'}},
    AdapterRules{"postgres", {{}, {}, '"', 63}},       AdapterRules{"redshift", {{}, {}, '"', 127}},
};

bool is_absent(const Value& part) { return part.is<None>() || part.is<Undefined>(); }

Text text_of_part(const Site& site, const Value& part) {
  if (const auto* unknown = part.get_if<Unknown>()) return hole_of(site, *unknown);
  return str_of(site, part);
}

/// `part_of` is asked for what is printed alone.
template <class PartOf>
Text render_parts(const PartOf& part_of, const RelationRules& rules, const Site& site) {
  TextBuilder out;
  const std::string quote(1, rules.quote_character);
  const auto append = [&](Relation::Part which, bool included, bool quoted) {
    if (!included) return;
    const Value part = part_of(which);
    if (is_absent(part)) return;
    if (out.size() > 0) out.append(".", site.position(), FrameId{0});
    if (quoted) out.append(quote, site.position(), FrameId{0});
    out.append(text_of_part(site, part), FrameId{0});
    if (quoted) out.append(quote, site.position(), FrameId{0});
  };
  append(Relation::Part::Database, rules.include.database, rules.quote.database);
  append(Relation::Part::Schema, rules.include.schema, rules.quote.schema);
  append(Relation::Part::Identifier, rules.include.identifier, rules.quote.identifier);
  return out.take();
}

/// `policy` with what was given to `quote(...)` or `include(...)`; none leaves a part as it is.
RelationPolicy changed_policy(Evaluator& evaluator, RelationPolicy policy, const Arguments& arguments, std::string_view function) {
  const std::vector<Value> given =
      bind_arguments(arguments, function, {{"database", Value{None{}}}, {"schema", Value{None{}}}, {"identifier", Value{None{}}}});
  if (!is_absent(given[0])) policy.database = evaluator.truth(given[0]);
  if (!is_absent(given[1])) policy.schema = evaluator.truth(given[1]);
  if (!is_absent(given[2])) policy.identifier = evaluator.truth(given[2]);
  return policy;
}

void apply_policy(Evaluator& evaluator, const Value* given, RelationPolicy& policy) {
  const auto* dict = given == nullptr ? nullptr : given->get_if<DictPtr>();
  if (dict == nullptr) return;
  if (const Value* part = (*dict)->find("database"); part != nullptr && !is_absent(*part)) policy.database = evaluator.truth(*part);
  if (const Value* part = (*dict)->find("schema"); part != nullptr && !is_absent(*part)) policy.schema = evaluator.truth(*part);
  if (const Value* part = (*dict)->find("identifier"); part != nullptr && !is_absent(*part)) policy.identifier = evaluator.truth(*part);
}

void apply_path(const Value* given, Relation::Path& path) {
  const auto* dict = given == nullptr ? nullptr : given->get_if<DictPtr>();
  if (dict == nullptr) return;
  if (const Value* part = (*dict)->find("database")) path.database = *part;
  if (const Value* part = (*dict)->find("schema")) path.schema = *part;
  if (const Value* part = (*dict)->find("identifier")) path.identifier = *part;
}

std::string type_text(const Value& type) {
  const std::optional<std::string_view> text = text_of(type);
  return text ? std::string{*text} : std::string{};
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypeNames{{{"Table", "table"},
                                                                                   {"View", "view"},
                                                                                   {"CTE", "cte"},
                                                                                   {"MaterializedView", "materialized_view"},
                                                                                   {"External", "external"},
                                                                                   {"Function", "function"},
                                                                                   {"PointerTable", "pointer_table"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypeFlags{{{"is_table", "table"},
                                                                                   {"is_view", "view"},
                                                                                   {"is_cte", "cte"},
                                                                                   {"is_materialized_view", "materialized_view"},
                                                                                   {"is_function", "function"},
                                                                                   {"is_pointer", "pointer_table"}}};

}  // namespace

RelationRules relation_rules(std::string_view adapter_type) {
  const auto* const row =
      std::find_if(kAdapterRules.begin(), kAdapterRules.end(), [&](const AdapterRules& rules) { return rules.adapter == adapter_type; });
  return row == kAdapterRules.end() ? RelationRules{} : row->rules;
}

Relation::Relation(Path path, std::string type, RelationRules rules, const Site& site)
    : parts_{std::move(path.database), std::move(path.schema), std::move(path.identifier)}, type_(std::move(type)), rules_(rules), site_(site) {}

Relation::Relation(MakePart make, std::string type, RelationRules rules, const Site& site) : make_(std::move(make)), type_(std::move(type)), rules_(rules), site_(site) {}

Value Relation::part(Part part) const {
  std::optional<Value>& known = parts_[static_cast<std::size_t>(part)];
  if (!known) known = make_(part);
  return known.value_or(Value{None{}});
}

Text Relation::rendered() const {
  if (rendered_) return *rendered_;
  bool is_known = true;
  Text text = render_parts(
      [&](Part which) {
        Value value = part(which);
        is_known = is_known && parts_[static_cast<std::size_t>(which)].has_value();
        return value;
      },
      rules_, site_);
  if (is_known) rendered_ = text;
  return text;
}

Text Relation::repr() const {
  TextBuilder out;
  out.append("<Relation ", site_.position(), FrameId{0});
  out.append(rendered(), FrameId{0});
  out.append(">", site_.position(), FrameId{0});
  return out.take();
}

Value Relation::copy(Path path, std::string type, RelationRules rules) const {
  return Value{ObjectPtr{std::make_shared<Relation>(std::move(path), std::move(type), rules, site_)}};
}

std::optional<Value> Relation::flag(std::string_view name) const {
  for (const auto& [attribute, type] : kTypeFlags) {
    if (attribute == name) return Value{type_ == type};
  }
  for (const auto& [attribute, type] : kTypeNames) {
    if (attribute == name) return Value{site_.made(std::string{type})};
  }
  return std::nullopt;
}

std::vector<std::string> Relation::member_names() const {
  std::vector<std::string> names{"database", "schema", "identifier", "name", "table", "type", "render", "include", "quote", "without_identifier", "quoted", "incorporate", "replace",
                                 "replace_path", "information_schema", "information_schema_only", "get"};
  for (const auto& [attribute, type] : kTypeFlags) names.emplace_back(attribute);
  for (const auto& [attribute, type] : kTypeNames) names.emplace_back(attribute);
  return names;
}

std::optional<Value> Relation::attribute(Evaluator&, std::string_view name) {
  if (name == "database") return part(Part::Database);
  if (name == "schema") return part(Part::Schema);
  if (name == "identifier" || name == "name" || name == "table") return part(Part::Identifier);
  if (name == "type") return type_.empty() ? Value{None{}} : Value{site_.made(type_)};
  if (std::optional<Value> value = flag(name)) return value;
  return method(name);
}

std::optional<Value> Relation::item(Evaluator& evaluator, const Value& key) {
  const std::optional<std::string_view> name = text_of(key);
  return name ? attribute(evaluator, *name) : std::nullopt;
}

std::optional<Value> Relation::method(std::string_view name) {
  const std::shared_ptr<Relation> self = shared_from_this();
  if (name == "render") {
    return make_function("render", [self](Evaluator&, const Arguments&) { return Value{self->rendered()}; });
  }
  if (name == "include") {
    return make_function("include", [self](Evaluator& evaluator, const Arguments& arguments) {
      RelationRules rules = self->rules_;
      rules.include = changed_policy(evaluator, rules.include, arguments, "include");
      return self->copy(self->path(), self->type_, rules);
    });
  }
  if (name == "quote") {
    return make_function("quote", [self](Evaluator& evaluator, const Arguments& arguments) {
      RelationRules rules = self->rules_;
      rules.quote = changed_policy(evaluator, rules.quote, arguments, "quote");
      return self->copy(self->path(), self->type_, rules);
    });
  }
  if (name == "without_identifier") {
    return make_function("without_identifier", [self](Evaluator&, const Arguments&) {
      RelationRules rules = self->rules_;
      rules.include.identifier = false;
      return self->copy(Path{self->part(Part::Database), self->part(Part::Schema), Value{None{}}}, self->type_, rules);
    });
  }
  if (name == "quoted") {
    return make_function("quoted", [self](Evaluator& evaluator, const Arguments& arguments) {
      const Value identifier = bind_arguments(arguments, "quoted", {{"identifier"}})[0];
      RelationRules only;
      only.quote_character = self->rules_.quote_character;
      only.include = RelationPolicy{false, false, true};
      return Value{render_parts([&](Part) { return identifier; }, only, Site{evaluator.site(), &evaluator.sources()})};
    });
  }
  if (name == "incorporate" || name == "replace") {
    return make_function(std::string{name}, [self](Evaluator& evaluator, const Arguments& arguments) { return self->incorporate(evaluator, arguments); });
  }
  if (name == "replace_path") {
    return make_function("replace_path", [self](Evaluator&, const Arguments& arguments) {
      Path path = self->path();
      if (const Value* part = arguments.keyword_if("database")) path.database = *part;
      if (const Value* part = arguments.keyword_if("schema")) path.schema = *part;
      if (const Value* part = arguments.keyword_if("identifier")) path.identifier = *part;
      return self->copy(std::move(path), self->type_, self->rules_);
    });
  }
  if (name == "information_schema" || name == "information_schema_only") {
    return make_function(std::string{name},
                         [self](Evaluator& evaluator, const Arguments& arguments) { return self->information_schema(evaluator, arguments); });
  }
  if (name == "relation_max_name_length" && rules_.max_name_length > 0) {
    return make_function("relation_max_name_length", [self](Evaluator&, const Arguments&) { return Value{static_cast<std::int64_t>(self->rules_.max_name_length)}; });
  }
  if (name == "get") {
    return make_function("get", [self](Evaluator& evaluator, const Arguments& arguments) {
      const std::vector<Value> given = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}});
      if (text_of(given[0]) == "metadata") {
        Value metadata = make_dict();
        (*metadata.get_if<DictPtr>())->set("type", Value{evaluator.made("Relation")});
        return metadata;
      }
      const std::optional<Value> value = self->item(evaluator, given[0]);
      return value ? *value : given[1];
    });
  }
  return std::nullopt;
}

Value Relation::incorporate(Evaluator& evaluator, const Arguments& arguments) const {
  Path path = this->path();
  RelationRules rules = rules_;
  std::string type = type_;
  apply_path(arguments.keyword_if("path"), path);
  apply_policy(evaluator, arguments.keyword_if("quote_policy"), rules.quote);
  apply_policy(evaluator, arguments.keyword_if("include_policy"), rules.include);
  if (const Value* given = arguments.keyword_if("type")) type = type_text(*given);
  return copy(std::move(path), std::move(type), rules);
}

Value Relation::information_schema(Evaluator& evaluator, const Arguments& arguments) const {
  const Value view = bind_arguments(arguments, "information_schema", {{"view_name", Value{None{}}}})[0];
  RelationRules rules = rules_;
  rules.quote = RelationPolicy{rules.quote.database, false, false};
  rules.include = RelationPolicy{rules.include.database, true, true};
  const Value name = text_of(view) || view.is<Unknown>() ? view : Value{None{}};
  return copy(Path{part(Part::Database), Value{evaluator.made("INFORMATION_SCHEMA")}, name}, {}, rules);
}

bool Relation::equals(const Value& other) const {
  const RelationPtr relation = relation_of(other);
  if (relation == nullptr) return false;
  if (relation.get() == this) return true;
  const Path left = path();
  const Path right = relation->path();
  return type_ == relation->type_ && rules_.quote == relation->rules_.quote && rules_.include == relation->rules_.include &&
         is_equal(left.database, right.database) && is_equal(left.schema, right.schema) && is_equal(left.identifier, right.identifier);
}

std::optional<std::size_t> Relation::hash() const { return std::hash<std::string_view>{}(rendered().view()); }

RelationPtr relation_of(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  return object == nullptr ? nullptr : std::dynamic_pointer_cast<Relation>(*object);
}

namespace {

/// `api.Relation`.
class RelationClass final : public Object {
 public:
  explicit RelationClass(RelationRules rules) : rules_(rules) {}
  [[nodiscard]] std::string type_name() const override { return "type"; }
  [[nodiscard]] Text str() const override { return Text{"<class 'Relation'>", Position{0}}; }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    for (const auto& [attribute, type] : kTypeNames) {
      if (attribute == name) return Value{evaluator.made(std::string{type})};
    }
    if (name != "create") return std::nullopt;
    return make_function("create", [rules = rules_](Evaluator& caller, const Arguments& arguments) { return create(caller, arguments, rules); });
  }

 private:
  static Value create(Evaluator& evaluator, const Arguments& arguments, RelationRules rules) {
    const Value none{None{}};
    const std::vector<Value> given = bind_arguments(arguments, "create",
                                                    {{"database", none},
                                                     {"schema", none},
                                                     {"identifier", none},
                                                     {"type", none},
                                                     {"quote_policy", none},
                                                     {"include_policy", none},
                                                     {"limit", none},
                                                     {"dbt_created", none}});
    apply_policy(evaluator, &given[4], rules.quote);
    apply_policy(evaluator, &given[5], rules.include);
    return Value{ObjectPtr{std::make_shared<Relation>(Relation::Path{given[0], given[1], given[2]}, type_text(given[3]), rules,
                                                      Site{evaluator.site(), &evaluator.sources()})}};
  }

  RelationRules rules_;
};

}  // namespace

ObjectPtr make_relation_class(RelationRules rules) { return std::make_shared<RelationClass>(rules); }

}  // namespace hookc
