// ParserBase: stands between antlr4::Parser and the generated parser, and takes out what makes generated parsers slow.
//
// Generated code calls everything without qualification, so the members here hide the runtime's: no context objects in a tree,
// no error strategy that looks at sets of tokens before every decision, no std::function at the end of every rule. Each rule
// leaves a Record instead. Errors leave as a SyntaxError, which the generated handlers do not catch. The grammar is LL(1), so
// the runtime's prediction, and with it the ATN, is never touched. This rests on the text that tool 4.7.2 generates.
// Included by the generated parser and by parse.cpp, and by nothing else.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "antlr4-runtime.h"
#include "compiler/sql/records.h"

namespace hookc::sql {

/// The tokens of one statement, as the parser sees them: what stands inside of parentheses is left out.
class TokenWindow final : public antlr4::TokenStream {
 public:
  void show(const std::vector<Tok>& types) {
    types_ = types.data();
    size_ = types.size();
    index_ = 0;
  }
  std::size_t LA(ssize_t ahead) override {
    const std::size_t at = index_ + static_cast<std::size_t>(ahead) - 1;
    return at < size_ ? static_cast<std::size_t>(types_[at]) : EOF;
  }
  void consume() override { index_ += index_ < size_ ? 1U : 0U; }
  std::size_t index() override { return index_; }
  std::size_t size() override { return size_; }
  void seek(std::size_t index) override { index_ = index; }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  std::string getSourceName() const override { return {}; }
  // Only the runtime's error handling asks for tokens, and that is hidden.
  antlr4::Token* LT(ssize_t) override { return nullptr; }
  antlr4::Token* get(std::size_t) const override { return nullptr; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval&) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext*) override { return {}; }
  std::string getText(antlr4::Token*, antlr4::Token*) override { return {}; }

 private:
  const Tok* types_ = nullptr;
  std::size_t size_ = 0;
  std::size_t index_ = 0;
};

class ParserBase : public antlr4::Parser {
 public:
  explicit ParserBase(antlr4::TokenStream* input) : antlr4::Parser(input), _errHandler{this}, _input(static_cast<TokenWindow*>(input)) {}

  /// Ready for the next statement of the stream.
  void restart() {
    records_.clear();
    open_.clear();
  }
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }

 protected:
  // The names below are the ones that generated code uses.
  struct ErrorHandler {
    ParserBase* parser;
    ErrorHandler* operator->() { return this; }
    void sync(antlr4::Parser*) {}
    void reportMatch(antlr4::Parser*) {}
    void reportError(antlr4::Parser*, const std::exception&) {}
    void recover(antlr4::Parser*, const std::exception_ptr&) {}
    void recoverInline(antlr4::Parser*) { parser->refuse(Tok::End); }
  };
  struct Storage {
    // Generated code passes contexts around and never looks inside when no tree is built, so one place serves all of them. They
    // own nothing at that point, so that no destructor is due.
    template <class Context, class... Arguments>
    Context* createInstance(Arguments&&...) {
      static_assert(sizeof(Context) <= sizeof(bytes) && alignof(Context) <= alignof(std::max_align_t));
      return ::new (static_cast<void*>(bytes)) Context(nullptr, 0);
    }
    alignas(std::max_align_t) unsigned char bytes[512];
  };
  template <class Function>
  struct AtExit {
    Function function;
    ~AtExit() { function(); }
  };
  template <class Function>
  AtExit<Function> finally(Function function) {
    return {std::move(function)};
  }
  /// Constructed where a decision has no way on; thrown instead of the runtime's exception, which would look for real tokens.
  struct NoViableAltException {
    explicit NoViableAltException(ParserBase* parser) { parser->refuse(Tok::End); }
  };

  void enterRule(antlr4::ParserRuleContext*, std::size_t, std::size_t rule) override {
    const auto at = static_cast<std::uint32_t>(_input->index());
    open_.push_back(static_cast<std::uint32_t>(records_.size()));
    records_.push_back({static_cast<Rule>(rule), at, at, 0});
  }
  void exitRule() {
    Record& record = records_[open_.back()];
    open_.pop_back();
    record.last = static_cast<std::uint32_t>(_input->index());
    record.next = static_cast<std::uint32_t>(records_.size());
  }
  void enterOuterAlt(antlr4::ParserRuleContext*, std::size_t) override {}
  void setState(std::size_t) {}
  std::size_t getState() const override { return 0; }
  // Templates, because functions of the runtime's signature would override instead of hide, and have to return its tokens.
  template <class Type>
  void match(Type type) {
    if (_input->LA(1) != static_cast<std::size_t>(type)) refuse(static_cast<Tok>(type));
    _input->consume();
  }
  template <int = 0>
  void consume() {
    _input->consume();
  }

  Storage _tracker;
  ErrorHandler _errHandler;
  TokenWindow* _input;
  antlr4::ParserRuleContext* _ctx = nullptr;

 private:
  [[noreturn]] void refuse(Tok expected) {
    throw SyntaxError{static_cast<std::uint32_t>(_input->index()), expected, open_.empty() ? Rule{} : records_[open_.back()].rule};
  }
  std::vector<Record> records_;
  std::vector<std::uint32_t> open_;
};

}  // namespace hookc::sql

using HookcSqlParserBase = hookc::sql::ParserBase;
