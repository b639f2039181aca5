#include <boost/test/unit_test.hpp>

#include "compiler/value/repr.h"
#include "tests/unit/shop.h"

namespace hookc {

// ------------------------------------------------------------------------------------------------------------------- relations

BOOST_AUTO_TEST_SUITE(relations)

BOOST_AUTO_TEST_CASE(this_prints_as_duckdb_quotes_it) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ this }}", &shop.orders()) == R"("shop"."analytics"."orders")");
  BOOST_TEST(live(shop, "{{ this.schema }}|{{ this.identifier }}|{{ this.name }}|{{ this.table }}|{{ this.database }}", &shop.orders()) == "analytics|orders|orders|orders|shop");
}

BOOST_AUTO_TEST_CASE(this_is_none_in_a_run_hook) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ this is none }}") == "True");
}

BOOST_AUTO_TEST_CASE(parts_can_be_left_out_and_left_unquoted) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ this.include(database=false) }} {{ this.quote(identifier=false) }} {{ this.without_identifier() }}", &shop.orders()) ==
             R"("analytics"."orders" "shop"."analytics".orders "shop"."analytics")");
  BOOST_TEST(live(shop, "{{ this.incorporate(path={'identifier': 'zz'}) }} {{ this.information_schema('tables') }}", &shop.orders()) ==
             R"("shop"."analytics"."zz" "shop".INFORMATION_SCHEMA.tables)");
}

BOOST_AUTO_TEST_CASE(snowflake_quotes_nothing_and_bigquery_with_backticks) {
  Shop shop;
  shop.project.profile->targets.front().type = "snowflake";
  BOOST_TEST(live(shop, "{{ api.Relation.create(database='d', schema='s', identifier='i') }}") == "d.s.i");
  shop.project.profile->targets.front().type = "bigquery";
  BOOST_TEST(live(shop, "{{ api.Relation.create(schema='s', identifier='i', type='view').is_view }} {{ api.Relation.create(schema='s', identifier='i') }}") == "True `s`.`i`");
}

BOOST_AUTO_TEST_CASE(a_custom_schema_is_appended_to_the_targets) {
  Shop shop;
  shop.project.nodes.front().schema = Text{"marts", Position{0}};
  BOOST_TEST(live(shop, "{{ ref('orders') }}") == R"("shop"."analytics_marts"."orders")");
}

BOOST_AUTO_TEST_CASE(a_project_macro_decides_on_the_schema) {
  Shop shop;
  shop.project.nodes.front().schema = Text{"marts", Position{0}};
  shop.macros("shop", "{% macro generate_schema_name(custom, node) %}  {{ custom }}_{{ node.name }}\n{% endmacro %}");
  BOOST_TEST(live(shop, "{{ ref('orders') }}") == R"("shop"."marts_orders"."orders")");
}

BOOST_AUTO_TEST_CASE(references_resolve_to_relations) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ ref('codes') }} {{ ref('shop', 'codes') }} {{ source('raw', 'events') }} {{ ref('staged') }}") ==
             R"("shop"."analytics"."codes" "shop"."analytics"."codes" "shop"."raw"."events" __dbt__cte__staged)");
}

BOOST_AUTO_TEST_CASE(references_to_nothing_are_dbts_errors) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ ref('nope') }}", &shop.orders()) ==
             "CompilationError: Model 'model.shop.orders' (models/orders.sql) depends on a node named 'nope' which was not found");
  BOOST_TEST(live(shop, "{{ ref(1) }}") == "CompilationError: The name argument to ref() must be a string, got <class 'int'>");
  BOOST_TEST(live(shop, "{{ source('raw') }}") == "CompilationError: source() takes exactly two arguments (1 given)");
  shop.project.nodes[2].enabled = false;
  BOOST_TEST(live(shop, "{{ ref('codes') }}", &shop.orders()) ==
             "CompilationError: Model 'model.shop.orders' (models/orders.sql) depends on a node named 'codes' which is disabled");
}

