#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "JinjaParser.h"

#include "compiler/parse/builder.h"
#include "compiler/parse/strings.h"
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

std::optional<CompareOp> compare_op(int kind) {
  switch (kind) {
    case JinjaParser::EQ: return CompareOp::Equal;
    case JinjaParser::NE: return CompareOp::NotEqual;
    case JinjaParser::LT: return CompareOp::Less;
    case JinjaParser::LTEQ: return CompareOp::LessEqual;
    case JinjaParser::GT: return CompareOp::Greater;
    case JinjaParser::GTEQ: return CompareOp::GreaterEqual;
    case JinjaParser::IN: return CompareOp::In;
    case JinjaParser::NOT_IN: return CompareOp::NotIn;
    default: return std::nullopt;
  }
}

/// The operators of one level that associate to the left.
std::optional<BinaryOp> sum_op(int kind) {
  if (kind == JinjaParser::ADD) return BinaryOp::Add;
  if (kind == JinjaParser::SUB) return BinaryOp::Subtract;
  return std::nullopt;
}
std::optional<BinaryOp> product_op(int kind) {
  switch (kind) {
    case JinjaParser::MUL: return BinaryOp::Multiply;
    case JinjaParser::DIV: return BinaryOp::Divide;
    case JinjaParser::FLOORDIV: return BinaryOp::FloorDivide;
    case JinjaParser::MOD: return BinaryOp::Modulo;
    default: return std::nullopt;
  }
}
std::optional<BinaryOp> power_op(int kind) { return kind == JinjaParser::POW ? std::optional{BinaryOp::Power} : std::nullopt; }
std::optional<BinaryOp> and_op(int kind) { return kind == JinjaParser::AND ? std::optional{BinaryOp::And} : std::nullopt; }
std::optional<BinaryOp> or_op(int kind) { return kind == JinjaParser::OR ? std::optional{BinaryOp::Or} : std::nullopt; }

}  // namespace

/// Precedence over a flat list of operands, loosest level first. The line of a node is that of the first operand, and of the operator for the
/// second and later nodes of a chain, as in Jinja.
class Builder::Operation {
 public:
  Operation(const Builder& builder, std::vector<MadeExpr>& operands) : builder_(builder), operands_(operands) {}

  MadeExpr all() { return chain(&or_op, &Operation::conjunction); }

 private:
  using Level = MadeExpr (Operation::*)();

  MadeExpr conjunction() { return chain(&and_op, &Operation::negation); }
  MadeExpr sum() { return chain(&sum_op, &Operation::concatenation); }
  MadeExpr product() { return chain(&product_op, &Operation::power); }
  MadeExpr power() { return chain(&power_op, &Operation::operand); }

  MadeExpr chain(std::optional<BinaryOp> (*op_of)(int), Level tighter) {
    MadeExpr left = (this->*tighter)();
    std::uint32_t line = builder_.line(left.first);
    while (const std::optional<BinaryOp> op = op_of(next_operator())) {
      MadeExpr right = (this->*tighter)();
      const Index first = left.first;
      const Index end = right.end;
      const std::uint32_t depth = std::max(left.depth, right.depth) + 1;
      left = finish(first, end, line, ast::Binary{*op, box(std::move(left.value)), box(std::move(right.value))}, depth);
      line = builder_.line(end);
    }
    return left;
  }

  MadeExpr negation() {
    MadeExpr& inner = operands_[next_];
    const Index first = inner.first;
    const std::uint32_t nots = inner.nots;
    inner.nots = 0;
    inner.first += nots;
    MadeExpr result = comparison();
    for (std::uint32_t i = nots; i > 0; --i) {
      const Index at = first + i - 1;
      const std::uint32_t depth = result.depth + 1;
      const Index end = result.end;
      result = finish(at, end, builder_.line(at), ast::Unary{ast::UnaryOp::Not, box(std::move(result.value))}, depth);
    }
    return result;
  }

  MadeExpr comparison() {
    MadeExpr first = sum();
    if (!compare_op(next_operator())) return first;
    ast::Compare compare{box(std::move(first.value)), {}};
    std::uint32_t depth = first.depth;
    Index end = first.end;
    while (const std::optional<CompareOp> op = compare_op(next_operator())) {
      MadeExpr operand = sum();
      end = operand.end;
      depth = std::max(depth, operand.depth);
      compare.rest.emplace_back(*op, std::move(operand.value));
    }
    return finish(first.first, end, builder_.line(end), std::move(compare), depth + 1);  // Jinja's line is that of the token behind
  }

