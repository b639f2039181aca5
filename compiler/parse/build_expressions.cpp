#include <algorithm>
#include <memory>
#include <span>

#include <fmt/format.h>

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

std::optional<CompareOp> compare_op(Tok kind) {
  switch (kind) {
    case Tok::EQ: return CompareOp::Equal;
    case Tok::NE: return CompareOp::NotEqual;
    case Tok::LT: return CompareOp::Less;
    case Tok::LTEQ: return CompareOp::LessEqual;
    case Tok::GT: return CompareOp::Greater;
    case Tok::GTEQ: return CompareOp::GreaterEqual;
    case Tok::IN: return CompareOp::In;
    case Tok::NOT_IN: return CompareOp::NotIn;
    default: return std::nullopt;
  }
}

/// The operators of one level that associate to the left.
std::optional<BinaryOp> sum_op(Tok kind) {
  if (kind == Tok::ADD) return BinaryOp::Add;
  if (kind == Tok::SUB) return BinaryOp::Subtract;
  return std::nullopt;
}
std::optional<BinaryOp> product_op(Tok kind) {
  switch (kind) {
    case Tok::MUL: return BinaryOp::Multiply;
    case Tok::DIV: return BinaryOp::Divide;
    case Tok::FLOORDIV: return BinaryOp::FloorDivide;
    case Tok::MOD: return BinaryOp::Modulo;
    default: return std::nullopt;
  }
}
std::optional<BinaryOp> power_op(Tok kind) { return kind == Tok::POW ? std::optional{BinaryOp::Power} : std::nullopt; }
std::optional<BinaryOp> and_op(Tok kind) { return kind == Tok::AND ? std::optional{BinaryOp::And} : std::nullopt; }
std::optional<BinaryOp> or_op(Tok kind) { return kind == Tok::OR ? std::optional{BinaryOp::Or} : std::nullopt; }

}  // namespace

/// Precedence over a flat list of operands, loosest level first. The line of a node is that of the first operand, and of the operator for the
/// second and later nodes of a chain, as in Jinja.
class TemplateBuilder::Operation {
 public:
  Operation(const TemplateBuilder& builder, std::span<MadeExpr> operands, Index begin) : builder_(builder), operands_(operands), begin_(begin) {}

  MadeExpr all() { return chain(&or_op, &Operation::conjunction); }

 private:
  using Level = MadeExpr (Operation::*)();

  MadeExpr conjunction() { return chain(&and_op, &Operation::negation); }
  MadeExpr sum() { return chain(&sum_op, &Operation::concatenation); }
  MadeExpr product() { return chain(&product_op, &Operation::power); }
  MadeExpr power() { return chain(&power_op, &Operation::operand); }

  MadeExpr chain(std::optional<BinaryOp> (*op_of)(Tok), Level tighter) {
    MadeExpr left = (this->*tighter)();
    std::uint32_t line = builder_.line(left.first);
    while (const std::optional<BinaryOp> op = op_of(next_operator())) {
      MadeExpr right = (this->*tighter)();
      const Index first = left.first;
      const Index end = right.end;
      const std::uint32_t depth = std::max(left.depth, right.depth) + 1;
      left = finish(first, end, line, ast::Binary{*op, std::move(left.value), std::move(right.value)}, depth);
      line = builder_.line(end);
    }
    return left;
  }

  MadeExpr negation() {
    MadeExpr result = comparison();
    while (result.first > begin_ && builder_.is(result.first - 1, Tok::NOT)) {
      const Index at = result.first - 1;
      const std::uint32_t depth = result.depth + 1;
      result = finish(at, result.end, builder_.line(at), ast::Unary{ast::UnaryOp::Not, std::move(result.value)}, depth);
    }
    return result;
  }

  MadeExpr comparison() {
    MadeExpr first = sum();
    if (!compare_op(next_operator())) return first;
    ast::Compare compare{std::move(first.value), {}};
    std::uint32_t depth = first.depth;
    Index end = first.end;
    while (const std::optional<CompareOp> op = compare_op(next_operator())) {
      MadeExpr operand = sum();
      end = operand.end;
      depth = std::max(depth, operand.depth);
      compare.rest.push_back({*op, std::move(*operand.value)});
    }
    return finish(first.first, end, builder_.line(end), std::move(compare), depth + 1);  // Jinja's line is that of the token behind
  }

  MadeExpr concatenation() {
    MadeExpr first = product();
    if (next_operator() != Tok::TILDE) return first;
    ast::Concat concat;
    std::uint32_t depth = first.depth;
    Index end = first.end;
    concat.parts.push_back(std::move(*first.value));
    while (next_operator() == Tok::TILDE) {
      MadeExpr part = product();
      end = part.end;
      depth = std::max(depth, part.depth);
      concat.parts.push_back(std::move(*part.value));
    }
    return finish(first.first, end, builder_.line(first.first), std::move(concat), depth + 1);
  }

  MadeExpr operand() {
    MadeExpr& made = operands_[next_];
    ++next_;
    return std::move(made);
  }

  /// The operator before the next operand.
  [[nodiscard]] Tok next_operator() const {
    return next_ < operands_.size() ? builder_.tokens_[operands_[next_ - 1].end].kind : Tok::End;
  }

  template <class Node>
  MadeExpr finish(Index first, Index end, std::uint32_t line, Node node, std::uint32_t depth) const {
    return builder_.make(first, end, line, std::move(node), depth);
  }

  const TemplateBuilder& builder_;
  std::span<MadeExpr> operands_;
  Index begin_;  // of the whole operation
  std::size_t next_ = 0;
};

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
    case Tok::NAME: return push(begin, end, line(begin), ast::Name{std::string{text_of(begin)}, {}}, 1);
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
  for (auto first = first_from(arguments_, begin); first != arguments_.end(); ++first) {
    const Kind kind = first->value.kind;
    const bool is_late = double_star || (kind == Kind::Star && star) || (kind == Kind::Positional && (star || keyword));
    if (is_late) refuse(first->first, first->end, "invalid syntax for function call expression", line(begin));
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
  Index first = begin;
  if (has_operand) {
    MadeExpr operand = take_last(exprs_);
    first = operand.first;
    depth = std::max(depth, operand.depth);
    node.operand = std::move(operand.value);
  }
  push(first, end, line(name), std::move(node), depth + 1);
}

void TemplateBuilder::push_test(Index is_word, Index end, std::vector<ast::Argument> arguments, std::uint32_t depth) {
  MadeExpr operand = take_last(exprs_);
  ast::Test node;
  node.negated = is(is_word + 1, Tok::NOT);
  const Index name = is_word + (node.negated ? 2 : 1);
  node.name = dotted_name(name);
  node.name_span = span_of(name, name_end(name));
  node.arguments = std::move(arguments);
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

void TemplateBuilder::unary(Index begin, Index end) {
  Index sign = begin;
  while (is(sign, Tok::SUB) || is(sign, Tok::ADD)) ++sign;
  while (sign > begin) {
    --sign;
    MadeExpr operand = take_last(exprs_);
    const ast::UnaryOp op = is(sign, Tok::SUB) ? ast::UnaryOp::Negate : ast::UnaryOp::Plus;
    push(sign, end, line(sign), ast::Unary{op, std::move(operand.value)}, operand.depth + 1);
  }
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
    case JinjaRule::Unary: return unary(begin, end);
    case JinjaRule::Operation: return operation(begin);
    case JinjaRule::Expression: return conditional(begin);
    case JinjaRule::Tuple:
    case JinjaRule::Condition: return tuple(begin, end);
    default: return;  // rules that only group tokens: what they hold is on the stacks
  }
}

}  // namespace hookc
