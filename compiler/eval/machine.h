// Machine: the state of one evaluation, and the functions that walk the AST over it. Private to compiler/eval: everybody else uses evaluator.h.
//
// Nothing here is restored by destructors when an error passes through: the state then still says where the error happened, and whoever
// catches one goes back to a Checkpoint.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/eval/activation.h"
#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/frames.h"
#include "compiler/eval/macro.h"
#include "compiler/value/site.h"

namespace hookc {

class LoopObject;
class Namespace;
class LoopItems;

/// The error of a filter or test that there is not, found out when it is applied.
struct UnknownBuiltin : EvalError {
  std::string name;
};

/// How a body ended.
enum class Flow : std::uint8_t { Next, Break, Continue, Return };

/// What a call starts from: where an error, or dbt's `return`, takes the machine back to.
/// `return(x)` inside of an expression: unwinds to where the macro was called.
struct MacroReturn {
  Value value;
};

struct Checkpoint {
  std::size_t marks;
  std::size_t blocks;
  FrameId frame;
  const Span* site;
  const Span* statement;
  std::uint32_t line;
  const Span* line_head;
  Activation* activation;
  SlotStack::Level slots;
  std::uint32_t depth;
  bool autoescape;
};

/// What a text takes: its bytes, and where they came from.
inline std::uint64_t weight_of(const Text& text) { return text.size() + (text.runs().size() > 1 ? text.runs().size() * sizeof(Run) : 0); }

struct Evaluator::Impl {
  Impl(Evaluator& owner, Sources& all_sources, Host& its_host, EvalOptions its_options)
      : self(owner), sources(all_sources), host(its_host), options(its_options) {
    frames.reset();
  }

  Evaluator& self;
  Sources& sources;
  Host& host;
  EvalOptions options;

  // ---- output
  TextBuilder out;
  struct OpenMark {
    TextBuilder::Mark mark;
    bool captures;  // what follows is a value, not output
  };
  std::vector<OpenMark> marks;
  std::vector<std::pair<std::size_t, std::string>> unjoined;  // behind how many marks a filter block gave what is no text, and its type
  FrameTable frames;
  FrameId frame{};
  std::vector<Event> events;
  Rendering finished;
  bool prints_holes = false;  // an unknown has been printed: texts may hold holes
  struct NativeNodes {        // of native rendering: what the template itself prints
    std::size_t count = 0;
    Value first;
    std::vector<std::pair<Text, NativeMarker>> marked;  // by identity: they are kept, so that no other text takes their place
    [[nodiscard]] std::optional<NativeMarker> marker_of(const Value& value) const;
  };
  NativeNodes native;

  // ---- where we are
  const Span* site = &outer_site;  // never null
  const Span* statement = nullptr;  // the expression that is the whole of the running statement
  std::optional<Value> returned;    // by a `return(x)` that is a whole statement; the macro is being left
  std::uint32_t line = 0;          // Jinja's line; 0: that of line_head
  const Span* line_head = nullptr;
  Span outer_site;  // of a call from outside of any template

  // ---- names
  SlotStack slots;
  Activation* activation = nullptr;
  Activation* root = nullptr;  // of the template that is rendered
  const ast::Template* main_template = nullptr;
  std::vector<const ast::NameTarget*> exported;
  std::vector<std::pair<std::string_view, Value>> inputs;           // the host's answers, under names that outlive the evaluation
  std::optional<std::unordered_map<std::string_view, std::uint32_t>> input_index;  // from kLinearInputs names on
  std::vector<std::weak_ptr<HeapActivation>> survivors;             // closures that may hold themselves
  std::optional<std::unordered_map<const ast::Template*, ClosurePtr>> owners;  // few templates need one
  std::vector<ast::TemplatePtr> kept;
  struct OpenBlock {
    const ast::Block* block;
    std::vector<std::pair<std::string_view, Value>> locals;  // of the place that holds a scoped block
  };
  std::vector<OpenBlock> open_blocks;

  // ---- limits
  std::uint64_t steps = 0;
  std::uint64_t items = 0;
  std::uint64_t made_bytes = 0;
  std::uint32_t depth = 0;
  const char* stack_base = nullptr;
  bool autoescape = false;

  // ---- unknowns
  std::unordered_map<std::string, SymbolPtr> symbols;
  std::vector<std::pair<std::string, std::size_t>> watched;  // symbols of query results, and their events

  std::vector<Arguments> spare_arguments;

