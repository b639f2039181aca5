#include <algorithm>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "compiler/ast/children.h"
#include "compiler/parse/builder.h"
#include "compiler/value/identifiers.h"

namespace hookc {
namespace {

/// Data that is nothing but blanks, which is all that a required block may hold.
bool is_blank(std::string_view bytes) { return leading_blanks(bytes) == bytes.size(); }

bool has_attribute(const ast::Target& target) {
  bool found = false;
  ast::for_each_assigned(target, [&](const ast::Target& assigned) { found = found || std::holds_alternative<ast::NamespaceTarget>(assigned.node); });
  return found;
}

}  // namespace

void TemplateBuilder::refuse(Index first, Index end, std::string message, std::uint32_t line) const {
  Diagnostic diagnostic;
  diagnostic.error_class = "TemplateSyntaxError";
  diagnostic.message = std::move(message);
  diagnostic.span = span_of(first, end);
  diagnostic.template_line = line;
  throw Refusal{std::move(diagnostic)};
}

void TemplateBuilder::check_depth(std::uint32_t depth, Index first, Index end) const {
  if (depth <= options_.max_depth) return;
  Diagnostic diagnostic;
  diagnostic.error_class = "LimitError";
  diagnostic.message = fmt::format("nested deeper than {} levels", options_.max_depth);
  diagnostic.span = span_of(first, std::min(end, first + 1));
  diagnostic.template_line = line(first);
  throw Refusal{std::move(diagnostic)};
}

template <class Node>
void TemplateBuilder::push_statement(Index begin, Index end, Node&& node, std::uint32_t depth) {
  check_depth(depth, begin, end);
  statements_.push_back({{span_of(begin, end), line(begin), std::forward<Node>(node)}, begin, end, depth});
}

/// A statement with a body: its span is the opening tag.
template <class Node>
void TemplateBuilder::push_block(Index begin, Node&& node, std::uint32_t depth) {
  Index head_end = begin;
  while (!is(head_end, Tok::BLOCK_END)) ++head_end;
  push_statement(begin, head_end + 1, std::forward<Node>(node), depth + 1);
}

ast::Body TemplateBuilder::take_template() {
  if (!bodies_.empty()) return std::move(bodies_.back().value);
  ast::Body lone;
  ast::Print node;
  const Span span = exprs_.back().value->span;
  const std::uint32_t at_line = exprs_.back().value->line;
  node.only = std::move(exprs_.back().value);
  print_count_ = 1;
  lone.push_back({span, at_line, std::move(node)});
  return lone;
}

void TemplateBuilder::body(Index begin, Index end) {
  ast::Body made;
  const std::uint32_t depth = move_into(made, statements_, begin);
  bodies_.push_back({std::move(made), begin, end, depth});
}

void TemplateBuilder::data(Index begin) { push_statement(begin, begin + 1, ast::Data{{tokens_[begin].begin, tokens_[begin].end}}, 1); }

/// `{{ a }}` and `{% print a, b %}`. An output has the line of its expression.
void TemplateBuilder::print(Index begin, Index end) {
  ast::Print node;
  node.id = print_count_++;
  std::uint32_t depth = 0;
  if (top(exprs_, begin).size() == 1) {
    MadeExpr only = take_last(exprs_);
    depth = only.depth;
    node.only = std::move(only.value);
  } else {
    depth = move_into(node.several, exprs_, begin);
  }
  const std::uint32_t at_line = node.exprs().empty() ? line(begin) : node.exprs().front().line;
  push_statement(begin, end, std::move(node), depth + 1);
  statements_.back().value.line = at_line;
}

void TemplateBuilder::if_statement(Index begin, Index) {
  const std::span<MadeExpr> conditions = top(exprs_, begin);
  const std::span<Made<ast::Body>> bodies = top(bodies_, begin);
  ast::If node;
  std::uint32_t depth = 0;
  node.branches.reserve(conditions.size());
  node.lines.reserve(conditions.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    depth = std::max(depth, bodies[i].depth);
    if (i >= conditions.size()) {
      node.otherwise = std::move(bodies[i].value);
      continue;
    }
    depth = std::max(depth, conditions[i].depth);
    // Jinja takes the line of an `elif` from what follows the word.
    node.lines.push_back(i == 0 ? line(begin) : line(conditions[i].first));
    node.branches.emplace_back(std::move(*conditions[i].value), std::move(bodies[i].value));
  }
  drop(exprs_, conditions);
  drop(bodies_, bodies);
  push_block(begin, std::move(node), depth);
}

void TemplateBuilder::for_statement(Index begin, Index) {
  const std::span<MadeExpr> exprs = top(exprs_, begin);
  const std::span<Made<ast::Body>> bodies = top(bodies_, begin);
  Made<ast::Target> target = take_last(targets_);
  std::uint32_t depth = std::max(exprs.front().depth, bodies.front().depth);
  const Index head_end = bodies.front().first - 1;
  ast::For node;
  node.target = std::move(target.value);
  node.iterable = std::move(*exprs.front().value);
  if (exprs.size() > 1) {
    depth = std::max(depth, exprs[1].depth);
    node.condition = std::move(*exprs[1].value);
  }
  node.recursive = is(head_end - 1, Tok::RECURSIVE) || is(head_end - 2, Tok::RECURSIVE);
  node.body = std::move(bodies.front().value);
  if (bodies.size() > 1) {
    depth = std::max(depth, bodies[1].depth);
    node.otherwise = std::move(bodies[1].value);
  }
  drop(exprs_, exprs);
  drop(bodies_, bodies);
  push_block(begin, std::move(node), depth);
}

void TemplateBuilder::set_statement(Index begin, Index end) {
  Made<ast::Target> target = take_last(targets_);
  if (bodies_.empty() || bodies_.back().first < begin) {
    MadeExpr value = take_last(exprs_);
    return push_statement(begin, end, ast::Set{std::move(target.value), std::move(*value.value)}, value.depth + 1);
  }
  Made<ast::Body> made_body = take_last(bodies_);
  ast::SetBlock node{std::move(target.value), {}, {}, std::move(made_body.value)};
  const std::uint32_t depth = std::max(made_body.depth, move_into(node.filters, exprs_, begin));
  push_block(begin, std::move(node), depth);
}

/// Of a name that stands nowhere as it is.
ast::NameTarget TemplateBuilder::made_target(std::string name) {
  const ast::NameId id = names_.add_made(name);
  return {std::move(name), {}, id, false};
}

ast::NameTarget TemplateBuilder::macro_target(std::string_view name) {
  return made_target(options_.dbt_macro_names ? fmt::format("dbt_macro__{}", name) : std::string{name});
}

ast::Target TemplateBuilder::name_target(Index at) {
  if (text_of(at) == "loop") may_be_refused_ = true;
  return {span_of(at, at + 1), ast::NameTarget{std::string{text_of(at)}, {}, names_.add(text_of(at)), false}};
}

/// What the parameters and the body on the stacks make together.
ast::CallablePtr TemplateBuilder::make_callable(std::string name, Index begin) {
  Made<ast::Body> made_body = take_last(bodies_);
  auto callable = std::make_shared<ast::Callable>();
  callable->name = std::move(name);
  callable->body = std::move(made_body.value);
  callable->head = span_of(begin, made_body.first);
  const std::uint32_t depth = std::max(made_body.depth, move_into(callable->parameters, parameters_, begin));
  check_depth(depth + 1, begin, begin + 1);
  return callable;
}

void TemplateBuilder::macro(Index begin, Index) {
  const std::uint32_t depth = bodies_.back().depth;
  const std::string_view name = text_of(begin + 1);
  ast::MacroStmt node{make_callable(std::string{name}, begin), macro_target(name)};
  push_block(begin, std::move(node), depth);
}

/// Jinja looks at it before it looks at what follows.
void TemplateBuilder::called(Index begin, Index end) const {
  if (std::holds_alternative<ast::Call>(exprs_.back().value->node)) return;
  Index tag = begin;
  while (!is(tag, Tok::TAG_CALL)) --tag;
  refuse(begin, end, "expected call", line(tag));
}

void TemplateBuilder::call_block(Index begin, Index) {
  MadeExpr call = take_last(exprs_);
  const std::uint32_t depth = std::max(call.depth, bodies_.back().depth);
  ast::CallablePtr caller = make_callable({}, begin);
  push_block(begin, ast::CallBlock{std::move(*call.value), std::move(caller)}, depth);
}

void TemplateBuilder::do_statement(Index begin, Index end) {
  MadeExpr value = take_last(exprs_);
  push_statement(begin, end, ast::Do{std::move(*value.value)}, value.depth + 1);
}

void TemplateBuilder::block_filter(Index begin, Index end) { push_filter(begin, begin, end, false); }

void TemplateBuilder::filter_block(Index begin, Index) {
  Made<ast::Body> made_body = take_last(bodies_);
  ast::FilterBlock node{{}, {}, std::move(made_body.value)};
  const std::uint32_t depth = std::max(made_body.depth, move_into(node.filters, exprs_, begin));
  push_block(begin, std::move(node), depth);
}

void TemplateBuilder::with_statement(Index begin, Index) {
  Made<ast::Body> made_body = take_last(bodies_);
  const std::span<Made<ast::Target>> targets = top(targets_, begin);
  const std::span<MadeExpr> values = top(exprs_, begin);
  ast::With node{{}, {}, std::move(made_body.value)};
  std::uint32_t depth = made_body.depth;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    depth = std::max(depth, values[i].depth);
    node.assignments.emplace_back(std::move(targets[i].value), std::move(*values[i].value));
  }
  drop(targets_, targets);
  drop(exprs_, values);
  push_block(begin, std::move(node), depth);
}

