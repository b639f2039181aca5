#include "compiler/ast/scopes.h"

#include <algorithm>
#include <span>
#include <utility>

#include "compiler/ast/children.h"
#include "compiler/ast/symbols.h"
#include "compiler/ast/undeclared.h"

namespace hookc::ast {
namespace {

/// The tree is immutable for all who get it, and so are the pointers in it. While names are resolved, nobody has got it yet, and its
/// nodes were not made as constants.
template <class Node>
Node& unshared(const Node& node) {
  return const_cast<Node&>(node);
}

// ------------------------------------------------------------------------------- what a scope mentions, without its inner scopes

void look(Symbols& symbols, const Expr& expr) {
  if (const auto* name = std::get_if<Name>(&expr.node)) symbols.load(name->id);
  for_each_child(expr, [&](const Expr& part) { look(symbols, part); });
}

void look(Symbols& symbols, const Target& target) {
  for_each_assigned(target, [&](const Target& assigned) {
    if (const auto* name = std::get_if<NameTarget>(&assigned.node)) symbols.store(name->id);
    if (const auto* attribute = std::get_if<NamespaceTarget>(&assigned.node)) symbols.load(attribute->id);
  });
}

void look(Symbols& symbols, const Body& body);

void look_branches(Symbols& symbols, const Expr& condition, const Body& body, const If* rest, std::size_t from) {
  look(symbols, condition);
  Symbols then = symbols.branch();
  look(then, body);
  Symbols elifs = symbols.branch();
  Symbols otherwise = symbols.branch();
  if (rest != nullptr) {
    for (std::size_t i = from; i < rest->branches.size(); ++i) look_branches(elifs, rest->branches[i].first, rest->branches[i].second, nullptr, 0);
    look(otherwise, rest->otherwise);
  }
  symbols.merge({&then, &elifs, &otherwise});
}

void look(Symbols& symbols, const Stmt& stmt) {
  std::visit(overloaded{[](const Data&) {},
                        [&](const Print& node) {
                          for (const Expr& expr : node.exprs()) look(symbols, expr);
                        },
                        [&](const If& node) { look_branches(symbols, node.branches.front().first, node.branches.front().second, &node, 1); },
                        [&](const For& node) { look(symbols, node.iterable); },
                        [&](const Set& node) {
                          look(symbols, node.value);
                          look(symbols, node.target);
                        },
                        [&](const SetBlock& node) { look(symbols, node.target); },
                        [&](const MacroStmt& node) { symbols.store(node.target.id); },
                        [&](const CallBlock& node) { look(symbols, node.call); }, [&](const Do& node) { look(symbols, node.value); },
                        [&](const FilterBlock& node) {
                          for (const Expr& filter : node.filters) look(symbols, filter);
                        },
                        [&](const With& node) {
                          for (const auto& [target, value] : node.assignments) look(symbols, value);
                        },
                        [&](const Include& node) { look(symbols, node.name); },
                        [&](const Import& node) {
                          look(symbols, node.name);
                          look(symbols, node.target);
                        },
                        [&](const FromImport& node) {
                          look(symbols, node.name);
                          for (const auto& [name, target] : node.names) look(symbols, target);
                        },
                        [&](const Extends& node) { look(symbols, node.name); }, [](const Block&) {}, [](const Autoescape&) {},
                        [](const Jump&) {}, [&](const DbtBlock& node) { symbols.store(node.target.id); }},
             stmt.node);
}

void look(Symbols& symbols, const Body& body) {
  for (const Stmt& stmt : body) look(symbols, stmt);
}

bool holds_scoped_block(const Body& body) {
  bool found = false;
  for (const Stmt& stmt : body) {
    const auto* block = stmt.get_if<Block>();
    if (block != nullptr && block->scoped) return true;
    for_each_child(stmt, [](const Expr&) {}, [&](const Body& inner) { found = found || holds_scoped_block(inner); });
    if (found) return true;
  }
  return false;
}

// ------------------------------------------------------------------------------------------------------------ giving out slots

/// The scope that runs, and the Unit it runs in.
struct Frame {
  const Symbols& symbols;
  UnitSlots& unit;
  bool is_root;  // of the template: what is stored here goes to the context as well
};

class Resolver {
 public:
  explicit Resolver(const Names& names) : names_(names) {}

