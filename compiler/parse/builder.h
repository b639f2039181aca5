// TemplateBuilder: from the rules that the parser has read, in post-order, to the AST. Each rule finds what its parts have made on the stacks: everything
// that starts inside of the rule's tokens. Here is also what the grammar leaves to be checked where it is wider than Jinja.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/ast/names.h"
#include "compiler/base/diagnostic.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/records.h"

namespace hookc {

/// The template is refused. Thrown inside of parse/ only.
struct Refusal {
  Diagnostic diagnostic;
};

class TemplateBuilder {
 public:
  TemplateBuilder(const Sources& sources, SourceId source, const std::vector<Token>& tokens, const ParseOptions& options)
      : source_(source), text_(sources.text(source)), bytes_(text_.view()), tokens_(tokens), options_(options) {
    exprs_.reserve(16);
    arguments_.reserve(8);
    statements_.reserve(tokens.size() / 8 + 8);
  }

  /// Throws a Refusal.
  void build(const RuleRead& rule);
  /// After the last rule: what `body` or a lone expression has left.
  ast::Body take_template();
  [[nodiscard]] std::uint32_t print_count() const { return print_count_; }
  [[nodiscard]] const ast::Names& names() const { return names_; }
  /// Something has been built that check_template may refuse; most templates have nothing of it, and need not be walked again.
  [[nodiscard]] bool may_be_refused() const { return may_be_refused_; }

 private:
  using Index = std::uint32_t;  // of a token

  /// Something made of tokens [first, end); `depth` is the height of its tree.
  template <class T>
  struct Made {
    T value;
    Index first = 0;
    Index end = 0;
    std::uint32_t depth = 1;
  };
  using MadeExpr = Made<std::unique_ptr<ast::Expr>>;  // boxed once, when it is made: most have a parent that keeps the box

  // build_expressions.cpp
  void build_expression(const RuleRead& rule);
  void atom(Index begin, Index end);
  void list(Index begin, Index end);
  void dict(Index begin, Index end);
  void group(Index begin, Index end);
  void attribute(Index begin, Index end);
  void subscript(Index begin, Index end);
  void index(Index begin);
  void slice(Index begin, Index end);
  void call(Index begin, Index end);
  void filter(Index begin, Index end);
  void test(Index begin, Index end);
  void bound_arguments(Index begin, Index end);
  void argument(Index begin, Index end);
  void check_arguments(Index begin, Index end);
  void operation(Index begin);
  void conditional(Index begin);
  void tuple(Index begin, Index end);
  [[nodiscard]] MadeExpr with_signs(MadeExpr operand) const;
  [[nodiscard]] bool is_sign(Index at) const;
  void push_number(Index at, std::uint32_t text_begin);
  [[nodiscard]] Index name_end(Index begin) const;
  [[nodiscard]] std::string dotted_name(Index begin) const;
  std::vector<ast::Argument> take_arguments(Index begin, std::uint32_t& depth);
  MadeExpr make_conditional(std::span<MadeExpr> parts, std::size_t& next, std::uint32_t level);
  void push_filter(Index name, Index begin, Index end, bool has_operand);
  void push_test(Index is, Index end, std::vector<ast::Argument> arguments, std::uint32_t depth);
  class Operation;

  // build_statements.cpp
  void body(Index begin, Index end);
  void data(Index begin);
  void print(Index begin, Index end);
  void if_statement(Index begin, Index end);
  void for_statement(Index begin, Index end);
  void set_statement(Index begin, Index end);
  void macro(Index begin, Index end);
  void called(Index begin, Index end) const;
  void call_block(Index begin, Index end);
  void do_statement(Index begin, Index end);
  void filter_block(Index begin, Index end);
  void with_statement(Index begin, Index end);
  void include(Index begin, Index end);
  void import_statement(Index begin, Index end);
  void from_import(Index begin, Index end);
  void extends(Index begin, Index end);
  void block(Index begin, Index end);
  void autoescape(Index begin, Index end);
  void jump(Index begin, Index end);
  void materialization(Index begin, Index end);
  void dbt_block(Index begin, Index end);
  void block_filter(Index begin, Index end);
  void parameter(Index begin, Index end);
  void parameters(Index begin);
  void target(Index begin, Index end);
  void target_item(Index begin, Index end);
  ast::CallablePtr make_callable(std::string name, Index begin);
  void check_target(Index begin, Index end) const;
  [[nodiscard]] ast::NameTarget made_target(std::string name);
  [[nodiscard]] ast::NameTarget macro_target(std::string_view name);
  [[nodiscard]] ast::Target name_target(Index at);
  [[nodiscard]] bool has_context(Index begin, Index end, bool otherwise) const;
  template <class Node>
  void push_statement(Index begin, Index end, Node&& node, std::uint32_t depth);
  template <class Node>
  void push_block(Index begin, Node&& node, std::uint32_t depth);

