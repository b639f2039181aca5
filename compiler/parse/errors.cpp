#include "compiler/parse/errors.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "JinjaParser.h"

#include "compiler/parse/keywords.h"
#include "compiler/parse/parser_base.h"

namespace hookc {
namespace {

/// A statement whose end has not come yet.
struct OpenTag {
  std::uint8_t kind;
  std::size_t token;
  std::vector<std::string_view> ends;  // the tags that may come for it now
};

std::vector<std::string_view> ends_of(std::uint8_t kind) {
  switch (kind) {
    case JinjaParser::TAG_IF: return {"elif", "else", "endif"};
    case JinjaParser::TAG_FOR: return {"endfor", "else"};
    case JinjaParser::TAG_SET: return {"endset"};
    case JinjaParser::TAG_MACRO: return {"endmacro"};
    case JinjaParser::TAG_CALL: return {"endcall"};
    case JinjaParser::TAG_FILTER: return {"endfilter"};
    case JinjaParser::TAG_WITH: return {"endwith"};
    case JinjaParser::TAG_BLOCK: return {"endblock"};
    case JinjaParser::TAG_AUTOESCAPE: return {"endautoescape"};
    case JinjaParser::TAG_MATERIALIZATION: return {"endmaterialization"};
    case JinjaParser::TAG_TEST: return {"endtest"};
    case JinjaParser::TAG_DATA_TEST: return {"enddata_test"};
    case JinjaParser::TAG_DOCS: return {"enddocs"};
    case JinjaParser::TAG_SNAPSHOT: return {"endsnapshot"};
    default: return {};
  }
}

bool is_tag(std::uint8_t kind) { return kind == JinjaParser::TAG || !tag_name(kind).empty(); }

/// How Jinja names a kind of token.
std::string_view kind_text(std::size_t kind) {
  switch (kind) {
    case kEndOfTemplate: return "end of template";
    case JinjaParser::VARIABLE_BEGIN: return "begin of print statement";
    case JinjaParser::VARIABLE_END: return "end of print statement";
    case JinjaParser::BLOCK_BEGIN:
    case JinjaParser::TAG: return "begin of statement block";
    case JinjaParser::BLOCK_END: return "end of statement block";
    case JinjaParser::DATA: return "template data / text";
    case JinjaParser::INTEGER: return "integer";
    case JinjaParser::FLOAT: return "float";
    case JinjaParser::STRING: return "string";
    case JinjaParser::NAME:
    case JinjaParser::CONSTANT: return "name";
    case JinjaParser::ASSIGN: return "=";
    case JinjaParser::COLON: return ":";
    case JinjaParser::COMMA: return ",";
    case JinjaParser::LPAREN: return "(";
    case JinjaParser::RPAREN: return ")";
    case JinjaParser::RBRACKET: return "]";
    case JinjaParser::RBRACE: return "}";
    case JinjaParser::IN: return "in";
    case JinjaParser::AS: return "as";
    case JinjaParser::IMPORT: return "import";
    case JinjaParser::CONTEXT: return "context";
    case JinjaParser::MISSING: return "missing";
    default: return "";
  }
}

class Explanation {
 public:
  Explanation(const FailedParse& failed, const ParseOptions& options) : failed_(failed), options_(options), tokens_(failed.list.tokens) {}

  Diagnostic diagnostic() {
    result_.error_class = "TemplateSyntaxError";
    const Token& token = tokens_[failed_.token];
    mark(token.begin, token.end, token.line);
    if (failed_.expected == SyntaxFailure::kTooDeep) {
      result_.error_class = "LimitError";
      result_.message = fmt::format("nested deeper than {} levels", options_.max_depth);
    } else if (failed_.list.has_error && failed_.token + 1 == tokens_.size()) {
      const LexicalError& error = failed_.list.error;
      result_.message = error.message;
      result_.help = error.help;
      mark(error.begin, error.end, error.line);
    } else if (token.kind == JinjaParser::BLOCK_BEGIN) {
      result_.message = "tag name expected";
      result_.template_line = failed_.token + 1 < tokens_.size() ? tokens_[failed_.token + 1].line : token.line;
    } else if (is_tag(token.kind)) {
      unknown_tag(token);
    } else if (token.kind == kEndOfTemplate && is_outside_of_tags()) {
      end_of_template(token);
    } else if (failed_.expected == SyntaxFailure::kNothingInParticular) {
      no_alternative(token);
    } else {
      expectation(token);
    }
    return std::move(result_);
  }

