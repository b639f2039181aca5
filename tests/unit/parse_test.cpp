#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/print.h"
#include "compiler/eval/builtins/builtins.h"
#include "compiler/parse/parse.h"

namespace {

using namespace hookc;
namespace data = boost::unit_test::data;

struct Parsed {
  Sources sources;
  std::variant<ast::TemplatePtr, Diagnostic> outcome;

  explicit Parsed(std::string source, const ParseOptions& options = {}) {
    outcome = parse_template(sources, sources.add_file("t.sql", std::move(source)), options);
  }
  [[nodiscard]] const ast::Template& tmpl() const {
    const auto* error = std::get_if<Diagnostic>(&outcome);
    BOOST_REQUIRE_MESSAGE(error == nullptr, (error == nullptr ? "" : error->message));
    return *std::get<ast::TemplatePtr>(outcome);
  }
  [[nodiscard]] const Diagnostic& error() const {
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Diagnostic>(outcome), "the template was not refused");
    return std::get<Diagnostic>(outcome);
  }
  /// The template's own text, pieces of it divided by `|`.
  [[nodiscard]] std::string data_text() const {
    std::string out;
    for (const ast::Stmt& stmt : tmpl().body) {
      const auto* piece = stmt.get_if<ast::Data>();
      if (piece != nullptr) out += std::string{sources.text(tmpl().source).view().substr(piece->range.begin, piece->range.size())};
      out += "|";
    }
    return out;
  }
};

std::string outline_of(std::string source, const ParseOptions& options = {}) { return ast::outline(Parsed{std::move(source), options}.tmpl()); }

/// The outline of an expression, slots left out.
std::string expression(std::string source) {
  const Parsed parsed{"{{ " + source + " }}"};
  std::string out;
  bool in_slot = false;
  for (const char c : ast::outline(std::get<ast::Print>(parsed.tmpl().body.at(0).node).exprs()[0])) {
    in_slot = c == '@' || (in_slot && c >= '0' && c <= '9');
    if (!in_slot) out += c;
  }
  return out;
}

struct Pair {
  std::string source;
  std::string expected;
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) { return out << pair.source; }

struct Refused {
  std::string source;
  std::uint32_t line;
  std::string message;
  std::string marked;  // the bytes of the span
  std::string error_class = "TemplateSyntaxError";
};
std::ostream& operator<<(std::ostream& out, const Refused& refused) { return out << refused.source; }

const std::vector<Pair> kExpressions{
    {"2**3**2", "((2 ** 3) ** 2)"},
    {"-2**2", "((-2) ** 2)"},
    {"2**-1", "(2 ** (-1))"},
    {"-1|abs", "((-1)|abs())"},
    {"-a.b[0]", "(-a.b[0])"},
    {"a ~ b + c * d", "((a ~ b) + (c * d))"},
    {"a - b - c", "((a - b) - c)"},
    {"not not a == b and c or d", "(((not (not (a == b))) and c) or d)"},
    {"a < b <= c not in d", "(a < b <= c not in d)"},
    {"a if b else c if d else e", "(a if b else (c if d else e))"},
    {"a if b if c", "((a if b) if c)"},
    {"1 is divisibleby 1 + 1", "((1 is divisibleby(1)) + 1)"},
    {"x is not none and y", "((x is not none()) and y)"},
    {"x is not in [1]", "(x is not in([1]))"},
    {"x is none not", "(x is none(not))"},
    {"x is eq 1|abs", "((x is eq(1))|abs())"},
    {"x|f.g(1)(2)|h", "((x|f.g(1))(2)|h())"},
    {"f(a, *b, c=1, **d,)", "f(a, *b, c=1, **d)"},
    {"f(*not a)", "f(*(not a))"},
    {"f(none=1, if=2)", "f(none=1, if=2)"},
    {"x[1:2, ::3, :, 4]", "x[tuple(1:2:, ::3, ::, 4)]"},
    {"x.0.1.if", "x[0][1].if"},
    {"a + not", "(a + not)"},
    {"a or not b", "(a or (not b))"},
    {"(1, ), (), ((a))", "tuple(tuple(1), tuple(), a)"},
    {"{'a': {1: 2}, b: []}", "{'a': {1: 2}, b: []}"},
    {"{'a':{'b':1}}", "{'a': {'b': 1}}"},
    {"'a' \"b\"  'c'", "'abc'"},
    {"'''x'''", "'x'"},
    {"'\\x41\\u00e9\\101\\q\\\n'", "'A\xC3\xA9" "A\\\\q'"},
    {"1_000 + 0x_ff + 0b1_1 + 0o17", "(((1000 + 255) + 3) + 15)"},
    {"1e3 * 1.5", "(1000.0 * 1.5)"},
    {"99999999999999999999", "99999999999999999999"},
    {"if ~ in.is", "(if ~ in.is)"},
    {"\xC2\xA0gr\xC3\xB6\xC3\x9F" "e\xE3\x80\x80", "gr\xC3\xB6\xC3\x9F" "e"},
};
BOOST_DATA_TEST_CASE(operators_bind_as_in_jinja, data::make(kExpressions), pair) { BOOST_TEST(expression(pair.source) == pair.expected); }

