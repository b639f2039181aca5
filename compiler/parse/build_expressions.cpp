#include <algorithm>
#include <memory>
#include <span>
#include <variant>

#include <fmt/format.h>

#include "compiler/parse/builder.h"
#include "compiler/parse/strings.h"
#include "compiler/parse/tokens.h"
#include "compiler/value/numbers.h"

namespace hookc {
namespace {

using ast::BinaryOp;
using ast::CompareOp;

/// Python refuses to read longer ones.
constexpr std::size_t kMaxDigits = 4300;

std::string without_underscores(std::string_view digits) {
  std::string plain{digits};
  std::erase(plain, '_');
  return plain;
}

/// How tightly operators bind, loosest first.
enum class Level : std::uint8_t { None, Or, And, Not, Compare, Sum, Concat, Product, Power };
constexpr Level tighter(Level level) { return static_cast<Level>(static_cast<std::uint8_t>(level) + 1); }
constexpr Level looser(Level level) { return static_cast<Level>(static_cast<std::uint8_t>(level) - 1); }

struct Operator {
  Level level = Level::None;
  std::variant<BinaryOp, CompareOp> op = BinaryOp::Or;  // of a Concat nothing
};

/// What stands between two operands.
Operator operator_of(Tok kind) {
  switch (kind) {
    case Tok::OR: return {Level::Or, BinaryOp::Or};
    case Tok::AND: return {Level::And, BinaryOp::And};
    case Tok::EQ: return {Level::Compare, CompareOp::Equal};
    case Tok::NE: return {Level::Compare, CompareOp::NotEqual};
    case Tok::LT: return {Level::Compare, CompareOp::Less};
    case Tok::LTEQ: return {Level::Compare, CompareOp::LessEqual};
    case Tok::GT: return {Level::Compare, CompareOp::Greater};
    case Tok::GTEQ: return {Level::Compare, CompareOp::GreaterEqual};
    case Tok::IN: return {Level::Compare, CompareOp::In};
    case Tok::NOT_IN: return {Level::Compare, CompareOp::NotIn};
    case Tok::ADD: return {Level::Sum, BinaryOp::Add};
    case Tok::SUB: return {Level::Sum, BinaryOp::Subtract};
    case Tok::TILDE: return {Level::Concat};
    case Tok::MUL: return {Level::Product, BinaryOp::Multiply};
    case Tok::DIV: return {Level::Product, BinaryOp::Divide};
    case Tok::FLOORDIV: return {Level::Product, BinaryOp::FloorDivide};
    case Tok::MOD: return {Level::Product, BinaryOp::Modulo};
    case Tok::POW: return {Level::Power, BinaryOp::Power};
    default: return {};
  }
}

}  // namespace

/// Precedence over a flat list of operands. The line of a node is that of the first operand, and of the operator for the second and later nodes of a
/// chain, as in Jinja. All levels associate to the left.
class TemplateBuilder::Operation {
 public:
  Operation(const TemplateBuilder& builder, std::span<MadeExpr> operands, Index begin) : builder_(builder), operands_(operands), begin_(begin) {}

  MadeExpr all() { return of(Level::Or); }

 private:
  /// The next operand with all operators behind it that bind as tightly as `loosest`.
  MadeExpr of(Level loosest) {
    MadeExpr made = operand();
    for (Level level = Level::Power; level >= loosest; level = looser(level)) {
      if (level == Level::Not) {
        negate(made);
      } else if (next_.level == level) {
        chain(level, made);
      }
    }
    return made;
  }

  void chain(Level level, MadeExpr& made) {
    if (level == Level::Compare) return compare(made);
    if (level == Level::Concat) return concatenate(made);
    std::uint32_t line = builder_.line(made.first);
    while (next_.level == level) {
      const BinaryOp op = std::get<BinaryOp>(next_.op);
      MadeExpr right = of(tighter(level));
      const std::uint32_t depth = std::max(made.depth, right.depth) + 1;
      made = builder_.make(made.first, right.end, line, ast::Binary{op, std::move(made.value), std::move(right.value)}, depth);
      line = builder_.line(right.end);
    }
  }

  void negate(MadeExpr& made) const {
    while (made.first > begin_ && builder_.is(made.first - 1, Tok::NOT)) {
      const Index at = made.first - 1;
      made = builder_.make(at, made.end, builder_.line(at), ast::Unary{ast::UnaryOp::Not, std::move(made.value)}, made.depth + 1);
    }
  }