 private:
  void mark(std::uint32_t begin, std::uint32_t end, std::uint32_t line) {
    result_.span = {failed_.source, begin, end};
    result_.template_line = line;
  }
  [[nodiscard]] std::string_view text(const Token& token) const { return failed_.bytes.substr(token.begin, token.end - token.begin); }
  [[nodiscard]] std::uint8_t before() const { return failed_.token == 0 ? kEndOfTemplate : tokens_[failed_.token - 1].kind; }
  [[nodiscard]] bool is_outside_of_tags() const {
    const std::uint8_t kind = before();
    return kind == kEndOfTemplate || kind == JinjaParser::DATA || kind == JinjaParser::BLOCK_END || kind == JinjaParser::VARIABLE_END;
  }
  [[nodiscard]] bool is_in(std::uint32_t rule) const { return !failed_.open.empty() && failed_.open.back() == rule; }

  [[nodiscard]] std::string got(const Token& token) const {
    const std::string_view name = kind_text(token.kind);
    const bool shows_itself = name.empty() || name == "name";
    return std::string{shows_itself ? text(token) : name};
  }

  std::string_view name_of_tag(const Token& tag) {
    std::uint32_t begin = tag.begin + 2;
    while (begin < tag.end && (failed_.bytes[begin] == '-' || failed_.bytes[begin] == '+' || failed_.bytes[begin] <= ' ') && failed_.bytes[begin] >= 0) ++begin;
    return failed_.bytes.substr(begin, tag.end - begin);
  }

  /// What is open before the failed token. The tokens before it are a good beginning of a template.
  [[nodiscard]] std::vector<OpenTag> open_tags() const {
    std::vector<OpenTag> open;
    for (std::size_t i = 0; i < failed_.token; ++i) {
      const std::uint8_t kind = tokens_[i].kind;
      if (kind == JinjaParser::TAG_ELSE && !open.empty()) {
        open.back().ends = {open.back().kind == JinjaParser::TAG_IF ? "endif" : "endfor"};
      } else if (tag_name(kind).starts_with("end") && !open.empty()) {
        open.pop_back();
      } else if (std::vector<std::string_view> ends = ends_of(kind); !ends.empty() && !(kind == JinjaParser::TAG_SET && is_assignment(i))) {
        open.push_back({kind, i, std::move(ends)});
      }
    }
    return open;
  }
  [[nodiscard]] bool is_assignment(std::size_t set) const {
    int brackets = 0;
    for (std::size_t i = set + 1; i < tokens_.size() && tokens_[i].kind != JinjaParser::BLOCK_END; ++i) {
      const std::uint8_t kind = tokens_[i].kind;
      if (kind == JinjaParser::LPAREN || kind == JinjaParser::LBRACKET || kind == JinjaParser::LBRACE) ++brackets;
      if (kind == JinjaParser::RPAREN || kind == JinjaParser::RBRACKET || kind == JinjaParser::RBRACE) --brackets;
      if (kind == JinjaParser::ASSIGN && brackets == 0) return true;
    }
    return false;
  }

  /// Appends what Jinja adds about the statements that are open.
  void add_open_tags(const std::vector<OpenTag>& open, std::string_view name) {
    if (open.empty()) return;
    std::string looking_for;
    for (const std::string_view end : open.back().ends) looking_for += (looking_for.empty() ? "" : " or ") + in_quotes(end);
    const bool is_expected = std::any_of(open.begin(), open.end(), [&](const OpenTag& tag) {
      return std::find(tag.ends.begin(), tag.ends.end(), name) != tag.ends.end();
    });
    result_.message += is_expected ? fmt::format(" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {}.", looking_for)
                                   : fmt::format(" Jinja was looking for the following tags: {}.", looking_for);
    result_.message += fmt::format(" The innermost block that needs to be closed is {}.", in_quotes(tag_name(open.back().kind)));
  }

  [[nodiscard]] Span head_of(const OpenTag& tag) const {
    std::size_t end = tag.token;
    while (end + 1 < tokens_.size() && tokens_[end].kind != JinjaParser::BLOCK_END) ++end;
    return {failed_.source, tokens_[tag.token].begin, tokens_[end].end};
  }