  MadeExpr concatenation() {
    MadeExpr first = product();
    if (next_operator() != JinjaParser::TILDE) return first;
    ast::Concat concat;
    std::uint32_t depth = first.depth;
    Index end = first.end;
    concat.parts.push_back(std::move(first.value));
    while (next_operator() == JinjaParser::TILDE) {
      MadeExpr part = product();
      end = part.end;
      depth = std::max(depth, part.depth);
      concat.parts.push_back(std::move(part.value));
    }
    return finish(first.first, end, builder_.line(first.first), std::move(concat), depth + 1);
  }

  MadeExpr operand() {
    MadeExpr& made = operands_[next_];
    if (made.nots > 0) builder_.refuse(made.first, "unexpected 'not'");
    ++next_;
    return std::move(made);
  }

  /// The operator before the next operand.
  [[nodiscard]] int next_operator() const {
    return next_ < operands_.size() ? builder_.tokens_[operands_[next_ - 1].end].kind : int{kEndOfTemplate};
  }

  template <class Node>
  MadeExpr finish(Index first, Index end, std::uint32_t line, Node node, std::uint32_t depth) const {
    builder_.check_depth(depth, first, end);
    return {builder_.make(first, end, line, std::move(node)), first, end, depth, 0};
  }

  const Builder& builder_;
  std::vector<MadeExpr>& operands_;
  std::size_t next_ = 0;
};

void Builder::operation(Index begin, Index) {
  if (exprs_.back().first == begin && exprs_.back().nots == 0) return;  // a lone operand, the usual case
  std::vector<MadeExpr> operands = take(exprs_, begin);
  MadeExpr made = Operation{*this, operands}.all();
  made.first = begin;
  exprs_.push_back(std::move(made));
}

void Builder::conditional(Index begin, Index end) {
  if (exprs_.back().first == begin && exprs_.back().end == end) return;
  std::vector<MadeExpr> parts = take(exprs_, begin);
  std::size_t next = 0;
  exprs_.push_back(make_conditional(parts, next, 0));
}

/// `a if b else c if d else e` nests to the right; what has no `else` is the value of the next `if`.
Builder::MadeExpr Builder::make_conditional(std::vector<MadeExpr>& parts, std::size_t& next, std::uint32_t level) {
  const auto word_before_next = [&] { return next < parts.size() ? tokens_[parts[next - 1].end].kind : kEndOfTemplate; };
  check_depth(level, parts[next].first, parts[next].end);
  MadeExpr value = std::move(parts[next++]);
  std::uint32_t at_line = line(value.first);
  while (word_before_next() == JinjaParser::IF) {
    MadeExpr condition = std::move(parts[next++]);
    ast::Conditional node{box(std::move(condition.value)), box(std::move(value.value)), nullptr};
    std::uint32_t depth = std::max(condition.depth, value.depth);
    Index end = condition.end;
    if (word_before_next() == JinjaParser::ELSE) {
      MadeExpr otherwise = make_conditional(parts, next, level + 1);
      depth = std::max(depth, otherwise.depth);
      end = otherwise.end;
      node.otherwise = box(std::move(otherwise.value));
    }
    check_depth(depth + 1, value.first, end);
    value = {make(value.first, end, at_line, std::move(node)), value.first, end, depth + 1, 0};
    at_line = line(end);
  }
  return value;
}

void Builder::tuple(Index begin, Index end) {
  if (exprs_.back().first == begin && exprs_.back().end == end) return;
  std::vector<MadeExpr> items = take(exprs_, begin);
  const MadeExpr& last = items.back();
  const std::uint32_t at_line = line(last.end < end ? last.end : last.first - 1);  // the last comma's
  ast::ListExpr node{{}, true};
  std::uint32_t depth = 0;
  for (MadeExpr& item : items) {
    depth = std::max(depth, item.depth);
    node.items.push_back(std::move(item.value));
  }
  push(begin, end, at_line, std::move(node), depth + 1);
}

