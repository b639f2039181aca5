// What values are as text, without an evaluator: printing, formats, text operations and JSON, and where the bytes of each result come from.
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/value/format.h"
#include "compiler/value/json.h"
#include "compiler/value/operators.h"
#include "compiler/value/pretty.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/text_wrap.h"
#include "tests/unit/value_world.h"

namespace hookc {

BOOST_AUTO_TEST_SUITE(printing)

BOOST_AUTO_TEST_CASE(values_print_as_in_python) {
  auto dict = std::make_shared<Dict>();
  dict->set("a", integer(1));
  dict->set(integer(2), None{});
  BOOST_TEST(display_repr(make_list({text("it's"), text("say \"it's\""), text("\n\t\x01\xC3\xA9\xE2\x80\xA8"), Value{true}, real(2), Value{}})) ==
             R"(["it's", 'say "it\'s"', '\n\t\x01é\u2028', True, 2.0, Undefined])");
  BOOST_TEST(display(make_tuple({integer(1)})) == "(1,)");
  BOOST_TEST(display(make_tuple({})) == "()");
  BOOST_TEST(display(Value{dict}) == "{'a': 1, 2: None}");
  BOOST_TEST(display(Value{}).empty());
}

BOOST_AUTO_TEST_CASE(bytes_of_strings_keep_their_origins_inside_of_a_list) {
  const World world{"ab'c\nd"};
  const Text printed = repr_of(world.site, make_list({Value{world.whole()}}));
  BOOST_TEST(printed.view() == "[\"ab'c\\nd\"]");
  BOOST_TEST(world.claimed(printed) == "..ab'c..d..");
}

BOOST_AUTO_TEST_CASE(str_of_a_string_is_the_same_handle) {
  const World world{"abc"};
  const Text original = world.whole();
  BOOST_TEST(str_of(world.site, Value{original}).view().data() == original.view().data());
}

BOOST_AUTO_TEST_CASE(a_name_gets_the_place_where_it_is_printed) {
  const World world{"abc"};
  const Text printed = str_of(world.site, make_name("key"));
  BOOST_TEST(place_of(printed.position_at(0)) == place_of(world.site.position()));
}

BOOST_AUTO_TEST_CASE(a_hole_is_an_identifier_of_its_symbol) {
  World world;
  auto symbol = std::make_shared<Symbol>();
  symbol->name = "results[0].status";
  const Text hole = hole_of(world.site, Unknown{symbol});
  BOOST_TEST(hole.view() == "hole_results_0_status");
  BOOST_TEST(world.sources.describe(hole.position_at(0)).name == "results[0].status");
  BOOST_TEST((world.sources.describe(hole.position_at(0)).kind == Origin::Kind::Hole));
}

BOOST_AUTO_TEST_CASE(long_containers_are_pretty_printed_over_lines) {
  const World world;
  std::vector<Value> items;
  for (int i = 0; i < 3; ++i) items.push_back(text("a string of thirty-one characters"));
  const std::string line = "'a string of thirty-one characters'";
  BOOST_TEST(pretty_print(world.site, make_list(items)) == "[" + line + ",\n " + line + ",\n " + line + "]");
  BOOST_TEST(pretty_print(world.site, make_list({integer(1)})) == "[1]");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(formats)

namespace {
std::string percent(std::string_view format, Value arguments) {
  const World world;
  try {
    return percent_format(world.site, Text{std::string{format}, Position{1}}, arguments).str();
  } catch (const EvalError& error) {
    return error.diagnostic.error_class + ": " + error.diagnostic.message;
  }
}

std::string formatted(std::string_view format, std::vector<Value> positional) {
  const World world;
  const FieldAccess access{[](const Value&, std::string_view name) { return make_name(name); }, [](const Value&, const Value& key) { return key; }};
  try {
    return str_format(world.site, Text{std::string{format}, Position{1}}, positional, {}, access).str();
  } catch (const EvalError& error) {
    return error.diagnostic.error_class + ": " + error.diagnostic.message;
  }
}
}  // namespace

BOOST_AUTO_TEST_CASE(percent_formats_as_in_python) {
  BOOST_TEST(percent("%5.1f|%-5d|%+d|%05d|%e|%g", make_tuple({real(1.25), integer(3), integer(4), integer(-5), real(123456.789), real(1e10)})) ==
             "  1.2|3    |+4|-0005|1.234568e+05|1e+10");
  BOOST_TEST(percent("%r %a %s", make_tuple({text("é"), text("é"), make_list({text("é")})})) == "'é' '\\xe9' ['é']");
  BOOST_TEST(percent("%.2s|%4s|%-4s|%%", make_tuple({text("éab"), text("é"), text("é")})) == "éa|   é|é   |%");
  BOOST_TEST(percent("%#x %#o %X %c%c", make_tuple({integer(255), integer(8), integer(255), integer(65), text("b")})) == "0xff 0o10 FF Ab");
  BOOST_TEST(percent("%*d|%.*f", make_tuple({integer(-4), integer(1), integer(2), real(1.005)})) == "1   |1.00");
  BOOST_TEST(percent("%s", None{}) == "None");
  BOOST_TEST(percent("%d", real(3.99)) == "3");
  auto dict = std::make_shared<Dict>();
  dict->set("a", integer(7));
  BOOST_TEST(percent("%(a)03d", Value{dict}) == "007");
}

BOOST_AUTO_TEST_CASE(percent_raises_as_python_does) {
  BOOST_TEST(percent("%s%s", integer(1)) == "TypeError: not enough arguments for format string");
  BOOST_TEST(percent("a", integer(1)) == "TypeError: not all arguments converted during string formatting");
  BOOST_TEST(percent("%d", text("a")) == "TypeError: %d format: a real number is required, not str");
  BOOST_TEST(percent("%z", integer(1)) == "ValueError: unsupported format character 'z' (0x7a) at index 1");
  BOOST_TEST(percent("%", integer(1)) == "ValueError: incomplete format");
  BOOST_TEST(percent("%(a)s", make_dict()) == "KeyError: 'a'");
}

BOOST_AUTO_TEST_CASE(str_format_has_the_mini_language) {
  BOOST_TEST(formatted("{:10.3f}|{:<5}|{:^7}|{:>+5}|{:%}|{:,}|{:_}", {real(1.5), text("a"), text("b"), integer(3), real(0.25), integer(1234567), integer(1234567)}) ==
             "     1.500|a    |   b   |   +3|25.000000%|1,234,567|1_234_567");
  BOOST_TEST(formatted("{:#x}|{:e}|{:g}|{:b}|{:c}|{:08.2f}|{:x}", {integer(255), real(12345.678), real(1e-7), integer(5), integer(65), real(-1.5), integer(-255)}) ==
             "0xff|1.234568e+04|1e-07|101|A|-0001.50|-ff");
  BOOST_TEST(formatted("{0}{1}{0} {{}}", {integer(1), text("a")}) == "1a1 {}");
  BOOST_TEST(formatted("{!r:>6}|{:*^{}}|{:.3}", {text("a"), text("b"), integer(5), real(123.0)}) == "   'a'|**b**|1.23e+02");
  BOOST_TEST(formatted("{:011,}|{:,.2f}|{}", {integer(1234567), real(1234.5), Value{true}}) == "001,234,567|1,234.50|True");
}

BOOST_AUTO_TEST_CASE(str_format_raises_as_python_does) {
  BOOST_TEST(formatted("{", {}) == "ValueError: Single '{' encountered in format string");
  BOOST_TEST(formatted("}", {}) == "ValueError: Single '}' encountered in format string");
  BOOST_TEST(formatted("{}", {}) == "IndexError: Replacement index 0 out of range for positional args tuple");
  BOOST_TEST(formatted("{0}{}", {integer(1)}) == "ValueError: cannot switch from manual field specification to automatic field numbering");
  BOOST_TEST(formatted("{:d}", {text("a")}) == "ValueError: Unknown format code 'd' for object of type 'str'");
  BOOST_TEST(formatted("{:>5}", {None{}}) == "TypeError: unsupported format string passed to NoneType.__format__");
}

BOOST_AUTO_TEST_CASE(a_format_keeps_the_origins_of_its_own_bytes_and_of_strings) {
  const World world{"x=%s;"};
  const Text result = percent_format(world.site, world.whole(), make_tuple({Value{world.whole().slice(0, 1)}}));
  BOOST_TEST(result.view() == "x=x;");
  BOOST_TEST(world.claimed(result) == "x=x;");
  BOOST_TEST(world.claimed(percent_format(world.site, world.whole(), integer(12))) == "x=..;");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(texts)

namespace {
std::vector<std::string> strings(const std::vector<Text>& texts) {
  std::vector<std::string> result;
  for (const Text& one : texts) result.push_back(one.str());
  return result;
}
using Strings = std::vector<std::string>;
}  // namespace

BOOST_AUTO_TEST_CASE(case_mappings_are_full_and_keep_places) {
  const auto mapped = [](std::string_view bytes, CaseMapping mapping) { return map_case(Text{std::string{bytes}, Position{1}}, mapping).str(); };
  BOOST_TEST(mapped("straße", CaseMapping::Upper) == "STRASSE");
  BOOST_TEST(mapped("ΣΑΣ ΑΣ", CaseMapping::Lower) == "σας ας");
  BOOST_TEST(mapped("it's o'CLOCK", CaseMapping::Title) == "It'S O'Clock");
  BOOST_TEST(mapped("hELLO wORLD", CaseMapping::Capitalize) == "Hello world");
  BOOST_TEST(mapped("aBc", CaseMapping::Swap) == "AbC");
  BOOST_TEST(mapped("Straße", CaseMapping::Fold) == "strasse");
  BOOST_TEST(title_words(Text{"it's a-b (c {d [e <f", Position{1}}).view() == "It's A-B (C {D [E <F");
  const World world{"ab c"};
  BOOST_TEST(world.claimed(map_case(world.whole(), CaseMapping::Upper)) == "ab c");
}

BOOST_AUTO_TEST_CASE(what_does_not_change_is_the_same_handle) {
  const World world{"abc"};
  const Text original = world.whole();
  const auto same = [&](const Text& result) { return result.view().data() == original.view().data(); };
  BOOST_TEST(same(map_case(original, CaseMapping::Lower)));
  BOOST_TEST(same(trim(original, std::nullopt, Side::Both)));
  BOOST_TEST(same(replace(world.site, original, "x", Text{"y", Position{1}}, -1)));
  BOOST_TEST(same(pad(world.site, original, 2, " ", Alignment::Left)));
}

BOOST_AUTO_TEST_CASE(replace_interleaves_origins) {
  const World world{"a.b.c-"};
  const Text text = world.whole().slice(0, 5);
  const Text dash = world.whole().slice(5, 6);
  BOOST_TEST(replace(world.site, text, ".", dash, -1).view() == "a-b-c");
  BOOST_TEST(world.claimed(replace(world.site, text, ".", dash, -1)) == "a-b-c");
  BOOST_TEST(replace(world.site, text, ".", dash, 1).view() == "a-b.c");
  BOOST_TEST(replace(world.site, text, ".", Text{}, -1).view() == "abc");
  BOOST_TEST(replace(world.site, text, "", dash, -1).view() == "-a-.-b-.-c-");
  BOOST_TEST(replace(world.site, text, "", dash, 2).view() == "-a-.b.c");
  BOOST_TEST(replace(world.site, Text{}, "", dash, -1).view() == "-");
  BOOST_TEST(replace(world.site, text, "a.b.c", Text{}, -1).view().empty());
}

BOOST_AUTO_TEST_CASE(trim_takes_white_space_or_a_set) {
  const auto trimmed = [](std::string_view bytes, std::optional<std::string_view> chars, Side side) {
    return trim(Text{std::string{bytes}, Position{1}}, chars, side).str();
  };
  BOOST_TEST(trimmed("\xC2\xA0 a b\n", std::nullopt, Side::Both) == "a b");
  BOOST_TEST(trimmed("xyaxy", "yx", Side::Both) == "a");
  BOOST_TEST(trimmed("xxa", "x", Side::Right) == "xxa");
  BOOST_TEST(trimmed("éaé", "é", Side::Left) == "aé");
  BOOST_TEST(trimmed("   ", std::nullopt, Side::Both).empty());
}

BOOST_AUTO_TEST_CASE(splits_are_pythons) {
  const auto whole = [](std::string_view bytes) { return Text{std::string{bytes}, Position{1}}; };
  BOOST_TEST(strings(split(whole("a,,b"), ",", -1)) == (Strings{"a", "", "b"}), boost::test_tools::per_element());
  BOOST_TEST(strings(split(whole(""), ",", -1)) == (Strings{""}), boost::test_tools::per_element());
  BOOST_TEST(strings(split(whole("a,b,c"), ",", 1)) == (Strings{"a", "b,c"}), boost::test_tools::per_element());
  BOOST_TEST(strings(split_from_right(whole("a,b,c"), ",", 1)) == (Strings{"a,b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(strings(split_blank(whole("  a  b c "), -1)) == (Strings{"a", "b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(strings(split_blank(whole("  a  b c "), 1)) == (Strings{"a", "b c "}), boost::test_tools::per_element());
  BOOST_TEST(strings(split_blank_from_right(whole("  a  b c "), 1)) == (Strings{"  a  b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(split_blank(whole("  "), -1).empty());
  BOOST_TEST(strings(split_lines(whole("a\r\nb\x0B""c\n"), LineEnds::Dropped)) == (Strings{"a", "b", "c"}), boost::test_tools::per_element());
  BOOST_TEST(strings(split_lines(whole("a\r\nb"), LineEnds::Kept)) == (Strings{"a\r\n", "b"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(padding_goes_where_python_puts_it) {
  const World world;
  const auto centered = [&](std::string_view bytes, std::int64_t width) { return pad(world.site, Text{std::string{bytes}, Position{1}}, width, "*", Alignment::Center).str(); };
  BOOST_TEST(centered("ab", 9) == "****ab***");
  BOOST_TEST(centered("x", 4) == "*x**");
  BOOST_TEST(centered("é", 3) == "*é*");
}

BOOST_AUTO_TEST_CASE(wrapped_lines_break_at_blanks_and_hyphens) {
  const auto wrapped = [](std::string_view bytes, WrapOptions options) { return strings(wrap_line(Text{std::string{bytes}, Position{1}}, options)); };
  BOOST_TEST(wrapped("hello big-hearted world", {10, true, true}) == (Strings{"hello big-", "hearted", "world"}), boost::test_tools::per_element());
  BOOST_TEST(wrapped("hello big-hearted world", {10, true, false}) == (Strings{"hello big-", "hearted", "world"}), boost::test_tools::per_element());
  BOOST_TEST(wrapped("abcdefghij", {4, true, true}) == (Strings{"abcd", "efgh", "ij"}), boost::test_tools::per_element());
  BOOST_TEST(wrapped("abcdefghij k", {4, false, true}) == (Strings{"abcdefghij", "k"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(strings_of_a_document_are_inputs_named_by_their_paths) {
  World world;
  const Value value = value_from_json(world.sources, "", nlohmann::ordered_json::parse(R"({"target": {"schema": "dev", "threads": 4}, "results": [{"status": "success"}]})"));
  const Dict& root = **value.get_if<DictPtr>();
  const Text& schema = *(*root.find("target")->get_if<DictPtr>())->find("schema")->get_if<Text>();
  const Origin origin = world.sources.describe(schema.position_at(1));
  BOOST_TEST((origin.kind == Origin::Kind::Input));
  BOOST_TEST(origin.name == "target.schema");
  BOOST_TEST(origin.offset == 1U);
  BOOST_TEST(display(value) == "{'target': {'schema': 'dev', 'threads': 4}, 'results': [{'status': 'success'}]}");
}

BOOST_AUTO_TEST_CASE(json_is_written_as_python_writes_it) {
  const World world;
  auto dict = std::make_shared<Dict>();
  dict->set("b", make_list({integer(1), real(1.5), None{}, Value{true}}));
  dict->set("a", text("é\"\n\x7F\xF0\x9F\x98\x80"));
  BOOST_TEST(to_json(world.site, Value{dict}, JsonStyle{true}) == "{\"a\": \"\\u00e9\\\"\\n\\u007f\\ud83d\\ude00\", \"b\": [1, 1.5, null, true]}");
  BOOST_TEST(to_json(world.site, Value{dict}, JsonStyle{false, "  "}).starts_with("{\n  \"b\": [\n    1,\n"));
  BOOST_TEST(to_json(world.site, make_dict(), JsonStyle{false, "  "}) == "{}");
  BOOST_TEST(error_of([&] { to_json(world.site, Value{}, JsonStyle{}); }) == "TypeError: Object of type Undefined is not JSON serializable");
}

BOOST_AUTO_TEST_CASE(json_text_is_read_with_integers_of_any_size) {
  const World world;
  BOOST_TEST(display(value_from_json_text(world.site, R"({"z": [1, 2.5, "x"], "a": 123456789012345678901234567890, "n": null})")) ==
             "{'z': [1, 2.5, 'x'], 'a': 123456789012345678901234567890, 'n': None}");
  BOOST_TEST(error_of([&] { value_from_json_text(world.site, "[1,"); }).starts_with("ValueError"));
  BOOST_TEST(error_of([&] { value_from_json_text(world.site, std::string(100'000, '[')); }).starts_with("RecursionError"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hookc