const std::vector<Pair> kScopes{
    // what a loop stores is gone in its next iteration
    {"{% set x=1 %}{% for i in l %}{{ x }}{% set x=5 %}{% endfor %}",
     "unit x l i x\n@0 = missing\n@1 = context l\nset x@0! = 1\nfor i@2 in l@1\n  @3 = @0\n  print x@3\n  set x@3 = 5\n"},
    {"{% set x = x + 1 %}", "unit x\n@0 = context x\nset x@0! = (x@0 + 1)\n"},
    // stored in a branch only: starts as the context's; stored in any case: starts missing, for the macro as well
    {"{% macro m() %}{{ x }}{% endmacro %}{% if c %}{% set x=1 %}{% endif %}",
     "unit m c x (captured)\n@0 = missing\n@1 = context c\n@2 = context x\nmacro m@0!()\n  print x@2^1\nif c@1\n  set x@2! = 1\n"},
    {"{% macro m() %}{{ x }}{% endmacro %}{% set x=1 %}", "unit m x (captured)\n@0 = missing\n@1 = missing\nmacro m@0!()\n  print x@1^1\nset x@1! = 1\n"},
    {"{% for a in l if a > k recursive %}{{ loop(a) }}{% else %}{{ a }}{% endfor %}",
     "unit l\n@0 = context l\nfor a@1 in l@0 if (a@1 > k@2) recursive loop@0\n  unit loop a k\n  if @2 = context k\n  print loop@0(a@1)\nelse\n  @1 = context a\n  print a@1\n"},
    {"{% call(u) m() %}{{ u }}{{ caller() }}{% endcall %}",
     "unit m\n@0 = context m\ncall m@0()(u@0 caller@1)\n  unit u caller\n  print u@0\n  print caller@1()\n"},
    {"{% macro m(a, b=a) %}{{ varargs }}{{ kwargs }}{% endmacro %}",
     "unit m\n@0 = missing\nmacro m@0!(a@0, b@1=a@0 kwargs@2 varargs@3)\n  unit a b kwargs varargs\n  print varargs@3\n  print kwargs@2\n"},
    {"{% with a=1, b=a %}{{ b }}{% endwith %}", "unit a a b\n@0 = context a\nwith a@1 = 1 b@2 = a@0\n  print b@2\n"},
    {"{% set t | trim | f(x) %}{% set x = 1 %}{% endset %}", "unit t x\n@0 = missing\nset t@0! (|trim()), (|f(x@1))\n  @1 = missing\n  set x@1 = 1\n"},
    {"{% for x in l %}{% block b scoped %}{{ super() }}{% endblock %}{% include 'i' %}{% endfor %}",
     "unit l loop x\n@0 = context l\nfor x@2 in l@0 loop@1\n  block b scoped with loop@1 x@2\n    unit super\n    @0 = super\n    print super@0()\n"
     "  include 'i' with loop@1 x@2\n"},
    {"{% set ns.x, b = 1 %}", "unit ns b\n@0 = context ns\n@1 = missing\nset (ns@0.x, b@1!) = 1\n"},
};
BOOST_DATA_TEST_CASE(names_are_resolved_as_by_jinja, data::make(kScopes), pair) { BOOST_TEST(outline_of(pair.source) == pair.expected); }

