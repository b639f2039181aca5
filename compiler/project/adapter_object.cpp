// `adapter`: what dbt's adapters let a template do. What needs no database is answered here; while dbt parses, stand-ins are; the rest is the host's.
#include <algorithm>
#include <array>

#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"
#include "compiler/project/table.h"

namespace hookc {

namespace {

/// What a method gives while dbt parses.
enum class StandIn : std::uint8_t { None, EmptyList, False, EmptyText, ExecutePair, NonePair };

struct MethodRow {
  std::string_view name;
  StandIn stand_in;
};

/// Methods that ask or change the database. Source: the `available` marks of dbt-adapters and of the adapters that have more.
constexpr std::array kMethods{
    MethodRow{"get_relation", StandIn::None},
    MethodRow{"drop_relation", StandIn::None},
    MethodRow{"truncate_relation", StandIn::None},
    MethodRow{"rename_relation", StandIn::None},
    MethodRow{"create_schema", StandIn::None},
    MethodRow{"drop_schema", StandIn::None},
    MethodRow{"commit", StandIn::None},
    MethodRow{"valid_snapshot_target", StandIn::None},
    MethodRow{"assert_valid_snapshot_target_given_strategy", StandIn::None},
    MethodRow{"expand_target_column_types", StandIn::None},
    MethodRow{"get_incremental_strategy_macro", StandIn::None},
    MethodRow{"get_hard_deletes_behavior", StandIn::None},
    MethodRow{"get_columns_in_relation", StandIn::EmptyList},
    MethodRow{"get_pseudocolumns_for_relation", StandIn::EmptyList},
    MethodRow{"get_missing_columns", StandIn::EmptyList},
    MethodRow{"get_column_schema_from_query", StandIn::EmptyList},
    MethodRow{"get_columns_in_table", StandIn::EmptyList},
    MethodRow{"list_relations_without_caching", StandIn::EmptyList},
    MethodRow{"list_relations", StandIn::EmptyList},
    MethodRow{"list_schemas", StandIn::EmptyList},
    MethodRow{"check_schema_exists", StandIn::False},
    MethodRow{"already_exists", StandIn::False},
    MethodRow{"execute", StandIn::ExecutePair},
    MethodRow{"get_partitions_metadata", StandIn::ExecutePair},
    MethodRow{"add_query", StandIn::NonePair},
    MethodRow{"cache_added", StandIn::EmptyText},
    MethodRow{"cache_dropped", StandIn::EmptyText},
    MethodRow{"cache_renamed", StandIn::EmptyText},
    MethodRow{"get_dataset_location", StandIn::None},
    MethodRow{"get_model_query_settings", StandIn::None},
    MethodRow{"clean_up_table", StandIn::None},
    MethodRow{"delete_from_s3", StandIn::None},
    MethodRow{"location_exists", StandIn::False},
    MethodRow{"is_motherduck", StandIn::False},
    MethodRow{"is_ducklake", StandIn::False},
    MethodRow{"use_ducklake_table_workarounds", StandIn::False},
    MethodRow{"disable_transactions", StandIn::False},
    MethodRow{"verify_database", StandIn::EmptyText},
};

/// `adapter.behavior.some_flag`: what dbt_project.yml sets of it under `flags:`; all are off otherwise. `.no_warn` asks for it without a warning.
class BehaviorFlag final : public Object {
 public:
  explicit BehaviorFlag(bool is_set) : is_set_(is_set) {}
  [[nodiscard]] std::string type_name() const override { return "BehaviorFlagRendered"; }
  [[nodiscard]] Text str() const override { return Text{"<behavior flag>", Position{0}}; }
  [[nodiscard]] bool truthy() const override { return is_set_; }
  [[nodiscard]] std::vector<std::string> member_names() const override { return {"no_warn", "setting"}; }
  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    return name == "no_warn" || name == "setting" ? std::optional{Value{is_set_}} : std::nullopt;
  }

 private:
  bool is_set_;
};

class Behavior final : public Object {
 public:
  explicit Behavior(const Project& project) : project_(project) {}
  [[nodiscard]] std::string type_name() const override { return "Behavior"; }
  [[nodiscard]] Text str() const override { return Text{"<behavior>", Position{0}}; }
  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    const Value* const own = project_.flags == nullptr ? nullptr : project_.flags->find(name);
    return Value{ObjectPtr{std::make_shared<BehaviorFlag>(own != nullptr && own->is<bool>() && *own->get_if<bool>())}};
  }

 private:
  const Project& project_;  // outlives the context
};

Value stand_in(StandIn kind) {
  switch (kind) {
    case StandIn::None: return Value{None{}};
    case StandIn::EmptyList: return make_list({});
    case StandIn::False: return Value{false};
    case StandIn::EmptyText: return Value{Text{}};
    case StandIn::ExecutePair: return make_tuple({Value{Text{}}, Value{ObjectPtr{Table::make({}, {})}}});
    case StandIn::NonePair: return make_tuple({Value{None{}}, Value{None{}}});
  }
  return Value{None{}};
}

