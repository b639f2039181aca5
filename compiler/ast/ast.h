// The AST of a Jinja template: immutable aggregates, closed variants. Walk it with std::visit and `overloaded`, without a catch-all arm: a new node must not
// compile until every operation has decided what to do with it.
//
// Names are resolved after parsing, as Jinja itself resolves them (ast/scopes.h): a Name carries the slot that it reads or writes. A Unit is what has
// slots of its own: the template's root, the body of a macro, of a call block, of a block, of a recursive loop. Inner scopes (for, with, filter and set blocks)
// use slots of the Unit they are in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/base/sources.h"
#include "compiler/value/value.h"

namespace hookc {
struct Builtin;  // eval/builtins/builtins.h
}

namespace hookc::ast {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<const Expr>;
using Body = std::vector<Stmt>;

/// Where a name lives. `depth` counts Units outward from the one that is running (0: its own); `slot` indexes the Unit's slots.
struct SlotRef {
  std::uint16_t depth = 0;
  std::uint16_t slot = 0;
};

/// The number of a name within its template, by which names are told apart until they are resolved (ast/names.h). Those to which Jinja gives a meaning come first.
enum class NameId : std::uint32_t { Loop, Caller, Kwargs, Varargs, Self, Super };

/// How a slot starts when its scope is entered.
struct SlotInit {
  enum class Kind : std::uint8_t {
    Missing,  // a read before the first store gives Undefined
    Context,  // the context's value of `name`, looked up when the scope is entered (lazily is the same, unless it is stored first)
    Copy,     // the value of `from` at that moment (Jinja's alias)
    Self,     // the template's blocks as a value; in the root or a block that mentions `self`
    Super     // the overridden block; in a block that mentions `super`
  };
  std::uint16_t slot = 0;
  Kind kind = Kind::Missing;
  SlotRef from;
  std::string name;
};

/// What happens on entry to a scope.
struct Scope {
  std::vector<SlotInit> inits;
};

/// The variables that a scope can see, for what gets them by name: includes and imports with context, scoped blocks.
using Locals = std::vector<std::pair<std::string, SlotRef>>;

/// Slots of one activation. `captured`: a macro, call body or block inside refers to them, so they must live on the heap.
struct Unit {
  std::uint16_t slot_count = 0;
  bool captured = false;
  std::vector<std::string> slot_names;  // for messages
};

// ---------------------------------------------------------------------------------------------------------------- expressions

struct Constant { Value value; };           // strings keep the bytes that they came from; escapes are fixed runs
struct Name { std::string name; SlotRef slot; NameId id{}; };
struct ListExpr { std::vector<Expr> items; bool is_tuple = false; };
struct DictItem;
struct DictExpr { std::vector<DictItem> items; };
struct Attribute { ExprPtr object; std::string name; Span name_span; };
struct Subscript { ExprPtr object; ExprPtr index; };                     // the index may be a Slice or a tuple
struct Slice { ExprPtr start, stop, step; };                              // each may be null

struct Argument {
  enum class Kind : std::uint8_t { Positional, Keyword, Star, DoubleStar };
  Kind kind = Kind::Positional;
  std::string name;  // of a keyword
  ExprPtr value;
};
struct Call { ExprPtr callee; std::vector<Argument> arguments; };
struct Filter { ExprPtr operand; std::string name; Span name_span; std::vector<Argument> arguments; const Builtin* builtin = nullptr; };  // no operand in filter and set blocks: the captured text
struct Test { ExprPtr operand; std::string name; Span name_span; std::vector<Argument> arguments; bool negated = false; const Builtin* builtin = nullptr; };

enum class UnaryOp : std::uint8_t { Negate, Plus, Not };
struct Unary { UnaryOp op; ExprPtr operand; };
enum class BinaryOp : std::uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power, And, Or };
struct Binary { BinaryOp op; ExprPtr left, right; };
enum class CompareOp : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };
struct Comparison;
struct Compare { ExprPtr first; std::vector<Comparison> rest; };                     // chained; each operand is evaluated once
struct Concat { std::vector<Expr> parts; };                                          // `~`
struct Conditional { ExprPtr condition, then, otherwise; };                          // `otherwise` null: undefined

struct Expr {
  Span span;                      // all of it
  std::uint32_t line = 0;         // the line that Jinja gives to the node (jinja-language, section 10)
  std::variant<Constant, Name, ListExpr, DictExpr, Attribute, Subscript, Slice, Call, Filter, Test, Unary, Binary, Compare, Concat, Conditional> node;
};
struct DictItem { Expr key, value; };
struct Comparison { CompareOp op; Expr operand; };

// ---------------------------------------------------------------------------------------------------------------- statements

/// What `set`, `for` and `with` assign to.
struct Target;
struct NameTarget { std::string name; SlotRef slot; NameId id{}; bool exported = false; };       // exported: the context gets it too, for blocks and includes (and, unless it begins with `_` or is imported itself, for importers)
struct NamespaceTarget { std::string name; SlotRef slot; NameId id{}; std::string attribute; };  // `ns.x`
struct TupleTarget { std::vector<Target> items; };
struct Target {
  Span span;
  std::variant<NameTarget, NamespaceTarget, TupleTarget> node;
};

