// Calls: macros, bodies of call blocks, methods, and whatever a host hands in.
#include <algorithm>
#include <typeinfo>
#include <utility>

#include "compiler/eval/builtins/signature.h"
#include "compiler/eval/machine.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

const MacroObject* as_macro(const Value& value) {
  const auto* object = value.get_if<ObjectPtr>();
  if (object == nullptr) return nullptr;
  const Object& known = **object;
  return typeid(known) == typeid(MacroObject) ? static_cast<const MacroObject*>(&known) : nullptr;
}

/// An undefined argument is a value of its own, not a missing one.
Value as_argument(Value value) {
  static const auto kInfo = std::make_shared<const Undefined::Info>(Undefined::Info{{}, "value is undefined", Undefined::Kind::Plain});
  if (is_missing(value)) return Value{Undefined{kInfo}};
  return value;
}

std::string macro_label(const MacroObject& macro) { return "macro " + (macro.name().empty() ? std::string{"None"} : repr_of_bytes(macro.name())); }

Value no_caller() { return make_undefined("caller", "No caller defined"); }

/// The macro's name as its author wrote it.
std::string_view frame_name(const MacroObject& macro) {
  std::string_view name = macro.name();
  if (name.empty()) return "caller";
  if (name.starts_with(kDbtMacroPrefix)) name.remove_prefix(kDbtMacroPrefix.size());
  return name;
}