  // ---- expressions.cpp
  Value eval(const ast::Expr& expr);
  void eval_into(const ast::Expr& expr, Value& into) {
    if (const Value& value = look(expr, into); &value != &into) into = value;
  }
  /// The value of `expr`, borrowed where it lives: in a slot, a dict, the AST; otherwise in `spare`. Valid until something else is evaluated.
  [[gnu::always_inline]] const Value& look(const ast::Expr& expr, Value& spare) {
    const auto* name = std::get_if<ast::Name>(&expr.node);
    const auto* constant = std::get_if<ast::Constant>(&expr.node);
    if (name == nullptr && constant == nullptr) return look_inner(expr, spare);
    count_step();
    return constant != nullptr ? constant->value : look_slot(name->name, name->slot, spare);
  }
  const Value& look_slot(const std::string& name, ast::SlotRef ref, Value& spare) {
    Value& value = slot(ref);
    return value.is<Undefined>() ? look_undefined(name, value, spare) : value;
  }
  const Value& look_inner(const ast::Expr& expr, Value& spare);
  const Value& look_undefined(const std::string& name, Value& value, Value& spare);
  const Value& look_attribute(const ast::Expr& expr, const ast::Attribute& node, Value& spare);
  const Value& look_subscript(const ast::Expr& expr, const ast::Subscript& node, Value& spare);
  const Value& look_binary(const ast::Expr& expr, const ast::Binary& node, Value& spare);
  Value eval_slice(const ast::Expr& expr, const Value& object, const ast::Slice& slice);
  Value eval_unary(const ast::Expr& expr, const ast::Unary& node);
  bool holds(const ast::Expr& expr, const ast::Compare& node);
  bool holds(const ast::Expr& expr, const ast::Test& node);
  Value eval_concat(const ast::Expr& expr, const ast::Concat& node);
  Value eval_dict(const ast::Expr& expr, const ast::DictExpr& node);
  Value eval_list(const ast::ListExpr& node);
  /// `captured`: the text of a filter or set block, which is not `into`.
  void eval_filter(const ast::Expr& expr, const ast::Filter& node, const Value* captured, Value& into);
  void call_stand_in(std::string_view what, std::string_view name, const Arguments& arguments) const;
  Value missing_otherwise(const ast::Expr& expr);
  Value attribute_of_value(const Value& object, std::string_view name);
  Value item_of_value(const Value& object, const Value& key);
  Value undefined_here(Value undefined) const;
  bool truth(const Value& value);
  /// The truth of `expr`. Comparisons, tests and what combines them need no values for it.
  bool condition(const ast::Expr& expr);
  Value arithmetic(ast::BinaryOp op, const Value& left, const Value& right);
  bool compare(ast::CompareOp op, const Value& left, const Value& right);
  bool compare_integers(ast::CompareOp op, std::int64_t left, std::int64_t right);

  // ---- output.cpp
  void emit(const ast::Expr& expr, FrameId print_frame);
  void emit_value(const Value& value, FrameId print_frame);
  void emit_other(const Value& value, FrameId print_frame);
  void open_mark(bool captures);
  Text close_capture();
  void close_in_place();
  /// Jinja2 joins what was printed, and then finds what a filter block left there that is no text.
  void check_joined() const;
  void unwind_marks(std::size_t count);
  void check_output() const {
    if (out.size() > options.limits.max_output) exceed_output();
  }
  [[noreturn]] void exceed_output() const;
  void count_made(std::uint64_t bytes);
  /// Counts a text that an operation made.
  void count_text(const Value& value) {
    if (const auto* text = value.get_if<Text>()) count_made(weight_of(*text));
  }
  Value counted(Value value) {
    count_text(value);
    return value;
  }