  void root(Template& tmpl) {
    UnitSlots unit;
    Symbols symbols{nullptr, unit, 0};
    if (special_names(tmpl.body, NameId::Self).contains(NameId::Self)) symbols.declare(NameId::Self, Load::Kind::Self);
    look(symbols, tmpl.body);
    tmpl.scope = scope_of(symbols, unit);
    body({symbols, unit, true}, tmpl.body);
    tmpl.unit = finish(unit);
  }
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  Unit finish(UnitSlots& unit) {
    overflowed_ = overflowed_ || unit.overflowed;
    return unit.finish(names_);
  }

  /// As undeclared_names; most templates have none of them anywhere.
  template <class... Ids>
  SpecialNames special_names(const Body& body, Ids... ids) const {
    const SpecialNames wanted{ids...};
    return (names_.has(ids) || ...) ? undeclared_names(body, wanted) : wanted;
  }

  static SlotRef reference(UnitSlots& from, const Variable& variable) {
    SlotRef ref{0, variable.slot};
    for (const UnitSlots* unit = &from; unit != nullptr && unit != variable.unit; unit = unit->outer) ++ref.depth;
    if (ref.depth > 0) variable.unit->captured = true;
    return ref;
  }

  static SlotRef slot_of(const Frame& frame, NameId name) {
    const Variable* variable = frame.symbols.find(name);
    return variable != nullptr ? reference(frame.unit, *variable) : SlotRef{};
  }

  Scope scope_of(const Symbols& symbols, UnitSlots& unit) const {
    Scope scope;
    const std::vector<Symbols::Start> starts = symbols.loads();
    scope.inits.reserve(starts.size());
    for (const auto& [slot, load, id] : starts) {
      const std::string_view name = names_.text(id);
      switch (load.kind) {
        case Load::Kind::Parameter: break;
        case Load::Kind::Resolve: scope.inits.push_back({slot, SlotInit::Kind::Context, {}, std::string{name}}); break;
        case Load::Kind::Alias: scope.inits.push_back({slot, SlotInit::Kind::Copy, reference(unit, load.from), std::string{name}}); break;
        case Load::Kind::Undefined: scope.inits.push_back({slot, SlotInit::Kind::Missing, {}, std::string{name}}); break;
        case Load::Kind::Self: scope.inits.push_back({slot, SlotInit::Kind::Self, {}, std::string{name}}); break;
        case Load::Kind::Super: scope.inits.push_back({slot, SlotInit::Kind::Super, {}, std::string{name}}); break;
      }
    }
    return scope;
  }

  Locals locals_of(const Frame& frame) const {
    Locals locals;
    for (const auto& [id, variable] : frame.symbols.stored()) locals.emplace_back(names_.text(id), reference(frame.unit, variable));
    std::sort(locals.begin(), locals.end(), [](const auto& left, const auto& right) { return left.first < right.first; });
    return locals;
  }

  static void expr(const Frame& frame, const Expr& node) {
    if (const auto* name = std::get_if<Name>(&node.node)) unshared(*name).slot = slot_of(frame, name->id);
    for_each_child(node, [&](const Expr& part) { expr(frame, part); });
  }

  static void target(const Frame& frame, const Target& node) {
    for_each_assigned(node, [&](const Target& assigned) {
      if (const auto* name = std::get_if<NameTarget>(&assigned.node)) store(frame, unshared(*name));
      if (const auto* attribute = std::get_if<NamespaceTarget>(&assigned.node)) unshared(*attribute).slot = slot_of(frame, attribute->id);
    });
  }
  static void store(const Frame& frame, NameTarget& name) {
    name.slot = slot_of(frame, name.id);
    name.exported = frame.is_root;
  }
  static void declare(Symbols& symbols, const Target& node) {
    for_each_assigned(node, [&](const Target& assigned) {
      if (const auto* name = std::get_if<NameTarget>(&assigned.node)) symbols.declare(name->id);
    });
  }

