// Statements: one function a kind, and what they share: scopes, slots, targets, the context's names.
#include <algorithm>

#include "compiler/ast/children.h"
#include "compiler/base/overloaded.h"
#include "compiler/eval/builtins/objects.h"
#include "compiler/eval/machine.h"
#include "compiler/value/iterator.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::size_t kLinearInputs = 24;

}  // namespace

// -------------------------------------------------------------------------------------------------------------------- names and slots

void Evaluator::Impl::enter(const ast::Scope& scope) {
  for (const ast::SlotInit& init : scope.inits) {
    Value& target = slot(ast::SlotRef{0, init.slot});
    switch (init.kind) {
      case ast::SlotInit::Kind::Missing: target.reset(); break;
      case ast::SlotInit::Kind::Context: target = lazy_slot(); break;
      case ast::SlotInit::Kind::Copy: target = Value{slot(init.from)}; break;
      case ast::SlotInit::Kind::Self: target = blocks_value(); break;
      case ast::SlotInit::Kind::Super: {
        const std::string block = open_blocks.empty() ? std::string{} : open_blocks.back().block->name;
        target = make_undefined("super", "there is no parent block called " + repr_of_bytes(block) + ".");
        break;
      }
    }
  }
}

/// The context's value: what the template exported so far (seen by blocks), then what the host knows.
Value Evaluator::Impl::lookup(std::string_view name) {
  if (!open_blocks.empty()) {
    if (std::optional<Value> found = lookup_exported(name)) return std::move(*found);
  }
  const auto answer = [&](const Value& known) { return is_missing(known) ? undefined_here(make_undefined(std::string{name})) : known; };
  if (inputs.size() <= kLinearInputs) {
    for (const auto& [known_name, known] : inputs) {
      if (known_name == name) return answer(known);
    }
  } else if (const auto known = input_index->find(name); known != input_index->end()) {
    return answer(inputs[known->second].second);
  }
  std::optional<Value> found = host.input(self, name);
  if (inputs.empty()) inputs.reserve(kLinearInputs);
  inputs.emplace_back(name, found ? std::move(*found) : Value{});
  if (inputs.size() == kLinearInputs + 1) {
    input_index.emplace();
    for (std::uint32_t i = 0; i < inputs.size(); ++i) input_index->emplace(inputs[i].first, i);
  } else if (inputs.size() > kLinearInputs) {
    input_index->emplace(name, static_cast<std::uint32_t>(inputs.size() - 1));
  }
  return answer(inputs.back().second);
}

std::optional<Value> Evaluator::Impl::lookup_exported(std::string_view name) {
  for (const auto& [local, value] : open_blocks.back().locals) {
    if (local == name) return value;
  }
  for (auto it = exported.rbegin(); it != exported.rend(); ++it) {
    if ((*it)->name == name && root != nullptr && (*it)->slot.slot < root->count) return root->slots[(*it)->slot.slot];
  }
  return std::nullopt;
}

void Evaluator::Impl::store(const ast::NameTarget& target, Value&& value) {
  if (is_missing(value)) value = make_undefined(target.name, "value is undefined");
  slot(target.slot) = std::move(value);
  if (target.exported && activation == root) exported.push_back(&target);  // a root store runs once
}

/// The namespace whose attribute is assigned; null for an unknown, of which nothing more is known afterwards.
Namespace* Evaluator::Impl::find_namespace(const ast::Target& target, const ast::NamespaceTarget& node) {
  Value spare;
  const Value& holder = look_slot(node.name, node.slot, spare);
  if (holder.is<Unknown>()) return nullptr;
  const auto* object = holder.get_if<ObjectPtr>();
  auto* known = object != nullptr ? dynamic_cast<Namespace*>(object->get()) : nullptr;
  if (known == nullptr) raise_at(target.span, "TemplateRuntimeError", "cannot assign attribute on non-namespace object");
  return known;
}

/// Jinja refuses targets that are no namespaces before it evaluates the value.
void Evaluator::Impl::check_namespaces(const ast::Target& target) {
  if (const auto* attribute = std::get_if<ast::NamespaceTarget>(&target.node)) find_namespace(target, *attribute);
  if (const auto* tuple = std::get_if<ast::TupleTarget>(&target.node)) {
    for (const ast::Target& item : tuple->items) check_namespaces(item);
  }
}