BOOST_AUTO_TEST_CASE(macros_of_dbt_are_not_called_by_their_own_name) {
  ParseOptions options;
  options.dbt_macro_names = true;
  BOOST_TEST(outline_of("{% macro f(a: Dict[str, int] = 1) %}{% endmacro %}{{ f() }}", options) ==
             "unit dbt_macro__f f\n@0 = missing\n@1 = context f\nmacro dbt_macro__f@0!(a@0=1)\n  unit a\nprint f@1()\n");
}

BOOST_AUTO_TEST_CASE(blocks_of_dbt_are_macros) {
  BOOST_TEST(outline_of("{% materialization m, adapter='x' %}{% endmaterialization %}{% test t(model) %}{{ model }}{% endtest %}") ==
             "unit materialization_m_x test_t\n@0 = missing\n@1 = missing\ndbt materialization_m_x@0!()\ndbt test_t@1!(model@0)\n  unit model\n  print model@0\n");
  BOOST_TEST(Parsed{"{% snapshot s %}{% endsnapshot %}"}.error().message == "Encountered unknown tag 'snapshot'.");
  ParseOptions options;
  options.dbt_file_blocks = true;
  BOOST_TEST(Parsed("{% snapshot s %}a{% endsnapshot %}", options).tmpl().body.size() == 1U);
}

struct Whitespace {
  std::string source;
  std::string expected;
  bool trim = false;
  bool lstrip = false;
};
std::ostream& operator<<(std::ostream& out, const Whitespace& whitespace) { return out << whitespace.source; }
const std::vector<Whitespace> kWhitespace{
    {"a \n{{- 1 -}}\n b\n", "a||b|"},
    {"a\n\n", "a\n|"},
    {"a {#- c -#} b", "a|b|"},
    {"a {#-#} b", "a| b|"},
    {"{% raw -%} {{ x {% y {# {%- endraw %} b", "{{ x {% y {#| b|"},
    {"{ { }} %}{", "{ { }} %}{|"},
    {"a {#-", "a|"},
    {"  {% do 1 %}\n  b", "|  b|", true, true},
    {" a {% do 1 +%}\nb", " a ||\nb|", true, true},
    {"  {%+ do 1 %}\n{{ 1 }}\nx\n\n", "  |||\nx\n|", true, true},
    {"a\n \t{# c #}\nb", "a\n|b|", true, true},
    {"{{ '}}' }}{{ {'a':{}}}}x", "||x|"},
    {"a\r\nb\r{{ 1 }}\r\n", "a\nb\n||"},
};
BOOST_DATA_TEST_CASE(whitespace_control_takes_what_jinja_takes, data::make(kWhitespace), whitespace) {
  ParseOptions options;
  options.trim_blocks = whitespace.trim;
  options.lstrip_blocks = whitespace.lstrip;
  BOOST_TEST(Parsed(whitespace.source, options).data_text() == whitespace.expected);
}