BOOST_AUTO_TEST_CASE(every_byte_of_a_relation_has_an_origin) {
  Shop shop;
  FakeHost host{shop.sources, shop.project, &shop.orders(), std::nullopt, shop.bound()};
  Evaluator evaluator{shop.sources, host, {}};
  const EvalOutcome outcome = evaluator.render(*shop.parse("{{ this }}"));
  const Text& out = std::get<Rendering>(outcome).text;
  for (std::uint32_t i = 0; i < out.size(); ++i) BOOST_TEST_REQUIRE(place_of(out.position_at(i)) != 0U);
  const auto at = static_cast<std::uint32_t>(out.view().find("analytics"));
  BOOST_TEST(shop.sources.describe(out.position_at(at)).name == "target.schema");
}

BOOST_AUTO_TEST_SUITE_END()

// ----------------------------------------------------------------------------------------------------------------------- tables

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(columns_and_rows_are_found_by_index_and_name) {
  Shop shop;
  const std::string query = "{% set r = run_query('select') %}";
  BOOST_TEST(live(shop, query + "{{ r.columns[0].values() }} {{ r.columns['name'].values() }} {{ r.columns[0].name }}") == "(1, 2) ('one', None) id");
  BOOST_TEST(live(shop, query + "{{ r.column_names }} {{ r | length }} {{ r.rows | length }} {{ r.columns[1].values_distinct() }}") == "('id', 'name', 'id_2') 2 2 ('one', None)");
  BOOST_TEST(live(shop, query + "{{ r.rows[0]['name'] }} {{ r[0][0] }} {{ r.rows[0].name }} {{ r.rows[-1].id }} {{ r.rows[0].get('zz', 3) }}[{{ r.rows[0].zz }}]") == "one 1 one 2 3[]");
  BOOST_TEST(live(shop, query + "{% for row in r.rows %}{{ row.id }}{% if not loop.last %},{% endif %}{% endfor %} {% for a, b, c in r %}{{ a }}{% endfor %}") == "1,2 12");
  BOOST_TEST(live(shop, query + "{{ r.rows[0].values() }} {{ r.rows[0].keys() }} {{ r.rows[0].dict() }}") == "(1, 'one', None) ('id', 'name', 'id_2') {'id': 1, 'name': 'one', 'id_2': None}");
  BOOST_TEST(live(shop, query + "{{ r.rows[0] }} {{ r.columns[0] }}") == "<agate.Row: (1, 'one', None)> <agate.Column: (1, 2)>");
}

BOOST_AUTO_TEST_CASE(a_table_prints_its_structure) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ run_query('select') }}") ==
             "| column | data_type |\n| ------ | --------- |\n| id     | Integer   |\n| name   | Text      |\n| id_2   | Integer   |\n");
}

BOOST_AUTO_TEST_CASE(print_table_is_an_event_and_prints_none) {
  Shop shop;
  FakeHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  Evaluator evaluator{shop.sources, host, {}};
  const EvalOutcome outcome = evaluator.render(*shop.parse("{% do run_query('select').print_table() %}"));
  const std::vector<Event>& events = std::get<Rendering>(outcome).events;
  BOOST_REQUIRE_EQUAL(events.size(), 2U);
  BOOST_TEST((events[1].kind == Event::Kind::Print));
  BOOST_TEST(events[1].text.str() == "| id | name | id_2 |\n| -- | ---- | ---- |\n|  1 | one  |      |\n|  2 |      |      |\n");
}

BOOST_AUTO_TEST_CASE(tables_are_cut_sorted_and_renamed) {
  Shop shop;
  const std::string query = "{% set r = run_query('select') %}";
  BOOST_TEST(live(shop, query + "{{ r.select(['name']).column_names }} {{ r.exclude('name').column_names }} {{ r.limit(1) | length }}") == "('name',) ('id', 'id_2') 1");
  BOOST_TEST(live(shop, query + "{{ r.order_by('id', reverse=true).columns[0].values() }} {{ r.rename({'id': 'key'}).column_names }}") == "(2, 1) ('key', 'name', 'id_2')");
  BOOST_TEST(live(shop, query + "{{ r.group_by('id').keys() | list }} {{ r.distinct('id_2') | length }}") == "[1, 2] 1");
}

BOOST_AUTO_TEST_SUITE_END()

// ------------------------------------------------------------------------------------------------------------------- statements

BOOST_AUTO_TEST_SUITE(statements)

