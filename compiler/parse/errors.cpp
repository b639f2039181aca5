#include "compiler/parse/errors.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "compiler/parse/keywords.h"

namespace hookc {
namespace {

/// A statement whose end has not come yet.
struct OpenTag {
  Tok kind;
  std::size_t token;
  std::vector<std::string_view> ends;  // the tags that may come for it now
};

std::vector<std::string_view> ends_of(Tok kind) {
  switch (kind) {
    case Tok::TAG_IF: return {"elif", "else", "endif"};
    case Tok::TAG_FOR: return {"endfor", "else"};
    case Tok::TAG_SET: return {"endset"};
    case Tok::TAG_MACRO: return {"endmacro"};
    case Tok::TAG_CALL: return {"endcall"};
    case Tok::TAG_FILTER: return {"endfilter"};
    case Tok::TAG_WITH: return {"endwith"};
    case Tok::TAG_BLOCK: return {"endblock"};
    case Tok::TAG_AUTOESCAPE: return {"endautoescape"};
    case Tok::TAG_MATERIALIZATION: return {"endmaterialization"};
    case Tok::TAG_TEST: return {"endtest"};
    case Tok::TAG_DATA_TEST: return {"enddata_test"};
    case Tok::TAG_DOCS: return {"enddocs"};
    case Tok::TAG_SNAPSHOT: return {"endsnapshot"};
    default: return {};
  }
}

bool is_tag(Tok kind) { return kind == Tok::TAG || !tag_name(kind).empty(); }

/// How Jinja names a kind of token.
std::string_view kind_text(Tok kind) {
  switch (kind) {
    case Tok::End: return "end of template";
    case Tok::VARIABLE_BEGIN: return "begin of print statement";
    case Tok::VARIABLE_END: return "end of print statement";
    case Tok::BLOCK_BEGIN:
    case Tok::TAG: return "begin of statement block";
    case Tok::BLOCK_END: return "end of statement block";
    case Tok::DATA: return "template data / text";
    case Tok::INTEGER: return "integer";
    case Tok::FLOAT: return "float";
    case Tok::STRING: return "string";
    case Tok::NAME:
    case Tok::CONSTANT: return "name";
    case Tok::ASSIGN: return "=";
    case Tok::COLON: return ":";
    case Tok::COMMA: return ",";
    case Tok::LPAREN: return "(";
    case Tok::RPAREN: return ")";
    case Tok::RBRACKET: return "]";
    case Tok::RBRACE: return "}";
    case Tok::IN: return "in";
    case Tok::AS: return "as";
    case Tok::IMPORT: return "import";
    case Tok::CONTEXT: return "context";
    case Tok::MISSING: return "missing";
    default: return "";
  }
}

class Explanation {
 public:
  Explanation(const FailedParse& failed, const ParseOptions& options) : failed_(failed), options_(options), tokens_(failed.list.tokens) {}

  Diagnostic diagnostic() {
    result_.error_class = "TemplateSyntaxError";
    const Token& token = tokens_[failed_.failure.token];
    mark(token.begin, token.end, token.line);
    if (failed_.failure.reason == SyntaxFailure::Reason::TooDeep) {
      result_.error_class = "LimitError";
      result_.message = fmt::format("nested deeper than {} levels", options_.max_depth);
    } else if (failed_.list.has_error && (failed_.failure.token + 1 == tokens_.size() || is_unnamed_tag_before_the_error(token))) {
      const LexicalError& error = failed_.list.error;
      result_.message = error.message;
      mark(error.begin, error.end, error.line);
      result_.help = error.help.empty() ? foreign_character(error) : error.help;
    } else if (token.kind == Tok::BLOCK_BEGIN) {
      result_.message = "tag name expected";
      result_.template_line = failed_.failure.token + 1 < tokens_.size() ? tokens_[failed_.failure.token + 1].line : token.line;
    } else if (is_tag(token.kind)) {
      unknown_tag(token);
    } else if (token.kind == Tok::End && is_outside_of_tags()) {
      end_of_template(token);
    } else if (failed_.failure.reason == SyntaxFailure::Reason::NoAlternative) {
      no_alternative(token);
    } else {
      expectation(token);
    }
    if (result_.help.empty()) add_remedy();
    return std::move(result_);
  }