  // both
  [[nodiscard]] Span span_of(Index first, Index end) const { return {source_, tokens_[first].begin, tokens_[end - 1].end}; }
  [[nodiscard]] std::string_view text_of(Index token) const { return bytes_.substr(tokens_[token].begin, tokens_[token].end - tokens_[token].begin); }
  [[nodiscard]] bool is(Index token, Tok kind) const { return tokens_[token].kind == kind; }
  [[nodiscard]] std::uint32_t line(Index token) const { return tokens_[token].line; }
  [[noreturn]] void refuse(Index first, Index end, std::string message, std::uint32_t line) const;
  [[noreturn]] void refuse(Index token, std::string message) const { refuse(token, token + 1, std::move(message), line(token)); }
  void check_depth(std::uint32_t depth, Index first, Index end) const;
  template <class Node>
  [[nodiscard]] MadeExpr make(Index first, Index end, std::uint32_t at_line, Node&& node, std::uint32_t depth) const {
    check_depth(depth, first, end);
    return {std::unique_ptr<ast::Expr>(new ast::Expr{span_of(first, end), at_line, std::forward<Node>(node)}), first, end, depth};
  }
  template <class Node>
  void push(Index first, Index end, std::uint32_t at_line, Node&& node, std::uint32_t depth) {
    exprs_.push_back(make(first, end, at_line, std::forward<Node>(node), depth));
  }
  /// The first that has been made of tokens from `begin` on.
  template <class T>
  static auto first_from(std::vector<Made<T>>& stack, Index begin) {
    auto first = stack.end();
    while (first != stack.begin() && std::prev(first)->first >= begin) --first;
    return first;
  }
  /// All of them, in order. They stay on the stack until they are dropped, so that what is in them can be moved from where it is.
  template <class T>
  static std::span<Made<T>> top(std::vector<Made<T>>& stack, Index begin) {
    return {first_from(stack, begin), stack.end()};
  }
  template <class T>
  static void drop(std::vector<Made<T>>& stack, std::span<Made<T>> parts) {
    stack.erase(stack.end() - static_cast<std::ptrdiff_t>(parts.size()), stack.end());
  }
  /// Moves what was made from `begin` on into `into`; gives the greatest height.
  template <class T, class Item>
  static std::uint32_t move_into(std::vector<Item>& into, std::vector<Made<T>>& stack, Index begin) {
    const std::span<Made<T>> parts = top(stack, begin);
    std::uint32_t depth = 0;
    into.reserve(parts.size());
    for (Made<T>& part : parts) {
      depth = std::max(depth, part.depth);
      if constexpr (std::is_same_v<T, Item>) {
        into.push_back(std::move(part.value));
      } else {
        into.push_back(std::move(*part.value));
      }
    }
    drop(stack, parts);
    return depth;
  }
  /// One of [all, at) is `same`, or there are too many to be looked through each time.
  template <class Iterator, class Same>
  static bool is_repeated(Iterator all, Iterator at, const Same& same) {
    constexpr std::ptrdiff_t kLookedThrough = 16;
    return at - all > kLookedThrough || std::any_of(all, at, same);
  }
  template <class T>
  static Made<T> take_last(std::vector<Made<T>>& stack) {
    Made<T> last = std::move(stack.back());
    stack.pop_back();
    return last;
  }
  SourceId source_;
  const Text& text_;
  std::string_view bytes_;
  const std::vector<Token>& tokens_;
  const ParseOptions& options_;
  std::uint32_t print_count_ = 0;
  ast::Names names_;
  bool may_be_refused_ = false;
  std::vector<MadeExpr> exprs_;
  std::vector<Made<ast::Argument>> arguments_;
  std::vector<Made<ast::Parameter>> parameters_;
  std::vector<Made<ast::Target>> targets_;
  std::string_view unassignable_;  // what the target that is read holds and may not; empty: nothing
  std::vector<Made<ast::Stmt>> statements_;
  std::vector<Made<ast::Body>> bodies_;
};

}  // namespace hookc