  void body(const Frame& frame, const Body& statements) {
    for (const Stmt& stmt : statements) statement(frame, unshared(stmt));
  }

  void statement(const Frame& frame, Stmt& stmt) {
    const auto exprs = [&](std::span<const Expr> list) {
      for (const Expr& item : list) expr(frame, item);
    };
    std::visit(overloaded{[](const Data&) {}, [&](const Print& node) { exprs(node.exprs()); },
                          [&](const If& node) {
                            for (const auto& [condition, branch] : node.branches) {
                              expr(frame, condition);
                              body(frame, branch);
                            }
                            body(frame, node.otherwise);
                          },
                          [&](For& node) { loop(frame, node); },
                          [&](const Set& node) {
                            expr(frame, node.value);
                            target(frame, node.target);
                          },
                          [&](SetBlock& node) {
                            node.scope = captured_body(frame, node.body, node.filters);
                            target(frame, node.target);
                          },
                          [&](MacroStmt& node) {
                            callable(frame, unshared(*node.callable));
                            store(frame, node.target);
                          },
                          [&](CallBlock& node) {
                            callable(frame, unshared(*node.caller));
                            expr(frame, node.call);
                          },
                          [&](const Do& node) { expr(frame, node.value); },
                          [&](FilterBlock& node) { node.scope = captured_body(frame, node.body, node.filters); },
                          [&](With& node) { with(frame, node); },
                          [&](Include& node) {
                            expr(frame, node.name);
                            if (node.with_context) node.locals = locals_of(frame);
                          },
                          [&](Import& node) {
                            expr(frame, node.name);
                            target(frame, node.target);
                            if (node.with_context) node.locals = locals_of(frame);
                          },
                          [&](FromImport& node) {
                            expr(frame, node.name);
                            for (const auto& [name, assigned] : node.names) target(frame, assigned);
                            if (node.with_context) node.locals = locals_of(frame);
                          },
                          [&](const Extends& node) { expr(frame, node.name); }, [&](Block& node) { block(frame, node); },
                          [&](Autoescape& node) {
                            Symbols inner = frame.symbols.inner(frame.unit);
                            look(inner, node.enabled);
                            look(inner, node.body);
                            node.scope = scope_of(inner, frame.unit);
                            const Frame in{inner, frame.unit, false};
                            expr(in, node.enabled);
                            body(in, node.body);
                          },
                          [](const Jump&) {},
                          [&](DbtBlock& node) {
                            callable(frame, unshared(*node.callable));
                            store(frame, node.target);
                          }},
               stmt.node);
  }

  /// Filter and set blocks: the filters see what the body has stored.
  Scope captured_body(const Frame& frame, const Body& statements, const std::vector<Expr>& filters) {
    Symbols inner = frame.symbols.inner(frame.unit);
    look(inner, statements);
    for (const Expr& filter : filters) look(inner, filter);
    const Frame in{inner, frame.unit, false};
    body(in, statements);
    for (const Expr& filter : filters) expr(in, filter);
    return scope_of(inner, frame.unit);
  }

  void with(const Frame& frame, With& node) {
    Symbols inner = frame.symbols.inner(frame.unit);
    for (const auto& [assigned, value] : node.assignments) declare(inner, assigned);
    look(inner, node.body);
    node.scope = scope_of(inner, frame.unit);
    const Frame in{inner, frame.unit, false};
    for (const auto& [assigned, value] : node.assignments) {
      expr(frame, value);
      target(in, assigned);
    }
    body(in, node.body);
  }

  void loop(const Frame& frame, For& node) {
    expr(frame, node.iterable);
    UnitSlots own;
    own.outer = &frame.unit;
    UnitSlots& unit = node.recursive ? own : frame.unit;

    Symbols inner = frame.symbols.inner(unit);
    node.uses_loop = node.recursive || special_names(node.body, NameId::Loop).contains(NameId::Loop) || holds_scoped_block(node.body) ||
                     holds_scoped_block(node.otherwise);
    if (node.uses_loop) inner.declare(NameId::Loop);
    declare(inner, node.target);
    look(inner, node.body);
    const Frame in{inner, unit, false};
    target(in, node.target);
    if (node.uses_loop) node.loop_slot = slot_of(in, NameId::Loop);
    node.body_scope = scope_of(inner, unit);
    body(in, node.body);

    if (node.condition) condition(frame, in, node);

    Symbols otherwise = frame.symbols.inner(unit);
    look(otherwise, node.otherwise);
    node.else_scope = scope_of(otherwise, unit);
    body({otherwise, unit, false}, node.otherwise);
    if (node.recursive) node.unit = finish(own);
  }