 private:
  void mark(std::uint32_t begin, std::uint32_t end, std::uint32_t line) {
    result_.span = {failed_.source, begin, end};
    result_.template_line = line;
  }
  [[nodiscard]] std::string_view text(const Token& token) const { return failed_.bytes.substr(token.begin, token.end - token.begin); }
  [[nodiscard]] Tok before() const { return failed_.failure.token == 0 ? Tok::End : tokens_[failed_.failure.token - 1].kind; }
  [[nodiscard]] bool is_outside_of_tags() const {
    const Tok kind = before();
    return kind == Tok::End || kind == Tok::DATA || kind == Tok::BLOCK_END || kind == Tok::VARIABLE_END;
  }
  [[nodiscard]] bool is_unnamed_tag_before_the_error(const Token& token) const {
    return token.kind == Tok::BLOCK_BEGIN && failed_.failure.token + 2 == tokens_.size();
  }
  [[nodiscard]] bool is_in(JinjaRule rule) const { return !failed_.open.empty() && failed_.open.back().rule == rule; }

  /// Whether a tuple, which may not be empty, was to begin at this token.
  [[nodiscard]] bool is_in_front() const {
    bool in_front = false;
    for (const RuleRead& rule : failed_.open) {
      const bool is_tuple = rule.rule == JinjaRule::Tuple || rule.rule == JinjaRule::Condition || rule.rule == JinjaRule::Target;
      if (is_tuple) in_front = rule.begin == failed_.failure.token;
    }
    return in_front;
  }

