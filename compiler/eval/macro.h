// MacroObject: a macro, or the body of a call block, as a value.
#pragma once

#include <string>

#include "compiler/ast/ast.h"
#include "compiler/eval/activation.h"
#include "compiler/value/value.h"

namespace hookc {

/// What dbt puts before the names of macros that a hook's own text defines.
inline constexpr std::string_view kDbtMacroPrefix = "dbt_macro__";

class MacroObject final : public Object {
 public:
  MacroObject(ast::CallablePtr callable, std::string name, ClosurePtr closure)
      : callable_(std::move(callable)), name_(std::move(name)), closure_(std::move(closure)) {}

  [[nodiscard]] const ast::Callable& callable() const { return *callable_; }
  [[nodiscard]] const ast::CallablePtr& shared_callable() const { return callable_; }
  /// As messages write it: `dbt_macro__m` for a macro of a hook's own text; empty for the body of a call block.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ClosurePtr& closure() const { return closure_; }

  [[nodiscard]] std::string type_name() const override { return "Macro"; }
  [[nodiscard]] Text str() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view attribute_name) override;
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override;

 private:
  ast::CallablePtr callable_;
  std::string name_;
  ClosurePtr closure_;  // null: it refers to nothing outside of itself but the context
};

}  // namespace hookc