bool TemplateBuilder::has_context(Index begin, Index end, bool otherwise) const {
  if (!is(end - 2, Tok::CONTEXT) || end - 3 <= begin) return otherwise;
  return is(end - 3, Tok::WITH);
}

void TemplateBuilder::include(Index begin, Index end) {
  MadeExpr name = take_last(exprs_);
  ast::Include node;
  node.name = std::move(*name.value);
  node.ignore_missing = is(name.end, Tok::IGNORE);
  node.with_context = has_context(begin, end, true);
  push_statement(begin, end, std::move(node), name.depth + 1);
}

void TemplateBuilder::import_statement(Index begin, Index end) {
  MadeExpr name = take_last(exprs_);
  const Index target = name.end + 1;
  ast::Import node;
  node.name = std::move(*name.value);
  node.target = name_target(target);
  node.with_context = has_context(begin, end, false);
  push_statement(begin, end, std::move(node), name.depth + 1);
}

void TemplateBuilder::from_import(Index begin, Index end) {
  MadeExpr name = take_last(exprs_);
  ast::FromImport node;
  node.name = std::move(*name.value);
  node.with_context = has_context(begin, end, false);
  Index at = name.end + 1;
  if (is(at, Tok::BLOCK_END)) refuse(at, "expected token 'name', got 'end of statement block'");
  while (is(at, Tok::NAME)) {
    const std::string_view imported = text_of(at);
    if (imported.front() == '_') {
      Refusal refusal;
      refusal.diagnostic.error_class = "TemplateAssertionError";
      refusal.diagnostic.message = "names starting with an underline can not be imported";
      refusal.diagnostic.span = span_of(at, at + 1);
      refusal.diagnostic.template_line = line(at);
      throw refusal;
    }
    const Index alias = is(at + 1, Tok::AS) ? at + 2 : at;
    node.names.emplace_back(imported, name_target(alias));
    at = alias + 1;
    if (!is(at, Tok::COMMA)) break;
    ++at;
    if (is(at, Tok::BLOCK_END)) refuse(at, "expected token 'name', got 'end of statement block'");
  }
  push_statement(begin, end, std::move(node), name.depth + 1);
}

