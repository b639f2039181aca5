#include "compiler/parse/scanner.h"

#include <string>

#include "JinjaLexer.h"

#include "compiler/parse/token.h"

namespace hookc {
namespace {

/// Bytes as ANTLR's characters: offsets stay bytes, and no input is refused for its encoding.
class ByteStream final : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view bytes) : bytes_(bytes) {}
  void consume() override { ++at_; }
  std::size_t LA(ssize_t distance) override {
    const std::size_t index = distance > 0 ? at_ + static_cast<std::size_t>(distance) - 1 : at_ - static_cast<std::size_t>(-distance);
    return index < bytes_.size() ? static_cast<unsigned char>(bytes_[index]) : antlr4::IntStream::EOF;
  }
  ssize_t mark() override { return -1; }
  void release(ssize_t) override {}
  std::size_t index() override { return at_; }
  void seek(std::size_t index) override { at_ = index; }
  std::size_t size() override { return bytes_.size(); }
  std::string getSourceName() const override { return "template"; }
  std::string getText(const antlr4::misc::Interval& interval) override {
    return std::string{bytes_.substr(static_cast<std::size_t>(interval.a), interval.length())};
  }
  std::string toString() const override { return std::string{bytes_}; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::size_t mode_of(Scanner::Mode mode) {
  switch (mode) {
    case Scanner::Mode::Template: return 0;
    case Scanner::Mode::Raw: return JinjaLexer::RAW;
    case Scanner::Mode::Expression: return JinjaLexer::EXPRESSION;
  }
  return 0;
}

}  // namespace

struct Scanner::Impl {
  explicit Impl(std::string_view bytes) : stream(bytes), lexer(&stream) { lexer.removeErrorListeners(); }
  ByteStream stream;
  JinjaLexer lexer;
};

Scanner::Scanner(std::string_view bytes) : impl_(std::make_unique<Impl>(bytes)) {}
Scanner::~Scanner() = default;

Scanner::Match Scanner::next(std::uint32_t offset, Mode mode) {
  impl_->stream.seek(offset);
  impl_->lexer.mode = mode_of(mode);
  impl_->lexer.hitEOF = offset >= impl_->stream.size();
  const std::unique_ptr<antlr4::Token> token = impl_->lexer.nextToken();
  if (token->getType() == antlr4::Token::EOF) {
    const auto size = static_cast<std::uint32_t>(impl_->stream.size());
    return {kEndOfTemplate, size, size};
  }
  return {token->getType(), static_cast<std::uint32_t>(token->getStartIndex()), static_cast<std::uint32_t>(impl_->stream.index())};
}

}  // namespace hookc