void Builder::atom(Index begin, Index end) {
  switch (tokens_[begin].kind) {
    case JinjaParser::NAME: return push(begin, end, line(begin), ast::Name{std::string{text_of(begin)}, {}}, 1);
    case JinjaParser::CONSTANT: {
      const char first = text_of(begin).front();
      if (first == 'n' || first == 'N') return push(begin, end, line(begin), ast::Constant{Value{None{}}}, 1);
      return push(begin, end, line(begin), ast::Constant{Value{first == 't' || first == 'T'}}, 1);
    }
    case JinjaParser::STRING: {
      TextBuilder builder;
      for (Index i = begin; i < end; ++i) {
        if (auto error = append_string_literal(builder, text_, tokens_[i].begin, tokens_[i].end)) refuse(i, std::move(*error));
      }
      return push(begin, end, line(begin), ast::Constant{Value{builder.take()}}, 1);
    }
    default: return push_number(begin, tokens_[begin].begin);
  }
}

void Builder::push_number(Index at, std::uint32_t text_begin) {
  const std::string digits = without_underscores(bytes_.substr(text_begin, tokens_[at].end - text_begin));
  if (digits.size() > kMaxDigits) refuse(at, fmt::format("a number of {} digits is too long", digits.size()));
  if (is(at, JinjaParser::FLOAT)) return push(at, at + 1, line(at), ast::Constant{parse_float_literal(digits)}, 1);
  const char mark = digits.size() > 1 ? digits[1] : '\0';
  const int base = mark == 'x' || mark == 'X' ? 16 : mark == 'o' || mark == 'O' ? 8 : mark == 'b' || mark == 'B' ? 2 : 10;
  const std::string_view plain = std::string_view{digits}.substr(base == 10 ? 0 : 2);
  push(at, at + 1, line(at), ast::Constant{parse_integer_literal(plain, base)}, 1);
}