std::size_t parameter_index(const ast::Callable& callable, std::string_view name) {
  std::size_t index = 0;
  while (index < callable.parameters.size() && callable.parameters[index].name != name) ++index;
  return index;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------------ what is called

Evaluator::Impl::Callee Evaluator::Impl::find_callee(const ast::Call& call) {
  const auto* attribute = std::get_if<ast::Attribute>(&call.callee->node);
  if (attribute == nullptr) return Callee{eval(*call.callee), nullptr};
  tick();
  Value own;
  const Value& object = look(*attribute->object, own);
  if (!object.is<ObjectPtr>() && !object.is<Unknown>() && !object.is<Undefined>()) {
    if (const Builtin* method = find_method(object, attribute->name)) return Callee{object, method};
  }
  site = object.is<Undefined>() ? &attribute->object->span : &call.callee->span;
  return Callee{attribute_of_value(object, attribute->name), nullptr};
}

Value Evaluator::Impl::eval_call(const ast::Expr& expr, const ast::Call& call, const Value* caller) {
  const Callee callee = find_callee(call);
  if (const MacroObject* macro = as_macro(callee.value); macro != nullptr && callee.method == nullptr) {
    return macro_value(*macro, CallInput{&call, nullptr, caller, &expr.span});
  }
  return call_found(expr, call, callee, caller);
}

bool Evaluator::Impl::emit_call(const ast::Expr& expr, const ast::Call& call, const Value* caller, Value& result) {
  const Callee callee = find_callee(call);
  const MacroObject* macro = as_macro(callee.value);
  if (macro == nullptr || callee.method != nullptr) {
    result = call_found(expr, call, callee, caller);
    return false;
  }
  std::optional<Value> value = run_macro(*macro, CallInput{&call, nullptr, caller, &expr.span}, false);
  if (value) {
    result = std::move(*value);
    return false;
  }
  close_in_place();
  return true;
}

bool Evaluator::Impl::call_directly(const Builtin& builtin, BuiltinOperand operand, const std::vector<ast::Argument>& arguments, const Span& call_site,
                                    Value& result) {
  const Signature& signature = *builtin.prepared;
  const std::size_t count = signature.parameters.size();
  const std::size_t given = arguments.size() + 1;
  if (given > signature.positional || given < signature.required) return false;
  for (const ast::Argument& argument : arguments) {
    if (argument.kind != ast::Argument::Kind::Positional) return false;
  }
  const SlotStack::Level level = slots.level();
  Value* const places = slots.push(count);
  if (operand.expr != nullptr) {
    eval_into(*operand.expr, places[0]);
  } else {
    places[0] = *operand.value;
  }
  bool all_known = !places[0].is<Unknown>();
  for (std::size_t i = 1; i < given; ++i) {
    eval_into(*arguments[i - 1].value, places[i]);
    all_known = all_known && !places[i].is<Unknown>();
  }
  site = &call_site;
  if (all_known) {
    for (std::size_t i = 0; i < given; ++i) charge(places[i]);
    for (std::size_t i = given; i < count; ++i) places[i] = *signature.parameters[i].default_value;
    result = builtin.body(BuiltinCall{self, call_site, std::span<const Value>{places, count}, {}, {}});
  } else {
    Arguments values = take_arguments(call_site);
    values.positional.assign(places + 1, places + given);
    result = call_builtin(self, builtin, places[0], values);
    give_back(std::move(values));
  }
  slots.pop(level);
  return true;
}

Value Evaluator::Impl::call_found(const ast::Expr& expr, const ast::Call& call, const Callee& callee, const Value* caller) {
  if (callee.method != nullptr && caller == nullptr) {
    Value result;
    if (call_directly(*callee.method, BuiltinOperand{nullptr, &callee.value}, call.arguments, expr.span, result)) return counted(std::move(result));
  }
  Arguments arguments = take_arguments(expr.span);
  collect_arguments(call.arguments, caller, arguments);
  site = &expr.span;
  Value result = callee.method != nullptr ? call_builtin(self, *callee.method, callee.value, arguments)
                                          : call_value(callee.value, arguments, &call.callee->span);
  give_back(std::move(arguments));
  return counted(std::move(result));
}

Value Evaluator::Impl::call_value(const Value& callee, const Arguments& arguments, const Span* callee_span) {
  const auto no_function = [&]() {
    if (callee_span != nullptr) site = callee_span;
    raise("TypeError", "'" + hookc::type_name(callee) + "' object is not callable");
  };
  if (const auto* undefined = callee.get_if<Undefined>()) {
    if (undefined->info && undefined->info->kind == Undefined::Kind::Permissive) return callee;
    if (callee_span != nullptr) site = callee_span;
    fail_undefined(here(), *undefined);
  }
  if (const auto* unknown = callee.get_if<Unknown>()) return unknown_call(*unknown, arguments);
  const auto* object = callee.get_if<ObjectPtr>();
  if (object == nullptr) no_function();
  const ObjectPtr keep = *object;
  if (!keep->is_callable()) no_function();
  check_stack();
  return keep->call(self, arguments);
}

// ---------------------------------------------------------------------------------------------------------------------- arguments

Arguments Evaluator::Impl::take_arguments(Span call_site) {
  Arguments arguments;
  if (!spare_arguments.empty()) {
    arguments = std::move(spare_arguments.back());
    spare_arguments.pop_back();
  }
  arguments.site = call_site;
  return arguments;
}

/// Keeps the vectors for the next call.
void Evaluator::Impl::give_back(Arguments&& arguments) {
  arguments.positional.clear();
  arguments.keyword.clear();
  spare_arguments.push_back(std::move(arguments));
}

/// `caller` of a call block comes behind the keywords that are written and before those that are unpacked.
void Evaluator::Impl::collect_arguments(const std::vector<ast::Argument>& arguments, const Value* caller, Arguments& into) {
  const auto add_caller = [&] {
    if (caller != nullptr) into.keyword.emplace_back("caller", *caller);
    caller = nullptr;
  };
  const auto add_keyword = [&](const std::string& name, Value value) {
    if (into.keyword_if(name) != nullptr) raise("TypeError", "got multiple values for keyword argument " + repr_of_bytes(name));
    into.keyword.emplace_back(name, std::move(value));
  };
  for (const ast::Argument& argument : arguments) {
    Value value = eval(*argument.value);
    switch (argument.kind) {
      case ast::Argument::Kind::Positional: into.positional.push_back(std::move(value)); break;
      case ast::Argument::Kind::Keyword: {
        // of names that are written twice (which the parser leaves only where Jinja2 makes a dict of them) the last one counts
        const auto same = std::find_if(into.keyword.begin(), into.keyword.end(), [&](const auto& entry) { return entry.first == argument.name; });
        if (same != into.keyword.end()) {
          same->second = std::move(value);
        } else {
          into.keyword.emplace_back(argument.name, std::move(value));
        }
        break;
      }
      case ast::Argument::Kind::Star: {
        site = &argument.value->span;
        for (Value& item : iterate(value)) into.positional.push_back(std::move(item));
        break;
      }
      case ast::Argument::Kind::DoubleStar: {
        site = &argument.value->span;
        if (value.is<Unknown>()) break;  // which names it has is not known: none are passed
        const auto* dict = value.get_if<DictPtr>();
        if (const auto* undefined = value.get_if<Undefined>()) fail_undefined(here(), *undefined);
        if (dict == nullptr) raise("TypeError", "argument after ** must be a mapping, not " + hookc::type_name(value));
        add_caller();
        for (const Dict::Entry& entry : (*dict)->entries()) {
          const auto name = text_of(entry.key);
          if (!name) raise("TypeError", "keywords must be strings");
          add_keyword(std::string{*name}, entry.value);
        }
        break;
      }
    }
  }
  add_caller();
}

/// Evaluates the arguments straight into the macro's slots. False, and nothing done: the call needs the long way.
bool Evaluator::Impl::bind_directly(const MacroObject& macro, const ast::Call& call, const Value* caller, Activation& into) {
  const ast::Callable& callable = macro.callable();
  if (callable.caller_is_parameter || (caller != nullptr && !callable.uses_caller)) return false;
  std::size_t positional = 0;
  for (const ast::Argument& argument : call.arguments) {
    if (argument.kind == ast::Argument::Kind::Positional)
      ++positional;
    else if (argument.kind != ast::Argument::Kind::Keyword)
      return false;
  }
  if (positional > callable.parameters.size()) return false;
  for (std::size_t i = positional; i < call.arguments.size(); ++i) {
    const std::size_t index = parameter_index(callable, call.arguments[i].name);
    if (index < positional || index == callable.parameters.size()) return false;
    for (std::size_t j = positional; j < i; ++j) {
      if (call.arguments[j].name == call.arguments[i].name) return false;
    }
  }
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const ast::Argument& argument = call.arguments[i];
    const std::size_t index = argument.kind == ast::Argument::Kind::Positional ? i : parameter_index(callable, argument.name);
    into.slots[callable.parameters[index].slot.slot] = as_argument(eval(*argument.value));
  }
  if (callable.uses_caller) into.slots[callable.caller_slot.slot] = caller != nullptr ? *caller : no_caller();
  if (callable.uses_kwargs) into.slots[callable.kwargs_slot.slot] = make_dict();
  if (callable.uses_varargs) into.slots[callable.varargs_slot.slot] = make_tuple({});
  return true;
}

