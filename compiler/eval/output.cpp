// Output: printing values, in place where a call or a concatenation can do so, and captures.
#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/base/overloaded.h"
#include "compiler/eval/machine.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// Bytes of all texts that one evaluation makes, as a multiple of the output's limit: `{% set x = x ~ y %}` in a loop is quadratic.
constexpr std::uint64_t kMadePerOutput = 16;

/// The results of these filters are not escaped again.
bool is_marked_safe(const ast::Expr& expr) {
  const auto* filter = std::get_if<ast::Filter>(&expr.node);
  return filter != nullptr &&
         (filter->name == "safe" || filter->name == "e" || filter->name == "escape" || filter->name == "forceescape" || filter->name == "tojson");
}

}  // namespace

void Evaluator::Impl::open_mark(bool captures) { marks.push_back(OpenMark{out.mark(), captures}); }

void Evaluator::Impl::check_joined() const {
  if (unjoined.empty() || unjoined.back().first != marks.size()) return;
  raise("TypeError", "a filter block gave no text but a value of type `" + unjoined.back().second + "`");
}

Text Evaluator::Impl::close_capture() {
  check_joined();
  Text text = out.cut(marks.back().mark);
  marks.pop_back();
  count_made(weight_of(text));
  return text;
}

/// Texts can be kept, so what they take together is bounded too.
void Evaluator::Impl::count_made(std::uint64_t bytes) {
  made_bytes += bytes;
  if (made_bytes / kMadePerOutput > options.limits.max_output) {
    exceed("texts of more than " + std::to_string(options.limits.max_output * kMadePerOutput) + " bytes together are made");
  }
}

/// Leaves what was printed since the mark where it is.
void Evaluator::Impl::close_in_place() {
  check_joined();
  marks.pop_back();
}

void Evaluator::Impl::unwind_marks(std::size_t count) {
  while (marks.size() > count) {
    out.rollback(marks.back().mark);
    marks.pop_back();
  }
  while (!unjoined.empty() && unjoined.back().first > count) unjoined.pop_back();
}

void Evaluator::Impl::exceed_output() const { exceed("the output is larger than " + std::to_string(options.limits.max_output) + " bytes"); }

void Evaluator::Impl::emit(const ast::Expr& expr, FrameId print_frame) {
  if (const auto* call = std::get_if<ast::Call>(&expr.node)) {
    tick();
    Value result;
    if (emit_call(expr, *call, nullptr, result) || returned) return;
    site = &expr.span;
    emit_value(result, print_frame);
    return;
  }
  if (const auto* concat = std::get_if<ast::Concat>(&expr.node)) {
    tick();
    for (const ast::Expr& part : concat->parts) emit(part, print_frame);
    return;
  }
  if (const auto* conditional = std::get_if<ast::Conditional>(&expr.node)) {
    tick();
    const bool holds = condition(*conditional->condition);
    if (holds)
      emit(*conditional->then, print_frame);
    else if (conditional->otherwise)
      emit(*conditional->otherwise, print_frame);
    return;
  }
  Value spare;
  const Value& value = look(expr, spare);
  site = &expr.span;
  if (autoescape && !is_marked_safe(expr) && !std::holds_alternative<ast::Constant>(expr.node)) {
    Arguments none;
    emit_value(self.apply_filter("escape", value, none), print_frame);
    return;
  }
  emit_value(value, print_frame);
}

void Evaluator::Impl::emit_value(const Value& value, FrameId print_frame) {
  if (const Text* text = value.get_if<Text>(); text != nullptr && text->is_placed()) {
    out.append(*text, print_frame);
    return check_output();
  }
  emit_other(value, print_frame);
}

/// What is no text, or one that nothing says the place of.
void Evaluator::Impl::emit_other(const Value& value, FrameId print_frame) {
  const auto made = [&](std::string_view bytes) { out.append(bytes, here().position(), print_frame); };
  value.visit(overloaded{[](const Undefined&) {},  // prints as nothing, whatever its kind
                        [&](None) { made("None"); }, [&](bool known) { made(known ? "True" : "False"); },
                        [&](std::int64_t known) {
                          std::array<char, 24> digits{};
                          const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), known);
                          made(std::string_view{digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
                        },
                        [&](double known) { made(float_repr(known)); },
                        [&](const Text&) { out.append(self.to_text(value), print_frame); },
                        [&](const ListPtr&) { out.append(self.to_text(value), print_frame); },
                        [&](const DictPtr&) { out.append(self.to_text(value), print_frame); },
                        [&](const ObjectPtr&) { out.append(self.to_text(value), print_frame); },
                        [&](const Unknown& unknown) {
                          touch(unknown);
                          prints_holes = true;
                          out.append(hole_of(here(), unknown), print_frame);
                        }});
  check_output();
}

}  // namespace hookc