void TemplateBuilder::extends(Index begin, Index end) {
  may_be_refused_ = true;
  MadeExpr name = take_last(exprs_);
  push_statement(begin, end, ast::Extends{std::move(*name.value)}, name.depth + 1);
}

void TemplateBuilder::block(Index begin, Index end) {
  may_be_refused_ = true;
  Made<ast::Body> made_body = take_last(bodies_);
  ast::Block node;
  node.name = text_of(begin + 1);
  node.scoped = is(begin + 2, Tok::SCOPED);
  node.required = is(begin + 2, Tok::REQUIRED) || is(begin + 3, Tok::REQUIRED);
  if (node.required) {
    for (const ast::Stmt& statement : made_body.value) {
      const auto* data = statement.get_if<ast::Data>();
      const bool blank = data != nullptr && is_blank(bytes_.substr(data->range.begin, data->range.size()));
      if (!blank) refuse(made_body.end, made_body.end + 1, "Required blocks can only contain comments or whitespace", line(made_body.end + 1));
    }
  }
  const Index closing_name = end - 2;
  if (is(closing_name, Tok::NAME) && text_of(closing_name) != node.name) {
    refuse(closing_name, fmt::format("expected token 'end of statement block', got '{}'", text_of(closing_name)));
  }
  node.body = std::move(made_body.value);
  push_block(begin, std::move(node), made_body.depth);
}

void TemplateBuilder::autoescape(Index begin, Index) {
  Made<ast::Body> made_body = take_last(bodies_);
  MadeExpr enabled = take_last(exprs_);
  const std::uint32_t depth = std::max(made_body.depth, enabled.depth);
  push_block(begin, ast::Autoescape{std::move(*enabled.value), {}, std::move(made_body.value)}, depth);
}

