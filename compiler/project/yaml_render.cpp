#include "compiler/project/yaml_render.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/host.h"
#include "compiler/project/load.h"
#include "compiler/project/native_render.h"
#include "compiler/project/text_options.h"

namespace hookc {
namespace {

constexpr std::string_view kSecretPrefix = "DBT_ENV_SECRET";

Limits yaml_limits() {
  Limits limits;
  limits.max_steps = 100'000;
  limits.max_output = 1U << 20U;
  limits.max_items = 100'000;
  return limits;
}

/// The few names that dbt gives to configuration files.
class YamlHost final : public Host {
 public:
  YamlHost(Sources& sources, const YamlNames& names) : sources_(sources), names_(names) {}

  std::optional<Value> input(Evaluator&, std::string_view name) override {
    if (name == "env_var")
      return make_function("env_var", [this](Evaluator& evaluator, const Arguments& arguments) { return env_var(evaluator, arguments); });
    if (name == "var") return make_function("var", [this](Evaluator& evaluator, const Arguments& arguments) { return var(evaluator, arguments); });
    if (name == "target" && names_.target != nullptr) return Value{names_.target->fields};
    return find_global(name);
  }
  Value query(Evaluator&, const Query&) override { return Value{None{}}; }
  std::size_t choose(Evaluator&, const Question&) override { return 0; }

 private:
  Value env_var(Evaluator& evaluator, const Arguments& arguments) const {
    const std::string name = name_of_call(evaluator, arguments, "env_var");
    if (!names_.may_read_secrets && name.starts_with(kSecretPrefix)) {
      evaluator.raise("ParsingError", fmt::format("`env_var('{}')`: secrets can be read in profiles.yml and packages.yml only", name));
    }
    if (std::optional<std::string> value = names_.project->environment_value(name)) {
      const auto size = static_cast<std::uint32_t>(value->size());
      return Value{Text{std::move(*value), sources_.add_input(fmt::format("env_var('{}')", name), size)}};
    }
    if (const Value* fallback = default_of(arguments)) return *fallback;
    evaluator.raise("ParsingError", fmt::format("the environment variable `{}` is not set", name));
  }
  Value var(Evaluator& evaluator, const Arguments& arguments) const {
    const std::string name = name_of_call(evaluator, arguments, "var");
    if (names_.vars) {
      if (const Value* value = std::as_const(*names_.vars).find(std::string_view{name})) return *value;
    }
    if (const Value* fallback = default_of(arguments)) return *fallback;
    evaluator.raise("CompilationError", fmt::format("the variable `{}` has no value here", name));
  }
  static std::string name_of_call(Evaluator& evaluator, const Arguments& arguments, std::string_view function) {
    const Value* first = arguments.positional.empty() ? arguments.keyword_if("var") : &arguments.positional.front();
    const std::optional<std::string_view> name = first == nullptr ? std::nullopt : text_of(*first);
    if (!name) evaluator.raise("CompilationError", fmt::format("`{}` needs a name", function));
    return std::string{*name};
  }
  static const Value* default_of(const Arguments& arguments) {
    const Value* fallback = arguments.positional.size() > 1 ? &arguments.positional[1] : arguments.keyword_if("default");
    return fallback == nullptr || fallback->is<None>() ? nullptr : fallback;
  }

  Sources& sources_;
  const YamlNames& names_;
};

/// Whether a value of the tree is left out because it cannot be rendered.
class TreeRenderer {
 public:
  TreeRenderer(Sources& sources, const YamlNames& names, Severity severity, Diagnostics& diagnostics)
      : sources_(sources), names_(names), severity_(severity), diagnostics_(diagnostics) {}

  std::optional<Value> render(const YamlNode& node) {
    switch (node.kind) {
      case YamlNode::Kind::Null: return Value{None{}};
      case YamlNode::Kind::Scalar: return scalar(node);
      case YamlNode::Kind::Sequence: {
        std::vector<Value> items;
        for (const YamlPtr& item : node.items) {
          if (std::optional<Value> value = render(*item)) items.push_back(std::move(*value));
        }
        return make_list(std::move(items));
      }
      case YamlNode::Kind::Mapping: {
        auto dict = std::make_shared<Dict>();
        for (const YamlEntry& entry : node.entries) {
          if (std::optional<Value> value = render(*entry.value)) dict->set(yaml_value(*entry.key), std::move(*value));
        }
        return Value{std::move(dict)};
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<Value> scalar(const YamlNode& node) {
    if (!node.is_string() || !has_jinja(node.text.view())) return yaml_value(node);
    RenderedScalar rendered = render_scalar(sources_, node.text, names_);
    if (auto* value = std::get_if<Value>(&rendered)) return std::move(*value);
    Diagnostic problem = std::get<Diagnostic>(std::move(rendered));
    problem.severity = severity_;
    problem.message += "; the value is left out";
    diagnostics_.push_back(std::move(problem));
    return std::nullopt;
  }

  Sources& sources_;
  const YamlNames& names_;
  Severity severity_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool has_jinja(std::string_view text) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('{', at + 1)) {
    if (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#') return true;
  }
  return false;
}

RenderedScalar render_scalar(Sources& sources, const Text& text, const YamlNames& names) {
  if (!has_jinja(text.view())) return Value{text};
  const SourceId source = sources.add_text("value", text);
  YamlHost host{sources, names};
  return render_native(sources, source, host, dbt_text_options(), yaml_limits());
}

Value render_yaml(Sources& sources, const YamlNode& node, const YamlNames& names, Severity severity, Diagnostics& diagnostics) {
  return TreeRenderer{sources, names, severity, diagnostics}.render(node).value_or(Value{None{}});
}

}  // namespace hookc
