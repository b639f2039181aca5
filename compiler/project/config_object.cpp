// `config`: while dbt parses, it records what a model says of itself; later it answers with what came out.
#include <fmt/format.h>

#include "compiler/eval/plain_host.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"

namespace hookc {

namespace {

const Value kNothing{Text{}};

class ConfigObject final : public Object, public std::enable_shared_from_this<ConfigObject> {
 public:
  explicit ConfigObject(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override { return "Config"; }
  [[nodiscard]] Text str() const override { return Text{"<config>", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }

  Value call(Evaluator& evaluator, const Arguments& arguments) override {
    if (impl_.executes(evaluator)) return kNothing;
    const bool has_dict = arguments.positional.size() == 1 && arguments.keyword.empty();
    if (!has_dict && (!arguments.positional.empty() || arguments.keyword.empty())) impl_.fail_compilation(evaluator, "Invalid inline model config");
    if (has_dict && !arguments.positional.front().is<DictPtr>()) impl_.fail_compilation(evaluator, "Invalid inline model config");
    check_conflict(evaluator, arguments, "pre_hook", "pre-hook");
    check_conflict(evaluator, arguments, "post_hook", "post-hook");
    impl_.config_calls.push_back(arguments);
    return kNothing;
  }

  [[nodiscard]] std::vector<std::string> member_names() const override {
    return {"get", "require", "meta_get", "meta_require", "set", "persist_relation_docs", "persist_column_docs"};
  }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name == "get") return make_function("get", [self = shared_from_this()](Evaluator& evaluator, const Arguments& arguments) { return self->get(evaluator, arguments, "config"); });
    if (name == "require") return make_function("require", [self = shared_from_this()](Evaluator& evaluator, const Arguments& arguments) { return self->require(evaluator, arguments, "config"); });
    if (name == "meta_get") return make_function("meta_get", [self = shared_from_this()](Evaluator& evaluator, const Arguments& arguments) { return self->get(evaluator, arguments, "meta"); });
    if (name == "meta_require") return make_function("meta_require", [self = shared_from_this()](Evaluator& evaluator, const Arguments& arguments) { return self->require(evaluator, arguments, "meta"); });
    if (name == "set") return make_function("set", [](Evaluator&, const Arguments&) { return kNothing; });
    if (name == "persist_relation_docs" || name == "persist_column_docs") {
      return make_function(std::string{name}, [self = shared_from_this(), part = name == "persist_relation_docs" ? "relation" : "columns"](Evaluator& evaluator, const Arguments&) {
        const Value* const docs = self->find("persist_docs", "config");
        const auto* dict = docs == nullptr ? nullptr : docs->get_if<DictPtr>();
        const Value* const wanted = dict == nullptr ? nullptr : (*dict)->find(std::string_view{part});
        return Value{wanted != nullptr && evaluator.truth(*wanted)};
      });
    }
    return std::nullopt;
  }

 private:
  void check_conflict(Evaluator& evaluator, const Arguments& arguments, std::string_view first, std::string_view second) const {
    bool has_first = arguments.keyword_if(first) != nullptr;
    bool has_second = arguments.keyword_if(second) != nullptr;
    if (!arguments.positional.empty()) {
      const Dict& dict = **arguments.positional.front().get_if<DictPtr>();
      has_first = has_first || dict.find(first) != nullptr;
      has_second = has_second || dict.find(second) != nullptr;
    }
    if (has_first && has_second) impl_.fail_compilation(evaluator, fmt::format("Invalid config, has conflicting keys \"{}\" and \"{}\"", first, second));
  }

  /// A key of the node's configuration, or of its `meta`. Null when it is not there.
  [[nodiscard]] const Value* find(std::string_view key, std::string_view part) const {
    if (impl_.node == nullptr || impl_.node->config == nullptr) return nullptr;
    const Value* const own = part == "meta" ? nullptr : impl_.node->config->find(key);
    if (part != "meta") return own;
    const Value* const meta = impl_.node->config->find("meta");
    const auto* dict = meta == nullptr ? nullptr : meta->get_if<DictPtr>();
    return dict == nullptr ? nullptr : (*dict)->find(key);
  }

  [[nodiscard]] Value get(Evaluator& evaluator, const Arguments& arguments, std::string_view part) const {
    const std::vector<Value> given = bind_arguments(arguments, "get", {{"name"}, {"default", Value{None{}}}, {"validator", Value{None{}}}});
    if (!impl_.executes(evaluator)) return kNothing;
    const std::string name = evaluator.to_text(given[0]).str();
    if (const Value* value = find(name, part)) return deep_copy(*value);
    if (part == "config" && name == "materialized") return impl_.input_text("config.materialized", impl_.is_operation() ? "view" : impl_.node->materialized);
    return given[1];
  }

  [[nodiscard]] Value require(Evaluator& evaluator, const Arguments& arguments, std::string_view part) const {
    const std::string name = evaluator.to_text(bind_arguments(arguments, "require", {{"name"}, {"validator", Value{None{}}}})[0]).str();
    if (!impl_.executes(evaluator)) return kNothing;
    if (const Value* value = find(name, part)) return deep_copy(*value);
    if (part == "config" && name == "materialized" && !impl_.is_operation()) return impl_.input_text("config.materialized", impl_.node->materialized);
    impl_.fail_compilation(evaluator, fmt::format("Model '{}' does not define a required config parameter '{}'.", impl_.node == nullptr ? impl_.package() : impl_.node->unique_id, name));
  }

  DbtContext::Impl& impl_;  // lives as long as the host
};

}  // namespace

std::optional<Value> DbtContext::Impl::config_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<ConfigObject>(*this)}}; }

}  // namespace hookc