struct Data { ByteRange range; };  // template text, whitespace control applied; offsets into the Source that holds the statement
/// `{{ a }}`, `{% print a, b %}`; ids count within the template.
struct Print {
  ExprPtr only;                // of the usual case
  std::vector<Expr> several;   // of the others
  std::uint32_t id = 0;

  [[nodiscard]] std::span<const Expr> exprs() const { return only ? std::span<const Expr>{only.get(), 1} : std::span<const Expr>{several}; }
};
struct If {
  std::vector<std::pair<Expr, Body>> branches;
  std::vector<std::uint32_t> lines;  // of the branches: an `elif` has a line of its own
  Body otherwise;
};
struct For {
  Target target;
  Expr iterable;
  std::optional<Expr> condition;   // the `if` of the head: filters before counting
  bool recursive = false;
  bool uses_loop = false;           // the body mentions `loop`
  SlotRef loop_slot;
  Unit unit;                        // of a recursive loop: target, condition, body and else run in it; the iterable does not
  std::uint32_t end_line = 1;       // of a recursive loop: where Jinja2 joins what it has made
  Scope condition_scope, body_scope, else_scope;
  Body body, otherwise;
};
struct Set { Target target; Expr value; std::uint32_t check_line = 0; };  // the line: of an error where the target is no namespace
struct SetBlock { Target target; std::vector<Expr> filters; Scope scope; Body body; };  // filters: Filter nodes, applied in order
struct Parameter { std::string name; SlotRef slot; NameId id{}; ExprPtr default_value; Span span; };
/// What macros and call blocks have in common. The macro's text starts anew with its own Unit.
struct Callable {
  std::string name;               // empty for a call block
  std::vector<Parameter> parameters;
  bool uses_varargs = false, uses_kwargs = false, uses_caller = false;
  SlotRef varargs_slot, kwargs_slot, caller_slot;
  bool caller_is_parameter = false;
  Unit unit;
  Scope scope;
  Body body;
  Span head;                       // the opening tag
  std::uint32_t end_line = 0;      // the line of an error where what the body printed is joined
};
using CallablePtr = std::shared_ptr<const Callable>;  // macros outlive the evaluation of their definition
struct MacroStmt { CallablePtr callable; NameTarget target; };
struct CallBlock { Expr call; CallablePtr caller; };  // `call` is a Call
struct Do { Expr value; };
struct FilterBlock { std::vector<Expr> filters; Scope scope; Body body; };
struct With { std::vector<std::pair<Target, Expr>> assignments; Scope scope; Body body; };
struct Include { Expr name; bool ignore_missing = false; bool with_context = true; Locals locals; };
struct Import { Expr name; Target target; bool with_context = false; Locals locals; };  // the target is a name
struct FromImport { Expr name; std::vector<std::pair<std::string, Target>> names; bool with_context = false; Locals locals; };
struct Extends { Expr name; };
struct Block { std::string name; bool scoped = false, required = false; Unit unit; Scope scope; Body body; Locals locals; };  // its Unit has no outer one
struct Autoescape { Expr enabled; Scope scope; Body body; };
struct Jump { bool is_break = true; };
/// dbt's `materialization`, `test`, `docs`, `snapshot`, `data_test` blocks: a macro under a name of dbt's making.
struct DbtBlock {
  enum class Kind : std::uint8_t { Materialization, Test, Docs, Snapshot };
  Kind kind = Kind::Test;
  std::string name;                // as written
  std::string adapter;             // of a materialization; `default` when it is none
  CallablePtr callable;
  NameTarget target;
};

/// A large alternative of a variant, which is kept apart so that the others need not be as large. To `visit` it is what it holds.
template <class T>
class Boxed {
 public:
  Boxed(T&& value) : value_(std::make_unique<T>(std::move(value))) {}
  operator const T&() const { return *value_; }
  operator T&() { return *value_; }

 private:
  std::unique_ptr<T> value_;
};

struct Stmt {
  using Node = std::variant<Data, Print, Boxed<If>, Boxed<For>, Boxed<Set>, Boxed<SetBlock>, Boxed<MacroStmt>, Boxed<CallBlock>, Boxed<Do>, Boxed<FilterBlock>, Boxed<With>,
                            Boxed<Include>, Boxed<Import>, Boxed<FromImport>, Boxed<Extends>, Boxed<Block>, Boxed<Autoescape>, Jump, Boxed<DbtBlock>>;
  Span span;                      // of the whole statement; of the tag's head where the statement has a body
  std::uint32_t line = 0;
  Node node;

  /// Null when it is another statement.
  template <class T>
  [[nodiscard]] const T* get_if() const {
    if constexpr (std::is_constructible_v<Node, std::in_place_type_t<Boxed<T>>, T>) {
      const auto* boxed = std::get_if<Boxed<T>>(&node);
      return boxed != nullptr ? &static_cast<const T&>(*boxed) : nullptr;
    } else {
      return std::get_if<T>(&node);
    }
  }
  template <class T>
  [[nodiscard]] bool is() const { return get_if<T>() != nullptr; }
};

struct Template {
  SourceId source{};
  Unit unit;
  Scope scope;
  Body body;
  std::uint32_t print_count = 0;
};
using TemplatePtr = std::shared_ptr<const Template>;

}  // namespace hookc::ast