const std::vector<Refused> kRefused{
    {"{{ 1 is not none if true else 2 }}", 1, "expected token 'end of print statement', got 'true'", "true"},
    {"{{ 1 if 1 if 0 else 0 else 3 }}", 1, "expected token 'end of print statement', got 'else'", "else"},
    {"\n{{ }}", 2, "Expected an expression, got 'end of print statement'", "}}"},
    {"{{ a\n+ }}", 2, "unexpected 'end of print statement'", "}}"},
    {"{{ a b }}", 1, "expected token 'end of print statement', got 'b'", "b"},
    {"{{ [1 2] }}", 1, "expected token ',', got 'integer'", "2"},
    {"{{ {1} }}", 1, "expected token ':', got '}'", "}"},
    {"{{ [,] }}", 1, "unexpected ','", ","},
    {"{{ f(a,,b) }}", 1, "unexpected ','", ","},
    {"{{ (1 }}", 1, "unexpected '}', expected ')'", "}"},
    {"{{ 1) }}", 1, "unexpected ')'", ")"},
    {"\xC3\xA9{{ a ! b }}", 1, "unexpected char '!' at 6", "!"},
    {"{{ 'abc }}", 1, "unexpected char \"'\" at 3", "'"},
    {"{{ x\xC2\xB2 }}", 1, "Invalid character in identifier", "x\xC2\xB2"},
    {"{{ '\\x4' }}", 1, "truncated \\xXX escape", "'\\x4'"},
    {"{{ (x not\n) }}", 1, "expected token ')', got 'not'", "not"},
    {"{{ x", 1, "unexpected end of template, expected 'end of print statement'.", ""},
    {"{{ x. }}", 1, "expected name or number", "}}"},
    {"{{ a is b is c }}", 1, "You cannot chain multiple tests with is", "is"},
    {"{{ f(a=1, 2) }}", 1, "invalid syntax for function call expression", "2"},
    {"{{ f(a.b=1) }}", 1, "expected token ',', got '='", "="},
    {"{{ f(a=1, a=2) }}", kNoTemplateLine, "keyword argument repeated: a", "2", "SyntaxError"},
    {"{{ a + not b }}", 1, "expected token 'end of print statement', got 'b'", "b"},
    {"a\n\n{# b\n", 3, "Missing end of comment tag", "{#"},
    {"a\n{% raw %}\nb", 2, "Missing end of raw directive", "{% raw %}"},
    {"{%%}", 1, "tag name expected", "{%"},
    {"{% if x %}\n\n\nabc\n", 1,
     "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
     "{% if x %}"},
    {"{% for i in [1] %}\n{% endif %}", 2,
     "Encountered unknown tag 'endif'. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for'.",
     "endif"},
    {"{% if a %}{% for i in b %}{% endif %}", 1,
     "Encountered unknown tag 'endif'. You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for 'endfor' or 'else'. The "
     "innermost block that needs to be closed is 'for'.",
     "endif"},
    {"{% else %}", 1, "Encountered unknown tag 'else'.", "else"},
    {"{% if x: %}{% endif x %}", 1, "expected token 'end of statement block', got 'x'", "x"},
    {"{% for i in a if b else c %}{% endfor %}", 1, "expected token 'end of statement block', got 'else'", "else"},
    {"{% set True = 1 %}", 1, "can't assign to 'const'", "True"},
    {"{% set a.b.c = 1 %}", 1, "expected token 'end of statement block', got '.'", "."},
    {"{% set (a.b, c) = 1 %}", 1, "can't assign to 'tuple'", "(a.b, c)"},
    {"{% for a.b in c %}{% endfor %}", 1, "expected token 'in', got '.'", "."},
    {"{% with a=1, b.c=2 %}{% endwith %}", 1, "expected token '=', got '.'", "."},
    {"{% set [a] = 1 %}", 1, "can't assign to 'list'", "[a]"},
    {"{% macro m(a=1, b) %}{% endmacro %}", 1, "non-default argument follows default argument", "b"},
    {"{% macro m(a, a) %}{% endmacro %}", kNoTemplateLine, "duplicate argument 'a' in the definition", "a", "SyntaxError"},
    {"{% call m()|upper %}{% endcall %}", 1, "expected call", "m()|upper"},
    {"{% break %}", kNoTemplateLine, "'break' outside loop", "{% break %}", "SyntaxError"},
    {"{% for a in b %}{% macro m() %}{% continue %}{% endmacro %}{% endfor %}", kNoTemplateLine, "'continue' outside loop", "{% continue %}", "SyntaxError"},
    {"{% block a-b %}{% endblock %}", 1,
     "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.", "-"},
    {"{% block r required %}x{% endblock %}", 1, "Required blocks can only contain comments or whitespace", "{% endblock"},
    {"{% for i in a %}\n{% set loop = 1 %}{% endfor %}", 2, "Can't assign to special loop variable in for-loop target", "loop", "TemplateAssertionError"},
    {"{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 2, "block 'a' defined twice", "{% block a %}", "TemplateAssertionError"},
    {"{% macro m(caller) %}{{ caller }}{% endmacro %}", 1,
     "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", "caller", "TemplateAssertionError"},
    {"{% for a in b %}{% extends 'x' %}{% endfor %}", 1, "cannot use extend from a non top-level scope", "{% extends 'x' %}", "TemplateAssertionError"},
    {"{% from 'a' import _b %}", 1, "names starting with an underline can not be imported", "_b", "TemplateAssertionError"},
    {"{{ a|nope }}", 1, "No filter named 'nope'.", "nope", "TemplateAssertionError"},
    {"{{ a is nope }}", 1, "No test named 'nope'.", "nope", "TemplateAssertionError"},
};
BOOST_DATA_TEST_CASE(refusals_have_the_words_line_and_place, data::make(kRefused), refused) {
  ParseOptions options;
  static const Builtin kKnown{};
  options.find_filter = [](std::string_view name) { return name == "upper" ? &kKnown : nullptr; };
  options.find_test = [](std::string_view name) { return name != "nope" ? &kKnown : nullptr; };
  const Parsed parsed{refused.source, options};
  BOOST_TEST(parsed.error().message == refused.message);
  BOOST_TEST(parsed.error().error_class == refused.error_class);
  BOOST_TEST(parsed.error().template_line == refused.line);
  BOOST_TEST(parsed.sources.view(parsed.error().span) == refused.marked);
}

BOOST_AUTO_TEST_CASE(unknown_filters_in_branches_are_left_to_run_time) {
  ParseOptions options;
  options.find_filter = [](std::string_view) -> const Builtin* { return nullptr; };
  BOOST_TEST(Parsed("{% if a %}{{ a|nope }}{% endif %}{{ a|nope if b }}", options).tmpl().body.size() == 2U);
}

BOOST_AUTO_TEST_CASE(help_names_the_remedy) {
  BOOST_TEST(Parsed{"{% if a %}"}.error().help == "close it with `{% endif %}`");
  BOOST_TEST(Parsed{"{% macor m() %}"}.error().help == "did you mean `macro`?");
  BOOST_TEST(Parsed{"{% if a %}{% elseif b %}{% endif %}"}.error().help == "did you mean `elif`?");
  BOOST_TEST(Parsed{"{% if a = b %}{% endif %}"}.error().help == "`==` compares");
}

BOOST_AUTO_TEST_CASE(options_switch_tags_off) {
  ParseOptions options;
  options.do_tag = false;
  BOOST_TEST(Parsed("{% do 1 %}", options).error().message == "Encountered unknown tag 'do'.");
}

BOOST_AUTO_TEST_CASE(string_constants_keep_the_origin_of_each_byte) {
  const std::string source = "x{{ 'a\\nb' 'c' }}";
  Parsed parsed{source};
  const auto& print = std::get<ast::Print>(parsed.tmpl().body.at(1).node);
  const Text* text = std::get<ast::Constant>(print.exprs()[0].node).value.get_if<Text>();
  BOOST_REQUIRE(text != nullptr);
  BOOST_TEST(text->view() == "a\nbc");
  const std::vector<std::string_view> claimed{"a", "\\", "b", "c"};
  for (std::uint32_t i = 0; i < 4; ++i) {
    const Origin origin = parsed.sources.describe(text->position_at(i));
    BOOST_TEST(source.substr(origin.offset, 1) == claimed[i]);
    BOOST_TEST(origin.verbatim == (i != 1));
  }
}

BOOST_AUTO_TEST_CASE(changed_newlines_trace_to_the_file) {
  Parsed parsed{"a\r\nb\rc"};
  const Text& text = parsed.sources.text(parsed.tmpl().source);
  BOOST_TEST(text.view() == "a\nb\nc");
  BOOST_TEST(parsed.sources.describe(text.position_at(1)).offset == 2U);
  BOOST_TEST(parsed.sources.describe(text.position_at(4)).offset == 5U);
}

BOOST_AUTO_TEST_CASE(nodes_have_the_lines_of_jinja) {
  Parsed parsed{"{{ 1\n+ 2\n+ u.x }}{% if a %}\n{%\n elif b\n and c %}{% endif %}"};
  const ast::Body& body = parsed.tmpl().body;
  BOOST_TEST(body.at(0).line == 3U);
  const auto& branches = *body.at(1).get_if<ast::If>();
  BOOST_TEST(branches.lines == (std::vector<std::uint32_t>{3, 5}));
}

BOOST_AUTO_TEST_CASE(lone_expressions_are_read_to_their_end) {
  Sources sources;
  const auto good = parse_expression(sources, sources.add_file("a", "a + 1\n"), {});
  BOOST_REQUIRE(std::holds_alternative<ast::TemplatePtr>(good));
  BOOST_TEST(ast::outline(*std::get<ast::TemplatePtr>(good)) == "unit a\n@0 = context a\nprint (a@0 + 1)\n");
  const auto bad = parse_expression(sources, sources.add_file("b", "a }} b"), {});
  BOOST_REQUIRE(std::holds_alternative<Diagnostic>(bad));
  BOOST_TEST(std::get<Diagnostic>(bad).message == "chunk after expression");
}

std::string times(int count, std::string_view part) {
  std::string out;
  for (int i = 0; i < count; ++i) out += part;
  return out;
}

const std::vector<std::string> kDeep{
    "{{ " + times(100'000, "(") + "1" + times(100'000, ")") + " }}",
    "{{ " + times(100'000, "[") + " }}",
    "{{ " + times(100'000, "f(") + " }}",
    "{{ " + times(100'000, "not ") + "a }}",
    "{{ " + times(100'000, "-") + "a }}",
    "{{ a" + times(100'000, " + a") + " }}",
    "{{ a" + times(100'000, "|f") + " }}",
    "{{ a" + times(100'000, ".b") + " }}",
    "{{ a" + times(100'000, " if b else c") + " }}",
    times(100'000, "{% if a %}") + times(100'000, "{% endif %}"),
    times(100'000, "{% macro m() %}"),
    "{% set " + times(100'000, "(") + "a" + times(100'000, ")") + " = 1 %}",
    "{% macro m(a: " + times(100'000, "b[") + times(100'000, "]") + ") %}{% endmacro %}",
};
BOOST_DATA_TEST_CASE(deep_nesting_ends_in_a_limit, data::xrange(kDeep.size()), index) {
  BOOST_TEST(Parsed{kDeep[index]}.error().error_class == "LimitError");
}

BOOST_AUTO_TEST_CASE(long_flat_templates_are_no_matter) {
  BOOST_TEST(Parsed{"{{ a" + times(20'000, " ~ a") + " }}"}.tmpl().body.size() == 1U);
  BOOST_TEST(Parsed{times(20'000, "{{ a }}\n")}.tmpl().body.size() == 39'999U);
  BOOST_TEST(Parsed{"{% if a %}" + times(5'000, "{% elif b %}") + "{% endif %}"}.tmpl().body.size() == 1U);
}

/// Pieces that mean something to the lexer, put together without sense: nothing may crash, hang, or mark bytes outside of the text.
BOOST_AUTO_TEST_CASE(senseless_templates_are_parsed_or_refused) {
  const std::vector<std::string> pieces{"{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "if ", "else", "for ", "in ", "endfor", "is ", "not ", "a", ".0", "(", ")", "[", "]",
                                        "{", "}", "'", "\"", "\\", "\n", "\r", " ", "|", ",", "=", ":", "*", "**", "set ", "endset", "raw", "endraw", "macro ", "call ", "1.5",
                                        "\xC3\xA9", "\xC3", "\xFF", "\xC2\xA0", "{% if a %}", "{% endif %}", "{{ x }}", "{% raw %}", "block ", "~", "\0z"};
  std::uint32_t state = 12'345;
  const auto next = [&state](std::size_t bound) {
    state = state * 1'664'525U + 1'013'904'223U;
    return static_cast<std::size_t>(state >> 8U) % bound;
  };
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (std::size_t i = next(14); i > 0; --i) source += pieces[next(pieces.size())];
    Parsed parsed{source};
    if (const auto* error = std::get_if<Diagnostic>(&parsed.outcome)) {
      const std::uint32_t size = parsed.sources.text(error->span.source).size();
      BOOST_REQUIRE_MESSAGE(error->span.begin <= error->span.end && error->span.end <= size, source);
      BOOST_REQUIRE_MESSAGE(!error->message.empty() && error->template_line > 0, source);
      BOOST_REQUIRE_MESSAGE(error->message.find("could not be read") == std::string::npos, source + ": " + error->message);
    } else {
      ++accepted;
    }
  }
  BOOST_TEST(accepted > 1'000);
}

}  // namespace
