#include "compiler/parse/parse.h"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "JinjaParser.h"

#include "compiler/ast/scopes.h"
#include "compiler/parse/builder.h"
#include "compiler/parse/check.h"
#include "compiler/parse/errors.h"
#include "compiler/parse/lines.h"
#include "compiler/parse/parser_base.h"
#include "compiler/parse/tokens.h"

namespace hookc {
namespace {

/// The deepest chain of rules from one bracket or block to the next: what `max_depth` levels can take of the stack.
constexpr std::size_t kRulesPerLevel = 8;

/// `\r\n` and `\r` become `\n`, which keeps its origin.
SourceId with_plain_newlines(Sources& sources, SourceId source) {
  const Text text = sources.text(source);
  const std::string_view bytes = text.view();
  if (bytes.find('\r') == std::string_view::npos) return source;
  TextBuilder builder;
  std::uint32_t begin = 0;
  for (std::size_t at = bytes.find('\r'); at != std::string_view::npos; at = bytes.find('\r', at + 1)) {
    const auto here = static_cast<std::uint32_t>(at);
    builder.append_slice(text, ByteRange{begin, here}, FrameId{0});
    const bool is_pair = at + 1 < bytes.size() && bytes[at + 1] == '\n';
    if (!is_pair) builder.append("\n", fixed_at(text.position_at(here)), FrameId{0});
    begin = here + 1;
  }
  builder.append_slice(text, ByteRange{begin, text.size()}, FrameId{0});
  std::string name = sources.get(source).name;
  return sources.add_text(std::move(name), builder.take());
}

std::string_view without_final_newline(std::string_view bytes, const ParseOptions& options) {
  if (!options.keep_trailing_newline && bytes.ends_with('\n')) bytes.remove_suffix(1);
  return bytes;
}

ast::TemplatePtr parse_source(Sources& sources, SourceId given, TokenizeFrom from, const ParseOptions& options) {
  const SourceId source = with_plain_newlines(sources, given);
  const std::string_view bytes = without_final_newline(sources.text(source).view(), options);
  const TokenList list = tokenize(bytes, from, options);
  JinjaParser parser{nullptr};
  parser.attach(list.tokens, kRulesPerLevel * options.max_depth);
  TemplateBuilder builder{sources, source, list.tokens, options};
  const auto build_all = [&] {
    for (const RuleRead& rule : parser.rules_read()) builder.build(rule);
  };
  try {
    if (from == TokenizeFrom::Template) {
      parser.template_file();
    } else {
      parser.lone_expression();
    }
  } catch (const SyntaxFailure& failure) {
    build_all();  // what was read before may be wrong as well, and Jinja would have said so first
    throw Refusal{syntax_error({source, bytes, list, failure, parser.open_rules()}, options)};
  }
  build_all();

  auto tmpl = std::make_shared<ast::Template>();
  tmpl->source = source;
  tmpl->body = builder.take_template();
  tmpl->print_count = builder.print_count();
  if (const std::optional<std::string> problem = ast::resolve_names(*tmpl, builder.names())) {
    Refusal refusal;
    refusal.diagnostic.error_class = "LimitError";
    refusal.diagnostic.message = *problem;
    refusal.diagnostic.span = {source, 0, 0};
    refusal.diagnostic.template_line = 1;
    throw refusal;
  }
  if (builder.may_be_refused()) check_template(*tmpl, sources, options);
  settle_lines(*tmpl, sources, options);
  return tmpl;
}

Diagnostic unforeseen(SourceId source, std::string_view what) {
  Diagnostic diagnostic;
  diagnostic.error_class = "TemplateSyntaxError";
  diagnostic.message = fmt::format("the template could not be read: {}", what);
  diagnostic.span = {source, 0, 0};
  diagnostic.template_line = 1;
  return diagnostic;
}

std::variant<ast::TemplatePtr, Diagnostic> parse_guarded(Sources& sources, SourceId source, TokenizeFrom from, const ParseOptions& options) {
  try {
    return parse_source(sources, source, from, options);
  } catch (Refusal& refusal) {
    return std::move(refusal.diagnostic);
  } catch (const std::exception& error) {
    return unforeseen(source, error.what());
  } catch (const char* message) {  // ANTLR's runtime throws those as well
    return unforeseen(source, message);
  } catch (...) {
    return unforeseen(source, "for a reason that is not known");
  }
}

}  // namespace

std::variant<ast::TemplatePtr, Diagnostic> parse_template(Sources& sources, SourceId source, const ParseOptions& options) {
  return parse_guarded(sources, source, TokenizeFrom::Template, options);
}

std::variant<ast::TemplatePtr, Diagnostic> parse_expression(Sources& sources, SourceId source, const ParseOptions& options) {
  return parse_guarded(sources, source, TokenizeFrom::Expression, options);
}

}  // namespace hookc