void TemplateBuilder::jump(Index begin, Index end) {
  may_be_refused_ = true;
  push_statement(begin, end, ast::Jump{is(begin, Tok::TAG_BREAK)}, 1);
}

/// `materialization name, default | adapter='x', supported_languages=[..]`. The languages are a parameter of the macro that dbt makes of it.
void TemplateBuilder::materialization(Index begin, Index) {
  const std::uint32_t depth = bodies_.back().depth;
  const std::span<MadeExpr> values = top(exprs_, begin);
  ast::DbtBlock node;
  node.kind = ast::DbtBlock::Kind::Materialization;
  node.name = text_of(begin + 1);
  node.adapter = "default";
  Index at = begin + 2;
  auto value = values.begin();
  const Index head_end = bodies_.back().first - 1;
  while (at < head_end && is(at, Tok::COMMA)) {
    const Index option = at + 1;
    const std::string_view word = text_of(option);
    at = option + 1;
    MadeExpr* given = nullptr;
    if (is(at, Tok::ASSIGN)) {
      given = &*value++;
      at = given->end;
    }
    if (word == "default" && given == nullptr) continue;
    if (word != "adapter" && word != "supported_languages") {
      refuse(option, fmt::format("materialization '{}' received unknown argument '{}'.", node.name, word));
    }
    if (given == nullptr) refuse(at, "expected token '='");
    if (word == "adapter") {
      const auto* constant = std::get_if<ast::Constant>(&given->value->node);
      const Text* adapter = constant != nullptr ? constant->value.get_if<Text>() : nullptr;
      if (adapter == nullptr) refuse(given->first, given->end, "the adapter of a materialization is a string", line(given->first));
      node.adapter = adapter->str();
    } else {
      ast::Parameter parameter{"supported_languages", {}, names_.add("supported_languages"), std::move(given->value), span_of(option, at)};
      parameters_.push_back({std::move(parameter), option, at, given->depth});
    }
  }
  drop(exprs_, values);
  node.target = macro_target(fmt::format("materialization_{}_{}", node.name, node.adapter));
  node.callable = make_callable(node.name, begin);
  push_block(begin, std::move(node), depth);
}

void TemplateBuilder::dbt_block(Index begin, Index) {
  const std::uint32_t depth = bodies_.back().depth;
  ast::DbtBlock node;
  node.name = text_of(begin + 1);
  if (is(begin, Tok::TAG_DOCS)) {
    node.kind = ast::DbtBlock::Kind::Docs;
    node.target = made_target("dbt_docs__" + node.name);
  } else if (is(begin, Tok::TAG_SNAPSHOT)) {
    node.kind = ast::DbtBlock::Kind::Snapshot;
    node.target = macro_target("snapshot_" + node.name);
  } else {
    node.kind = ast::DbtBlock::Kind::Test;
    node.target = macro_target("test_" + node.name);
  }
  node.callable = make_callable(node.name, begin);
  push_block(begin, std::move(node), depth);
}

void TemplateBuilder::parameter(Index begin, Index end) {
  ast::Parameter node{std::string{text_of(begin)}, {}, names_.add(text_of(begin)), nullptr, span_of(begin, end)};
  std::uint32_t depth = 1;
  if (!exprs_.empty() && exprs_.back().first >= begin) {
    MadeExpr value = take_last(exprs_);
    depth = value.depth;
    node.default_value = std::move(value.value);
  }
  if (is(begin + 1, Tok::COLON) && !options_.dbt_tags) refuse(begin + 1, "expected token ',', got ':'");
  parameters_.push_back({std::move(node), begin, end, depth});
}

void TemplateBuilder::parameters(Index begin) {
  bool defaults = false;
  const auto all = first_from(parameters_, begin);
  for (auto first = all; first != parameters_.end(); ++first) {
    const ast::NameId id = first->value.id;
    if (id == ast::NameId::Caller || is_repeated(all, first, [id](const auto& other) { return other.value.id == id; })) may_be_refused_ = true;
    const bool has_default = first->value.default_value != nullptr;
    if (defaults && !has_default) refuse(first->first, first->end, "non-default argument follows default argument", line(first->end));
    defaults = has_default;
  }
}