  // ---- calls.cpp
  Value eval_call(const ast::Expr& expr, const ast::Call& call, const Value* caller);
  /// Prints a macro's output in place. False: it was no macro, and `result` holds what the call gave.
  bool emit_call(const ast::Expr& expr, const ast::Call& call, const Value* caller, Value& result);
  struct Callee {
    Value value;                      // what is called, or the object of `method`
    const Builtin* method = nullptr;  // of a built-in type
  };
  Callee find_callee(const ast::Call& call);
  Value call_found(const ast::Expr& expr, const ast::Call& call, const Callee& callee, const Value* caller);
  /// What a builtin is called on: an expression that is not evaluated yet, or a value.
  struct BuiltinOperand {
    const ast::Expr* expr;
    const Value* value;
  };
  /// Calls a builtin with its operand and arguments evaluated straight into the places of its parameters. False, and nothing done: the call needs the long way.
  bool call_directly(const Builtin& builtin, BuiltinOperand operand, const std::vector<ast::Argument>& arguments, const Span& call_site, Value& result);
  void collect_arguments(const std::vector<ast::Argument>& arguments, const Value* caller, Arguments& into);
  Value call_value(const Value& callee, const Arguments& arguments, const Span* callee_span);
  /// The arguments of a macro's call: as written, or as values. `caller` is the body of a call block.
  struct CallInput {
    const ast::Call* call;
    const Arguments* arguments;
    const Value* caller;
    const Span* call_site;
  };
  /// Runs a macro into the output after a new mark, which is left open for the caller; but what dbt's `return` gave, with the mark gone, if there was one.
  std::optional<Value> run_macro(const MacroObject& macro, const CallInput& input, bool captures);
  Value macro_value(const MacroObject& macro, const CallInput& input);
  bool bind_directly(const MacroObject& macro, const ast::Call& call, const Value* caller, Activation& into);
  /// An activation on the heap, for as long as something runs in it. A macro that closes over it may be in one of its own slots: `survivors` hears of it,
  /// however the run ends.
  class HeapRun {
   public:
    explicit HeapRun(std::vector<std::weak_ptr<HeapActivation>>& survivors) : survivors_(survivors) {}
    HeapRun(const HeapRun&) = delete;
    HeapRun& operator=(const HeapRun&) = delete;
    ~HeapRun() {
      if (closure_ && closure_.use_count() > 1) survivors_.push_back(closure_);
    }
    Activation& open(std::uint16_t slot_count, bool permissive, ClosurePtr outer) {
      closure_ = std::make_shared<HeapActivation>(slot_count, permissive, std::move(outer));
      return closure_->activation;
    }

   private:
    std::vector<std::weak_ptr<HeapActivation>>& survivors_;
    ClosurePtr closure_;
  };
  struct RunningMacro {
    Activation on_stack;
    HeapRun on_heap;
    Activation* callee = nullptr;  // one of the two
  };
  void make_activation(const MacroObject& macro, RunningMacro& run);
  void bind(const MacroObject& macro, const CallInput& input, Activation& into);
  void bind_arguments(const MacroObject& macro, const Arguments& arguments, Activation& into);
  void bind_defaults(const ast::Callable& callable, Activation& into);
  Flow run_body(const ast::Callable& callable, Activation& callee);
  /// What `return_from_macro` left.
  MacroReturn take_return();
  ClosurePtr closure_of(Activation& of);
  ClosurePtr owner_activation(const ast::TemplatePtr& owner);
  void enter_call();
  Arguments take_arguments(Span call_site);
  void give_back(Arguments&& arguments);

  // ---- statements.cpp
  Flow exec(const ast::Body& body);
  Flow exec(const ast::Stmt& stmt);
  Flow exec_other(const ast::Stmt& stmt);
  Flow exec_if(const ast::Stmt& stmt, const ast::If& node);
  Flow exec_for(const ast::Stmt& stmt, const ast::For& node);
  Flow exec_print(const ast::Print& node);
  void print_native(const ast::Expr& expr, FrameId print_frame);
  void add_native_node(Value value);
  Flow exec_do(const ast::Do& node);
  void exec_call_block(const ast::Stmt& stmt, const ast::CallBlock& node);
  void exec_macro(const ast::CallablePtr& callable, const ast::NameTarget& target);
  Value blocks_value();
  Flow exec_with(const ast::With& node);
  Flow exec_block(const ast::Block& node);
  Flow exec_set_block(const ast::Stmt& stmt, const ast::SetBlock& node);
  Flow exec_filter_block(const ast::FilterBlock& node);
  Flow exec_autoescape(const ast::Autoescape& node);
  [[noreturn]] void fail_without_loader(const ast::Stmt& stmt, const ast::Expr& name);
  void append_data(const ast::Stmt& stmt, const ast::Data& data);
  Value apply_filters(const std::vector<ast::Expr>& filters, Value value);
  void enter(const ast::Scope& scope);
  Value& slot(ast::SlotRef ref) {
    Activation* at = activation;
    for (std::uint16_t left = ref.depth; left > 0 && at != nullptr; --left) at = at->parent;
    if (at != nullptr && ref.slot < at->count) return at->slots[ref.slot];
    nowhere = Value{};
    return nowhere;
  }
  Value nowhere;  // what a reference to no slot reads and writes
  void assign(const ast::Target& target, Value&& value);
  Namespace* find_namespace(const ast::Target& target, const ast::NamespaceTarget& node);
  void check_namespaces(const ast::Target& target);
  void store(const ast::NameTarget& target, Value&& value);
  std::vector<Value> unpack(const ast::TupleTarget& target, const Value& value);
  std::vector<Value> checked_unpack(std::size_t wanted, std::vector<Value> values);
  Value lookup(std::string_view name);
  std::optional<Value> lookup_exported(std::string_view name);

