#include "compiler/ast/print.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "compiler/base/overloaded.h"

namespace hookc::ast {
namespace {

constexpr std::array<std::string_view, 9> kBinaryOps{"+", "-", "*", "/", "//", "%", "**", "and", "or"};
constexpr std::array<std::string_view, 8> kCompareOps{"==", "!=", "<", "<=", ">", ">=", "in", "not in"};
constexpr std::array<std::string_view, 3> kUnaryOps{"-", "+", "not "};

std::string maybe(const ExprPtr& expr) { return expr ? outline(*expr) : std::string{}; }

std::string quoted(std::string_view bytes) {
  std::string out = "'";
  for (const char c : bytes) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string constant(const Value& value) {
  if (value.is<None>()) return "none";
  if (const bool* flag = value.get_if<bool>()) return *flag ? "true" : "false";
  if (const auto* number = value.get_if<std::int64_t>()) return std::to_string(*number);
  if (const double* number = value.get_if<double>()) return fmt::format("{:#}", *number);
  if (const Text* text = value.get_if<Text>()) return quoted(text->view());
  if (const ObjectPtr* object = value.get_if<ObjectPtr>()) return (*object)->str().str();
  return "?";
}

template <class List>
std::string joined(const List& items) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ", ";
    out += outline(item);
  }
  return out;
}

std::string arguments(const std::vector<Argument>& list) {
  std::string out;
  for (const Argument& argument : list) {
    if (!out.empty()) out += ", ";
    switch (argument.kind) {
      case Argument::Kind::Positional: break;
      case Argument::Kind::Keyword: out += argument.name + "="; break;
      case Argument::Kind::Star: out += "*"; break;
      case Argument::Kind::DoubleStar: out += "**"; break;
    }
    out += maybe(argument.value);
  }
  return out;
}

std::string slot_text(SlotRef slot) { return slot.depth == 0 ? fmt::format("@{}", slot.slot) : fmt::format("@{}^{}", slot.slot, slot.depth); }

std::string target_text(const Target& target) {
  return std::visit(overloaded{[](const NameTarget& node) { return node.name + slot_text(node.slot) + (node.exported ? "!" : ""); },
                               [](const NamespaceTarget& node) { return node.name + slot_text(node.slot) + "." + node.attribute; },
                               [](const TupleTarget& node) {
                                 std::string out;
                                 for (const Target& item : node.items) out += (out.empty() ? "" : ", ") + target_text(item);
                                 return "(" + out + ")";
                               }},
                    target.node);
}

std::string target_text(const NameTarget& target) { return target.name + slot_text(target.slot) + (target.exported ? "!" : ""); }

std::string expr_text(const Compare& node) {
  std::string out = maybe(node.first);
  for (const auto& [op, operand] : node.rest) out += fmt::format(" {} {}", kCompareOps.at(static_cast<std::size_t>(op)), outline(operand));
  return "(" + out + ")";
}

std::string expr_text(const Concat& node) {
  std::string out;
  for (const Expr& part : node.parts) out += (out.empty() ? "" : " ~ ") + outline(part);
  return "(" + out + ")";
}

std::string expr_text(const DictExpr& node) {
  std::string out;
  for (const auto& [key, value] : node.items) out += (out.empty() ? "" : ", ") + outline(key) + ": " + outline(value);
  return "{" + out + "}";
}

class Outline {
 public:
  std::string take() { return std::move(out_); }

  void unit(const Unit& node) {
    if (node.slot_count == 0) return;
    std::string names;
    for (const std::string& name : node.slot_names) names += " " + name;
    line(fmt::format("unit{}{}", names, node.captured ? " (captured)" : ""));
  }

  void scope(std::string_view title, const Scope& node) {
    for (const SlotInit& init : node.inits) {
      switch (init.kind) {
        case SlotInit::Kind::Missing: line(fmt::format("{}@{} = missing", title, init.slot)); break;
        case SlotInit::Kind::Context: line(fmt::format("{}@{} = context {}", title, init.slot, init.name)); break;
        case SlotInit::Kind::Copy: line(fmt::format("{}@{} = {}", title, init.slot, slot_text(init.from))); break;
        case SlotInit::Kind::Self: line(fmt::format("{}@{} = self", title, init.slot)); break;
        case SlotInit::Kind::Super: line(fmt::format("{}@{} = super", title, init.slot)); break;
      }
    }
  }

  void body(const Body& statements) {
    for (const Stmt& stmt : statements) statement(stmt);
  }

 private:
  void line(std::string_view text) { out_ += fmt::format("{}{}\n", std::string(2 * depth_, ' '), text); }

  template <class Inside>
  void block(std::string_view head, Inside&& inside) {
    line(head);
    ++depth_;
    inside();
    --depth_;
  }

  void callable(std::string_view head, const Callable& node) {
    std::string parameters;
    for (const Parameter& parameter : node.parameters) {
      parameters += (parameters.empty() ? "" : ", ") + parameter.name + slot_text(parameter.slot);
      if (parameter.default_value) parameters += "=" + outline(*parameter.default_value);
    }
    if (node.uses_caller) parameters += " caller" + slot_text(node.caller_slot);
    if (node.uses_kwargs) parameters += " kwargs" + slot_text(node.kwargs_slot);
    if (node.uses_varargs) parameters += " varargs" + slot_text(node.varargs_slot);
    block(fmt::format("{}({})", head, parameters), [&] {
      unit(node.unit);
      scope("", node.scope);
      body(node.body);
    });
  }

