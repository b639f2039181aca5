// The names that hold other names: `context`, `builtins`, `api`, `validation`.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/project/column.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// A mapping of names to what the context answers.
class NamesObject final : public Object, public std::enable_shared_from_this<NamesObject> {
 public:
  enum class Kind : std::uint8_t { Everything, Builtins };
  NamesObject(DbtContext::Impl& impl, Kind kind) : impl_(impl), kind_(kind) {}
  [[nodiscard]] std::string type_name() const override { return "dict"; }
  [[nodiscard]] Text str() const override { return Text{kind_ == Kind::Everything ? "<context>" : "<builtins>", Position{0}}; }
  [[nodiscard]] bool is_mapping() const override { return true; }

  [[nodiscard]] std::vector<std::string> member_names() const override { return impl_.names(); }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "get") {
      return make_function("get", [self = shared_from_this()](Evaluator& caller, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}});
        const std::optional<Value> value = self->item(caller, given[0]);
        return value ? *value : given[1];
      });
    }
    if (name == "keys") {
      return make_function("keys", [self = shared_from_this()](Evaluator& caller, const Arguments&) {
        std::vector<Value> keys;
        for (const std::string& key : self->impl_.names()) keys.emplace_back(caller.made(key));
        return make_list(std::move(keys));
      });
    }
    return find(evaluator, name);
  }
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override {
    const std::optional<std::string_view> name = text_of(key);
    return name ? find(evaluator, *name) : std::nullopt;
  }
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override {
    std::vector<Value> keys;
    for (const std::string& key : impl_.names()) keys.emplace_back(evaluator.made(key));
    return keys;
  }

 private:
  [[nodiscard]] std::optional<Value> find(Evaluator& evaluator, std::string_view name) {
    return kind_ == Kind::Everything ? impl_.input(evaluator, name) : impl_.builtin(evaluator, name);
  }
  DbtContext::Impl& impl_;  // lives as long as the host
  Kind kind_;
};

/// `validation.any(...)`: a function that refuses all values but those it was made with.
Value any_of_values() {
  return make_function("any", [](Evaluator&, const Arguments& choices) {
    return make_function("inner", [choices = choices.positional](Evaluator& evaluator, const Arguments& arguments) {
      const Value value = bind_arguments(arguments, "inner", {{"value"}})[0];
      if (value.is<Unknown>() || std::any_of(choices.begin(), choices.end(), [&](const Value& choice) { return choice.is<Unknown>() || is_equal(choice, value); })) return Value{None{}};
      std::string known;
      for (const Value& choice : choices) known += (known.empty() ? "" : ",") + display(choice);
      evaluator.raise("ValidationError", fmt::format("Expected value \"{}\" to be one of {}", display(value), known));
    });
  });
}

/// `adapter.config` and `ref.config`: the settings of the project and of its profile.
class ProjectConfig final : public Object {
 public:
  explicit ProjectConfig(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override { return "RuntimeConfig"; }
  [[nodiscard]] Text str() const override { return Text{"<config of the project>", Position{0}}; }
  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"quoting", "credentials", "project_name", "profile_name", "target_name", "threads", "vars", "version", "dependencies"};
  }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "quoting") return quoting();
    if (name == "credentials") return impl_.target_value(evaluator);
    if (name == "project_name") return Value{impl_.input_text("config.project_name", impl_.project.name)};
    if (name == "profile_name") return Value{impl_.input_text("config.profile_name", impl_.project.profile_name)};
    if (name == "target_name") return impl_.target_field("name");
    if (name == "threads") return impl_.target_field("threads");
    const auto names = member_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
    return make_unknown("config." + std::string{name}, name == "version" ? Symbol::Shape::Text : Symbol::Shape::Any);
  }

 private:
  [[nodiscard]] Value quoting() const {
    RelationPolicy policy = impl_.rules().quote;
    Value result = make_dict();
    Dict& dict = **result.get_if<DictPtr>();
    const auto add = [&](std::string_view key, bool otherwise) {
      const Value* own = impl_.project.quoting == nullptr ? nullptr : impl_.project.quoting->find(key);
      dict.set(key, own != nullptr && own->is<bool>() ? *own : Value{otherwise});
    };
    add("database", policy.database);
    add("schema", policy.schema);
    add("identifier", policy.identifier);
    return result;
  }
  DbtContext::Impl& impl_;  // lives as long as the host
};

/// `ref` and `source`: functions that know the project's settings.
class Resolver final : public Object {
 public:
  Resolver(DbtContext::Impl& impl, std::string name, DbtContext::Impl::Method method) : impl_(impl), name_(std::move(name)), method_(method) {}
  [[nodiscard]] std::string type_name() const override { return name_ == "ref" ? "RuntimeRefResolver" : "RuntimeSourceResolver"; }
  [[nodiscard]] Text str() const override { return Text{"<" + name_ + ">", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }
  [[nodiscard]] std::vector<std::string> member_names() const override { return {"config", "current_project", "Relation"}; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override { return (impl_.*method_)(evaluator, arguments); }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "config") return impl_.project_config(evaluator);
    if (name == "current_project") return Value{impl_.input_text("project_name", impl_.project.name)};
    if (name == "Relation") return Value{make_relation_class(impl_.rules())};
    return std::nullopt;
  }

 private:
  DbtContext::Impl& impl_;  // lives as long as the host
  std::string name_;
  DbtContext::Impl::Method method_;
};

}  // namespace

Value DbtContext::Impl::project_config(Evaluator&) { return Value{ObjectPtr{std::make_shared<ProjectConfig>(*this)}}; }
std::optional<Value> DbtContext::Impl::ref_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<Resolver>(*this, "ref", &DbtContext::Impl::ref)}}; }
std::optional<Value> DbtContext::Impl::source_value(Evaluator&) {
  return Value{ObjectPtr{std::make_shared<Resolver>(*this, "source", &DbtContext::Impl::source)}};
}

std::optional<Value> DbtContext::Impl::context_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<NamesObject>(*this, NamesObject::Kind::Everything)}}; }
std::optional<Value> DbtContext::Impl::builtins_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<NamesObject>(*this, NamesObject::Kind::Builtins)}}; }

std::optional<Value> DbtContext::Impl::column_value(Evaluator&) { return Value{make_column_class(rules().quote_character)}; }

std::optional<Value> DbtContext::Impl::api_value(Evaluator&) {
  Value result = make_dict();
  (*result.get_if<DictPtr>())->set("Relation", Value{make_relation_class(rules())});
  (*result.get_if<DictPtr>())->set("Column", Value{make_column_class(rules().quote_character)});
  return result;
}

std::optional<Value> DbtContext::Impl::validation_value(Evaluator&) {
  Value result = make_dict();
  (*result.get_if<DictPtr>())->set("any", any_of_values());
  return result;
}

}  // namespace hookc
