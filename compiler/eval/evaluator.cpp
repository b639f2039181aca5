// The evaluator's services for builtins and hosts, errors, limits, and the start and end of an evaluation.
#include "compiler/eval/evaluator.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "compiler/eval/machine.h"
#include "compiler/eval/plain_host.h"
#include "compiler/eval/remedies.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {
const Undefined::Info kLazyInfo{};
}

Value lazy_slot() { return Value{Undefined{std::shared_ptr<const Undefined::Info>{std::shared_ptr<const Undefined::Info>{}, &kLazyInfo}}}; }
bool is_lazy(const Undefined& undefined) { return undefined.info.get() == &kLazyInfo; }

// ---------------------------------------------------------------------------------------------------------------- errors and limits

std::uint32_t Evaluator::Impl::current_line() const {
  if (line != 0) return line;
  if (line_head == nullptr) return 0;
  std::string_view text = sources.text(line_head->source).view();
  const std::size_t name = text.find_first_not_of("{%-+ \t\n\r\f\v", line_head->begin);  // Jinja2's line of a tag is that of its name
  text = text.substr(0, name == std::string_view::npos ? line_head->begin : name);
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

std::vector<TraceEntry> Evaluator::Impl::trace() const {
  std::vector<TraceEntry> calls;
  for (FrameId at = frame; at != FrameId{0}; at = frames.get(at).parent) {
    const Frame& known = frames.get(at);
    if (known.is_call()) calls.push_back(TraceEntry{std::string{frames.macro_of(known)}, known.site});
  }
  return calls;
}

/// What only the machine knows of an error: the line, the macros, and the place where a builtin knew none.
void Evaluator::Impl::complete(Diagnostic& diagnostic) const {
  if (diagnostic.template_line == 0) diagnostic.template_line = current_line();
  if (diagnostic.trace.empty()) diagnostic.trace = trace();
  if (diagnostic.span == Span{}) diagnostic.span = here_span();
}

void Evaluator::Impl::raise(std::string error_class, std::string message) const { raise_at(here_span(), std::move(error_class), std::move(message)); }

void Evaluator::Impl::raise_at(Span span, std::string error_class, std::string message) const {
  Diagnostic diagnostic;
  diagnostic.error_class = std::move(error_class);
  diagnostic.message = std::move(message);
  diagnostic.span = span;
  complete(diagnostic);
  throw EvalError{std::move(diagnostic)};
}

void Evaluator::Impl::raise_unknown(std::string_view name, std::string message, std::string help) const {
  UnknownBuiltin error;
  error.diagnostic.error_class = "TemplateRuntimeError";
  error.diagnostic.message = std::move(message);
  error.diagnostic.help = std::move(help);
  complete(error.diagnostic);
  error.name = std::string{name};
  throw error;
}

void Evaluator::Impl::exceed(std::string message) const { raise("LimitError", std::move(message)); }

void Evaluator::Impl::exceed_steps() const { exceed("the evaluation takes more than " + std::to_string(options.limits.max_steps) + " steps"); }
void Evaluator::Impl::exceed_stack() const { exceed("calls and expressions are nested too deeply for the stack"); }

void Evaluator::Impl::count_items(std::uint64_t count) {
  items += count;
  if (items > options.limits.max_items)
    exceed("lists of more than " + std::to_string(options.limits.max_items) + " items together are made or walked");
}

Checkpoint Evaluator::Impl::checkpoint() const {
  return Checkpoint{marks.size(), open_blocks.size(), frame, site, statement, line, line_head, activation, slots.level(), depth, autoescape};
}

void Evaluator::Impl::resume(const Checkpoint& before) {
  frame = before.frame;
  site = before.site;
  statement = before.statement;
  line = before.line;
  line_head = before.line_head;
  activation = before.activation;
  slots.pop(before.slots);
  depth = before.depth;
  autoescape = before.autoescape;
}

void Evaluator::Impl::restore(const Checkpoint& before) {
  unwind_marks(before.marks);
  open_blocks.resize(before.blocks);
  resume(before);
}

// ------------------------------------------------------------------------------------------------------------- one evaluation

void Evaluator::Impl::start(const ast::Template& tmpl) {
  release_closures();
  finished = Rendering{};
  if (frames.size() != 1) frames.reset();
  events.clear();
  exported.clear();
  inputs.clear();
  input_index.reset();
  owners.reset();
  kept.clear();
  watched.clear();
  frame = FrameId{0};
  statement = nullptr;
  returned.reset();
  steps = items = made_bytes = 0;
  depth = 0;
  autoescape = prints_holes = false;
  line = 0;
  line_head = nullptr;
  main_template = &tmpl;
  outer_site = Span{tmpl.source, 0, 0};
  site = &outer_site;
  const std::size_t size = sources.text(tmpl.source).size();
  out.reserve(size + 256, 16 + tmpl.print_count * 2U);
}

void Evaluator::Impl::run_root(const ast::Template& tmpl, Activation& on) {
  activation = root = &on;
  enter(tmpl.scope);
  if (exec(tmpl.body) == Flow::Return) throw take_return();  // out of a template there is no macro to return from
}

void Evaluator::Impl::finish() {
  if (!unjoined.empty()) {
    line = kNoTemplateLine;
    check_joined();
  }
}

/// Closures can hold themselves (a macro in a slot of the activation that it closes over): empty what is still there.
void Evaluator::Impl::release_closures() {
  owners.reset();
  for (const std::weak_ptr<HeapActivation>& survivor : survivors) {
    const ClosurePtr alive = survivor.lock();
    if (!alive) continue;
    for (Value& value : alive->slots) {
      const Value gone = std::move(value);  // may end other closures, whose slots are their own
      value = Value{};
    }
  }
  survivors.clear();
}

EvalOutcome Evaluator::Impl::render(const ast::Template& tmpl) {
  stack_base = static_cast<const char*>(__builtin_frame_address(0));
  const SlotStack::Level level = slots.level();
  start(tmpl);
  Activation on_stack;
  Impl::HeapRun on_heap{survivors};
  std::optional<EvalError> error;
  const auto fail_with = [&](std::string error_class, std::string message) {
    Diagnostic diagnostic;
    diagnostic.error_class = std::move(error_class);
    diagnostic.message = std::move(message);
    error = EvalError{std::move(diagnostic)};
  };
  try {
    if (tmpl.unit.captured) {
      run_root(tmpl, on_heap.open(tmpl.unit.slot_count, options.permissive_undefined, nullptr));
    } else {
      on_stack = Activation{slots.push(tmpl.unit.slot_count), tmpl.unit.slot_count, options.permissive_undefined, nullptr, nullptr};
      run_root(tmpl, on_stack);
    }
    finish();
  } catch (UndefinedUse& caught) {
    explain(caught);
    error = EvalError{std::move(caught.diagnostic)};
  } catch (UnknownBuiltin& caught) {
    explain(caught);
    error = EvalError{std::move(caught.diagnostic)};
  } catch (UnknownKeyword& caught) {
    explain(caught);
    error = EvalError{std::move(caught.diagnostic)};
  } catch (EvalError& caught) {
    error = std::move(caught);
  } catch (const MacroReturn& end) {
    fail_with("CompilationError", display(end.value));
  } catch (const std::length_error& too_long) {
    fail_with("LimitError", too_long.what());
  } catch (const std::bad_alloc&) {
    fail_with("LimitError", "out of memory");
  }
  if (error) {
    complete(error->diagnostic);
    const auto capture = std::find_if(marks.begin(), marks.end(), [](const OpenMark& mark) { return mark.captures; });
    unwind_marks(static_cast<std::size_t>(capture - marks.begin()));
  }
  marks.clear();
  open_blocks.clear();
  slots.pop(level);
  activation = root = nullptr;
  site = &outer_site;
  Rendering result{out.take(), {}, {}, std::exchange(events, {})};
  frames.move_to(result);
  if (!error) return result;
  finished = std::move(result);
  return std::move(*error);
}

std::optional<Value> Evaluator::Impl::constant(const ast::Expr& expr) {
  stack_base = static_cast<const char*>(__builtin_frame_address(0));
  ast::Template nothing;
  nothing.source = expr.span.source;
  start(nothing);
  Activation empty{nullptr, 0, false, nullptr, nullptr};
  activation = root = &empty;
  try {
    return eval(expr);
  } catch (const EvalError&) {
    return std::nullopt;
  } catch (const std::length_error&) {
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

// --------------------------------------------------------------------------------------------------------------------- the interface

std::optional<Value> compute_constant(Sources& sources, const ast::Expr& expr) {
  constexpr Limits kMoment{.max_steps = 10'000, .max_output = 1U << 20U, .max_depth = 1, .max_items = 100'000};
  PlainHost host(nullptr);
  Evaluator evaluator(sources, host, EvalOptions{.limits = kMoment});
  return evaluator.impl().constant(expr);
}

Evaluator::Evaluator(Sources& sources, Host& host, EvalOptions options) : impl_(std::make_unique<Impl>(*this, sources, host, options)) {}
Evaluator::~Evaluator() {
  impl_->release_closures();
  Cycles& cycles = impl_->host.cycles();
  impl_.reset();  // nothing of it holds them then
  cycles.release();
}

EvalOutcome Evaluator::render(const ast::Template& tmpl) { return impl_->render(tmpl); }
const Rendering& Evaluator::rendering() const { return impl_->finished; }
Sources& Evaluator::sources() { return impl_->sources; }
Host& Evaluator::host() { return impl_->host; }
const EvalOptions& Evaluator::options() const { return impl_->options; }
Span Evaluator::site() const { return impl_->here_span(); }

Text Evaluator::render_nested(const ast::TemplatePtr& tmpl) {
  Impl& machine = *impl_;
  machine.kept.push_back(tmpl);
  const struct Outer {  // put back on every way out: `attempt` knows nothing of them
    Impl& machine;
    Activation* root;
    const ast::Template* main_template;
    std::vector<const ast::NameTarget*> exported;
    std::vector<Impl::OpenBlock> open_blocks;
    ~Outer() {
      machine.root = root;
      machine.main_template = main_template;
      machine.exported = exported;
      machine.open_blocks = open_blocks;
    }
  } outer{machine, machine.root, machine.main_template, std::exchange(machine.exported, {}), std::exchange(machine.open_blocks, {})};
  const Checkpoint before = machine.checkpoint();
  machine.open_mark(true);
  machine.enter_call();
  machine.main_template = tmpl.get();
  Impl::HeapRun own{machine.survivors};
  machine.run_root(*tmpl, own.open(tmpl->unit.slot_count, false, nullptr));
  machine.resume(before);
  return machine.close_capture();
}

Value Evaluator::call(const Value& callee, const Arguments& arguments) { return impl_->counted(impl_->call_value(callee, arguments, nullptr)); }

Value Evaluator::make_macro(const ast::CallablePtr& macro, std::string_view name, const ast::TemplatePtr& owner) {
  return Value{std::make_shared<MacroObject>(macro, std::string{name}, impl_->owner_activation(owner))};
}

Value Evaluator::call_macro(const ast::CallablePtr& macro, std::string_view name, const ast::TemplatePtr& owner, const Arguments& arguments) {
  const MacroObject known(macro, std::string{name}, impl_->owner_activation(owner));
  return impl_->macro_value(known, Impl::CallInput{nullptr, &arguments, nullptr, impl_->site});
}

bool Evaluator::truth(const Value& value) { return impl_->truth(value); }
std::vector<Value> Evaluator::iterate(const Value& value) { return impl_->iterate(value); }

Text Evaluator::to_text(const Value& value) {
  if (const Text* text = value.get_if<Text>(); text != nullptr && text->is_placed()) return *text;
  if (value.is<Unknown>()) {
    impl_->prints_holes = true;
    impl_->touch(value.get<Unknown>());
  }
  return str_of(impl_->here(), value);
}

Value Evaluator::get_attribute(const Value& object, std::string_view name) { return impl_->attribute_of_value(object, name); }
Value Evaluator::get_item(const Value& object, const Value& key) { return impl_->item_of_value(object, key); }
bool Evaluator::compare(ast::CompareOp op, const Value& left, const Value& right) { return impl_->compare(op, left, right); }
Value Evaluator::binary(ast::BinaryOp op, const Value& left, const Value& right) { return impl_->counted(impl_->arithmetic(op, left, right)); }

Value Evaluator::apply_filter(std::string_view name, const Value& operand, const Arguments& arguments) {
  const Builtin* filter = find_filter(name);
  if (filter == nullptr) impl_->raise_unknown(name, "No filter named " + repr_of_bytes(name) + " found.", help_for_filter(name));
  return call_builtin(*this, *filter, operand, arguments);
}

bool Evaluator::apply_test(std::string_view name, const Value& operand, const Arguments& arguments) {
  const Builtin* test = find_test(name);
  if (test == nullptr) impl_->raise_unknown(name, "No test named " + repr_of_bytes(name) + " found.", help_for_test(name));
  if (std::optional<bool> answer = impl_->unknown_test(name, operand, arguments)) return *answer;
  return impl_->truth(call_builtin(*this, *test, operand, arguments));
}

std::optional<Value> Evaluator::call_with_unknowns(const Builtin& builtin, const Value* operand, const Arguments& arguments) {
  return impl_->unknown_builtin(builtin, operand, arguments);
}

Value Evaluator::derive_unknown(const Unknown& parent, std::string_view suffix) { return impl_->derive(parent, suffix); }
Text Evaluator::made(std::string bytes) { return impl_->here().made(std::move(bytes)); }

Text Evaluator::derived(std::string bytes, const std::vector<const Text*>& inputs) {
  std::vector<Position> positions;
  for (const Text* input : inputs) {
    for (const Run& run : input->runs()) {
      if (place_of(run.position) != 0) positions.push_back(run.position);
    }
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  if (positions.empty()) return made(std::move(bytes));
  return Text{std::move(bytes), impl_->sources.add_derived(positions)};
}

std::size_t Evaluator::record(Event event) {
  if (event.site == Span{}) event.site = site();
  event.frame = impl_->frame;
  event.output_offset = impl_->out.size();
  impl_->events.push_back(std::move(event));
  return impl_->events.size() - 1;
}

void Evaluator::return_from_macro(Value value) {
  if (impl_->site != impl_->statement) throw MacroReturn{std::move(value)};
  impl_->returned = std::move(value);
}

std::size_t Evaluator::event_count() const { return impl_->events.size(); }

void Evaluator::mark_used(std::size_t event) {
  if (event < impl_->events.size()) impl_->events[event].result_used = true;
}

void Evaluator::watch(const SymbolPtr& symbol, std::size_t event) { impl_->watched.emplace_back(symbol->name, event); }
FrameId Evaluator::frame() const { return impl_->frame; }

void Evaluator::spend(std::uint64_t steps) {
  impl_->steps += steps;
  impl_->tick();
}

void Evaluator::raise(std::string error_class, std::string message) const { impl_->raise(std::move(error_class), std::move(message)); }

std::variant<Value, EvalError> Evaluator::attempt(const std::function<Value()>& body) {
  const Checkpoint before = impl_->checkpoint();
  try {
    return body();
  } catch (EvalError& error) {
    impl_->complete(error.diagnostic);
    impl_->restore(before);
    return std::move(error);
  }
}

}  // namespace hookc