  void loop(const For& node) {
    const std::string condition = node.condition ? " if " + outline(*node.condition) : "";
    const std::string loop_text = node.uses_loop ? " loop" + slot_text(node.loop_slot) : "";
    block(fmt::format("for {} in {}{}{}{}", target_text(node.target), outline(node.iterable), condition, node.recursive ? " recursive" : "", loop_text),
          [&] {
            unit(node.unit);
            scope("if ", node.condition_scope);
            scope("", node.body_scope);
            body(node.body);
          });
    if (node.otherwise.empty()) return;
    block("else", [&] {
      scope("", node.else_scope);
      body(node.otherwise);
    });
  }

  std::string locals(const Locals& names) {
    std::string out;
    for (const auto& [name, slot] : names) out += " " + name + slot_text(slot);
    return out.empty() ? out : " with" + out;
  }

  void branches(const If& node) {
    bool first = true;
    for (const auto& [condition, branch] : node.branches) {
      block((first ? "if " : "elif ") + outline(condition), [&] { body(branch); });
      first = false;
    }
    if (!node.otherwise.empty()) block("else", [&] { body(node.otherwise); });
  }

  void scoped(std::string_view head, const Scope& inner, const Body& statements) {
    block(head, [&] {
      scope("", inner);
      body(statements);
    });
  }

  void statement(const Stmt& stmt) {
    std::visit(overloaded{[&](const Data& node) { line(fmt::format("data {}..{}", node.range.begin, node.range.end)); },
                          [&](const Print& node) { line(fmt::format("print {}", joined(node.exprs()))); }, [&](const If& node) { branches(node); },
                          [&](const For& node) { loop(node); },
                          [&](const Set& node) { line(fmt::format("set {} = {}", target_text(node.target), outline(node.value))); },
                          [&](const SetBlock& node) { scoped(fmt::format("set {} {}", target_text(node.target), joined(node.filters)), node.scope, node.body); },
                          [&](const MacroStmt& node) { callable("macro " + target_text(node.target), *node.callable); },
                          [&](const CallBlock& node) { callable("call " + outline(node.call), *node.caller); },
                          [&](const Do& node) { line("do " + outline(node.value)); },
                          [&](const FilterBlock& node) { scoped("filter " + joined(node.filters), node.scope, node.body); },
                          [&](const With& node) {
                            std::string assigned;
                            for (const auto& [target, value] : node.assignments) assigned += fmt::format(" {} = {}", target_text(target), outline(value));
                            scoped("with" + assigned, node.scope, node.body);
                          },
                          [&](const Include& node) {
                            line(fmt::format("include {}{}{}", outline(node.name), node.ignore_missing ? " ignore missing" : "", locals(node.locals)));
                          },
                          [&](const Import& node) { line(fmt::format("import {} as {}{}", outline(node.name), target_text(node.target), locals(node.locals))); },
                          [&](const FromImport& node) {
                            std::string names;
                            for (const auto& [name, target] : node.names) names += fmt::format(" {} as {}", name, target_text(target));
                            line(fmt::format("from {} import{}{}", outline(node.name), names, locals(node.locals)));
                          },
                          [&](const Extends& node) { line("extends " + outline(node.name)); },
                          [&](const Block& node) {
                            block(fmt::format("block {}{}{}{}", node.name, node.scoped ? " scoped" : "", node.required ? " required" : "", locals(node.locals)),
                                  [&] {
                                    unit(node.unit);
                                    scope("", node.scope);
                                    body(node.body);
                                  });
                          },
                          [&](const Autoescape& node) { scoped("autoescape " + outline(node.enabled), node.scope, node.body); },
                          [&](const Jump& node) { line(node.is_break ? "break" : "continue"); },
                          [&](const DbtBlock& node) { callable("dbt " + target_text(node.target), *node.callable); }},
               stmt.node);
  }

  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string outline(const Expr& expr) {
  return std::visit(
      overloaded{[](const Constant& node) { return constant(node.value); }, [](const Name& node) { return node.name + slot_text(node.slot); },
                 [](const ListExpr& node) { return node.is_tuple ? fmt::format("tuple({})", joined(node.items)) : fmt::format("[{}]", joined(node.items)); },
                 [](const DictExpr& node) { return expr_text(node); }, [](const Attribute& node) { return maybe(node.object) + "." + node.name; },
                 [](const Subscript& node) { return fmt::format("{}[{}]", maybe(node.object), maybe(node.index)); },
                 [](const Slice& node) { return fmt::format("{}:{}:{}", maybe(node.start), maybe(node.stop), maybe(node.step)); },
                 [](const Call& node) { return fmt::format("{}({})", maybe(node.callee), arguments(node.arguments)); },
                 [](const Filter& node) { return fmt::format("({}|{}({}))", maybe(node.operand), node.name, arguments(node.arguments)); },
                 [](const Test& node) {
                   return fmt::format("({} is {}{}({}))", maybe(node.operand), node.negated ? "not " : "", node.name, arguments(node.arguments));
                 },
                 [](const Unary& node) { return fmt::format("({}{})", kUnaryOps.at(static_cast<std::size_t>(node.op)), maybe(node.operand)); },
                 [](const Binary& node) {
                   return fmt::format("({} {} {})", maybe(node.left), kBinaryOps.at(static_cast<std::size_t>(node.op)), maybe(node.right));
                 },
                 [](const Compare& node) { return expr_text(node); }, [](const Concat& node) { return expr_text(node); },
                 [](const Conditional& node) {
                   return fmt::format("({} if {}{})", maybe(node.then), maybe(node.condition), node.otherwise ? " else " + outline(*node.otherwise) : "");
                 }},
      expr.node);
}

std::string outline(const Template& tmpl) {
  Outline out;
  out.unit(tmpl.unit);
  out.scope("", tmpl.scope);
  out.body(tmpl.body);
  return out.take();
}

}  // namespace hookc::ast