void Evaluator::Impl::assign(const ast::Target& target, Value&& value) {
  if (const auto* name = std::get_if<ast::NameTarget>(&target.node)) return store(*name, std::move(value));
  std::visit(overloaded{[&](const ast::NameTarget& node) { store(node, std::move(value)); },
                        [&](const ast::NamespaceTarget& node) {
                          Value spare;
                          const Value& holder = look_slot(node.name, node.slot, spare);
                          // what a block gives is assigned unchecked, as an item
                          if (const auto* dict = holder.get_if<DictPtr>()) {
                            host.cycles().note(holder, value);
                            return (*dict)->set(Value{make_name(node.attribute)}, std::move(value));
                          }
                          if (holder.is<Unknown>()) return;
                          const auto* object = holder.get_if<ObjectPtr>();
                          auto* known = object != nullptr ? dynamic_cast<Namespace*>(object->get()) : nullptr;
                          if (known == nullptr) raise_at(target.span, "TypeError", "'" + hookc::type_name(holder) + "' object does not support item assignment");
                          host.cycles().note(Value{known->attributes()}, value);
                          known->set(node.attribute, std::move(value));
                        },
                        [&](const ast::TupleTarget& node) {
                          site = &target.span;
                          std::vector<Value> values = unpack(node, value);
                          for (std::size_t i = 0; i < node.items.size(); ++i) assign(node.items[i], std::move(values[i]));
                        }},
             target.node);
}

std::vector<Value> Evaluator::Impl::unpack(const ast::TupleTarget& target, const Value& value) {
  const std::size_t wanted = target.items.size();
  std::vector<Value> values;
  if (const auto* unknown = value.get_if<Unknown>()) {
    for (std::size_t i = 0; i < wanted; ++i) values.push_back(derive(*unknown, "[" + std::to_string(i) + "]"));
    return values;
  }
  if (const auto iterator = as_iterator(value)) {  // Python asks for one item more than it needs
    while (values.size() <= wanted) {
      std::optional<Value> item = iterator->next(self);
      if (!item) break;
      values.push_back(*std::move(item));
    }
    return checked_unpack(wanted, std::move(values));
  }
  std::optional<std::vector<Value>> items_found = items_of(self, value);
  if (!items_found) raise("TypeError", "cannot unpack non-iterable " + hookc::type_name(value) + " object");
  return checked_unpack(wanted, std::move(*items_found));
}

std::vector<Value> Evaluator::Impl::checked_unpack(std::size_t wanted, std::vector<Value> values) {
  if (values.size() < wanted) {
    raise("ValueError", "not enough values to unpack (expected " + std::to_string(wanted) + ", got " + std::to_string(values.size()) + ")");
  }
  if (values.size() > wanted) raise("ValueError", "too many values to unpack (expected " + std::to_string(wanted) + ")");
  return values;
}

// ------------------------------------------------------------------------------------------------------------------------- statements