  /// The condition shares the loop's target and nothing else: it runs between iterations.
  void condition(const Frame& outer, const Frame& loop, For& node) {
    Symbols inner = outer.symbols.inner(loop.unit);
    inner.keep_apart();
    for_each_assigned(node.target, [&](const Target& assigned) {
      const auto* name = std::get_if<NameTarget>(&assigned.node);
      const Variable* variable = name != nullptr ? loop.symbols.find(name->id) : nullptr;
      if (variable != nullptr) inner.borrow(name->id, *variable);
    });
    look(inner, *node.condition);
    node.condition_scope = scope_of(inner, loop.unit);
    expr({inner, loop.unit, false}, *node.condition);
  }

  void callable(const Frame& frame, Callable& node) {
    UnitSlots unit;
    unit.outer = &frame.unit;
    Symbols inner = frame.symbols.inner(unit);
    const auto is_parameter = [&](NameId name) {
      return std::any_of(node.parameters.begin(), node.parameters.end(), [&](const Parameter& parameter) { return parameter.id == name; });
    };
    for (const Parameter& parameter : node.parameters) inner.declare(parameter.id);
    const SpecialNames special = special_names(node.body, NameId::Caller, NameId::Kwargs, NameId::Varargs);
    node.caller_is_parameter = is_parameter(NameId::Caller);
    node.uses_caller = special.contains(NameId::Caller);
    node.uses_kwargs = special.contains(NameId::Kwargs) && !is_parameter(NameId::Kwargs);
    node.uses_varargs = special.contains(NameId::Varargs) && !is_parameter(NameId::Varargs);
    if (node.uses_caller && !node.caller_is_parameter) inner.declare(NameId::Caller);
    if (node.uses_kwargs) inner.declare(NameId::Kwargs);
    if (node.uses_varargs) inner.declare(NameId::Varargs);

    for (const Parameter& parameter : node.parameters) {
      if (parameter.default_value) look(inner, *parameter.default_value);
    }
    look(inner, node.body);
    node.scope = scope_of(inner, unit);
    const Frame in{inner, unit, false};
    if (node.uses_caller) node.caller_slot = slot_of(in, NameId::Caller);
    if (node.uses_kwargs) node.kwargs_slot = slot_of(in, NameId::Kwargs);
    if (node.uses_varargs) node.varargs_slot = slot_of(in, NameId::Varargs);
    for (Parameter& parameter : node.parameters) {
      parameter.slot = slot_of(in, parameter.id);
      if (parameter.default_value) expr(in, *parameter.default_value);
    }
    body(in, node.body);
    node.unit = finish(unit);
  }

  /// A block begins anew: it sees the context, and what a scoped block is handed as one.
  void block(const Frame& frame, Block& node) {
    if (node.scoped) node.locals = locals_of(frame);
    UnitSlots unit;
    Symbols symbols{nullptr, unit, 0};
    const SpecialNames special = special_names(node.body, NameId::Self, NameId::Super);
    if (special.contains(NameId::Self)) symbols.declare(NameId::Self, Load::Kind::Self);
    if (special.contains(NameId::Super)) symbols.declare(NameId::Super, Load::Kind::Super);
    look(symbols, node.body);
    node.scope = scope_of(symbols, unit);
    body({symbols, unit, false}, node.body);
    node.unit = finish(unit);
  }

  const Names& names_;
  bool overflowed_ = false;
};

}  // namespace

std::optional<std::string> resolve_names(Template& tmpl, const Names& names) {
  Resolver resolver{names};
  resolver.root(tmpl);
  if (resolver.overflowed()) return "more than 65,535 variables in one template or macro";
  return std::nullopt;
}

}  // namespace hookc::ast
