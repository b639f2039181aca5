// parse: from a Source to a Template. The only user of the ANTLR grammars of Jinja; ANTLR's types do not leave parse/.
#pragma once

#include <optional>
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
  std::uint32_t max_depth = 1'000;   // nesting of brackets and blocks together
};

/// The template, or the first error (TemplateSyntaxError, TemplateAssertionError, LimitError) with Jinja's line.
/// Newlines are normalised as Jinja does: the Template's source is a Source of its own when that changes bytes.
/// Source of the semantics: Jinja2 3.1 lexer and parser.
std::variant<ast::TemplatePtr, Diagnostic> parse_template(Sources& sources, SourceId source, const ParseOptions& options);

/// One expression, as Jinja's `compile_expression` reads it, wrapped in a Template whose only statement prints it.
std::variant<ast::TemplatePtr, Diagnostic> parse_expression(Sources& sources, SourceId source, const ParseOptions& options);

}  // namespace hookc