BOOST_AUTO_TEST_CASE(statement_sends_its_body_and_keeps_its_result) {
  Shop shop;
  FakeHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  BOOST_TEST(render(shop, host, "{% call statement('x', fetch_result=True) %}select {{ 1 + 1 }}{% endcall %}{% set r = load_result('x') %}"
                                "{{ r.response }} {{ r['data'] }} {{ r.table.columns[0].values() }} {{ r.response.rows_affected }}") ==
             "INSERT 0 2 [(1, 'one', None), (2, None, None)] (1, 2) 2");
  BOOST_TEST(host.sent == Texts{"select 2"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_result_is_read_once_unless_it_is_main) {
  Shop shop;
  const std::string call = "{% call statement('NAME') %}x{% endcall %}{{ load_result('NAME').response }}{{ load_result('NAME').response }}";
  const auto named = [&](const std::string& name) {
    std::string source = call;
    for (std::size_t at = source.find("NAME"); at != std::string::npos; at = source.find("NAME")) source.replace(at, 4, name);
    return source;
  };
  BOOST_TEST(live(shop, named("main")) == "INSERT 0 2INSERT 0 2");
  BOOST_TEST(live(shop, named("x")) == "CompilationError: The 'statement' result named 'x' has already been loaded into a variable");
  BOOST_TEST(live(shop, "{{ load_result('never') }}") == "None");
}

BOOST_AUTO_TEST_CASE(store_result_makes_a_result) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ store_result('y', 'OK') }}{% set r = load_result('y') %}{{ r.response }} {{ r.data }} {{ r.table | length }}") == "OK [] 0");
}