/// Jinja's binding: keywords fill only the parameters that no position filled; what is left over goes to kwargs and varargs, if the body mentions them.
void Evaluator::Impl::bind_arguments(const MacroObject& macro, const Arguments& arguments, Activation& into) {
  const ast::Callable& callable = macro.callable();
  const std::size_t count = callable.parameters.size();
  const std::size_t filled = std::min(count, arguments.positional.size());
  std::vector<std::pair<std::string, Value>> left = arguments.keyword;
  const auto take = [&](std::string_view name) -> std::optional<Value> {
    for (auto it = left.begin(); it != left.end(); ++it) {
      if (it->first != name) continue;
      Value value = std::move(it->second);
      left.erase(it);
      return value;
    }
    return std::nullopt;
  };
  for (std::size_t i = 0; i < filled; ++i) into.slots[callable.parameters[i].slot.slot] = as_argument(arguments.positional[i]);
  for (std::size_t i = filled; i < count; ++i) {
    if (std::optional<Value> value = take(callable.parameters[i].name)) into.slots[callable.parameters[i].slot.slot] = as_argument(std::move(*value));
  }
  if (callable.uses_caller && !callable.caller_is_parameter) {
    std::optional<Value> caller = take("caller");
    into.slots[callable.caller_slot.slot] = caller && !caller->is<None>() ? std::move(*caller) : no_caller();
  }
  if (callable.uses_kwargs) {
    auto rest = std::make_shared<Dict>();
    for (auto& [name, value] : left) rest->set(Value{self.made(name)}, std::move(value));
    into.slots[callable.kwargs_slot.slot] = Value{std::move(rest)};
  } else if (!left.empty()) {
    const bool two_callers = std::any_of(left.begin(), left.end(), [](const auto& keyword) { return keyword.first == "caller"; });
    if (two_callers) {
      raise("TypeError", macro_label(macro) +
                             " was invoked with two values for the special caller argument; this is most likely because it does not use `caller`");
    }
    std::vector<std::string> names;
    for (const ast::Parameter& parameter : callable.parameters) names.push_back(parameter.name);
    fail_keyword(here_span(), macro_label(macro) + " takes no keyword argument " + repr_of_bytes(left.front().first), left.front().first, names);
  }
  if (callable.uses_varargs) {
    const auto first = arguments.positional.begin() + static_cast<std::ptrdiff_t>(filled);
    into.slots[callable.varargs_slot.slot] = make_tuple(std::vector<Value>(first, arguments.positional.end()));
  } else if (arguments.positional.size() > count) {
    raise("TypeError", macro_label(macro) + " takes not more than " + std::to_string(count) + " argument(s)");
  }
}

