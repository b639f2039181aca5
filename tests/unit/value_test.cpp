// What values do without an evaluator: Python's arithmetic, printing and text operations, and where the bytes of each result come from.
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "compiler/value/cycles.h"
#include "compiler/value/decimal.h"
#include "compiler/value/format.h"
#include "compiler/value/json.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/pretty.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "compiler/value/text_wrap.h"

namespace hookc {
namespace {

Value integer(std::int64_t value) { return Value{value}; }
Value real(double value) { return Value{value}; }
Value text(std::string_view bytes) { return make_name(bytes); }

/// A file `source.sql` to take texts from, and a site at its first byte.
struct World {
  Sources sources;
  SourceId file;
  Site site;
  explicit World(std::string bytes = "select 1") : file(sources.add_file("source.sql", std::move(bytes))), site{Span{file, 0, 1}, &sources} {}

  [[nodiscard]] Text whole() const { return sources.text(file); }
  /// The bytes that the file has where each byte of `made` claims to be from; `.` for what was made at its place.
  [[nodiscard]] std::string claimed(const Text& made) const {
    std::string result;
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      const Position position = made.position_at(i);
      const Origin origin = sources.describe(position);
      result.push_back(is_fixed(position) ? '.' : sources.text(file).view()[origin.offset]);
    }
    return result;
  }
};

template <class Body>
std::string error_of(Body body) {
  try {
    body();
  } catch (const EvalError& error) {
    return error.diagnostic.error_class + ": " + error.diagnostic.message;
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decimals)

Value decimal(std::string_view digits) {
  const auto value = decimal_from_text(digits);
  BOOST_REQUIRE_MESSAGE(value.has_value(), digits);
  return *value;
}

// What Python 3.11 prints for each.
BOOST_AUTO_TEST_CASE(decimals_print_as_python_prints_them) {
  const std::pair<const char*, const char*> kPrinted[] = {{"1.50", "1.50"}, {"0.00", "0.00"}, {"-0.5", "-0.5"}, {"100", "100"}, {"1e+16", "1E+16"}, {"1e-05", "0.00001"},
                                                          {"0.0000001", "1E-7"}, {"1E+2", "1E+2"}, {"123.456e-4", "0.0123456"}};
  for (const auto& [given, printed] : kPrinted) BOOST_CHECK_EQUAL(display(decimal(given)), printed);
  BOOST_CHECK_EQUAL(display(make_list({decimal("1.50")})), "[Decimal('1.50')]");
  for (const char* none : {"", "-", ".", "1.2.3", "NaN", "1e", "1e99999", "0x1", " 1"}) BOOST_CHECK_MESSAGE(!decimal_from_text(none), none);
}

BOOST_AUTO_TEST_CASE(decimals_are_reckoned_with_as_python_does) {
  struct Row {
    std::string_view op;
    const char* left;
    const char* right;
    const char* result;
  };
  constexpr Row kRows[] = {
      {"+", "1.50", "2.5", "4.00"},
      {"-", "1.50", "1.5", "0.00"},
      {"*", "1.50", "2.0", "3.000"},
      {"/", "1.50", "0.5", "3.0"},
      {"/", "1", "3", "0.3333333333333333333333333333"},
      {"/", "2", "3", "0.6666666666666666666666666667"},
      {"/", "-1", "8", "-0.125"},
      {"//", "-7.5", "2", "-3"},
      {"%", "-7.5", "2", "-1.5"},
      {"+", "9999999999999999999999999999.5", "0.05", "1.000000000000000000000000000E+28"},
      {"*", "0.00000001", "0.1", "1E-9"},
      {"/", "100", "4", "25"},
      {"/", "6E+2", "3", "2E+2"},
  };
  const World world;
  for (const Row& row : kRows) {
    const Value left = decimal(row.left);
    const Value right = decimal(row.right);
    const Value result = row.op == "+"    ? add(world.site, left, right)
                         : row.op == "-"  ? subtract(world.site, left, right)
                         : row.op == "*"  ? multiply(world.site, left, right)
                         : row.op == "/"  ? divide(world.site, left, right)
                         : row.op == "//" ? floor_divide(world.site, left, right)
                                          : modulo(world.site, left, right);
    BOOST_CHECK_EQUAL(display(result), row.result);
  }
  BOOST_CHECK_EQUAL(display(add(world.site, integer(1), decimal("0.50"))), "1.50");
  BOOST_CHECK_EQUAL(display(subtract(world.site, integer(1), decimal("0.50"))), "0.50");
  BOOST_CHECK_EQUAL(display(negate(world.site, decimal("0.50"))), "-0.50");
  BOOST_CHECK_EQUAL(error_of([&] { multiply(world.site, decimal("1.5"), real(2)); }), "TypeError: unsupported operand type(s) for *: 'decimal.Decimal' and 'float'");
  BOOST_CHECK_EQUAL(error_of([&] { divide(world.site, integer(1), decimal("0.0")); }), "DivisionByZero: [<class 'decimal.DivisionByZero'>]");
}

BOOST_AUTO_TEST_CASE(decimals_are_compared_exactly_with_every_number) {
  BOOST_CHECK(is_equal(decimal("1.5"), real(1.5)));
  BOOST_CHECK(!is_equal(decimal("0.1"), real(0.1)));
  BOOST_CHECK(is_equal(integer(2), decimal("2.00")));
  BOOST_CHECK(is_equal(decimal("2.0"), decimal("2.00")));
  BOOST_CHECK_EQUAL(*hash_value(decimal("2.00")), *hash_value(integer(2)));
  BOOST_CHECK_EQUAL(*hash_value(decimal("1.50")), *hash_value(real(1.5)));
  BOOST_CHECK_EQUAL(*hash_value(decimal("0.10")), *hash_value(decimal("0.1")));
  const World world;
  BOOST_CHECK(is_ordered(world.site, Ordering::Less, decimal("0.1"), real(0.1)));
  BOOST_CHECK(is_ordered(world.site, Ordering::Less, integer(1), decimal("1.5")));
  BOOST_CHECK(is_ordered(world.site, Ordering::Greater, decimal("1.5"), integer(1)));
}

BOOST_AUTO_TEST_CASE(decimals_are_rounded_to_even_and_formatted) {
  const auto rounded = [](const char* digits, std::int64_t places) { return as_decimal(decimal(digits))->rounded(places)->digits(); };
  BOOST_CHECK_EQUAL(rounded("2.5", 0), "2");
  BOOST_CHECK_EQUAL(rounded("3.5", 0), "4");
  BOOST_CHECK_EQUAL(rounded("1.5", 2), "1.50");
  BOOST_CHECK_EQUAL(rounded("1234.5", -2), "1.2E+3");
  BOOST_CHECK_EQUAL(rounded("-2.45", 1), "-2.4");
  BOOST_CHECK_EQUAL(as_decimal(decimal("-2.7"))->truncated().str(), "-2");
  BOOST_CHECK_EQUAL(as_decimal(decimal("-2.7"))->floor().str(), "-3");
  BOOST_CHECK_EQUAL(as_decimal(decimal("2.1"))->ceiling().str(), "3");
  const World world;
  const auto printed = [&](std::string_view format, const char* digits) { return percent_format(world.site, Text{std::string{format}, Position{0}}, decimal(digits)).str(); };
  BOOST_CHECK_EQUAL(printed("%d", "2.7"), "2");
  BOOST_CHECK_EQUAL(printed("%.1f", "2.25"), "2.2");
  BOOST_CHECK_EQUAL(printed("%s", "1.50"), "1.50");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(numbers)

BOOST_AUTO_TEST_CASE(floats_print_their_shortest_digits) {
  const std::vector<std::pair<double, std::string>> cases{
      {0.1, "0.1"}, {1.0, "1.0"}, {100.0, "100.0"}, {1e15, "1000000000000000.0"}, {1e16, "1e+16"}, {1e22, "1e+22"}, {0.0001, "0.0001"},
      {0.00001, "1e-05"}, {-0.0, "-0.0"}, {1.0 / 3.0, "0.3333333333333333"}, {123456.789, "123456.789"}, {5e-324, "5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"}, {std::numeric_limits<double>::infinity(), "inf"}, {-std::numeric_limits<double>::infinity(), "-inf"},
      {std::nan(""), "nan"}, {1000000000000000.5, "1000000000000000.5"}, {1.5e-7, "1.5e-07"}};
  for (const auto& [value, expected] : cases) BOOST_TEST(float_repr(value) == expected);
}

BOOST_AUTO_TEST_CASE(integers_have_no_bounds) {
  const World world;
  BOOST_TEST(display(power(world.site, integer(2), integer(100))) == "1267650600228229401496703205376");
  BOOST_TEST(display(add(world.site, integer(std::numeric_limits<std::int64_t>::max()), integer(1))) == "9223372036854775808");
  BOOST_TEST(display(parse_integer_literal("123456789012345678901234567890", 10)) == "123456789012345678901234567890");
  BOOST_TEST(display(parse_integer_literal("ffffffffffffffffffff", 16)) == "1208925819614629174706175");
  BOOST_TEST(display(negate(world.site, integer(std::numeric_limits<std::int64_t>::min()))) == "9223372036854775808");
}

BOOST_AUTO_TEST_CASE(an_integer_that_fits_again_is_small) {
  const World world;
  const Value big = power(world.site, integer(2), integer(70));
  BOOST_TEST(big.is<ObjectPtr>());
  BOOST_TEST(subtract(world.site, big, subtract(world.site, big, integer(5))).is<std::int64_t>());
}

BOOST_AUTO_TEST_CASE(division_rounds_correctly_and_toward_the_divisor) {
  const World world;
  const auto shown = [&](auto operation, Value left, Value right) { return display(operation(world.site, left, right)); };
  BOOST_TEST(shown(divide, integer(1), integer(3)) == "0.3333333333333333");
  BOOST_TEST(shown(divide, power(world.site, integer(10), integer(30)), integer(7)) == "1.4285714285714285e+29");
  BOOST_TEST(shown(floor_divide, integer(-7), integer(2)) == "-4");
  BOOST_TEST(shown(modulo, integer(-7), integer(3)) == "2");
  BOOST_TEST(shown(modulo, integer(7), integer(-3)) == "-2");
  BOOST_TEST(shown(floor_divide, real(7.5), integer(2)) == "3.0");
  BOOST_TEST(shown(modulo, real(-7.5), integer(2)) == "0.5");
  BOOST_TEST(shown(floor_divide, real(-0.5), real(3)) == "-1.0");
}

BOOST_AUTO_TEST_CASE(powers_are_integers_until_they_cannot_be) {
  const World world;
  BOOST_TEST(display(power(world.site, integer(2), integer(-1))) == "0.5");
  BOOST_TEST(display(power(world.site, integer(-2), integer(3))) == "-8");
  BOOST_TEST(display(power(world.site, integer(2), real(0.5))) == "1.4142135623730951");
}

BOOST_AUTO_TEST_CASE(arithmetic_raises_as_python_does) {
  const World world;
  const auto raised = [&](auto operation, Value left, Value right) { return error_of([&] { operation(world.site, left, right); }); };
  BOOST_TEST(raised(add, text("a"), integer(1)) == "TypeError: can only concatenate str (not \"int\") to str");
  BOOST_TEST(raised(add, integer(1), text("a")) == "TypeError: unsupported operand type(s) for +: 'int' and 'str'");
  BOOST_TEST(raised(divide, integer(1), integer(0)) == "ZeroDivisionError: division by zero");
  BOOST_TEST(raised(modulo, real(1), integer(0)) == "ZeroDivisionError: float modulo");
  BOOST_TEST(raised(multiply, text("a"), real(1.5)) == "TypeError: can't multiply sequence by non-int of type 'float'");
  BOOST_TEST(raised(add, make_undefined("x"), integer(1)) == "UndefinedError: 'x' is undefined");
  BOOST_TEST(raised(power, real(10), integer(400)) == "OverflowError: (34, 'Numerical result out of range')");
}

BOOST_AUTO_TEST_CASE(huge_results_are_refused_before_they_are_made) {
  const World world;
  const auto error_class = [&](auto operation, Value left, Value right) {
    const std::string error = error_of([&] { operation(world.site, left, right); });
    return error.substr(0, error.find(':'));
  };
  BOOST_TEST(error_class(multiply, text("x"), integer(1'000'000'000)) == "LimitError");
  BOOST_TEST(error_class(multiply, make_list({integer(0)}), integer(1'000'000'000)) == "LimitError");
  BOOST_TEST(error_class(power, integer(2), integer(1'000'000'000)) == "LimitError");
  BOOST_TEST(error_of([&] { pad(world.site, Text{}, 1'000'000'000, " ", Alignment::Center); }).starts_with("LimitError"));
  BOOST_TEST(error_of([&] { percent_format(world.site, Text{"%1000000000d", Position{0}}, integer(1)); }).starts_with("LimitError"));
}

BOOST_AUTO_TEST_CASE(text_becomes_a_number_only_as_in_python) {
  const auto whole = [](std::string_view bytes, int base) {
    const auto value = integer_from_text(bytes, base);
    return value ? display(*value) : std::string{"none"};
  };
  BOOST_TEST(whole(" 42 ", 10) == "42");
  BOOST_TEST(whole("-1_000", 10) == "-1000");
  BOOST_TEST(whole("1__0", 10) == "none");
  BOOST_TEST(whole("0x1f", 16) == "31");
  BOOST_TEST(whole("0x1f", 0) == "31");
  BOOST_TEST(whole("012", 10) == "12");
  BOOST_TEST(whole("012", 0) == "none");
  BOOST_TEST(whole("１２", 10) == "12");
  BOOST_TEST(whole("", 10) == "none");
  BOOST_TEST(whole("1.5", 10) == "none");
  BOOST_TEST(*float_from_text(" 1_0.5e1 ") == 105.0);
  BOOST_TEST(std::isinf(*float_from_text("-Infinity")));
  BOOST_TEST(!float_from_text("0x10"));
  BOOST_TEST(!float_from_text("1.5a"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_AUTO_TEST_CASE(numbers_compare_exactly_across_types) {
  const World world;
  BOOST_TEST(is_equal(integer(1), real(1.0)));
  BOOST_TEST(is_equal(Value{true}, integer(1)));
  BOOST_TEST(!is_equal(integer(9'007'199'254'740'993), real(9'007'199'254'740'992.0)));
  BOOST_TEST(is_ordered(world.site, Ordering::Greater, integer(9'007'199'254'740'993), real(9'007'199'254'740'992.0)));
  BOOST_TEST(is_ordered(world.site, Ordering::Less, power(world.site, integer(10), integer(300)), real(std::numeric_limits<double>::infinity())));
  BOOST_TEST(!is_equal(real(std::nan("")), real(std::nan(""))));
}

BOOST_AUTO_TEST_CASE(other_types_are_unequal_and_unordered) {
  const World world;
  BOOST_TEST(!is_equal(text("1"), integer(1)));
  BOOST_TEST(!is_equal(make_list({}), make_tuple({})));
  BOOST_TEST(error_of([&] { is_ordered(world.site, Ordering::Less, integer(1), text("a")); }) ==
             "TypeError: '<' not supported between instances of 'int' and 'str'");
  BOOST_TEST(error_of([&] { is_ordered(world.site, Ordering::Less, make_dict(), make_dict()); }) ==
             "TypeError: '<' not supported between instances of 'dict' and 'dict'");
}

BOOST_AUTO_TEST_CASE(lists_order_by_their_first_difference) {
  const World world;
  const auto less = [&](Value left, Value right) { return is_ordered(world.site, Ordering::Less, left, right); };
  BOOST_TEST(less(make_list({integer(1), integer(2)}), make_list({integer(1), integer(3)})));
  BOOST_TEST(less(make_list({integer(1)}), make_list({integer(1), integer(0)})));
  BOOST_TEST(!less(make_list({None{}}), make_list({None{}})));
}

BOOST_AUTO_TEST_CASE(undefined_equals_only_undefined) {
  BOOST_TEST(is_equal(Value{}, make_undefined("x")));
  BOOST_TEST(!is_equal(Value{}, Value{None{}}));
}

BOOST_AUTO_TEST_CASE(a_list_that_holds_itself_is_compared_and_printed_in_bounds) {
  auto list = std::make_shared<List>();
  list->items.push_back(Value{list});
  auto other = std::make_shared<List>();
  other->items.push_back(Value{other});
  BOOST_TEST(error_of([&] { is_equal(Value{list}, Value{other}); }).starts_with("RecursionError"));
  BOOST_TEST(display(Value{list}) == "[[...]]");
  list->items.clear();
  other->items.clear();
}

BOOST_AUTO_TEST_CASE(lists_nested_a_million_deep_are_destroyed) {
  Value nested = make_list({});
  for (int i = 0; i < 1'000'000; ++i) nested = make_list({std::move(nested)});
  nested = Value{None{}};
  for (int i = 0; i < 1'000'000; ++i) {
    auto dict = std::make_shared<Dict>();
    dict->set("x", std::move(nested));
    nested = Value{std::move(dict)};
  }
  nested = Value{None{}};
  BOOST_TEST(nested.is<None>());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(dicts)

BOOST_AUTO_TEST_CASE(equal_numbers_are_one_key) {
  Dict dict;
  dict.set(integer(1), text("a"));
  dict.set(real(1.0), text("b"));
  dict.set(Value{true}, text("c"));
  BOOST_TEST(dict.size() == 1U);
  BOOST_TEST(display_repr(Value{std::make_shared<Dict>(dict)}) == "{1: 'c'}");
}

BOOST_AUTO_TEST_CASE(order_is_that_of_insertion_after_many_changes) {
  Dict dict;
  for (int i = 0; i < 100; ++i) dict.set(integer(i * 64), integer(i));
  for (int i = 0; i < 100; i += 2) BOOST_TEST(dict.erase(integer(i * 64)));
  BOOST_TEST(!dict.erase(integer(0)));
  dict.set(integer(0), integer(-1));
  BOOST_TEST(dict.size() == 51U);
  BOOST_TEST(is_equal(dict.entries().front().key, integer(64)));
  BOOST_TEST(is_equal(dict.entries().back().key, integer(0)));
  BOOST_TEST(is_equal(*dict.find(integer(63 * 64)), integer(63)));
}

/// Ten times what stood there; `made` counts.
Dict::Make tenfold(int& made) {
  return [&made](const Dict::Entry& entry) {
    ++made;
    return integer(10 * *entry.value.get_if<std::int64_t>());
  };
}

BOOST_AUTO_TEST_CASE(a_late_value_is_made_by_the_first_look_alone) {
  Dict dict;
  dict.set("a", integer(1));
  dict.set("b", integer(2));
  int made = 0;
  dict.set_late(tenfold(made));
  dict.set("c", integer(3));
  BOOST_TEST(dict.size() == 3U);
  BOOST_TEST(dict.find("d") == nullptr);
  BOOST_TEST(made == 0);
  BOOST_TEST(is_equal(*dict.find("a"), integer(10)));
  BOOST_TEST(is_equal(*dict.find(text("a")), integer(10)));
  BOOST_TEST(made == 1);
  BOOST_TEST(display_repr(Value{std::make_shared<Dict>(dict)}) == "{'a': 10, 'b': 20, 'c': 3}");
  BOOST_TEST(made == 2);
}

BOOST_AUTO_TEST_CASE(a_late_value_that_is_replaced_in_time_is_not_made) {
  Dict dict;
  for (int i = 0; i < 20; ++i) dict.set(integer(i), integer(i));
  int made = 0;
  dict.set_late(tenfold(made));
  dict.set(integer(7), integer(-7));
  BOOST_TEST(is_equal(*dict.find(integer(7)), integer(-7)));
  BOOST_TEST(made == 0);
  BOOST_TEST(dict.erase(integer(3)));
  BOOST_TEST(is_equal(*dict.find(integer(4)), integer(40)));
  BOOST_TEST(dict.size() == 19U);
  dict.clear();
  BOOST_TEST(dict.find(integer(4)) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_late_value_that_cannot_be_made_is_late_still) {
  Dict dict;
  dict.set("a", integer(1));
  bool fails = true;
  dict.set_late([&](const Dict::Entry& entry) {
    BOOST_TEST(is_equal(*dict.find("a"), entry.value));  // whoever looks meanwhile
    if (fails) throw std::runtime_error{"not now"};
    return integer(2);
  });
  BOOST_CHECK_THROW((void)dict.find("a"), std::runtime_error);
  fails = false;
  BOOST_TEST(is_equal(*dict.find("a"), integer(2)));
}

BOOST_AUTO_TEST_CASE(lists_cannot_be_keys_even_inside_of_tuples) {
  const World world;
  BOOST_TEST(error_of([&] { check_hashable(world.site, make_tuple({integer(1), make_list({})})); }) == "TypeError: unhashable type: 'list'");
  BOOST_TEST(hash_value(make_tuple({integer(1)})).value() == hash_value(make_tuple({real(1.0)})).value());
}

BOOST_AUTO_TEST_SUITE_END()

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

BOOST_AUTO_TEST_SUITE(cycles)

BOOST_AUTO_TEST_CASE(a_list_that_holds_itself_is_freed_when_nobody_else_holds_it) {
  Cycles cycles;
  auto list = std::make_shared<List>();
  auto dict = std::make_shared<Dict>();
  dict->set("list", Value{list});
  cycles.note(Value{list}, Value{dict});
  list->items.emplace_back(dict);
  const std::weak_ptr<List> watched = list;
  dict.reset();
  cycles.release();
  BOOST_TEST(list->items.size() == 1U);  // it is still ours
  list.reset();
  BOOST_TEST(!watched.expired());
  cycles.release();
  BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(what_somebody_reaches_through_a_cycle_stays_as_it_is) {
  Cycles cycles;
  auto inner = std::make_shared<List>();
  auto outer = std::make_shared<List>();
  inner->items.emplace_back(outer);
  cycles.note(Value{outer}, Value{inner});
  outer->items.emplace_back(inner);
  outer->items.push_back(text("kept"));
  outer.reset();
  cycles.release();
  BOOST_TEST(display((*inner->items.front().get_if<ListPtr>())->items.back()) == "kept");
  inner->items.clear();
}

BOOST_AUTO_TEST_CASE(what_is_late_is_not_made_by_being_put_into_a_list) {
  Cycles cycles;
  auto list = std::make_shared<List>();
  auto dict = std::make_shared<Dict>();
  dict->set("a", make_list({}));
  int made = 0;
  dict->set_late([&made](const Dict::Entry& entry) {
    ++made;
    return entry.value;
  });
  cycles.note(Value{list}, Value{dict});
  list->items.emplace_back(dict);
  BOOST_TEST(made == 0);
  BOOST_TEST((dict->find("a") != nullptr));
  BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(a_container_outlives_nothing_by_being_put_into_another) {
  Cycles cycles;
  auto list = std::make_shared<List>();
  cycles.note(Value{list}, make_list({text("a")}));
  const std::weak_ptr<List> watched = list;
  list.reset();
  BOOST_TEST(watched.expired());
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