class AdapterObject final : public Object, public std::enable_shared_from_this<AdapterObject> {
 public:
  explicit AdapterObject(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override {
    return impl_.binding.execute == true ? "dbt.context.providers.RuntimeDatabaseWrapper" : "dbt.context.providers.ParseDatabaseWrapper";
  }
  [[nodiscard]] Text str() const override { return Text{"<adapter>", Position{0}}; }

  [[nodiscard]] std::vector<std::string> member_names() const override {
    std::vector<std::string> names{"Relation", "behavior", "config", "dispatch", "type", "quote", "quote_seed_column", "quote_as_configured", "standardize_grants_dict"};
    for (const MethodRow& row : kMethods) names.emplace_back(row.name);
    return names;
  }

  std::optional<Value> attribute(Evaluator& asker, std::string_view name) override {
    if (std::optional<Value> known = without_database(asker, name)) return known;
    const auto* const row = std::find_if(kMethods.begin(), kMethods.end(), [&](const MethodRow& method) { return method.name == name; });
    if (row == kMethods.end()) return std::nullopt;
    return make_function(std::string{name}, [self = shared_from_this(), row](Evaluator& evaluator, const Arguments& arguments) {
      DbtContext::Impl& impl = self->impl_;
      if (!impl.executes(evaluator)) {
        const bool sends = row->name == "execute" || row->name == "add_query";
        impl.note_unsent(evaluator, sends ? Query::Kind::AdapterExecute : Query::Kind::AdapterMethod, row->name, sends && !arguments.positional.empty() ? arguments.positional.front() : Value{});
        return stand_in(row->stand_in);
      }
      return self->ask(evaluator, row->name, arguments);
    });
  }

 private:
  [[nodiscard]] std::optional<Value> without_database(Evaluator& asker, std::string_view name) {
    DbtContext::Impl& impl = impl_;
    if (name == "config") return impl.project_config(asker);
    if (name == "behavior") return Value{ObjectPtr{std::make_shared<Behavior>(impl.project)}};
    if (name == "Relation") return Value{make_relation_class(impl.rules())};
    if (name == "dispatch") return make_function("dispatch", [&impl](Evaluator& evaluator, const Arguments& arguments) { return impl.dispatch(evaluator, arguments); });
    if (name == "type") return make_function("type", [&impl](Evaluator&, const Arguments&) { return impl.target_field("type"); });
    if (name == "quote" || name == "quote_seed_column") {
      return make_function(std::string{name}, [&impl](Evaluator& evaluator, const Arguments& arguments) {
        if (arguments.positional.empty() && arguments.keyword.empty()) evaluator.raise("TypeError", "quote() missing 1 required positional argument: 'identifier'");
        return quoted(evaluator, impl, arguments.positional.empty() ? arguments.keyword.front().second : arguments.positional.front());
      });
    }
    if (name == "quote_as_configured") {
      return make_function("quote_as_configured", [&impl](Evaluator& evaluator, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "quote_as_configured", {{"identifier"}, {"quote_key"}});
        const RelationPolicy policy = impl.rules().quote;
        const std::string key = evaluator.to_text(given[1]).str();
        const bool quotes = (key == "database" && policy.database) || (key == "schema" && policy.schema) || (key == "identifier" && policy.identifier);
        return quotes ? quoted(evaluator, impl, given[0]) : given[0];
      });
    }
    if (name == "standardize_grants_dict") {
      return make_function("standardize_grants_dict", [](Evaluator&, const Arguments&) { return make_dict(); });
    }
    return std::nullopt;
  }

  static Value quoted(Evaluator& evaluator, DbtContext::Impl& impl, const Value& identifier) {
    const std::string quote(1, impl.rules().quote_character);
    TextBuilder out;
    out.append(evaluator.made(quote), FrameId{0});
    out.append(evaluator.to_text(identifier), FrameId{0});
    out.append(evaluator.made(quote), FrameId{0});
    return Value{out.take()};
  }

  static Value ask(Evaluator& evaluator, std::string_view name, const Arguments& arguments) {
    Query query;
    query.site = arguments.site;
    if (name == "execute") {
      const std::vector<Value> given =
          bind_arguments(arguments, "execute", {{"sql"}, {"auto_begin", Value{false}}, {"fetch", Value{false}}, {"limit", Value{None{}}}});
      query.kind = Query::Kind::AdapterExecute;
      query.sql = evaluator.to_text(given[0]);
      query.auto_begin = evaluator.truth(given[1]);
      query.fetch = evaluator.truth(given[2]);
    } else if (name == "add_query") {
      const std::vector<Value> given = bind_arguments(
          arguments, "add_query", {{"sql"}, {"auto_begin", Value{true}}, {"bindings", Value{None{}}}, {"abridge_sql_log", Value{false}}});
      query.kind = Query::Kind::AddQuery;
      query.sql = evaluator.to_text(given[0]);
      query.auto_begin = evaluator.truth(given[1]);
      query.fetch = false;
    } else if (name.starts_with("cache_") || name == "verify_database") {
      return Value{Text{}};  // hookc keeps no cache of relations, and leaves it to the database to refuse another one's names
    } else if (name == "disable_transactions" || name == "use_ducklake_table_workarounds") {
      return Value{false};
    } else {
      query.kind = Query::Kind::AdapterMethod;
      query.method = std::string{name};
      query.arguments = arguments;
    }
    return evaluator.host().query(evaluator, query);
  }

  DbtContext::Impl& impl_;  // lives as long as the host
};

}  // namespace

std::optional<Value> DbtContext::Impl::adapter_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<AdapterObject>(*this)}}; }

}  // namespace hookc