BOOST_AUTO_TEST_CASE(adapter_methods_become_sql) {
  Shop shop;
  FakeHost host{shop.sources, shop.project, nullptr, std::nullopt, shop.bound()};
  BOOST_TEST(render(shop, host, "{% do adapter.create_schema(api.Relation.create(database='d', schema='s', identifier='i')) %}"
                                "{% do adapter.drop_relation(api.Relation.create(schema='s', identifier='i', type='view')) %}{% do adapter.commit() %}"
                                "{{ adapter.quote('a') }} {{ adapter.type() }} {{ adapter.execute('select', fetch=true)[0] }}") == "\"a\" duckdb INSERT 0 2");
  BOOST_TEST(host.sent == (Texts{R"(create schema if not exists "d"."s")", R"(drop view if exists "s"."i")", "commit", "select"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_relation_that_is_not_there_is_none) {
  Shop shop;
  shop.project.profile->targets.front().fields->set("schema", text("nothing"));
  BOOST_TEST(live(shop, "{{ adapter.get_relation(database='d', schema='nothing', identifier=\"o'x\") }}") == "None");
  BOOST_TEST(live(shop, "{{ is_incremental() }}", &shop.orders()) == "False");
}

BOOST_AUTO_TEST_SUITE_END()

// ---------------------------------------------------------------------------------------------------------------- while dbt parses

BOOST_AUTO_TEST_SUITE(parse_time)

BOOST_AUTO_TEST_CASE(the_database_has_stand_ins) {
  Shop shop;
  BOOST_TEST(parsed(shop, "{{ execute }} {{ adapter.get_relation('a', 'b', 'c') }} {{ adapter.get_columns_in_relation(this) }} {{ adapter.add_query('x') }}") == "False None [] (None, None)");
  BOOST_TEST(parsed(shop, "{{ adapter.create_schema(this) }} {{ adapter.check_schema_exists('a', 'b') }} {{ load_result('x') }} {{ ref('codes') }}") ==
             R"(None False None "shop"."analytics"."orders")");
  BOOST_TEST(parsed(shop, "[{{ config.get('materialized', 'd') }}][{{ config.require('x') }}] {{ var('missing') }} {{ is_incremental() }} {{ flags.WHICH }}") == "[][] None False run");
}

BOOST_AUTO_TEST_CASE(run_query_gives_an_undefined_that_says_what_is_missing) {
  Shop shop;
  BOOST_TEST(parsed(shop, "{% set r = run_query('x') %}{{ r is defined }} {{ r is none }} {{ r | length }} {{ true if r else false }} [{{ r }}]") == "False False 0 False []");
  BOOST_TEST(parsed(shop, "{{ run_query('x').columns }}") == "UndefinedError: 'None' has no attribute 'table'");
}

BOOST_AUTO_TEST_CASE(the_body_of_a_statement_is_not_rendered) {
  Shop shop;
  BOOST_TEST(parsed(shop, "[{% call statement('x') %}{{ 1 / 0 }}{% endcall %}]") == "[]");
}

BOOST_AUTO_TEST_CASE(the_graph_is_empty) {
  Shop shop;
  BOOST_TEST(parsed(shop, "{{ graph }}") == "{}");
  BOOST_TEST(parsed(shop, "{{ graph.nodes.values() }}") == "UndefinedError: 'dict object' has no attribute 'nodes'");
}

BOOST_AUTO_TEST_CASE(config_calls_are_recorded_with_their_arguments) {
  Shop shop;
  ParseHost host{shop.sources, shop.project, &shop.orders(), shop.bound()};
  BOOST_TEST(render(shop, host, "{{ config(materialized='table', post_hook=after_commit('vacuum')) }}{{ config({'tags': ['a']}) }}|{{ ref('codes') and '' }}") == "|");
  BOOST_REQUIRE_EQUAL(host.config_calls().size(), 2U);
  BOOST_TEST(display(*host.config_calls()[0].keyword_if("post_hook")) == "\n    \n    {\"sql\": \"vacuum\", \"transaction\": false}\n\n");
  BOOST_REQUIRE_EQUAL(host.reference_calls().size(), 1U);
  BOOST_TEST(host.reference_calls()[0].name == "codes");
}

BOOST_AUTO_TEST_CASE(two_spellings_of_one_hook_conflict) {
  Shop shop;
  BOOST_TEST(parsed(shop, "{{ config({'pre_hook': 'a', 'pre-hook': 'b'}) }}") == "CompilationError: Invalid config, has conflicting keys \"pre_hook\" and \"pre-hook\"");
  BOOST_TEST(parsed(shop, "{{ config('x') }}") == "CompilationError: Invalid inline model config");
}

BOOST_AUTO_TEST_CASE(tojson_keeps_the_origins_of_strings) {
  Shop shop;
  ParseHost host{shop.sources, shop.project, &shop.orders(), shop.bound()};
  Evaluator evaluator{shop.sources, host, {}};
  const EvalOutcome outcome = evaluator.render(*shop.parse("{{ before_begin('vacuum t') }}"));
  const Text& out = std::get<Rendering>(outcome).text;
  const auto at = static_cast<std::uint32_t>(out.view().find("vacuum"));
  BOOST_TEST(shop.sources.bytes_at(out.position_at(at), 8).value_or("") == "vacuum t");
}

BOOST_AUTO_TEST_SUITE_END()

// ------------------------------------------------------------------------------------------------------------------ vars and macros

BOOST_AUTO_TEST_SUITE(lookup)

BOOST_AUTO_TEST_CASE(vars_come_from_the_command_line_then_the_root_then_the_package) {
  Shop shop;
  Node helper = shop.orders();
  helper.package = "helpers";
  BOOST_TEST(live(shop, "{{ var('limit') + 1 }} {{ var('schema_suffix') }} {{ var('zz', 'd') }} {{ var('zz', none) }} {{ var.has_var('limit') }} {{ var.has_var('zz') }}") ==
             "6 x_dev d None True False");
  BOOST_TEST(live(shop, "{{ var('color') }} {{ var('size') }}", &helper) == "blue big");
  shop.project.cli_vars->set("color", text("green"));
  BOOST_TEST(live(shop, "{{ var('color') }}", &helper) == "green");
}

BOOST_AUTO_TEST_CASE(a_missing_var_names_what_there_is) {
  Shop shop;
  const std::string message = live(shop, "{{ var('zz') }}", &shop.orders());
  BOOST_TEST(message.starts_with("CompilationError: Required var 'zz' not found in config:\nVars supplied to orders = {\n    \"helpers\": {"));
}

BOOST_AUTO_TEST_CASE(a_list_var_cannot_be_changed_by_a_template) {
  Shop shop;
  shop.project.packages.front().vars->set("all", make_list({text("a")}));
  BOOST_TEST(live(shop, "{% do var('all').append('b') %}{{ var('all') }}") == "['a']");
}

BOOST_AUTO_TEST_CASE(environment_variables_are_read_and_secrets_refused) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ env_var('REGION') }} {{ env_var('NONE_SUCH', 'd') }}") == "eu d");
  BOOST_TEST(live(shop, "{{ env_var('NONE_SUCH') }}") == "ParsingError: Env var required but not provided: 'NONE_SUCH'");
  BOOST_TEST(live(shop, "{{ env_var('DBT_ENV_SECRET_KEY', 'x') }}") ==
             "ParsingError: Secret env vars are allowed only in profiles.yml or packages.yml. Found 'DBT_ENV_SECRET_KEY' referenced elsewhere.");
  BOOST_TEST(live(shop, "{{ dbt_metadata_envs }}") == "{'TEAM': 'data'}");
}

