// What templates give, where their bytes come from, how evaluations fail, and that no template takes the process with it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cctype>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/plain_host.h"
#include "compiler/parse/parse.h"

namespace hookc {
namespace {

namespace data = boost::unit_test::data;

/// Plain Jinja, and dbt's `return`, `log` and `attempt(function)`.
class TestHost final : public PlainHost {
 public:
  using PlainHost::PlainHost;
  std::optional<Value> input(Evaluator& evaluator, std::string_view name) override {
    if (name == "return") {
      return make_function("return", [](Evaluator& running, const Arguments& arguments) {
        running.return_from_macro(arguments.positional.at(0));
        return Value{};
      });
    }
    if (name == "log") {
      return make_function("log", [](Evaluator& running, const Arguments& arguments) {
        Event event;
        event.text = running.to_text(arguments.positional.at(0));
        running.record(std::move(event));
        return Value{Text{}};
      });
    }
    if (name == "attempt") {
      return make_function("attempt", [](Evaluator& running, const Arguments& arguments) {
        auto outcome = running.attempt([&] { return running.call(arguments.positional.at(0), Arguments{}); });
        if (auto* error = std::get_if<EvalError>(&outcome)) return Value{running.made("caught " + error->diagnostic.error_class)};
        return std::get<Value>(std::move(outcome));
      });
    }
    return PlainHost::input(evaluator, name);
  }
};

struct World {
  Sources sources;
  DictPtr context = std::make_shared<Dict>();
  std::map<std::string, std::string> inputs;
  EvalOptions options;
  ast::TemplatePtr tmpl;
  Rendering partial;  // of an evaluation that failed

  World() {
    add("x", "abc");
    add("name", "O'Brien");
    context->set("n", Value{std::int64_t{100}});
    context->set("list", make_list({Value{std::int64_t{1}}, Value{std::int64_t{2}}, Value{std::int64_t{3}}}));
    auto target = std::make_shared<Dict>();
    target->set("name", input("target.name", "prod"));
    target->set("items", input("target.items", "key"));
    context->set("target", Value{std::move(target)});
  }

  Value input(const std::string& symbol, std::string bytes) {
    inputs[symbol] = bytes;
    const auto size = static_cast<std::uint32_t>(bytes.size());
    return make_text(std::move(bytes), sources.add_input(symbol, size));
  }
  void add(const std::string& name, const std::string& bytes) { context->set(name, input(name, bytes)); }

