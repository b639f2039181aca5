#include <boost/test/unit_test.hpp>

#include "tests/unit/shop.h"

namespace hookc {

// ------------------------------------------------------------------------------------------------------------------- compiling

BOOST_AUTO_TEST_SUITE(compiling)

BOOST_AUTO_TEST_CASE(what_the_target_decides_is_plain_sql) {
  Shop shop;
  BOOST_TEST(compiled(shop, "{% if target.name == 'dev' %}a{% else %}b{% endif %} {{ flags.WHICH }} {{ execute }} {{ target.schema }}") == "a run True analytics");
}

BOOST_AUTO_TEST_CASE(a_printed_variable_is_a_hole_that_bears_its_name) {
  Shop shop;
  FixedHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  Evaluator evaluator{shop.sources, host, {}};
  const EvalOutcome outcome = evaluator.render(*shop.parse("'{{ env_var('X', 'd') }}' {{ invocation_id }}"));
  const Text& out = std::get<Rendering>(outcome).text;
  const Origin origin = shop.sources.describe(out.position_at(1));
  BOOST_TEST((origin.kind == Origin::Kind::Hole));
  BOOST_TEST(origin.name == "env_var('X')");
  BOOST_REQUIRE_EQUAL(host.parameters().size(), 2U);
  BOOST_TEST(host.parameters().find("env_var('X')")->second.default_value.value_or("") == "d");
}

BOOST_AUTO_TEST_CASE(a_tested_variable_is_bound_and_digested) {
  Shop shop;
  FixedHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  BOOST_TEST(render(shop, host, "{{ 'yes' if env_var('REGION') == 'eu' else 'no' }} {{ 'yes' if env_var('OTHER', 'x') in ['x'] else 'no' }}") == "yes yes");
  BOOST_REQUIRE_EQUAL(host.bound_variables().size(), 2U);
  BOOST_TEST(host.bound_variables()[0].digest == variable_digest("eu"));
  BOOST_TEST(host.bound_variables()[1].digest == "unset");
}

BOOST_AUTO_TEST_CASE(sql_that_is_only_sent_needs_no_database) {
  Shop shop;
  FixedHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  Evaluator evaluator{shop.sources, host, {}};
  const EvalOutcome outcome = evaluator.render(*shop.parse("{% do run_query('delete from a') %}{% call statement() %}delete from b{% endcall %}x"));
  const auto& rendering = std::get<Rendering>(outcome);
  BOOST_REQUIRE_EQUAL(rendering.events.size(), 2U);
  BOOST_TEST(rendering.events[0].text.str() == "delete from a");
  BOOST_TEST(rendering.events[1].text.str() == "delete from b");
  BOOST_TEST(rendering.text.str() == "x");
}

BOOST_AUTO_TEST_CASE(what_only_the_run_knows_needs_the_database) {
  Shop shop;
  BOOST_TEST(compiled(shop, "{% set r = run_query('x') %}{% if r is not none %}{{ r.columns[0] }}{% endif %}") == "needs run_query(..)");
  BOOST_TEST(compiled(shop, "{{ run_query('x') }}") == "needs run_query(..)");
  BOOST_TEST(compiled(shop, "{% call statement('a') %}x{% endcall %}{{ load_result('a').table }}") == "needs load_result(..)");
  BOOST_TEST(compiled(shop, "{{ adapter.get_relation('a', 'b', 'c') }}") == "needs adapter.get_relation");
  BOOST_TEST(compiled(shop, "{% if is_incremental() %}x{% endif %}", &shop.orders()) == "needs is_incremental()");
  BOOST_TEST(compiled(shop, "{% if is_incremental() %}x{% endif %}y", &shop.node("seed.shop.codes")) == "y");
  BOOST_TEST(compiled(shop, "{% for r in results %}x{% endfor %}", nullptr, HookPhase::OnRunEnd) == "needs results");
  BOOST_TEST(compiled(shop, "{% for r in models %}x{% endfor %}", nullptr, HookPhase::OnRunEnd) == "needs results");
}

BOOST_AUTO_TEST_CASE(results_are_undefined_outside_of_on_run_end) {
  Shop shop;
  BOOST_TEST(compiled(shop, "{{ results is defined }} {{ models is defined }}", nullptr, HookPhase::OnRunStart) == "False False");
}

BOOST_AUTO_TEST_CASE(the_graph_is_the_projects) {
  Shop shop;
  BOOST_TEST(compiled(shop, "{% for n in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') %}{{ n.name }} {{ n.relation_name }} {{ n.config.meta.owner }}{% endfor %} {{ graph.sources | length }}") ==
             R"(codes "shop"."analytics"."codes" ann 1)");
  BOOST_TEST(compiled(shop, "{{ model.name }} {{ model.config.materialized }} {{ model.schema }} {{ config.get('materialized') }} {{ config.get('zz', 'd') }}", &shop.orders()) ==
             "orders incremental analytics incremental d");
}

BOOST_AUTO_TEST_SUITE_END()

// ------------------------------------------------------------------------------------------------------------------- exploring

BOOST_AUTO_TEST_SUITE(exploring)

BOOST_AUTO_TEST_CASE(a_test_of_the_targets_name_splits_its_domain_in_two) {
  Shop shop;
  BOOST_TEST(outcomes(explored(shop, "{% if target.name == 'prod' %}p{% else %}o{% endif %}{% if target.name == 'prod' %}p{% endif %}", open_binding())) == (Texts{"o", "pp"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_name_that_is_only_printed_has_one_path) {
  Shop shop;
  const Exploration paths = explored(shop, "{{ target.schema }}.{{ env_var('X') }} {{ this }}", open_binding(), &shop.orders());
  BOOST_REQUIRE_EQUAL(paths.paths.size(), 1U);
  const Text& out = std::get<Rendering>(paths.paths[0].outcome).text;
  BOOST_TEST(shop.sources.describe(out.position_at(0)).name == "target.schema");
}

BOOST_AUTO_TEST_CASE(queries_give_tables_that_are_not_known) {
  Shop shop;
  const Exploration paths = explored(shop, "{% for v in run_query('q').columns[0].values() %}{{ v }};{% endfor %}", open_binding());
  BOOST_TEST(paths.paths.size() == 3U);
  for (const Path& path : paths.paths) {
    const auto& rendering = std::get<Rendering>(path.outcome);
    BOOST_REQUIRE_EQUAL(rendering.events.size(), 1U);
    BOOST_TEST(rendering.events[0].result_used);
  }
}

BOOST_AUTO_TEST_CASE(two_queries_are_two_symbols) {
  Shop shop;
  const Texts all = outcomes(explored(shop, "{% if run_query('a') %}a{% endif %}{% if run_query('b') %}b{% endif %}", open_binding()));
  BOOST_TEST(all == (Texts{"", "a", "ab", "b"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(remembered_names_fork_as_their_macros_do) {
  Shop shop;
  shop.macros("shop", R"({% macro generate_schema_name(custom, node) %}{{ 'live' if target.name == 'prod' else 'test_' ~ node.name }}{% endmacro %})");
  const std::string source = "{% if var('x') %}{{ this.schema }}{% else %}{{ ref('orders').schema }}!{{ target.name }}{% endif %}";
  const Exploration plain = explored(shop, source, open_binding(), &shop.orders());
  GeneratedNames names;
  Binding remembering = open_binding();
  remembering.generated_names = &names;
  for (int times = 0; times < 2; ++times) {  // learning, and knowing
    const Exploration again = explored(shop, source, remembering, &shop.orders());
    BOOST_TEST(outcomes(again) == outcomes(plain), boost::test_tools::per_element());
    BOOST_REQUIRE_EQUAL(again.paths.size(), plain.paths.size());
    for (std::size_t i = 0; i < plain.paths.size(); ++i) {
      const auto answers = [](const Path& path) {
        Texts all;
        for (const Answer& answer : path.answers) all.push_back(answer.text);
        return all;
      };
      BOOST_TEST(answers(again.paths[i]) == answers(plain.paths[i]), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_looks_at_asks_nothing) {
  Shop shop;
  shop.macros("shop", R"({% macro generate_schema_name(custom, node) %}{{ 'live' if target.name == 'prod' else 'test' }}{% endmacro %})");
  const auto paths = [&](const std::string& source) { return explored(shop, source, open_binding(), &shop.orders()).paths.size(); };
  BOOST_TEST(paths("{% set own = this %}{% if this %}{{ model.name }}{{ model.config.materialized }}{% endif %}{{ this.identifier }}{{ model.alias }}") == 1U);
  for (const char* looks : {"{{ this }}", "{{ this.schema }}", "{{ model.schema }}", "{{ model['schema'] }}", "{{ model.get('schema') }}", "{{ model.items() | list }}", "{{ model | tojson }}", "{{ schema }}"}) BOOST_TEST(paths(looks) == 2U, looks);
  const Texts all = outcomes(explored(shop, "{% do model.update({'alias': 'x'}) %}{% do model.config.meta.update({'owner': 'bob'}) %}{{ model.alias }} {{ model.config.meta.owner }} {{ model.schema }}", open_binding(), &shop.orders()));
  BOOST_TEST(all == (Texts{"x bob live", "x bob test"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_kept_of_a_question_outlives_the_evaluation) {
  Shop shop;
  shop.macros("shop", R"({% macro generate_schema_name(custom, node) %}{{ node.name }}{% endmacro %})");
  const Exploration exploration = explored(shop, "{% if var('x') == this %}a{% elif var('x') == model %}b{% endif %}", open_binding(), &shop.orders());
  BOOST_TEST(exploration.paths.size() == 3U);
  for (const Path& path : exploration.paths) {
    for (const Answer& answer : path.answers) BOOST_TEST(!key_of(answer.question, answer.choice).empty());  // prints the operand
  }
}

BOOST_AUTO_TEST_CASE(names_with_a_message_are_not_remembered) {
  Shop shop;
  shop.macros("shop", "{% macro generate_alias_name(custom, node) %}{% do log('named') %}{{ node.name }}{% endmacro %}");
  GeneratedNames names;
  Binding binding = open_binding();
  binding.generated_names = &names;
  for (int times = 0; times < 2; ++times) {
    const Exploration paths = explored(shop, "{{ this.identifier }}", binding, &shop.orders());
    BOOST_REQUIRE_EQUAL(paths.paths.size(), 1U);
    BOOST_TEST(std::get<Rendering>(paths.paths[0].outcome).events.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_relation_may_be_none) {
  Shop shop;
  const std::string source = "{% set r = adapter.get_relation('d', 's', 'i') %}{% if r is not none %}{{ r.identifier }}{% else %}none{% endif %}";
  BOOST_TEST(outcomes(explored(shop, source, open_binding())) == (Texts{"i", "none"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_execute_a_missing_guard_raises) {
  Shop shop;
  Binding binding = open_binding();
  binding.execute = false;
  BOOST_TEST(outcomes(explored(shop, "{{ run_query('q').columns[0] }}", binding)) == (Texts{"error: 'None' has no attribute 'table'"}), boost::test_tools::per_element());
  BOOST_TEST(outcomes(explored(shop, "{% if execute %}{{ run_query('q').columns[0] }}{% endif %}", binding)) == (Texts{""}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_incremental_and_flags_have_two_values) {
  Shop shop;
  BOOST_TEST(explored(shop, "{% if is_incremental() %}a{% endif %}{% if flags.FULL_REFRESH %}b{% endif %}", open_binding(), &shop.orders()).paths.size() == 4U);
  BOOST_TEST(explored(shop, "{% if flags.WHICH in ['run', 'build'] %}a{% endif %}", open_binding()).paths.size() == 2U);
}

BOOST_AUTO_TEST_CASE(results_and_graph_are_lists_of_typed_items) {
  Shop shop;
  const Texts statuses = outcomes(explored(shop, "{% for r in results %}{% if r.status == 'error' %}e{% else %}k{% endif %}{% endfor %}", open_binding(), nullptr, HookPhase::OnRunEnd));
  BOOST_TEST(std::count(statuses.begin(), statuses.end(), "ee") == 1);
  BOOST_TEST(std::count(statuses.begin(), statuses.end(), "") == 1);
  const Exploration nodes = explored(shop, "{% for n in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}{{ n.name }}{% endfor %}", open_binding());
  BOOST_TEST(nodes.complete);
  BOOST_TEST(nodes.paths.size() <= 8U);
}

BOOST_AUTO_TEST_CASE(a_macro_of_a_package_that_is_not_installed_is_unknown) {
  Shop shop;
  shop.project.installed_packages_missing = {"dbt-labs/dbt_utils"};
  const Exploration paths = explored(shop, "{{ dbt_utils.star(from='x') }} {{ adapter.dispatch('f', 'dbt_utils')() }}", open_binding());
  BOOST_REQUIRE_EQUAL(paths.paths.size(), 1U);
  const auto& rendering = std::get<Rendering>(paths.paths[0].outcome);
  BOOST_REQUIRE_EQUAL(rendering.events.size(), 2U);
  BOOST_TEST((rendering.events[0].kind == Event::Kind::MissingMacro));
  BOOST_TEST(rendering.events[0].text.str() == "dbt_utils.star");
}

BOOST_AUTO_TEST_CASE(dispatch_without_a_target_asks_which_adapter) {
  Shop shop;
  shop.project.profile->targets.back().type = "postgres";
  shop.macros("shop", "{% macro default__f() %}default{% endmacro %}{% macro postgres__f() %}postgres{% endmacro %}");
  BOOST_TEST(outcomes(explored(shop, "{{ adapter.dispatch('f')() }}", open_binding())) == (Texts{"default", "default", "postgres"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hookc