BOOST_AUTO_TEST_CASE(macros_of_the_nodes_package_come_before_the_roots) {
  Shop shop;
  shop.macros("shop", "{% macro who() %}root{% endmacro %}{% macro only_root() %}r{% endmacro %}");
  shop.macros("helpers", "{% macro who() %}helper{% endmacro %}{% macro ref(x) %}own {{ builtins.ref(x) }}{% endmacro %}");
  Node helper = shop.orders();
  helper.package = "helpers";
  BOOST_TEST(live(shop, "{{ who() }} {{ helpers.who() }} {{ shop.who() }}") == "root helper root");
  BOOST_TEST(live(shop, "{{ who() }} {{ only_root() }} {{ ref('codes') }}", &helper) == R"(helper r own "shop"."analytics"."codes")");
  BOOST_TEST(live(shop, "{{ context['who']() }} {{ context.get('nope') }} {{ helpers.nope is defined }}") == "root None False");
}

BOOST_AUTO_TEST_CASE(a_method_outlives_what_it_was_taken_from) {
  Shop shop;
  BOOST_TEST(live(shop, "{% set get = context['context'].get %}{% set has = context['var'].has_var %}{{ get('execute') == execute }} {{ has('no') }}") == "True False");
  BOOST_TEST(live(shop, "{{ context['config'].get('no', 'none') }} {{ context.get('config').persist_relation_docs() }} {{ context['exceptions'].warn('w') }}|") == "none False |");
}

BOOST_AUTO_TEST_CASE(jinjas_own_globals_are_there_and_can_be_shadowed) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ range(3) | list }} {{ dict(a=1) }}{% set ns = namespace(x=1) %}{% set ns.x = 2 %} {{ ns.x }}") == "[0, 1, 2] {'a': 1} 2");
  shop.macros("shop", "{% macro range(n) %}own{% endmacro %}");
  BOOST_TEST(live(shop, "{{ range(3) }}") == "own");
}

BOOST_AUTO_TEST_CASE(return_gives_a_macros_value_its_type) {
  Shop shop;
  shop.macros("shop", "{% macro pair() %}text{{ return([1, 2]) }}more{% endmacro %}");
  BOOST_TEST(live(shop, "{% for x in pair() %}<{{ x }}>{% endfor %}") == "<1><2>");
}

BOOST_AUTO_TEST_CASE(dispatch_prefers_the_adapter_then_its_parent_then_default) {
  Shop shop;
  shop.macros("shop", "{% macro default__f() %}default{% endmacro %}{% macro postgres__f() %}postgres{% endmacro %}");
  shop.macros("helpers", "{% macro duckdb__g() %}duck{% endmacro %}{% macro default__f() %}helper{% endmacro %}");
  const std::string f = "{{ adapter.dispatch('f')() }}";
  BOOST_TEST(live(shop, f) == "default");
  BOOST_TEST(live(shop, "{{ adapter.dispatch('g', 'helpers')() }} {{ adapter.dispatch('f', macro_namespace='helpers')() }}") == "duck default");
  shop.project.dispatch["helpers"] = {"helpers"};
  BOOST_TEST(live(shop, "{{ adapter.dispatch('f', 'helpers')() }}") == "helper");
  shop.project.profile->targets.front().type = "redshift";
  BOOST_TEST(live(shop, f) == "postgres");
}