  EvalOutcome run(const std::string& source) {
    auto parsed = parse_template(sources, sources.add_file("t.sql", source), ParseOptions{});
    if (auto* problem = std::get_if<Diagnostic>(&parsed)) return EvalError{std::move(*problem)};
    tmpl = std::get<ast::TemplatePtr>(parsed);
    TestHost host(context);
    Evaluator evaluator(sources, host, options);
    EvalOutcome outcome = evaluator.render(*tmpl);
    partial = evaluator.rendering();
    return outcome;
  }
  std::string output(const std::string& source) {
    const EvalOutcome outcome = run(source);
    if (const auto* error = std::get_if<EvalError>(&outcome)) return error->diagnostic.error_class + ": " + error->diagnostic.message;
    return std::get<Rendering>(outcome).text.str();
  }
  Diagnostic error(const std::string& source) {
    const EvalOutcome outcome = run(source);
    const auto* error = std::get_if<EvalError>(&outcome);
    if (error == nullptr) BOOST_FAIL("no error, but `" << std::get<Rendering>(outcome).text.view() << "`");
    return error->diagnostic;
  }
  [[nodiscard]] std::string_view guilty(const Diagnostic& diagnostic) const { return sources.view(diagnostic.span); }
};

// --------------------------------------------------------------------------------------------------------------------- the language

struct Case {
  const char* source;
  const char* output;
};
std::ostream& operator<<(std::ostream& out, const Case& test) { return out << test.source; }

const Case kScopes[] = {
    {"{% set x=1 %}{% for i in [1,2] %}{{x}}{% set x=5 %}{{x}}{% endfor %}{{x}}", "15151"},
    {"{{ n }}{% set n=2 %}{{ n }}", "1002"},
    {"{% set n = n + 1 %}{{ n }}", "101"},
    {"{% macro m() %}[{{n}}]{% endmacro %}{{m()}}{% set n=1 %}{{m()}}", "[][1]"},
    {"{% macro m() %}[{{n}}]{% endmacro %}{{m()}}{% if true %}{% set n=1 %}{% endif %}{{m()}}", "[100][1]"},
    {"{% if true %}{% set y = 1 %}{% endif %}{{ y }}", "1"},
    {"{% with n = 1, y = n %}{{ n }}{{ y }}{% endwith %}{{ n }}", "1100100"},
    {"{% set ns = namespace(c=0) %}{% for i in list %}{% set ns.c = ns.c + i %}{% endfor %}{{ ns.c }}", "6"},
    {"{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21"},
    {"{% set y %}<{{ x }}>{% endset %}{{ y|upper }}", "<ABC>"},
    {"{% set y | upper | replace('B', '-') %}{{ x }}{% endset %}{{ y }}", "A-C"},
    {"{% filter upper %}{{ x }}{% set q = 1 %}{% endfilter %}{{ q }}", "ABC"},
    {"{% set x = 1 %}{% block b %}{{ x }}{% endblock %}{{ self.b() }}", "11"},
    {"{% macro f() %}{% macro g() %}{{ v }}{% endmacro %}{% set v = 3 %}{{ g() }}{% endmacro %}{{ f() }}", "3"},
};
BOOST_DATA_TEST_CASE(names_are_resolved_as_jinja_resolves_them, data::make(kScopes), test) { BOOST_TEST(World{}.output(test.source) == test.output); }

const Case kLoops[] = {
    {"{% for i in list if i != 2 %}{{ loop.index }}/{{ loop.length }}:{{ i }} {% endfor %}", "1/2:1 2/2:3 "},
    {"{% for i in list %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }}{% if not loop.last %},{% endif %}{% endfor %}", "<1>2,1<2>3,2<3>"},
    {"{% for i in [] %}x{% else %}none{% endfor %}", "none"},
    {"{% for i in list %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "13"},
    {"{% for i in list %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "1"},
    {"{% for i in list %}{% with %}{% if i == 2 %}{% break %}{% endif %}{% endwith %}{{ i }}{% endfor %}", "1"},
    {"{% for i in list %}{% set s %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endset %}{{ s }}{% endfor %}", "13"},
    {"{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}", "a1b2"},
    {"{% for c in 'äb' %}{{ c }}.{% endfor %}", "ä.b."},
    {"{% for t in [[1, [[2, []]]], [3, []]] recursive %}{{ t[0] }}{{ loop.depth }}({{ loop(t[1]) }}){% endfor %}", "11(22())31()"},
    {"{% for i in list %}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }}{% endfor %}", "aTruebTrueaFalse"},
    {"{% for i in list %}{% if i < 2 %}{% do list.append(9) %}{% endif %}{{ i }}{% endfor %}", "1239"},
    {"{% set ns = namespace(seen=[]) %}{% for i in [1,1,2] if i not in ns.seen %}{{ i }}{% set ns.seen = ns.seen + [i] %}{% endfor %}", "12"},
    {"{% for i in list if i > 1 %}{{ loop.last }}{{ i }}{% endfor %}", "False2True3"},
    {"{% set ns = namespace(f=[]) %}{% for i in list %}{% macro m() %}{{ i }}{% endmacro %}{% do ns.f.append(m) %}{{ m() }}{% endfor %}", "123"},
    {"{% set ns = namespace() %}{% for i in [7] %}{% set ns.l = loop %}{% endfor %}{{ ns.l.index }}{{ ns.l.last }}{{ ns.l.length }}", "1True1"},
};
BOOST_DATA_TEST_CASE(loops_run_as_in_jinja, data::make(kLoops), test) { BOOST_TEST(World{}.output(test.source) == test.output); }

const Case kMacros[] = {
    {"{% macro m(a, b=a ~ 'x', c=[]) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, c=2) }}", "11x[]11x2"},
    {"{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(u) }}{{ m(1) }}", "FalseFalseTrue"},
    {"{% macro m(a='d') %}{{ a }}{% endmacro %}[{{ m(u) }}]", "[]"},
    {"{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, k=4) }}", "1(2, 3){'k': 4}"},
    {"{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(*[1], **{'b': 2}) }}", "12"},
    {"{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ x }}{% endcall %}", "<abc>"},
    {"{% macro m() %}{{ caller(1) }}{{ caller(2) }}{% endmacro %}{% call(v) m() %}[{{ v }}]{% endcall %}", "[1][2]"},
    {"{% macro f(k) %}{% if k %}{{ k }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "321"},
    {"{% macro m(a) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m }}", "m('a',)<Macro 'm'>"},
    {"{% macro m() %}a{{ return([1, 2]) }}b{% endmacro %}{{ m()[1] }}{{ m() }}", "2[1, 2]"},
    {"{% macro m() %}a{% set y %}b{{ return('r') }}{% endset %}{% endmacro %}<{{ m() }}>", "<r>"},
    {"{% macro m() %}{{ caller() }}after{% endmacro %}{% call m() %}{{ return(5) }}{% endcall %}", "5"},
    {"{% macro m() %}{% do return('r') %}after{% endmacro %}{{ m() }}", "r"},
    {"{% macro m() %}{{ 'a' ~ return('r') }}after{% endmacro %}{{ m() }}", "r"},
    {"{% macro m() %}{% for x in [1, 2] %}{% if x == 2 %}{{ return(x) }}{% endif %}{{ x }}{% else %}none{% endfor %}after{% endmacro %}{{ m() }}", "2"},
    {"{% macro m() %}{% for x in [[1]] recursive %}{% if x is iterable %}{{ loop(x) }}{% endif %}{{ return(x) }}{% endfor %}{% endmacro %}{{ m() }}", "1"},
    {"{% macro n() %}{{ return('n') }}{% endmacro %}{% macro m() %}{{ return(n()) }}after{% endmacro %}{{ m() }}{{ m() }}", "nn"},
    {"{% macro m() %}{% with %}{% filter upper %}a{% do return('r') %}{% endfilter %}{% endwith %}{% endmacro %}<{{ m() }}>", "<r>"},
    {"{% macro m() %}{{ u.x }}{% endmacro %}{{ attempt(m) }}{{ n }}", "caught UndefinedError100"},
};
BOOST_DATA_TEST_CASE(macros_bind_and_return, data::make(kMacros), test) { BOOST_TEST(World{}.output(test.source) == test.output); }

const Case kExpressions[] = {
    {"{{ 1 < 2 < 3 > 0 }}", "True"},
    {"{{ target.name }}{{ target['name'] }}{{ target.items is callable }}{{ target['items'] }}", "prodprodTruekey"},
    {"{{ none.x }}|{{ u }}|{{ u is defined }}", "||False"},
    {"{{ list[-1] }}{{ list[1:] }}{{ list[9] is defined }}", "3[2, 3]False"},
    {"{{ 0 or 'a' and [] }}{{ (false or none) is none }}", "[]True"},
    {"{{ '%s-%d' % ('a', 3) }}{{ 'a' ~ 1 ~ none }}", "a-3a1None"},
    {"{{ 'a' if false }}.{{ 'b' if true else u.x }}", ".b"},
    {"{{ x.__class__ }}{{ x.__class__ is defined }}", "False"},
    {"{{ [x, 1, none, true, 1.0] }}", "['abc', 1, None, True, 1.0]"},
    {"{{ {'a': {'b': [1]}}.a.b[0] }}", "1"},
};
BOOST_DATA_TEST_CASE(expressions_give_what_python_gives, data::make(kExpressions), test) { BOOST_TEST(World{}.output(test.source) == test.output); }

// --------------------------------------------------------------------------------------------------------------------------- errors

struct Failure {
  const char* source;
  const char* error_class;
  const char* guilty;
  std::uint32_t line;
};
std::ostream& operator<<(std::ostream& out, const Failure& test) { return out << test.source; }

const Failure kFailures[] = {
    {"a\n{{ u.x.y }}", "UndefinedError", "u", 2},
    {"{% set a =\n n + 'x' %}", "TypeError", "n + 'x'", 1},
    {"{{ 1 / 0 }}", "ZeroDivisionError", "1 / 0", 1},
    {"{{ n() }}", "TypeError", "n", 1},
    {"{% if false %}\n{% elif u.x %}\n{% endif %}", "UndefinedError", "u", 2},
    {"{% macro m(a=u.x) %}\n{% endmacro %}\n{{ m() }}", "UndefinedError", "u", 1},
    {"{% macro m(a) %}{% endmacro %}\n{{ m(1, 2) }}", "TypeError", "m(1, 2)", 2},
    {"{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}", "TypeError", "a", 1},
    {"{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}", "TypeError", "m()", 1},
    {"{% for a, b in [1] %}{% endfor %}", "TypeError", "a, b", 1},
    {"{% for a, b in [[1]] %}{% endfor %}", "ValueError", "a, b", 1},
    {"{% for i in n %}{% endfor %}", "TypeError", "n", 1},
    {"{% set n.a = 1 %}", "TemplateRuntimeError", "n.a", 1},
    {"{{ ''.__class__.x }}", "SecurityError", "''.__class__", 1},
    {"{% include 'x' %}", "TypeError", "{% include 'x' %}", 1},
    {"{{ return(1) }}", "CompilationError", "return(1)", 1},
};
BOOST_DATA_TEST_CASE(errors_carry_class_place_and_line, data::make(kFailures), test) {
  World world;
  const Diagnostic diagnostic = world.error(test.source);
  BOOST_TEST(diagnostic.error_class == test.error_class);
  BOOST_TEST(world.guilty(diagnostic) == test.guilty);
  BOOST_TEST(diagnostic.template_line == test.line);
}

BOOST_AUTO_TEST_CASE(an_error_names_the_macros_it_happened_in_innermost_first) {
  World world;
  const Diagnostic diagnostic = world.error("{% macro inner() %}{{ u.x }}{% endmacro %}{% macro outer() %}{{ inner() }}{% endmacro %}{{ outer() }}");
  BOOST_REQUIRE(diagnostic.trace.size() == 2U);
  BOOST_TEST(diagnostic.trace[0].macro == "inner");
  BOOST_TEST(diagnostic.trace[1].macro == "outer");
  BOOST_TEST(world.sources.view(diagnostic.trace[1].span) == "outer()");
}

BOOST_AUTO_TEST_CASE(an_error_leaves_what_was_printed_before_but_not_what_was_captured) {
  World world;
  world.error("select 1;{% set y %}captured{{ u.x }}{% endset %}");
  BOOST_TEST(world.partial.text.view() == "select 1;");
}

BOOST_AUTO_TEST_CASE(names_of_a_hook_are_permissive_while_dbt_parses) {
  World world;
  world.options.permissive_undefined = true;
  BOOST_TEST(world.output("[{{ u.x['y'](1).z }}{{ n.foo.bar }}]") == "[]");
}

// --------------------------------------------------------------------------------------------------------------------------- limits

BOOST_AUTO_TEST_CASE(every_limit_ends_in_an_error_of_its_own) {
  const auto message = [](const std::string& source, auto&& adjust) {
    World world;
    adjust(world.options.limits);
    const Diagnostic diagnostic = world.error(source);
    BOOST_TEST(diagnostic.error_class == "LimitError");
    return diagnostic.message;
  };
  BOOST_TEST(message("{% for i in range(1000) %}{% endfor %}", [](Limits& limits) { limits.max_steps = 100; }) ==
             "the evaluation takes more than 100 steps");
  BOOST_TEST(message("{% for i in range(99) %}xx{% endfor %}", [](Limits& limits) { limits.max_output = 100; }) ==
             "the output is larger than 100 bytes");
  BOOST_TEST(message("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", [](Limits&) {}) == "more than 200 calls are nested");
  BOOST_TEST(message("{{ [0] * 100000 }}", [](Limits& limits) { limits.max_items = 1'000; }) ==
             "lists of more than 1000 items together are made or walked");
  BOOST_TEST(message("{% for i in list %}{% do list.append(i) %}{% endfor %}", [](Limits& limits) { limits.max_steps = 10'000; }) ==
             "the evaluation takes more than 10000 steps");
}

BOOST_AUTO_TEST_CASE(nesting_that_would_exhaust_the_stack_is_an_error) {
  World world;
  std::string expression = "m(k + 1)";
  for (int i = 0; i < 400; ++i) expression = "(" + expression + " ~ 'a')";
  const Diagnostic diagnostic = world.error("{% macro m(k) %}{{ " + expression + "|length }}{% endmacro %}{{ m(0) }}");
  BOOST_TEST(diagnostic.error_class == "LimitError");
}

BOOST_AUTO_TEST_CASE(closures_that_hold_themselves_are_released) {
  std::weak_ptr<Dict> held;
  {
    World world;
    auto dict = std::make_shared<Dict>();
    held = dict;
    world.context->set("held", Value{std::move(dict)});
    BOOST_TEST(world.output("{% set kept = held %}{% macro m() %}{{ kept }}{{ m is defined }}{% endmacro %}{{ m() }}") == "{}True");
  }
  BOOST_TEST(held.expired());
}

BOOST_AUTO_TEST_CASE(what_a_template_changes_in_the_context_stays_changed_as_in_jinja) {
  World world;
  BOOST_TEST(world.output("{% do list.append(4) %}{% do target.update({'name': 'z'}) %}{{ list|length }}{{ target.name }}") == "4z");
  BOOST_TEST(world.output("{{ list|length }}{{ target.name }}") == "4z");
}

// ------------------------------------------------------------------------------------------------------------------- frames and events

BOOST_AUTO_TEST_CASE(bytes_know_who_printed_them) {
  World world;
  const EvalOutcome outcome = world.run("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(x) }}");
  const auto& rendering = std::get<Rendering>(outcome);
  BOOST_REQUIRE(rendering.text.view() == "<abc>");
  const Frame& macro = rendering.frames.at(static_cast<std::size_t>(rendering.text.frame_at(0)));
  BOOST_TEST(rendering.macro_of(macro) == "m");
  BOOST_TEST(world.sources.view(macro.site) == "m(x)");
  const Frame& print = rendering.frames.at(static_cast<std::size_t>(rendering.text.frame_at(1)));
  BOOST_TEST(rendering.macro_of(print) == "");
  BOOST_TEST(world.sources.view(print.site) == "a");
  BOOST_TEST(static_cast<std::uint32_t>(print.parent) == static_cast<std::uint32_t>(rendering.text.frame_at(0)));
}

BOOST_AUTO_TEST_CASE(a_print_in_a_loop_is_one_frame) {
  World world;
  const EvalOutcome outcome = world.run("{% for i in range(1000) %}{{ i }}{% endfor %}");
  BOOST_TEST(std::get<Rendering>(outcome).frames.size() <= 3U);
}

BOOST_AUTO_TEST_CASE(events_say_where_and_when) {
  World world;
  const EvalOutcome outcome = world.run("ab{% do log('hi') %}c");
  const auto& rendering = std::get<Rendering>(outcome);
  BOOST_REQUIRE(rendering.events.size() == 1U);
  BOOST_TEST(rendering.events[0].text.view() == "hi");
  BOOST_TEST(rendering.events[0].output_offset == 2U);
  BOOST_TEST(world.sources.view(rendering.events[0].site) == "log('hi')");
}

// ------------------------------------------------------------------------------------------------------------------ the provenance law

bool same_letter(char left, char right) { return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right)); }

/// Every byte has an origin; bytes that claim to be copies equal what they claim, but for the case that filters change in place.
void check_provenance(World& world, const std::string& source) {
  const EvalOutcome outcome = world.run(source);
  const auto* rendering = std::get_if<Rendering>(&outcome);
  const Text text = rendering != nullptr ? rendering->text : world.partial.text;
  const std::size_t frames = rendering != nullptr ? rendering->frames.size() : world.partial.frames.size();
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    const Position position = text.position_at(i);
    BOOST_REQUIRE_MESSAGE(place_of(position) != 0, "byte " << i << " of `" << text.view() << "` is nobody's, from " << source);
    BOOST_REQUIRE(static_cast<std::size_t>(text.frame_at(i)) < frames);
    const Origin origin = world.sources.describe(position);
    if (!origin.verbatim) continue;
    if (origin.kind == Origin::Kind::File) {
      BOOST_REQUIRE_MESSAGE(same_letter(world.sources.bytes_at(position, 1).value().front(), text.view()[i]),
                            "byte " << i << " of `" << text.view() << "` from " << source);
    } else if (origin.kind == Origin::Kind::Input) {
      const std::string& bytes = world.inputs.at(std::string{origin.name});
      BOOST_REQUIRE_MESSAGE(same_letter(bytes.at(origin.offset), text.view()[i]), "byte " << i << " of `" << text.view() << "` from " << source);
    }
  }
}

/// A template put together at random: most of them evaluate, some fail half way.
class RandomTemplate {
 public:
  explicit RandomTemplate(std::uint32_t seed) : random_(seed) {}
  std::string body(int depth) {
    std::string result;
    for (std::size_t i = 0; i <= pick(3); ++i) result += statement(depth);
    return result;
  }

 private:
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  std::string one_of(const std::vector<std::string>& values) { return values[pick(values.size())]; }
  std::string expression(int depth) {
    static const std::vector<std::string> kLeaves{"x", "name", "n", "list", "target.name", "'a\\n\\'b'", "'lit'",
                                                  "u", "none", "y", "m(x)", "1.5",         "target"};
    static const std::vector<std::string> kFilters{
        "upper",      "lower",         "trim",         "replace('b', '-')", "default('d')", "list",  "string|length",      "tojson",   "join(', ')",
        "capitalize", "string|indent", "string|title", "string|center(9)",  "reverse|list", "first", "string|truncate(2)", "dictsort", "pprint"};
    if (depth <= 0) return one_of(kLeaves);
    switch (pick(7)) {
      case 0: return expression(depth - 1) + " ~ " + expression(depth - 1);
      case 1: return "(" + expression(depth - 1) + ")|" + one_of(kFilters);
      case 2: return "(" + expression(depth - 1) + " if " + expression(depth - 1) + " else " + expression(depth - 1) + ")";
      case 3: return "[" + expression(depth - 1) + ", " + expression(depth - 1) + "]";
      case 4: return "{'k': " + expression(depth - 1) + "}";
      case 5: return "('%s/' % (" + expression(depth - 1) + "))";
      default: return one_of(kLeaves);
    }
  }
  std::string statement(int depth) {
    if (depth <= 0) return one_of({"select 1", " ", "\n", "{{ x }}"});
    switch (pick(9)) {
      case 0: return "{% set y = " + expression(2) + " %}";
      case 1: return "{% for i in " + expression(1) + " %}" + body(depth - 1) + "{{ i }}{{ loop.index }}{% endfor %}";
      case 2: return "{% if " + expression(1) + " %}" + body(depth - 1) + "{% else %}" + body(depth - 1) + "{% endif %}";
      case 3: return "{% set y %}" + body(depth - 1) + "{% endset %}";
      case 4: return "{% macro m(a, b='d') %}" + body(depth - 1) + "{{ a }}{{ b }}{% endmacro %}";
      case 5: return "{% filter upper %}" + body(depth - 1) + "{% endfilter %}";
      case 6: return "text ";
      default: return "{{ " + expression(3) + " }}";
    }
  }
  std::mt19937 random_;
};

BOOST_AUTO_TEST_CASE(every_byte_has_an_origin_and_copies_equal_what_they_claim) {
  for (std::uint32_t seed = 0; seed < 1'500; ++seed) {
    World world;
    check_provenance(world, "{% macro m(a) %}<{{ a }}>{% endmacro %}" + RandomTemplate(seed).body(3));
  }
}

}  // namespace
}  // namespace hookc