  void unknown_tag(const Token& token) {
    const std::string_view name = name_of_tag(token);
    const std::vector<OpenTag> open = open_tags();
    result_.message = fmt::format("Encountered unknown tag {}.", in_quotes(name));
    result_.span.begin = token.end - static_cast<std::uint32_t>(name.size());
    add_open_tags(open, name);
    if (token.kind == JinjaParser::TAG) {
      const bool is_elif = name == "elseif" || name == "elsif" || name == "elsif";
      const std::string_view similar = is_elif ? "elif" : similar_tag(name, options_);
      if (!similar.empty()) result_.help = fmt::format("did you mean `{}`?", similar);
    } else if (!open.empty()) {
      result_.labels.push_back({head_of(open.back()), fmt::format("`{}` is open since here", tag_name(open.back().kind))});
      result_.help = fmt::format("close it with `{{% {} %}}` first", end_tag(open.back()));
    }
  }

  void end_of_template(const Token& token) {
    const std::vector<OpenTag> open = open_tags();
    result_.message = "Unexpected end of template.";
    add_open_tags(open, {});
    if (!open.empty()) {
      mark(head_of(open.back()).begin, head_of(open.back()).end, token.line);
      result_.help = fmt::format("close it with `{{% {} %}}`", end_tag(open.back()));
    }
  }

  static std::string_view end_tag(const OpenTag& open) {
    const auto end = std::find_if(open.ends.begin(), open.ends.end(), [](std::string_view name) { return name.starts_with("end"); });
    return end == open.ends.end() ? std::string_view{} : *end;
  }

  void no_alternative(const Token& token) {
    const std::string what = got(token);
    if (is_in(JinjaParser::RuleAttribute)) {
      result_.message = "expected name or number";
    } else if (is_in(JinjaParser::RuleTarget_item) && !not_assignable(token).empty()) {
      result_.message = fmt::format("can't assign to '{}'", not_assignable(token));
    } else if (failed_.in_front && (token.kind == JinjaParser::VARIABLE_END || token.kind == JinjaParser::BLOCK_END)) {
      result_.message = fmt::format("Expected an expression, got '{}'", what);
    } else {
      result_.message = fmt::format("unexpected '{}'", what);
    }
  }

  static std::string_view not_assignable(const Token& token) {
    switch (token.kind) {
      case JinjaParser::CONSTANT:
      case JinjaParser::STRING:
      case JinjaParser::INTEGER:
      case JinjaParser::FLOAT: return "const";
      case JinjaParser::LBRACKET: return "list";
      case JinjaParser::LBRACE: return "dict";
      default: return "";
    }
  }

  void expectation(const Token& token) {
    if (token.kind == JinjaParser::SUB && failed_.open.size() > 1 && failed_.open[failed_.open.size() - 2] == JinjaParser::RuleBlock) {
      result_.message = "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.";
      return;
    }
    std::size_t expected = failed_.expected;
    const bool closes = expected == JinjaParser::RPAREN || expected == JinjaParser::RBRACKET || expected == JinjaParser::RBRACE;
    const bool is_first = before() == JinjaParser::LPAREN || before() == JinjaParser::LBRACKET || before() == JinjaParser::LBRACE ||
                          before() == JinjaParser::CALL_LPAREN || before() == JinjaParser::COMMA;
    const bool has_parameters = is_in(JinjaParser::RuleMacro) || is_in(JinjaParser::RuleCall_block) || is_in(JinjaParser::RuleGeneric_test);
    if (closes && is_first && !has_parameters) {
      result_.message = fmt::format("unexpected '{}'", got(token));
      return;
    }
    if (closes && is_first) expected = JinjaParser::NAME;
    if (closes && !is_first && !is_in(JinjaParser::RuleGroup)) expected = JinjaParser::COMMA;
    if (expected == kEndOfTemplate) {
      result_.message = "chunk after expression";
      return;
    }
    result_.message = fmt::format("expected token '{}', got '{}'", kind_text(expected), got(token));
    if (token.kind == JinjaParser::ASSIGN && expected != JinjaParser::COMMA) result_.help = "`==` compares";
    if (token.kind == JinjaParser::PIPE && before() == JinjaParser::PIPE) result_.help = "Jinja writes `or`";
  }

  const FailedParse& failed_;
  const ParseOptions& options_;
  const std::vector<Token>& tokens_;
  Diagnostic result_;
};

}  // namespace

std::string in_quotes(std::string_view name) {
  const char quote = name.find('\'') != std::string_view::npos && name.find('"') == std::string_view::npos ? '"' : '\'';
  return fmt::format("{}{}{}", quote, name, quote);
}

Diagnostic syntax_error(const FailedParse& failed, const ParseOptions& options) { return Explanation{failed, options}.diagnostic(); }

}  // namespace hookc