void TemplateBuilder::target_item(Index begin, Index end) {
  if (is(begin, Tok::NAME)) {
    ast::Target made = name_target(begin);
    if (end > begin + 1) made = {span_of(begin, end), ast::NamespaceTarget{std::string{text_of(begin)}, {}, names_.add(text_of(begin)), std::string{text_of(end - 1)}}};
    targets_.push_back({std::move(made), begin, end, 1});
    return;
  }
  const bool is_group = is(begin, Tok::LPAREN);
  if (!is_group) {
    const bool is_list = is(begin, Tok::LBRACKET);
    const bool is_dict = is(begin, Tok::LBRACE);
    if (unassignable_.empty()) unassignable_ = is_list ? "list" : is_dict ? "dict" : "const";
    if (is_list || is_dict || is(begin, Tok::STRING)) exprs_.pop_back();
  }
  if (!is_group || end == begin + 2) {
    targets_.push_back({ast::Target{span_of(begin, end), ast::TupleTarget{}}, begin, end, 1});
    return;
  }
  Made<ast::Target>& inner = targets_.back();
  if (has_attribute(inner.value)) refuse(begin, end, "can't assign to 'tuple'", line(begin));
  inner.first = begin;
  inner.end = end;
}

void TemplateBuilder::target(Index begin, Index end) {
  const bool is_whole = !is(begin - 1, Tok::LPAREN);
  check_target(begin, end);
  const auto* tuple = std::get_if<ast::TupleTarget>(&targets_.back().value.node);
  const bool is_one = targets_.back().first == begin && targets_.back().end == end && (tuple == nullptr || tuple->items.empty());
  if (is_whole && !unassignable_.empty()) refuse(begin, end, fmt::format("can't assign to '{}'", is_one ? unassignable_ : "tuple"), line(begin));
  if (targets_.back().first == begin && targets_.back().end == end) return;
  ast::TupleTarget node;
  const std::uint32_t depth = move_into(node.items, targets_, begin);
  check_depth(depth + 1, begin, end);
  targets_.push_back({ast::Target{span_of(begin, end), std::move(node)}, begin, end, depth + 1});
}

/// Only `set` assigns to attributes; elsewhere Jinja stops at the dot. A comma before `=` needs parentheses around.
void TemplateBuilder::check_target(Index begin, Index end) const {
  const bool may_end_behind_comma = is(end, Tok::BLOCK_END) || is(end, Tok::VARIABLE_END) || is(end, Tok::RPAREN) || is(end, Tok::IN);
  if (is(end - 1, Tok::COMMA) && !may_end_behind_comma) refuse(end, fmt::format("unexpected '{}'", is(end, Tok::End) ? "end of template" : text_of(end)));
  const Tok before = tokens_[begin - 1].kind;
  if (before == Tok::TAG_SET || before == Tok::LPAREN) return;
  for (Index i = begin; i < end; ++i) {
    if (is(i, Tok::DOT)) refuse(i, before == Tok::TAG_FOR ? "expected token 'in', got '.'" : "expected token '=', got '.'");
  }
}

void TemplateBuilder::build(const RuleRead& rule) {
  const Index begin = rule.begin;
  const Index end = rule.end;
  switch (rule.rule) {
    case JinjaRule::Body: return body(begin, end);
    case JinjaRule::Data: return data(begin);
    case JinjaRule::Print:
    case JinjaRule::Print_statement: return print(begin, end);
    case JinjaRule::If_statement: return if_statement(begin, end);
    case JinjaRule::For_statement: return for_statement(begin, end);
    case JinjaRule::Set_statement: return set_statement(begin, end);
    case JinjaRule::Macro: return macro(begin, end);
    case JinjaRule::Called: return called(begin, end);
    case JinjaRule::Call_block: return call_block(begin, end);
    case JinjaRule::Do_statement: return do_statement(begin, end);
    case JinjaRule::Filter_block: return filter_block(begin, end);
    case JinjaRule::With_statement: return with_statement(begin, end);
    case JinjaRule::Include: return include(begin, end);
    case JinjaRule::Import_statement: return import_statement(begin, end);
    case JinjaRule::From_import: return from_import(begin, end);
    case JinjaRule::Extends: return extends(begin, end);
    case JinjaRule::Block: return block(begin, end);
    case JinjaRule::Autoescape: return autoescape(begin, end);
    case JinjaRule::Jump: return jump(begin, end);
    case JinjaRule::Materialization: return materialization(begin, end);
    case JinjaRule::Generic_test:
    case JinjaRule::Docs:
    case JinjaRule::Snapshot: return dbt_block(begin, end);
    case JinjaRule::Block_filter: return block_filter(begin, end);
    case JinjaRule::Parameter: return parameter(begin, end);
    case JinjaRule::Parameters: return parameters(begin);
    case JinjaRule::Target: return target(begin, end);
    case JinjaRule::Target_item: return target_item(begin, end);
    default: return build_expression(rule);
  }
}

}  // namespace hookc
