#include "compiler/project/yaml_render.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/host.h"
#include "compiler/parse/parse.h"
#include "compiler/project/load.h"
#include "compiler/project/text_options.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {
namespace {

constexpr std::string_view kCapture = "hookc_native_value";
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
    if (name == kCapture) {
      return make_function(std::string{kCapture}, [this](Evaluator&, const Arguments& arguments) {
        if (!arguments.positional.empty()) captured_ = arguments.positional.front();
        return Value{Text{}};
      });
    }
    return std::nullopt;
  }
  Value query(Evaluator&, const Query&) override { return Value{None{}}; }
  std::size_t choose(Evaluator&, const Question&) override { return 0; }

  [[nodiscard]] const std::optional<Value>& captured() const { return captured_; }

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
  std::optional<Value> captured_;
};

/// The one expression that is the whole template; null when there is more, or none.
const ast::Expr* only_expression(const ast::Template& tmpl) {
  if (tmpl.body.size() != 1) return nullptr;
  const auto* print = std::get_if<ast::Print>(&tmpl.body.front().node);
  return print != nullptr && print->exprs.size() == 1 ? &print->exprs.front() : nullptr;
}

bool is_constant(const ast::Expr& expr);

bool are_constant(const std::vector<ast::Argument>& arguments) {
  return std::all_of(arguments.begin(), arguments.end(), [](const ast::Argument& argument) { return is_constant(*argument.value); });
}

/// Jinja folds such expressions while it compiles, and the fold is text.
bool is_constant(const ast::Expr& expr) {
  if (std::holds_alternative<ast::Constant>(expr.node)) return true;
  if (const auto* list = std::get_if<ast::ListExpr>(&expr.node)) return std::all_of(list->items.begin(), list->items.end(), is_constant);
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) return is_constant(*unary->operand);
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node)) return is_constant(*binary->left) && is_constant(*binary->right);
  if (const auto* filter = std::get_if<ast::Filter>(&expr.node)) {
    return !filter->name.starts_with("as_") && filter->operand && is_constant(*filter->operand) && are_constant(filter->arguments);
  }
  return false;
}

/// Python's literals, as far as configuration uses them.
std::optional<Value> literal_of(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  if (text == "True") return Value{true};
  if (text == "False") return Value{false};
  if (text == "None") return Value{None{}};
  std::optional<Value> value = resolve_plain_scalar(text);
  const bool is_number = value && (value->is<std::int64_t>() || value->is<double>());
  return is_number ? value : std::nullopt;
}

Diagnostic conversion_failed(const Value& value, std::string_view type, Span span) {
  return make_diagnostic(Severity::Error, "JinjaRenderingError", fmt::format("`{}` cannot be converted into a {}", display(value), type), span, "");
}

/// What `as_text` and its kin, written last, make of a value.
RenderedScalar apply_marker(Sources& sources, std::string_view marker, const Value& value, Span span) {
  const Site site{span, &sources};
  if (marker == "as_text") return Value{str_of(site, value)};
  const std::optional<Value> literal = literal_of(display(value));
  if (marker == "as_bool") {
    if (literal && literal->is<bool>()) return *literal;
    return conversion_failed(value, "bool", span);
  }
  if (marker == "as_number") {
    if (literal && (literal->is<std::int64_t>() || literal->is<double>())) return *literal;
    return conversion_failed(value, "number", span);
  }
  return literal ? *literal : value;
}

class ScalarRenderer {
 public:
  ScalarRenderer(Sources& sources, const YamlNames& names, const Text& text)
      : sources_(sources), names_(names), source_(sources.add_text("value", text)) {}

  RenderedScalar render() {
    std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(sources_, source_, ParseOptions{});
    if (auto* problem = std::get_if<Diagnostic>(&parsed)) return std::move(*problem);
    const ast::TemplatePtr tmpl = std::get<ast::TemplatePtr>(std::move(parsed));
    const ast::Expr* expr = only_expression(*tmpl);
    if (expr == nullptr || is_constant(*expr)) return render_text(*tmpl);
    std::string marker;
    if (const auto* filter = std::get_if<ast::Filter>(&expr->node); filter != nullptr && filter->operand && filter->name.starts_with("as_")) {
      marker = filter->name;
      expr = filter->operand.get();
    }
    RenderedScalar value = render_native(*expr);
    const auto* plain = std::get_if<Value>(&value);
    return plain == nullptr || marker.empty() ? value : apply_marker(sources_, marker, *plain, expr->span);
  }

 private:
  RenderedScalar render_text(const ast::Template& tmpl) {
    YamlHost host{sources_, names_};
    Evaluator evaluator{sources_, host, options()};
    EvalOutcome outcome = evaluator.render(tmpl);
    if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
    return Value{std::get<Rendering>(outcome).text};
  }

  /// Calls a function of ours with the expression, so that its value is seen before it is printed.
  RenderedScalar render_native(const ast::Expr& expr) {
    const Text slice = sources_.slice(expr.span);
    if (slice.empty()) return Value{Text{}};
    const Position made = fixed_at(slice.position_at(0));
    TextBuilder builder;
    builder.append(fmt::format("{{{{ {}(", kCapture), made, FrameId{0});
    builder.append(slice, FrameId{0});
    builder.append(") }}", made, FrameId{0});
    const SourceId source = sources_.add_text("value", builder.take());
    std::variant<ast::TemplatePtr, Diagnostic> parsed = parse_template(sources_, source, ParseOptions{});
    if (auto* problem = std::get_if<Diagnostic>(&parsed)) return std::move(*problem);
    YamlHost host{sources_, names_};
    Evaluator evaluator{sources_, host, options()};
    EvalOutcome outcome = evaluator.render(*std::get<ast::TemplatePtr>(parsed));
    if (auto* error = std::get_if<EvalError>(&outcome)) return std::move(error->diagnostic);
    const Value value = host.captured().value_or(Value{None{}});
    if (const auto* undefined = value.get_if<Undefined>()) {
      const std::string message = undefined->info ? undefined_message(*undefined) : "the value is undefined";
      return make_diagnostic(Severity::Error, "UndefinedError", message, expr.span, "");
    }
    return value;
  }

  static EvalOptions options() {
    EvalOptions result;
    result.limits = yaml_limits();
    return result;
  }

  Sources& sources_;
  const YamlNames& names_;
  SourceId source_;
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
  return ScalarRenderer{sources, names, text}.render();
}

Value render_yaml(Sources& sources, const YamlNode& node, const YamlNames& names, Severity severity, Diagnostics& diagnostics) {
  return TreeRenderer{sources, names, severity, diagnostics}.render(node).value_or(Value{None{}});
}

}  // namespace hookc