/// Defaults are evaluated at the call, in the macro's scope, from left to right.
void Evaluator::Impl::bind_defaults(const ast::Callable& callable, Activation& into) {
  for (const ast::Parameter& parameter : callable.parameters) {
    if (!is_missing(into.slots[parameter.slot.slot])) continue;
    if (parameter.default_value) {
      into.slots[parameter.slot.slot] = as_argument(eval(*parameter.default_value));
    } else {
      into.slots[parameter.slot.slot] =
          undefined_here(make_undefined(parameter.name, "parameter " + repr_of_bytes(parameter.name) + " was not provided"));
    }
  }
}

// ------------------------------------------------------------------------------------------------------------------------- macros

void Evaluator::Impl::enter_call() {
  if (++depth > options.limits.max_depth) exceed("more than " + std::to_string(options.limits.max_depth) + " calls are nested");
  check_stack();
}

/// The slots of a macro's run, on the stack unless something inside of it closes over them. They are evaluated into before it is entered.
void Evaluator::Impl::make_activation(const MacroObject& macro, RunningMacro& run) {
  const ast::Unit& unit = macro.callable().unit;
  const ClosurePtr& closure = macro.closure();
  const bool permissive = closure && closure->activation.permissive;
  if (unit.captured) {
    run.callee = &run.on_heap.open(unit.slot_count, permissive, closure);
  } else {
    run.on_stack = Activation{slots.push(unit.slot_count), unit.slot_count, permissive, closure ? &closure->activation : nullptr, nullptr};
    run.callee = &run.on_stack;
  }
  Activation* const caller = std::exchange(activation, run.callee);
  enter(macro.callable().scope);
  activation = caller;
}

void Evaluator::Impl::bind(const MacroObject& macro, const CallInput& input, Activation& into) {
  if (input.call == nullptr) return bind_arguments(macro, *input.arguments, into);
  if (bind_directly(macro, *input.call, input.caller, into)) return;
  Arguments arguments = take_arguments(*input.call_site);
  collect_arguments(input.call->arguments, input.caller, arguments);
  site = input.call_site;
  bind_arguments(macro, arguments, into);
  give_back(std::move(arguments));
}

