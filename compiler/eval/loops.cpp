#include "compiler/eval/loops.h"

#include <memory>

#include "compiler/base/overloaded.h"
#include "compiler/value/operators.h"

namespace hookc {

namespace {

/// The slots that a target writes.
void collect_slots(const ast::Target& target, std::vector<ast::SlotRef>& into) {
  std::visit(overloaded{[&](const ast::NameTarget& node) { into.push_back(node.slot); }, [](const ast::NamespaceTarget&) {},
                        [&](const ast::TupleTarget& node) {
                          for (const ast::Target& item : node.items) collect_slots(item, into);
                        }},
             target.node);
}

}  // namespace

// -------------------------------------------------------------------------------------------------------------------------- LoopItems

LoopItems::LoopItems(Evaluator::Impl& machine, const ast::For& node, Value iterable)
    : machine_(machine), node_(node), activation_(machine.activation), source_(std::move(iterable)) {
  if (const auto* list = source_.get_if<ListPtr>()) {
    list_ = list->get();
    return;
  }
  iterator_ = as_iterator(source_);
  if (iterator_) return;
  if (const auto* dict = source_.get_if<DictPtr>()) {
    dict_ = dict->get();
    dict_size_ = dict_->size();
  }
  items_ = machine_.iterate(source_);
}

bool LoopItems::pull(Value& item) {
  if (list_ != nullptr) {
    if (position_ >= list_->items.size()) return false;
    item = list_->items[position_++];
    return true;
  }
  if (iterator_) {
    std::optional<Value> next = iterator_->next(machine_.self);
    if (next) item = *std::move(next);
    return next.has_value();
  }
  if (dict_ != nullptr && dict_->size() != dict_size_) machine_.raise("RuntimeError", "dictionary changed size during iteration");
  if (position_ >= items_.size()) return false;
  item = std::move(items_[position_++]);
  return true;
}

bool LoopItems::pull_accepted(Value& item) {
  while (pull(item)) {
    machine_.tick();
    if (!node_.condition || machine_.accepts(node_, item)) return true;
  }
  return false;
}

bool LoopItems::next(Value& item) {
  if (!has_ahead()) return pull_accepted(item);
  item = std::move(ahead_[ahead_given_++]);
  if (!has_ahead()) {
    ahead_.clear();
    ahead_given_ = 0;
  }
  return true;
}

/// Pulls one item ahead of the body, which must not see what the filter's evaluation writes.
bool LoopItems::look_ahead() {
  std::vector<ast::SlotRef> written;
  if (node_.condition) collect_slots(node_.target, written);
  Activation* const current = machine_.activation;
  const Span* const site = machine_.site;
  machine_.activation = activation_;
  std::vector<Value> saved;
  saved.reserve(written.size());
  for (const ast::SlotRef ref : written) saved.push_back(machine_.slot(ref));
  Value item;
  const bool found = pull_accepted(item);
  for (std::size_t i = 0; i < written.size(); ++i) machine_.slot(written[i]) = std::move(saved[i]);
  machine_.activation = current;
  machine_.site = site;
  if (found) ahead_.push_back(std::move(item));
  return found;
}

const Value* LoopItems::peek() {
  if (!has_ahead() && !look_ahead()) return nullptr;
  return &ahead_[ahead_given_];
}

std::size_t LoopItems::length(std::size_t taken) {
  if (length_) return *length_;
  if (!node_.condition && !iterator_) {
    length_ = list_ != nullptr ? list_->items.size() : items_.size();
  } else {
    while (look_ahead()) {
      if (ahead_.size() > Iterator::kMaxDrained) machine_.exceed("the length of a loop over an iterator of more than " + std::to_string(Iterator::kMaxDrained) + " items");
    }
    length_ = taken + ahead_.size() - ahead_given_;
  }
  return *length_;
}

// ------------------------------------------------------------------------------------------------------------------------- LoopObject

void LoopObject::advance(const Value& item) {
  previous_ = std::move(current_);
  current_ = item;
  ++taken_;
}

void LoopObject::finish() {
  if (items_ != nullptr && !final_length_) final_length_ = taken_;
  items_ = nullptr;
  outer_ = nullptr;
}

std::size_t LoopObject::total() const { return items_ != nullptr ? items_->length(taken_) : final_length_; }

Text LoopObject::str() const {
  return make_name("<LoopContext " + std::to_string(taken_) + "/" + std::to_string(total()) + ">").get<Text>();
}

std::vector<std::string> LoopObject::member_names() const {
  return {"index", "index0", "first", "last", "length", "revindex", "revindex0", "depth", "depth0", "previtem", "nextitem", "cycle", "changed"};
}

std::optional<Value> LoopObject::attribute(Evaluator&, std::string_view name) {
  const auto number = [](std::size_t value) { return Value{static_cast<std::int64_t>(value)}; };
  if (name == "index") return number(taken_);
  if (name == "index0") return Value{static_cast<std::int64_t>(taken_) - 1};
  if (name == "first") return Value{taken_ == 1};
  if (name == "last") return Value{items_ == nullptr || items_->peek() == nullptr};
  if (name == "length") return number(total());
  if (name == "revindex") return Value{static_cast<std::int64_t>(total()) - static_cast<std::int64_t>(taken_) + 1};
  if (name == "revindex0") return Value{static_cast<std::int64_t>(total()) - static_cast<std::int64_t>(taken_)};
  if (name == "depth") return number(depth0_ + 1U);
  if (name == "depth0") return number(depth0_);
  if (name == "previtem") return previous_ ? *previous_ : machine_.undefined_here(make_undefined({}, "there is no previous item"));
  if (name == "nextitem") {
    const Value* next = items_ != nullptr ? items_->peek() : nullptr;
    return next != nullptr ? *next : machine_.undefined_here(make_undefined({}, "there is no next item"));
  }
  if (name != "cycle" && name != "changed") return std::nullopt;
  return make_function(std::string{name}, [self = shared_from_this(), cycles = name == "cycle"](Evaluator&, const Arguments& arguments) {
    return cycles ? self->cycle(arguments) : self->changed(arguments);
  }, "<bound method LoopContext." + std::string{name} + " of " + str().str() + ">");
}

Value LoopObject::cycle(const Arguments& arguments) const {
  if (arguments.positional.empty()) machine_.raise("TypeError", "no items for cycling given");
  return arguments.positional[(taken_ - 1) % arguments.positional.size()];
}

Value LoopObject::changed(const Arguments& arguments) {
  bool same = last_changed_ && last_changed_->size() == arguments.positional.size();
  for (std::size_t i = 0; same && i < arguments.positional.size(); ++i) {
    same = machine_.compare(ast::CompareOp::Equal, (*last_changed_)[i], arguments.positional[i]);
  }
  if (!same) last_changed_ = arguments.positional;
  return Value{!same};
}

Value LoopObject::call(Evaluator&, const Arguments& arguments) {
  if (!node_.recursive) machine_.raise("TypeError", "The loop must have the 'recursive' marker to be called recursively.");
  if (arguments.positional.size() != 1 || !arguments.keyword.empty()) machine_.raise("TypeError", "`loop` takes exactly one argument, the items");
  if (outer_ == nullptr) machine_.raise("TypeError", "the loop is over, and cannot be called");
  const Checkpoint before = machine_.checkpoint();
  machine_.open_mark(true);
  machine_.enter_call();
  machine_.activation = outer_;
  machine_.line = line_;
  if (machine_.run_loop(node_, arguments.positional.front(), depth0_ + 1) == Flow::Return) throw machine_.take_return();
  machine_.resume(before);
  return Value{machine_.close_capture()};
}

// ----------------------------------------------------------------------------------------------------------------------- the machine

std::vector<Value> Evaluator::Impl::iterate(const Value& value) {
  if (const auto* unknown = value.get_if<Unknown>()) return unknown_items(*unknown);
  std::optional<std::vector<Value>> found = items_of(self, value);
  if (!found) raise("TypeError", "'" + hookc::type_name(value) + "' object is not iterable");
  count_items(found->size());
  return std::move(*found);
}

bool Evaluator::Impl::accepts(const ast::For& node, const Value& item) {
  const std::uint32_t own_line = line;
  line = node.condition->line;  // where Jinja2's filter of the items stands
  assign(node.target, Value{item});
  const bool holds = condition(*node.condition);
  line = own_line;
  return holds;
}

Flow Evaluator::Impl::exec_for(const ast::Stmt&, const ast::For& node) {
  Value iterable = eval(node.iterable);
  site = &node.iterable.span;
  return run_loop(node, std::move(iterable), 0);
}

Flow Evaluator::Impl::run_loop(const ast::For& node, Value iterable, std::uint32_t depth0) {
  if (!node.recursive) return run_iterations(node, std::move(iterable), *activation, depth0);
  Activation* const outer = activation;
  const SlotStack::Level level = slots.level();
  Activation on_stack;
  HeapRun on_heap{survivors};
  if (node.unit.captured) {
    activation = &on_heap.open(node.unit.slot_count, outer->permissive, closure_of(*outer));
  } else {
    on_stack = Activation{slots.push(node.unit.slot_count), node.unit.slot_count, outer->permissive, outer, nullptr};
    activation = &on_stack;
  }
  const std::size_t unjoined_before = unjoined.size();
  const Flow flow = run_iterations(node, std::move(iterable), *outer, depth0);
  if (unjoined.size() > unjoined_before) {
    line = node.end_line;
    check_joined();
  }
  activation = outer;
  slots.pop(level);
  return flow;
}

Flow Evaluator::Impl::run_iterations(const ast::For& node, Value iterable, Activation& outer, std::uint32_t depth0) {
  const std::uint32_t own_line = line;
  if (node.condition) {
    enter(node.condition_scope);
    line = node.condition->line;
  }
  LoopItems items_left(*this, node, std::move(iterable));
  line = own_line;
  std::shared_ptr<LoopObject> loop;
  if (node.uses_loop) loop = std::make_shared<LoopObject>(*this, node, items_left, outer, depth0, own_line);
  const struct Finish {
    const std::shared_ptr<LoopObject>& loop;
    ~Finish() {
      if (loop) loop->finish();
    }
  } finish{loop};
  bool ran = false;  // one iteration to its end: after a jump out of each, Jinja takes the `else`
  Value item;
  while (items_left.next(item)) {
    tick();
    enter(node.body_scope);
    if (loop) {
      loop->advance(item);
      slot(node.loop_slot) = Value{ObjectPtr{loop}};
    }
    assign(node.target, std::move(item));
    const Flow flow = exec(node.body);
    line = own_line;
    site = &node.iterable.span;
    if (flow == Flow::Return) return flow;
    if (flow == Flow::Break) break;
    ran = ran || flow == Flow::Next;
  }
  if (ran || node.otherwise.empty()) return Flow::Next;
  enter(node.else_scope);
  return exec(node.otherwise);
}

}  // namespace hookc
