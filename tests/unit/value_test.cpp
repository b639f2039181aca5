// What values do without an evaluator: Python's arithmetic, comparison and containers.
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/value/cycles.h"
#include "compiler/value/decimal.h"
#include "compiler/value/format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/text_operations.h"
#include "tests/unit/value_world.h"

namespace hookc {

BOOST_AUTO_TEST_SUITE(kinds)

BOOST_AUTO_TEST_CASE(a_copy_is_the_same_and_what_was_moved_from_is_none) {
  const Value undefined = make_undefined("x");
  for (const Value& value : {Value{}, undefined, Value{None{}}, Value{true}, integer(7), real(0.5), text("t"), make_list({integer(1)}), make_dict(),
                             make_function("f", [](Evaluator&, const Arguments&) { return Value{}; }), Value{Unknown{std::make_shared<const Symbol>(Symbol{.name = "u"})}}}) {
    Value copy = value;
    BOOST_TEST((copy.kind() == value.kind()));
    BOOST_TEST(type_name(copy) == type_name(value));
    const Value moved = std::move(copy);
    BOOST_TEST((moved.kind() == value.kind()));
    BOOST_TEST(copy.is<None>());
    copy = moved;
    BOOST_TEST((copy.kind() == value.kind()));
  }
}

BOOST_AUTO_TEST_CASE(a_value_can_become_what_it_alone_owns) {
  Value value = make_list({make_list({text("inner")})});
  value = value.get<ListPtr>()->items[0];
  BOOST_TEST(display(value) == "['inner']");
  value = std::move(value.get<ListPtr>()->items[0]);
  BOOST_TEST(display(value) == "inner");
  const Value& same = value;
  value = same;
  BOOST_TEST(display(value) == "inner");
}

BOOST_AUTO_TEST_SUITE_END()

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

}  // namespace hookc
