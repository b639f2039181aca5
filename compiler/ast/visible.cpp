#include "compiler/ast/visible.h"

#include <utility>

#include "compiler/ast/children.h"

namespace hookc::ast {

namespace {

using Names = std::vector<std::string_view>;

bool holds(Span outer, Span inner) { return outer.source == inner.source && outer.begin <= inner.begin && inner.end <= outer.end; }

bool holds(const Body& body, Span place);

bool holds(const Stmt& stmt, Span place) {
  bool found = false;
  for_each_child(stmt, [&](const Expr& expr) { found = found || holds(expr.span, place); }, [&](const Body& inner) { found = found || holds(inner, place); });
  return found;
}

bool holds(const Body& body, Span place) {
  for (const Stmt& stmt : body) {
    if (holds(stmt, place)) return true;
  }
  return false;
}

void add_target(const Target& target, Names& names) {
  for_each_assigned(target, [&](const Target& assigned) {
    if (const auto* name = std::get_if<NameTarget>(&assigned.node)) names.push_back(name->name);
  });
}

/// What a statement leaves behind for those after it. The branches of an `if` are no scope of their own.
void add_left(const Stmt& stmt, Names& names) {
  if (const auto* set = stmt.get_if<Set>()) add_target(set->target, names);
  if (const auto* block = stmt.get_if<SetBlock>()) add_target(block->target, names);
  if (const auto* macro = stmt.get_if<MacroStmt>()) names.push_back(macro->target.name);
  if (const auto* branches = stmt.get_if<If>()) {
    for (const auto& [condition, body] : branches->branches) {
      for (const Stmt& inner : body) add_left(inner, names);
    }
    for (const Stmt& inner : branches->otherwise) add_left(inner, names);
  }
}

void add_parameters(const Callable& callable, Names& names) {
  for (const Parameter& parameter : callable.parameters) names.push_back(parameter.name);
}

/// What a statement gives to those inside of it.
void add_inside(const Stmt& stmt, Names& names) {
  if (const auto* loop = stmt.get_if<For>()) {
    add_target(loop->target, names);
    names.emplace_back("loop");
  }
  if (const auto* with = stmt.get_if<With>()) {
    for (const auto& [target, value] : with->assignments) add_target(target, names);
  }
  if (const auto* macro = stmt.get_if<MacroStmt>()) add_parameters(*macro->callable, names);
  if (const auto* call = stmt.get_if<CallBlock>()) add_parameters(*call->caller, names);
  if (const auto* block = stmt.get_if<DbtBlock>()) add_parameters(*block->callable, names);
}

void collect(const Body& body, Span place, Names& names) {
  for (const Stmt& stmt : body) {
    if (!holds(stmt, place)) {
      add_left(stmt, names);
      continue;
    }
    add_inside(stmt, names);
    for_each_child(stmt, [](const Expr&) {}, [&](const Body& inner) {
      if (holds(inner, place)) collect(inner, place, names);
    });
    return;
  }
}

void find_stored(const Body& body, std::string_view name, bool in_loop, std::optional<Span>& found) {
  for (const Stmt& stmt : body) {
    if (found) return;
    const bool is_set = stmt.is<Set>() || stmt.is<SetBlock>();
    if (in_loop && is_set) {
      for_each_assigned(stmt, [&](const Target& target) {
        const auto* stored = std::get_if<NameTarget>(&target.node);
        if (stored != nullptr && stored->name == name) found = target.span;
      });
    }
    const bool inside = in_loop || stmt.is<For>();
    for_each_child(stmt, [](const Expr&) {}, [&](const Body& inner) { find_stored(inner, name, inside, found); });
  }
}

const std::vector<Argument>* arguments_of(const Expr& expr) {
  if (const auto* call = std::get_if<Call>(&expr.node)) return &call->arguments;
  if (const auto* filter = std::get_if<Filter>(&expr.node)) return &filter->arguments;
  if (const auto* test = std::get_if<Test>(&expr.node)) return &test->arguments;
  return nullptr;
}

}  // namespace

std::optional<Span> name_place(const Template& tmpl, Span place, std::string_view name) {
  std::optional<Span> found;
  const auto take = [&](const auto& node) {
    if (node.name == name) found = node.name_span;
  };
  walk(tmpl.body, [&](const Expr& expr) {
    if (expr.span != place) return;
    if (const auto* attribute = std::get_if<Attribute>(&expr.node)) take(*attribute);
    if (const auto* filter = std::get_if<Filter>(&expr.node)) take(*filter);
    if (const auto* test = std::get_if<Test>(&expr.node)) take(*test);
  });
  return found;
}

std::vector<std::string_view> visible_names(const Template& tmpl, Span place) {
  Names names;
  if (holds(tmpl.body, place)) collect(tmpl.body, place, names);
  return names;
}

std::optional<Span> stored_in_loop(const Template& tmpl, std::string_view name) {
  std::optional<Span> found;
  find_stored(tmpl.body, name, false, found);
  return found;
}

const Expr* keyword_argument(const Template& tmpl, Span call, std::string_view name) {
  const Expr* found = nullptr;
  walk(tmpl.body, [&](const Expr& expr) {
    const std::vector<Argument>* arguments = expr.span == call ? arguments_of(expr) : nullptr;
    if (arguments == nullptr) return;
    for (const Argument& argument : *arguments) {
      if (argument.kind == Argument::Kind::Keyword && argument.name == name) found = argument.value.get();
    }
  });
  return found;
}

}  // namespace hookc::ast
