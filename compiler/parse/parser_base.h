// JinjaParserBase: what the generated JinjaParser stands on instead of antlr4::Parser's own machinery.
//
// The generated code calls its helpers unqualified, so the members here *hide* those of antlr4::Parser: tokens come from a vector, nothing is
// put on the heap for a rule, an error leaves at once (as a SyntaxFailure, which the generated handlers let pass), and each rule that has been
// read and makes something is noted, in post-order, for the builder; so is an operand that is one token, as the rule `atom`. No parse tree is made, and no context: the generated code only passes the null on. This rests
// on what tool 4.7.2 generates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <antlr4-runtime.h>

#include "compiler/parse/records.h"

namespace hookc {

class JinjaParserBase : public antlr4::Parser {
 public:
  explicit JinjaParserBase(antlr4::TokenStream* unused) : antlr4::Parser(unused) {}

  /// `max_rules` bounds the nesting of rules; the stack that they take is bounded too.
  void attach(const std::vector<Token>& tokens, std::size_t max_rules) {
    first_ = tokens.data();
    _input.at = first_;
    max_rules_ = max_rules;
    stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
    rules_read_.reserve(tokens.size());
    open_rules_.reserve(64);
  }
  /// Those that the builder waits for (see `noted`), in post-order.
  [[nodiscard]] const std::vector<RuleRead>& rules_read() const { return rules_read_; }
  /// After a failure: the rules that were being read, outermost first; `end` means nothing.
  [[nodiscard]] const std::vector<RuleRead>& open_rules() const { return open_rules_; }

 protected:
  struct Input {
    const Token* at = nullptr;
    const Input* operator->() const { return this; }
    [[nodiscard]] std::size_t LA(int) const { return static_cast<std::size_t>(at->kind); }
  };
  struct ErrorHandler {
    const ErrorHandler* operator->() const { return this; }
    void sync(JinjaParserBase*) const {}
    void reportMatch(JinjaParserBase*) const {}
    void recoverInline(JinjaParserBase* parser) const { parser->refuse(SyntaxFailure::Reason::NoAlternative); }
    template <class Exception>
    void reportError(JinjaParserBase*, const Exception&) const {}
    template <class Exception>
    void recover(JinjaParserBase*, const Exception&) const {}
  };
  struct Tracker {
    template <class Context, class... Ignored>
    Context* createInstance(Ignored&&...) const { return nullptr; }
  };
  template <class Action>
  struct [[nodiscard]] AtExit {
    Action action;
    explicit AtExit(Action wanted) : action(wanted) {}
    AtExit(const AtExit&) = delete;
    AtExit& operator=(const AtExit&) = delete;
    ~AtExit() { action(); }
  };
  struct NoViableAltException {
    explicit NoViableAltException(JinjaParserBase* parser) { parser->refuse(SyntaxFailure::Reason::NoAlternative); }
  };

  template <class Context>
  void enterRule(Context*, std::size_t, std::size_t rule) { open(static_cast<JinjaRule>(rule)); }
  void exitRule() { close(); }
  template <class Context>
  void enterOuterAlt(Context*, std::size_t) {}
  // Templates, since they must hide virtual functions and not override them.
  template <class Type>
  void match(Type type) {
    const auto number = static_cast<std::size_t>(type);
    take(number == antlr4::Token::EOF ? Tok::End : static_cast<Tok>(number));
  }
  template <class... None>
  void consume(None...) { advance(); }
  template <class State>
  void setState(State) {}
  template <class... None>
  [[nodiscard]] std::size_t getState(None...) const { return 0; }
  template <class Action>
  AtExit<Action> finally(Action action) { return AtExit<Action>(action); }

  Input _input;
  ErrorHandler _errHandler;
  Tracker _tracker;

 private:
  [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(_input.at - first_); }
  // Not inlined: what they put on the stack would be there once for each rule that is open.
  [[gnu::noinline]] void open(JinjaRule rule) {
    if (open_rules_.size() >= max_rules_ || stack_used() > kMaxStack) refuse(SyntaxFailure::Reason::TooDeep);
    open_rules_.push_back({rule, position(), own_tokens_});
    own_tokens_ = 0;
  }
  [[gnu::noinline]] void close() {
    if (failed_) return;
    const RuleRead read = open_rules_.back();
    open_rules_.pop_back();
    const Noted when = noted(read.rule);
    const std::uint32_t own_tokens = std::exchange(own_tokens_, read.end);
    if (when == Noted::Always || (when == Noted::WithOwnTokens && own_tokens > 0)) rules_read_.push_back({read.rule, read.begin, position()});
  }
  [[gnu::noinline]] void take(Tok kind) {
    if (_input.at->kind != kind) refuse(SyntaxFailure::Reason::Expected, kind);
    if (kind != Tok::End) advance();
  }
  /// Behind the next token, which is an atom where it is all that an operand begins with.
  void advance() {
    if (is_atom(_input.at->kind) && holds_operands(open_rules_.back().rule)) {
      rules_read_.push_back({JinjaRule::Atom, position(), position() + 1});
    } else {
      ++own_tokens_;
    }
    ++_input.at;
  }
  static bool is_atom(Tok kind) { return kind == Tok::NAME || kind == Tok::CONSTANT || kind == Tok::INTEGER || kind == Tok::FLOAT; }
  static bool holds_operands(JinjaRule rule) { return rule == JinjaRule::Operation || rule == JinjaRule::Test_argument; }
  [[noreturn]] void refuse(SyntaxFailure::Reason reason, Tok expected = Tok::End) {
    failed_ = true;
    throw SyntaxFailure{reason, position(), expected};
  }

  const Token* first_ = nullptr;
  /// How much of the stack the rules may take: instrumented builds have larger frames.
  static constexpr std::ptrdiff_t kMaxStack = 5 << 20;
  [[nodiscard]] std::ptrdiff_t stack_used() const { return stack_base_ - static_cast<const char*>(__builtin_frame_address(0)); }
  const char* stack_base_ = nullptr;
  std::size_t max_rules_ = 0;
  bool failed_ = false;
  std::vector<RuleRead> rules_read_;
  std::vector<RuleRead> open_rules_;  // their `end` keeps what `own_tokens_` was around them
  std::uint32_t own_tokens_ = 0;      // of the innermost open rule: tokens that it has read itself
};

}  // namespace hookc

using JinjaParserBase = hookc::JinjaParserBase;  // the grammar's `superClass` cannot be a qualified name