Flow Evaluator::Impl::exec(const ast::Body& body) {
  for (const ast::Stmt& stmt : body) {
    const Flow flow = exec(stmt);
    if (flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

Flow Evaluator::Impl::exec(const ast::Stmt& stmt) {
  if (const auto* data = stmt.get_if<ast::Data>()) {
    append_data(stmt, *data);
    return Flow::Next;
  }
  tick();
  line = stmt.line;
  site = &stmt.span;
  if (const auto* print = stmt.get_if<ast::Print>()) return exec_print(*print);
  if (const auto* branch = stmt.get_if<ast::If>()) return exec_if(stmt, *branch);
  return exec_other(stmt);
}

Flow Evaluator::Impl::exec_other(const ast::Stmt& stmt) {
  const auto plain = [](auto&& act) {
    act();
    return Flow::Next;
  };
  return std::visit(
      overloaded{[](const ast::Data&) { return Flow::Next; }, [&](const ast::Print& node) { return exec_print(node); },
                 [&](const ast::If& node) { return exec_if(stmt, node); }, [&](const ast::For& node) { return exec_for(stmt, node); },
                 [&](const ast::Set& node) {
                   return plain([&] {
                     line = node.check_line;
                     check_namespaces(node.target);
                     line = stmt.line;
                     assign(node.target, eval(node.value));
                   });
                 },
                 [&](const ast::SetBlock& node) { return exec_set_block(stmt, node); },
                 [&](const ast::MacroStmt& node) { return plain([&] { exec_macro(node.callable, node.target); }); },
                 [&](const ast::CallBlock& node) { return plain([&] { exec_call_block(stmt, node); }); },
                 [&](const ast::Do& node) { return exec_do(node); },
                 [&](const ast::FilterBlock& node) { return exec_filter_block(node); }, [&](const ast::With& node) { return exec_with(node); },
                 [&](const ast::Include& node) { return plain([&] { fail_without_loader(stmt, node.name); }); },
                 [&](const ast::Import& node) { return plain([&] { fail_without_loader(stmt, node.name); }); },
                 [&](const ast::FromImport& node) { return plain([&] { fail_without_loader(stmt, node.name); }); },
                 [&](const ast::Extends& node) { return plain([&] { fail_without_loader(stmt, node.name); }); },
                 [&](const ast::Block& node) { return exec_block(node); },
                 [&](const ast::Autoescape& node) { return exec_autoescape(node); },
                 [](const ast::Jump& node) { return node.is_break ? Flow::Break : Flow::Continue; },
                 [&](const ast::DbtBlock& node) {
                   return plain([&] {
                     if (node.callable) exec_macro(node.callable, node.target);
                   });
                 }},
      stmt.node);
}

void Evaluator::Impl::append_data(const ast::Stmt& stmt, const ast::Data& data) {
  const std::uint32_t before = out.size();
  out.append_slice(sources.text(stmt.span.source), data.range, frame);
  if (options.is_computed_early && marks.empty() && out.size() > before) add_native_node(Value{Text{}});
  check_output();
}

Flow Evaluator::Impl::exec_print(const ast::Print& node) {
  for (const ast::Expr& expr : node.exprs()) {
    line = expr.line;
    site = statement = &expr.span;
    const FrameId print_frame = frames.at(&expr.span, frame, nullptr, {});
    if (options.is_computed_early)
      print_native(expr, print_frame);
    else
      emit(expr, print_frame);
    if (returned) return Flow::Return;
  }
  return Flow::Next;
}

Flow Evaluator::Impl::exec_do(const ast::Do& node) {
  statement = &node.value.span;
  eval(node.value);
  return returned ? Flow::Return : Flow::Next;
}

Flow Evaluator::Impl::exec_if(const ast::Stmt& stmt, const ast::If& node) {
  for (std::size_t i = 0; i < node.branches.size(); ++i) {
    const auto& [test, body] = node.branches[i];
    line = i < node.lines.size() ? node.lines[i] : stmt.line;
    if (condition(test)) return exec(body);
  }
  return exec(node.otherwise);
}

Flow Evaluator::Impl::exec_set_block(const ast::Stmt& stmt, const ast::SetBlock& node) {
  enter(node.scope);
  open_mark(true);
  const Flow flow = exec(node.body);
  if (flow == Flow::Next) line = stmt.line;
  Value value{close_capture()};
  if (flow != Flow::Next) return flow;  // a jump out of the block leaves nothing behind
  assign(node.target, apply_filters(node.filters, std::move(value)));
  return Flow::Next;
}

Value Evaluator::Impl::apply_filters(const std::vector<ast::Expr>& filters, Value value) {
  for (const ast::Expr& expr : filters) {
    tick();
    const auto* filter = std::get_if<ast::Filter>(&expr.node);
    if (filter == nullptr) continue;
    Value result;
    eval_filter(expr, *filter, &value, result);
    value = std::move(result);
  }
  return value;
}

Flow Evaluator::Impl::exec_filter_block(const ast::FilterBlock& node) {
  enter(node.scope);
  const std::uint32_t own_line = line;
  open_mark(true);
  const Flow flow = exec(node.body);
  if (flow == Flow::Next) line = own_line;
  const Value captured{close_capture()};
  if (flow != Flow::Next || node.filters.empty()) return flow;
  const Value result = apply_filters(node.filters, captured);
  const ast::Expr& last = node.filters.back();
  site = &last.span;
  if (!result.is<Text>() && !result.is<Unknown>()) {
    unjoined.emplace_back(marks.size(), type_name(result));
    return Flow::Next;
  }
  emit_value(result, frames.at(&last.span, frame, nullptr, {}));
  return Flow::Next;
}

void Evaluator::Impl::exec_macro(const ast::CallablePtr& callable, const ast::NameTarget& target) {
  store(target, Value{std::make_shared<MacroObject>(callable, target.name, closure_of(*activation))});
}

void Evaluator::Impl::exec_call_block(const ast::Stmt& stmt, const ast::CallBlock& node) {
  const auto* call = std::get_if<ast::Call>(&node.call.node);
  if (call == nullptr) raise("TemplateRuntimeError", "a call block without a call");
  const Value caller{std::make_shared<MacroObject>(node.caller, std::string{}, closure_of(*activation))};
  const FrameId print_frame = frames.at(&stmt.span, frame, nullptr, {});
  Value result;
  if (emit_call(node.call, *call, &caller, result)) return;
  site = &node.call.span;
  emit_value(result, print_frame);
}

Flow Evaluator::Impl::exec_with(const ast::With& node) {
  std::vector<Value> values;
  values.reserve(node.assignments.size());
  for (const auto& [target, expr] : node.assignments) values.push_back(eval(expr));
  enter(node.scope);
  for (std::size_t i = 0; i < values.size(); ++i) assign(node.assignments[i].first, std::move(values[i]));
  return exec(node.body);
}

/// Without inheritance a block is its own body, with slots of its own and the context's names.
Flow Evaluator::Impl::exec_block(const ast::Block& node) {
  if (node.required) raise("TemplateRuntimeError", "Required block " + repr_of_bytes(node.name) + " not found");
  OpenBlock open{&node, {}};
  for (const auto& [name, ref] : node.locals) {
    Value spare;
    const Value& value = slot(ref);
    if (!is_missing(value)) open.locals.emplace_back(name, look_slot(name, ref, spare));
  }
  if (!open_blocks.empty()) {  // the context of the block around holds what that one was given
    const auto& around = open_blocks.back().locals;
    open.locals.insert(open.locals.end(), around.begin(), around.end());
  }
  const Checkpoint before = checkpoint();
  enter_call();
  HeapRun on_heap{survivors};
  activation = &on_heap.open(node.unit.slot_count, activation->permissive, nullptr);
  open_blocks.push_back(std::move(open));
  enter(node.scope);
  const Flow flow = exec(node.body);
  open_blocks.pop_back();
  resume(before);
  return flow == Flow::Return ? flow : Flow::Next;
}

namespace {

const ast::Block* find_block(const ast::Body& body, std::string_view name) {
  const ast::Block* found = nullptr;
  for (const ast::Stmt& stmt : body) {
    const auto* block = stmt.get_if<ast::Block>();
    if (block != nullptr && block->name == name) found = block;
    if (found != nullptr) return found;
    ast::for_each_child(stmt, [](const ast::Expr&) {}, [&](const ast::Body& inner) {
      if (found == nullptr) found = find_block(inner, name);
    });
  }
  return found;
}

/// `self`: the template's blocks, to be printed again.
class Blocks final : public Object {
 public:
  explicit Blocks(const ast::Template& tmpl) : template_(tmpl) {}
  [[nodiscard]] std::string type_name() const override { return "TemplateReference"; }
  [[nodiscard]] Text str() const override { return make_name("<TemplateReference None>").get<Text>(); }
  std::optional<Value> attribute(Evaluator&, std::string_view name) override {
    const ast::Block* found = find_block(template_.body, name);
    if (found == nullptr) return std::nullopt;
    return make_function(std::string{name}, [found](Evaluator& evaluator, const Arguments&) {
      Evaluator::Impl& machine = evaluator.impl();
      machine.open_mark(true);
      machine.exec_block(*found);
      return Value{machine.close_capture()};
    });
  }

 private:
  const ast::Template& template_;  // outlives the evaluation that made this
};

}  // namespace

Value Evaluator::Impl::blocks_value() {
  if (main_template == nullptr) return make_undefined("self");
  return Value{std::make_shared<Blocks>(*main_template)};
}

Flow Evaluator::Impl::exec_autoescape(const ast::Autoescape& node) {
  const bool before = autoescape;
  const bool wanted = condition(node.enabled);
  enter(node.scope);
  autoescape = wanted;
  const Flow flow = exec(node.body);
  autoescape = before;
  return flow;
}

void Evaluator::Impl::fail_without_loader(const ast::Stmt& stmt, const ast::Expr& name) {
  eval(name);
  raise_at(stmt.span, "TypeError", "no loader for this environment specified");
}

}  // namespace hookc
