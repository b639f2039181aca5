// The names that hold other names: `context`, `builtins`, `api`, `validation`.
#include <algorithm>

#include "compiler/project/column.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"

namespace hookc {

namespace {

/// A mapping of names to what the context answers.
class NamesObject final : public Object {
 public:
  enum class Kind : std::uint8_t { Everything, Builtins };
  NamesObject(DbtContext::Impl& impl, Kind kind) : impl_(impl), kind_(kind) {}
  [[nodiscard]] std::string type_name() const override { return "dict"; }
  [[nodiscard]] Text str() const override { return Text{kind_ == Kind::Everything ? "<context>" : "<builtins>", Position{0}}; }
  [[nodiscard]] bool is_mapping() const override { return true; }

  [[nodiscard]] std::vector<std::string> member_names() const override { return impl_.names(); }

  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override {
    if (name == "get") {
      return make_function("get", [this](Evaluator& caller, const Arguments& arguments) {
        const std::vector<Value> given = bind_arguments(arguments, "get", {{"key"}, {"default", Value{None{}}}});
        const std::optional<Value> value = item(caller, given[0]);
        return value ? *value : given[1];
      });
    }
    if (name == "keys") {
      return make_function("keys", [this](Evaluator& caller, const Arguments&) {
        std::vector<Value> keys;
        for (const std::string& key : impl_.names()) keys.emplace_back(caller.made(key));
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

/// `validation.any[...]`: passes values on, or says which ones were expected.
class AnyValidator final : public Object {
 public:
  [[nodiscard]] std::string type_name() const override { return "ValidationContext"; }
  [[nodiscard]] Text str() const override { return Text{"<any>", Position{0}}; }
  std::optional<Value> item(Evaluator&, const Value&) override {
    return make_function("validator", [](Evaluator&, const Arguments& arguments) { return bind_arguments(arguments, "validator", {{"value"}})[0]; });
  }
};

}  // namespace

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
  (*result.get_if<DictPtr>())->set("any", Value{ObjectPtr{std::make_shared<AnyValidator>()}});
  return result;
}

}  // namespace hookc