  [[nodiscard]] std::string got(const Token& token) const {
    const std::string_view name = kind_text(token.kind);
    if (token.kind == Tok::DOT_INTEGER) return ".";
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
    for (std::size_t i = 0; i < failed_.failure.token; ++i) {
      const Tok kind = tokens_[i].kind;
      if (kind == Tok::TAG_ELSE && !open.empty()) {
        open.back().ends = {open.back().kind == Tok::TAG_IF ? "endif" : "endfor"};
      } else if (tag_name(kind).starts_with("end") && !open.empty()) {
        open.pop_back();
      } else if (std::vector<std::string_view> ends = ends_of(kind); !ends.empty() && !(kind == Tok::TAG_SET && is_assignment(i))) {
        open.push_back({kind, i, std::move(ends)});
      }
    }
    return open;
  }
  [[nodiscard]] bool is_assignment(std::size_t set) const {
    int brackets = 0;
    for (std::size_t i = set + 1; i < tokens_.size() && tokens_[i].kind != Tok::BLOCK_END; ++i) {
      const Tok kind = tokens_[i].kind;
      if (kind == Tok::LPAREN || kind == Tok::LBRACKET || kind == Tok::LBRACE) ++brackets;
      if (kind == Tok::RPAREN || kind == Tok::RBRACKET || kind == Tok::RBRACE) --brackets;
      if (kind == Tok::ASSIGN && brackets == 0) return true;
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
    while (end + 1 < tokens_.size() && tokens_[end].kind != Tok::BLOCK_END) ++end;
    return {failed_.source, tokens_[tag.token].begin, tokens_[end].end};
  }

  void unknown_tag(const Token& token) {
    const std::string_view name = name_of_tag(token);
    const std::vector<OpenTag> open = open_tags();
    result_.message = fmt::format("Encountered unknown tag {}.", in_quotes(name));
    result_.span.begin = token.end - static_cast<std::uint32_t>(name.size());
    add_open_tags(open, name);
    if (token.kind == Tok::TAG) {
      result_.help = help_for_tag(name, open);
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
    if (is_in(JinjaRule::Attribute)) {
      result_.message = "expected name or number";
    } else if (is_in(JinjaRule::Set_statement)) {
      result_.message = fmt::format("expected token 'end of statement block', got '{}'", what);
    } else if (is_in_front() && (token.kind == Tok::VARIABLE_END || token.kind == Tok::BLOCK_END)) {
      result_.message = fmt::format("Expected an expression, got '{}'", what);
    } else {
      result_.message = fmt::format("unexpected '{}'", what);
    }
  }

  void expectation(const Token& token) {
    if (token.kind == Tok::SUB && failed_.open.size() > 1 && failed_.open[failed_.open.size() - 2].rule == JinjaRule::Block) {
      result_.message = "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.";
      return;
    }
    Tok expected = failed_.failure.expected;
    if (expected == Tok::IN && before() == Tok::NOT_IN) return stray_not();
    const bool closes = expected == Tok::RPAREN || expected == Tok::RBRACKET || expected == Tok::RBRACE;
    const bool is_first = before() == Tok::LPAREN || before() == Tok::LBRACKET || before() == Tok::LBRACE ||
                          before() == Tok::CALL_LPAREN || before() == Tok::COMMA;
    const bool has_parameters = is_in(JinjaRule::Macro) || is_in(JinjaRule::Call_block) || is_in(JinjaRule::Generic_test);
    if ((closes && is_first && !has_parameters) || before() == Tok::TAG_WITH) {
      result_.message = fmt::format("unexpected '{}'", got(token));
      return;
    }
    if (closes && is_first) expected = Tok::NAME;
    if (closes && !is_first && !is_in(JinjaRule::Group)) expected = Tok::COMMA;
    if (expected == Tok::End) {
      result_.message = "chunk after expression";
      return;
    }
    if (token.kind == Tok::End) {
      result_.message = fmt::format("unexpected end of template, expected '{}'.", kind_text(expected));
      return;
    }
    result_.message = fmt::format("expected token '{}', got '{}'", kind_text(expected), got(token));
  }

  // ------------------------------------------------------------------------------------------------------------- remedies

  [[nodiscard]] Tok kind_at(std::size_t index) const { return index < tokens_.size() ? tokens_[index].kind : Tok::End; }
  [[nodiscard]] std::string_view text_at(std::size_t index) const { return index < tokens_.size() ? text(tokens_[index]) : std::string_view{}; }
  /// The two tokens touch: `{{`, `||`.
  [[nodiscard]] bool is_pair(std::size_t first, Tok kind, Tok next) const {
    return kind_at(first) == kind && kind_at(first + 1) == next && tokens_[first].end == tokens_[first + 1].begin;
  }
  [[nodiscard]] static bool opens_tag(Tok kind) { return kind == Tok::VARIABLE_BEGIN || kind == Tok::BLOCK_BEGIN || is_tag(kind); }
  /// The beginning of the tag that the failure is in; nothing outside of tags.
  [[nodiscard]] std::optional<std::size_t> opener() const {
    for (std::size_t at = std::min(failed_.failure.token, tokens_.size() - 1) + 1; at-- > 0;) {
      const Tok kind = kind_at(at);
      if (opens_tag(kind)) return at;
      if (at != failed_.failure.token && (kind == Tok::VARIABLE_END || kind == Tok::BLOCK_END || kind == Tok::DATA)) return std::nullopt;
    }
    return std::nullopt;
  }

  std::string help_for_tag(std::string_view name, const std::vector<OpenTag>& open) const {
    if (name == "elseif" || name == "elsif") return "did you mean `elif`?";
    const bool is_end = name == "end" || name == "fi" || name == "done" || name == "esac";
    if (is_end && !open.empty()) return fmt::format("did you mean `{}`?", end_tag(open.back()));
    if (name == "while" || name == "until") return "Jinja has no such loop: write `for i in range(n)`";
    if (name == "switch" || name == "case" || name == "unless") return "Jinja writes `if` and `elif`";
    if (name == "let" || name == "var" || name == "assign" || name == "const") return "Jinja writes `{% set x = 1 %}`";
    if (name == "function" || name == "def") return "Jinja writes `{% macro f(x) %}`";
    const Tok next = kind_at(failed_.failure.token + 1);
    if (next == Tok::ASSIGN) return fmt::format("Jinja writes `{{% set {} = .. %}}`", name);
    const std::string_view similar = similar_tag(name, options_);
    if (!similar.empty()) return fmt::format("did you mean `{}`?", similar);
    if (next == Tok::LPAREN || next == Tok::DOT) return fmt::format("print what it gives with `{{{{ {0}.. }}}}`, or only call it with `{{% do {0}.. %}}`", name);
    return {};
  }

  /// What a character that Jinja does not know is in other languages.
  [[nodiscard]] std::string foreign_character(const LexicalError& error) const {
    const std::string_view rest = failed_.bytes.substr(error.begin);
    if (rest.starts_with("&&")) return "Jinja writes `and`";
    if (rest.starts_with("!")) return "Jinja writes `not`";
    if (rest.starts_with("&")) return "Jinja has no operators on bits";
    if (rest.starts_with("?")) return "Jinja writes `a if condition else b`";
    if (rest.starts_with("$")) return "names of variables begin with a letter";
    if (rest.starts_with(";")) return "statements are tags of their own: `{% set a = 1 %}{% set b = 2 %}`";
    if (rest.starts_with("#")) return "comments stand outside of tags: `{# .. #}`";
    if (rest.starts_with("`")) return "strings stand in `'` or `\"`";
    for (const std::string_view quote : {"\u2018", "\u2019", "\u201C", "\u201D", "\u00AB", "\u00BB"}) {
      if (rest.starts_with(quote)) return "strings stand in straight quotes, `'` or `\"`";
    }
    return {};
  }

  /// What people write who know another language, or mix up the two kinds of tags.
  void add_remedy() {
    const std::size_t at = failed_.failure.token;
    const std::optional<std::size_t> open = opener();
    if (!open) return;
    if (nested_tag(*open)) return;
    const Token& tag = tokens_[*open];
    const bool is_print = tag.kind == Tok::VARIABLE_BEGIN;
    if (failed_.list.has_error && at + 1 == tokens_.size()) {
      const std::string_view bytes = failed_.bytes.substr(failed_.list.error.begin);
      if (!bytes.starts_with("}")) return;
      if (!is_print && bytes.starts_with("}}")) result_.help = "this tag begins with `{%`, so it ends with `%}`";
      if (is_print) result_.help = "this tag begins with `{{`, so it ends with `}}`";
      return;
    }
    const Token& token = tokens_[at];
    if (token.kind == Tok::ASSIGN && is_pair(at - 1, Tok::EQ, Tok::ASSIGN)) {
      result_.help = "Jinja writes `==`";
    } else if (tag.kind == Tok::TAG_SET && is_operator(token.kind) && kind_at(at + 1) == Tok::ASSIGN) {
      result_.help = fmt::format("Jinja writes `{{% set {0} = {0} {1} .. %}}`", text_at(*open + 1), text(token));
    } else if (tag.kind == Tok::TAG_SET && token.kind == Tok::ASSIGN && before() == Tok::PIPE) {
      result_.help = fmt::format("Jinja writes `{{% set {0} = {0} | .. %}}`", text_at(*open + 1));
    } else if (token.kind == Tok::ASSIGN && failed_.failure.expected != Tok::COMMA) {
      result_.help = "`==` compares";
    } else if (token.kind == Tok::PIPE && before() == Tok::PIPE) {
      result_.help = "Jinja writes `or`";
    } else if (token.kind == Tok::GT && before() == Tok::LT) {
      result_.help = "Jinja writes `!=`";
    } else if (before() == Tok::TAG_ELSE && text(token) == "if") {
      result_.help = "Jinja writes `elif`";
    } else if (tag.kind == Tok::TAG_FOR && failed_.failure.expected == Tok::IN) {
      result_.help = "Jinja writes `for x in y`";
    } else if (tag.kind == Tok::TAG_MACRO && failed_.failure.expected == Tok::LPAREN) {
      result_.help = "a macro has parentheses, also without parameters: `{% macro f() %}`";
    } else if (is_print && at == *open + 2 && kind_at(*open + 1) == Tok::NAME && tag_kind(text_at(*open + 1), options_) != Tok::TAG) {
      result_.help = fmt::format("statements stand in `{{% %}}`: `{{% {} .. %}}`", text_at(*open + 1));
    } else if (token.line > tag.line) {
      result_.labels.push_back({{failed_.source, tag.begin, tag.end}, "this tag is open since here"});
    }
  }

  static bool is_operator(Tok kind) {
    return kind == Tok::ADD || kind == Tok::SUB || kind == Tok::MUL || kind == Tok::DIV || kind == Tok::TILDE || kind == Tok::MOD || kind == Tok::FLOORDIV || kind == Tok::PIPE;
  }

  /// `{{ {{ x }} }}`, `{% if {{ x }} %}`, `{{ {% if x %} }}`.
  bool nested_tag(std::size_t open) {
    const bool is_print = tokens_[open].kind == Tok::VARIABLE_BEGIN;
    for (std::size_t i = open + 1; i < failed_.failure.token + 1; ++i) {
      const bool has_print = is_pair(i, Tok::LBRACE, Tok::LBRACE);
      if (!has_print && !is_pair(i, Tok::LBRACE, Tok::MOD)) continue;
      result_.labels.push_back({{failed_.source, tokens_[i].begin, tokens_[i + 1].end}, is_print ? "this is inside of `{{ }}` already" : "this is inside of `{% %}` already"});
      result_.help = has_print ? "what stands inside of a tag is an expression as it is: `x`, not `{{ x }}`" : "tags do not stand inside of each other; a choice in an expression is `a if condition else b`";
      return true;
    }
    return false;
  }

  /// `not` behind an operand, and no `in` behind it.
  void stray_not() {
    const Token& stray = tokens_[failed_.failure.token - 1];
    mark(stray.begin, stray.end, stray.line);
    Tok expected = Tok::BLOCK_END;
    for (const RuleRead& rule : failed_.open) {
      if (rule.rule == JinjaRule::Print) expected = Tok::VARIABLE_END;
      if (rule.rule == JinjaRule::Body) expected = Tok::BLOCK_END;
      if (rule.rule == JinjaRule::Group) expected = Tok::RPAREN;
      if (rule.rule == JinjaRule::List || rule.rule == JinjaRule::Arguments || rule.rule == JinjaRule::Subscript || rule.rule == JinjaRule::Dict) {
        expected = Tok::COMMA;
      }
    }
    result_.message = fmt::format("expected token '{}', got 'not'", kind_text(expected));
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