BOOST_AUTO_TEST_CASE(dispatch_says_what_it_looked_for) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ adapter.dispatch('f', 'helpers')() }}") ==
             "CompilationError: In dispatch: No macro named 'f' found within namespace: 'helpers'\n    Searched for: 'shop.duckdb__f', 'shop.default__f', "
             "'helpers.duckdb__f', 'helpers.default__f'");
  BOOST_TEST(live(shop, "{{ adapter.dispatch('a.b') }}").find("Did you mean `adapter.dispatch(\"b\", macro_namespace=\"a\")`?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_macros_of_dbt_parse) {
  Shop shop;
  for (const auto& [name, macro] : shop.package("dbt").macros) {
    const ProjectMacro::Body& body = macro.body(shop.sources);
    BOOST_TEST(!body.problem.has_value(), name << ": " << (body.problem ? body.problem->message : ""));
  }
  BOOST_TEST(shop.package("dbt").macros.size() > 80U);
}

BOOST_AUTO_TEST_CASE(macros_of_dbt_follow_the_adapter) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ dbt.type_string() }} {{ type_int() }} {{ dbt.current_timestamp() }} {{ dbt.escape_single_quotes(\"it's\") }}") == "TEXT integer now() it''s");
  BOOST_TEST(live(shop, "{{ dbt.datediff('a', 'b', 'day') | trim }} {{ dbt.any_value('x') }} {{ dbt.safe_cast('a', 'int') | trim }}") ==
             "(date_diff('day', a::timestamp, b::timestamp )) arbitrary(x) cast(a as int)");
  shop.project.profile->targets.front().type = "postgres";
  BOOST_TEST(live(shop, "{{ dbt.datediff('a', 'b', 'day') | trim }}") == "((b)::date - (a)::date)");
}

BOOST_AUTO_TEST_SUITE_END()

// ------------------------------------------------------------------------------------------------------------------- functions

BOOST_AUTO_TEST_SUITE(functions)

BOOST_AUTO_TEST_CASE(json_and_yaml_go_both_ways) {
  Shop shop;
  BOOST_TEST(live(shop, R"({{ tojson({'b': 1, 'a': [none, true, 1.5, 'x"é']}) }} {{ tojson({'b': 1, 'a': 2}, sort_keys=true) }})") ==
             R"({"b": 1, "a": [null, true, 1.5, "x\"\u00e9"]} {"a": 2, "b": 1})");
  BOOST_TEST(live(shop, R"({{ fromjson('{"x": [1.5]}') }} {{ fromjson('nope', 'dd') }} {{ fromjson('nope') }})") == "{'x': [1.5]} dd None");
  BOOST_TEST(live(shop, R"({{ fromyaml('a: [1, yes, x]') }} {{ fromyaml('a: [', 'dd') }})") == "{'a': [1, True, 'x']} dd");
  BOOST_TEST(live(shop, "{{ toyaml({'b': 1, 'a': [1, 'two'], 'c': {'d': 'yes'}}) }}") == "b: 1\na:\n- 1\n- two\nc:\n  d: 'yes'\n");
}

BOOST_AUTO_TEST_CASE(sets_and_zips) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ set([1, 1, 2]) | length }} {{ set(1) }} {{ set(1, 'd') }} {{ zip([1, 2], ['a', 'b']) | list }} {{ zip(1) }} {{ 2 in set([1, 2]) }}") ==
             "2 None d [(1, 'a'), (2, 'b')] None True");
  BOOST_TEST(live(shop, "{{ set_strict(1) }}") == "CompilationError: 'int' object is not iterable");
}

BOOST_AUTO_TEST_CASE(hashes_and_differences) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ local_md5('hello') }}") == "5d41402abc4b2a76b9719d911017c592");
  BOOST_TEST(live(shop, "{{ diff_of_two_dicts({'A': ['x', 'y'], 'b': ['z']}, {'a': ['X']}) }}") == "{'A': ['y'], 'b': ['z']}");
}

BOOST_AUTO_TEST_CASE(failures_carry_dbts_classes) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ exceptions.raise_compiler_error('no ' ~ 1) }}") == "CompilationError: no 1");
  BOOST_TEST(live(shop, "[{{ exceptions.warn('w') }}{{ log('x', info=true) }}{{ print('y') }}]") == "[]");
  BOOST_TEST(live(shop, "{{ try_or_compiler_error('bad', fromjson, 1) }}") == "CompilationError: bad");
}

