// `exceptions`: the ways in which dbt lets a template fail.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"

namespace hookc {

namespace {

struct Failure {
  std::string_view name;
  std::string_view error_class;
  std::string_view message;  // `{}`: the first argument
};

constexpr std::array kFailures{
    Failure{"raise_compiler_error", "CompilationError", "{}"},
    Failure{"raise_not_implemented", "NotImplementedError", "ERROR: {}"},
    Failure{"raise_database_error", "DatabaseError", "{}"},
    Failure{"raise_dependency_error", "DependencyError", "{}"},
    Failure{"raise_cache_inconsistent", "CacheInconsistencyError", "Cache inconsistency detected: {}"},
    Failure{"raise_fail_fast_error", "FailFastError", "{}"},
    Failure{"raise_contract_error", "CompilationError", "This model has an enforced contract that failed."},
    Failure{"raise_ambiguous_alias", "AmbiguousAliasError", "two resources have the alias of {}"},
    Failure{"raise_ambiguous_catalog_match", "AmbiguousCatalogMatchError", "two relations of the catalog match {}"},
    Failure{"raise_dataclass_not_dict", "DataclassNotDictError", "{} is not a dict"},
    Failure{"raise_dep_not_found", "DependencyNotFoundError", "a dependency of {} was not found"},
    Failure{"raise_duplicate_patch_name", "DuplicatePatchPathError", "two properties describe {}"},
    Failure{"raise_duplicate_resource_name", "DuplicateResourceNameError", "two resources are named as {}"},
    Failure{"raise_invalid_property_yml_version", "PropertyYMLError", "the version of {} is not valid"},
    Failure{"missing_config", "CompilationError", "a required configuration of {} is missing"},
    Failure{"missing_materialization", "CompilationError", "No materialization was found for {}"},
    Failure{"missing_relation", "CompilationError", "Relation {} not found!"},
    Failure{"relation_wrong_type", "CompilationError", "Trying to create a relation, but {} already exists and is of another type."},
    Failure{"column_type_missing", "CompilationError", "Contracted models require data_type to be defined for each column: {}"},
};

class ExceptionsObject final : public Object {
 public:
  explicit ExceptionsObject(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override { return "dict"; }
  [[nodiscard]] Text str() const override { return Text{"<exceptions>", Position{0}}; }
  [[nodiscard]] bool is_mapping() const override { return true; }

  [[nodiscard]] std::vector<std::string> member_names() const override {
    std::vector<std::string> names{"warn", "warn_snapshot_timestamp_data_types"};
    for (const Failure& row : kFailures) names.emplace_back(row.name);
    return names;
  }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name == "warn" || name == "warn_snapshot_timestamp_data_types") {
      return make_function(std::string{name}, [&impl = impl_](Evaluator& evaluator, const Arguments& arguments) {
        if (arguments.positional.empty() && arguments.keyword.empty()) evaluator.raise("TypeError", "warn() missing 1 required positional argument: 'msg'");
        const Value& message = arguments.positional.empty() ? arguments.keyword.front().second : arguments.positional.front();
        impl.record(evaluator, Event::Kind::Warn, evaluator.to_text(message));
        return Value{Text{}};
      });
    }
    const auto* const row = std::find_if(kFailures.begin(), kFailures.end(), [&](const Failure& failure) { return failure.name == name; });
    if (row == kFailures.end()) return std::nullopt;
    return make_function(std::string{name}, [row](Evaluator& evaluator, const Arguments& arguments) -> Value {
      std::string first;
      if (!arguments.positional.empty()) {
        first = evaluator.to_text(arguments.positional.front()).str();
      } else if (!arguments.keyword.empty()) {
        first = evaluator.to_text(arguments.keyword.front().second).str();
      }
      std::string message{row->message};
      if (const std::size_t hole = message.find("{}"); hole != std::string::npos) message.replace(hole, 2, first);
      evaluator.raise(std::string{row->error_class}, std::move(message));
    });
  }
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override {
    const std::optional<std::string_view> name = text_of(key);
    return name ? attribute(evaluator, *name) : std::nullopt;
  }

 private:
  DbtContext::Impl& impl_;  // lives as long as the host
};

}  // namespace

std::optional<Value> DbtContext::Impl::exceptions_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<ExceptionsObject>(*this)}}; }

}  // namespace hookc