void Builder::list(Index begin, Index end) {
  ast::ListExpr node;
  std::uint32_t depth = 0;
  for (MadeExpr& item : take(exprs_, begin)) {
    depth = std::max(depth, item.depth);
    node.items.push_back(std::move(item.value));
  }
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void Builder::dict(Index begin, Index end) {
  std::vector<MadeExpr> parts = take(exprs_, begin);
  ast::DictExpr node;
  std::uint32_t depth = 0;
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    depth = std::max({depth, parts[i].depth, parts[i + 1].depth});
    node.items.emplace_back(std::move(parts[i].value), std::move(parts[i + 1].value));
  }
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void Builder::group(Index begin, Index end) {
  if (end == begin + 2) return push(begin, end, line(end - 1), ast::ListExpr{{}, true}, 1);
  MadeExpr& inner = exprs_.back();
  inner.first = begin;
  inner.end = end;
  const auto* list = std::get_if<ast::ListExpr>(&inner.value.node);
  if (list != nullptr && list->is_tuple) inner.value.span = span_of(begin, end);
}

void Builder::attribute(Index begin, Index end) {
  MadeExpr object = take_last(exprs_);
  const Index first = object.first;
  const std::uint32_t depth = object.depth + 1;
  const Index last = end - 1;
  if (is(last, JinjaParser::NAME)) {
    return push(first, end, line(begin), ast::Attribute{box(std::move(object.value)), std::string{text_of(last)}, span_of(last, end)}, depth);
  }
  push_number(last, tokens_[last].begin + (is(last, JinjaParser::DOT_INTEGER) ? 1 : 0));
  MadeExpr index = take_last(exprs_);
  push(first, end, line(begin), ast::Subscript{box(std::move(object.value)), box(std::move(index.value))}, depth);
}

void Builder::subscript(Index begin, Index end) {
  std::vector<MadeExpr> indexes = take(exprs_, begin);
  if (indexes.size() != 1) {
    ast::ListExpr node{{}, true};
    std::uint32_t depth = 0;
    for (MadeExpr& item : indexes) {
      depth = std::max(depth, item.depth);
      node.items.push_back(std::move(item.value));
    }
    push(begin, end, line(begin), std::move(node), depth + 1);
  } else {
    exprs_.push_back(std::move(indexes.front()));
  }
  MadeExpr index = take_last(exprs_);
  MadeExpr object = take_last(exprs_);
  const std::uint32_t depth = std::max(object.depth, index.depth) + 1;
  push(object.first, end, line(begin), ast::Subscript{box(std::move(object.value)), box(std::move(index.value))}, depth);
}

/// `start:stop:step`; the start was read before the slice.
void Builder::index(Index begin) {
  if (exprs_.back().first == begin) return;
  MadeExpr made = take_last(exprs_);
  MadeExpr start = take_last(exprs_);
  auto* node = std::get_if<ast::Slice>(&made.value.node);
  if (node == nullptr) return;
  node->start = box(std::move(start.value));
  made.value.span = span_of(begin, made.end);
  made.value.line = line(begin);
  made.first = begin;
  made.depth = std::max(made.depth, start.depth + 1);
  exprs_.push_back(std::move(made));
}

void Builder::slice(Index begin, Index end) {
  ast::Slice node;
  std::uint32_t depth = 0;
  for (MadeExpr& part : take(exprs_, begin)) {
    depth = std::max(depth, part.depth);
    (part.first == begin + 1 ? node.stop : node.step) = box(std::move(part.value));
  }
  push(begin, end, line(begin), std::move(node), depth + 1);
}

void Builder::call(Index begin, Index end) {
  std::uint32_t depth = 0;
  std::vector<ast::Argument> arguments = take_arguments(begin, depth);
  MadeExpr callee = take_last(exprs_);
  depth = std::max(depth, callee.depth) + 1;
  push(callee.first, end, line(begin), ast::Call{box(std::move(callee.value)), std::move(arguments)}, depth);
}

std::vector<ast::Argument> Builder::take_arguments(Index begin, std::uint32_t& depth) {
  std::vector<ast::Argument> arguments;
  for (Made<ast::Argument>& made : take(arguments_, begin)) {
    depth = std::max(depth, made.depth);
    arguments.push_back(std::move(made.value));
  }
  return arguments;
}

void Builder::argument(Index begin, Index end) {
  std::vector<MadeExpr> parts = take(exprs_, begin);
  ast::Argument made;
  if (is(begin, JinjaParser::MUL)) made.kind = ast::Argument::Kind::Star;
  if (is(begin, JinjaParser::POW)) made.kind = ast::Argument::Kind::DoubleStar;
  if (parts.size() == 2) {
    const bool is_name = parts[0].first == begin && parts[0].end == begin + 1 && (is(begin, JinjaParser::NAME) || is(begin, JinjaParser::CONSTANT));
    if (!is_name) refuse(parts[0].end, "expected token ',', got '='");
    made.kind = ast::Argument::Kind::Keyword;
    made.name = text_of(begin);
  }
  const std::uint32_t depth = parts.back().depth;
  made.value = box(std::move(parts.back().value));
  arguments_.push_back({std::move(made), begin, end, depth, 0});
}

void Builder::check_arguments(Index begin, Index) {
  using Kind = ast::Argument::Kind;
  bool star = false;
  bool double_star = false;
  bool keyword = false;
  auto first = arguments_.end();
  while (first != arguments_.begin() && std::prev(first)->first >= begin) --first;
  for (; first != arguments_.end(); ++first) {
    const Kind kind = first->value.kind;
    const bool is_late = double_star || (kind == Kind::Star && star) || (kind == Kind::Positional && (star || keyword));
    if (is_late) refuse(first->first, first->end, "invalid syntax for function call expression", line(begin));
    star = star || kind == Kind::Star;
    double_star = double_star || kind == Kind::DoubleStar;
    keyword = keyword || kind == Kind::Keyword;
  }
}

/// The token behind NAME (DOT NAME)*.
Builder::Index Builder::name_end(Index begin) const {
  Index end = begin + 1;
  while (is(end, JinjaParser::DOT) && is(end + 1, JinjaParser::NAME)) end += 2;
  return end;
}

/// Jinja knows `a . b` as `a.b`.
std::string Builder::dotted_name(Index begin) const {
  std::string name;
  const Index end = name_end(begin);
  for (Index i = begin; i < end; ++i) name += text_of(i);
  return name;
}

void Builder::push_filter(Index name, Index begin, Index end, bool has_operand) {
  std::uint32_t depth = 0;
  ast::Filter node;
  node.name = dotted_name(name);
  node.name_span = span_of(name, name_end(name));
  node.arguments = take_arguments(begin, depth);
  Index first = begin;
  if (has_operand) {
    MadeExpr operand = take_last(exprs_);
    first = operand.first;
    depth = std::max(depth, operand.depth);
    node.operand = box(std::move(operand.value));
  }
  push(first, end, line(name), std::move(node), depth + 1);
}

void Builder::push_test(Index is_word, Index end, std::vector<ast::Argument> arguments, std::uint32_t depth) {
  MadeExpr operand = take_last(exprs_);
  ast::Test node;
  node.negated = is(is_word + 1, JinjaParser::NOT);
  const Index name = is_word + (node.negated ? 2 : 1);
  node.name = dotted_name(name);
  node.name_span = span_of(name, name_end(name));
  node.arguments = std::move(arguments);
  node.operand = box(std::move(operand.value));
  push(operand.first, end, line(is_word), std::move(node), std::max(depth, operand.depth) + 1);
}

/// The arguments of the filter or test that they stand behind. What comes next calls its result, so it is made now.
void Builder::bound_arguments(Index begin, Index end) {
  Index name = begin - 1;
  while (is(name - 1, JinjaParser::DOT)) name -= 2;
  if (is(name - 1, JinjaParser::PIPE)) return push_filter(name, name - 1, end, true);
  std::uint32_t depth = 0;
  std::vector<ast::Argument> arguments = take_arguments(begin, depth);
  push_test(is(name - 1, JinjaParser::NOT) ? name - 2 : name - 1, end, std::move(arguments), depth);
}

void Builder::filter(Index begin, Index end) {
  if (name_end(begin + 1) == end) push_filter(begin + 1, begin, end, true);
}

void Builder::test(Index begin, Index end) {
  const Index behind_name = name_end(begin + (is(begin + 1, JinjaParser::NOT) ? 2 : 1));
  if (is(behind_name, JinjaParser::LPAREN)) return;  // made with its arguments
  std::vector<ast::Argument> arguments;
  std::uint32_t depth = 0;
  if (behind_name < end) {
    MadeExpr argument = take_last(exprs_);
    depth = argument.depth;
    arguments.push_back({ast::Argument::Kind::Positional, {}, box(std::move(argument.value))});
  } else if (is(end, JinjaParser::IS)) {
    refuse(end, "You cannot chain multiple tests with is");
  }
  push_test(begin, end, std::move(arguments), depth);
}

void Builder::unary(Index begin, Index end) {
  Index sign = begin;
  while (is(sign, JinjaParser::SUB) || is(sign, JinjaParser::ADD)) ++sign;
  while (sign > begin) {
    --sign;
    MadeExpr operand = take_last(exprs_);
    const ast::UnaryOp op = is(sign, JinjaParser::SUB) ? ast::UnaryOp::Negate : ast::UnaryOp::Plus;
    push(sign, end, line(sign), ast::Unary{op, box(std::move(operand.value))}, operand.depth + 1);
  }
}

void Builder::operand(Index begin, Index) {
  Index first = begin;
  while (is(first, JinjaParser::NOT)) ++first;
  exprs_.back().first = begin;
  exprs_.back().nots = first - begin;
}

void Builder::build_expression(const RuleRead& rule) {
  const Index begin = rule.begin;
  const Index end = rule.end;
  switch (rule.rule) {
    case JinjaParser::RuleAtom: return atom(begin, end);
    case JinjaParser::RuleList: return list(begin, end);
    case JinjaParser::RuleDict: return dict(begin, end);
    case JinjaParser::RuleGroup: return group(begin, end);
    case JinjaParser::RuleAttribute: return attribute(begin, end);
    case JinjaParser::RuleSubscript: return subscript(begin, end);
    case JinjaParser::RuleIndex: return index(begin);
    case JinjaParser::RuleSlice: return slice(begin, end);
    case JinjaParser::RuleCall: return call(begin, end);
    case JinjaParser::RuleFilter: return filter(begin, end);
    case JinjaParser::RuleTest: return test(begin, end);
    case JinjaParser::RuleBound_arguments: return bound_arguments(begin, end);
    case JinjaParser::RuleArgument: return argument(begin, end);
    case JinjaParser::RuleArguments: return check_arguments(begin, end);
    case JinjaParser::RuleUnary: return unary(begin, end);
    case JinjaParser::RuleOperand: return operand(begin, end);
    case JinjaParser::RuleOperation: return operation(begin, end);
    case JinjaParser::RuleExpression: return conditional(begin, end);
    case JinjaParser::RuleTuple:
    case JinjaParser::RuleCondition: return tuple(begin, end);
    default: return;  // rules that only group tokens: what they hold is on the stacks
  }
}

}  // namespace hookc
