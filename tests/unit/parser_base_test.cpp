// The generated parser on its base: that the base's members are the ones that it uses, which rests on what the ANTLR tool writes.
#include <boost/test/unit_test.hpp>

#include "JinjaParser.h"

#include "compiler/parse/parser_base.h"
#include "compiler/parse/tokens.h"

namespace hookc {
namespace {

constexpr std::size_t kManyRules = 1'000;

BOOST_AUTO_TEST_CASE(the_parser_reads_without_a_stream_a_tree_or_an_automaton) {
  const TokenList list = tokenize("{% for x in [1, 2] if x is odd %}{{ x.y(1, z=2) | f }}{% else %}-{% endfor %}", TokenizeFrom::Template, {});
  JinjaParser parser{nullptr};
  parser.attach(list.tokens, kManyRules);
  BOOST_TEST((parser.template_file() == nullptr));    // no context has been made
  BOOST_TEST((parser.getRuleContext() == nullptr));
  BOOST_TEST(parser.getATN().states.empty());         // what prediction would need has never been unpacked
  BOOST_TEST(!parser.rules_read().empty());
  BOOST_TEST(parser.open_rules().empty());
}

BOOST_AUTO_TEST_CASE(an_error_leaves_at_once_and_leaves_the_rules_open) {
  const TokenList list = tokenize("{{ a + }}", TokenizeFrom::Template, {});
  JinjaParser parser{nullptr};
  parser.attach(list.tokens, kManyRules);
  BOOST_CHECK_EXCEPTION(parser.template_file(), SyntaxFailure, [](const SyntaxFailure& failure) { return failure.token == 3; });
  BOOST_TEST((parser.open_rules().front().rule == JinjaRule::Template_file));
  BOOST_TEST(parser.getNumberOfSyntaxErrors() == 0U);  // ANTLR's own reports were not asked
}

BOOST_AUTO_TEST_CASE(rules_that_only_pass_on_are_not_noted) {
  const TokenList list = tokenize("{{ a }}", TokenizeFrom::Template, {});
  JinjaParser parser{nullptr};
  parser.attach(list.tokens, kManyRules);
  parser.template_file();
  std::vector<JinjaRule> rules;
  for (const RuleRead& read : parser.rules_read()) rules.push_back(read.rule);
  const std::vector<JinjaRule> expected{JinjaRule::Atom, JinjaRule::Print, JinjaRule::Body, JinjaRule::Template_file};
  BOOST_TEST((rules == expected));
}

BOOST_AUTO_TEST_CASE(a_not_is_noted_with_the_operation_around_it) {
  const TokenList list = tokenize("not a", TokenizeFrom::Expression, {});
  JinjaParser parser{nullptr};
  parser.attach(list.tokens, kManyRules);
  parser.lone_expression();
  BOOST_REQUIRE(parser.rules_read().size() == 3U);
  BOOST_TEST((parser.rules_read()[1].rule == JinjaRule::Operation));
}

}  // namespace
}  // namespace hookc
