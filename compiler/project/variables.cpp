// `var` and `env_var`: what the project, the command line and the environment hand in.
#include <fmt/format.h>

#include <map>

#include "compiler/base/ascii.h"
#include "compiler/eval/plain_host.h"
#include "compiler/project/context_impl.h"
#include "compiler/project/signature.h"
#include "compiler/project/unknowns.h"
#include "compiler/value/json.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::string_view kSecretPrefix = "DBT_ENV_SECRET";

const Value* find_in(const DictPtr& vars, std::string_view name) { return vars == nullptr ? nullptr : vars->find(name); }

/// A project's value of a variable as nodes of `package` see it: what stands under the package's name comes first.
const Value* find_for_package(const DictPtr& vars, std::string_view package, std::string_view name) {
  if (const Value* own = find_in(vars, package)) {
    if (const auto* dict = own->get_if<DictPtr>()) {
      if (const Value* value = (*dict)->find(name)) return value;
    }
  }
  return find_in(vars, name);
}

/// `var`: called, or asked whether a variable exists.
class VarObject final : public Object {
 public:
  explicit VarObject(DbtContext::Impl& impl) : impl_(impl) {}
  [[nodiscard]] std::string type_name() const override { return "Var"; }
  [[nodiscard]] Text str() const override { return Text{"<var>", Position{0}}; }
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override { return impl_.var(evaluator, arguments); }

  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    if (name != "has_var") return std::nullopt;
    return make_function("has_var", [&impl = impl_](Evaluator&, const Arguments& arguments) {
      const Value wanted = bind_arguments(arguments, "has_var", {{"var_name"}})[0];
      const std::optional<std::string_view> text = text_of(wanted);
      if (!text) return Value{false};
      if (impl.find_var(*text) != nullptr) return Value{true};
      return impl.binding.open_vars ? unknown_flag("var.has_var('" + std::string{*text} + "')") : Value{false};
    });
  }

 private:
  DbtContext::Impl& impl_;  // lives as long as the host
};

}  // namespace

std::optional<Value> DbtContext::Impl::var_value(Evaluator&) { return Value{ObjectPtr{std::make_shared<VarObject>(*this)}}; }

const Value* DbtContext::Impl::find_var(std::string_view name) const {
  if (const Value* value = find_in(project.cli_vars, name)) return value;
  const Package* const root = project.find_package(project.name);
  if (root != nullptr) {
    if (const Value* value = find_for_package(root->vars, package(), name)) return value;
  } else if (const Value* value = find_for_package(project.vars, package(), name)) {
    return value;
  }
  const Package* const own = project.find_package(package());
  return own == nullptr || own == root ? nullptr : find_for_package(own->vars, package(), name);
}

/// A value that stands for "unless somebody asks for it": false, none, an empty list, `'no'`. What is behind such a switch is looked at as well.
bool is_switched_off(const Value& value) {
  if (const auto text = text_of(value)) return equal_ignoring_case(*text, "false") || equal_ignoring_case(*text, "no") || equal_ignoring_case(*text, "off");
  if (const auto* truth = value.get_if<bool>()) return !*truth;
  if (value.is<None>()) return true;
  const auto* list = value.get_if<ListPtr>();
  return list != nullptr && (*list)->items.empty();
}

Value DbtContext::Impl::var(Evaluator& evaluator, const Arguments& arguments) {
  const Value unset;  // an Undefined that says nothing: tells "no default" from `none`
  const std::vector<Value> given = bind_arguments(arguments, "var", {{"name"}, {"default", unset}});
  if (given[0].is<Unknown>()) return make_unknown("var(..)", Symbol::Shape::Any);
  const std::string name = evaluator.to_text(given[0]).str();
  const Value* const set_to = find_var(name);
  const bool is_set = find_in(project.cli_vars, name) != nullptr;
  if (set_to != nullptr && !(explores() && binding.open_vars && !is_set && is_switched_off(*set_to))) {
    if (const auto* text = set_to->get_if<Text>()) return Value{render_text(evaluator, *text)};
    return deep_copy(*set_to);
  }
  const bool has_default = arguments.positional.size() > 1 || arguments.keyword_if("default") != nullptr;
  if (has_default && !(binding.open_vars && is_switched_off(given[1]))) return given[1];
  if (binding.open_vars) return make_unknown("var('" + name + "')", Symbol::Shape::Any);
  if (!executes(evaluator)) return Value{None{}};
  std::map<std::string, Value> known;
  for (const DictPtr& vars : {project.vars, project.cli_vars}) {
    if (vars == nullptr) continue;
    for (const Dict::Entry& entry : vars->entries()) known.insert_or_assign(display(entry.key), entry.value);
  }
  Value dict = make_dict();
  for (const auto& [key, value] : known) (*dict.get_if<DictPtr>())->set(make_name(key), value);
  const std::string listed = to_json(Site{evaluator.site(), &sources}, dict, JsonStyle{true, "    "});
  fail_compilation(evaluator, fmt::format("Required var '{}' not found in config:\nVars supplied to {} = {}", name, node != nullptr ? node->name : "<Configuration>", listed));
}

Value DbtContext::Impl::env_var(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "env_var", {{"var"}, {"default", Value{None{}}}});
  if (given[0].is<Unknown>()) return make_unknown("env_var(..)", Symbol::Shape::Text);
  const std::string name = evaluator.to_text(given[0]).str();
  if (name.starts_with(kSecretPrefix)) {
    evaluator.raise("ParsingError", fmt::format("Secret env vars are allowed only in profiles.yml or packages.yml. Found '{}' referenced elsewhere.", name));
  }
  const std::string symbol = "env_var('" + name + "')";
  const bool has_default = !given[1].is<None>() && !given[1].is<Undefined>();
  if (binding.stage == Stage::Compile) {
    RuntimeParameter wanted{symbol, std::nullopt};
    if (has_default) wanted.default_value = evaluator.to_text(given[1]).str();
    return parameter(std::move(wanted));
  }
  if (explores() && binding.open_environment) return make_unknown(symbol, Symbol::Shape::Text);
  if (const std::optional<std::string> value = project.environment_value(name)) return input_text(symbol, *value);
  if (has_default) return given[1];
  if (binding.open_environment) return make_unknown(symbol, Symbol::Shape::Text);
  evaluator.raise("ParsingError", fmt::format("Env var required but not provided: '{}'", name));
}

}  // namespace hookc
