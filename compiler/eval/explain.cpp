// What the evaluator knows of an error beside its words: what the names are that could have been meant, and which argument is the wrong one.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/ast/visible.h"
#include "compiler/eval/machine.h"
#include "compiler/eval/remedies.h"

namespace hookc {

namespace {

void add_all(std::vector<std::string>& into, const std::vector<std::string_view>& names) { into.insert(into.end(), names.begin(), names.end()); }

/// A value whose type has the methods of `type`; undefined for types that have none.
Value sample_of(std::string_view type) {
  if (type == "str") return Value{Text{}};
  if (type == "list") return make_list({});
  if (type == "tuple") return make_tuple({});
  if (type == "dict") return make_dict();
  if (type == "int") return Value{std::int64_t{0}};
  if (type == "float") return Value{0.0};
  return Value{};
}

std::vector<std::string> members_of(const Undefined::Info& info) {
  std::vector<std::string> names;
  if (const ObjectPtr object = info.object.lock()) return object->member_names();
  add_all(names, method_names(sample_of(info.type)));
  if (const DictPtr dict = info.dict.lock()) {
    for (const Dict::Entry& entry : dict->entries()) {
      if (const auto key = text_of(entry.key)) names.emplace_back(*key);
    }
  }
  return names;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// From a keyword argument's name to the end of its value, which is all that the AST keeps.
Span with_keyword(std::string_view bytes, Span value, std::string_view name) {
  std::size_t at = value.begin;
  const auto skip_blanks = [&] {
    while (at > 0 && is_space(bytes[at - 1])) --at;
  };
  while (at > 0 && (is_space(bytes[at - 1]) || bytes[at - 1] == '(')) --at;  // a value in parentheses
  if (at == 0 || bytes[at - 1] != '=') return value;
  --at;
  skip_blanks();
  if (!bytes.substr(0, at).ends_with(name)) return value;
  return {value.source, static_cast<std::uint32_t>(at - name.size()), static_cast<std::uint32_t>(at)};
}

}  // namespace

/// The template that a place is in, of those that this evaluation has met; null for a place in none.
const ast::Template* Evaluator::Impl::template_at(Span place) const {
  if (main_template != nullptr && main_template->source == place.source) return main_template;
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const ast::TemplatePtr& one) { return one->source == place.source; });
  return found == kept.end() ? nullptr : found->get();
}

void Evaluator::Impl::explain_name(std::string_view name, Diagnostic& diagnostic) const {
  std::vector<std::string> known = host.names();
  const ast::Template* tmpl = template_at(diagnostic.span);
  if (tmpl != nullptr) {
    add_all(known, ast::visible_names(*tmpl, diagnostic.span));
    if (const auto stored = ast::stored_in_loop(*tmpl, name)) {
      diagnostic.labels.push_back({*stored, fmt::format("`{}` is set in a loop, and gone when it is over", name)});
      diagnostic.help = fmt::format("keep it in a namespace: `{{% set ns = namespace({0}=..) %}}` before the loop, `{{% set ns.{0} = .. %}}` in it", name);
      return;
    }
  }
  const std::string own_macro = std::string{kDbtMacroPrefix}.append(name);
  if (std::find(known.begin(), known.end(), own_macro) != known.end()) {
    diagnostic.help = fmt::format("dbt finds macros of the macros folder only; `{}` is defined in this text itself", name);
    return;
  }
  std::erase_if(known, [](const std::string& one) { return one.starts_with(kDbtMacroPrefix); });
  diagnostic.help = help_for_name(name, known);
}

void Evaluator::Impl::explain(UndefinedUse& error) const {
  const Undefined::Info* info = error.value.info.get();
  if (info == nullptr || info->kind == Undefined::Kind::Unsafe || !error.diagnostic.help.empty()) return;
  if (info->sought == Undefined::Sought::Context) explain_name(info->name, error.diagnostic);
  if (info->sought != Undefined::Sought::Member) return;
  error.diagnostic.help = help_for_member(info->type, info->name, members_of(*info));
  narrow(info->name, error.diagnostic.span);
}

void Evaluator::Impl::explain(UnknownBuiltin& error) const { narrow(error.name, error.diagnostic.span); }

/// From an attribute, filter or test to its name.
void Evaluator::Impl::narrow(std::string_view name, Span& span) const {
  const ast::Template* tmpl = template_at(span);
  const std::optional<Span> place = tmpl == nullptr ? std::nullopt : ast::name_place(*tmpl, span, name);
  if (place) span = *place;
}

void Evaluator::Impl::explain(UnknownKeyword& error) const {
  Span& span = error.diagnostic.span;
  const ast::Template* tmpl = template_at(span);
  const ast::Expr* value = tmpl == nullptr ? nullptr : ast::keyword_argument(*tmpl, span, error.name);
  if (value != nullptr) span = with_keyword(sources.text(span.source).view(), value->span, error.name);
}

}  // namespace hookc