  void compare(MadeExpr& made) {
    ast::Compare node{std::move(made.value), {}};
    while (next_.level == Level::Compare) {
      const CompareOp op = std::get<CompareOp>(next_.op);
      MadeExpr right = of(tighter(Level::Compare));
      made.end = right.end;
      made.depth = std::max(made.depth, right.depth);
      node.rest.push_back({op, std::move(*right.value)});
    }
    made = builder_.make(made.first, made.end, builder_.line(made.end), std::move(node), made.depth + 1);  // Jinja's line is that of the token behind
  }

  void concatenate(MadeExpr& made) {
    ast::Concat node;
    node.parts.push_back(std::move(*made.value));
    while (next_.level == Level::Concat) {
      MadeExpr part = of(tighter(Level::Concat));
      made.end = part.end;
      made.depth = std::max(made.depth, part.depth);
      node.parts.push_back(std::move(*part.value));
    }
    made = builder_.make(made.first, made.end, builder_.line(made.first), std::move(node), made.depth + 1);
  }

  MadeExpr operand() {
    MadeExpr made = builder_.with_signs(std::move(operands_.front()));
    operands_ = operands_.subspan(1);
    next_ = operands_.empty() ? Operator{} : operator_of(builder_.tokens_[made.end].kind);
    return made;
  }