std::optional<Value> Evaluator::Impl::run_macro(const MacroObject& macro, const CallInput& input, bool captures) {
  const Checkpoint before = checkpoint();
  open_mark(captures);
  site = input.call_site;
  enter_call();
  RunningMacro run{{}, HeapRun{survivors}};
  make_activation(macro, run);
  bind(macro, input, *run.callee);
  const ast::Callable& callable = macro.callable();
  frame = frames.at(input.call_site, before.frame, &callable, frame_name(macro));
  const auto end_with = [&](MacroReturn end) {
    if (callable.name.empty()) throw end;  // dbt: out of a call body, it is the called macro that returns
    restore(before);
    return std::move(end.value);
  };
  try {
    if (run_body(callable, *run.callee) == Flow::Return) return end_with(take_return());
  } catch (MacroReturn& end) {
    return end_with(std::move(end));
  }
  resume(before);
  return std::nullopt;
}

Flow Evaluator::Impl::run_body(const ast::Callable& callable, Activation& callee) {
  activation = &callee;
  line = 0;
  line_head = &callable.head;
  bind_defaults(callable, callee);
  const Flow flow = exec(callable.body);
  if (flow != Flow::Return && !unjoined.empty()) {
    line = callable.end_line;
    check_joined();
  }
  return flow;
}

MacroReturn Evaluator::Impl::take_return() {
  MacroReturn end{*std::move(returned)};
  returned.reset();
  return end;
}

Value Evaluator::Impl::macro_value(const MacroObject& macro, const CallInput& input) {
  std::optional<Value> value = run_macro(macro, input, true);
  if (value) return std::move(*value);
  return Value{close_capture()};
}

/// The heap part of an activation, for a macro that closes over it. One that no inner macro reads has nothing to keep but its own outer ones.
ClosurePtr Evaluator::Impl::closure_of(Activation& of) {
  if (of.heap != nullptr) return of.heap->shared_from_this();
  return std::make_shared<HeapActivation>(std::uint16_t{0}, of.permissive, of.parent != nullptr ? closure_of(*of.parent) : nullptr);
}

/// The root of a template of macros: its names are the context's.
ClosurePtr Evaluator::Impl::owner_activation(const ast::TemplatePtr& owner) {
  if (!owner) return nullptr;
  if (!owners) owners.emplace();
  ClosurePtr& known = (*owners)[owner.get()];
  if (!known) {
    known = std::make_shared<HeapActivation>(owner->unit.slot_count, false, nullptr);
    for (Value& value : known->slots) value = lazy_slot();
    kept.push_back(owner);
  }
  return known;
}

// ------------------------------------------------------------------------------------------------------------------- Macro, a value

Text MacroObject::str() const {
  return make_name(name_.empty() ? std::string{"<Macro anonymous>"} : "<Macro " + repr_of_bytes(name_) + ">").get<Text>();
}

std::optional<Value> MacroObject::attribute(Evaluator& evaluator, std::string_view attribute_name) {
  if (attribute_name == "name") return name_.empty() ? Value{None{}} : Value{evaluator.made(name_)};
  if (attribute_name == "arguments") {
    std::vector<Value> names;
    for (const ast::Parameter& parameter : callable_->parameters) names.emplace_back(evaluator.made(parameter.name));
    return make_tuple(std::move(names));
  }
  if (attribute_name == "catch_kwargs") return Value{callable_->uses_kwargs};
  if (attribute_name == "catch_varargs") return Value{callable_->uses_varargs};
  if (attribute_name == "caller") return Value{callable_->uses_caller};
  return std::nullopt;
}

Value MacroObject::call(Evaluator& evaluator, const Arguments& arguments) {
  Evaluator::Impl& machine = evaluator.impl();
  return machine.macro_value(*this, Evaluator::Impl::CallInput{nullptr, &arguments, nullptr, machine.site});
}

}  // namespace hookc