BOOST_AUTO_TEST_CASE(render_renders_in_the_same_context) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ render('{{ 1 + 1 }} {{ target.name }}') }} {{ render('plain\\n') }}|") == "2 dev plain\n|");
}

BOOST_AUTO_TEST_CASE(moments_are_read_shifted_and_printed) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ modules.datetime.datetime(2020, 1, 2, 3, 4, 5).strftime('%Y-%m-%d %H:%M %A %-d %j %f') }}") == "2020-01-02 03:04 Thursday 2 002 000000");
  BOOST_TEST(live(shop, "{{ modules.datetime.datetime.strptime('02/01/2020 11 PM', '%d/%m/%Y %I %p') }} {{ modules.datetime.datetime.fromisoformat('2020-02-29T01:02:03.5+02:00').isoformat() }}") ==
             "2020-01-02 23:00:00 2020-02-29T01:02:03.500000+02:00");
  BOOST_TEST(live(shop, "{{ modules.datetime.timedelta(days=1, hours=26) }} {{ modules.datetime.date(1969, 12, 31).weekday() }} {{ modules.datetime.date(2020, 1, 31).replace(month=3) }}") ==
             "2 days, 2:00:00 2 2020-03-31");
  BOOST_TEST(live(shop, "{{ modules.datetime.datetime.strptime('x', '%Y') }}") == "ValueError: time data 'x' does not match format '%Y'");
}

BOOST_AUTO_TEST_CASE(moments_are_added_subtracted_and_compared) {
  Shop shop;
  const std::string names = "{% set dt = modules.datetime %}{% set a = dt.datetime(2024, 2, 28, 12) %}{% set day = dt.timedelta(days=1) %}";
  BOOST_TEST(live(shop, names + "{{ a + day }} {{ day + a }} {{ a - day * 2 }} {{ dt.date(2024, 2, 28) + 36 * dt.timedelta(hours=1) }}") ==
             "2024-02-29 12:00:00 2024-02-29 12:00:00 2024-02-26 12:00:00 2024-02-29");
  BOOST_TEST(live(shop, names + "{{ (a + day) - a }} {{ a < a + day }} {{ a == a + day - day }} {{ (day / 2).total_seconds() }} {{ day / dt.timedelta(hours=6) }}") ==
             "1 day, 0:00:00 True True 43200.0 4.0");
  BOOST_TEST(live(shop, names + "{{ a - modules.pytz.utc.localize(a) }}") == "TypeError: can't subtract offset-naive and offset-aware datetimes");
  BOOST_TEST(live(shop, names + "{{ a + 1 }}") == "TypeError: unsupported operand type(s) for +: 'datetime.datetime' and 'int'");
  BOOST_TEST(live(shop, names + "{{ a + day * 10000000 }}") == "OverflowError: date value out of range");
}

BOOST_AUTO_TEST_CASE(a_run_never_sends_a_hole) {
  Shop shop;
  BOOST_TEST(live(shop, "{{ sql }}", &shop.orders()) == "CompilationError: `sql` is the compiled text of `orders`, which this run does not have");
  BOOST_TEST(live(shop, "{{ invocation_id }}") == "CompilationError: this run has no `invocation_id`");
}

BOOST_AUTO_TEST_CASE(regular_expressions_are_pythons) {
  Shop shop;
  BOOST_TEST(live(shop, R"({% set re = modules.re %}{{ re.findall('a(.)', 'abac') }} {{ re.sub('(b)(c)?', '<\\1>', 'abcb') }} {{ re.search('(?P<n>[0-9]+)', 'x12').group('n') }})") == "['b', 'c'] a<b><b> 12");
  BOOST_TEST(live(shop, R"({% set re = modules.re %}{{ re.match('b', 'ab') }} {{ re.split('[, ]+', 'a, b c') }} {{ re.search('B', 'ab', re.IGNORECASE).start() }} {{ re.findall('x*', 'axb') }})") ==
             "None ['a', 'b', 'c'] 1 ['', 'x', '', '']");
  BOOST_TEST(live(shop, "{{ modules.re.search('(a+)+$', 'a' * 40 ~ 'b') }}").starts_with("LimitError") == true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hookc