  const TemplateBuilder& builder_;
  std::span<MadeExpr> operands_;  // that have not been taken
  Index begin_;                   // of the whole operation
  Operator next_;                 // before the next operand
};

/// An operand with the signs before it, if they are still to be applied.
TemplateBuilder::MadeExpr TemplateBuilder::with_signs(MadeExpr operand) const {
  while (operand.first > 0 && is_sign(operand.first - 1)) {
    const Index sign = operand.first - 1;
    const ast::UnaryOp op = is(sign, Tok::SUB) ? ast::UnaryOp::Negate : ast::UnaryOp::Plus;
    operand = make(sign, operand.end, line(sign), ast::Unary{op, std::move(operand.value)}, operand.depth + 1);
  }
  return operand;
}

bool TemplateBuilder::is_sign(Index at) const {
  return (is(at, Tok::SUB) || is(at, Tok::ADD)) && (at == 0 || !ends_operand(tokens_[at - 1].kind));
}

void TemplateBuilder::operation(Index begin) {
  const std::span<MadeExpr> operands = top(exprs_, begin);
  MadeExpr made = Operation{*this, operands, begin}.all();
  made.first = begin;
  drop(exprs_, operands);
  exprs_.push_back(std::move(made));
}

void TemplateBuilder::conditional(Index begin) {
  const std::span<MadeExpr> parts = top(exprs_, begin);
  std::size_t next = 0;
  MadeExpr made = make_conditional(parts, next, 0);
  drop(exprs_, parts);
  exprs_.push_back(std::move(made));
}

/// `a if b else c if d else e` nests to the right; what has no `else` is the value of the next `if`.
TemplateBuilder::MadeExpr TemplateBuilder::make_conditional(std::span<MadeExpr> parts, std::size_t& next, std::uint32_t level) {
  const auto word_before_next = [&] { return next < parts.size() ? tokens_[parts[next - 1].end].kind : Tok::End; };
  check_depth(level, parts[next].first, parts[next].end);
  MadeExpr value = std::move(parts[next++]);
  std::uint32_t at_line = line(value.first);
  while (word_before_next() == Tok::IF) {
    MadeExpr condition = std::move(parts[next++]);
    ast::Conditional node{std::move(condition.value), std::move(value.value), nullptr};
    std::uint32_t depth = std::max(condition.depth, value.depth);
    Index end = condition.end;
    if (word_before_next() == Tok::ELSE) {
      MadeExpr otherwise = make_conditional(parts, next, level + 1);
      depth = std::max(depth, otherwise.depth);
      end = otherwise.end;
      node.otherwise = std::move(otherwise.value);
    }
    value = make(value.first, end, at_line, std::move(node), depth + 1);
    at_line = line(end);
  }
  return value;
}

void TemplateBuilder::tuple(Index begin, Index end) {
  const MadeExpr& last = exprs_.back();
  const std::uint32_t at_line = line(last.end < end ? last.end : last.first - 1);  // the last comma's
  ast::ListExpr node{{}, true};
  const std::uint32_t depth = move_into(node.items, exprs_, begin);
  push(begin, end, at_line, std::move(node), depth + 1);
}

void TemplateBuilder::atom(Index begin, Index end) {
  switch (tokens_[begin].kind) {
    case Tok::NAME: return push(begin, end, line(begin), ast::Name{std::string{text_of(begin)}, {}, names_.add(text_of(begin))}, 1);
    case Tok::CONSTANT: {
      const char first = text_of(begin).front();
      if (first == 'n' || first == 'N') return push(begin, end, line(begin), ast::Constant{Value{None{}}}, 1);
      return push(begin, end, line(begin), ast::Constant{Value{first == 't' || first == 'T'}}, 1);
    }
    case Tok::STRING: {
      const std::uint32_t first = tokens_[begin].begin + 1;
      const std::uint32_t last = tokens_[begin].end - 1;
      if (end == begin + 1 && bytes_.substr(first, last - first).find('\\') == std::string_view::npos) {  // the usual case: as it is written
        return push(begin, end, line(begin), ast::Constant{Value{text_.slice(first, last)}}, 1);
      }
      TextBuilder builder;
      for (Index i = begin; i < end; ++i) {
        if (auto error = append_string_literal(builder, text_, tokens_[i].begin, tokens_[i].end)) refuse(i, std::move(*error));
      }
      return push(begin, end, line(begin), ast::Constant{Value{builder.take()}}, 1);
    }
    default: return push_number(begin, tokens_[begin].begin);
  }
}

void TemplateBuilder::push_number(Index at, std::uint32_t text_begin) {
  const std::string digits = without_underscores(bytes_.substr(text_begin, tokens_[at].end - text_begin));
  if (digits.size() > kMaxDigits) refuse(at, fmt::format("a number of {} digits is too long", digits.size()));
  if (is(at, Tok::FLOAT)) return push(at, at + 1, line(at), ast::Constant{parse_float_literal(digits)}, 1);
  const char mark = digits.size() > 1 ? digits[1] : '\0';
  const int base = mark == 'x' || mark == 'X' ? 16 : mark == 'o' || mark == 'O' ? 8 : mark == 'b' || mark == 'B' ? 2 : 10;
  const std::string_view plain = std::string_view{digits}.substr(base == 10 ? 0 : 2);
  push(at, at + 1, line(at), ast::Constant{parse_integer_literal(plain, base)}, 1);
}

void TemplateBuilder::list(Index begin, Index end) {
  ast::ListExpr node;
  const std::uint32_t depth = move_into(node.items, exprs_, begin);
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void TemplateBuilder::dict(Index begin, Index end) {
  const std::span<MadeExpr> parts = top(exprs_, begin);
  ast::DictExpr node;
  std::uint32_t depth = 0;
  node.items.reserve(parts.size() / 2);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    depth = std::max({depth, parts[i].depth, parts[i + 1].depth});
    const ast::Expr& key = *parts[i].value;
    if (std::holds_alternative<ast::ListExpr>(key.node) || std::holds_alternative<ast::DictExpr>(key.node)) may_be_refused_ = true;
    node.items.push_back({std::move(*parts[i].value), std::move(*parts[i + 1].value)});
  }
  drop(exprs_, parts);
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void TemplateBuilder::group(Index begin, Index end) {
  if (end == begin + 2) return push(begin, end, line(end - 1), ast::ListExpr{{}, true}, 1);
  MadeExpr& inner = exprs_.back();
  inner.first = begin;
  inner.end = end;
  const auto* list = std::get_if<ast::ListExpr>(&inner.value->node);
  if (list != nullptr && list->is_tuple) inner.value->span = span_of(begin, end);
}

void TemplateBuilder::attribute(Index begin, Index end) {
  MadeExpr object = take_last(exprs_);
  const Index first = object.first;
  const std::uint32_t depth = object.depth + 1;
  const Index last = end - 1;
  if (is(last, Tok::NAME)) {
    return push(first, end, line(begin), ast::Attribute{std::move(object.value), std::string{text_of(last)}, span_of(last, end)}, depth);
  }
  push_number(last, tokens_[last].begin + (is(last, Tok::DOT_INTEGER) ? 1 : 0));
  MadeExpr index = take_last(exprs_);
  push(first, end, line(begin), ast::Subscript{std::move(object.value), std::move(index.value)}, depth);
}

void TemplateBuilder::subscript(Index begin, Index end) {
  if (top(exprs_, begin).size() != 1) {
    ast::ListExpr node{{}, true};
    const std::uint32_t depth = move_into(node.items, exprs_, begin);
    push(begin, end, line(begin), std::move(node), depth + 1);
  }
  MadeExpr index = take_last(exprs_);
  MadeExpr object = take_last(exprs_);
  const std::uint32_t depth = std::max(object.depth, index.depth) + 1;
  push(object.first, end, line(begin), ast::Subscript{std::move(object.value), std::move(index.value)}, depth);
}

/// `start:stop:step`; the start was read before the slice.
void TemplateBuilder::index(Index begin) {
  if (exprs_.back().first == begin) return;
  MadeExpr made = take_last(exprs_);
  MadeExpr start = take_last(exprs_);
  auto* node = std::get_if<ast::Slice>(&made.value->node);
  if (node == nullptr) return;
  node->start = std::move(start.value);
  made.value->span = span_of(begin, made.end);
  made.value->line = line(begin);
  made.first = begin;
  made.depth = std::max(made.depth, start.depth + 1);
  exprs_.push_back(std::move(made));
}

void TemplateBuilder::slice(Index begin, Index end) {
  ast::Slice node;
  std::uint32_t depth = 0;
  const std::span<MadeExpr> parts = top(exprs_, begin);
  for (MadeExpr& part : parts) {
    depth = std::max(depth, part.depth);
    (part.first == begin + 1 ? node.stop : node.step) = std::move(part.value);
  }
  drop(exprs_, parts);
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void TemplateBuilder::call(Index begin, Index end) {
  std::uint32_t depth = 0;
  std::vector<ast::Argument> arguments = take_arguments(begin, depth);
  MadeExpr callee = take_last(exprs_);
  depth = std::max(depth, callee.depth) + 1;
  push(callee.first, end, line(begin), ast::Call{std::move(callee.value), std::move(arguments)}, depth);
}

std::vector<ast::Argument> TemplateBuilder::take_arguments(Index begin, std::uint32_t& depth) {
  std::vector<ast::Argument> arguments;
  depth = std::max(depth, move_into(arguments, arguments_, begin));
  return arguments;
}

void TemplateBuilder::argument(Index begin, Index end) {
  const std::span<MadeExpr> parts = top(exprs_, begin);
  ast::Argument made;
  if (is(begin, Tok::MUL)) made.kind = ast::Argument::Kind::Star;
  if (is(begin, Tok::POW)) made.kind = ast::Argument::Kind::DoubleStar;
  if (parts.size() == 2) {
    const bool is_name = parts[0].first == begin && parts[0].end == begin + 1 && (is(begin, Tok::NAME) || is(begin, Tok::CONSTANT));
    if (!is_name) refuse(parts[0].end, "expected token ',', got '='");
    made.kind = ast::Argument::Kind::Keyword;
    made.name = text_of(begin);
  }
  const std::uint32_t depth = parts.back().depth;
  made.value = std::move(parts.back().value);
  drop(exprs_, parts);
  arguments_.push_back({std::move(made), begin, end, depth});
}

void TemplateBuilder::check_arguments(Index begin, Index) {
  using Kind = ast::Argument::Kind;
  bool star = false;
  bool double_star = false;
  bool keyword = false;
  const auto all = first_from(arguments_, begin);
  for (auto first = all; first != arguments_.end(); ++first) {
    const Kind kind = first->value.kind;
    const bool is_late = double_star || (kind == Kind::Star && star) || (kind == Kind::Positional && (star || keyword));
    if (is_late) refuse(first->first, first->end, "invalid syntax for function call expression", line(begin));
    if (kind == Kind::Keyword) {
      const std::string& name = first->value.name;
      const auto has_name = [&name](const auto& other) { return other.value.kind == Kind::Keyword && other.value.name == name; };
      if (name == "caller" || is_repeated(all, first, has_name)) may_be_refused_ = true;
    }
    star = star || kind == Kind::Star;
    double_star = double_star || kind == Kind::DoubleStar;
    keyword = keyword || kind == Kind::Keyword;
  }
}

/// The token behind NAME (DOT NAME)*.
TemplateBuilder::Index TemplateBuilder::name_end(Index begin) const {
  Index end = begin + 1;
  while (is(end, Tok::DOT) && is(end + 1, Tok::NAME)) end += 2;
  return end;
}

/// Jinja knows `a . b` as `a.b`.
std::string TemplateBuilder::dotted_name(Index begin) const {
  const Index end = name_end(begin);
  std::string name{text_of(begin)};
  for (Index i = begin + 1; i < end; ++i) name += text_of(i);
  return name;
}

void TemplateBuilder::push_filter(Index name, Index begin, Index end, bool has_operand) {
  std::uint32_t depth = 0;
  ast::Filter node;
  node.name = dotted_name(name);
  node.name_span = span_of(name, name_end(name));
  node.arguments = take_arguments(begin, depth);
  if (options_.find_filter) {
    node.builtin = options_.find_filter(node.name);
    may_be_refused_ |= node.builtin == nullptr;
  }
  Index first = begin;
  if (has_operand) {
    MadeExpr operand = with_signs(take_last(exprs_));
    first = operand.first;
    depth = std::max(depth, operand.depth);
    node.operand = std::move(operand.value);
  }
  push(first, end, line(name), std::move(node), depth + 1);
}

void TemplateBuilder::push_test(Index is_word, Index end, std::vector<ast::Argument> arguments, std::uint32_t depth) {
  MadeExpr operand = with_signs(take_last(exprs_));
  ast::Test node;
  node.negated = is(is_word + 1, Tok::NOT);
  const Index name = is_word + (node.negated ? 2 : 1);
  node.name = dotted_name(name);
  node.name_span = span_of(name, name_end(name));
  node.arguments = std::move(arguments);
  if (options_.find_test) {
    node.builtin = options_.find_test(node.name);
    may_be_refused_ |= node.builtin == nullptr;
  }
  node.operand = std::move(operand.value);
  push(operand.first, end, line(is_word), std::move(node), std::max(depth, operand.depth) + 1);
}

/// The arguments of the filter or test that they stand behind. What comes next calls its result, so it is made now.
void TemplateBuilder::bound_arguments(Index begin, Index end) {
  Index name = begin - 1;
  while (is(name - 1, Tok::DOT)) name -= 2;
  if (is(name - 1, Tok::PIPE)) return push_filter(name, name - 1, end, true);
  std::uint32_t depth = 0;
  std::vector<ast::Argument> arguments = take_arguments(begin, depth);
  push_test(is(name - 1, Tok::NOT) ? name - 2 : name - 1, end, std::move(arguments), depth);
}

void TemplateBuilder::filter(Index begin, Index end) {
  if (name_end(begin + 1) == end) push_filter(begin + 1, begin, end, true);
}

void TemplateBuilder::test(Index begin, Index end) {
  const Index behind_name = name_end(begin + (is(begin + 1, Tok::NOT) ? 2 : 1));
  if (is(behind_name, Tok::LPAREN)) return;  // made with its arguments
  std::vector<ast::Argument> arguments;
  std::uint32_t depth = 0;
  if (behind_name < end) {
    MadeExpr argument = take_last(exprs_);
    depth = argument.depth;
    arguments.push_back({ast::Argument::Kind::Positional, {}, std::move(argument.value)});
  } else if (is(end, Tok::IS)) {
    refuse(end, "You cannot chain multiple tests with is");
  }
  push_test(begin, end, std::move(arguments), depth);
}

void TemplateBuilder::build_expression(const RuleRead& rule) {
  const Index begin = rule.begin;
  const Index end = rule.end;
  switch (rule.rule) {
    case JinjaRule::Atom: return atom(begin, end);
    case JinjaRule::List: return list(begin, end);
    case JinjaRule::Dict: return dict(begin, end);
    case JinjaRule::Group: return group(begin, end);
    case JinjaRule::Attribute: return attribute(begin, end);
    case JinjaRule::Subscript: return subscript(begin, end);
    case JinjaRule::Index: return index(begin);
    case JinjaRule::Slice: return slice(begin, end);
    case JinjaRule::Call: return call(begin, end);
    case JinjaRule::Filter: return filter(begin, end);
    case JinjaRule::Test: return test(begin, end);
    case JinjaRule::Bound_arguments: return bound_arguments(begin, end);
    case JinjaRule::Argument: return argument(begin, end);
    case JinjaRule::Arguments: return check_arguments(begin, end);
    case JinjaRule::Operation: return operation(begin);
    case JinjaRule::Expression: return conditional(begin);
    case JinjaRule::Tuple:
    case JinjaRule::Condition: return tuple(begin, end);
    default: return;  // rules that only group tokens: what they hold is on the stacks
  }
}

}  // namespace hookc