  // ---- loops.cpp
  Flow run_loop(const ast::For& node, Value iterable, std::uint32_t depth0);
  Flow run_iterations(const ast::For& node, Value iterable, Activation& outer, std::uint32_t depth0);
  bool accepts(const ast::For& node, const Value& item);
  std::vector<Value> iterate(const Value& value);

  // ---- unknowns.cpp
  /// The unknown that a value is, or that a text with holes in it stands for (kept in `scratch`).
  const Unknown* unknown_in(const Value& value, Unknown& scratch) {
    if (const auto* unknown = value.get_if<Unknown>()) return unknown;
    return prints_holes ? unknown_text(value, scratch) : nullptr;
  }
  const Unknown* unknown_text(const Value& value, Unknown& scratch);
  bool unknown_truth(const Unknown& unknown);
  std::vector<Value> unknown_items(const Unknown& unknown);
  Value unknown_attribute(const Unknown& unknown, std::string_view name);
  Value unknown_item(const Unknown& unknown, const Value& key);
  Value unknown_call(const Unknown& unknown, const Arguments& arguments);
  Value unknown_binary(ast::BinaryOp op, const Value& left, const Value& right);
  bool unknown_compare(ast::CompareOp op, const Value& left, const Value& right);
  /// The answer of a test whose operand or argument is unknown; nothing when all are known.
  std::optional<bool> unknown_test(std::string_view name, const Value& operand, const Arguments& arguments);
  std::optional<Value> unknown_builtin(const Builtin& builtin, const Value* operand, const Arguments& arguments);
  /// The value of a symbol with a finite domain: asks which. Nothing when the domain is not known.
  std::optional<Value> enumerate(const Unknown& unknown);
  Value derive(const Unknown& parent, std::string_view suffix);
  Value named_unknown(std::string name, Symbol::Shape shape);
  std::size_t ask(Question::Kind kind, const SymbolPtr& symbol, std::string op, std::optional<Value> operand);
  void touch(const Unknown& unknown);

  // ---- evaluator.cpp
  [[nodiscard]] Site here() const { return Site{*site, &sources}; }
  [[nodiscard]] Span here_span() const { return *site; }
  [[noreturn]] void raise(std::string error_class, std::string message) const;
  [[noreturn]] void raise_at(Span span, std::string error_class, std::string message) const;
  [[noreturn]] void raise_unknown(std::string_view name, std::string message, std::string help) const;
  [[noreturn]] void exceed(std::string message) const;
  [[nodiscard]] std::uint32_t current_line() const;
  [[nodiscard]] std::vector<TraceEntry> trace() const;
  void complete(Diagnostic& diagnostic) const;
  // ---- explain.cpp: what may have been meant
  [[nodiscard]] const ast::Template* template_at(Span place) const;
  void explain_name(std::string_view name, Diagnostic& diagnostic) const;
  void narrow(std::string_view name, Span& span) const;
  void explain(UndefinedUse& error) const;
  void explain(UnknownKeyword& error) const;
  void explain(UnknownBuiltin& error) const;
  void tick() {
    count_step();
    check_stack();
  }
  void count_step() {
    if (++steps > options.limits.max_steps) exceed_steps();
  }
  void check_stack() {
    const auto* top = static_cast<const char*>(__builtin_frame_address(0));
    if (static_cast<std::size_t>(stack_base - top) > options.limits.max_stack && top < stack_base) exceed_stack();
  }
  /// Work that grows with the bytes of a text is counted in steps too; the next step notices.
  void charge(const Value& value) {
    constexpr std::uint32_t kBytesPerStep = 64;
    if (const auto* text = value.get_if<Text>()) steps += text->size() / kBytesPerStep;
  }
  bool equal(const Value& left, const Value& right);
  bool is_in(const Value& needle, const Value& haystack);
  void charge_comparison(ast::CompareOp op, const Value& left, const Value& right);
  [[noreturn]] void exceed_steps() const;
  [[noreturn]] void exceed_stack() const;
  void count_items(std::uint64_t count);
  [[nodiscard]] Checkpoint checkpoint() const;
  /// Back to the place of the checkpoint. Marks opened since are rolled back by `restore`, left alone by `resume`.
  void restore(const Checkpoint& checkpoint);
  void resume(const Checkpoint& checkpoint);
  void run_root(const ast::Template& tmpl, Activation& activation);
  EvalOutcome render(const ast::Template& tmpl);
  std::optional<Value> constant(const ast::Expr& expr);
  void start(const ast::Template& tmpl);
  void finish();
  void release_closures();
};

}  // namespace hookc
