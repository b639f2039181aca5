// Bytes: what `str.encode` gives. Templates can print them, look at them and decode them; nothing else makes any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/value/operand.h"

namespace hookc {

class Bytes final : public Object, public Operand {
 public:
  /// The bytes keep where they came from.
  explicit Bytes(Text bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::string_view view() const { return bytes_.view(); }
  [[nodiscard]] std::string type_name() const override { return "bytes"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool truthy() const override { return !bytes_.empty(); }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override;
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override;
  [[nodiscard]] std::optional<std::size_t> length() const override { return bytes_.size(); }
  [[nodiscard]] bool is_sequence() const override { return true; }
  [[nodiscard]] std::optional<Value> slice(const Slice& slice) const override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::string_view>{}(view()); }
  [[nodiscard]] std::optional<Value> operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const override;
  [[nodiscard]] std::optional<std::strong_ordering> order(const Site& site, const Value& other) const override;

 private:
  Text bytes_;
};

Value make_bytes(Text bytes);
/// `text.encode(encoding, errors)`: UTF-8, ASCII and Latin-1; LookupError for others.
Value encode_text(const Site& site, const Text& text, std::string_view encoding, std::string_view errors);

}  // namespace hookc
