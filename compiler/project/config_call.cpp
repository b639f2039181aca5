// The hooks of a `config(...)` call. Their values come from the evaluation of the call; how they were written comes from its text, because a
// hook that is no string literal has been rendered while dbt parses, and stays as it was then.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "compiler/parse/parse.h"
#include "compiler/project/config.h"
#include "compiler/project/text_options.h"

namespace hookc {
namespace {

/// dbt's helpers that wrap a hook's text into JSON; the text inside is still rendered when the hook runs.
constexpr std::array kWrappers{"before_begin", "in_transaction", "after_commit", "make_hook_config"};

const ast::Expr* wrapped_text(const ast::Expr& expr) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  if (call == nullptr || call->arguments.empty() || call->arguments.front().kind != ast::Argument::Kind::Positional) return nullptr;
  std::string_view name;
  if (const auto* plain = std::get_if<ast::Name>(&call->callee->node)) name = plain->name;
  if (const auto* member = std::get_if<ast::Attribute>(&call->callee->node)) {
    const auto* package = std::get_if<ast::Name>(&member->object->node);
    if (package != nullptr && package->name == "dbt") name = member->name;
  }
  return std::find(kWrappers.begin(), kWrappers.end(), name) == kWrappers.end() ? nullptr : call->arguments.front().value.get();
}

/// The text of a string constant, with its places; null for other expressions.
const Text* constant_text(const ast::Expr& expr) {
  const auto* constant = std::get_if<ast::Constant>(&expr.node);
  return constant == nullptr ? nullptr : constant->value.get_if<Text>();
}

bool is_literal(const ast::Expr& expr) {
  if (constant_text(expr) != nullptr) return true;
  if (const auto* concat = std::get_if<ast::Concat>(&expr.node)) return std::all_of(concat->parts.begin(), concat->parts.end(), is_literal);
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node))
    return binary->op == ast::BinaryOp::Add && is_literal(*binary->left) && is_literal(*binary->right);
  const ast::Expr* inner = wrapped_text(expr);
  return inner != nullptr && is_literal(*inner);
}

const ast::Expr* dict_item(const ast::Expr& expr, std::string_view key) {
  const auto* dict = std::get_if<ast::DictExpr>(&expr.node);
  if (dict == nullptr) return nullptr;
  for (const auto& [name, value] : dict->items) {
    const Text* text = constant_text(name);
    if (text != nullptr && text->view() == key) return &value;
  }
  return nullptr;
}

/// The call as it was written.
class CallText {
 public:
  CallText(Sources& sources, Span site) : sources_(sources), site_(site) {}

  /// The expression given for a key, as a keyword or in a dict; null when it cannot be told.
  const ast::Expr* argument(std::string_view key) {
    const ast::Call* call = parsed();
    if (call == nullptr) return nullptr;
    for (const ast::Argument& argument : call->arguments) {
      if (argument.kind == ast::Argument::Kind::Keyword && argument.name == key) return argument.value.get();
      if (argument.kind != ast::Argument::Kind::Positional) continue;
      if (const ast::Expr* item = dict_item(*argument.value, key)) return item;
    }
    return nullptr;
  }
  [[nodiscard]] Span site() const { return site_; }

 private:
  const ast::Call* parsed() {
    if (!tried_) {
      tried_ = true;
      const SourceId source = sources_.add_text(sources_.get(site_.source).name, sources_.slice(site_));
      auto result = parse_expression(sources_, source, ParseOptions{});
      if (auto* tmpl = std::get_if<ast::TemplatePtr>(&result)) template_ = *tmpl;
    }
    if (!template_ || template_->body.empty()) return nullptr;
    const auto* print = std::get_if<ast::Print>(&template_->body.front().node);
    return print == nullptr || print->exprs().empty() ? nullptr : std::get_if<ast::Call>(&print->exprs().front().node);
  }

  Sources& sources_;
  Span site_;
  bool tried_ = false;
  ast::TemplatePtr template_;
};

class CallHooks {
 public:
  CallHooks(CallText& call, std::string_view key, std::vector<HookSpec>& hooks, Diagnostics& diagnostics)
      : call_(call), key_(key), hooks_(hooks), diagnostics_(diagnostics) {}

  void read(const Value& value) { read(value, call_.argument(key_)); }

