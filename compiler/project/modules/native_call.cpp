#include "compiler/project/modules/native_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/value/numbers.h"

namespace hookc {

NativeCall::NativeCall(Evaluator& evaluator, const Arguments& arguments, const NativeSignature& signature)
    : evaluator_(evaluator), values_(signature.parameters.size()) {
  const bool named = !signature.function.empty();
  const std::string label = named ? fmt::format("{}()", signature.function) : std::string{"function"};
  const std::size_t count = signature.parameters.size();
  const std::size_t given = arguments.positional.size();
  if (given + arguments.keyword.size() > count) {
    evaluator.raise("TypeError", fmt::format("{} takes at most {} argument{} ({} given)", label, count, count == 1 ? "" : "s", given + arguments.keyword.size()));
  }
  if (given > signature.positional) {
    evaluator.raise("TypeError", fmt::format("{} takes at most {} positional argument{} ({} given)", label, signature.positional, signature.positional == 1 ? "" : "s", given));
  }
  std::copy(arguments.positional.begin(), arguments.positional.end(), values_.begin());
  for (const auto& [name, value] : arguments.keyword) {
    const auto* const found = std::find(signature.parameters.begin(), signature.parameters.end(), name);
    if (found == signature.parameters.end()) {
      evaluator.raise("TypeError", fmt::format("'{}' is an invalid keyword argument for {}", name, named ? label : "this function"));
    }
    const auto index = static_cast<std::size_t>(found - signature.parameters.begin());
    if (values_[index]) evaluator.raise("TypeError", fmt::format("argument for {} given by name ('{}') and position ({})", label, name, index + 1));
    values_[index] = value;
  }
  for (std::size_t i = 0; i < signature.required; ++i) {
    if (!values_[i]) evaluator.raise("TypeError", fmt::format("{} missing required argument '{}' (pos {})", label, *(signature.parameters.begin() + i), i + 1));
  }
}

std::int64_t NativeCall::integer(std::size_t index, std::int64_t absent) const { return has(index) ? c_integer(evaluator_, *values_[index]) : absent; }

Text NativeCall::text(std::size_t index, std::string_view function) const {
  if (const Text* text = (*this)[index].get_if<Text>()) return *text;
  evaluator_.raise("TypeError", fmt::format("{}() argument {} must be str, not {}", function, index + 1, type_name((*this)[index])));
}

std::int64_t c_integer(Evaluator& evaluator, const Value& value) {
  if (!is_integer(value)) evaluator.raise("TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
  const std::optional<std::int64_t> number = small_integer(value);
  if (!number) evaluator.raise("OverflowError", "Python int too large to convert to C long");
  if (*number > std::numeric_limits<std::int32_t>::max()) evaluator.raise("OverflowError", "signed integer is greater than maximum");
  if (*number < std::numeric_limits<std::int32_t>::min()) evaluator.raise("OverflowError", "signed integer is less than minimum");
  return *number;
}

}  // namespace hookc
