// What filters and methods do with origins, arguments and limits. What they print is held against Jinja2 elsewhere.
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "compiler/eval/builtins/builtins.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/plain_host.h"
#include "compiler/parse/parse.h"
#include "compiler/value/operators.h"

namespace hookc {
namespace {

/// One template, rendered with an empty context.
struct Rendered {
  Sources sources;
  std::string source;
  std::string text;
  std::string error;
  std::string claims;  // the source's bytes that the output says it comes from; `.` where it was made

  explicit Rendered(std::string bytes) : source(std::move(bytes)) {
    const SourceId file = sources.add_file("t.sql", source);
    const auto parsed = parse_template(sources, file, ParseOptions{});
    if (const auto* diagnostic = std::get_if<Diagnostic>(&parsed)) {
      error = diagnostic->error_class;
      return;
    }
    PlainHost host{std::make_shared<Dict>()};
    Evaluator evaluator{sources, host, EvalOptions{}};
    const EvalOutcome outcome = evaluator.render(*std::get<ast::TemplatePtr>(parsed));
    if (const auto* failure = std::get_if<EvalError>(&outcome)) {
      error = failure->diagnostic.error_class + ": " + failure->diagnostic.message;
      return;
    }
    const Text& output = std::get<Rendering>(outcome).text;
    text = output.str();
    for (std::uint32_t i = 0; i < output.size(); ++i) {
      const Position position = output.position_at(i);
      BOOST_TEST(place_of(position) != 0U, "byte " << i << " of " << text << " comes from nowhere");
      claims.push_back(is_fixed(position) ? '.' : source[sources.describe(position).offset]);
    }
  }
};

std::string claims_of(std::string source) { return Rendered{std::move(source)}.claims; }
std::string error_of(std::string source) { return Rendered{std::move(source)}.error; }
std::string text_of_template(std::string source) { return Rendered{std::move(source)}.text; }

}  // namespace

BOOST_AUTO_TEST_CASE(filters_keep_the_origins_of_the_bytes_they_keep) {
  BOOST_TEST(claims_of("{{ ' ab '|trim }}") == "ab");
  BOOST_TEST(claims_of("{{ 'ab'|upper }}") == "ab");
  BOOST_TEST(claims_of("{{ ['a', 'b']|join('-') }}") == "a-b");
  BOOST_TEST(claims_of("{{ 'a.b'|replace('.', '_') }}") == "a_b");
  BOOST_TEST(claims_of("{{ 'x.y'.split('.')[1] ~ 'z' }}") == "yz");
  BOOST_TEST(claims_of("{{ '%s-%d' % ('a', 1) }}") == "a-.");
  BOOST_TEST(claims_of("{{ '{}:{}'.format('a', 'b') }}") == "a:b");
  BOOST_TEST(claims_of("{{ 'a'|center(3) }}") == ".a.");
  BOOST_TEST(claims_of("{{ 'a<b'|escape }}") == "a....b");
  BOOST_TEST(claims_of("{{ ['a', 'b']|map('upper')|list|last }}") == "b");
  BOOST_TEST(claims_of("{{ 'abc'|reverse }}") == "cba");
}

/// Numbers near ties, at ties, and of all sizes: rounding by arithmetic must give what printing the digits and reading them back gives.
BOOST_AUTO_TEST_CASE(round_gives_what_the_printed_digits_say) {
  std::mt19937_64 random{7};
  std::string source;
  std::vector<double> expected;
  for (int i = 0; i < 3'000; ++i) {
    const int places = static_cast<int>(random() % 12);
    const double unit = std::pow(10.0, places);
    const auto whole = static_cast<double>(random() % (i % 2 == 0 ? 1'000 : 100'000'000'000));
    double value = (whole + (i % 3 == 0 ? 0.5 : static_cast<double>(random() % 4096) / 4096)) / unit;
    if (i % 5 == 0) value = std::nextafter(value, i % 10 == 0 ? 0.0 : 1e300);
    source += fmt::format("{{{{ {:.17g}|float|round({}) }}}}\n", value, places);
    expected.push_back(std::strtod(fmt::format("{:.{}f}", value, places).c_str(), nullptr));
  }
  std::istringstream lines{text_of_template(source)};
  std::string line;
  for (const double wanted : expected) {
    BOOST_REQUIRE(std::getline(lines, line));
    BOOST_REQUIRE_EQUAL(std::strtod(line.c_str(), nullptr), wanted);
  }
}

BOOST_AUTO_TEST_CASE(names_that_no_string_wrote_come_from_their_call) {
  BOOST_TEST(claims_of("{% for k in dict(a=1) %}{{ k + 'x' }}{% endfor %}") == ".x");
  BOOST_TEST(claims_of("{{ 'abcdefghijklmnop qrs'|truncate(4, true, leeway=0) }}") == "a...");
}

BOOST_AUTO_TEST_CASE(arguments_are_bound_by_the_signature) {
  BOOST_TEST(text_of_template("{{ 'a b'.split(maxsplit=1, sep=' ') }}") == "['a', 'b']");
  BOOST_TEST(error_of("{{ 'a'|trim('x', 'y') }}") == "TypeError: trim() takes from 1 to 2 positional arguments but 3 were given");
  BOOST_TEST(error_of("{{ 'a'|trim(x=1) }}") == "TypeError: trim() got an unexpected keyword argument 'x'");
  BOOST_TEST(error_of("{{ 'a'|replace('b') }}") == "TypeError: replace() missing 1 required positional argument: 'new'");
  BOOST_TEST(error_of("{{ {}.get(key='a') }}") == "TypeError: dict.get() got an unexpected keyword argument 'key'");
}

BOOST_AUTO_TEST_CASE(a_generator_is_consumed_once) {
  BOOST_TEST(text_of_template("{% set g = [1, 2]|map('string') %}{{ g|list }}{{ g|list }}") == "['1', '2'][]");
  BOOST_TEST(text_of_template("{% set g = [1, 2]|select %}{{ g|first }}{{ g|list }}") == "1[2]");
}

BOOST_AUTO_TEST_CASE(dict_views_see_later_changes) {
  BOOST_TEST(text_of_template("{% set d = {} %}{% set keys = d.keys() %}{% do d.update(a=1) %}{{ keys }}") == "dict_keys(['a'])");
}

BOOST_AUTO_TEST_CASE(attribute_arguments_look_up_items_first) {
  BOOST_TEST(text_of_template("{{ [{'a': {'items': 1}}]|map(attribute='a.items')|list }}") == "[1]");
  BOOST_TEST(text_of_template("{{ [{'a': 2, 'b': 'x'}, {'a': 1, 'b': 'y'}]|sort(attribute='a')|map(attribute='b')|join }}") == "yx");
}

BOOST_AUTO_TEST_CASE(sizes_are_checked_before_memory_is_taken) {
  for (const char* source : {"{{ 'x'|center(10 ** 9) }}", "{{ 'x'.ljust(10 ** 9) }}", "{{ 'x'|indent(10 ** 9, true) }}", "{{ '%1000000000d' % 1 }}",
                             "{{ '{:1000000000}'.format(1) }}", "{{ ('a,' * 20000000).split(',')|length }}", "{{ [1]|batch(10 ** 9, 0)|list|length }}"}) {
    BOOST_TEST(error_of(source).starts_with("LimitError"), source);
  }
  BOOST_TEST(error_of("{{ range(10 ** 12) }}").starts_with("OverflowError"));
}

BOOST_AUTO_TEST_CASE(a_namespace_that_holds_itself_can_be_printed) {
  // The knot is untied at the end: values are counted, so one that holds itself would outlive the evaluation.
  BOOST_TEST(text_of_template("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}{% set ns.x = none %}") == "<Namespace {'x': <Namespace {...}>}>");
}

BOOST_AUTO_TEST_CASE(every_row_has_a_signature_that_can_be_read) {
  BOOST_TEST(filter_names().size() >= 50U);
  BOOST_TEST(test_names().size() == 39U);
  for (const std::string_view name : filter_names()) BOOST_TEST(find_filter(name) != nullptr);
  BOOST_TEST(find_filter("no_such_filter") == nullptr);
}

}  // namespace hookc