 private:
  void read(const Value& value, const ast::Expr* expr) {
    if (const auto* text = value.get_if<Text>()) return read_text(*text, expr);
    if (const auto* list = value.get_if<ListPtr>()) return read_list(**list, expr);
    if (const auto* dict = value.get_if<DictPtr>()) return read_dict(**dict, expr);
    if (value.is<Unknown>()) {
      return report(Severity::Info, expr, fmt::format("what `{}` is depends on values that are not known here; the hook is left out", key_));
    }
    report(Severity::Error, expr, fmt::format("`{}` is a {}; a hook is a text, or a dict with `sql` and `transaction`", key_, type_name(value)));
  }

  void read_text(const Text& text, const ast::Expr* expr) {
    std::optional<HookSpec> hook = decode_hook(text);
    if (!hook) return report(Severity::Error, expr, "this hook is JSON, but no object with `sql`");
    const ast::Expr* inner = expr == nullptr ? nullptr : wrapped_text(*expr);
    const Text* literal = inner == nullptr ? nullptr : constant_text(*inner);
    if (literal != nullptr && *literal == hook->sql) hook->sql = *literal;  // JSON has lost the places
    add(std::move(*hook), expr);
  }

  void read_list(const List& list, const ast::Expr* expr) {
    const auto* written = expr == nullptr ? nullptr : std::get_if<ast::ListExpr>(&expr->node);
    const bool is_aligned = written != nullptr && written->items.size() == list.items.size();
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const Value& item = list.items[i];
      if (item.is<ListPtr>()) {
        report(Severity::Error, expr, fmt::format("a list in the list of `{}`", key_));
      } else {
        read(item, is_aligned ? &written->items[i] : expr);
      }
    }
  }

  void read_dict(const Dict& dict, const ast::Expr* expr) {
    const Value* sql = dict.find("sql");
    const auto* text = sql == nullptr ? nullptr : sql->get_if<Text>();
    if (text == nullptr) return report(Severity::Error, expr, "this hook has no text `sql`");
    HookSpec hook;
    hook.sql = *text;
    if (const Value* transaction = dict.find("transaction")) {
      const auto* flag = transaction->get_if<bool>();
      if (flag == nullptr) return report(Severity::Error, expr, "`transaction` of this hook is neither true nor false");
      hook.transaction = *flag;
    }
    add(std::move(hook), expr == nullptr ? nullptr : dict_item(*expr, "sql"));
  }

  void add(HookSpec hook, const ast::Expr* expr) {
    hook.place = HookPlace::ConfigCall;
    hook.span = expr == nullptr ? call_.site() : expr->span;
    if (expr == nullptr || !is_literal(*expr)) hook.frozen = hook.span;
    hooks_.push_back(std::move(hook));
  }

  void report(Severity severity, const ast::Expr* expr, std::string message) {
    diagnostics_.push_back(
        make_diagnostic(severity, "ParsingError", std::move(message), expr == nullptr ? call_.site() : expr->span, ""));
  }

  CallText& call_;
  std::string_view key_;
  std::vector<HookSpec>& hooks_;
  Diagnostics& diagnostics_;
};

using Settings = std::vector<std::pair<std::string, Value>>;

/// The keywords of a call, or the items of its one dict.
std::optional<Settings> settings_of(const Arguments& call) {
  if (call.positional.empty()) return call.keyword;
  if (call.positional.size() > 1 || !call.keyword.empty()) return std::nullopt;
  const auto* dict = call.positional.front().get_if<DictPtr>();
  if (dict == nullptr) return std::nullopt;
  Settings settings;
  for (const Dict::Entry& entry : (*dict)->entries()) {
    if (const std::optional<std::string_view> key = text_of(entry.key)) settings.emplace_back(std::string{*key}, entry.value);
  }
  return settings;
}

}  // namespace

void add_config_call(Sources& sources, const Arguments& call, ConfigLayer& layer, Diagnostics& diagnostics) {
  const std::optional<Settings> settings = settings_of(call);
  if (!settings) return;  // the evaluation has failed on it
  ConfigLayer values;
  CallText text{sources, call.site};
  for (const auto& [key, value] : *settings) {
    if (key == "pre_hook" || key == "pre-hook") {
      CallHooks{text, key, layer.pre_hooks, diagnostics}.read(value);
    } else if (key == "post_hook" || key == "post-hook") {
      CallHooks{text, key, layer.post_hooks, diagnostics}.read(value);
    } else if (value.is<Unknown>()) {
      diagnostics.push_back(make_diagnostic(
          Severity::Info, "ParsingError", fmt::format("what `{}` is depends on values that are not known here; it is left out", key), call.site, ""));
    } else {
      values.values->set(key, value);
    }
  }
  merge_layer(layer, values);
}

}  // namespace hookc
