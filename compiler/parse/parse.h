// parse: from a Source to a Template. The only user of the ANTLR grammars of Jinja; ANTLR's types do not leave parse/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/ast/ast.h"
#include "compiler/base/diagnostic.h"

namespace hookc {

/// Jinja's options of an environment that hookc knows. dbt's environment is the default.
struct ParseOptions {
  bool trim_blocks = false;
  bool lstrip_blocks = false;
  bool keep_trailing_newline = false;
  bool do_tag = true;             // jinja2.ext.do
  bool loop_controls = true;      // jinja2.ext.loopcontrols
  bool dbt_tags = true;           // materialization, test, docs, typed parameters
  bool dbt_file_blocks = false;   // snapshot, data_test: blocks of files, which dbt does not know inside of texts
  bool dbt_macro_names = false;   // `{% macro f %}` binds `dbt_macro__f`, so that `f` is looked up in the context (dbt-hooks 3.2)
  std::uint32_t max_depth = 1'000;   // nesting of brackets and blocks together
  /// The filter or test of a name; null where there is none: Jinja refuses those when it compiles, unless they stand in a branch. Empty: not checked.
  std::function<const Builtin*(std::string_view)> find_filter;
  std::function<const Builtin*(std::string_view)> find_test;
  /// The value of an expression without names, which Jinja computes when it compiles; nothing where that fails. What `or` and its kin leave out then is not
  /// checked. Empty: nothing is computed.
  std::function<std::optional<Value>(Sources& sources, const ast::Expr& expr)> compute;
  /// What was probably meant by a filter or test that there is not: `Diagnostic::help`. Empty: nothing is said.
  std::function<std::string(std::string_view)> filter_help;
  std::function<std::string(std::string_view)> test_help;
};

/// The template, or the first error (TemplateSyntaxError, TemplateAssertionError, LimitError) with Jinja's line.
/// Newlines are normalised as Jinja does: the Template's source is a Source of its own when that changes bytes.
/// Source of the semantics: Jinja2 3.1 lexer and parser.
std::variant<ast::TemplatePtr, Diagnostic> parse_template(Sources& sources, SourceId source, const ParseOptions& options);

/// One expression, as Jinja's `compile_expression` reads it, wrapped in a Template whose only statement prints it.
std::variant<ast::TemplatePtr, Diagnostic> parse_expression(Sources& sources, SourceId source, const ParseOptions& options);

}  // namespace hookc
